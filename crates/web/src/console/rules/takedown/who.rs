//! Who has copies, and who opened, answered or sent them on. Looking is on record, for it tells who has what.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use congvu_governance::takedown as cases;
use congvu_governance::{Role, rights};
use congvu_store::takedown::{self, Copy, CopyState, Outgoing, Place};
use congvu_store::{TakedownId, Tx};

use super::super::number;
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html};

/// So many sealed copies stand on a page.
const COPIES: i64 = 100;
/// So many places of copies are told one by one; sums are told of all.
const PLACES: usize = 200;

#[derive(Template)]
#[template(path = "console/rules/takedown_who.html")]
struct WhoPage {
    frame: Frame,
    shell: Shell,
    id: TakedownId,
    sums: Vec<(String, u64)>,
    places: Vec<Place>,
    more_places: usize,
    outgoing: Vec<Outgoing>,
    copies: Vec<Line>,
    next: String,
}

/// A copy that the case took out of its folder.
struct Line {
    address: String,
    mailbox: i64,
    organisation: String,
    folder: String,
    came: String,
    signs: Vec<&'static str>,
    state: &'static str,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let after = number(query.get("sau")).unwrap_or(0);
    let page = site
        .store
        .write(move |tx| read(tx, &officer, TakedownId(id), after))
        .await?;
    Ok(html(&page))
}

fn read(tx: &mut Tx<'_>, officer: &Officer, id: TakedownId, after: i64) -> Result<WhoPage, Oops> {
    let lang = officer.lang();
    let top = super::top(tx, officer)?;
    super::case(tx, id)?;
    if !rights::has(tx, &officer.actor(), &[Role::Decide, Role::Operate], top)? {
        return Err(Oops::Forbidden(
            "Ai đang giữ bản sao thì chỉ cơ quan quản lý và đơn vị vận hành được xem.".to_owned(),
        ));
    }
    let title = lang.t("Ai đã nhận, đã mở");
    let (frame, shell) = shell::read(tx, officer, title, Here::Takedown)?;
    let found = cases::preview(tx, &officer.actor(), id)?;
    let sums = found.by_organisation();
    let sums = sums
        .into_iter()
        .map(|(name, copies)| (name.to_owned(), copies));
    let sums = sums.collect();
    let mut places = found.places;
    let more_places = places.len().saturating_sub(PLACES);
    places.truncate(PLACES);
    let mut copies = takedown::copies(tx, id, after, COPIES + 1)?;
    let shown = usize::try_from(COPIES).unwrap_or(usize::MAX);
    let more = copies.len() > shown;
    copies.truncate(shown);
    let next = copies.last().filter(|_| more);
    let next = next.map_or_else(String::new, |last| format!("sau={}", last.id));
    Ok(WhoPage {
        id,
        sums,
        places,
        more_places,
        outgoing: found.outgoing,
        copies: copies.into_iter().map(|copy| line(copy, lang)).collect(),
        next,
        frame,
        shell,
    })
}

fn line(copy: Copy, lang: Lang) -> Line {
    let mut signs = Vec::new();
    if copy.seen {
        signs.push(lang.t("đã mở"));
    }
    if copy.answered {
        signs.push(lang.t("đã trả lời"));
    }
    if copy.forwarded {
        signs.push(lang.t("đã chuyển tiếp"));
    }
    if signs.is_empty() {
        let fetched = copy.fetched_at.is_some_and(|at| at >= copy.saved_at);
        signs.push(match fetched {
            true => lang.t("chưa đánh dấu đã mở, nhưng hộp thư có tải thư sau đó"),
            false => lang.t("chưa mở"),
        });
    }
    Line {
        address: copy.address,
        mailbox: copy.mailbox.0,
        organisation: copy.organisation,
        folder: copy.folder,
        came: full(copy.saved_at, lang),
        signs,
        state: match copy.state {
            CopyState::Sealed => lang.t("niêm phong"),
            CopyState::Released => lang.t("đã trả lại"),
            CopyState::Destroyed => lang.t("đã hủy"),
        },
    }
}
