//! The files of a message, and the message itself as a file.

use std::io;

use axum::body::Body;
use axum::extract::{Path, RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use congvu_delivery::content;
use congvu_message::encoding::Decoder;
use congvu_message::{Kind, charset};
use congvu_regulation::content::RealType;
use congvu_store::{FolderId, MailboxId, StoreError};
use futures_util::stream;

use super::part::{self, Reader, Stored, within};
use super::{granted, look, open, send, smime};
use crate::site::{Fields, Oops, Page, Site, User};

/// A PDF is drawn by the browser's own viewer, which no sandbox lets in: it is a plug-in of the page, and needs its own styles.
const DOCUMENT_POLICY: &str = "default-src 'none'; object-src 'self'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'none'";

/// A message of a mailbox that is open to somebody.
pub(super) async fn find(
    site: &Site,
    user: User,
    (mailbox, folder, uid): (i64, i64, u32),
) -> Result<Stored, Oops> {
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let what = format!("tải tệp của thư UID {uid} trong thư mục");
    granted::witness(site, &user, (mailbox, folder), what).await?;
    site.store
        .read(move |tx| {
            granted::folder(tx, &user, mailbox, folder)?;
            part::find(tx, folder, uid)?.ok_or_else(open::gone)
        })
        .await
}

/// As [`find`]; of a message that is signed with all its content within, that content.
pub(super) async fn inside(site: &Site, user: User, at: (i64, i64, u32)) -> Result<Stored, Oops> {
    let stored = find(site, user, at).await?;
    let inside = smime::inside(&site.store, &stored).await?;
    Ok(inside.unwrap_or(stored))
}

/// One file, as a file; what a browser can show safely by itself also in place.
pub(super) async fn file(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder, uid, section)): Path<(i64, i64, u32, String)>,
    RawQuery(query): RawQuery,
) -> Page {
    let wants_view = Fields::parse(query.unwrap_or_default().as_bytes()).has("xem");
    let stored = inside(&site, user, (mailbox, folder, uid)).await?;
    let part = stored.part(&section).ok_or_else(open::gone)?;
    let name = part::file_name(part, &section);
    let document = wants_view && look::View::of(part, &name) == Some(look::View::Document);
    let view = if document {
        let beginning = stored.beginnings(&site.store, &[part], 1 << 10).await?;
        content::of(&beginning[0]) == RealType::Pdf
    } else {
        wants_view && part::is_picture(part)
    };
    let is_pdf =
        part.type_.eq_ignore_ascii_case("application") && part.subtype.eq_ignore_ascii_case("pdf");
    let media = match &part.kind {
        Kind::Message { .. } => "message/rfc822".to_owned(),
        _ if is_pdf || (view && document) => "application/pdf".to_owned(),
        // What browsers would run or draw is nothing to them but bytes, unless it is a picture.
        _ if view => format!("image/{}", part.subtype.to_ascii_lowercase()),
        _ => "application/octet-stream".to_owned(),
    };
    let range = (part.body_start, part.body_end);
    let reader = stored.reader(&site.store).await?;
    let body = Body::from_stream(decoded(reader, part::decoder(part), range));
    let mut response = respond(body, &media, &name, view);
    if view && document {
        let policy = HeaderValue::from_static(DOCUMENT_POLICY);
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    Ok(response)
}

/// The message as it came.
pub(super) async fn raw(
    State(site): State<Site>,
    user: User,
    Path(at): Path<(i64, i64, u32)>,
) -> Page {
    let stored = find(&site, user, at).await?;
    let reader = stored.reader(&site.store).await?;
    let own = stream::iter([Ok(Bytes::from(stored.prefix.clone()))]);
    let whole = decoded(reader, Decoder::new("binary"), (0, u64::MAX));
    let body = Body::from_stream(futures_util::StreamExt::chain(own, whole));
    let name = send::eml(&stored.subject);
    Ok(respond(body, "message/rfc822", &name, false))
}

/// The bytes of a range, without their transfer encoding, as they come.
fn decoded(
    reader: Reader,
    decoder: Decoder,
    range: (u64, u64),
) -> impl futures_util::Stream<Item = io::Result<Bytes>> + Send {
    stream::try_unfold(
        (reader, Some(decoder), 0_u64),
        move |(mut reader, mut decoder, mut at)| async move {
            loop {
                let Some(mut now) = decoder.take() else {
                    return Ok(None);
                };
                let chunk = if at < range.1 {
                    reader.next().await.map_err(failed)?
                } else {
                    None
                };
                let mut out = Vec::new();
                let Some(chunk) = chunk else {
                    now.finish(&mut out);
                    let last = (!out.is_empty()).then(|| (Bytes::from(out), (reader, None, at)));
                    return Ok(last);
                };
                now.push(within(&chunk, at, range), &mut out);
                at += chunk.len() as u64;
                decoder = Some(now);
                if !out.is_empty() {
                    return Ok(Some((Bytes::from(out), (reader, decoder, at))));
                }
            }
        },
    )
}

pub(super) fn failed(error: StoreError) -> io::Error {
    tracing::error!(%error, "a file cannot be read");
    io::Error::other(error)
}

pub(super) fn respond(body: Body, media: &str, name: &str, view: bool) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    let how = if view { "inline" } else { "attachment" };
    // RFC 6266 §4.3: letters of other scripts as RFC 8187 has them, and plain ones for old programs.
    let plain: String = charset::to_utf8(None, name.as_bytes())
        .chars()
        .map(|c| {
            if c.is_ascii_alphanumeric() || "._- ".contains(c) {
                c
            } else {
                '_'
            }
        })
        .collect();
    let mut encoded = String::new();
    for byte in name.bytes() {
        if byte.is_ascii_alphanumeric() || b"._-".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            encoded.push_str(&format!("%{byte:02X}"));
        }
    }
    let disposition = format!("{how}; filename=\"{plain}\"; filename*=UTF-8''{encoded}");
    for (field, value) in [
        (header::CONTENT_TYPE, media),
        (header::CONTENT_DISPOSITION, &disposition),
        // Opened by itself, it is no page of ours.
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ] {
        if let Ok(value) = HeaderValue::try_from(value) {
            headers.insert(field, value);
        }
    }
    response
}
