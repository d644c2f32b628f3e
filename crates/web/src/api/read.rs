//! What a request says: pages, bodies, days; and how answers are written.

use std::time::Duration;

use axum::Json;
use axum::body::Bytes;
use axum::extract::{FromRequest, FromRequestParts, Query, Request};
use axum::http::request::Parts;
use axum::http::{StatusCode, header};
use congvu_governance::{Actor, Refused, Role, rights, texts};
use congvu_papers::{CSV, PDF, XLSX};
use congvu_regulation::{Date, Moment};
use congvu_store::{OrganisationId, Tx, organisation};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};

use super::problem::{Answer, Problem};

/// The largest body, in octets.
pub(super) const LARGEST: usize = 10 << 20;
/// How long a body may take.
const BODY: Duration = Duration::from_secs(60);
const USUAL: i64 = 100;
const MOST: i64 = 500;
const MINUTE_MS: i64 = 60_000;

/// A JSON body; an empty one is an empty object.
pub(super) struct Body<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE);
        let is_json = media.is_some_and(|media| {
            let media = media.to_str().unwrap_or_default();
            let name = media.split(';').next().unwrap_or_default().trim();
            name.eq_ignore_ascii_case("application/json")
        });
        let has_media = media.is_some();
        let bytes = bytes(request, state).await?;
        if !is_json && (has_media || !bytes.is_empty()) {
            return Err(Problem::new(
                StatusCode::UNSUPPORTED_MEDIA_TYPE,
                "Content-Type phải là application/json.",
            ));
        }
        let text: &[u8] = if bytes.is_empty() { b"{}" } else { &bytes };
        if serde_json::from_slice(text).is_ok_and(|value| !texts::is_plain_value(&value)) {
            return Err(Problem::new(
                StatusCode::UNPROCESSABLE_ENTITY,
                "Nội dung có ký tự điều khiển.",
            ));
        }
        serde_json::from_slice(text).map(Self).map_err(|error| {
            let status = match error.classify() {
                serde_json::error::Category::Data => StatusCode::UNPROCESSABLE_ENTITY,
                _ => StatusCode::BAD_REQUEST,
            };
            Problem::new(status, format!("JSON không đọc được: {error}."))
        })
    }
}

/// The octets of a body within the bounds of size and time.
async fn bytes<S: Send + Sync>(request: Request, state: &S) -> Answer<Bytes> {
    let read = tokio::time::timeout(BODY, Bytes::from_request(request, state)).await;
    match read {
        Err(_) => Err(Problem::new(
            StatusCode::REQUEST_TIMEOUT,
            "Nội dung đến quá chậm.",
        )),
        Ok(Err(rejection)) if rejection.status() == StatusCode::PAYLOAD_TOO_LARGE => Err(
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "Nội dung lớn hơn 10 MB."),
        ),
        Ok(Err(_)) => Err(Problem::new(
            StatusCode::BAD_REQUEST,
            "Nội dung bị ngắt giữa chừng.",
        )),
        Ok(Ok(bytes)) => Ok(bytes),
    }
}

/// A list or a form as the body: XLSX, CSV or PDF.
pub(super) struct Upload {
    pub(super) media_type: &'static str,
    pub(super) bytes: Bytes,
}

impl<S: Send + Sync> FromRequest<S> for Upload {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        let media = request.headers().get(header::CONTENT_TYPE);
        let media = media.and_then(|media| media.to_str().ok());
        let name = media.unwrap_or_default().split(';').next();
        let name = name.unwrap_or_default().trim().to_ascii_lowercase();
        let media_type = match name.as_str() {
            "application/pdf" => PDF,
            "text/csv" => CSV,
            other if other == XLSX => XLSX,
            _ => {
                return Err(Problem::new(
                    StatusCode::UNSUPPORTED_MEDIA_TYPE,
                    format!("Content-Type phải là {XLSX}, text/csv hoặc {PDF}."),
                ));
            }
        };
        let bytes = bytes(request, state).await?;
        Ok(Self { media_type, bytes })
    }
}

/// The query of a request.
pub(super) struct Asked<T>(pub(super) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Asked<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        if !is_plain(parts.uri.query().unwrap_or_default()) {
            return Err(Problem::bad("Tham số sau dấu ? có ký tự điều khiển."));
        }
        Query::from_request_parts(parts, state)
            .await
            .map(|Query(asked)| Self(asked))
            .map_err(|_| Problem::bad("Tham số sau dấu ? không hợp lệ."))
    }
}

/// Whether nothing in a query stands for a control character.
fn is_plain(query: &str) -> bool {
    let escaped = query.split('%').skip(1).filter_map(|rest| rest.get(..2));
    let mut codes = escaped.filter_map(|hex| u8::from_str_radix(hex, 16).ok());
    codes.all(|code| !code.is_ascii_control())
}

/// What parts of the path say.
pub(super) struct Place<T>(pub(super) T);

impl<T: DeserializeOwned + Send, S: Send + Sync> FromRequestParts<S> for Place<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        axum::extract::Path::from_request_parts(parts, state)
            .await
            .map(|axum::extract::Path(said)| Self(said))
            .map_err(|_| Problem::new(StatusCode::NOT_FOUND, "Không có tài nguyên này."))
    }
}

/// Which page of a list.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Page {
    /// That place and those below; none: as far as the token reaches, or everywhere.
    pub(super) organisation: Option<i64>,
    /// What `next` of the page before said.
    pub(super) after: Option<i64>,
    pub(super) limit: Option<i64>,
    /// `open` …, for requests.
    pub(super) state: Option<String>,
    /// What is looked for, in the directory.
    pub(super) q: Option<String>,
}

impl Page {
    /// How many at most: 1 to 500.
    pub(super) fn limit(&self) -> Answer<i64> {
        limit(self.limit)
    }

    pub(super) fn after(&self) -> Answer<i64> {
        let after = self.after.unwrap_or(0);
        if after < 0 {
            return Err(Problem::bad("after không hợp lệ."));
        }
        Ok(after)
    }

    /// The place it is about, at which the actor has one of these roles.
    pub(super) fn top(
        &self,
        tx: &mut Tx<'_>,
        actor: &Actor,
        roles: &[Role],
    ) -> Result<OrganisationId, Refused> {
        let asked = self.organisation.map(OrganisationId).or(actor.within());
        let top = match asked {
            Some(top) => top,
            None => {
                organisation::root(tx)?
                    .ok_or_else(|| Refused::missing("Chưa có cơ quan nào."))?
                    .id
            }
        };
        rights::need(tx, actor, roles, top)?;
        Ok(top)
    }
}

/// How many at most: 1 to 500.
pub(super) fn limit(asked: Option<i64>) -> Answer<i64> {
    let limit = asked.unwrap_or(USUAL);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::bad(format!("limit phải từ 1 đến {MOST}.")));
    }
    Ok(limit)
}

/// A page of what was read with one more than `limit`: where there is one more, `next` names the last that is shown.
pub(super) fn page<T, C: serde::Serialize>(
    mut found: Vec<T>,
    limit: i64,
    cursor: impl Fn(&T) -> C,
    shown: impl FnMut(T) -> Value,
) -> Json<Value> {
    let limit = usize::try_from(limit).unwrap_or(usize::MAX);
    let more = found.len() > limit;
    found.truncate(limit);
    let next = found.last().filter(|_| more).map(cursor);
    let items: Vec<Value> = found.into_iter().map(shown).collect();
    Json(json!({ "items": items, "next": next }))
}

/// A time (ms) as RFC 3339 in Vietnam: `2026-02-12T08:30:00+07:00`.
pub(super) fn time(ms: i64) -> String {
    let moment = Moment(ms);
    let minute = moment.minute_of_day();
    let second = ms.rem_euclid(MINUTE_MS) / 1000;
    format!(
        "{}T{:02}:{:02}:{second:02}+07:00",
        moment.date(),
        minute / 60,
        minute % 60
    )
}

/// A day, as days since 1970: `2026-02-12`.
pub(super) fn day(epoch_day: i64) -> String {
    Date::from_epoch_day(epoch_day).to_string()
}

/// Reads a day.
pub(super) fn parse_day(text: &str) -> Answer<Date> {
    text.parse()
        .map_err(|error: congvu_regulation::BadDate| Problem::bad(format!("{error}.")))
}

/// Reads a time in Vietnam, a day or `2026-02-12T08:30`, as ms.
pub(super) fn parse_from(text: &str) -> Answer<i64> {
    let read: Result<Moment, _> = text.parse();
    read.map(|moment| moment.0)
        .map_err(|error: congvu_regulation::BadMoment| Problem::bad(format!("{error}.")))
}

/// As [`parse_from`]; a day is meant with all its hours.
pub(super) fn parse_until(text: &str) -> Answer<i64> {
    match text.parse::<Date>() {
        Ok(day) => Ok(day.plus_days(1).start().0),
        Err(_) => parse_from(text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_vietnams() {
        assert_eq!(time(1_770_859_800_999), "2026-02-12T08:30:00+07:00");
        assert_eq!(
            time(1_770_859_800_000 + 59_999),
            "2026-02-12T08:30:59+07:00"
        );
    }

    #[test]
    fn the_next_page_is_told_only_where_there_is_one() {
        for (found, next) in [(0..2, None), (0..3, None), (0..4, Some(2))] {
            let Json(page) = page(found.collect(), 3, |n| *n, |n: i64| n.into());
            assert_eq!(page["next"], json!(next));
        }
        assert!(limit(Some(0)).is_err() && limit(Some(501)).is_err());
        assert!(limit(Some(500)).is_ok());
    }
}
