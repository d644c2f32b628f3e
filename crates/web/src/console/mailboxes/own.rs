//! `/tai-khoan/hop-thu`: for everybody: who was let into their mailbox and what they did there (BS.III.9), what they keep of others, and what
//! will become of their mailbox, by which clause.

use askama::Template;
use axum::extract::State;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::mailbox::Subject;
use congvu_governance::{Law, Refused, access_order, unit};
use congvu_regulation::Moment;
use congvu_store::access_grant::{Grant, Use};
use congvu_store::{AccessGrantId, DelegationId, Tx, address, delegation, organisation};

use super::list::Fill;
use crate::console::cited::Cited;
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, full, html, named_day};

/// Uses that are shown of each; all are kept.
const USES: usize = 20;

/// Somebody who was let in.
struct Entry {
    id: i64,
    who: String,
    consent: bool,
    document: String,
    purpose: String,
    from: String,
    until: String,
    uses: Vec<(String, String, String)>,
    /// Uses that are not shown.
    more: usize,
    /// Its owner may end it.
    ends: bool,
    is_over: bool,
}

/// A unit mailbox that is kept.
struct Kept {
    id: i64,
    address: String,
    rights: String,
    until: String,
    document: String,
}

#[derive(Template)]
#[template(path = "console/mailboxes/own.html")]
struct OwnPage {
    frame: Frame,
    address: String,
    agency: String,
    fill: Fill,
    coming: Vec<(String, String, Cited)>,
    /// Why nothing can be told of what comes.
    unknown: Option<String>,
    entries: Vec<Entry>,
    kept: Vec<Kept>,
    done: &'static str,
}

fn entry((grant, mut uses): (Grant, Vec<Use>), now: i64, lang: Lang) -> Entry {
    uses.reverse();
    let more = uses.len().saturating_sub(USES);
    uses.truncate(USES);
    let is_over = grant.ended_at.is_some() || grant.until_at <= now;
    let consent = grant.way == "consent";
    Entry {
        id: grant.id.0,
        who: grant.login,
        consent,
        document: grant.document,
        purpose: grant.purpose,
        from: full(grant.from_at, lang),
        until: full(grant.ended_at.unwrap_or(grant.until_at), lang),
        uses: uses
            .into_iter()
            .map(|one| (full(one.at, lang), one.what, one.client_ip))
            .collect(),
        more,
        ends: consent && !is_over,
        is_over,
    }
}

fn rights(rights: delegation::Rights, lang: Lang) -> String {
    let names = [
        (delegation::Rights::READ, lang.t("Đọc thư")),
        (
            delegation::Rights::ORGANISE,
            lang.t("Đánh dấu, sắp xếp, xóa thư"),
        ),
        (
            delegation::Rights::SEND,
            lang.t("Gửi bằng địa chỉ của cơ quan"),
        ),
        (
            delegation::Rights::MANAGE,
            lang.t("Giao hộp thư cho người khác"),
        ),
    ];
    let names = names.into_iter().filter(|(right, _)| rights.has(*right));
    names.map(|(_, name)| name).collect::<Vec<_>>().join(", ")
}

fn read(tx: &mut Tx<'_>, law: Law, user: &User, done: &str) -> Result<OwnPage, Oops> {
    let (lang, now) = (user.lang, tx.now());
    let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
    let seen = access_order::seen_by_owner(tx, &user.actor(), user.mailbox)?;
    let mut kept = Vec::new();
    for one in delegation::of_account(tx, user.account)? {
        if one.is_over(now) {
            continue;
        }
        let until = match one.until_at {
            Some(until) => format!("{} {}", lang.t("đến hết"), named_day(until - 1, lang)),
            None => lang.t("đến khi thôi giao").to_owned(),
        };
        kept.push(Kept {
            id: one.id.0,
            address: address::primary(tx, one.mailbox)?.unwrap_or_default(),
            rights: rights(one.rights, lang),
            until,
            document: one.document,
        });
    }
    let mut page = OwnPage {
        frame: Frame::of(user, &place, lang.t("Hộp thư của tôi")),
        address: user.login.clone(),
        agency: String::new(),
        fill: Fill::of(0, 0),
        coming: Vec::new(),
        unknown: None,
        entries: seen.into_iter().map(|one| entry(one, now, lang)).collect(),
        kept,
        done: match done {
            "thoi" => lang.t("Đã chấm dứt; người ấy không mở được hộp thư của bạn nữa."),
            "tra" => lang.t("Bạn đã trả lại hộp thư cơ quan."),
            _ => "",
        },
    };
    match Subject::load(tx, law, user.mailbox) {
        Ok(subject) => {
            let rules = subject.profile.lifecycle();
            let coming = rules.coming(&subject.facts(), law.calendar());
            let coming = coming.into_iter().filter(|due| due.at > Moment(now));
            let coming = coming.map(|due| {
                let day = due.at.date();
                let cited = Cited::by(subject.profile, &due.origin);
                let at = format!("{} {}", day.weekday(), day.vietnamese());
                (at, due.sentence(rules, due.at), cited)
            });
            page.coming = coming.collect();
            page.fill = Fill::of(subject.life.used, subject.life.quota);
            page.agency = subject.organisation.name;
        }
        Err(Refused::Store(error)) => return Err(error.into()),
        Err(refused) => page.unknown = Some(refused.to_string()),
    }
    Ok(page)
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    axum::extract::RawQuery(query): axum::extract::RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let (law, done) = (site.law, query.get("xong").to_owned());
    let page = site
        .store
        .read(move |tx| read(tx, law, &user, &done))
        .await?;
    Ok(html(&page))
}

/// The owner ends what they consented to, or gives up what they keep.
pub(super) async fn submit(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let actor = user.actor();
    let keeps = fields.get("viec") == "tra";
    let Ok(row) = fields.get("so").parse::<i64>() else {
        return Err(Oops::missing("Không có việc này."));
    };
    let ended = site.store.write(move |tx| {
        if keeps {
            // Its own delegations alone: of others a manager's page has them.
            let own = delegation::get(tx, DelegationId(row))?;
            if own.is_none_or(|own| Some(own.account) != actor.account) {
                return Err(Refused::missing("Không có việc giao này."));
            }
            return Ok(unit::end(tx, &actor, DelegationId(row), None)?);
        }
        access_order::end(tx, &actor, AccessGrantId(row))
    });
    ended.await?;
    let done = if keeps { "tra" } else { "thoi" };
    Ok(Redirect::to(&format!("/tai-khoan/hop-thu?xong={done}")).into_response())
}
