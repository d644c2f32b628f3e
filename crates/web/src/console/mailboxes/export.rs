//! The list as a file: all of it, as it is sifted.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::lists::{Column, Row};
use congvu_governance::mailbox::list as found;
use congvu_papers::{CSV, XLSX, lists};
use congvu_regulation::Moment;
use congvu_store::mailbox_list::Listed;

use super::asked::Asked;
use super::state::words;
use crate::console::Officer;
use crate::site::{Fields, Lang, Oops, Page, Site};

/// Read in one transaction.
const AT_ONCE: i64 = 500;
const MB: u64 = congvu_regulation::MB;

const fn column(id: &'static str, label: &'static str) -> Column {
    Column {
        id,
        label,
        accepts: &[],
        required: false,
    }
}

const COLUMNS: [Column; 9] = [
    column("address", "Địa chỉ"),
    column("name", "Tên"),
    column("title", "Chức vụ"),
    column("agency", "Cơ quan, đơn vị"),
    column("kind", "Loại"),
    column("state", "Trạng thái"),
    column("last", "Đăng nhập gần nhất"),
    column("used", "Đã dùng (MB)"),
    column("quota", "Dung lượng (MB)"),
];

pub(super) async fn file(
    State(site): State<Site>,
    officer: Officer,
    Path(format): Path<String>,
    RawQuery(query): RawQuery,
) -> Page {
    let (name, media) = match format.as_str() {
        "hop-thu.xlsx" => ("hop-thu.xlsx", XLSX),
        "hop-thu.csv" => ("hop-thu.csv", CSV),
        _ => return Err(Oops::missing("Không có tệp này.")),
    };
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let mut asked = Asked::of(&query, Moment(site.store.now()).date());
    let mut rows = Vec::new();
    loop {
        let (officer, now) = (officer.clone(), asked.clone());
        let some = site
            .store
            .read(move |tx| {
                let wanted = now.list(tx, &officer)?;
                Ok::<_, Oops>(found(tx, &wanted, &now.after, AT_ONCE)?)
            })
            .await?;
        let Some(last) = some.last() else { break };
        asked.after = last.place.clone();
        rows.extend(some.iter().zip(rows.len() + 2..).map(row));
    }
    let made = tokio::task::spawn_blocking(move || match media {
        XLSX => lists::to_xlsx("Hộp thư", &rows, &COLUMNS),
        _ => Ok(lists::to_csv(&rows, &COLUMNS)),
    });
    let made = made.await.map_err(|_| Oops::Busy)?;
    let bytes = made.map_err(|error| {
        tracing::error!(%error, "a list cannot be written");
        Oops::Busy
    })?;
    Ok(download(name, media, bytes))
}

fn row((one, number): (&Listed, usize)) -> Row {
    let empty = Row {
        number: u32::try_from(number).unwrap_or(u32::MAX),
        ..Row::default()
    };
    let kind = match one.kind.as_str() {
        "unit" => "cơ quan",
        _ => "cá nhân",
    };
    let last = one.last_sign_in_at;
    let last = last.map_or_else(String::new, |at| Moment(at).date().vietnamese());
    empty
        .with("address", &one.address)
        .with("name", &one.name)
        .with("title", &one.title)
        .with("agency", &one.agency)
        .with("kind", kind)
        .with("state", words(one.state, Lang::Vietnamese))
        .with("last", last)
        .with("used", (one.used / MB).to_string())
        .with("quota", (one.quota / MB).to_string())
}

pub(super) fn download(name: &str, media: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    if let Ok(shown) = HeaderValue::from_str(&format!("attachment; filename=\"{name}\"")) {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    response
}
