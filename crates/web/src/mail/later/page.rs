//! `/hen`: what waits for its time, and what is done to it.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_message::search::envelope::Field;
use congvu_store::delegation::Rights;
use congvu_store::later::{self, Kind, Waiting};
use congvu_store::{MailboxId, StoreResult, Tx, organisation};

use super::runner::return_home;
use super::send::back_to_drafts;
use crate::mail::open;
use crate::mail::read::people;
use crate::mail::send::gone;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, full, html};

/// Rows on a page.
const PAGE: i64 = 50;

/// What was just sent and can still be taken back.
pub(in crate::mail) struct Undo {
    pub(in crate::mail) row: i64,
    pub(in crate::mail) seconds: i64,
    pub(in crate::mail) left_ms: i64,
}

impl Undo {
    pub(in crate::mail) fn read(
        tx: &mut Tx<'_>,
        user: &User,
        row: i64,
    ) -> StoreResult<Option<Self>> {
        let now = tx.now();
        let found = later::get(tx, row)?;
        let found = found.filter(|row| row.account == user.account && row.kind == Kind::Send);
        Ok(found.map(|found| {
            let left_ms = (found.due_at - now).max(0);
            Self {
                row,
                seconds: (left_ms + 999) / 1000,
                left_ms,
            }
        }))
    }
}

/// Something that waits.
struct Row {
    id: i64,
    subject: String,
    who: String,
    when: String,
    days: u16,
    /// Its page.
    href: Option<String>,
}

/// A mailbox whose messages wait.
struct Choice {
    href: String,
    address: String,
    is_here: bool,
}

#[derive(Template)]
#[template(path = "mail/later/page.html")]
struct LaterPage {
    frame: Frame,
    /// `gui`, `xem-lai`, `tra-loi`
    shown: &'static str,
    choices: Vec<Choice>,
    rows: Vec<Row>,
    more: Option<String>,
    done: Option<String>,
}

fn name(kind: Kind) -> &'static str {
    match kind {
        Kind::Send => "gui",
        Kind::Back => "xem-lai",
        Kind::Answer | Kind::Recall => "tra-loi",
    }
}

fn shown(query: &Fields) -> Kind {
    match query.get("xem") {
        "xem-lai" => Kind::Back,
        "tra-loi" => Kind::Answer,
        _ => Kind::Send,
    }
}

fn done(query: &Fields, lang: Lang) -> Option<String> {
    let words = match query.get("xong") {
        "hen" => lang.t("Đã hẹn giờ gửi."),
        "ngay" => lang.t("Thư đang được gửi đi."),
        "rut" => lang.t("Đã rút thư về Thư nháp."),
        "ve" => lang.t("Thư đã trở lại thư mục cũ."),
        "thoi" => lang.t("Sẽ không nhắc nữa."),
        _ => return None,
    };
    Some(words.to_owned())
}

pub(super) async fn page(State(site): State<Site>, user: User, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let kind = shown(&query);
    let asked = query.get("hop").parse().map_or(user.mailbox, MailboxId);
    // Drafts lie in one's own mailbox, whoever they are written as.
    let mailbox = if kind == Kind::Send {
        user.mailbox
    } else {
        asked
    };
    let after = query.get("sau").split_once('-');
    let after = after.and_then(|(at, id)| Some((at.parse().ok()?, id.parse().ok()?)));
    let reader = user.clone();
    let (mut waiting, opened, place) = site
        .store
        .read(move |tx| {
            open::one(tx, &reader, mailbox)?;
            let found = later::waiting(tx, mailbox, kind, after.unwrap_or((0, 0)), PAGE + 1)?;
            let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
            Ok::<_, Oops>((found, open::all(tx, &reader)?, place))
        })
        .await?;
    let way = |mailbox: MailboxId| format!("/hen?xem={}&hop={mailbox}", name(kind));
    let more = waiting.len() > PAGE as usize;
    waiting.truncate(PAGE as usize);
    let more = waiting.last().filter(|_| more);
    let more = more.map(|last| format!("{}&sau={}-{}", way(mailbox), last.due_at, last.id));
    let choices = opened.into_iter().filter(|_| kind != Kind::Send);
    let rows = waiting.into_iter();
    // What somebody moved or removed waits no more.
    let rows = rows.filter(|one| one.is_there || kind == Kind::Answer);
    Ok(html(&LaterPage {
        frame: Frame::of(
            &user,
            &place,
            match kind {
                Kind::Send => user.lang.t("Thư hẹn gửi"),
                Kind::Back => user.lang.t("Thư hẹn xem lại"),
                Kind::Answer | Kind::Recall => user.lang.t("Thư chờ trả lời"),
            },
        ),
        shown: name(kind),
        choices: choices
            .map(|one| Choice {
                href: way(one.mailbox),
                is_here: one.mailbox == mailbox,
                address: one.address,
            })
            .collect(),
        rows: rows.map(|one| row(one, kind, mailbox, user.lang)).collect(),
        more,
        done: done(&query, user.lang),
    }))
}

fn row(one: Waiting, kind: Kind, mailbox: MailboxId, lang: Lang) -> Row {
    let field = if kind == Kind::Back {
        Field::From
    } else {
        Field::To
    };
    let (folder, uid) = one.place;
    let linked = kind != Kind::Send && one.is_there;
    Row {
        id: one.id,
        who: people(&one.envelope, field),
        when: full(one.due_at, lang),
        days: one.days,
        href: linked.then(|| format!("/thu/{mailbox}/{folder}/{uid}")),
        subject: if one.subject.trim().is_empty() {
            lang.t("(không có tiêu đề)").to_owned()
        } else {
            one.subject
        },
    }
}

/// `/hen/{id}`: taken back, sent now, shown again now, not looked at any more.
pub(super) async fn act(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let what = fields.get("viec").to_owned();
    let to = site
        .store
        .write(move |tx| {
            let row = later::get(tx, id)?.ok_or_else(|| gone(user.lang))?;
            let opened = open::one(tx, &user, row.mailbox)?;
            let is_own = row.kind != Kind::Send || row.mailbox == user.mailbox;
            if !opened.rights.has(Rights::ORGANISE) || !is_own || row.kind == Kind::Recall {
                return Err(open::gone());
            }
            if row.kind == Kind::Send && what == "ngay" {
                later::hasten(tx, id)?;
                return Ok("/hen?xong=ngay".to_owned());
            }
            // The server may be sending it: then it is gone once that is done.
            let row = later::withdraw(tx, id)?.ok_or_else(|| gone(user.lang))?;
            let mailbox = row.mailbox;
            Ok(match row.kind {
                Kind::Send => {
                    let draft = back_to_drafts(tx, &row)?.ok_or_else(|| gone(user.lang))?;
                    match what.as_str() {
                        "sua" => format!("/soan?thu={draft}&cach=sua"),
                        _ => "/hen?xong=rut".to_owned(),
                    }
                }
                Kind::Back => {
                    return_home(tx, &row)?;
                    format!("/hen?xem=xem-lai&hop={mailbox}&xong=ve")
                }
                Kind::Answer | Kind::Recall => format!("/hen?xem=tra-loi&hop={mailbox}&xong=thoi"),
            })
        })
        .await?;
    Ok(Redirect::to(&to).into_response())
}
