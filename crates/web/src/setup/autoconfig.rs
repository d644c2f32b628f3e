//! Mozilla's autoconfiguration, as Thunderbird and others ask for it: `http(s)://autoconfig.DOMAIN/mail/config-v1.1.xml` and
//! `https://DOMAIN/.well-known/autoconfig/mail/config-v1.1.xml`
//! (<https://www.bucksch.org/1/projects/thunderbird/autoconfiguration/config-file-format.html>).

use axum::extract::{RawQuery, State};
use axum::http::{HeaderMap, header};

use super::{Ours, Service, XML, document, escaped, split};
use crate::site::{Fields, Oops, Page, Site};

/// The file for the domain that was asked for: by the address, or by the name under which we were asked.
pub(super) async fn file(
    State(site): State<Site>,
    headers: HeaderMap,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let ours = Ours::read(&site).await?;
    let host = headers
        .get(header::HOST)
        .and_then(|host| host.to_str().ok());
    let host = host.map_or("", |host| {
        host.rsplit_once(':').map_or(host, |(name, _)| name)
    });
    let asked = match query.find("emailaddress") {
        Some(address) => split(address).map(|(_, domain)| domain),
        None => Some(host.strip_prefix("autoconfig.").unwrap_or(host)),
    };
    let nobodys = || Oops::missing("Tên miền này không thuộc hệ thống thư này.");
    let domain = asked
        .and_then(|domain| ours.find(domain))
        .ok_or_else(nobodys)?;
    Ok(document(XML, written(&site, &ours, domain)))
}

fn written(site: &Site, ours: &Ours, domain: &str) -> String {
    let host = escaped(&site.config.hostname);
    let mut servers = String::new();
    for server in site.servers.all() {
        let (element, kind) = match server.service {
            Service::Imap => ("incomingServer", "imap"),
            Service::Pop3 => ("incomingServer", "pop3"),
            Service::Submission => ("outgoingServer", "smtp"),
        };
        let tls = if server.implicit_tls {
            "SSL"
        } else {
            "STARTTLS"
        };
        servers.push_str(&format!(
            "    <{element} type=\"{kind}\">\n      <hostname>{host}</hostname>\n      <port>{}</port>\n      \
             <socketType>{tls}</socketType>\n      <username>%EMAILADDRESS%</username>\n      \
             <authentication>password-cleartext</authentication>\n    </{element}>\n",
            server.port
        ));
    }
    let place = if ours.place.is_empty() {
        domain
    } else {
        &ours.place
    };
    let (place, domain) = (escaped(place), escaped(domain));
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<clientConfig version=\"1.1\">\n  <emailProvider id=\"{domain}\">\n    \
         <domain>{domain}</domain>\n    <displayName>{place}</displayName>\n    \
         <displayShortName>{domain}</displayShortName>\n{servers}    \
         <documentation url=\"https://{host}/tro-giup/cai-dat/thunderbird\">\n      \
         <descr lang=\"vi\">Cài đặt Thunderbird</descr>\n      <descr lang=\"en\">Setting up Thunderbird</descr>\n    \
         </documentation>\n  </emailProvider>\n  <webMail>\n    <loginPage url=\"https://{host}/\"/>\n  </webMail>\n\
         </clientConfig>\n"
    )
}
