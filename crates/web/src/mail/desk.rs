//! What becomes of a unit mailbox's messages, in lists and beside a message (TQ.11.4, HCM.12.4): who opened it first, who has it in
//! hand, who answered, and what the keepers say to one another about it.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::unit::{self, LONGEST_NOTE};
use congvu_governance::{Actor, Law, Refused};
use congvu_store::assignment::{self, By};
use congvu_store::delegation::{self, Subject};
use congvu_store::desk::{self, COUNTED, Counts, Desk};
use congvu_store::entry::{self, Want};
use congvu_store::folder::Folder;
use congvu_store::{AccountId, FolderId, MailboxId, StoreResult, Tx};

use super::draft::Place;
use super::list::Row;
use super::open::{self, Opened};
use super::tree::Use;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, full, html, short};

/// So many notes are shown.
const NOTES: i64 = 200;

/// The unit mailbox that is open, where it is one: a person's has no desk.
fn unit_of(tx: &mut Tx<'_>, opened: &Opened) -> StoreResult<Option<Subject>> {
    let subject = delegation::subject(tx, opened.mailbox)?;
    Ok(subject.filter(|subject| subject.kind == "unit" && !subject.gone))
}

/// The names of accounts, each asked for once.
#[derive(Default)]
struct Names(HashMap<AccountId, String>);

impl Names {
    fn of(&mut self, tx: &mut Tx<'_>, account: AccountId) -> StoreResult<String> {
        if let Some(name) = self.0.get(&account) {
            return Ok(name.clone());
        }
        let name = desk::name(tx, account)?;
        self.0.insert(account, name.clone());
        Ok(name)
    }
}

/// What a list shows of a message's desk.
pub(super) struct OnDesk {
    /// Who has it in hand; nothing: nobody.
    pub(super) who: String,
    /// They are the reader.
    pub(super) mine: bool,
}

/// What a list of a unit mailbox says of all its messages.
pub(super) struct Waiting {
    pub(super) unclaimed: String,
    pub(super) held: String,
    pub(super) waiting: String,
}

fn counted(number: u32) -> String {
    match number {
        0 => String::new(),
        COUNTED.. => format!("{COUNTED}+"),
        number => number.to_string(),
    }
}

impl From<Counts> for Waiting {
    fn from(counts: Counts) -> Self {
        Self {
            unclaimed: counted(counts.unclaimed),
            held: counted(counts.held),
            waiting: counted(counts.waiting),
        }
    }
}

/// What waits in a folder of a unit mailbox, and on whose desk each row lies; of other folders nothing.
pub(super) fn of_list(
    tx: &mut Tx<'_>,
    user: &User,
    (opened, folder): (&Opened, &Folder),
    rows: &mut [Row],
) -> StoreResult<Option<Waiting>> {
    let is_mail = !matches!(
        Use::of(folder),
        Use::Sent | Use::Drafts | Use::Junk | Use::Trash
    );
    if !is_mail || unit_of(tx, opened)?.is_none() {
        return Ok(None);
    }
    let mut names = Names::default();
    for row in rows {
        row.desk = match desk::of(tx, folder.id, row.uid)? {
            None => None,
            Some(Desk::Nobody) => Some(OnDesk {
                who: String::new(),
                mine: false,
            }),
            Some(Desk::Held(account)) => Some(OnDesk {
                who: names.of(tx, account)?,
                mine: account == user.account,
            }),
        };
    }
    Ok(Some(desk::counts(tx, folder.id, user.account)?.into()))
}

/// Somebody did something, at a time.
pub(super) struct Did {
    pub(super) who: String,
    pub(super) at: String,
}

/// A note.
pub(super) struct Said {
    pub(super) who: String,
    pub(super) at: String,
    pub(super) words: String,
}

/// Somebody who may be given a message.
pub(super) struct Hand {
    pub(super) account: i64,
    pub(super) name: String,
}

/// What stands beside a message of a unit mailbox.
pub(super) struct Panel {
    /// Where what is done is sent to, and where this is read anew.
    pub(super) here: String,
    /// Where the form leads back to.
    pub(super) back: String,
    pub(super) opened: Option<Did>,
    pub(super) holder: Option<Did>,
    /// Who gave it to its holder.
    pub(super) given_by: String,
    pub(super) answered: Option<Did>,
    pub(super) done: Option<Did>,
    /// What was said to the holder, or at the end.
    pub(super) words: String,
    pub(super) waits: bool,
    pub(super) mine: bool,
    pub(super) may_act: bool,
    /// The reader takes it out of the holder's hands: it is theirs, or they say who keeps the mailbox.
    pub(super) may_return: bool,
    pub(super) hands: Vec<Hand>,
    pub(super) notes: Vec<Said>,
    pub(super) longest: usize,
}

/// What stands beside a message; nothing where its mailbox is a person's.
pub(super) fn of_message(
    tx: &mut Tx<'_>,
    user: &User,
    opened: &Opened,
    (folder, uid): (FolderId, u32),
) -> StoreResult<Option<Panel>> {
    let Some(subject) = unit_of(tx, opened)? else {
        return Ok(None);
    };
    let Some(object) = object(tx, folder, uid)? else {
        return Ok(None);
    };
    let (mailbox, lang) = (opened.mailbox, user.lang);
    let state = assignment::get(tx, mailbox, object)?.unwrap_or_default();
    let manages = unit::may_manage(tx, &user.actor(), mailbox)?.is_some();
    let may_act = unit::handles(tx, &subject, user.account)?;
    // Who keeps the mailbox no longer has nothing of it in hand.
    let holder = match state.holder() {
        Some(by) if unit::handles(tx, &subject, by.0)? => Some(by),
        _ => None,
    };
    let mine = holder.is_some_and(|(account, _)| account == user.account);
    let mut names = Names::default();
    let mut did = |tx: &mut Tx<'_>, by: Option<By>| {
        by.map(|(account, at)| {
            Ok::<_, congvu_store::StoreError>(Did {
                who: names.of(tx, account)?,
                at: full(at, lang),
            })
        })
        .transpose()
    };
    let first = desk::opened_by(tx, mailbox, object)?;
    let mut panel = Panel {
        here: format!("/thu/{mailbox}/{folder}/{uid}/xu-ly"),
        back: format!("/thu/{mailbox}/{folder}/{uid}"),
        opened: did(tx, first)?,
        holder: did(tx, holder)?,
        answered: did(tx, state.answered)?,
        done: did(tx, state.done)?,
        waits: state.waits(),
        given_by: if state.taken.is_none() {
            state.assigned_by
        } else {
            String::new()
        },
        words: state.note,
        mine,
        may_act,
        may_return: holder.is_some() && (mine || manages),
        hands: Vec::new(),
        notes: Vec::new(),
        longest: LONGEST_NOTE,
    };
    if may_act || manages {
        for account in unit::handlers(tx, mailbox)? {
            panel.hands.push(Hand {
                account: account.0,
                name: names.of(tx, account)?,
            });
        }
    }
    let now = tx.now();
    for note in desk::notes(tx, mailbox, object, NOTES)? {
        panel.notes.push(Said {
            who: names.of(tx, note.account)?,
            at: short(note.at, now, lang),
            words: note.words,
        });
    }
    Ok(Some(panel))
}

fn object(tx: &mut Tx<'_>, folder: FolderId, uid: u32) -> StoreResult<Option<i64>> {
    let mut object = None;
    entry::scan(tx, folder, (uid, uid), Want::Entry, |entry| {
        object = Some(entry.object()?);
        Ok(false)
    })?;
    Ok(object)
}

/// The panel alone, for who reads the message while somebody else does something about it.
#[derive(Template)]
#[template(path = "mail/desk_part.html")]
struct Part {
    frame: Frame,
    desk: Panel,
}

type At = Path<(i64, i64, u32)>;

/// `/thu/{mailbox}/{folder}/{uid}/xu-ly`: what became of the message.
pub(super) async fn part(State(site): State<Site>, user: User, Path(at): At) -> Page {
    let (mailbox, folder, uid) = (MailboxId(at.0), FolderId(at.1), at.2);
    let reader = user.clone();
    let found = site.store.read(move |tx| {
        let (opened, folder) = open::folder(tx, &reader, mailbox, folder)?;
        of_message(tx, &reader, &opened, (folder.id, uid))?.ok_or_else(open::gone)
    });
    let desk = found.await?;
    Ok(html(&Part {
        frame: Frame::of(&user, "", ""),
        desk,
    }))
}

/// Carries out what was chosen beside the message.
pub(super) async fn act(
    State(site): State<Site>,
    user: User,
    Path(at): At,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let (mailbox, folder, uid) = (MailboxId(at.0), FolderId(at.1), at.2);
    let base = format!("/thu/{mailbox}/{folder}/{uid}");
    let back = fields.get("ve");
    let back = if back == base || back.starts_with(&format!("{base}?")) {
        back
    } else {
        &base
    }
    .to_owned();
    let law = site.law;
    let done = site
        .store
        .write(move |tx| {
            open::folder(tx, &user, mailbox, folder)?;
            let object = object(tx, folder, uid)?.ok_or_else(open::gone)?;
            carry_out(tx, law, &user, (mailbox, object), &fields)
        })
        .await?;
    let mark = if back.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{back}{mark}xong={done}#xu-ly")).into_response())
}

fn carry_out(
    tx: &mut Tx<'_>,
    law: Law,
    user: &User,
    (mailbox, object): (MailboxId, i64),
    fields: &Fields,
) -> Result<&'static str, Oops> {
    let (actor, of) = (user.actor(), (mailbox, object));
    let carried = match fields.get("viec") {
        "nhan" => unit::take(tx, law, &actor, mailbox, object).map(|()| "nhan"),
        "tra-lai" => unit::give_back(tx, law, &actor, mailbox, object).map(|()| "tra-lai"),
        "da-tra-loi" => unit::answered(tx, law, &actor, mailbox, object).map(|()| "da-tra-loi"),
        "xu-ly-xong" => unit::done(tx, law, &actor, of, "").map(|()| "xu-ly-xong"),
        "ghi-chu" => unit::note(tx, law, &actor, of, fields.get("ghi-chu")).map(|()| "ghi-chu"),
        "giao" => {
            let to: i64 = fields.get("den").parse().map_err(|_| {
                let words = user.lang.t("Chọn người được giao.");
                Oops::Bad(words.to_owned())
            })?;
            let words: String = fields
                .get("loi-nhan")
                .trim()
                .chars()
                .take(LONGEST_NOTE)
                .collect();
            unit::assign(tx, law, &actor, of, AccountId(to), &words).map(|()| "giao")
        }
        _ => return Err(Oops::Bad("Không có việc này.".to_owned())),
    };
    Ok(carried.map_err(Refused::from)?)
}

/// Takes some messages in hand; those that somebody else has stay theirs.
pub(super) fn take_all(
    tx: &mut Tx<'_>,
    law: Law,
    user: &User,
    (mailbox, folder): (MailboxId, FolderId),
    ranges: &[(u32, u32)],
) -> Result<&'static str, Oops> {
    let mut objects = Vec::new();
    for &range in ranges {
        entry::scan(tx, folder, range, Want::Entry, |entry| {
            objects.push(entry.object()?);
            Ok(true)
        })?;
    }
    let actor = user.actor();
    let mut left = false;
    for object in objects {
        match unit::take(tx, law, &actor, mailbox, object) {
            Err(unit::Refused::Taken(_)) => left = true,
            taken => taken.map_err(Refused::from)?,
        }
    }
    Ok(if left { "nhan-bot" } else { "nhan" })
}

/// Notes that somebody who reads a unit mailbox opened a message of it, where nobody had.
pub(super) fn opened(
    tx: &mut Tx<'_>,
    user: &User,
    (folder, uid): (FolderId, u32),
) -> StoreResult<()> {
    desk::opened(tx, folder, &[(uid, uid)], user.account)
}

/// Notes that a message was answered, where it is a unit mailbox's.
pub(super) fn answered(tx: &mut Tx<'_>, law: Law, actor: &Actor, place: Place) -> StoreResult<()> {
    let Some(object) = object(tx, place.folder, place.uid)? else {
        return Ok(());
    };
    unit::was_answered(tx, law, actor, place.mailbox, object)
}

/// What was just done, in words.
pub(super) fn said(done: &str, lang: Lang) -> Option<&'static str> {
    Some(match done {
        "nhan" => lang.t("Bạn đã nhận xử lý."),
        "nhan-bot" => {
            lang.t("Bạn đã nhận xử lý các thư chưa ai nhận; thư người khác đang xử lý giữ nguyên.")
        }
        "giao" => lang.t("Đã giao việc."),
        "tra-lai" => lang.t("Đã trả lại; thư chờ người khác nhận."),
        "da-tra-loi" => lang.t("Đã ghi là đã trả lời."),
        "xu-ly-xong" => lang.t("Đã ghi là xử lý xong."),
        "ghi-chu" => lang.t("Đã thêm ghi chú nội bộ."),
        _ => return None,
    })
}
