//! A message's HTML, in a frame of its own: its styles, no script, nothing fetched but what the reader asks for.

use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use congvu_message::safe_html::{self, Pictures, Safe};
use congvu_store::{FolderId, MailboxId};

use super::part::{self, Stored};
use super::{granted, open, smime, text};
use crate::site::{FRAME_POLICY, Fields, Lang, Oops, Page, Site, User};

/// The longest HTML that is read, in bytes as it is encoded.
const LONGEST: u64 = 4 << 20;
const STYLE: &str = "html{background:#fff;color:#1e1d1a;font:16px/1.5 'Segoe UI',system-ui,Roboto,'Noto Sans','Liberation Sans',Arial,sans-serif}\
    body{margin:8px;overflow-wrap:anywhere}img{max-width:100%;height:auto}table{max-width:100%}\
    blockquote{margin:0 0 0 8px;padding-left:8px;border-left:2px solid #80796b}\
    .congvu-ask{display:flex;flex-wrap:wrap;gap:8px;align-items:center;margin:-8px -8px 8px;padding:6px 8px;background:#f7f5ef;border-bottom:1px solid #d6d0c3;font-size:14px}\
    .congvu-ask a{color:#0f4f57}";

pub(super) async fn frame(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder, uid, section)): Path<(i64, i64, u32, String)>,
    RawQuery(query): RawQuery,
) -> Page {
    let remote = Fields::parse(query.unwrap_or_default().as_bytes()).has("anh");
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let lang = user.lang;
    let what = format!("xem nội dung thư UID {uid} trong thư mục");
    granted::witness(&site, &user, (mailbox, folder), what).await?;
    let stored = site
        .store
        .read(move |tx| {
            granted::folder(tx, &user, mailbox, folder)?;
            part::find(tx, folder, uid)?.ok_or_else(open::gone)
        })
        .await?;
    let inside = smime::inside(&site.store, &stored).await?;
    let stored = inside.unwrap_or(stored);
    let part = stored.part(&section).ok_or_else(open::gone)?;
    if !part.type_.eq_ignore_ascii_case("text") {
        return Err(open::gone());
    }
    let letters = stored.text(&site.store, part, LONGEST).await?;
    let pictures = pictures(&stored, &format!("/thu/{mailbox}/{folder}/{uid}"), remote);
    // Work that grows with what somebody sent keeps no other request waiting.
    let cleaning =
        tokio::task::spawn_blocking(move || safe_html::clean(&letters, pictures).ok_or(letters));
    let document = match cleaning.await.map_err(|_| Oops::Busy)? {
        Ok(safe) => document(&safe, remote, lang),
        Err(letters) => plain(&letters, lang),
    };
    Ok(respond(document, remote))
}

/// Where the pictures lie that come with the message.
pub(super) fn pictures(stored: &Stored, base: &str, remote: bool) -> Pictures {
    let shown = stored.structure.shown();
    let mut pictures = Pictures {
        remote,
        ..Pictures::default()
    };
    for located in shown.related.iter().chain(&shown.files) {
        if let Some(id) = &located.part.id
            && part::is_picture(located.part)
        {
            let id = id.trim().trim_start_matches('<').trim_end_matches('>');
            let href = format!("{base}/tep/{}?xem=1", located.section());
            pictures.by_content_id.insert(id.to_owned(), href);
        }
    }
    pictures
}

fn document(safe: &Safe, remote: bool, lang: Lang) -> String {
    let ask = if safe.has_remote && !remote {
        format!(
            "<div class=\"congvu-ask\"><span>{}</span><a href=\"?anh=1\" target=\"_self\">{}</a></div>",
            lang.t("Thư có ảnh để ở nơi khác, chưa tải: tải về thì người gửi biết bạn đã mở thư."),
            lang.t("Tải ảnh")
        )
    } else {
        String::new()
    };
    whole(&format!("{ask}{}", safe.html), lang)
}

/// What is too long or too deep to be shown as it is meant: its letters.
fn plain(letters: &str, lang: Lang) -> String {
    let note = lang.t("Thư này dài hoặc phức tạp quá mức hiển thị được; dưới đây là nội dung nguyên dạng. Có thể tải thư gốc về để xem.");
    let end = letters.floor_char_boundary(256 << 10);
    let mut body = format!("<div class=\"congvu-ask\">{note}</div><pre>");
    text::escape(&letters[..end], &mut body);
    body.push_str("</pre>");
    whole(&body, lang)
}

fn whole(body: &str, lang: Lang) -> String {
    format!(
        "<!doctype html><html lang=\"{}\"><head><meta charset=\"utf-8\"><title>{}</title><style>{STYLE}</style></head><body>{body}</body></html>",
        lang.code(),
        lang.t("Nội dung thư")
    )
}

fn respond(document: String, remote: bool) -> Response {
    let policy = if remote {
        FRAME_POLICY.replace("img-src 'self' data:", "img-src 'self' data: https:")
    } else {
        FRAME_POLICY.to_owned()
    };
    let mut response = document.into_response();
    let headers = response.headers_mut();
    headers.insert(
        header::CONTENT_TYPE,
        HeaderValue::from_static("text/html; charset=utf-8"),
    );
    if let Ok(policy) = HeaderValue::try_from(policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    response
}
