//! Stops: those to come and those that were, and a new one.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::stop::{self as cases, NewPlan};
use congvu_governance::{Law, Refused, Role, rights, today};
use congvu_regulation::{Moment, Profile};
use congvu_store::stop::{self, Stop};
use congvu_store::{IncidentId, OrganisationId, StopId, Tx, organisation};

use super::super::{Chip, SHOWN, Trouble, number, told, weekday};
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html};

#[derive(Template)]
#[template(path = "console/rules/stops.html")]
struct StopsPage {
    frame: Frame,
    shell: Shell,
    coming: Vec<Line>,
    past: Vec<Line>,
    next: String,
    may_act: bool,
    rule: Rule,
    trouble: Option<Trouble>,
    done: &'static str,
}

struct Line {
    id: StopId,
    what: String,
    from: String,
    until: String,
    by: String,
    document: String,
    reason: String,
    incident: Option<IncidentId>,
    is_emergency: bool,
    chip: Chip,
    cited: Cited,
}

/// What the regulation asks of a planned stop.
struct Rule {
    /// The first day on which one may begin that is announced today; empty where any may.
    earliest: String,
    notice: String,
    cited: Cited,
    /// The year whose days off are not decided yet.
    undecided: Option<u16>,
    needs_end: bool,
    end_cited: Cited,
}

fn rule(tx: &Tx<'_>, law: Law, profile: &Profile) -> Rule {
    let stop = profile.planned_stop();
    let earliest = stop.earliest(today(tx), law.calendar());
    let cite = |source: &congvu_regulation::Source| Cited::from(profile, source);
    Rule {
        earliest: match stop.notice() {
            Some(_) => weekday(earliest.value),
            None => String::new(),
        },
        notice: stop
            .notice()
            .map_or_else(String::new, |notice| notice.value.to_string()),
        cited: stop
            .notice()
            .map_or_else(Cited::none, |notice| cite(&notice.source)),
        undecided: earliest.undecided,
        needs_end: stop.recovery_time().value,
        end_cited: cite(&stop.recovery_time().source),
    }
}

/// The top, where the officer is entrusted with the whole service.
fn top(tx: &mut Tx<'_>, officer: &Officer) -> Result<OrganisationId, Oops> {
    let root =
        organisation::root(tx)?.ok_or_else(|| Oops::missing("Hệ thống chưa có cơ quan nào."))?;
    match rights::has(tx, &officer.actor(), super::RUN, root.id)? {
        true => Ok(root.id),
        false => Err(Oops::Forbidden(
            "Ngừng dịch vụ do cơ quan quản lý và đơn vị vận hành của toàn hệ thống thông báo."
                .to_owned(),
        )),
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    shown(site, officer, query, None).await
}

async fn shown(site: Site, officer: Officer, query: Fields, trouble: Option<Trouble>) -> Page {
    let law = site.law;
    let status = trouble.as_ref().map(|trouble| trouble.status);
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, &query, trouble))
        .await?;
    Ok(told(html(&page), status))
}

fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    query: &Fields,
    trouble: Option<Trouble>,
) -> Result<StopsPage, Oops> {
    let lang = officer.lang();
    let top = top(tx, officer)?;
    let title = lang.t("Thông báo, bảo trì");
    let (frame, shell) = shell::read(tx, officer, title, Here::Notices)?;
    let profile = law.at(tx, top)?;
    let now = tx.now();
    let live = stop::current_and_coming(tx)?;
    let before = number(query.get("truoc")).map_or(StopId(i64::MAX), StopId);
    let mut past = stop::page(tx, before, SHOWN + 1)?;
    let shown = usize::try_from(SHOWN).unwrap_or(usize::MAX);
    let more = past.len() > shown;
    past.truncate(shown);
    let next = past.last().filter(|_| more);
    let next = next.map_or_else(String::new, |last| format!("truoc={}", last.id));
    past.retain(|one| live.iter().all(|known| known.id != one.id));
    let lines = |of: Vec<Stop>| -> Vec<Line> {
        of.into_iter()
            .map(|one| line(profile, one, now, lang))
            .collect()
    };
    Ok(StopsPage {
        coming: lines(live),
        past: lines(past),
        next,
        may_act: rights::has(tx, &officer.actor(), &[Role::Decide, Role::Operate], top)?,
        rule: rule(tx, law, profile),
        trouble,
        done: match query.get("xong") {
            "ngung" => lang.t("Đã thông báo cho mọi hộp thư; trang tình trạng dịch vụ cũng nêu."),
            "huy" => lang.t("Đã hủy kế hoạch và báo cho mọi hộp thư."),
            "xong" => lang.t("Đã báo dịch vụ hoạt động trở lại."),
            _ => "",
        },
        frame,
        shell,
    })
}

fn line(profile: &Profile, one: Stop, now: i64, lang: Lang) -> Line {
    let chip = |state, icon, words| Chip { state, icon, words };
    let is_over = one.until_at.is_some_and(|until| until <= now) && !one.emergency;
    let chip = match (one.cancelled_at, one.done_at) {
        (Some(_), _) => chip("revoked", "x", lang.t("Đã hủy")),
        (_, Some(_)) => chip("active", "ok", lang.t("Đã hoạt động trở lại")),
        _ if is_over => chip("active", "ok", lang.t("Đã qua")),
        _ if one.emergency => chip("locked", "alert", lang.t("Ngừng khẩn cấp")),
        _ if one.from_at <= now => chip("locked", "hourglass", lang.t("Đang ngừng")),
        _ => chip("must-change", "clock", lang.t("Sắp ngừng")),
    };
    Line {
        id: one.id,
        from: full(one.from_at, lang),
        until: one
            .until_at
            .map_or_else(|| lang.t("chưa biết").to_owned(), |until| full(until, lang)),
        by: one.announced_by,
        reason: one.cancel_reason,
        incident: one.incident,
        is_emergency: one.emergency,
        chip,
        cited: Cited::of(profile, &one.clause),
        what: one.what,
        document: one.document,
    }
}

#[derive(Template)]
#[template(path = "console/rules/stop_new.html")]
struct NewPage {
    frame: Frame,
    shell: Shell,
    rule: Rule,
    what: String,
    document: String,
    from: String,
    until: String,
    is_emergency: bool,
    trouble: Option<Trouble>,
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    typed(site, officer, query, None).await
}

async fn typed(site: Site, officer: Officer, said: Fields, refused: Option<Refused>) -> Page {
    let law = site.law;
    let (page, status) = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let top = top(tx, &officer)?;
            let title = lang.t("Thông báo ngừng dịch vụ");
            let (frame, shell) = shell::read(tx, &officer, title, Here::Notices)?;
            let profile = law.at(tx, top)?;
            let trouble = refused.map(|refused| Trouble::of(refused, Some(profile)));
            let trouble = trouble.transpose()?;
            let status = trouble.as_ref().map(|trouble| trouble.status);
            let page = NewPage {
                rule: rule(tx, law, profile),
                what: said.get("viec").to_owned(),
                document: said.get("van-ban").to_owned(),
                from: said.get("tu").to_owned(),
                until: said.get("den").to_owned(),
                is_emergency: said.get("loai") == "khan-cap",
                trouble,
                frame,
                shell,
            };
            Ok::<_, Oops>((page, status))
        })
        .await?;
    Ok(told(html(&page), status))
}

fn time(text: &str, what: &str) -> Result<Option<i64>, Refused> {
    if text.is_empty() {
        return Ok(None);
    }
    let moment: Moment = text.parse().map_err(|_| {
        Refused::bad(format!(
            "{what}: ghi ngày và giờ, ví dụ 22:00 ngày 28/11/2026."
        ))
    })?;
    Ok(Some(moment.0))
}

pub(super) async fn announce(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let (law, actor, said) = (site.law, officer.actor(), fields.clone());
    let done = site
        .store
        .write(move |tx| {
            let root = organisation::root(tx)?
                .ok_or_else(|| Refused::state("Hệ thống chưa có cơ quan nào."))?;
            let is_emergency = said.get("loai") == "khan-cap";
            let from = time(said.get("tu"), "Bắt đầu ngừng")?;
            let from_at = match from {
                Some(from) => from,
                None if is_emergency => tx.now(),
                None => return Err(Refused::bad("Ghi lúc bắt đầu ngừng.")),
            };
            let plan = NewPlan {
                place: root.id,
                what: said.get("viec").trim(),
                document: said.get("van-ban").trim(),
                from_at,
                until_at: time(said.get("den"), "Phục hồi")?,
            };
            match is_emergency {
                true => cases::emergency(tx, law, &actor, &plan),
                false => cases::plan(tx, law, &actor, &plan),
            }
        })
        .await;
    match done {
        Ok(_) => Ok(Redirect::to("/quan-ly/thong-bao?xong=ngung").into_response()),
        Err(refused) => typed(site, officer, fields, Some(refused)).await,
    }
}

/// The service is back (`xong`), or a plan is given up (`huy`).
pub(super) async fn end(
    State(site): State<Site>,
    officer: Officer,
    Path((id, act)): Path<(i64, String)>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let (id, actor) = (StopId(id), officer.actor());
    let reason = fields.get("ly-do").trim().to_owned();
    if act == "huy" && reason.is_empty() {
        let words = officer
            .lang()
            .t("Hủy kế hoạch thì ghi lý do; lý do được báo cho mọi người.");
        let trouble = Trouble::bad(words);
        return shown(site, officer, Fields::default(), Some(trouble)).await;
    }
    let done = match act.as_str() {
        "xong" => {
            site.store
                .write(move |tx| cases::done(tx, &actor, id))
                .await
        }
        "huy" => {
            site.store
                .write(move |tx| cases::cancel(tx, &actor, id, &reason))
                .await
        }
        _ => return Err(Oops::missing("Không có việc này.")),
    };
    match done {
        Ok(()) => Ok(Redirect::to(&format!("/quan-ly/thong-bao?xong={act}")).into_response()),
        Err(refused) => {
            let trouble = Trouble::of(refused, None)?;
            shown(site, officer, Fields::default(), Some(trouble)).await
        }
    }
}
