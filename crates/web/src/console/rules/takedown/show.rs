//! One case: what it looks for, how far it is, what comes next.

use askama::Template;
use axum::Json;
use axum::extract::{Path, RawQuery, State};
use congvu_governance::joint::Kind;
use congvu_governance::{Law, Role, rights};
use congvu_store::audit::{self, Chain};
use congvu_store::joint_order::{self, Order};
use congvu_store::takedown::{self, Case, State as Step};
use congvu_store::{IncidentId, JointOrderId, TakedownId, Tx, account};
use serde_json::{Value, json};

use super::super::{Chip, Trouble, told};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html};

/// So much of the record is shown.
const RECORDS: i64 = 40;

#[derive(Template)]
#[template(path = "console/rules/takedown.html")]
struct CasePage {
    frame: Frame,
    shell: Shell,
    id: TakedownId,
    chip: Chip,
    cited: Cited,
    criteria: Vec<(&'static str, String)>,
    document: String,
    reason: String,
    contact: String,
    incident: Option<IncidentId>,
    opened: String,
    opened_by: String,
    step: Step,
    is_found: bool,
    messages: usize,
    copies: u64,
    in_queue: u64,
    kept: u64,
    ended: u64,
    progress: Option<(u64, u64)>,
    orders: Vec<Waiting>,
    may_act: bool,
    may_decide: bool,
    may_take_out: bool,
    has_content_order: bool,
    past: Vec<Past>,
    typed: Typed,
    done: &'static str,
}

/// An order that waits for the second person.
struct Waiting {
    id: JointOrderId,
    is_purge: bool,
    by: String,
    at: String,
    lapses: String,
    document: String,
    reason: String,
    is_own: bool,
}

struct Past {
    at: String,
    what: String,
    by: String,
}

/// What was typed into a form that was not taken.
#[derive(Default)]
pub(super) struct Typed {
    pub(super) act: String,
    pub(super) document: String,
    pub(super) reason: String,
    pub(super) trouble: Option<Trouble>,
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let done = query.get("xong").to_owned();
    shown(site, officer, TakedownId(id), Typed::default(), done).await
}

pub(super) async fn shown(
    site: Site,
    officer: Officer,
    id: TakedownId,
    typed: Typed,
    done: String,
) -> Page {
    let law = site.law;
    let status = typed.trouble.as_ref().map(|trouble| trouble.status);
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, typed, &done))
        .await?;
    Ok(told(html(&page), status))
}

/// How far the work of a state is: done, of all; nothing where there is none.
fn work(tx: &mut Tx<'_>, case: &Case) -> Result<Option<(u64, u64)>, Oops> {
    let tally = takedown::tally(tx, case.id)?;
    let left = takedown::left(tx, case.id)?;
    Ok(match case.state {
        Step::Open if case.found_at.is_none() => Some((0, 1)),
        Step::Sealed if left.in_folders > 0 => Some((tally.kept, tally.kept + left.in_folders)),
        Step::Releasing => Some((tally.released, tally.kept + tally.released)),
        Step::Purging => Some((tally.purged, tally.kept + tally.purged)),
        _ => None,
    })
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: TakedownId,
    typed: Typed,
    done: &str,
) -> Result<CasePage, Oops> {
    let lang = officer.lang();
    let top = super::top(tx, officer)?;
    let case = super::case(tx, id)?;
    let title = format!("{} {id}", lang.t("Hồ sơ gỡ bỏ số"));
    let (frame, shell) = shell::read(tx, officer, &title, Here::Takedown)?;
    let profile = law.at(tx, top)?;
    let actor = officer.actor();
    let tally = takedown::tally(tx, id)?;
    let left = takedown::left(tx, id)?;
    let all = joint_order::of_subject(tx, &format!("takedown/{id}"))?;
    let has_content_order = all
        .iter()
        .any(|order| order.kind == Kind::Content.name() && order.confirmed_at.is_some());
    let mut orders = Vec::new();
    for order in all {
        if let Some(waiting) = waiting(tx, officer, order, lang)? {
            orders.push(waiting);
        }
    }
    let past = audit::of_subject(
        tx,
        Chain::Acts,
        &format!("takedown/{id}"),
        i64::MAX,
        RECORDS,
    )?;
    let past = past.into_iter().map(|one| Past {
        at: full(one.record.at, lang),
        what: label(&one.record.action),
        by: one.record.actor,
    });
    let past = past.collect();
    Ok(CasePage {
        id,
        chip: super::state(case.state, lang),
        cited: Cited::of(profile, &case.clause),
        criteria: criteria(&case, lang),
        step: case.state,
        is_found: case.found_at.is_some(),
        messages: takedown::seen_by_case(tx, id)?.len(),
        copies: left.in_folders,
        in_queue: left.in_queue,
        kept: tally.kept,
        ended: tally.released + tally.purged,
        progress: work(tx, &case)?,
        orders,
        may_act: rights::has(tx, &actor, &[Role::Decide, Role::Operate], top)?,
        may_decide: rights::has(tx, &actor, &[Role::Decide], top)?,
        may_take_out: rights::has(tx, &actor, &[Role::Decide, Role::Audit], top)?,
        has_content_order,
        past,
        opened: full(case.opened_at, lang),
        done: match done {
            "lap" => lang.t("Đã lập hồ sơ. Chưa thư nào bị động đến."),
            "tim" => lang.t("Đã tìm lại."),
            "niem-phong" => lang.t("Đã ra lệnh niêm phong; bản sao đến sau cũng bị niêm phong."),
            "tra-lai" => lang.t("Đã ra lệnh trả lại; mỗi thư về đúng chỗ cũ."),
            "huy" => lang.t("Đã đề nghị hủy. Người thứ hai xác nhận trong 7 ngày."),
            "noi-dung" => {
                lang.t("Đã đề nghị xuất kèm nội dung. Người thứ hai xác nhận trong 7 ngày.")
            }
            "xac-nhan" => lang.t("Đã xác nhận lệnh."),
            "rut" => lang.t("Đã rút lệnh."),
            _ => "",
        },
        document: case.document,
        reason: case.reason,
        contact: case.contact,
        incident: case.incident,
        opened_by: case.opened_by,
        typed,
        frame,
        shell,
    })
}

fn label(action: &str) -> String {
    let known = congvu_governance::Action::ALL
        .iter()
        .find(|known| known.name() == action);
    known.map_or_else(|| action.to_owned(), |known| known.label().to_owned())
}

/// An order that nobody confirmed or withdrew, and that has not lapsed.
fn waiting(
    tx: &mut Tx<'_>,
    officer: &Officer,
    order: Order,
    lang: Lang,
) -> Result<Option<Waiting>, Oops> {
    let is_open = order.confirmed_at.is_none() && order.withdrawn_at.is_none();
    if !is_open || order.lapses_at <= tx.now() {
        return Ok(None);
    }
    let by = account::get(tx, order.proposed_by)?;
    Ok(Some(Waiting {
        id: order.id,
        is_purge: order.kind == Kind::Purge.name(),
        by: by.map_or_else(String::new, |by| by.login),
        at: full(order.proposed_at, lang),
        lapses: full(order.lapses_at, lang),
        document: order.document,
        reason: order.reason,
        is_own: order.proposed_by == officer.user.account,
    }))
}

fn criteria(case: &Case, lang: Lang) -> Vec<(&'static str, String)> {
    let hex = |bytes: [u8; 32]| {
        bytes.iter().fold(String::new(), |mut text, byte| {
            use std::fmt::Write as _;
            // Writing into a String cannot fail.
            let _ = write!(text, "{byte:02x}");
            text
        })
    };
    let wanted = &case.criteria;
    let all = [
        ("Message-ID", wanted.message_id.clone()),
        (lang.t("Mã nội dung thư"), wanted.content.map(hex)),
        (
            lang.t("Mã băm của tệp đính kèm"),
            wanted.attachment.map(hex),
        ),
        (lang.t("Người gửi"), wanted.sender.clone()),
        (
            lang.t("Đến từ lúc"),
            wanted.from_at.map(|at| full(at, lang)),
        ),
        (
            lang.t("Đến trước lúc"),
            wanted.until_at.map(|at| full(at, lang)),
        ),
    ];
    all.into_iter()
        .filter_map(|(label, value)| Some((label, value?)))
        .collect()
}

/// How far the work is, for the bar on the page.
pub(super) async fn progress(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
) -> Result<Json<Value>, Oops> {
    let lang = officer.lang();
    let work = site
        .store
        .read(move |tx| {
            super::top(tx, &officer)?;
            let case = super::case(tx, TakedownId(id))?;
            work(tx, &case)
        })
        .await?;
    Ok(Json(match work {
        Some((done, all)) => {
            let words = format!("{done} {} {all} {}", lang.t("trên"), lang.t("bản sao"));
            json!({ "done": done, "all": all, "words": words, "over": false })
        }
        None => json!({ "done": 1, "all": 1, "words": "", "over": true }),
    }))
}
