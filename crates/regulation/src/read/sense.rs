//! Whether the values of a profile hold together: each alone may stand, but not beside another. Told with the line of the
//! one that is to be looked at first.

use super::Reader;
use crate::calendar::Term;
use crate::lifecycle::{Act, Clock, Sweep};
use crate::naming::{Naming, Sense};
use crate::password::Class;
use crate::reports::Every;
use crate::requests::RequestKind;
use crate::size::shown;
use crate::{MailboxKind, Profile};

impl Reader<'_> {
    /// Tells of all that makes no sense together.
    pub(super) fn check_sense(&mut self, profile: &Profile) {
        self.reminders(profile);
        self.order_of_sweeps(profile.lifecycle().sweeps());
        self.passwords(profile);
        self.attachments(profile);
        self.reports_in_time(profile);
        self.checks_a_day(profile);
        self.names(profile.naming());
        if profile.request(RequestKind::Restore).is_none() {
            let what =
                "một [[request]] có kind = \"restore\": hộp thư bị khóa phải có đường mở lại";
            let line = self.place("request[1].kind");
            self.needs(line, "request".to_owned(), what);
        }
    }

    /// A reminder comes after what it reminds of began.
    fn reminders(&mut self, profile: &Profile) {
        for (at, sweep) in profile.lifecycle().sweeps().iter().enumerate() {
            let first = sweep.remind().first().copied();
            if let (Some(days), Some(term)) = (first, sweep.after()) {
                self.in_time(format!("sweep[{}].remind", at + 1), days, term);
            }
        }
        let first = profile.lifecycle().password_remind().value.first().copied();
        if let (Some(days), Some(term)) = (first, profile.password().expires().value) {
            self.in_time("password_reminders.days.value".to_owned(), days, term);
        }
    }

    fn in_time(&mut self, key: String, days: u16, term: Term) {
        if u32::from(days) >= least_days(term) {
            let line = self.place(&key);
            let text = format!("nhắc trước {days} ngày không kịp: thời hạn chỉ có {term}");
            self.fault(line, key, text);
        }
    }

    /// What is not used is locked before it is taken away, where both count from the last use.
    fn order_of_sweeps(&mut self, sweeps: &[Sweep]) {
        let unused = |sweep: &Sweep| {
            let term = sweep
                .after()
                .filter(|_| matches!(sweep.clock(), Clock::Unused(_)));
            term.map(|term| (term, least_days(term)))
        };
        for (at, later) in sweeps.iter().enumerate() {
            let (Act::Revoke | Act::Delete, Some((_, end))) = (later.act(), unused(later)) else {
                continue;
            };
            let lock = sweeps.iter().find_map(|lock| {
                let (term, days) = unused(lock).filter(|_| lock.act() == Act::Lock)?;
                let same_kind = lock.kinds().iter().any(|kind| later.kinds().contains(kind));
                (same_kind && end <= days).then(|| (lock.id().to_owned(), term))
            });
            if let Some((id, term)) = lock {
                let key = format!("sweep[{}].after", at + 1);
                let line = self.place(&key);
                let what = format!("một thời hạn dài hơn {term}, khi hộp thư bị khóa theo «{id}»");
                self.needs(line, key, &what);
            }
        }
    }

    fn passwords(&mut self, profile: &Profile) {
        let rule = profile.password();
        let classes = || rule.classes().iter().map(|class| &class.value);
        let least = usize::from(rule.minimum_length().value);
        if least < classes().count() {
            let key = "password.minimum_length.value";
            let line = self.place(key);
            let what = format!("ít nhất {} ký tự, mỗi loại một ký tự", classes().count());
            self.needs(line, key.to_owned(), &what);
        }
        let special = classes().any(|class| *class == Class::Special);
        if special && classes().any(|class| matches!(class, Class::OneOf(_))) {
            let key = "password.classes.value";
            let line = self.place(key);
            let text = "\"special\" và \"one of …\" cùng nói về ký tự đặc biệt: chỉ dùng một";
            self.fault(line, key.to_owned(), text);
        }
    }

    /// What may be attached fits into the mailbox.
    fn attachments(&mut self, profile: &Profile) {
        for (kind, own) in [
            (MailboxKind::Personal, "attachment.personal.value"),
            (MailboxKind::Unit, "attachment.unit.value"),
        ] {
            let room = profile.quota_bounds(kind).maximum.value;
            if profile.attachment_limit(kind).value > room {
                let key = ["attachment.limit.value", own]
                    .into_iter()
                    .find(|key| self.places.contains_key(*key))
                    .unwrap_or(own);
                let line = self.place(key);
                let what = format!("một dung lượng không lớn hơn cả hộp thư ({})", shown(room));
                self.needs(line, key.to_owned(), &what);
                // One value for both kinds is told once.
                if key != own {
                    return;
                }
            }
        }
    }

    /// A report is due in its period or in the one after it.
    fn reports_in_time(&mut self, profile: &Profile) {
        for (at, report) in profile.reports().iter().enumerate() {
            let (Every::Months(months), Some(due)) = (report.every().value, report.due_day())
            else {
                continue;
            };
            let last = months.saturating_mul(2);
            if due.value.month > last {
                let key = format!("report[{}].due.month", at + 1);
                let line = self.place(&key);
                let what =
                    format!("tháng từ 1 đến {last}: trong kỳ {months} tháng hoặc kỳ liền sau");
                self.needs(line, key, &what);
            }
        }
    }

    /// One check in each window, where windows are set.
    fn checks_a_day(&mut self, profile: &Profile) {
        let windows = profile.checks().windows().len();
        let often = profile.checks().per_day().map(|often| often.value);
        if let Some(often) = often
            && windows > 0
            && usize::from(often) != windows
        {
            let key = "checks.per_day.value";
            let line = self.place(key);
            let what = format!("{windows} lần, mỗi khung giờ trong windows một lần");
            self.needs(line, key.to_owned(), &what);
        }
    }

    fn names(&mut self, naming: &Naming) {
        for Sense { key, text } in naming.sense() {
            let line = self.place(&key);
            self.fault(line, key, text);
        }
    }
}

/// So many days a term has at least.
fn least_days(term: Term) -> u32 {
    match term {
        Term::WorkingDays(days) | Term::Days(days) => u32::from(days),
        Term::Months(months) => u32::from(months) * 28,
        Term::Years(years) => u32::from(years) * 365,
    }
}
