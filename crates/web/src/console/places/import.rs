//! `/quan-ly/co-quan/nhap`: a list of organisations, XLSX or CSV. All that is wrong with it is told by row, and what would come of it
//! is shown, before anything is done; then it is carried out whole.

use askama::Template;
use axum::extract::{Multipart, Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::lists::{Fault as Wrong, Row};
use congvu_governance::organisation::{self as places, COLUMNS, Imported, Outcome};
use congvu_governance::{Role, directory, rights};
use congvu_papers::{XLSX, lists};
use congvu_store::{Tx, organisation, place_list};

use super::aid::{self, Fault, count};
use super::export::{download, written};
use super::renames_page::told;
use crate::console::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// So many faults, and so many rows, are shown.
const SHOWN: usize = 200;

#[derive(Template)]
#[template(path = "console/places/import.html")]
struct ImportPage {
    frame: Frame,
    shell: Shell,
    columns: Vec<(&'static str, bool)>,
    document: String,
    fault: Option<Fault>,
    wrong: Vec<Wrong>,
    more: usize,
}

#[derive(Template)]
#[template(path = "console/places/importing.html")]
struct ImportingPage {
    frame: Frame,
    shell: Shell,
    document: String,
    /// What was read, to be sent again by who is sure.
    list: String,
    added: usize,
    changed: usize,
    unchanged: usize,
    rows: Vec<(u32, String, &'static str)>,
    more: usize,
    missing: usize,
    told: Vec<String>,
}

#[derive(Template)]
#[template(path = "console/places/imported.html")]
struct ImportedPage {
    frame: Frame,
    shell: Shell,
    here: String,
    progress: Option<(u64, u64)>,
    added: String,
    changed: String,
    unchanged: String,
    by: String,
    document: String,
}

/// Whoever decides somewhere brings lists; each row is held against where they do.
fn need(officer: &Officer) -> Result<(), Oops> {
    match officer.has(&[Role::Decide]) {
        true => Ok(()),
        false => Err(Oops::Forbidden(
            "Việc này chỉ cơ quan quản lý được làm.".to_owned(),
        )),
    }
}

fn build(
    tx: &mut Tx<'_>,
    officer: &Officer,
    (document, fault, mut wrong): (String, Option<Fault>, Vec<Wrong>),
) -> Result<ImportPage, Oops> {
    let lang = officer.lang();
    let title = lang.t("Nhập danh sách cơ quan");
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    let more = wrong.len().saturating_sub(SHOWN);
    wrong.truncate(SHOWN);
    Ok(ImportPage {
        frame,
        shell,
        columns: COLUMNS
            .iter()
            .map(|column| (column.label, column.required))
            .collect(),
        document,
        fault,
        wrong,
        more,
    })
}

pub(super) async fn form(State(site): State<Site>, officer: Officer) -> Page {
    need(&officer)?;
    let page = site
        .store
        .read(move |tx| build(tx, &officer, (String::new(), None, Vec::new())))
        .await?;
    Ok(html(&page))
}

/// An empty list to fill in.
pub(super) async fn blank(officer: Officer) -> Page {
    need(&officer)?;
    let title = officer.lang().t("Cây cơ quan").to_owned();
    let made = tokio::task::spawn_blocking(move || lists::blank(&title, &COLUMNS));
    Ok(download("co-quan.xlsx", XLSX, written(made.await)?))
}

async fn refuse(
    site: &Site,
    officer: Officer,
    (document, fault, wrong): (String, Fault, Vec<Wrong>),
) -> Page {
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, &officer, (document, Some(fault), wrong)))
        .await?;
    Ok(told.on(&page))
}

/// Reads a list; what is wrong with it already.
async fn read(bytes: Vec<u8>) -> Result<Result<(Vec<Row>, Vec<Wrong>), String>, Oops> {
    let read = tokio::task::spawn_blocking(move || lists::read(&bytes, &COLUMNS));
    let read = read.await.map_err(|_| Oops::Busy)?;
    Ok(match read {
        Ok(list) => Ok((list.rows, list.faults)),
        Err(error) => Err(error.to_string()),
    })
}

/// Looks a list through, and shows what would come of it.
pub(super) async fn look(State(site): State<Site>, officer: Officer, mut form: Multipart) -> Page {
    let lang = officer.lang();
    let unreadable = || {
        Oops::Bad(
            lang.t("Không đọc được tệp. Chọn tệp XLSX hoặc CSV, nhiều nhất 8 MB.")
                .to_owned(),
        )
    };
    let mut fields = Fields::default();
    let mut file = None;
    while let Some(field) = form.next_field().await.map_err(|_| unreadable())? {
        let name = field.name().unwrap_or_default().to_owned();
        let bytes = field.bytes().await.map_err(|_| unreadable())?;
        if name == "tep" {
            file = Some(bytes);
        } else {
            fields.push(name, String::from_utf8_lossy(&bytes).into_owned());
        }
    }
    officer.user.check(&fields)?;
    need(&officer)?;
    let document = fields.get("van-ban").trim().to_owned();
    let bytes = file.filter(|bytes| !bytes.is_empty());
    let Some(bytes) = bytes else {
        let fault = Fault::bad(lang.t("Chọn tệp danh sách XLSX hoặc CSV."));
        return refuse(&site, officer, (document, fault, Vec::new())).await;
    };
    let (rows, mut wrong) = match read(bytes.to_vec()).await? {
        Ok(read) => read,
        Err(error) => {
            let fault = Fault::bad(&error);
            return refuse(&site, officer, (document, fault, Vec::new())).await;
        }
    };
    let actor = officer.actor();
    let tried = places::import(&site.store, site.law, &actor, rows.clone(), None, true).await?;
    wrong.extend(tried.faults.iter().cloned());
    wrong.sort();
    wrong.dedup();
    if !wrong.is_empty() {
        let fault = Fault::bad(&format!(
            "{} {} {}",
            lang.t("Danh sách có"),
            wrong.len(),
            lang.t("chỗ sai; chưa làm gì. Sửa trong tệp rồi nhập lại.")
        ));
        return refuse(&site, officer, (document, fault, wrong)).await;
    }
    let list = String::from_utf8_lossy(&lists::to_csv(&rows, &COLUMNS)).into_owned();
    let page = site
        .store
        .read(move |tx| preview(tx, &officer, (document, list), tried))
        .await?;
    Ok(html(&page))
}

fn preview(
    tx: &mut Tx<'_>,
    officer: &Officer,
    (document, list): (String, String),
    tried: Outcome,
) -> Result<ImportingPage, Oops> {
    let lang = officer.lang();
    let title = lang.t("Xem trước danh sách");
    let (frame, shell) = shell::read(tx, officer, title, Here::Places)?;
    let (added, changed) = (tried.count(Imported::Added), tried.count(Imported::Changed));
    let unchanged = tried.count(Imported::Unchanged);
    let mut rows: Vec<(u32, String, &'static str)> = Vec::new();
    for (number, name, came) in tried.rows {
        match came {
            Imported::Added => rows.push((number, name, lang.t("Thêm"))),
            Imported::Changed => rows.push((number, name, lang.t("Sửa"))),
            Imported::Unchanged => {}
        }
    }
    let more = rows.len().saturating_sub(SHOWN);
    rows.truncate(SHOWN);
    Ok(ImportingPage {
        frame,
        shell,
        document,
        list,
        added,
        changed,
        unchanged,
        rows,
        more,
        missing: tried.missing.len(),
        told: tried.told,
    })
}

/// Carries a list out that was looked through.
pub(super) async fn carry_out(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    need(&officer)?;
    let lang = officer.lang();
    let document = fields.get("van-ban").trim().to_owned();
    let (rows, mut wrong) = match read(fields.get("danh-sach").as_bytes().to_vec()).await? {
        Ok(read) => read,
        Err(error) => {
            let fault = Fault::bad(&error);
            return refuse(&site, officer, (document, fault, Vec::new())).await;
        }
    };
    let by = (!document.is_empty()).then_some(document.as_str());
    let begun = match wrong.is_empty() {
        true => {
            let actor = officer.actor();
            places::begin_import(&site.store, site.law, &actor, rows, by).await
        }
        false => Ok((Outcome::default(), None)),
    };
    let (outcome, list) = match begun {
        Ok(begun) => begun,
        Err(refused) => {
            let fault = Fault::of(refused, None)?;
            return refuse(&site, officer, (document, fault, Vec::new())).await;
        }
    };
    wrong.extend(outcome.faults);
    if !wrong.is_empty() {
        let fault = Fault::bad(
            lang.t("Cây cơ quan đã khác từ khi xem trước; danh sách có chỗ sai, chưa làm gì."),
        );
        return refuse(&site, officer, (document, fault, wrong)).await;
    }
    let Some(list) = list else {
        return Ok(Redirect::to("/quan-ly/co-quan?xong=nhap").into_response());
    };
    let store = site.store.clone();
    tokio::spawn(async move {
        let done = places::resume_import(&store).await;
        if let Err(error) = done {
            tracing::warn!(%error, "a list of places goes on when the scheduler finds it");
        } else if let Err(error) = directory::catch_up(&store).await {
            tracing::warn!(%error, "the directory is behind; the scheduler looks again");
        }
    });
    Ok(Redirect::to(&format!("/quan-ly/co-quan/nhap/{list}")).into_response())
}

/// How far a list is, for who decides at the top or brought it.
fn far(tx: &mut Tx<'_>, officer: &Officer, id: i64) -> Result<(u64, u64, bool), Oops> {
    let none = || Oops::missing("Không có lần nhập danh sách này.");
    let far = place_list::progress(tx, id)?.ok_or_else(none)?;
    let (by, _, _) = place_list::told(tx, id)?.ok_or_else(none)?;
    let actor = officer.actor();
    let decides = match organisation::root(tx)? {
        Some(root) => rights::has(tx, &actor, &[Role::Decide, Role::Audit], root.id)?,
        None => false,
    };
    match decides || by == actor.name {
        true => Ok(far),
        false => Err(none()),
    }
}

/// `/quan-ly/co-quan/nhap/{list}`
pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = aid::number(&id)?;
    let page = site.store.read(move |tx| {
        let (done, all, over) = far(tx, &officer, id)?;
        let title = officer.lang().t("Nhập danh sách cơ quan");
        let (frame, shell) = shell::read(tx, &officer, title, Here::Places)?;
        let (by, document, detail) = place_list::told(tx, id)?.unwrap_or_default();
        let detail: serde_json::Value = serde_json::from_str(&detail).unwrap_or_default();
        let number = |key: &str| count(detail[key].as_u64().unwrap_or(0));
        Ok::<_, Oops>(ImportedPage {
            frame,
            shell,
            here: format!("/quan-ly/co-quan/nhap/{id}"),
            progress: (!over).then_some((done, all)),
            added: number("added"),
            changed: number("changed"),
            unchanged: number("unchanged"),
            by,
            document,
        })
    });
    Ok(html(&page.await?))
}

/// How far it is, for the bar.
pub(super) async fn progress(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = aid::number(&id)?;
    let far = site.store.read(move |tx| far(tx, &officer, id)).await?;
    let (done, all, over) = far;
    Ok(told((!over).then_some((done, all))))
}
