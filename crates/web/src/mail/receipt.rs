//! Telling a sender that their message was read (RFC 8098): only who chose to tells it, each message once, and never by itself
//! without that choice. Mail programs that know `$MDNSent` (RFC 3503) do not ask again.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_delivery::{
    AcceptError, Client, Direction, Envelope, EnvelopeDsn, Mark, RecipientRefusal, TraceId, Writer,
};
use congvu_message::address::Address;
use congvu_message::receipt::{self, Request};
use congvu_message::search::envelope::{self, Field};
use congvu_message::{date, written};
use congvu_store::delegation::Rights;
use congvu_store::entry::{self, FlagChange, Want, conversation};
use congvu_store::folder::Folder;
use congvu_store::keyword::{self, flag};
use congvu_store::reading::{self, Receipts};
use congvu_store::{FolderId, MailboxId, StoreResult, Tx, mailbox};
use mail_builder::MessageBuilder;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::raw::Raw;
use mail_builder::mime::MimePart;

use super::open::{self, Opened};
use super::part::{self, Stored};
use super::send::Sending;
use super::tree::Use;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, full, html};

/// RFC 3503 §2: the sender was told, or is not to be.
const SENT: &str = "$MDNSent";
/// So many notices about one message are looked for among those that answer it.
const MOST: u32 = 100;
/// So much of a notice is read, in bytes.
const NOTICE: u64 = 16 << 10;

/// What stands at a message that asks.
pub(super) enum Bar {
    /// The reader is asked.
    Ask(String),
    /// The sender was told just now.
    Told,
}

/// What a transaction finds that decides whether anybody is asked.
#[derive(Default)]
pub(super) struct Asking {
    /// Somebody may be asked: it is no draft and nothing that was sent from here, and nobody answered yet.
    open: bool,
    receipts: Receipts,
}

/// Looks at what the store knows of it.
pub(super) fn find(
    tx: &mut Tx<'_>,
    user: &User,
    (opened, folder): (&Opened, &Folder),
    flags: i64,
) -> StoreResult<Asking> {
    if !may_tell(opened)
        || flags & flag::DRAFT != 0
        || matches!(
            Use::of(folder),
            Use::Sent | Use::Drafts | Use::Junk | Use::Trash
        )
    {
        return Ok(Asking::default());
    }
    let sent = keyword::find(tx, opened.mailbox, SENT)?;
    Ok(Asking {
        open: sent.is_none_or(|sent| flags & sent == 0),
        receipts: reading::receipts(tx, user.account)?,
    })
}

/// It is said in the name of the mailbox: who may not write as it may not say it.
fn may_tell(opened: &Opened) -> bool {
    opened.own || (opened.rights.has(Rights::ORGANISE) && opened.rights.has(Rights::SEND))
}

/// The bar at a message; where its reader has told once and for all, the sender is told.
pub(super) async fn bar(
    site: &Site,
    user: &User,
    (opened, asking): (&Opened, &Asking),
    stored: &Stored,
    (folder, uid): (FolderId, u32),
) -> Result<Option<Bar>, Oops> {
    if !asking.open || asking.receipts == Receipts::Never {
        return Ok(None);
    }
    let header = stored.header(&site.store).await?;
    let Some(request) = receipt::asked(&stored.prefix, &header) else {
        return Ok(None);
    };
    // What a browser fetches by itself nobody has read; for a unit its keepers decide each time.
    let by_order = asking.receipts == Receipts::Always && opened.own && !user.unasked;
    if by_order && request.is_certain {
        let telling = Telling {
            site,
            user,
            opened,
            place: (folder, uid),
            by_order: true,
        };
        return Ok(telling.tell(&request).await?.then_some(Bar::Told));
    }
    Ok(Some(Bar::Ask(request.to.addr())))
}

/// `/thu/…/xac-nhan`: tells the sender, or decides not to.
pub(super) async fn submit(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder, uid)): Path<(i64, i64, u32)>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let back = format!("/thu/{mailbox}/{folder}/{uid}");
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let reader = user.clone();
    let (opened, asking, stored) = site
        .store
        .read(move |tx| {
            let (opened, here) = open::folder(tx, &reader, mailbox, folder)?;
            let stored = part::find(tx, folder, uid)?.ok_or_else(open::gone)?;
            let asking = find(tx, &reader, (&opened, &here), stored.flags)?;
            Ok::<_, Oops>((opened, asking, stored))
        })
        .await?;
    if !asking.open {
        return Ok(Redirect::to(&back).into_response());
    }
    if fields.get("viec") != "gui" {
        // RFC 3503 §3.1: that nobody is to be told is kept in the same way.
        let marked = site.store.write(move |tx| {
            if let Some(bit) = keyword::ensure(tx, mailbox, SENT)? {
                entry::store_flags(tx, folder, &[(uid, uid)], FlagChange::Add(bit), None)?;
            }
            Ok::<_, Oops>(())
        });
        marked.await?;
        return Ok(Redirect::to(&back).into_response());
    }
    let header = stored.header(&site.store).await?;
    let request = receipt::asked(&stored.prefix, &header).ok_or_else(open::gone)?;
    let telling = Telling {
        site: &site,
        user: &user,
        opened: &opened,
        place: (folder, uid),
        by_order: false,
    };
    let told = telling.tell(&request).await?;
    let mark = if told { "?da-bao=1" } else { "" };
    Ok(Redirect::to(&format!("{back}{mark}")).into_response())
}

struct Telling<'t> {
    site: &'t Site,
    user: &'t User,
    /// The mailbox it came to.
    opened: &'t Opened,
    place: (FolderId, u32),
    /// Nobody pressed a button for this message.
    by_order: bool,
}

impl Telling<'_> {
    /// Tells the sender; false where that was done already, or nobody takes mail there. The mark is set in the transaction that
    /// takes the notice.
    async fn tell(&self, request: &Request) -> Result<bool, Oops> {
        let Ok(to) = Address::parse(&request.to.addr()) else {
            return Ok(false);
        };
        let writer = Writer::Account(self.user.account);
        let recipient = match self.site.delivery.recipient(&to, writer, 0).await {
            Ok(recipient) => recipient,
            Err(RecipientRefusal::Unavailable) => return Err(Oops::Busy),
            Err(_) => return Ok(false),
        };
        let mailbox = self.opened.mailbox;
        let (bit, name) = self
            .site
            .store
            .write(move |tx| {
                let name = mailbox::name(tx, mailbox)?.unwrap_or_default();
                Ok::<_, Oops>((keyword::ensure(tx, mailbox, SENT)?, name))
            })
            .await?;
        let Some(bit) = bit else {
            return Err(Oops::State(
                self.user
                    .lang
                    .t("Hộp thư đã dùng hết các nhãn nên không ghi được là đã xác nhận. Bỏ bớt nhãn rồi thử lại.")
                    .to_owned(),
            ));
        };
        let sending = Sending {
            site: self.site,
            user: self.user,
        };
        let trace = TraceId::new();
        let bytes = self.letter(request, &name, trace.as_str());
        let incoming = sending.take(&bytes, None).await?;
        let envelope = Envelope {
            // RFC 8098 §3: no server answers it.
            sender: String::new(),
            account: None,
            recipients: vec![recipient],
            client: Client {
                ip: self.user.ip,
                helo: "webmail".to_owned(),
                with: "ESMTPSA",
                tls: None,
            },
            direction: Direction::Notice,
            trace,
            dsn: EnvelopeDsn::default(),
        };
        let mark = Mark {
            folder: self.place.0,
            uid: self.place.1,
            add: bit,
            remove: 0,
        };
        let delivery = &self.site.delivery;
        match delivery
            .accept_marking(envelope, incoming, None, Some(mark))
            .await
        {
            Ok(_) => Ok(true),
            Err(AcceptError::Store(error)) => Err(error.into()),
            Err(_) => Ok(false),
        }
    }

    /// The notice (RFC 8098 §3.1).
    fn letter(&self, request: &Request, name: &str, id: &str) -> Vec<u8> {
        let own = &self.opened.address;
        let now = self.site.store.now();
        let vietnamese = full(now, Lang::Vietnamese);
        let english = full(now, Lang::English);
        let text = format!(
            "Thư “{subject}” gửi đến {own} đã được mở lúc {vietnamese}. Mở thư chưa có nghĩa là việc nêu trong thư đã được xử lý.\r\n\r\n\
The message “{subject}” to {own} was displayed at {english}. That does not mean that it was acted upon.\r\n",
            subject = request.subject
        );
        let mode = if self.by_order {
            "manual-action/MDN-sent-automatically"
        } else {
            "manual-action/MDN-sent-manually"
        };
        let hostname = &self.site.config.hostname;
        let mut fields = format!("Reporting-UA: {hostname}; congvu webmail\r\n");
        if let Some(original) = request
            .original_recipient
            .as_ref()
            .filter(|one| one.is_ascii())
        {
            fields.push_str(&format!("Original-Recipient: {original}\r\n"));
        }
        fields.push_str(&format!("Final-Recipient: rfc822; {own}\r\n"));
        if !request.message_id.is_empty() {
            fields.push_str(&format!("Original-Message-ID: {}\r\n", request.message_id));
        }
        fields.push_str(&format!("Disposition: {mode}; displayed\r\n"));
        let report = ContentType::new("multipart/report")
            .attribute("report-type", "disposition-notification");
        let body = MimePart::new(
            report,
            vec![
                MimePart::new("text/plain", text),
                MimePart::new("message/disposition-notification", fields),
            ],
        );
        let to = written::person(&request.to.name, &request.to.addr());
        let mut builder = MessageBuilder::new()
            .header(
                "Date",
                Raw::new(date::rfc5322(now.div_euclid(1000), 7 * 60)),
            )
            .header("From", Raw::new(written::person(name, own)))
            .header("To", Raw::new(to))
            .subject(format!("Đã đọc: {}", request.subject))
            .message_id(format!("da-doc.{id}@{hostname}"))
            .header("Auto-Submitted", Raw::new("auto-replied"));
        for (field, ids) in [
            ("In-Reply-To", &request.message_id),
            ("References", &request.references),
        ] {
            if !ids.is_empty() {
                builder = builder.header(field, Raw::new(ids.as_str()));
            }
        }
        builder.body(body).write_to_vec().unwrap_or_default()
    }
}

/// A notice about a message that was sent from here, as it lies in the mailbox.
pub(super) struct Notice(Stored);

/// The notices among those that answer a sent message.
pub(super) fn notices(
    tx: &mut Tx<'_>,
    folders: &[Folder],
    (here, uid): (&Folder, u32),
) -> StoreResult<Vec<Notice>> {
    let mut notices = Vec::new();
    if Use::of(here) != Use::Sent {
        return Ok(notices);
    }
    let mut message = None;
    entry::scan(tx, here.id, (uid, uid), Want::Entry, |entry| {
        message = Some(entry.message()?);
        Ok(false)
    })?;
    let Some(message) = message else {
        return Ok(notices);
    };
    let Some(found) = conversation::of_message(tx, message)? else {
        return Ok(notices);
    };
    for member in conversation::in_mailbox(tx, here.mailbox, &found, MOST)? {
        let is_here = folders.iter().any(|folder| folder.id == member.folder);
        if !is_here || (member.folder, member.uid) == (here.id, uid) {
            continue;
        }
        let stored = part::find(tx, member.folder, member.uid)?;
        let notice = stored.filter(|stored| stored.structure.disposition_report().is_some());
        notices.extend(notice.map(Notice));
    }
    Ok(notices)
}

/// Who read it, and when, in words.
pub(super) async fn told(
    site: &Site,
    stored: &Stored,
    notices: &[Notice],
    lang: Lang,
) -> Result<Vec<String>, Oops> {
    let mut told = Vec::new();
    if notices.is_empty() {
        return Ok(told);
    }
    let id = envelope::written(&stored.envelope, Field::MessageId).unwrap_or_default();
    for Notice(notice) in notices {
        let Some(part) = notice.structure.disposition_report() else {
            continue;
        };
        let content = notice.content(&site.store, part, NOTICE).await?;
        let Some(report) = receipt::report(&content) else {
            continue;
        };
        if !report.displayed || report.message_id != id.trim() {
            continue;
        }
        let from = super::people(&notice.envelope);
        let who = if from.is_empty() {
            report.recipient
        } else {
            from
        };
        let when = full(notice.sent_at.unwrap_or(notice.internal_at), lang);
        told.push(format!("{who} {} {when}", lang.t("đã đọc lúc")));
    }
    told.dedup();
    Ok(told)
}

#[derive(Template)]
#[template(path = "mail/receipts.html")]
struct ReceiptsPage {
    frame: Frame,
    receipts: Receipts,
    done: bool,
}

/// `/tai-khoan/da-doc`: what is done where a sender asks.
pub(super) async fn habit(State(site): State<Site>, user: User, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let account = user.account;
    let receipts = site.store.read(move |tx| reading::receipts(tx, account));
    let title = user.lang.t("Xác nhận đã đọc");
    Ok(html(&ReceiptsPage {
        receipts: receipts.await?,
        frame: Frame::of(&user, &site.place().await?, title),
        done: query.has("xong"),
    }))
}

/// Keeps it.
pub(super) async fn keep_habit(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let receipts = match fields.get("bao") {
        "luon" => Receipts::Always,
        "khong" => Receipts::Never,
        _ => Receipts::Ask,
    };
    let account = user.account;
    site.store
        .write(move |tx| reading::set_receipts(tx, account, receipts))
        .await?;
    Ok(Redirect::to("/tai-khoan/da-doc?xong=1").into_response())
}
