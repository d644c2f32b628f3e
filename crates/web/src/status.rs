//! `/status`: whether the service works, and when it stops (QN.9.1.c, TQ.10.2.a, SL.14.6.a); read without mail, without signing in and
//! without script. `/status.json` is the same for programs.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::IntoResponse;
use congvu_regulation::Moment;
use congvu_store::StoreError;
use congvu_store::stop::{self, Stop};
use serde_json::json;

use crate::operations::Operations;

/// The store must answer within this time.
const WITHIN: Duration = Duration::from_secs(2);
/// Nothing but the page's own styles.
const POLICY: &str = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const STYLE: &str = "body{font:1rem/1.5 system-ui,sans-serif;max-width:42rem;margin:2rem auto;padding:0 1rem;color:#1b1b1b;background:#fff}\
h1{font-size:1.4rem}li{margin:.8rem 0}.now{border-left:.3rem solid #b3261e;padding-left:.8rem}\
@media(prefers-color-scheme:dark){body{color:#eee;background:#161616}}";

/// The stops, and whether the store answers; with the time by which they are told.
async fn look(operations: &Operations) -> Option<(i64, Vec<Stop>)> {
    let asked = operations
        .store
        .read(|tx| Ok::<_, StoreError>((tx.now(), stop::current_and_coming(tx)?)));
    match tokio::time::timeout(WITHIN, asked).await {
        Ok(Ok(found)) => Some(found),
        Ok(Err(error)) => {
            tracing::warn!(%error, "no status");
            None
        }
        Err(_) => None,
    }
}

fn headers(kind: &'static str) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in [
        (header::CONTENT_TYPE, kind),
        (header::CONTENT_SECURITY_POLICY, POLICY),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::CACHE_CONTROL, "no-store"),
    ] {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers
}

fn code(found: bool) -> StatusCode {
    if found {
        StatusCode::OK
    } else {
        StatusCode::SERVICE_UNAVAILABLE
    }
}

pub(crate) async fn page(State(operations): State<Operations>) -> impl IntoResponse {
    let found = look(&operations).await;
    let kind = headers("text/html; charset=utf-8");
    (code(found.is_some()), kind, render(found.as_ref()))
}

pub(crate) async fn data(State(operations): State<Operations>) -> impl IntoResponse {
    let found = look(&operations).await;
    let stops = found.as_ref().map(|(now, stops)| {
        let stop = |stop: &Stop| {
            json!({
                "id": stop.id.0,
                "emergency": stop.emergency,
                "current": stop.from_at <= *now,
                "from_at": stop.from_at,
                "until_at": stop.until_at,
                "what": stop.what,
                "clause": stop.clause,
            })
        };
        stops.iter().map(stop).collect::<Vec<_>>()
    });
    let body = json!({ "works": found.is_some(), "stops": stops.unwrap_or_default() });
    (
        code(found.is_some()),
        headers("application/json"),
        Json(body),
    )
}

fn time(at: i64) -> String {
    let moment = Moment(at);
    let minute = moment.minute_of_day();
    let day = moment.date().vietnamese();
    format!("{:02} giờ {:02} ngày {day}", minute / 60, minute % 60)
}

fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            other => out.push(other),
        }
    }
    out
}

fn render(found: Option<&(i64, Vec<Stop>)>) -> String {
    let body = match found {
        None => {
            "<p class=\"now\">Hệ thống đang gián đoạn. Đơn vị vận hành đã được báo.</p>".to_owned()
        }
        Some((_, stops)) if stops.is_empty() => {
            "<p>Hệ thống hoạt động bình thường. Không có kế hoạch ngừng dịch vụ.</p>".to_owned()
        }
        Some((now, stops)) => {
            let items: String = stops.iter().map(|stop| item(stop, *now)).collect();
            format!("<ul>{items}</ul>")
        }
    };
    format!(
        "<!doctype html><html lang=\"vi\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Tình trạng dịch vụ thư điện tử công vụ</title><style>{STYLE}</style></head>\
         <body><h1>Tình trạng dịch vụ thư điện tử công vụ</h1>{body}</body></html>\n"
    )
}

fn item(stop: &Stop, now: i64) -> String {
    let current = stop.from_at <= now;
    let kind = match (stop.emergency, current) {
        (true, _) => "Đang ngừng khẩn cấp",
        (false, true) => "Đang tạm ngừng",
        (false, false) => "Sẽ tạm ngừng",
    };
    let until = stop.until_at.map_or_else(
        || "thời gian phục hồi sẽ được thông báo".to_owned(),
        |until| format!("phục hồi lúc {}", time(until)),
    );
    format!(
        "<li{}><strong>{kind}</strong>: từ {}, {until}.<br>{}</li>",
        if current { " class=\"now\"" } else { "" },
        time(stop.from_at),
        escape(&stop.what)
    )
}

#[cfg(test)]
mod tests {
    use congvu_store::stop::Stop;
    use congvu_store::{OrganisationId, StopId};

    use super::render;

    fn stop(from_at: i64) -> Stop {
        Stop {
            id: StopId(1),
            emergency: false,
            organisation: OrganisationId(1),
            what: "<script>nâng cấp</script> & \"sửa\"".into(),
            document: String::new(),
            clause: "QN.9.1.c".into(),
            from_at,
            until_at: Some(1_795_338_000_000),
            announced_by: String::new(),
            announced_at: 0,
            incident: None,
            done_at: None,
            cancelled_at: None,
            cancel_reason: String::new(),
        }
    }

    #[test]
    fn tq_10_2_a_the_page_tells_when_the_service_is_back() {
        let text = render(Some(&(10, vec![stop(5), stop(15)])));
        assert!(text.contains("Đang tạm ngừng") && text.contains("Sẽ tạm ngừng"));
        assert!(
            text.contains("phục hồi lúc 16 giờ 00 ngày 22/11/2026"),
            "{text}"
        );
        assert!(text.contains("&lt;script&gt;nâng cấp&lt;/script&gt; &amp; &quot;sửa&quot;"));
        assert!(!text.contains("<script"));
        assert!(render(Some(&(0, vec![]))).contains("bình thường"));
        assert!(render(None).contains("gián đoạn"));
    }
}
