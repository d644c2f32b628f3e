//! What waits at a place: requests with their terms, mailboxes about to be taken back, reports to complete, who has not begun.

use congvu_governance::organisation::{Kind, kind_of};
use congvu_governance::report;
use congvu_governance::request::kind_of as request_kind;
use congvu_governance::{Law, Role, today};
use congvu_regulation::{Date, Moment};
use congvu_store::organisation::Organisation;
use congvu_store::{MailboxId, RequestId, Tx, place_view, proposal, request};

use super::aid;
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::site::{Lang, Oops, named_day};

/// So many of each are shown; each has a page where all are.
const SHOWN: i64 = 10;

/// Something that waits.
pub(super) struct Job {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) about: String,
    pub(super) cited: Cited,
    pub(super) clock: Option<Clock>,
    pub(super) act: &'static str,
}

/// Somebody who has not begun.
pub(super) struct Waiter {
    pub(super) name: String,
    pub(super) address: String,
    pub(super) href: String,
    pub(super) what: &'static str,
    pub(super) since: String,
}

/// What waits.
pub(super) struct Work {
    pub(super) jobs: Vec<Job>,
    pub(super) waiters: Vec<Waiter>,
    /// Where all of those are; empty where all are shown.
    pub(super) waiters_all: String,
}

pub(super) fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    place: &Organisation,
) -> Result<Work, Oops> {
    let mut work = Work {
        jobs: Vec::new(),
        waiters: Vec::new(),
        waiters_all: String::new(),
    };
    // What waits in the whole province has the first page of the console.
    if kind_of(place) == Kind::Province || place.ended_at.is_some() {
        return Ok(work);
    }
    let lang = officer.lang();
    let today = today(tx);
    let profile = aid::profile_at(tx, law, place.id)?;
    let clause = |id: &str| profile.map_or_else(Cited::none, |profile| Cited::of(profile, id));
    for request in request::below(tx, place.id, "open", RequestId(0), SHOWN)? {
        let received = Moment(request.received_at).date();
        let due = request.due_day.map(Date::from_epoch_day);
        work.jobs.push(Job {
            title: format!(
                "{} ({})",
                request_kind(&request.kind).map_or(request.kind.as_str(), |kind| kind.title()),
                request.lines
            ),
            href: format!("/quan-ly/de-nghi/{}", request.id),
            about: format!(
                "{} {}, {} {}",
                lang.t("văn bản"),
                request.document,
                lang.t("nhận"),
                received.vietnamese()
            ),
            cited: clause(&request.due_clause),
            clock: due.map(|due| Clock::of(law, (received, due), today, lang)),
            act: lang.t("Xem đề nghị"),
        });
    }
    for proposal in proposal::open_below(tx, place.id, 0, SHOWN)? {
        work.jobs.push(Job {
            title: match proposal.act.as_str() {
                "delete" => format!("{} {}", lang.t("Sắp xóa hộp thư"), proposal.name),
                _ => format!("{} {}", lang.t("Sắp thu hồi hộp thư"), proposal.name),
            },
            href: format!("/quan-ly/hop-thu/{}", proposal.mailbox),
            about: format!(
                "{} · {} {}",
                proposal.address,
                lang.t("đến hạn"),
                named_day(proposal.due_at, lang)
            ),
            cited: clause(&proposal.clause),
            clock: None,
            act: lang.t("Xem hộp thư"),
        });
    }
    if officer.has(&[Role::Ask, Role::Decide, Role::Operate, Role::Audit]) {
        reports(tx, law, officer, place, (today, lang), &mut work)?;
    }
    let mut waiters = place_view::unbegun(tx, place.id, MailboxId(0), SHOWN + 1)?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    if waiters.len() > shown {
        waiters.truncate(shown);
        work.waiters_all = format!(
            "/quan-ly/hop-thu?co-quan={}&tinh-trang=doi-mat-khau",
            place.id
        );
    }
    for waiter in waiters {
        work.waiters.push(Waiter {
            name: waiter.name,
            address: waiter.login,
            href: format!("/quan-ly/hop-thu/{}", waiter.mailbox),
            what: match waiter.never {
                true => lang.t("Chưa đăng nhập lần nào"),
                false => lang.t("Chưa đổi mật khẩu"),
            },
            since: named_day(waiter.created_at, lang),
        });
    }
    Ok(work)
}

/// Reports that the place owes, a month ago to two months ahead.
fn reports(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    place: &Organisation,
    (today, lang): (Date, Lang),
    work: &mut Work,
) -> Result<(), Oops> {
    let owed = match report::due(tx, law, &officer.actor(), place.id) {
        Ok(owed) => owed,
        Err(congvu_governance::Refused::Store(error)) => return Err(error.into()),
        // Whoever may not see reports sees none.
        Err(_) => return Ok(()),
    };
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    for owed in owed
        .into_iter()
        .filter(|owed| owed.organisation == place.id)
        .take(shown)
    {
        let href = match owed.kept {
            Some(id) => format!("/quan-ly/bao-cao/{id}"),
            None => format!("/quan-ly/bao-cao?co-quan={}", place.id),
        };
        let from = owed
            .reminders
            .first()
            .copied()
            .unwrap_or(today)
            .plus_days(-1);
        work.jobs.push(Job {
            title: format!("{} {}", owed.title, owed.period),
            href,
            about: match owed.kept {
                Some(_) => lang
                    .t("Số liệu đã lập sẵn, cần xem, bổ sung và nộp.")
                    .to_owned(),
                None => lang.t("Số liệu được lập khi hết kỳ.").to_owned(),
            },
            cited: Cited::none(),
            clock: Some(Clock::of(law, (from.min(owed.due), owed.due), today, lang)),
            act: lang.t("Xem báo cáo"),
        });
    }
    Ok(())
}
