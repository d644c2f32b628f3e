//! `/thu/…/chuyen-nguyen`: a message goes on to somebody else as it is (RFC 5322 §3.6.6).
//!
//! TQ.4.2 forbids to forge what others wrote. So what goes on keeps its first writer and says who sends it on (`Resent-From`, the
//! envelope, the mail log), and it stays inside: another server would take it for forged, and nobody there knows who stands for it. The rules on
//! content and the limits are those of any message.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use congvu_delivery::{Goal, SentCopy, TraceId};
use congvu_message::search::envelope::Field;
use congvu_message::{AddressSpec, date, written};
use congvu_store::keyword::flag;
use congvu_store::{FolderId, MailboxId, organisation};

use super::compose::{Sender, files, senders};
use super::draft::{Draft, Place, new_id};
use super::list::is_outside;
use super::part::{self, Stored};
use super::read::people;
use super::send::{Sending, Told};
use super::tree::{self, Use};
use super::{compose, open};
use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

const VIETNAM_MINUTES: i16 = 7 * 60;

#[derive(Template)]
#[template(path = "mail/redirect.html")]
struct RedirectPage {
    frame: Frame,
    here: String,
    subject: String,
    from: String,
    /// Who sends it on.
    by: String,
    to: String,
    form: String,
    faults: Vec<String>,
    cautions: Vec<String>,
}

type At = (i64, i64, u32);

/// The message, and who sends it on.
struct Original {
    place: Place,
    stored: Stored,
    sender: Sender,
    domains: Vec<String>,
}

async fn find(site: &Site, user: &User, (mailbox, folder, uid): At) -> Result<Original, Oops> {
    let place = Place {
        mailbox: MailboxId(mailbox),
        folder: FolderId(folder),
        uid,
    };
    let reader = user.clone();
    let found = site.store.read(move |tx| {
        open::folder(tx, &reader, place.mailbox, place.folder)?;
        let stored = part::find(tx, place.folder, place.uid)?;
        let all = senders(tx, &reader)?;
        let own = all.iter().find(|sender| sender.mailbox == place.mailbox);
        Ok::<_, Oops>(Original {
            place,
            stored: stored
                .filter(|stored| stored.flags & flag::DRAFT == 0)
                .ok_or_else(open::gone)?,
            sender: own.or(all.first()).cloned().ok_or_else(open::gone)?,
            domains: organisation::domains(tx)?,
        })
    });
    found.await
}

/// The form.
pub(super) async fn page(State(site): State<Site>, user: User, Path(at): Path<At>) -> Page {
    let original = find(&site, &user, at).await?;
    let form = new_id();
    show(&site, &user, &original, ("", &form), Told::default()).await
}

async fn show(
    site: &Site,
    user: &User,
    original: &Original,
    (to, form): (&str, &str),
    told: Told,
) -> Result<Response, Oops> {
    let title = user.lang.t("Chuyển nguyên thư");
    Ok(html(&RedirectPage {
        frame: Frame::of(user, &site.place().await?, title),
        here: format!("/thu/{}", original.place),
        subject: original.stored.subject.clone(),
        from: people(&original.stored.envelope, Field::From),
        by: original.sender.address.clone(),
        to: to.to_owned(),
        form: form.to_owned(),
        faults: told.faults,
        cautions: told.cautions,
    }))
}

/// Sends it on.
pub(super) async fn submit(
    State(site): State<Site>,
    user: User,
    Path(at): Path<At>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let original = find(&site, &user, at).await?;
    let (to, form) = (fields.get("den"), fields.get("ma"));
    let sending = Sending {
        site: &site,
        user: &user,
    };
    let knowing = fields.get("viec") == "du";
    match sending.redirect(&original, (to, form), knowing).await? {
        Ok(()) => Ok(Redirect::to("/thu?xong=chuyen-nguyen").into_response()),
        Err(told) => {
            let mut response = show(&site, &user, &original, (to, form), told).await?;
            *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
            Ok(response)
        }
    }
}

impl Sending<'_> {
    async fn redirect(
        &self,
        original: &Original,
        (to, form): (&str, &str),
        knowing: bool,
    ) -> Result<Result<(), Told>, Oops> {
        let (site, sender) = (self.site, &original.sender);
        let mut told = Told::default();
        let (people, _) = Draft::people(to);
        for person in &people {
            if is_outside(&person.domain, &original.domains) {
                told.faults.push(self.stays_inside(&person.addr()));
            }
        }
        if !told.faults.is_empty() {
            return Ok(Err(told));
        }
        // The rules look at what goes as at any message.
        let mut draft = Draft {
            to: to.to_owned(),
            subject: original.stored.subject.clone(),
            text: compose::text_of(site, &original.stored).await?,
            keep: files(&original.stored, original.place)
                .into_iter()
                .map(|file| file.from)
                .collect(),
            forwards: Some(original.place),
            ..Draft::default()
        };
        self.fetch_kept(&mut draft).await?;
        let recipients = self.recipients(&draft, &mut told).await?;
        for recipient in &recipients {
            if !matches!(recipient.goal, Goal::Here(_)) {
                told.faults.push(self.stays_inside(&recipient.address));
            }
        }
        self.look(&draft, sender, &recipients, &mut told).await?;
        if !told.faults.is_empty() || (!told.cautions.is_empty() && !knowing) {
            return Ok(Err(told));
        }
        let mut bytes = self.lines(sender, &people);
        let end = original.stored.blob.size;
        let most = site.config.message_limit;
        bytes.extend(original.stored.octets(&site.store, (0, end), most).await?);
        if let Err(reached) = self.count(recipients.len()) {
            told.faults.push(reached.to_owned());
            return Ok(Err(told));
        }
        let mailbox = sender.mailbox;
        let folder = site
            .store
            .write(move |tx| tree::ensure(tx, mailbox, Use::Sent))
            .await?;
        // Its writers were looked at when it came; who sends it on is named above them.
        let incoming = self.take(&bytes, None).await?;
        let sent = SentCopy {
            folder,
            own_lines: Vec::new(),
            draft: None,
            form: Some(form.to_owned()).filter(|form| !form.is_empty()),
            later: None,
            remind: None,
        };
        let envelope = self.envelope(sender, recipients, TraceId::new());
        let accepted = site.delivery.accept_keeping(envelope, incoming, Some(sent));
        if let Err(error) = accepted.await {
            told.faults.push(self.refused(error)?);
            return Ok(Err(told));
        }
        self.mark_answered(&draft).await?;
        Ok(Ok(()))
    }

    fn stays_inside(&self, address: &str) -> String {
        let why = self.t("chỉ chuyển nguyên thư được trong hệ thống (TQ.4.2). Để gửi ra ngoài, hãy dùng Chuyển tiếp.");
        format!("{address}: {why}")
    }

    /// RFC 5322 §3.6.6: they stand before all else.
    fn lines(&self, sender: &Sender, people: &[AddressSpec]) -> Vec<u8> {
        let to: Vec<String> = people
            .iter()
            .map(|person| written::person(&person.name, &person.addr()))
            .collect();
        let now = self.site.store.now().div_euclid(1000);
        format!(
            "Resent-Date: {}\r\nResent-From: {}\r\nResent-To: {}\r\nResent-Message-ID: <{}@{}>\r\n",
            date::rfc5322(now, VIETNAM_MINUTES),
            written::person(&sender.name, &sender.address),
            to.join(",\r\n "),
            new_id(),
            self.site.config.hostname
        )
        .into_bytes()
    }
}
