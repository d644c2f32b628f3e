//! The answer to an invitation (RFC 5546 §3.2.3).

use calcard::common::PartialDateTime;
use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarMethod,
    ICalendarParameter, ICalendarParameterName, ICalendarParameterValue,
    ICalendarParticipationStatus, ICalendarProperty, ICalendarValue, Uri,
};

use super::{Answer, first_event, parse};

/// What of an event an answer repeats: which one it is, and what it was about when it was answered.
const REPEATED: &[ICalendarProperty] = &[
    ICalendarProperty::Uid,
    ICalendarProperty::Sequence,
    ICalendarProperty::RecurrenceId,
    ICalendarProperty::Organizer,
    ICalendarProperty::Dtstart,
    ICalendarProperty::Dtend,
    ICalendarProperty::Duration,
    ICalendarProperty::Summary,
];

/// The calendar that answers another in the name of `guest`, a name and an address, at `now` in unix seconds. Nothing where that one
/// cannot be read.
pub fn answer(letters: &str, guest: (&str, &str), answer: Answer, now: i64) -> Option<String> {
    let calendar = parse(letters)?;
    let event = first_event(&calendar)?;
    let repeated = |entry: &&ICalendarEntry| REPEATED.contains(&entry.name);
    let mut entries: Vec<ICalendarEntry> = event.entries.iter().filter(repeated).cloned().collect();
    entries.push(attendee(guest, answer));
    let stamp = PartialDateTime::from_utc_timestamp(now);
    entries.push(entry(
        ICalendarProperty::Dtstamp,
        ICalendarValue::PartialDateTime(Box::new(stamp)),
    ));
    let text = |text: &str| ICalendarValue::Text(text.to_owned());
    let mut reply = ICalendar {
        components: vec![
            ICalendarComponent {
                component_type: ICalendarComponentType::VCalendar,
                entries: vec![
                    entry(ICalendarProperty::Version, text("2.0")),
                    entry(ICalendarProperty::Prodid, text("-//congvu//webmail//VI")),
                    entry(
                        ICalendarProperty::Method,
                        ICalendarValue::Method(ICalendarMethod::Reply),
                    ),
                ],
                component_ids: vec![1],
            },
            ICalendarComponent {
                component_type: ICalendarComponentType::VEvent,
                entries,
                component_ids: Vec::new(),
            },
        ],
    };
    // The times that are repeated are in its zones.
    reply.copy_timezones(&calendar);
    let mut lines = String::new();
    reply.write_to(&mut lines).ok()?;
    Some(lines)
}

fn entry(name: ICalendarProperty, value: ICalendarValue) -> ICalendarEntry {
    ICalendarEntry {
        name,
        params: Vec::new(),
        values: vec![value],
    }
}

fn attendee((name, address): (&str, &str), answer: Answer) -> ICalendarEntry {
    let name: String = name
        .chars()
        .filter(|c| !c.is_control() && *c != '"')
        .collect();
    let address: String = address.chars().filter(char::is_ascii_graphic).collect();
    let said = match answer {
        Answer::Accepted => ICalendarParticipationStatus::Accepted,
        Answer::Tentative => ICalendarParticipationStatus::Tentative,
        Answer::Declined => ICalendarParticipationStatus::Declined,
    };
    let mut params = vec![ICalendarParameter {
        name: ICalendarParameterName::Partstat,
        value: ICalendarParameterValue::Partstat(said),
    }];
    if !name.is_empty() {
        params.push(ICalendarParameter {
            name: ICalendarParameterName::Cn,
            value: ICalendarParameterValue::Text(name),
        });
    }
    let value = ICalendarValue::Uri(Uri::Location(format!("mailto:{address}")));
    ICalendarEntry {
        name: ICalendarProperty::Attendee,
        params,
        values: vec![value],
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Method, read, tests::OUTLOOK};
    use super::*;

    #[test]
    fn an_answer_says_which_event_and_what() {
        let guest = ("Lò Thị \"An\"\r\nX-Khac:1", "an@tinh.vn\r\nX:1");
        let lines = answer(OUTLOOK, guest, Answer::Tentative, 1_795_400_000).unwrap();
        assert!(lines.lines().all(|line| line.len() <= 75), "{lines}");
        assert!(
            !lines.contains("\nX-Khac") && !lines.contains("\nX:"),
            "{lines}"
        );
        assert!(
            !lines.contains("VALARM") && !lines.contains("DESCRIPTION"),
            "{lines}"
        );
        for part in [
            "METHOD:REPLY\r\n",
            "TZID:SE Asia Standard Time",
            "SEQUENCE:3\r\n",
            "DTSTAMP:20261123T021320Z",
        ] {
            assert!(lines.contains(part), "{part}: {lines}");
        }
        let (asked, reply) = (read(OUTLOOK).unwrap(), read(&lines).unwrap());
        assert_eq!(reply.method, Method::Reply);
        assert_eq!((&reply.uid, reply.start), (&asked.uid, asked.start));
        assert_eq!(reply.guest_count, 1);
        assert_eq!(reply.guests[0].answer, Some(Answer::Tentative));
        assert_eq!(reply.guests[0].address, "an@tinh.vnX:1");
        assert_eq!(answer("BEGIN:VCARD", guest, Answer::Accepted, 0), None);
    }
}
