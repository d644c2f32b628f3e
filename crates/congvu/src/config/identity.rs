//! `identity.*`: the e-government platform, which is told of accounts (QN.5.1) and signs people in (TQ.10.1.b).

use std::path::PathBuf;

use reqwest::Url;

use super::Secret;
use super::check::Checks;
use super::entries::Entries;

/// The platform.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Identity {
    /// Its SCIM service and the token for it.
    pub(crate) push: Option<(Url, Secret)>,
    /// Where people are signed in.
    pub(crate) oidc: Option<Oidc>,
    /// Whether people sign in with a password of this system on the web, too.
    pub(crate) local_sign_in: bool,
    /// Authorities that are trusted besides.
    pub(crate) ca_file: Option<PathBuf>,
    /// Whether `http://` may be used.
    pub(crate) allow_http: bool,
}

/// An OpenID Connect provider.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Oidc {
    /// Its issuer identifier.
    pub(crate) issuer: String,
    /// What it knows this system by.
    pub(crate) client_id: String,
    /// What this system proves itself with.
    pub(crate) client_secret: Secret,
    /// Which claim names the account.
    pub(crate) claim: String,
    /// What is asked for beside `openid`.
    pub(crate) scopes: String,
    /// What the button says.
    pub(crate) label: String,
}

impl Identity {
    pub(super) fn of(entries: &Entries) -> Self {
        let text = |key: &str| Some(entries.text(key)).filter(|text| !text.is_empty());
        // What is no address is told by the check.
        let push = text("identity.push_url").and_then(|url| url.parse::<Url>().ok());
        let oidc = text("identity.oidc_issuer").map(|issuer| Oidc {
            issuer,
            client_id: entries.text("identity.oidc_client_id"),
            client_secret: entries.secret("identity.oidc_client_secret"),
            claim: entries.text("identity.oidc_claim"),
            scopes: entries.text("identity.oidc_scopes"),
            label: entries.text("identity.oidc_label"),
        });
        Self {
            push: push.map(|url| (url, entries.secret("identity.push_token"))),
            oidc,
            local_sign_in: entries.bool("identity.local_sign_in"),
            ca_file: entries.path("identity.ca_file"),
            allow_http: entries.bool("identity.allow_http"),
        }
    }
}

pub(super) fn check(checks: &mut Checks<'_>) {
    for key in ["identity.push_url", "identity.oidc_issuer"] {
        address(checks, key);
    }
    for (key, beside) in [
        ("identity.push_token", "identity.push_url"),
        ("identity.oidc_client_secret", "identity.oidc_issuer"),
    ] {
        let missing = checks.entries.are_known(&[key, beside])
            && checks.entries.secret(key).is_empty()
            && !checks.entries.text(beside).is_empty();
        if missing {
            let wrong = format!("chưa đặt trong khi {beside} đã đặt");
            checks.find_beside(key, beside, wrong, "mã do nền tảng cấp");
        }
    }
    let (issuer, client, claim) = (
        "identity.oidc_issuer",
        "identity.oidc_client_id",
        "identity.oidc_claim",
    );
    if checks.entries.are_known(&[issuer, client, claim]) && !checks.entries.text(issuer).is_empty()
    {
        for key in [client, claim] {
            if checks.entries.text(key).is_empty() {
                let wrong = format!("chưa đặt trong khi {issuer} đã đặt");
                checks.find_beside(key, issuer, wrong, "giá trị do nền tảng cấp");
            }
        }
    }
    let local = "identity.local_sign_in";
    if checks.entries.are_known(&[local, issuer])
        && !checks.entries.bool(local)
        && checks.entries.text(issuer).is_empty()
    {
        let wrong =
            "tắt trong khi chưa đặt identity.oidc_issuer: không ai đăng nhập được".to_owned();
        checks.find(local, wrong, "true, hoặc đặt identity.oidc_issuer");
    }
}

fn address(checks: &mut Checks<'_>, key: &str) {
    if !checks.entries.are_known(&[key, "identity.allow_http"]) {
        return;
    }
    let text = checks.entries.text(key);
    if text.is_empty() {
        return;
    }
    let http = checks.entries.bool("identity.allow_http");
    let url = text.parse::<Url>().ok().filter(|url| {
        let scheme = url.scheme() == "https" || (http && url.scheme() == "http");
        let plain = url.username().is_empty() && url.password().is_none();
        scheme && plain && url.host().is_some() && url.query().is_none() && url.fragment().is_none()
    });
    if url.is_none() {
        checks.find(
            key,
            format!("«{text}» không dùng được"),
            "địa chỉ https://… không kèm tham số, tên, mật khẩu",
        );
    }
}
