//! A configuration profile for iPhone, iPad and Mac (Apple, Configuration Profile Reference: `com.apple.mail.managed`), for whoever is
//! signed in. It holds no password: the device asks for it.

use axum::extract::State;
use axum::http::{HeaderValue, header};
use congvu_store::{Tx, address};
use ring::digest;

use super::{Ours, Service, document, escaped};
use crate::site::{Oops, Page, Site, User};

const MEDIA: &str = "application/x-apple-aspen-config";

/// `/tro-giup/cai-dat/iphone/ho-so`
pub(super) async fn profile(State(site): State<Site>, user: User) -> Page {
    let ours = Ours::read(&site).await?;
    let mailbox = user.mailbox;
    let primary = site
        .store
        .read(move |tx: &mut Tx<'_>| address::primary(tx, mailbox))
        .await?;
    let address = primary.unwrap_or_else(|| user.login.clone());
    let (incoming, outgoing) = (
        site.servers.best(Service::Imap),
        site.servers.best(Service::Submission),
    );
    let (Some(incoming), Some(outgoing)) = (incoming, outgoing) else {
        return Err(Oops::missing("Máy chủ này không mở cho chương trình thư."));
    };
    let host = &site.config.hostname;
    let mut account = String::new();
    for (key, value) in [
        ("EmailAccountType", "EmailTypeIMAP"),
        ("EmailAccountDescription", &ours.place),
        ("EmailAccountName", &user.name),
        ("EmailAddress", &address),
        ("IncomingMailServerAuthentication", "EmailAuthPassword"),
        ("IncomingMailServerHostName", host),
        ("IncomingMailServerUsername", &user.login),
        ("OutgoingMailServerAuthentication", "EmailAuthPassword"),
        ("OutgoingMailServerHostName", host),
        ("OutgoingMailServerUsername", &user.login),
        ("PayloadDisplayName", &address),
        ("PayloadIdentifier", &format!("{host}.mail.{address}")),
        ("PayloadType", "com.apple.mail.managed"),
        ("PayloadUUID", &uuid("mail", host, &address)),
    ] {
        account.push_str(&string(key, value));
    }
    for (key, port) in [
        ("IncomingMailServerPortNumber", incoming.port),
        ("OutgoingMailServerPortNumber", outgoing.port),
        ("PayloadVersion", 1),
    ] {
        account.push_str(&format!("<key>{key}</key><integer>{port}</integer>\n"));
    }
    for key in [
        "IncomingMailServerUseSSL",
        "OutgoingMailServerUseSSL",
        "OutgoingPasswordSameAsIncomingPassword",
    ] {
        account.push_str(&format!("<key>{key}</key><true/>\n"));
    }
    let mut around = String::new();
    for (key, value) in [
        ("PayloadDisplayName", &format!("{} – {address}", ours.place)),
        ("PayloadOrganization", &ours.place),
        ("PayloadIdentifier", &format!("{host}.{address}")),
        ("PayloadType", &"Configuration".to_owned()),
        ("PayloadUUID", &uuid("profile", host, &address)),
    ] {
        around.push_str(&string(key, value));
    }
    let text = format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <!DOCTYPE plist PUBLIC \"-//Apple//DTD PLIST 1.0//EN\" \"http://www.apple.com/DTDs/PropertyList-1.0.dtd\">\n\
         <plist version=\"1.0\">\n<dict>\n<key>PayloadContent</key>\n<array>\n<dict>\n{account}</dict>\n</array>\n{around}\
         <key>PayloadVersion</key><integer>1</integer>\n</dict>\n</plist>\n"
    );
    let mut response = document(MEDIA, text);
    response.headers_mut().insert(
        header::CONTENT_DISPOSITION,
        HeaderValue::from_static("attachment; filename=\"thu-cong-vu.mobileconfig\""),
    );
    Ok(response)
}

fn string(key: &str, value: &str) -> String {
    format!("<key>{key}</key><string>{}</string>\n", escaped(value))
}

/// The same for the same account, so that a profile that is fetched again takes the place of the one before (RFC 9562 §5.8).
fn uuid(what: &str, host: &str, address: &str) -> String {
    let name = format!("{what}\n{host}\n{address}");
    let digest = digest::digest(&digest::SHA256, name.as_bytes());
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&digest.as_ref()[..16]);
    bytes[6] = bytes[6] & 0x0f | 0x80;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let hex: String = bytes.iter().map(|byte| format!("{byte:02X}")).collect();
    [
        &hex[..8],
        &hex[8..12],
        &hex[12..16],
        &hex[16..20],
        &hex[20..],
    ]
    .join("-")
}
