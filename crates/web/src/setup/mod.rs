//! How mail programs set themselves up (QN.8.2): what Thunderbird, Outlook and Apple's programs ask for, all built from the servers
//! that listen. Only the domain of an address is looked at, so nobody learns who has a mailbox; no answer holds a password.

mod apple;
mod autoconfig;
mod autodiscover;
mod records;
mod servers;

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderValue, Method, header};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use congvu_store::{StoreResult, Tx, organisation};

pub(crate) use records::Standing;
pub use records::{Record, Says, of_domain, of_host};
pub use servers::{MailServer, Servers, Service};

use crate::site::{Oops, Site, Visitor, not_found};

pub(crate) fn routes() -> Router<Site> {
    Router::new()
        .route("/mail/config-v1.1.xml", get(autoconfig::file))
        .route(
            "/.well-known/autoconfig/mail/config-v1.1.xml",
            get(autoconfig::file),
        )
        .route(autodiscover::PATH, post(autodiscover::answer))
        .route("/tro-giup/cai-dat/iphone/ho-so", get(apple::profile))
}

/// What no page has: Outlook writes its address in whatever case it likes.
pub(crate) async fn elsewhere(
    State(site): State<Site>,
    visitor: Visitor,
    request: Request,
) -> Result<Response, Oops> {
    let is_outlook = request
        .uri()
        .path()
        .eq_ignore_ascii_case(autodiscover::PATH);
    if !is_outlook || request.method() != Method::POST {
        return Ok(not_found(State(site), visitor).await.into_response());
    }
    autodiscover::of_request(&site, request).await
}

/// A domain of ours, as whoever asks wrote it.
struct Ours {
    /// All of ours.
    domains: Vec<String>,
    /// What the place is called.
    place: String,
}

fn ours(tx: &mut Tx<'_>) -> StoreResult<Ours> {
    Ok(Ours {
        domains: organisation::domains(tx)?,
        place: organisation::root(tx)?.map_or_else(String::new, |root| root.name),
    })
}

impl Ours {
    async fn read(site: &Site) -> Result<Self, Oops> {
        Ok(site.store.read(ours).await?)
    }

    /// The domain, where it is one of ours.
    fn find(&self, domain: &str) -> Option<&str> {
        let found = self.domains.iter();
        let mut found = found.filter(|known| known.eq_ignore_ascii_case(domain));
        found.next().map(String::as_str)
    }
}

/// Text within XML; what XML cannot hold is left out (XML 1.0 §2.2).
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&apos;"),
            c if c.is_control() && !matches!(c, '\t' | '\n' | '\r') => {}
            '\u{fffe}' | '\u{ffff}' => {}
            c => escaped.push(c),
        }
    }
    escaped
}

/// An answer for a program.
fn document(media: &'static str, text: String) -> Response {
    (
        [(header::CONTENT_TYPE, HeaderValue::from_static(media))],
        text,
    )
        .into_response()
}

const XML: &str = "text/xml; charset=utf-8";

/// An address that somebody wrote, where it can be one: what is before its `@`, and the domain.
fn split(address: &str) -> Option<(&str, &str)> {
    let address = address.trim();
    let plain = address.len() <= 320
        && !address
            .chars()
            .any(|c| c.is_control() || c.is_whitespace() || "<>\"&'\\".contains(c));
    address
        .rsplit_once('@')
        .filter(|(local, domain)| plain && !local.is_empty() && !domain.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{escaped, split};

    #[test]
    fn what_is_no_address_is_none() {
        assert_eq!(split(" an@x.vn "), Some(("an", "x.vn")));
        for wrong in [
            "",
            "an",
            "@x.vn",
            "an@",
            "a n@x.vn",
            "a<b@x.vn",
            "a\u{0}@x.vn",
            "a&b@x.vn",
        ] {
            assert_eq!(split(wrong), None, "{wrong}");
        }
        assert_eq!(split(&format!("{}@x.vn", "a".repeat(320))), None);
    }

    #[test]
    fn text_stays_text() {
        assert_eq!(
            escaped("Sở <KH&CN> \"1\" 'a'\u{1}\u{ffff}\t"),
            "Sở &lt;KH&amp;CN&gt; &quot;1&quot; &apos;a&apos;\t"
        );
    }
}
