//! Invitations that come by mail (RFC 5545, RFC 5546, RFC 6047): what one says, and the answer to it.
//!
//! Of a calendar the first event is read, and no rule of repetition is ever carried out: what somebody sent costs no more than its
//! length, which is bounded.

mod answer;
mod when;

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarMethod,
    ICalendarParameterName, ICalendarParameterValue, ICalendarParticipationRole,
    ICalendarParticipationStatus, ICalendarProperty, ICalendarStatus, ICalendarValue,
};

pub use answer::answer;
pub use when::{Frequency, Repeats, When};

/// The longest calendar that is read, in bytes.
pub const LONGEST: usize = 512 << 10;
/// So many guests are named.
const GUESTS: usize = 60;
/// The longest texts, in letters.
const TEXT: usize = 4_000;
const LINE: usize = 400;

/// What is done with the event (RFC 5546 §1.4).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Told to everybody; nobody answers.
    Publish,
    /// Guests are asked to come.
    Request,
    /// A guest answers.
    Reply,
    /// It does not take place, or a guest is asked no more.
    Cancel,
    /// Something else.
    Other,
}

/// What a guest answers (RFC 5545 §3.2.12).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    /// Comes.
    Accepted,
    /// May come.
    Tentative,
    /// Does not come.
    Declined,
}

/// Somebody who invites or is invited.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guest {
    /// The name; or nothing.
    pub name: String,
    /// The address, as it is written.
    pub address: String,
    /// What they answered.
    pub answer: Option<Answer>,
    /// They may stay away.
    pub optional: bool,
}

/// What an invitation says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Invitation {
    /// What is done with it.
    pub method: Method,
    /// It is marked as cancelled.
    pub cancelled: bool,
    /// What it is called in all its versions; never empty where it can be answered.
    pub uid: String,
    /// What it is about.
    pub summary: String,
    /// Where.
    pub location: String,
    /// More words.
    pub description: String,
    /// When it begins.
    pub start: Option<When>,
    /// When it ends: of days the last one.
    pub end: Option<When>,
    /// The zone that its times are in, where nobody knows it.
    pub unknown_zone: Option<String>,
    /// How it is repeated.
    pub repeats: Option<Repeats>,
    /// It is one of those that are repeated.
    pub one_of_many: bool,
    /// Who invites.
    pub organizer: Option<Guest>,
    /// Who is invited, as many as are named.
    pub guests: Vec<Guest>,
    /// How many are.
    pub guest_count: usize,
    /// Events in the calendar; the first is told of.
    pub events: usize,
}

impl Invitation {
    /// Guests are asked, and there is somebody to answer to.
    pub fn can_be_answered(&self) -> bool {
        self.method == Method::Request
            && !self.cancelled
            && !self.uid.is_empty()
            && self.organizer.is_some()
    }
}

/// Reads a calendar; nothing where it is too long, or none, or has no event.
pub fn read(letters: &str) -> Option<Invitation> {
    let calendar = parse(letters)?;
    let event = first_event(&calendar)?;
    let lines = Lines(event);
    let mut zones = when::Zones::new(&calendar);
    let start = zones.of(lines.entry(ICalendarProperty::Dtstart));
    let end = zones.end(start, event);
    let guests = event.entries.iter();
    let guests = guests.filter(|entry| entry.name == ICalendarProperty::Attendee);
    Some(Invitation {
        method: method(&calendar),
        cancelled: event.status() == Some(&ICalendarStatus::Cancelled),
        uid: lines.text(ICalendarProperty::Uid, LINE),
        summary: lines.text(ICalendarProperty::Summary, LINE),
        location: lines.text(ICalendarProperty::Location, LINE),
        description: lines.text(ICalendarProperty::Description, TEXT),
        start,
        end,
        repeats: when::repeats(&mut zones, lines.entry(ICalendarProperty::Rrule)),
        unknown_zone: zones.unknown(),
        one_of_many: lines.entry(ICalendarProperty::RecurrenceId).is_some(),
        organizer: lines.entry(ICalendarProperty::Organizer).and_then(guest),
        guest_count: guests.clone().count(),
        guests: guests.filter_map(guest).take(GUESTS).collect(),
        events: events(&calendar).count(),
    })
}

fn parse(letters: &str) -> Option<ICalendar> {
    if letters.len() > LONGEST {
        return None;
    }
    let calendar = ICalendar::parse(letters).ok()?;
    let root = calendar.components.first()?;
    (root.component_type == ICalendarComponentType::VCalendar).then_some(calendar)
}

fn events(calendar: &ICalendar) -> impl Iterator<Item = &ICalendarComponent> {
    let is_event = |one: &&ICalendarComponent| one.component_type == ICalendarComponentType::VEvent;
    calendar.components.iter().filter(is_event)
}

/// The event itself before those of its repetitions that differ (RFC 5545 §3.8.4.4).
fn first_event(calendar: &ICalendar) -> Option<&ICalendarComponent> {
    let whole = events(calendar).find(|event| !event.is_recurrence_override());
    whole.or_else(|| events(calendar).next())
}

fn method(calendar: &ICalendar) -> Method {
    let root = calendar.components.first();
    let entry = root.and_then(|root| root.property(&ICalendarProperty::Method));
    match entry.and_then(|entry| entry.values.first()) {
        Some(ICalendarValue::Method(ICalendarMethod::Request)) => Method::Request,
        Some(ICalendarValue::Method(ICalendarMethod::Reply)) => Method::Reply,
        Some(ICalendarValue::Method(ICalendarMethod::Cancel)) => Method::Cancel,
        Some(ICalendarValue::Method(ICalendarMethod::Publish)) | None => Method::Publish,
        Some(_) => Method::Other,
    }
}

fn guest(entry: &ICalendarEntry) -> Option<Guest> {
    let address = line(entry.calendar_address()?, LINE);
    let name = entry.parameter(&ICalendarParameterName::Cn);
    let name = name
        .and_then(ICalendarParameterValue::as_text)
        .unwrap_or_default();
    Some(Guest {
        name: line(name, LINE),
        answer: entry
            .parameter(&ICalendarParameterName::Partstat)
            .and_then(said),
        optional: matches!(
            entry.parameter(&ICalendarParameterName::Role),
            Some(ICalendarParameterValue::Role(
                ICalendarParticipationRole::OptParticipant
                    | ICalendarParticipationRole::NonParticipant
            ))
        ),
        address,
    })
}

fn said(value: &ICalendarParameterValue) -> Option<Answer> {
    match value {
        ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Accepted) => {
            Some(Answer::Accepted)
        }
        ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Tentative) => {
            Some(Answer::Tentative)
        }
        ICalendarParameterValue::Partstat(ICalendarParticipationStatus::Declined) => {
            Some(Answer::Declined)
        }
        _ => None,
    }
}

/// The lines of an event.
struct Lines<'c>(&'c ICalendarComponent);

impl<'c> Lines<'c> {
    fn entry(&self, name: ICalendarProperty) -> Option<&'c ICalendarEntry> {
        self.0.entries.iter().find(|entry| entry.name == name)
    }

    fn text(&self, name: ICalendarProperty, most: usize) -> String {
        let value = self.entry(name).and_then(|entry| entry.values.first());
        let text = value.and_then(ICalendarValue::as_text).unwrap_or_default();
        line(text, most)
    }
}

/// Letters without signs that steer, at most so many.
fn line(text: &str, most: usize) -> String {
    let plain = text.chars().filter(|c| !c.is_control() || *c == '\n');
    plain.take(most).collect::<String>().trim().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    pub(super) const OUTLOOK: &str = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\n\
BEGIN:VTIMEZONE\r\nTZID:SE Asia Standard Time\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\nEND:STANDARD\r\nEND:VTIMEZONE\r\n\
BEGIN:VEVENT\r\nORGANIZER;CN=Sở Nội vụ:mailto:snv@tinh.vn\r\nATTENDEE;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE;CN=\"An, Lò Thị\":MAILTO:An@tinh.vn\r\n\
ATTENDEE;ROLE=OPT-PARTICIPANT;PARTSTAT=ACCEPTED:mailto:binh@tinh.vn\r\nDESCRIPTION:Nội dung\\nDòng hai\r\nUID:040000008200E00074C5B7101A82E008\r\n\
SUMMARY:Họp giao ban\\, tháng 11\r\nDTSTART;TZID=SE Asia Standard Time:20261124T080000\r\nDTEND;TZID=SE Asia Standard Time:20261124T093000\r\n\
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,TH;UNTIL=20261231T000000Z\r\nLOCATION:Phòng 201\r\nSEQUENCE:3\r\nDTSTAMP:20261120T010000Z\r\n\
BEGIN:VALARM\r\nACTION:DISPLAY\r\nTRIGGER:-PT15M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    #[test]
    fn an_invitation_of_outlook() {
        let read = read(OUTLOOK).unwrap();
        assert_eq!(
            (read.method, read.events, read.guest_count),
            (Method::Request, 1, 2)
        );
        assert_eq!(read.summary, "Họp giao ban, tháng 11");
        assert_eq!(read.description, "Nội dung\nDòng hai");
        // 08:00 in Vietnam.
        assert_eq!(read.start, Some(When::At(1_795_482_000)));
        assert_eq!(read.end, Some(When::At(1_795_482_000 + 5_400)));
        let repeats = read.repeats.clone().unwrap();
        assert_eq!(
            (repeats.frequency, repeats.interval),
            (Frequency::Weekly, 2)
        );
        assert_eq!(repeats.weekdays, [1, 3]);
        let organizer = read.organizer.clone().unwrap();
        assert_eq!(
            (organizer.name.as_str(), organizer.address.as_str()),
            ("Sở Nội vụ", "snv@tinh.vn")
        );
        assert_eq!(
            (
                read.guests[0].name.as_str(),
                read.guests[0].address.as_str()
            ),
            ("An, Lò Thị", "An@tinh.vn")
        );
        assert_eq!(
            (read.guests[1].answer, read.guests[1].optional),
            (Some(Answer::Accepted), true)
        );
        assert!(read.can_be_answered());
    }

    #[test]
    fn hostile_calendars_do_no_harm() {
        let event = |inner: &str| {
            format!(
                "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nBEGIN:VEVENT\r\nUID:a\r\n{inner}END:VEVENT\r\nEND:VCALENDAR\r\n"
            )
        };
        assert_eq!(read(""), None);
        assert_eq!(read("BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n"), None);
        assert_eq!(read("BEGIN:VCARD\r\nFN:a\r\nEND:VCARD\r\n"), None);
        assert_eq!(read(&"BEGIN:VCALENDAR\r\n".repeat(LONGEST)), None);
        let deep = "BEGIN:VEVENT\r\n".repeat(20_000);
        let _ = read(&format!("BEGIN:VCALENDAR\r\n{deep}"));
        let many = "ATTENDEE:mailto:a@b.vn\r\n".repeat(10_000);
        let found = read(&event(&many)).unwrap();
        assert_eq!((found.guests.len(), found.guest_count), (GUESTS, 10_000));
        let forever = read(&event(
            "DTSTART:00010101T000000Z\r\nRRULE:FREQ=SECONDLY;COUNT=4294967295\r\n",
        ))
        .unwrap();
        assert_eq!(forever.repeats.unwrap().frequency, Frequency::Other);
        for start in [
            "99999999T999999Z",
            "20260230T000000",
            "x",
            ";TZID=a/../b:20261124T080000",
        ] {
            let line = if start.starts_with(';') {
                format!("DTSTART{start}\r\n")
            } else {
                format!("DTSTART:{start}\r\n")
            };
            let _ = read(&event(&line)).unwrap();
        }
        let bell = read(&event("SUMMARY:a\u{7}\u{1b}[2Jb\r\n")).unwrap();
        assert_eq!(bell.summary, "a[2Jb");
    }
}
