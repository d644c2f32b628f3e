//! Sending what was written, or keeping it as a draft.

use std::sync::Arc;

use axum::extract::{Multipart, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use congvu_delivery::{
    AcceptError, Client, Completion, Direction, Envelope, EnvelopeDsn, Incoming, Intake, Recipient,
    SentCopy, TooMany, TraceId,
};
use congvu_store::entry::{self, FlagChange, NewEntry};
use congvu_store::keyword::{self, flag};
use congvu_store::{StoreError, Tx, folder, message, writing};

use super::compose::{ComposePage, Kept, Sender, files, senders, show};
use super::desk;
use super::draft::{self, Attached, Draft, Place};
use super::tree::{self, Use};
use super::{bytes, open, part, rich, upload};
use crate::site::{Frame, Lang, Oops, Page, Site, User, html};

const DAY: i64 = 86_400_000;
/// In the place of a section: all of the message.
pub(super) const WHOLE: &str = "thu";

/// What a message is called as a file.
pub(super) fn eml(subject: &str) -> String {
    saved_as(subject, "eml")
}

/// What a file of a message is called that has no name but the subject.
pub(super) fn saved_as(subject: &str, ending: &str) -> String {
    let name: String = subject
        .chars()
        .filter(|c| !c.is_control())
        .take(80)
        .collect();
    let name = name.replace(['/', '\\', ':', '*', '?', '"', '<', '>', '|'], "-");
    match name.trim() {
        "" => format!("thu.{ending}"),
        name => format!("{name}.{ending}"),
    }
}

/// Why something is not sent: told on the form, with all that was typed.
#[derive(Default)]
pub(super) struct Told {
    pub(super) faults: Vec<String>,
    pub(super) cautions: Vec<String>,
}

pub(super) async fn submit(State(site): State<Site>, user: User, form: Multipart) -> Page {
    let (mut draft, fields) = Draft::read(&user, form).await?;
    let sending = Sending {
        site: &site,
        user: &user,
    };
    let chosen: Vec<String> = draft.files.iter().map(|file| file.name.clone()).collect();
    sending.fetch_kept(&mut draft).await?;
    sending.dress(&mut draft).await?;
    let sender = sending.sender(&draft.from).await?;
    match fields.get("viec") {
        "luu" => {
            let place = sending.keep(&draft, &sender).await?;
            let way = format!("/soan?thu={place}&cach=sua");
            Ok(Redirect::to(&way).into_response())
        }
        "bo" => sending.throw_away(&draft).await,
        what => {
            let way = match what {
                "hen" | "hen-du" => Way::AtATime,
                _ => sending.way().await?,
            };
            let knowing = matches!(what, "gui-du" | "hen-du");
            match sending.go(&mut draft, &sender, knowing, way).await? {
                Ok(to) => Ok(Redirect::to(&to).into_response()),
                Err(told) => {
                    // The files that were just chosen would be lost with the form: the draft keeps them.
                    let place = sending.keep(&draft, &sender).await;
                    sending.again(draft, told, place, &chosen).await
                }
            }
        }
    }
}

/// A draft that was laid into a folder.
pub(super) struct Laid {
    pub(super) place: Place,
    /// The draft whose place it was to take is gone: sent from elsewhere, or thrown away.
    pub(super) is_lost: bool,
}

/// When a message goes.
pub(super) enum Way {
    /// At once.
    Now,
    /// After so many seconds, in which it can be taken back.
    Undoable(u16),
    /// At a time that is chosen on a page of its own.
    AtATime,
}

/// Somebody who is sending.
pub(super) struct Sending<'s> {
    pub(super) site: &'s Site,
    pub(super) user: &'s User,
}

impl Sending<'_> {
    pub(super) fn t(&self, words: &'static str) -> &'static str {
        self.user.lang.t(words)
    }

    /// Takes the files that lie in other messages, of mailboxes that are open to the writer.
    pub(super) async fn fetch_kept(&self, draft: &mut Draft) -> Result<(), Oops> {
        let keep = std::mem::take(&mut draft.keep);
        let mut fetched = Vec::new();
        for from in keep {
            if let Some(file) = self.fetch_upload(&from).await? {
                fetched.push(file);
                continue;
            }
            let Some((place, section)) = from
                .rsplit_once('/')
                .and_then(|(place, section)| Some((Place::parse(place)?, section.to_owned())))
            else {
                continue;
            };
            let user = self.user.clone();
            let stored = self
                .site
                .store
                .read(move |tx| {
                    open::folder(tx, &user, place.mailbox, place.folder)?;
                    part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
                })
                .await?;
            let most = self.site.config.message_limit;
            if section == WHOLE {
                let end = stored.blob.size;
                fetched.push(Attached {
                    name: eml(&stored.subject),
                    media: draft::MESSAGE.to_owned(),
                    bytes: stored.octets(&self.site.store, (0, end), most).await?,
                    from: Some(from),
                });
                continue;
            }
            let part = stored.part(&section).ok_or_else(open::gone)?;
            let bytes = stored.content(&self.site.store, part, most).await?;
            fetched.push(Attached {
                name: part::file_name(part, &section),
                media: format!("{}/{}", part.type_, part.subtype),
                bytes,
                from: Some(from),
            });
        }
        fetched.append(&mut draft.files);
        draft.files = fetched;
        Ok(())
    }

    /// A file that was sent up before its message; of one that is gone, nothing.
    async fn fetch_upload(&self, from: &str) -> Result<Option<Attached>, Oops> {
        let Some(id) = from.strip_prefix("u/").and_then(|id| id.parse().ok()) else {
            return Ok(None);
        };
        let gone = || {
            Oops::State(
                self.t("Một tệp kèm đã quá hạn chờ gửi. Chọn lại tệp đó rồi gửi lại.")
                    .to_owned(),
            )
        };
        let stored = upload::find(self.site, self.user, id).await?;
        let stored = stored.ok_or_else(gone)?;
        let part = stored.part("1").ok_or_else(gone)?;
        let most = self.site.config.message_limit;
        Ok(Some(Attached {
            name: part::file_name(part, "1"),
            media: format!("{}/{}", part.type_, part.subtype),
            bytes: stored.content(&self.site.store, part, most).await?,
            from: Some(from.to_owned()),
        }))
    }

    pub(super) async fn sender(&self, address: &str) -> Result<Sender, Oops> {
        let user = self.user.clone();
        let all = self.site.store.read(move |tx| senders(tx, &user)).await?;
        let found = all.iter().find(|sender| sender.address == address);
        match found.or_else(|| all.first().filter(|_| address.is_empty())) {
            Some(sender) => Ok(sender.clone()),
            // TQ.4
            None => Err(Oops::Forbidden(
                self.t("Bạn không được gửi thư với địa chỉ này (TQ.4).")
                    .to_owned(),
            )),
        }
    }

    /// The message, on its way into the store.
    pub(super) async fn take(
        &self,
        bytes: &[u8],
        completion: Option<Completion>,
    ) -> Result<Incoming, Oops> {
        let mut intake = Intake::new(&self.site.store, u64::MAX, completion);
        let taken = async {
            intake.write(bytes).await?;
            intake.finish().await
        };
        taken.await.map_err(|error| {
            tracing::warn!(%error, "a message from the web is not taken");
            Oops::Busy
        })
    }

    /// Keeps it as a draft, in the place of the one before; where that is.
    pub(super) async fn keep(&self, draft: &Draft, sender: &Sender) -> Result<Place, Oops> {
        let kept = self.keep_in(Use::Drafts, draft, sender, |_, _| Ok(()));
        Ok(kept.await?.0)
    }

    /// Keeps it as a draft in the folder of this use, with what `then` does in the same transaction.
    pub(super) async fn keep_in<T, F>(
        &self,
        what: Use,
        draft: &Draft,
        sender: &Sender,
        then: F,
    ) -> Result<(Place, T), Oops>
    where
        T: Send + 'static,
        F: Fn(&mut Tx<'_>, &Laid) -> Result<T, Oops> + Send + Sync + 'static,
    {
        let bytes = draft.message(
            (&sender.name, &sender.address),
            &self.site.config.hostname,
            true,
        );
        let incoming = self.take(&bytes, None).await?;
        let new = incoming.new_message();
        let staged = Arc::new(incoming.staged);
        let task = Arc::clone(&staged);
        let (mailbox, replaces, user) = (self.user.mailbox, draft.replaces, self.user.clone());
        let kept = self
            .site
            .store
            .write(move |tx| {
                let usage = open::usage(tx, mailbox)?;
                if usage.used_bytes.saturating_add(task.size()) > usage.quota_bytes {
                    return Err(full(&user));
                }
                let drafts = tree::ensure(tx, mailbox, what)?;
                let stored = message::put(tx, &task, &new)?;
                let appended = entry::append(
                    tx,
                    &NewEntry {
                        folder: drafts,
                        message: stored.id,
                        message_size: stored.size,
                        flags: flag::DRAFT | flag::SEEN,
                        internal_at: tx.now(),
                        prefix: b"",
                    },
                )?;
                let before = own_draft(tx, &user, replaces)?;
                if let Some(before) = before {
                    entry::discard(tx, before.folder, &[(before.uid, before.uid)])?;
                }
                let place = Place {
                    mailbox,
                    folder: drafts,
                    uid: appended.uid,
                };
                let laid = Laid {
                    place,
                    is_lost: replaces.is_some() && before.is_none(),
                };
                let done = then(tx, &laid)?;
                Ok((place, done, stored.fresh))
            })
            .await;
        if !matches!(kept, Ok((_, _, true)))
            && let Some(staged) = Arc::into_inner(staged)
        {
            self.site.store.blobs().discard(staged).await;
        }
        let (place, done, _) = kept?;
        Ok((place, done))
    }

    async fn throw_away(&self, draft: &Draft) -> Page {
        let (user, replaces) = (self.user.clone(), draft.replaces);
        self.site
            .store
            .write(move |tx| {
                if let Some(before) = own_draft(tx, &user, replaces)? {
                    entry::remove(tx, before.folder, &[(before.uid, before.uid)])?;
                }
                Ok::<_, Oops>(())
            })
            .await?;
        Ok(Redirect::to("/thu").into_response())
    }

    /// How this person's messages go: at once, or so that they can be taken back.
    async fn way(&self) -> Result<Way, Oops> {
        let account = self.user.account;
        let habits = self.site.store.read(move |tx| writing::get(tx, account));
        Ok(match habits.await?.undo {
            0 => Way::Now,
            seconds => Way::Undoable(seconds),
        })
    }

    /// Sends it this way, or says why not; the page to go on with.
    async fn go(
        &self,
        draft: &mut Draft,
        sender: &Sender,
        knowing: bool,
        way: Way,
    ) -> Result<Result<String, Told>, Oops> {
        if let Way::Now = way {
            // The unit's signature goes with the message; the draft stays as its writer wrote it.
            let written = (draft.text.clone(), draft.html.clone());
            self.sign(draft, sender).await?;
            let sent = self.send(draft, sender, knowing, None).await?;
            if sent.is_err() {
                (draft.text, draft.html) = written;
            }
            return Ok(sent.map(|()| "/thu?xong=gui".to_owned()));
        }
        if let Err(told) = self.check(draft, sender, knowing).await? {
            return Ok(Err(told));
        }
        let to = match way {
            Way::Undoable(seconds) => {
                let row = self.put_off(draft, sender, seconds).await?;
                format!("/thu?xong=gui&hoan-tac={row}")
            }
            Way::AtATime | Way::Now => {
                format!("/hen/gui/{}", self.keep(draft, sender).await?)
            }
        };
        upload::let_go(self.site, self.user, draft).await;
        Ok(Ok(to))
    }

    /// Whom it goes to, or why it may not go.
    async fn check(
        &self,
        draft: &Draft,
        sender: &Sender,
        knowing: bool,
    ) -> Result<Result<Vec<Recipient>, Told>, Oops> {
        let mut told = Told::default();
        let recipients = self.recipients(draft, &mut told).await?;
        self.look(draft, sender, &recipients, &mut told).await?;
        if !told.faults.is_empty() || (!told.cautions.is_empty() && !knowing) {
            return Ok(Err(told));
        }
        Ok(Ok(recipients))
    }

    /// Sends it, or says why not; `later`: the row of what waited for its time.
    pub(super) async fn send(
        &self,
        draft: &Draft,
        sender: &Sender,
        knowing: bool,
        later: Option<i64>,
    ) -> Result<Result<(), Told>, Oops> {
        let recipients = match self.check(draft, sender, knowing).await? {
            Ok(recipients) => recipients,
            Err(told) => return Ok(Err(told)),
        };
        let mut told = Told::default();
        let hostname = &self.site.config.hostname;
        let bytes = draft.message((&sender.name, &sender.address), hostname, false);
        if bytes.len() as u64 > self.site.config.message_limit {
            told.faults.push(
                self.t(
                    "Thư và tệp kèm lớn quá mức hệ thống nhận. Hãy bớt tệp, hoặc gửi địa chỉ tải.",
                )
                .to_owned(),
            );
            return Ok(Err(told));
        }
        if let Err(reached) = self.count(recipients.len()) {
            told.faults.push(reached.to_owned());
            return Ok(Err(told));
        }
        let trace = TraceId::new();
        let completion = Completion {
            hostname: hostname.clone(),
            trace: trace.clone(),
            at_ms: self.site.store.now(),
            sender: sender.address.clone(),
        };
        let incoming = self.take(&bytes, Some(completion)).await?;
        if let Some(authors) = &incoming.authors
            && let Err(refusal) = self
                .site
                .delivery
                .check_authors(self.user.account, authors)
                .await
        {
            tracing::warn!(?refusal, "a message from the web names another author");
            self.site.store.blobs().discard(incoming.staged).await;
            return Err(Oops::Forbidden(
                self.t("Bạn không được gửi thư với địa chỉ này (TQ.4).")
                    .to_owned(),
            ));
        }
        let mut sent = self.sent_copy(draft, sender).await?;
        if later.is_some() {
            // The row says by itself that it goes once.
            sent.later = later;
            sent.form = None;
        }
        let envelope = self.envelope(sender, recipients, trace);
        let accepted = self
            .site
            .delivery
            .accept_keeping(envelope, incoming, Some(sent))
            .await;
        if let Err(error) = accepted {
            told.faults.push(self.refused(error)?);
            return Ok(Err(told));
        }
        self.mark_answered(draft).await?;
        upload::let_go(self.site, self.user, draft).await;
        Ok(Ok(()))
    }

    /// From whom it goes to whom.
    pub(super) fn envelope(
        &self,
        sender: &Sender,
        recipients: Vec<Recipient>,
        trace: TraceId,
    ) -> Envelope {
        Envelope {
            sender: sender.address.clone(),
            account: Some(self.user.account),
            recipients,
            client: Client {
                ip: self.user.ip,
                helo: "webmail".to_owned(),
                // RFC 3848 has no word of its own for a browser; this one says: enciphered, and signed in.
                with: "ESMTPSA",
                tls: None,
            },
            direction: Direction::Submit,
            trace,
            dsn: EnvelopeDsn::default(),
        }
    }

    /// TQ.12.8: the same limits as for mail programs; what says which is reached.
    pub(super) fn count(&self, recipients: usize) -> Result<(), &'static str> {
        let (delivery, account) = (&self.site.delivery, self.user.account);
        delivery
            .count_recipients(account, recipients)
            .and_then(|()| delivery.count_message(account))
            .map_err(|reached| match reached {
                TooMany::Messages => self.t("Tài khoản của bạn đã gửi quá nhiều thư trong một giờ nên thư này chưa đi (TQ.12.8). Chờ ít phút rồi gửi lại."),
                TooMany::Recipients => self.t("Thư của bạn hôm nay đã tới quá nhiều người nhận nên thư này chưa đi (TQ.12.8). Bớt người nhận, hoặc gửi lại vào ngày mai."),
            })
    }

    fn gone(&self) -> Oops {
        gone(self.user.lang)
    }

    pub(super) fn refused(&self, error: AcceptError) -> Result<String, Oops> {
        Ok(match error {
            // Contents were judged before; only what comes from outside is refused so late.
            AcceptError::NoRecipient | AcceptError::Changed | AcceptError::Content(_) => self
                .t("Một địa chỉ nhận vừa bị thu hồi hoặc ngừng nhận thư. Kiểm tra lại người nhận."),
            AcceptError::OverQuota => self.t("Hộp thư của người nhận đã đầy."),
            AcceptError::DraftGone | AcceptError::SentAlready => return Err(self.gone()),
            AcceptError::Loop => self.t("Thư đi vòng quá nhiều máy chủ."),
            AcceptError::Store(error) => return Err(error.into()),
        }
        .to_owned())
    }

    /// What the sender keeps: a copy in the mailbox it was written from, with whom it went to unseen.
    async fn sent_copy(&self, draft: &Draft, sender: &Sender) -> Result<SentCopy, Oops> {
        let (mailbox, user, replaces) = (sender.mailbox, self.user.clone(), draft.replaces);
        let (folder, draft_place) = self
            .site
            .store
            .write(move |tx| {
                let sent = tree::ensure(tx, mailbox, Use::Sent)?;
                Ok::<_, Oops>((sent, own_draft(tx, &user, replaces)?))
            })
            .await?;
        if replaces.is_some() && draft_place.is_none() {
            return Err(self.gone());
        }
        let (hidden, _) = Draft::people(&draft.bcc);
        let mut own_lines = String::new();
        if !hidden.is_empty() {
            let addresses: Vec<String> = hidden
                .iter()
                .map(congvu_message::AddressSpec::addr)
                .collect();
            own_lines = format!("Bcc: {}\r\n", addresses.join(",\r\n "));
        }
        Ok(SentCopy {
            folder,
            own_lines: own_lines.into_bytes(),
            draft: draft_place.map(|place| (place.folder, place.uid)),
            form: Some(draft.id.clone()),
            later: None,
            remind: (draft.remind > 0).then(|| {
                let due_at = self.site.store.now() + i64::from(draft.remind) * DAY;
                (draft.remind, due_at)
            }),
        })
    }

    /// Marks what was answered or passed on; that it is not marked keeps nobody's mail back.
    pub(super) async fn mark_answered(&self, draft: &Draft) -> Result<(), Oops> {
        let user = self.user.clone();
        let (answers, forwards, law) = (draft.answers, draft.forwards, self.site.law);
        let marked = self
            .site
            .store
            .write(move |tx| {
                for (place, answered) in [(answers, true), (forwards, false)] {
                    let Some(place) = place else { continue };
                    if open::folder(tx, &user, place.mailbox, place.folder).is_err() {
                        continue;
                    }
                    let bits = if answered {
                        flag::ANSWERED
                    } else {
                        keyword::ensure(tx, place.mailbox, "$Forwarded")?.unwrap_or(0)
                    };
                    let change = FlagChange::Add(bits);
                    entry::store_flags(tx, place.folder, &[(place.uid, place.uid)], change, None)?;
                    if answered {
                        desk::answered(tx, law, &user.actor(), place)?;
                    }
                }
                Ok::<_, StoreError>(())
            })
            .await;
        if let Err(error) = marked {
            tracing::warn!(%error, "what was answered could not be marked");
        }
        Ok(())
    }

    /// The form once more, with all that was typed.
    async fn again(
        &self,
        mut draft: Draft,
        told: Told,
        place: Result<Place, Oops>,
        chosen: &[String],
    ) -> Page {
        let from = draft.from.clone();
        let shown = show(self.site, self.user, &from).await?;
        let (kept, lost) = match place {
            Ok(place) => {
                draft.replaces = Some(place);
                let user = self.user.clone();
                let stored = self.site.store.read(move |tx| {
                    open::folder(tx, &user, place.mailbox, place.folder)?;
                    part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
                });
                let stored = stored.await?;
                if draft.html.is_some() {
                    draft.html = Some(rich::html(self.site, &stored, place).await?);
                }
                (files(&stored, place), Vec::new())
            }
            // Too large to be kept: what lies elsewhere is still there.
            Err(_) => {
                if let Some(html) = &mut draft.html {
                    for picture in &draft.pictures {
                        *html = html.replace(&format!("cid:{}", picture.cid), &picture.from);
                    }
                }
                let kept = draft.files.iter().filter_map(|file| {
                    Some(Kept {
                        from: file.from.clone()?,
                        name: file.name.clone(),
                        size: bytes(file.bytes.len() as u64),
                        within: false,
                    })
                });
                (kept.collect(), chosen.to_vec())
            }
        };
        let mut response: Response = html(&ComposePage {
            frame: Frame::of(self.user, &shown.place, self.t("Soạn thư")),
            plain: draft.html.is_none(),
            signs: shown.signs,
            letters: shown.letters,
            heading: self.t("Soạn thư").to_owned(),
            senders: shown.senders,
            draft,
            kept,
            lost,
            categories: shown.categories,
            limit: bytes(shown.limit.0),
            limit_clause: shown.limit.1,
            faults: told.faults,
            cautions: told.cautions,
            back: "/thu".to_owned(),
        });
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
        Ok(response)
    }
}

pub(super) fn gone(lang: Lang) -> Oops {
    Oops::State(
        lang.t("Thư này đã được gửi, hoặc bản nháp đã bị xóa ở nơi khác. Xem trong Đã gửi.")
            .to_owned(),
    )
}

/// A draft of one's own that is still there.
pub(super) fn own_draft(
    tx: &mut Tx<'_>,
    user: &User,
    place: Option<Place>,
) -> Result<Option<Place>, Oops> {
    let Some(place) = place.filter(|place| place.mailbox == user.mailbox) else {
        return Ok(None);
    };
    let here = folder::get(tx, place.folder)?.filter(|folder| folder.mailbox == user.mailbox);
    if here.is_none() {
        return Ok(None);
    }
    let stored = part::find(tx, place.folder, place.uid)?;
    Ok(stored
        .filter(|stored| stored.flags & flag::DRAFT != 0)
        .map(|_| place))
}

pub(super) fn full(user: &User) -> Oops {
    Oops::State(
        user.lang
            .t("Hộp thư của bạn đã đầy. Dọn thư cũ và thư lớn rồi gửi lại.")
            .to_owned(),
    )
}
