//! The section `[planned_stop]`: what a planned stop of the service needs before it begins.
//!
//! A stop that nobody planned needs none of this: it is an incident.

use crate::calendar::{Answer, Calendar, DayOff, Term};
use crate::read::{Reader, Table, term, yes_or_no};
use crate::show::Rows;
use crate::{Cited, Date, Profile, Refusal};

/// What a planned stop needs.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PlannedStop {
    notice: Option<Cited<Term>>,
    recovery_time: Cited<bool>,
}

impl PlannedStop {
    /// How long before it begins it is announced (QN.9.1.c); none where the text sets no time.
    #[must_use]
    pub fn notice(&self) -> Option<&Cited<Term>> {
        self.notice.as_ref()
    }

    /// Whether the announcement must tell when the service is back (TQ.10.2.a, SL.14.6.a).
    #[must_use]
    pub fn recovery_time(&self) -> &Cited<bool> {
        &self.recovery_time
    }

    /// The first day on which a stop may begin that is announced on this day: the day of the announcement is not counted
    /// (announced on Monday with 03 working days, it begins on Thursday at the earliest).
    #[must_use]
    pub fn earliest(&self, announced: Date, calendar: &Calendar) -> Answer<Date> {
        match &self.notice {
            Some(notice) => calendar.deadline(announced, notice.value, DayOff::NextWorkingDay),
            None => Answer {
                value: announced,
                undecided: None,
            },
        }
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let label = "Báo trước khi ngừng dịch vụ có kế hoạch";
        if let Some(notice) = &self.notice {
            let value = format!("tối thiểu {}", notice.value);
            rows.add("planned_stop.notice", label, value, &notice.source);
        }
        let recovery = &self.recovery_time;
        let value = if recovery.value {
            "bắt buộc"
        } else {
            "không bắt buộc"
        };
        rows.add(
            "planned_stop.recovery_time",
            "Nêu thời gian phục hồi",
            value,
            &recovery.source,
        );
    }
}

impl Profile {
    /// What a planned stop needs.
    #[must_use]
    pub fn planned_stop(&self) -> &PlannedStop {
        &self.planned_stop
    }

    /// Whether a stop may be planned so: announced on a day, beginning on a day, with or without the time at which the
    /// service is back.
    ///
    /// # Errors
    /// All that refuses it, each with its clause.
    pub fn check_planned_stop(
        &self,
        announced: Date,
        begins: Date,
        tells_recovery: bool,
        calendar: &Calendar,
    ) -> Result<(), Vec<Refusal>> {
        let stop = &self.planned_stop;
        let mut refusals = Vec::new();
        let earliest = stop.earliest(announced, calendar).value;
        if let Some(notice) = &stop.notice
            && begins < earliest
        {
            let text = format!(
                "Ngừng dịch vụ có kế hoạch phải thông báo trước tối thiểu {}; thông báo ngày {} thì sớm nhất là ngày {}.",
                notice.value,
                announced.vietnamese(),
                earliest.vietnamese()
            );
            refusals.push(self.refusal(text, &notice.source));
        }
        if begins < announced && stop.notice.is_none() {
            let text =
                "Ngừng dịch vụ có kế hoạch không thể bắt đầu trước ngày thông báo.".to_owned();
            refusals.push(self.refusal(text, &stop.recovery_time.source));
        }
        if stop.recovery_time.value && !tells_recovery {
            let text =
                "Thông báo ngừng dịch vụ phải nêu rõ thời gian phục hồi hệ thống.".to_owned();
            refusals.push(self.refusal(text, &stop.recovery_time.source));
        }
        if refusals.is_empty() {
            Ok(())
        } else {
            Err(refusals)
        }
    }
}

/// Reads `[planned_stop]`.
pub(crate) fn planned_stop<'t>(
    reader: &mut Reader<'t>,
    top: &mut Table<'t>,
) -> Option<PlannedStop> {
    let mut table = reader.table(top, "planned_stop")?;
    let notice = reader.optional_cited(&mut table, "notice", term);
    let recovery_time = reader.cited(&mut table, "recovery_time", yes_or_no);
    reader.close(&table);
    Some(PlannedStop {
        notice: notice?,
        recovery_time: recovery_time?,
    })
}
