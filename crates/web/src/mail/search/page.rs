//! What was found, a page at a time.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_search::{Hunt, Newest};
use congvu_store::delegation::Rights;
use congvu_store::folder::{self, Folder};
use congvu_store::{FolderId, StoreResult, Tx, organisation, saved_search};

use super::asked::{self, Asked, Where};
use super::find::{self, FoundRow};
use super::query::{self, Fault, Query};
use super::{Finding, finding, form};
use crate::mail::list::{self, Quota};
use crate::mail::open::{self, Opened};
use crate::mail::tree::{self, Trunk};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html};

/// So many ways to find more are offered.
const WAYS: usize = 4;
const DAY: i64 = 86_400_000;
const ZONE: i64 = 7 * 3_600_000;

/// Another search, by a link.
pub(super) struct Way {
    label: String,
    href: String,
}

#[derive(Template)]
#[template(path = "mail/found.html")]
struct FoundPage {
    frame: Frame,
    trunks: Vec<Trunk>,
    quota: Quota,
    finding: Finding,
    /// Where was looked.
    label: String,
    rows: Vec<FoundRow>,
    total: Option<u64>,
    fault: Option<String>,
    newest: Option<String>,
    older: Option<String>,
    stopped: bool,
    ways: Vec<Way>,
    /// The fields, in which the same can be asked for.
    form: String,
    /// Where all of it is saved to the computer, by those who may.
    export: Option<String>,
    /// It is kept already: its row.
    kept: Option<i64>,
    done: Option<&'static str>,
}

/// What the first look at the store finds.
struct Ground {
    opened: Opened,
    folders: Vec<Folder>,
    hunts: Result<Vec<(FolderId, Hunt)>, Fault>,
    trunks: Vec<Trunk>,
    quota: Quota,
    finding: Finding,
    kept: Option<i64>,
    place: String,
}

fn ground(
    tx: &mut Tx<'_>,
    user: &User,
    asked: &Asked,
    query: &Result<Query, Fault>,
) -> Result<Ground, Oops> {
    let opened = open::one(tx, user, asked.mailbox)?;
    let folders = folder::list(tx, asked.mailbox)?;
    if let Where::One(only) = asked.within
        && !folders.iter().any(|folder| folder.id == only)
    {
        return Err(open::gone());
    }
    let hunts = match query {
        Ok(query) => find::hunts(tx, asked, query, &folders)?,
        Err(fault) => Err(fault.clone()),
    };
    Ok(Ground {
        hunts,
        trunks: tree::read(tx, user, FolderId(0))?,
        quota: list::quota(tx, asked.mailbox)?,
        finding: finding(tx, user, asked)?,
        kept: kept(tx, user, asked)?,
        place: organisation::root(tx)?.map_or_else(String::new, |root| root.name),
        opened,
        folders,
    })
}

fn kept(tx: &mut Tx<'_>, user: &User, asked: &Asked) -> StoreResult<Option<i64>> {
    let scope = asked.scope();
    let kept = saved_search::list(tx, user.account)?.into_iter();
    let mut same = kept.filter(|kept| kept.query == asked.text && kept.scope == scope);
    Ok(same.next().map(|kept| kept.id))
}

pub(super) async fn page(State(site): State<Site>, user: User, RawQuery(fields): RawQuery) -> Page {
    let fields = Fields::parse(fields.unwrap_or_default().as_bytes());
    let asked = Asked::read(&fields, user.mailbox);
    let after = asked::after(&fields);
    let now = site.store.read(|tx| StoreResult::Ok(tx.now())).await?;
    let query = match query::parse(&asked.text, today(now)) {
        Ok(None) => return form::page(&site, &user, &asked).await,
        Ok(Some(query)) => Ok(query),
        Err(fault) => Err(fault),
    };
    let (reader, what) = (user.clone(), (asked.clone(), query.clone()));
    let ground = site
        .store
        .read(move |tx| ground(tx, &reader, &what.0, &what.1))
        .await?;
    let (found, fault) = match ground.hunts {
        Ok(hunts) => (find::find(&site, &user, hunts, after).await?, None),
        Err(fault) => (Newest::default(), Some(fault.text(user.lang))),
    };
    let label = label(&asked, &ground.opened, &ground.folders, user.lang);
    let (reader, here) = (user.clone(), asked.query(after));
    let (opened, folders) = (ground.opened, ground.folders);
    let may_organise = opened.rights.has(Rights::ORGANISE);
    let hits = found.hits;
    let rows = site
        .store
        .read(move |tx| find::rows(tx, &reader, (&opened, &folders), &hits, &here))
        .await?;
    // HCM.8.2.a, BS.III.11
    site.access.note_look(asked.mailbox, user.account);
    let title = format!("{} {}", user.lang.t("Tìm"), asked.text);
    Ok(html(&FoundPage {
        frame: Frame::of(&user, &ground.place, &title),
        trunks: ground.trunks,
        quota: ground.quota,
        finding: ground.finding,
        label,
        ways: query.map_or_else(|_| Vec::new(), |query| ways(&asked, &query, user.lang)),
        rows,
        total: found.total.filter(|_| fault.is_none()),
        fault,
        newest: after.map(|_| asked.href(None)),
        older: found.next.map(|next| asked.href(Some(next))),
        stopped: found.stopped,
        form: form::href(&asked),
        export: may_organise.then(|| asked.export()),
        kept: ground.kept,
        done: done(&fields, user.lang),
    }))
}

/// The day of a time (ms) in Vietnam, since 1970.
pub(super) fn today(now: i64) -> i64 {
    (now + ZONE).div_euclid(DAY)
}

fn label(asked: &Asked, opened: &Opened, folders: &[Folder], lang: Lang) -> String {
    let within = match asked.within {
        Where::Most => lang.t("Mọi thư mục, trừ Thư rác và Đã xóa").to_owned(),
        Where::All => lang.t("Mọi thư mục").to_owned(),
        Where::One(only) => folders
            .iter()
            .find(|folder| folder.id == only)
            .map_or_else(String::new, |folder| tree::label(folder, lang)),
    };
    match opened.own {
        true => within,
        false => format!("{within} – {}", opened.address),
    }
}

/// What else can be tried where nothing was found.
fn ways(asked: &Asked, query: &Query, lang: Lang) -> Vec<Way> {
    let mut ways = Vec::new();
    let wider = match asked.within {
        Where::One(_) => Some((lang.t("Tìm trong mọi thư mục"), Where::Most)),
        Where::Most => Some((lang.t("Tìm cả Thư rác và Đã xóa"), Where::All)),
        Where::All => None,
    };
    ways.extend(wider.map(|(label, within)| Way {
        label: label.to_owned(),
        href: asked.within(within).href(None),
    }));
    if query.pieces.len() > 1 {
        // What stands last was most likely added last.
        for (at, piece) in query.pieces.iter().enumerate().rev() {
            let mut rest = query.pieces.clone();
            rest.remove(at);
            ways.push(Way {
                label: format!("{} {piece}", lang.t("Bỏ")),
                href: asked.with_text(rest.join(" ")).href(None),
            });
        }
    }
    ways.truncate(WAYS);
    ways
}

fn done(fields: &Fields, lang: Lang) -> Option<&'static str> {
    Some(match (fields.get("xong"), lang) {
        ("luu-tim", lang) => lang.t("Đã lưu. Lần sau bấm tên này dưới cây thư mục."),
        ("bo-tim", lang) => lang.t("Đã bỏ tìm kiếm đã lưu."),
        _ => return None,
    })
}
