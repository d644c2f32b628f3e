//! Orders on the queue: first what would be done, to how many, who hears of it; then it is done.

use std::time::Duration;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use congvu_governance::queue::{Meant, Order, count, order};
use congvu_governance::{Actor, Refused};
use congvu_store::queue::{Selection, Stretch, drop_chunk, hold_chunk, retry_chunk};
use congvu_store::{QueueId, StoreError, now_ms};

use super::super::asked::Asked;
use super::super::whole_system;
use super::{HERE, may_act};
use crate::console::chart::number;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

/// Recipients an order takes in one transaction.
const CHUNK: i64 = 500;
/// How long a browser waits for an order; it goes on behind.
const PATIENCE: Duration = Duration::from_secs(20);
/// Messages that one order names.
const MOST: usize = 500;

#[derive(Template)]
#[template(path = "console/watch/queue_act.html")]
struct ActPage {
    frame: Frame,
    shell: Shell,
    /// `thu-lai`, `giu`, `bo`
    verb: String,
    /// What fields the order is made of: name, value.
    chosen: Vec<(&'static str, String)>,
    recipients: String,
    messages: String,
    /// What was confirmed must still be so.
    confirm: u64,
    /// What it is about, in words.
    about: String,
    reason: String,
    tells: bool,
    fault: String,
}

/// What the fields of a form, or of an address, choose.
fn chosen(fields: &Fields) -> (Vec<Selection>, Vec<(&'static str, String)>) {
    let ids: Vec<i64> = fields
        .all("thu")
        .filter_map(|id| id.parse().ok())
        .take(MOST)
        .collect();
    if !ids.is_empty() {
        return (
            ids.iter()
                .map(|id| Selection::Message(QueueId(*id)))
                .collect(),
            ids.iter().map(|id| ("thu", id.to_string())).collect(),
        );
    }
    let some = |name| Some(fields.get(name).trim()).filter(|text: &&str| !text.is_empty());
    if let Some(name) = some("noi") {
        let name = name.to_lowercase();
        return (
            vec![Selection::Destination(name.clone())],
            vec![("noi", name)],
        );
    }
    if let Some(sender) = some("tu") {
        let plain = if sender == "<>" { "" } else { sender };
        return (
            vec![Selection::Sender(plain.to_owned())],
            vec![("tu", sender.to_owned())],
        );
    }
    match some("tat-ca") {
        Some(_) => (vec![Selection::All], vec![("tat-ca", "1".to_owned())]),
        None => (Vec::new(), Vec::new()),
    }
}

fn about(chosen: &[(&'static str, String)], lang: Lang) -> String {
    match chosen.first() {
        Some(("noi", name)) => lang.t("Mọi thư đang chờ gửi đến %.").replace('%', name),
        Some(("tu", sender)) => lang.t("Mọi thư đang chờ của %.").replace('%', sender),
        Some(("tat-ca", _)) => lang.t("Mọi thư trong hàng đợi.").to_owned(),
        _ => lang.t("Các thư đã chọn.").to_owned(),
    }
}

fn verb(fields: &Fields) -> Result<Order, Oops> {
    match fields.get("viec") {
        "thu-lai" => Ok(Order::Retry),
        "giu" => Ok(Order::Hold),
        "bo" => Ok(Order::Drop {
            tells: fields.has("bao"),
        }),
        _ => Err(Oops::Bad("Chọn một việc: gửi lại, giữ hoặc bỏ.".to_owned())),
    }
}

pub(super) async fn preview(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let mut fields = Fields::parse(query.unwrap_or_default().as_bytes());
    verb(&fields)?;
    // Senders are told unless somebody says otherwise.
    fields.push("bao".to_owned(), "1".to_owned());
    shown(&site, officer, fields, "", StatusCode::OK).await
}

async fn shown(
    site: &Site,
    officer: Officer,
    fields: Fields,
    fault: &str,
    status: StatusCode,
) -> Page {
    let fault = fault.to_owned();
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            if !may_act(tx, &officer)? {
                return Err(Oops::Forbidden(
                    "Chỉ cơ quan quản lý, đơn vị vận hành được can thiệp vào hàng đợi.".to_owned(),
                ));
            }
            let lang = officer.lang();
            let title = match fields.get("viec") {
                "thu-lai" => lang.t("Gửi lại ngay"),
                "giu" => lang.t("Giữ lại trong hàng đợi"),
                _ => lang.t("Bỏ khỏi hàng đợi"),
            };
            let (frame, shell) = shell::read(tx, &officer, title, Here::Queue)?;
            let (selections, chosen) = chosen(&fields);
            if selections.is_empty() {
                return Err(Oops::Bad("Chưa chọn thư nào trong hàng đợi.".to_owned()));
            }
            let meant = count(tx, selections)?;
            let recipients: u64 = meant.iter().map(|one| one.counted.recipients).sum();
            let messages: u64 = meant.iter().map(|one| one.counted.messages).sum();
            Ok::<_, Oops>(ActPage {
                frame,
                shell,
                verb: fields.get("viec").to_owned(),
                about: about(&chosen, lang),
                chosen,
                recipients: number(recipients),
                messages: number(messages),
                confirm: recipients,
                reason: fields.get("ly-do").to_owned(),
                tells: fields.has("bao"),
                fault: fault.clone(),
            })
        })
        .await?;
    let mut response: Response = html(&page);
    *response.status_mut() = status;
    Ok(response)
}

/// Why an order is not carried out.
enum Stop {
    Refused(Refused),
    /// Other recipients are meant by now than were confirmed.
    Changed,
}

impl From<StoreError> for Stop {
    fn from(error: StoreError) -> Self {
        Self::Refused(error.into())
    }
}

pub(super) async fn act(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let what = verb(&fields)?;
    let (selections, _) = chosen(&fields);
    let confirmed: u64 = fields.get("so").parse().unwrap_or(0);
    let reason = fields.get("ly-do").to_owned();
    let actor: Actor = officer.actor();
    let meant = site
        .store
        .write(move |tx| {
            let meant = count(tx, selections.clone())?;
            let recipients: u64 = meant.iter().map(|one| one.counted.recipients).sum();
            if recipients != confirmed || recipients == 0 {
                return Err(Stop::Changed);
            }
            order(tx, &actor, what, &reason, &meant).map_err(Stop::Refused)?;
            Ok(meant)
        })
        .await;
    let meant = match meant {
        Ok(meant) => meant,
        Err(Stop::Changed) => {
            let words = officer.lang().t(
                "Hàng đợi vừa thay đổi: số người nhận không còn như lúc bạn xem. Xem lại số mới ở dưới rồi xác nhận.",
            );
            return shown(&site, officer, fields, words, StatusCode::CONFLICT).await;
        }
        Err(Stop::Refused(Refused::Bad(words))) => {
            return shown(&site, officer, fields, &words, StatusCode::BAD_REQUEST).await;
        }
        Err(Stop::Refused(refused)) => return Err(refused.into()),
    };
    // It goes on where the browser does not wait for it.
    let work = tokio::spawn(carry_out(site, what, meant));
    let done = match tokio::time::timeout(PATIENCE, work).await {
        Ok(Ok(Ok(done))) => done,
        Ok(Ok(Err(error))) => return Err(error.into()),
        Ok(Err(_)) => return Err(Oops::Busy),
        Err(_) => return Ok(Redirect::to(&format!("{HERE}?xong=dang-lam")).into_response()),
    };
    let verb = fields.get("viec");
    let href = format!(
        "{HERE}?xong={verb}&so={}&ban={}&bao={}",
        done.done, done.busy, done.notices
    );
    Ok(Redirect::to(&href).into_response())
}

/// What was done.
#[derive(Clone, Copy, Default)]
struct Done {
    done: u64,
    busy: u64,
    notices: u64,
}

async fn carry_out(site: Site, what: Order, meant: Vec<Meant>) -> Result<Done, StoreError> {
    let mut all = Done::default();
    for Meant { selection, counted } in meant {
        let mut stretch = Stretch::up_to(counted.last);
        loop {
            let after = if what == (Order::Drop { tells: true }) {
                let delivery = &site.delivery;
                let chunk = delivery
                    .drop_queued(&selection, now_ms(), stretch, CHUNK)
                    .await?;
                all.done += chunk.done;
                all.busy += chunk.busy;
                all.notices += chunk.notices;
                chunk.after
            } else {
                let step = match what {
                    Order::Retry => retry_chunk,
                    Order::Hold => hold_chunk,
                    Order::Drop { .. } => drop_chunk,
                };
                let chosen = selection.clone();
                let chunk = site
                    .store
                    .write_bulk(move |tx| step(tx, &chosen, now_ms(), stretch, CHUNK))
                    .await;
                let chunk: congvu_store::queue::Chosen = chunk?;
                all.done += chunk.done;
                all.busy += chunk.busy;
                chunk.after
            };
            match after {
                Some(last) => stretch = stretch.behind(last),
                None => break,
            }
        }
    }
    Ok(all)
}

/// What was done, for the page that comes after.
pub(super) fn told(asked: &Asked, lang: Lang) -> String {
    let sentence = match asked.get("xong") {
        "thu-lai" => lang.t("Đã cho gửi lại ngay, số người nhận:"),
        "giu" => lang.t("Đã giữ lại, số người nhận:"),
        "bo" => lang.t("Đã bỏ khỏi hàng đợi, số người nhận:"),
        "dang-lam" => {
            return lang
                .t("Việc còn đang làm; tải lại trang để xem hàng đợi còn bao nhiêu.")
                .to_owned();
        }
        _ => return String::new(),
    };
    let count = |name| number(asked.number(name).unwrap_or(0));
    let mut words = format!("{sentence} {}.", count("so"));
    if asked.get("bao") != "0" && asked.get("xong") == "bo" {
        words.push_str(&format!(
            " {} {}.",
            lang.t("Số thông báo cho người gửi:"),
            count("bao")
        ));
    }
    if asked.number::<u64>("ban").unwrap_or(0) > 0 {
        words.push_str(&format!(
            " {} {}.",
            lang.t("Đang gửi dở nên để yên:"),
            count("ban")
        ));
    }
    words
}
