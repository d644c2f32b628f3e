//! An invitation in a message: shown, and answered to whoever invites (RFC 5546, RFC 6047). What was answered is kept as a keyword of
//! the message.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_delivery::{
    AcceptError, Client, Direction, Envelope, EnvelopeDsn, Mark, RecipientRefusal, SentCopy,
    TraceId, Writer,
};
use congvu_message::address::Address;
use congvu_message::invitation::{self, Answer, Frequency, Invitation, Method, Repeats, When};
use congvu_message::search::envelope::{self, Field};
use congvu_message::{Located, Part, charset, date, written};
use congvu_store::delegation::Rights;
use congvu_store::{FolderId, MailboxId, StoreResult, Tx, address, keyword};
use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

use super::open::{self, Opened};
use super::part::{self, Stored};
use super::send::Sending;
use super::tree::{self, Use};
use crate::site::{Fields, Lang, Oops, Page, Site, User, full, hour, named_day as day};

/// What a message bears whose invitation was answered.
const ANSWERS: [(Answer, &str); 3] = [
    (Answer::Accepted, "congvu-accepted"),
    (Answer::Tentative, "congvu-tentative"),
    (Answer::Declined, "congvu-declined"),
];
/// In seconds.
const DAY: i64 = 86_400;
/// Vietnam's clock is so far ahead of UTC, in seconds.
const VIETNAM: i64 = 7 * 3_600;

/// What the store knows beside the calendar.
pub(super) struct Known {
    /// The mailbox's own addresses.
    own: Vec<String>,
    answered: Option<Answer>,
    may_answer: bool,
}

/// The calendar of a message.
fn calendar(structure: &Part) -> Option<Located<'_>> {
    let shown = structure.shown();
    let is_calendar = |part: &Part| {
        part.type_.eq_ignore_ascii_case("text") && part.subtype.eq_ignore_ascii_case("calendar")
    };
    shown.files.into_iter().find(|one| is_calendar(one.part))
}

/// Looks up what is known where there is a calendar.
pub(super) fn find(
    tx: &mut Tx<'_>,
    opened: &Opened,
    stored: &Stored,
) -> StoreResult<Option<Known>> {
    if calendar(&stored.structure).is_none() {
        return Ok(None);
    }
    let mut answered = None;
    for (answer, name) in ANSWERS {
        let bit = keyword::find(tx, opened.mailbox, name)?;
        if bit.is_some_and(|bit| stored.flags & bit != 0) {
            answered = Some(answer);
        }
    }
    Ok(Some(Known {
        own: address::of_mailbox(tx, opened.mailbox)?,
        answered,
        may_answer: opened.own || opened.rights.has(Rights::SEND),
    }))
}

/// An invitation as the page shows it.
pub(super) struct Card {
    pub(super) heading: &'static str,
    pub(super) cancelled: bool,
    pub(super) summary: String,
    pub(super) when: String,
    pub(super) repeats: String,
    pub(super) location: String,
    pub(super) organizer: String,
    pub(super) guests: Vec<String>,
    pub(super) more_guests: usize,
    pub(super) description: String,
    pub(super) notes: Vec<String>,
    /// Whom the answer goes to, where one may be given.
    pub(super) to: Option<String>,
    /// What was answered, in words.
    pub(super) answered: Option<&'static str>,
    pub(super) ics: String,
}

/// What was answered, in words.
fn said(answer: Answer, lang: Lang) -> &'static str {
    match answer {
        Answer::Accepted => lang.t("Bạn đã trả lời: sẽ dự."),
        Answer::Tentative => lang.t("Bạn đã trả lời: có thể dự."),
        Answer::Declined => lang.t("Bạn đã trả lời: không dự được."),
    }
}

async fn letters(site: &Site, stored: &Stored, part: &Part) -> Result<String, Oops> {
    let content = stored
        .content(&site.store, part, invitation::LONGEST as u64 * 2)
        .await?;
    Ok(charset::to_utf8(part.charset().or(Some("utf-8")), &content))
}

/// Reads a calendar apart from other requests: what somebody sent may be long, and whatever is wrong with it stays there.
async fn read(letters: String) -> Option<Invitation> {
    let reading = tokio::task::spawn_blocking(move || invitation::read(&letters));
    reading.await.ok().flatten()
}

/// The card of a message's invitation.
pub(super) async fn card(
    site: &Site,
    stored: &Stored,
    known: &Known,
    base: &str,
    lang: Lang,
) -> Result<Option<Card>, Oops> {
    let Some(located) = calendar(&stored.structure) else {
        return Ok(None);
    };
    let Some(read) = read(letters(site, stored, located.part).await?).await else {
        return Ok(None);
    };
    let is_own = |address: &str| {
        known
            .own
            .iter()
            .any(|own| own.eq_ignore_ascii_case(address))
    };
    let organizer = read.organizer.clone().unwrap_or_default();
    let can = known.may_answer && read.can_be_answered() && !is_own(&organizer.address);
    let to = can.then(|| organizer.address.clone());
    let guests: Vec<String> = read.guests.iter().map(|guest| named(guest, lang)).collect();
    Ok(Some(Card {
        heading: heading(&read, lang),
        cancelled: read.cancelled || read.method == Method::Cancel,
        summary: if read.summary.is_empty() {
            lang.t("(không có tiêu đề)").to_owned()
        } else {
            read.summary.clone()
        },
        when: span(read.start, read.end, lang),
        repeats: read
            .repeats
            .as_ref()
            .map_or_else(String::new, |one| repeated(one, lang)),
        location: read.location.clone(),
        organizer: person(&organizer),
        more_guests: read.guest_count.saturating_sub(guests.len()),
        guests,
        description: read.description.clone(),
        notes: notes(&read, stored, &organizer.address, lang),
        to: to.filter(|to| Address::parse(to).is_ok()),
        answered: known.answered.map(|answer| said(answer, lang)),
        ics: format!("{base}/tep/{}", located.section()),
    }))
}

fn heading(read: &Invitation, lang: Lang) -> &'static str {
    let said = read.guests.first().and_then(|guest| guest.answer);
    match (read.method, said) {
        (Method::Cancel, _) => lang.t("Đã hủy"),
        _ if read.cancelled => lang.t("Đã hủy"),
        (Method::Request, _) => lang.t("Lời mời"),
        (Method::Reply, Some(Answer::Accepted)) => lang.t("Nhận lời mời"),
        (Method::Reply, Some(Answer::Tentative)) => lang.t("Có thể dự"),
        (Method::Reply, Some(Answer::Declined)) => lang.t("Từ chối lời mời"),
        (Method::Reply, None) => lang.t("Trả lời lời mời"),
        (Method::Publish | Method::Other, _) => lang.t("Lịch"),
    }
}

fn person(guest: &invitation::Guest) -> String {
    if guest.name.is_empty() {
        guest.address.clone()
    } else {
        format!("{} <{}>", guest.name, guest.address)
    }
}

fn named(guest: &invitation::Guest, lang: Lang) -> String {
    let said = match guest.answer {
        Some(Answer::Accepted) => lang.t("sẽ dự"),
        Some(Answer::Tentative) => lang.t("có thể dự"),
        Some(Answer::Declined) => lang.t("không dự được"),
        None if guest.optional => lang.t("không bắt buộc"),
        None => return person(guest),
    };
    format!("{} ({said})", person(guest))
}

fn notes(read: &Invitation, stored: &Stored, organizer: &str, lang: Lang) -> Vec<String> {
    let mut notes = Vec::new();
    let from = envelope::first(&stored.envelope, Field::From).unwrap_or_default();
    let from = format!("{}@{}", from.mailbox, from.host);
    if read.method == Method::Request
        && !organizer.is_empty()
        && !organizer.eq_ignore_ascii_case(&from)
    {
        notes.push(format!(
            "{} {from}.",
            lang.t("Người mời ghi trong lịch khác với người gửi thư này:")
        ));
    }
    if let Some(zone) = &read.unknown_zone {
        notes.push(format!(
            "{} “{zone}”.",
            lang.t("Giờ trên đây theo một múi giờ mà hệ thống không biết:")
        ));
    }
    if read.one_of_many {
        notes.push(lang.t("Chỉ về một buổi trong chuỗi lặp lại.").to_owned());
    }
    if read.events > 1 {
        notes.push(format!(
            "{} {}",
            lang.t("Số buổi trong tệp lịch; trên đây là buổi đầu:"),
            read.events
        ));
    }
    notes
}

/// When it is, on Vietnam's clock: `08:00 – 09:30 thứ Ba 24/11/2026`.
fn span(start: Option<When>, end: Option<When>, lang: Lang) -> String {
    let Some(start) = start else {
        return lang.t("Không ghi thời gian.").to_owned();
    };
    // As `full` and `day` have it, in ms, on the clock of Vietnam.
    let on_clock = |when: When| match when {
        When::Day(at) | When::Local(at) => at.saturating_sub(VIETNAM),
        When::At(at) => at,
    };
    let ms = |when: When| on_clock(when).saturating_mul(1000);
    let days = |when: When| on_clock(when).saturating_add(VIETNAM).div_euclid(DAY);
    let end = end.filter(|end| on_clock(*end) > on_clock(start));
    let whole = matches!(start, When::Day(_));
    let same = end.is_some_and(|end| days(end) == days(start));
    match end {
        Some(end) if whole => format!("{} – {}", day(ms(start), lang), day(ms(end), lang)),
        None if whole => format!("{}, {}", day(ms(start), lang), lang.t("cả ngày")),
        Some(end) if same => format!(
            "{} – {} {}",
            hour(ms(start)),
            hour(ms(end)),
            day(ms(start), lang)
        ),
        Some(end) => format!("{} – {}", full(ms(start), lang), full(ms(end), lang)),
        None => full(ms(start), lang),
    }
}

fn repeated(repeats: &Repeats, lang: Lang) -> String {
    let unit = match repeats.frequency {
        Frequency::Daily => lang.t("ngày"),
        Frequency::Weekly => lang.t("tuần"),
        Frequency::Monthly => lang.t("tháng"),
        Frequency::Yearly => lang.t("năm"),
        Frequency::Other => {
            return lang
                .t("Lặp lại theo quy tắc riêng; mở tệp lịch để xem.")
                .to_owned();
        }
    };
    let mut words = match repeats.interval {
        1 => format!("{} {unit}", lang.t("Lặp lại hằng")),
        interval => format!(
            "{} {interval} {unit} {}",
            lang.t("Lặp lại"),
            lang.t("một lần")
        ),
    };
    if !repeats.weekdays.is_empty() {
        // 5 January 1970 was a Monday.
        let names = repeats.weekdays.iter().map(|number| {
            let monday = (4 + i64::from(*number)) * DAY * 1000;
            let day = day(monday, lang);
            day.rsplit_once(' ')
                .map_or(day.clone(), |(name, _)| name.to_owned())
        });
        let names: Vec<String> = names.collect();
        words.push_str(&format!(" {} {}", lang.t("vào"), names.join(", ")));
    }
    match (repeats.count, repeats.until) {
        (Some(count), _) => words.push_str(&format!(", {count} {}", lang.t("lần"))),
        (None, Some(When::At(until) | When::Local(until) | When::Day(until))) => {
            words.push_str(&format!(
                ", {} {}",
                lang.t("đến"),
                day(until.saturating_mul(1000), lang)
            ));
        }
        (None, None) => {}
    }
    words
}

/// `/thu/…/loi-moi`: answers the invitation.
pub(super) async fn submit(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder, uid)): Path<(i64, i64, u32)>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let back = format!("/thu/{mailbox}/{folder}/{uid}");
    let (answer, words) = match fields.get("viec") {
        "du" => (Answer::Accepted, "Sẽ dự"),
        "co-the" => (Answer::Tentative, "Có thể dự"),
        "khong" => (Answer::Declined, "Không dự được"),
        _ => return Err(open::gone()),
    };
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let reader = user.clone();
    let (opened, known, stored) = site
        .store
        .read(move |tx| {
            let (opened, _) = open::folder(tx, &reader, mailbox, folder)?;
            let stored = part::find(tx, folder, uid)?.ok_or_else(open::gone)?;
            let known = find(tx, &opened, &stored)?.ok_or_else(open::gone)?;
            Ok::<_, Oops>((opened, known, stored))
        })
        .await?;
    if known.answered == Some(answer) {
        return Ok(Redirect::to(&back).into_response());
    }
    let answering = Answering {
        site: &site,
        user: &user,
        opened: &opened,
        stored: &stored,
        place: (folder, uid),
    };
    answering.send(answer, words).await?;
    Ok(Redirect::to(&back).into_response())
}

struct Answering<'a> {
    site: &'a Site,
    user: &'a User,
    /// The mailbox that was invited.
    opened: &'a Opened,
    stored: &'a Stored,
    place: (FolderId, u32),
}

impl Answering<'_> {
    /// Sends the answer; the mark is set in the transaction that takes it.
    async fn send(&self, answer: Answer, words: &str) -> Result<(), Oops> {
        let lang = self.user.lang;
        let sending = Sending {
            site: self.site,
            user: self.user,
        };
        let sender = sending.sender(&self.opened.address).await?;
        let located = calendar(&self.stored.structure).ok_or_else(open::gone)?;
        let letters = letters(self.site, self.stored, located.part).await?;
        let read = read(letters.clone())
            .await
            .filter(Invitation::can_be_answered);
        let read = read.ok_or_else(open::gone)?;
        let to = read.organizer.clone().unwrap_or_default();
        let nobody = || {
            Oops::Bad(format!(
                "{} {}",
                lang.t("Không gửi được câu trả lời đến người mời:"),
                to.address
            ))
        };
        let parsed = Address::parse(&to.address).map_err(|_| nobody())?;
        let writer = Writer::Account(self.user.account);
        let recipient = match self.site.delivery.recipient(&parsed, writer, 0).await {
            Ok(recipient) => recipient,
            Err(RecipientRefusal::Unavailable) => return Err(Oops::Busy),
            Err(_) => return Err(nobody()),
        };
        if let Err(reached) = sending.count(1) {
            return Err(Oops::State(reached.to_owned()));
        }
        let now = self.site.store.now();
        let guest = (sender.name.clone(), sender.address.clone());
        let writing = tokio::task::spawn_blocking(move || {
            invitation::answer(&letters, (&guest.0, &guest.1), answer, now.div_euclid(1000))
        });
        let calendar = writing.await.ok().flatten().ok_or_else(open::gone)?;
        let trace = TraceId::new();
        let hostname = &self.site.config.hostname;
        let text = format!("{} – {words}: {}\r\n", sender.name, read.summary);
        let kind = ContentType::new("text/calendar")
            .attribute("method", "REPLY")
            .attribute("charset", "utf-8");
        let body = MimePart::new(
            "multipart/alternative",
            vec![
                MimePart::new("text/plain", text),
                MimePart::new(kind, calendar),
            ],
        );
        let mut builder = MessageBuilder::new()
            .header(
                "Date",
                Raw::new(date::rfc5322(now.div_euclid(1000), 7 * 60)),
            )
            .header(
                "From",
                Raw::new(written::person(&sender.name, &sender.address)),
            )
            .header("To", Raw::new(written::person(&to.name, &to.address)))
            .subject(format!("{words}: {}", read.summary.replace('\n', " ")))
            .message_id(format!("loi-moi.{}@{hostname}", trace.as_str()));
        let id = envelope::written(&self.stored.envelope, Field::MessageId).unwrap_or_default();
        if id.starts_with('<')
            && id.ends_with('>')
            && id.bytes().all(|byte| byte.is_ascii_graphic())
        {
            builder = builder.header("In-Reply-To", Raw::new(id));
        }
        let bytes = builder.body(body).write_to_vec().unwrap_or_default();
        let incoming = sending.take(&bytes, None).await?;
        let mailbox = sender.mailbox;
        let (sent, add, remove) = self
            .site
            .store
            .write(move |tx| {
                let (mut add, mut remove) = (0, 0);
                for (one, name) in ANSWERS {
                    if one == answer {
                        add = keyword::ensure(tx, mailbox, name)?.unwrap_or(0);
                    } else {
                        remove |= keyword::find(tx, mailbox, name)?.unwrap_or(0);
                    }
                }
                Ok::<_, Oops>((tree::ensure(tx, mailbox, Use::Sent)?, add, remove))
            })
            .await?;
        let mark = Mark {
            folder: self.place.0,
            uid: self.place.1,
            add,
            remove,
        };
        let copy = SentCopy {
            folder: sent,
            own_lines: Vec::new(),
            draft: None,
            form: None,
            later: None,
            remind: None,
        };
        let envelope = Envelope {
            sender: sender.address.clone(),
            account: Some(self.user.account),
            recipients: vec![recipient],
            client: Client {
                ip: self.user.ip,
                helo: "webmail".to_owned(),
                with: "ESMTPSA",
                tls: None,
            },
            direction: Direction::Submit,
            trace,
            dsn: EnvelopeDsn::default(),
        };
        let accepted = self
            .site
            .delivery
            // Where the mailbox has no keyword left, the answer goes all the same.
            .accept_marking(envelope, incoming, Some(copy), (add != 0).then_some(mark))
            .await;
        match accepted {
            Ok(_) | Err(AcceptError::SentAlready) => Ok(()),
            Err(AcceptError::Store(error)) => Err(error.into()),
            Err(_) => Err(nobody()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// 08:00 on Tuesday 24 November 2026 in Vietnam.
    const AT: i64 = 1_795_482_000;
    /// That day.
    const NIGHT: i64 = 1_795_478_400;

    #[test]
    fn when_it_is_in_words() {
        let vi = Lang::Vietnamese;
        for (start, end, words) in [
            (
                When::At(AT),
                Some(When::At(AT + 5_400)),
                "08:00 – 09:30 thứ Ba 24/11/2026",
            ),
            (When::At(AT), None, "08:00 thứ Ba 24/11/2026"),
            (
                When::Local(NIGHT + 8 * 3_600),
                None,
                "08:00 thứ Ba 24/11/2026",
            ),
            (
                When::Day(NIGHT),
                Some(When::Day(NIGHT)),
                "thứ Ba 24/11/2026, cả ngày",
            ),
            (
                When::Day(NIGHT),
                Some(When::Day(NIGHT + DAY)),
                "thứ Ba 24/11/2026 – thứ Tư 25/11/2026",
            ),
            (
                When::At(AT),
                Some(When::At(AT + 17 * 3_600)),
                "08:00 thứ Ba 24/11/2026 – 01:00 thứ Tư 25/11/2026",
            ),
            // What ends before it begins ends nowhere.
            (When::At(AT), Some(When::At(0)), "08:00 thứ Ba 24/11/2026"),
        ] {
            assert_eq!(span(Some(start), end, vi), words);
        }
        assert_eq!(span(None, None, vi), "Không ghi thời gian.");
        // No time is too far away.
        let _ = span(Some(When::At(i64::MAX)), Some(When::Day(i64::MIN)), vi);
    }

    #[test]
    fn how_often_in_words() {
        let rule = |frequency, interval, weekdays: &[u8], count, until| {
            let repeats = Repeats {
                frequency,
                interval,
                weekdays: weekdays.to_vec(),
                count,
                until,
            };
            repeated(&repeats, Lang::Vietnamese)
        };
        assert_eq!(
            rule(Frequency::Weekly, 2, &[1, 3], None, Some(When::At(AT))),
            "Lặp lại 2 tuần một lần vào thứ Ba, thứ Năm, đến thứ Ba 24/11/2026"
        );
        assert_eq!(
            rule(Frequency::Daily, 1, &[], Some(10), None),
            "Lặp lại hằng ngày, 10 lần"
        );
        assert_eq!(
            rule(Frequency::Other, 1, &[], Some(10), None),
            "Lặp lại theo quy tắc riêng; mở tệp lịch để xem."
        );
    }
}
