//! `/quan-ly/hop-thu/cho-quyet-dinh`: what fell due and waits for the managing department's word: nothing is taken back without it.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_governance::life::{self, Confirmed};
use congvu_governance::{Law, Refused, Role};
use congvu_regulation::{Date, Moment};
use congvu_store::proposal::{self, Proposal};
use congvu_store::{OrganisationId, Tx, address};

use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// Who sees them.
const SEE: &[Role] = &[Role::Decide, Role::Operate, Role::Audit];
/// Proposals on a page.
const PAGE: i64 = 50;

struct Row {
    id: i64,
    mailbox: i64,
    name: String,
    address: String,
    act: &'static str,
    due: String,
    since: String,
    note: String,
    cited: Cited,
    is_on: bool,
}

#[derive(Template)]
#[template(path = "console/mailboxes/waiting.html")]
struct WaitingPage {
    frame: Frame,
    shell: Shell,
    done: String,
    error: Option<String>,
    rows: Vec<Row>,
    further: Option<String>,
    decides: bool,
    document: String,
    reason: String,
    until: String,
}

fn row(tx: &mut Tx<'_>, law: Law, found: Proposal, on: &[i64], lang: Lang) -> Result<Row, Oops> {
    let day = |at: i64| {
        let day = Moment(at).date();
        format!("{} {}", day.weekday(), day.vietnamese())
    };
    let profile = law.at(tx, found.organisation)?;
    let address = address::primary(tx, found.mailbox)?;
    Ok(Row {
        id: found.id,
        mailbox: found.mailbox.0,
        address: address.unwrap_or(found.address),
        name: found.name,
        act: match found.act.as_str() {
            "delete" => lang.t("Xóa vĩnh viễn"),
            _ => lang.t("Thu hồi"),
        },
        due: day(found.due_at),
        since: day(found.since_at),
        note: found.note,
        cited: Cited::of(profile, &found.clause),
        is_on: on.contains(&found.id),
    })
}

/// What was just decided, as the address tells it.
fn decided(query: &Fields, lang: Lang) -> String {
    let number = |name: &str| query.get(name).parse::<u32>().ok();
    let Some(done) = number("xong") else {
        return String::new();
    };
    let mut said = format!("{} {done}", lang.t("Đã quyết định:"));
    if let Some(lapsed) = number("qua-han").filter(|lapsed| *lapsed > 0) {
        said.push_str(&format!("; {} {lapsed}", lang.t("không còn đến hạn:")));
    }
    said
}

fn read(tx: &mut Tx<'_>, law: Law, officer: &Officer, query: &Fields) -> Result<WaitingPage, Oops> {
    let lang = officer.lang();
    let tops: Vec<OrganisationId> = officer.places(SEE);
    if tops.is_empty() {
        return Err(Oops::Forbidden(
            "Trang này chỉ cơ quan quản lý, đơn vị vận hành hoặc kiểm tra được xem.".to_owned(),
        ));
    }
    let after = query.get("sau").parse().unwrap_or(0);
    let mut found = Vec::new();
    for top in tops {
        found.extend(proposal::open_below(tx, top, after, PAGE + 1)?);
    }
    found.sort_by_key(|one| one.id);
    found.dedup_by_key(|one| one.id);
    let full = usize::try_from(PAGE).unwrap_or(usize::MAX);
    let more = found.len() > full;
    found.truncate(full);
    let further = found.last().filter(|_| more);
    let further = further.map(|last| format!("/quan-ly/hop-thu/cho-quyet-dinh?sau={}", last.id));
    let on: Vec<i64> = query.all("d").filter_map(|id| id.parse().ok()).collect();
    let mut rows = Vec::new();
    for one in found {
        rows.push(row(tx, law, one, &on, lang)?);
    }
    let title = lang.t("Đề xuất chờ quyết định");
    let (frame, shell) = shell::read(tx, officer, title, Here::Mailboxes)?;
    Ok(WaitingPage {
        frame,
        shell,
        done: decided(query, lang),
        error: None,
        rows,
        further,
        decides: officer.has(&[Role::Decide]),
        document: query.get("van-ban").to_owned(),
        reason: query.get("ly-do").to_owned(),
        until: query.get("den-ngay").to_owned(),
    })
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, &query))
        .await?;
    Ok(html(&page))
}

/// Each in a transaction of its own: what one is refused for does not stop the others.
pub(super) async fn submit(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let law = site.law;
    let chosen: Vec<i64> = fields.all("d").filter_map(|id| id.parse().ok()).collect();
    let puts_off = fields.get("viec") == "hoan";
    let until: Result<Date, _> = fields.get("den-ngay").trim().parse();
    let (mut done, mut lapsed, mut refusals) = (0, 0, Vec::new());
    if chosen.is_empty() {
        refusals.push("Chưa chọn đề xuất nào.".to_owned());
    } else if puts_off && until.is_err() {
        refusals.push("Chọn ngày mà lý do còn hiệu lực đến.".to_owned());
    } else {
        for id in chosen {
            let (actor, typed, until) = (officer.actor(), fields.clone(), until.clone());
            let decided = site.store.write(move |tx| {
                let document = Some(typed.get("van-ban").trim()).filter(|text| !text.is_empty());
                match &until {
                    Ok(until) if puts_off => {
                        let reason = (typed.get("ly-do").trim(), *until);
                        life::put_off(tx, law, &actor, id, reason, document)?;
                        Ok(Confirmed::CarriedOut)
                    }
                    _ => life::confirm(tx, law, &actor, id, document),
                }
            });
            match decided.await {
                Ok(Confirmed::CarriedOut) => done += 1,
                Ok(Confirmed::Lapsed) => lapsed += 1,
                Err(Refused::Store(error)) => return Err(error.into()),
                Err(refused) => refusals.push(refused.to_string()),
            }
        }
    }
    refusals.dedup();
    if refusals.is_empty() {
        let to = format!("/quan-ly/hop-thu/cho-quyet-dinh?xong={done}&qua-han={lapsed}");
        return Ok(Redirect::to(&to).into_response());
    }
    let mut page = site
        .store
        .read(move |tx| read(tx, law, &officer, &fields))
        .await?;
    page.error = Some(refusals.join(" "));
    let mut response = html(&page);
    *response.status_mut() = StatusCode::BAD_REQUEST;
    Ok(response)
}
