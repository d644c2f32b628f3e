//! The evidence of a case as one ZIP.

use std::io::{Cursor, Write as _};

use axum::extract::{Path, State};
use congvu_governance::takedown::{self as cases, Package};
use congvu_store::TakedownId;
use zip::write::SimpleFileOptions;
use zip::{CompressionMethod, DateTime, ZipWriter};

use super::super::{Trouble, aside, file};
use super::show::{Typed, shown};
use crate::console::Officer;
use crate::site::{Fields, Oops, Page, Site};

pub(super) async fn package(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = TakedownId(id);
    let who = officer.clone();
    site.store
        .read(move |tx| {
            super::top(tx, &who)?;
            super::case(tx, id).map(drop)
        })
        .await?;
    let content = fields.has("kem-noi-dung");
    match cases::evidence(&site.store, &officer.actor(), id, content).await {
        Ok(files) => {
            let packed = aside(move || pack(&files)).await?.map_err(|error| {
                tracing::error!(%error, "evidence cannot be packed");
                Oops::Busy
            })?;
            Ok(file(&format!("ho-so-{id}.zip"), "application/zip", packed))
        }
        Err(congvu_governance::Refused::Forbidden(text)) => {
            let typed = Typed {
                trouble: Some(Trouble::forbidden(&text)),
                ..Typed::default()
            };
            shown(site, officer, id, typed, String::new()).await
        }
        Err(refused) => Err(refused.into()),
    }
}

/// The same files give the same bytes: none has a time.
fn pack(files: &Package) -> zip::result::ZipResult<Vec<u8>> {
    let mut zip = ZipWriter::new(Cursor::new(Vec::new()));
    let how = SimpleFileOptions::default()
        .compression_method(CompressionMethod::Deflated)
        .last_modified_time(DateTime::default());
    for (name, bytes) in files {
        zip.start_file(name.as_str(), how)?;
        zip.write_all(bytes)?;
    }
    Ok(zip.finish()?.into_inner())
}
