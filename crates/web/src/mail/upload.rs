//! Files that are sent up as soon as they are chosen, while the message is still being written: `/soan/tep`.

use std::sync::Arc;

use axum::Json;
use axum::extract::{Multipart, Path, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use congvu_delivery::{Intake, content};
use congvu_message::Part;
use congvu_regulation::content::File;
use congvu_store::{StoreError, message, upload};
use mail_builder::MessageBuilder;
use mail_builder::mime::MimePart;
use serde_json::json;

use super::draft::{self, Attached, Draft};
use super::part::{self, Stored};
use super::send::{Sending, full};
use super::{bytes, open};
use crate::site::{Fields, Oops, Page, Site, User};

/// What stands before a file's number in its address.
pub(super) const PATH: &str = "/soan/tep/";
/// A file waits so long (ms) for its message; a form that is still open and saves its draft prolongs it.
pub(super) const WAITS: i64 = 2 * 24 * 3_600_000;
/// So many files of one account wait at most …
const FILES: u64 = 200;
/// … and so many bytes.
const BYTES: u64 = 512 << 20;

/// An answer for the script of the form: why something is not taken.
pub(super) fn refused(words: &str) -> Response {
    (
        StatusCode::UNPROCESSABLE_ENTITY,
        Json(json!({ "loi": words })),
    )
        .into_response()
}

/// `/soan/tep/xem`: what the regulation says to a file of this name and size, before it is sent up.
pub(super) async fn look(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let file = File {
        size: fields.get("co").parse().unwrap_or_default(),
        ..File::named(fields.get("ten"))
    };
    answer(&site, &user, &fields, (file, Vec::new())).await
}

async fn answer(site: &Site, user: &User, fields: &Fields, described: (File, Vec<File>)) -> Page {
    let sending = Sending { site, user };
    let others = fields.get("da-co").parse().unwrap_or_default();
    let told = sending
        .look_at_file(fields.get("tu"), described, others)
        .await?;
    if let Some(fault) = told.faults.first() {
        return Ok(refused(fault));
    }
    Ok(Json(json!({ "nhac": told.cautions })).into_response())
}

/// Takes a file.
pub(super) async fn take(State(site): State<Site>, user: User, mut form: Multipart) -> Page {
    let mut fields = Fields::default();
    let mut file = None;
    while let Some(field) = form
        .next_field()
        .await
        .map_err(|error| draft::unreadable(&error))?
    {
        let name = field.name().unwrap_or_default().to_owned();
        if name == "tep" {
            file = Some(draft::file(field).await?);
        } else {
            let text = field
                .text()
                .await
                .map_err(|error| draft::unreadable(&error))?;
            fields.push(name, text.replace('\0', ""));
        }
    }
    user.check(&fields)?;
    let Some(mut file) = file else {
        return Err(Oops::Bad(user.lang.t("Không có tệp nào.").to_owned()));
    };
    if fields.has("anh") {
        match content::picture(&file.bytes) {
            Some(media) => media.clone_into(&mut file.media),
            None => {
                return Ok(refused(user.lang.t(
                    "Tệp này không phải ảnh chèn được vào thư; hãy gửi kèm như một tệp.",
                )));
            }
        }
    }
    let described = content::describe_whole(&file.name, &file.media, &file.bytes);
    let looked = answer(&site, &user, &fields, described).await?;
    if looked.status() != StatusCode::OK {
        return Ok(looked);
    }
    let (name, size) = (file.name.clone(), file.bytes.len() as u64);
    let id = match keep(&site, &user, file).await {
        Ok(Ok(id)) => id,
        Ok(Err(words)) => return Ok(refused(words)),
        Err(Oops::State(words)) => return Ok(refused(&words)),
        Err(oops) => return Err(oops),
    };
    let shown = json!({ "ma": format!("u/{id}"), "ten": name, "co": bytes(size), "byte": size, "anh": format!("{PATH}{id}") });
    Ok(Json(shown).into_response())
}

/// Keeps a file as a message of one part; its number, or why not.
async fn keep(site: &Site, user: &User, file: Attached) -> Result<Result<i64, &'static str>, Oops> {
    let size = file.bytes.len() as u64;
    let part = MimePart::new(file.media, file.bytes).attachment(file.name);
    let whole = MessageBuilder::new().body(part).write_to_vec();
    let mut intake = Intake::new(&site.store, u64::MAX, None);
    let taken = async {
        intake.write(&whole.unwrap_or_default()).await?;
        intake.finish().await
    };
    let incoming = taken.await.map_err(|error| {
        tracing::warn!(%error, "a file from the web is not taken");
        Oops::Busy
    })?;
    let new = incoming.new_message();
    let staged = Arc::new(incoming.staged);
    let (task, owner) = (Arc::clone(&staged), user.clone());
    let kept = site.store.write(move |tx| {
        let (files, waiting) = upload::sum(tx, owner.account)?;
        if files >= FILES || waiting.saturating_add(size) > BYTES {
            return Ok((
                Err(owner
                    .lang
                    .t("Quá nhiều tệp đang chờ gửi. Gửi hoặc bỏ bớt thư đang soạn rồi thử lại.")),
                false,
            ));
        }
        let usage = open::usage(tx, owner.mailbox)?;
        if usage
            .used_bytes
            .saturating_add(waiting)
            .saturating_add(size)
            > usage.quota_bytes
        {
            return Err(full(&owner));
        }
        let stored = message::put(tx, &task, &new)?;
        let until = tx.now() + WAITS;
        let id = upload::add(tx, owner.account, stored.id, size, until)?;
        Ok((Ok(id), stored.fresh))
    });
    let kept: Result<(Result<i64, &'static str>, bool), Oops> = kept.await;
    if !matches!(kept, Ok((_, true)))
        && let Some(staged) = Arc::into_inner(staged)
    {
        site.store.blobs().discard(staged).await;
    }
    Ok(kept?.0)
}

/// A file that its writer sent up.
pub(super) async fn find(site: &Site, user: &User, id: i64) -> Result<Option<Stored>, Oops> {
    let account = user.account;
    let found = site.store.read(move |tx| upload::find(tx, account, id));
    let Some(found) = found.await? else {
        return Ok(None);
    };
    let structure = Part::from_bytes(&found.structure)
        .map_err(|error| StoreError::Corrupt(error.to_string()))?;
    Ok(Some(Stored {
        flags: 0,
        internal_at: 0,
        sent_at: None,
        subject: String::new(),
        envelope: Vec::new(),
        header_len: found.header_len,
        prefix: Vec::new(),
        structure,
        blob: found.blob,
        within: None,
    }))
}

/// Lets go of what went with a message; that it stays until its time keeps nobody's mail back.
pub(super) async fn let_go(site: &Site, user: &User, draft: &Draft) {
    let files = draft.files.iter().filter_map(|file| file.from.as_deref());
    let files = files.filter_map(|from| from.strip_prefix("u/"));
    let pictures = draft.pictures.iter();
    let pictures = pictures.filter_map(|picture| picture.from.strip_prefix(PATH));
    let gone: Vec<i64> = files
        .chain(pictures)
        .filter_map(|id| id.parse().ok())
        .collect();
    if gone.is_empty() {
        return;
    }
    let account = user.account;
    let removed = site.store.write(move |tx| {
        for id in &gone {
            upload::remove(tx, account, *id)?;
        }
        Ok::<_, StoreError>(())
    });
    if let Err(error) = removed.await {
        tracing::warn!(%error, "files that were sent wait for their time");
    }
}

/// `/soan/tep/{id}`: a picture, for the text that it stands in.
pub(super) async fn show(State(site): State<Site>, user: User, Path(id): Path<i64>) -> Page {
    let stored = find(&site, &user, id).await?.ok_or_else(open::gone)?;
    let part = stored.part("1").ok_or_else(open::gone)?;
    if !part::is_picture(part) {
        return Err(open::gone());
    }
    let most = site.config.message_limit;
    let bytes = stored.content(&site.store, part, most).await?;
    let media = content::picture(&bytes).ok_or_else(open::gone)?;
    let mut response = bytes.into_response();
    for (name, value) in [
        (header::CONTENT_TYPE, media),
        (
            header::CONTENT_SECURITY_POLICY,
            "default-src 'none'; sandbox",
        ),
    ] {
        response
            .headers_mut()
            .insert(name, HeaderValue::from_static(value));
    }
    Ok(response)
}

/// `/soan/tep/{id}/bo`: it is not to go along after all.
pub(super) async fn drop_it(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let account = user.account;
    site.store
        .write(move |tx| upload::remove(tx, account, id))
        .await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
