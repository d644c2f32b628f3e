//! The directory of an agency as a file, for its own site or a spreadsheet: `/co-quan/{place}/danh-ba.json`, `.csv`, `.vcf`.

use axum::extract::{Path, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Response};
use congvu_governance::directory;
use congvu_papers::lists;

use super::{find, gone, ground};
use crate::site::{Oops, Page, Site};

/// A portal may ask so seldom (seconds); who asks more often gets what they had.
const FRESH: &str = "public, max-age=300";

pub(super) async fn file(
    State(site): State<Site>,
    Path((asked_for, file)): Path<(String, String)>,
) -> Page {
    let law = site.law;
    let (media, body) = site
        .store
        .read(move |tx| {
            let here = find(tx, &asked_for)?;
            ground(tx, law, here.id)?;
            if file == "danh-ba.json" {
                let feed = directory::feed(tx, law, here.id)?;
                return Ok(("application/json", feed.to_string().into_bytes()));
            }
            let entries = directory::published(tx, law, here.id)?;
            match file.as_str() {
                "danh-ba.csv" => {
                    let rows = directory::rows(&entries);
                    let csv = lists::to_csv(&rows, &directory::COLUMNS);
                    Ok(("text/csv; charset=utf-8", csv))
                }
                "danh-ba.vcf" => Ok((
                    "text/vcard; charset=utf-8",
                    directory::vcards(&entries).into_bytes(),
                )),
                _ => Err::<_, Oops>(gone()),
            }
        })
        .await?;
    Ok(sent(media, body))
}

fn sent(media: &'static str, body: Vec<u8>) -> Response {
    let headers = [
        (header::CONTENT_TYPE, media),
        (header::CACHE_CONTROL, FRESH),
        // It is everybody's: pages of other sites may read it.
        (header::ACCESS_CONTROL_ALLOW_ORIGIN, "*"),
    ]
    .map(|(name, value)| (name, HeaderValue::from_static(value)));
    (headers, body).into_response()
}
