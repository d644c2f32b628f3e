//! POX Autodiscover, as Outlook asks for it ([MS-OXDSCLI] §2.2.3, §2.2.4: response schema 2006a).

use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, FromRequest as _, Request, State};
use axum::response::Response;

use super::{Ours, Service, XML, document, escaped, split};
use crate::site::{Oops, Page, Site};

pub(super) const PATH: &str = "/autodiscover/autodiscover.xml";
/// The largest request, in bytes.
const LARGEST: usize = 16 << 10;

const ANSWERED: &str =
    "http://schemas.microsoft.com/exchange/autodiscover/outlook/responseschema/2006a";
const ANSWERS: &str = "http://schemas.microsoft.com/exchange/autodiscover/responseschema/2006";

pub(super) async fn answer(State(site): State<Site>, request: Request) -> Page {
    of_request(&site, request).await
}

/// The answer to what Outlook sent.
pub(super) async fn of_request(site: &Site, mut request: Request) -> Result<Response, Oops> {
    DefaultBodyLimit::max(LARGEST).apply(&mut request);
    let body = Bytes::from_request(request, site).await;
    let body = body.map_err(|_| Oops::Bad("Không đọc được yêu cầu.".to_owned()))?;
    let text = String::from_utf8_lossy(&body);
    let ours = Ours::read(site).await?;
    let address = element(&text, "EMailAddress").unwrap_or_default();
    let schema = element(&text, "AcceptableResponseSchema");
    let known = schema.is_none_or(|schema| schema == ANSWERED);
    let domain = split(address).and_then(|(_, domain)| ours.find(domain));
    Ok(match domain {
        Some(_) if known => document(XML, written(site, address)),
        // [MS-OXDSCLI] §2.2.4.1.1.2.2.1: what is asked for is not offered; what is asked makes no sense.
        Some(_) => document(XML, refused(site, 601, "Provider is not available")),
        None => document(XML, refused(site, 600, "Invalid Request")),
    })
}

/// What stands in the first element of this name. No entity, no comment and no other markup is followed: an address and the name of a
/// schema hold none.
fn element<'t>(text: &'t str, name: &str) -> Option<&'t str> {
    let (_, rest) = text.split_once(&format!("<{name}>"))?;
    let (inner, _) = rest.split_once(&format!("</{name}>"))?;
    Some(inner.trim()).filter(|inner| !inner.contains(['<', '&']))
}

fn written(site: &Site, address: &str) -> String {
    let (host, login) = (escaped(&site.config.hostname), escaped(address));
    let mut protocols = String::new();
    // Outlook takes one of each kind.
    for service in [Service::Imap, Service::Pop3, Service::Submission] {
        let Some(server) = site.servers.best(service) else {
            continue;
        };
        let (ssl, encryption) = if server.implicit_tls {
            ("on", "SSL")
        } else {
            ("off", "TLS")
        };
        protocols.push_str(&format!(
            "      <Protocol>\n        <Type>{}</Type>\n        <Server>{host}</Server>\n        <Port>{}</Port>\n        \
             <LoginName>{login}</LoginName>\n        <DomainRequired>off</DomainRequired>\n        <SPA>off</SPA>\n        \
             <SSL>{ssl}</SSL>\n        <Encryption>{encryption}</Encryption>\n        <AuthRequired>on</AuthRequired>\n      \
             </Protocol>\n",
            service.name(),
            server.port
        ));
    }
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Autodiscover xmlns=\"{ANSWERS}\">\n  <Response xmlns=\"{ANSWERED}\">\n    \
         <Account>\n      <AccountType>email</AccountType>\n      <Action>settings</Action>\n{protocols}    </Account>\n  \
         </Response>\n</Autodiscover>\n"
    )
}

fn refused(site: &Site, code: u16, words: &str) -> String {
    let ms = site.store.now().rem_euclid(86_400_000);
    let (second, rest) = (ms / 1000, ms % 1000);
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<Autodiscover xmlns=\"{ANSWERS}\">\n  <Response>\n    \
         <Error Time=\"{:02}:{:02}:{:02}.{rest:03}\" Id=\"1\">\n      <ErrorCode>{code}</ErrorCode>\n      \
         <Message>{words}</Message>\n      <DebugData/>\n    </Error>\n  </Response>\n</Autodiscover>\n",
        second / 3600,
        second / 60 % 60,
        second % 60
    )
}

#[cfg(test)]
mod tests {
    use super::element;

    #[test]
    fn what_is_asked_is_read_and_nothing_followed() {
        let asked = "<Request><EMailAddress> an@x.vn </EMailAddress></Request>";
        assert_eq!(element(asked, "EMailAddress"), Some("an@x.vn"));
        for hostile in [
            "<!DOCTYPE a [<!ENTITY b SYSTEM \"file:///etc/passwd\">]><EMailAddress>&b;@x.vn</EMailAddress>",
            "<EMailAddress><a>an@x.vn</a></EMailAddress>",
            "<EMailAddress>an@x.vn",
            "",
        ] {
            assert_eq!(element(hostile, "EMailAddress"), None, "{hostile}");
        }
    }
}
