//! Files of a request: its form to sign, what came with it, and empty lists to fill in.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::request::{columns, kind_of, paper};
use congvu_papers::{PDF, XLSX, lists, requests};
use congvu_store::request;

use crate::console::officer::Officer;
use crate::site::{Oops, Page, Site};

/// The form that the regulation prints, or a letter with the list, as PDF.
pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
) -> Page {
    let id = super::number(&id, officer.lang())?;
    let law = site.law;
    let paper = site
        .store
        .read(move |tx| paper(tx, law, &officer.actor(), id).map_err(Oops::from))
        .await?;
    let bytes = aside(move || requests::to_pdf(&paper)).await?;
    Ok(download(&format!("de-nghi-{id}.pdf"), PDF, bytes))
}

/// An empty list of a kind, with the headings that are read.
pub(super) async fn blank(
    State(_): State<Site>,
    officer: Officer,
    Path(name): Path<String>,
) -> Page {
    let lang = officer.lang();
    let kind = name.strip_suffix(".xlsx").and_then(kind_of);
    let kind = kind.ok_or_else(|| Oops::missing(lang.t("Không có bảng mẫu này.")))?;
    let title = format!("Đề nghị {}", kind.title());
    let bytes = aside(move || lists::blank(&title, columns(kind))).await?;
    Ok(download(
        &format!("de-nghi-{}.xlsx", kind.id()),
        XLSX,
        bytes,
    ))
}

/// A file that came with it. It is somebody's: it is kept on a disk, never shown here.
pub(super) async fn file(
    State(site): State<Site>,
    officer: Officer,
    Path((id, file)): Path<(String, i64)>,
) -> Page {
    let lang = officer.lang();
    let id = super::number(&id, lang)?;
    let found = site
        .store
        .read(move |tx| {
            super::seen(tx, &officer, id)?;
            let files = request::files(tx, id)?;
            let name = files.into_iter().find(|known| known.id == file);
            let data = request::file_data(tx, id, file)?;
            Ok::<_, Oops>(name.zip(data))
        })
        .await?;
    let (known, bytes) = found.ok_or_else(|| Oops::missing(lang.t("Không có tệp này.")))?;
    Ok(download(&known.name, "application/octet-stream", bytes))
}

/// Works something out where nobody waits for it.
pub(super) async fn aside<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, congvu_papers::DocumentError> + Send + 'static,
) -> Result<T, Oops> {
    let done = tokio::task::spawn_blocking(work).await;
    done.map_err(|_| Oops::Busy)?
        .map_err(|error| Oops::Bad(error.to_string()))
}

fn download(name: &str, media: &'static str, bytes: Vec<u8>) -> Response {
    let mut response = bytes.into_response();
    let headers = response.headers_mut();
    let quoted: String = form_urlencoded::byte_serialize(name.as_bytes()).collect();
    // RFC 8187: a space is %20.
    let shown = format!(
        "attachment; filename*=UTF-8''{}",
        quoted.replace('+', "%20")
    );
    if let Ok(shown) = HeaderValue::from_str(&shown) {
        headers.insert(header::CONTENT_DISPOSITION, shown);
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(media));
    let alone = HeaderValue::from_static("default-src 'none'; sandbox");
    headers.insert(header::CONTENT_SECURITY_POLICY, alone);
    response
}
