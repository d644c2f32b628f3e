//! Who looks at a page: the cookie, the session it names, and the token that every form carries.

use std::net::IpAddr;

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderValue, Method, header};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use congvu_access::{Access, Attempt, Protocol, Session};
use congvu_governance::Actor;
use congvu_store::activity::Kind;
use congvu_store::later::Asker;
use congvu_store::web_session::{self, Live};
use congvu_store::{AccountId, MailboxId, StoreError, StoreResult, Tx, random};
use ring::{digest, hmac};
use subtle::ConstantTimeEq as _;

use super::{Fields, Lang, Oops, Site};
use crate::peer::Client;

/// RFC 6265bis §4.1.3.2: a browser takes the first only enciphered, from this very host.
const SECURE: &str = "__Host-congvu";
/// On the machine itself, in the clear.
const CLEAR: &str = "congvu";

/// Behind the name: who gave the password, and has not given the code of the second factor yet.
const HALF: &str = "-2";

/// What remembers how somebody looks through lists, and what it says where they want each message.
pub(crate) const LOOK: &str = "cach-xem";
pub(crate) const BY_MESSAGE: &str = "thu";

/// What remembers how close together rows stand: as the cookie has it, and as styles do.
pub(crate) const DENSITY: &str = "mat-do";
pub(crate) const DENSITIES: [(&str, &str); 3] =
    [("vua", ""), ("gon", "compact"), ("thoang", "roomy")];

/// What remembers where a message is read, and what it says where that is below the list.
pub(crate) const PANE: &str = "khung-doc";
pub(crate) const BELOW: &str = "duoi";

/// What remembers whether single letters do something, and what it says where they do not.
pub(crate) const KEYS: &str = "phim-tat";
pub(crate) const NO_KEYS: &str = "tat";

/// What scripts say that ask by themselves.
const UNASKED: &str = "x-congvu-unasked";

/// What a browser holds of a session.
#[derive(Clone)]
pub(crate) struct Seal([u8; 32]);

/// A new one, that nobody can guess.
pub(crate) fn new_seal() -> Seal {
    Seal(random())
}

impl Seal {
    fn parse(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        bytes.try_into().ok().map(Self)
    }

    /// What is kept of it.
    pub(crate) fn digest(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, &self.0).as_ref().to_vec()
    }

    fn form_key(&self) -> [u8; 16] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let mut token = [0; 16];
        token.copy_from_slice(&hmac::sign(&key, b"form").as_ref()[..16]);
        token
    }

    /// What a form carries: another on every page, so that the size of packed pages tells nothing of it.
    fn token(&self) -> String {
        let mask = random::<16>();
        let mut bytes = mask.to_vec();
        bytes.extend(
            self.form_key()
                .iter()
                .zip(mask)
                .map(|(key, mask)| key ^ mask),
        );
        URL_SAFE_NO_PAD.encode(bytes)
    }

    fn accepts(&self, token: &str) -> bool {
        let Ok(bytes) = URL_SAFE_NO_PAD.decode(token) else {
            return false;
        };
        let Some((mask, masked)) = bytes.split_at_checked(16) else {
            return false;
        };
        let key: Vec<u8> = masked
            .iter()
            .zip(mask)
            .map(|(one, other)| one ^ other)
            .collect();
        bool::from(key.ct_eq(self.form_key().as_slice()))
    }
}

fn name_of(client: Client) -> &'static str {
    if client.is_secure { SECURE } else { CLEAR }
}

/// Gives a browser its session; until it is closed.
pub(crate) fn set_cookie(client: Client, seal: &Seal) -> HeaderValue {
    set(client, "", seal)
}

/// Takes it away again.
pub(crate) fn clear_cookie(client: Client) -> HeaderValue {
    clear(client, "")
}

/// Gives a browser what it comes back with when it has the code.
pub(crate) fn set_half_cookie(client: Client, seal: &Seal) -> HeaderValue {
    set(client, HALF, seal)
}

/// Takes it away again.
pub(crate) fn clear_half_cookie(client: Client) -> HeaderValue {
    clear(client, HALF)
}

fn set(client: Client, behind: &str, seal: &Seal) -> HeaderValue {
    let secure = if client.is_secure { "; Secure" } else { "" };
    let value = URL_SAFE_NO_PAD.encode(seal.0);
    let name = name_of(client);
    header_value(format!(
        "{name}{behind}={value}; Path=/; HttpOnly; SameSite=Lax{secure}"
    ))
}

fn clear(client: Client, behind: &str) -> HeaderValue {
    let secure = if client.is_secure { "; Secure" } else { "" };
    let name = name_of(client);
    header_value(format!(
        "{name}{behind}=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0{secure}"
    ))
}

fn header_value(text: String) -> HeaderValue {
    HeaderValue::try_from(text).unwrap_or_else(|_| HeaderValue::from_static(""))
}

fn density(code: &str) -> &'static str {
    let found = DENSITIES.iter().find(|(known, _)| *known == code);
    found.map_or("", |(_, style)| style)
}

/// The value of a cookie.
pub(crate) fn cookie<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    headers
        .get_all(header::COOKIE)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .find_map(|(known, value)| (known == name).then_some(value))
}

/// Anybody who looks at a page.
#[derive(Clone)]
pub(crate) struct Visitor {
    pub(crate) client: Client,
    pub(crate) lang: Lang,
    pub(crate) agent: String,
    /// What they were given when they gave the password and were asked for a code.
    pub(crate) half: Option<Seal>,
    /// Their session, in force, where they are signed in.
    pub(crate) user: Option<User>,
}

impl Visitor {
    /// As they try to prove who they are.
    pub(crate) fn attempt(&self) -> Attempt {
        web(self.client.ip)
    }
}

fn web(peer: IpAddr) -> Attempt {
    Attempt {
        protocol: Protocol::Web,
        peer,
    }
}

/// Somebody who is signed in.
#[derive(Clone)]
pub(crate) struct User {
    pub(crate) session: i64,
    pub(crate) account: AccountId,
    pub(crate) mailbox: MailboxId,
    pub(crate) login: String,
    pub(crate) name: String,
    pub(crate) lang: Lang,
    pub(crate) ip: IpAddr,
    /// They must choose a password, or take on the rules, before anything else.
    pub(crate) limited: bool,
    pub(crate) must_change: bool,
    /// Lists show each conversation once.
    pub(crate) conversations: bool,
    /// How close together rows stand, as styles know it.
    pub(crate) density: &'static str,
    /// Messages are read below their list, not beside it.
    pub(crate) pane_below: bool,
    /// Single letters do something (WCAG 2.1.4: they can be switched off).
    pub(crate) keys: bool,
    /// The browser asks by itself, because something changed: nobody looked, and nobody is there for it.
    pub(crate) unasked: bool,
    epoch: i64,
    seal: Seal,
    /// The console is open to them.
    pub(crate) is_officer: bool,
}

impl User {
    fn new(live: Live, seal: Seal, lang: Lang, ip: IpAddr) -> Self {
        Self {
            session: live.id,
            account: live.account,
            mailbox: live.mailbox,
            name: if live.name.is_empty() {
                live.login.clone()
            } else {
                live.name
            },
            login: live.login,
            lang,
            ip,
            limited: live.limited || live.must_change.is_some(),
            must_change: live.must_change.is_some(),
            conversations: true,
            density: "",
            pane_below: false,
            keys: true,
            unasked: false,
            is_officer: live.is_officer,
            epoch: live.epoch,
            seal,
        }
    }

    /// As they try to prove who they are.
    pub(crate) fn attempt(&self) -> Attempt {
        web(self.ip)
    }

    /// Somebody for whom something is done now that they asked for before: they hold no session.
    pub(crate) fn absent(account: AccountId, asker: Asker, ip: IpAddr) -> Self {
        let live = Live {
            id: 0,
            account,
            mailbox: asker.mailbox,
            login: asker.login,
            role: String::new(),
            name: asker.name,
            must_change: None,
            limited: false,
            stale: false,
            epoch: 0,
            is_officer: false,
        };
        Self::new(live, new_seal(), Lang::Vietnamese, ip)
    }

    /// As records have them.
    pub(crate) fn actor(&self) -> Actor {
        Actor::signed_in(self.account, &self.login, &self.ip.to_string())
    }

    /// Hears of the end of what they were let in for.
    pub(crate) fn attend(&self, access: &Access) -> Session {
        access.attend(self.account, self.epoch)
    }

    /// Whether their session is in force still.
    pub(crate) fn is_in_force(&self, tx: &mut Tx<'_>) -> StoreResult<bool> {
        let live = web_session::live(tx, &self.seal.digest())?;
        Ok(live.is_some_and(|live| !live.limited))
    }

    /// What their forms carry.
    pub(crate) fn csrf(&self) -> String {
        self.seal.token()
    }

    /// Whether a form is one of a page that they were shown.
    pub(crate) fn check(&self, fields: &Fields) -> Result<(), Oops> {
        if self.seal.accepts(fields.get("csrf")) {
            Ok(())
        } else {
            Err(Oops::Forbidden(
                "Trang này đã cũ. Hãy tải lại trang rồi làm lại.".to_owned(),
            ))
        }
    }
}

impl FromRequestParts<Site> for Visitor {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Oops> {
        let client = parts
            .extensions
            .get::<Client>()
            .copied()
            .ok_or(Oops::Busy)?;
        let lang = Lang::from_code(cookie(&parts.headers, "ngon-ngu").unwrap_or_default());
        let agent = parts.headers.get(header::USER_AGENT);
        let agent = agent.and_then(|agent| agent.to_str().ok());
        let mut visitor = Self {
            client,
            lang,
            agent: agent.unwrap_or_default().to_owned(),
            half: cookie(&parts.headers, &format!("{}{HALF}", name_of(client)))
                .and_then(Seal::parse),
            user: None,
        };
        let seal = cookie(&parts.headers, name_of(client)).and_then(Seal::parse);
        let Some(seal) = seal else {
            return Ok(visitor);
        };
        // A lock that this node cannot hear of would be overlooked.
        if !site.store.is_fresh() {
            return Err(Oops::Busy);
        }
        let digest = seal.digest();
        let live = site
            .store
            .read(move |tx| web_session::live(tx, &digest))
            .await?;
        let Some(live) = live else {
            return Ok(visitor);
        };
        let unasked = parts.headers.contains_key(UNASKED);
        if live.stale && !unasked {
            let id = live.id;
            let touched: Result<(), StoreError> =
                site.store.write(move |tx| web_session::touch(tx, id)).await;
            touched?;
            site.access.note(live.mailbox, Kind::Interactive);
        }
        visitor.user = Some(User {
            conversations: cookie(&parts.headers, LOOK) != Some(BY_MESSAGE),
            density: density(cookie(&parts.headers, DENSITY).unwrap_or_default()),
            pane_below: cookie(&parts.headers, PANE) == Some(BELOW),
            keys: cookie(&parts.headers, KEYS) != Some(NO_KEYS),
            unasked,
            ..User::new(live, seal, lang, client.ip)
        });
        Ok(visitor)
    }
}

impl FromRequestParts<Site> for User {
    type Rejection = Oops;

    async fn from_request_parts(parts: &mut Parts, site: &Site) -> Result<Self, Oops> {
        let visitor = Visitor::from_request_parts(parts, site).await?;
        match visitor.user {
            Some(user) if user.limited => Err(Oops::Elsewhere("/doi-mat-khau".to_owned())),
            Some(user) => Ok(user),
            None => {
                let mut way = String::from("/dang-nhap");
                if parts.method == Method::GET {
                    let path = parts.uri.path_and_query().map_or("/", |path| path.as_str());
                    let mut query = form_urlencoded::Serializer::new(String::new());
                    query.append_pair("ve", path);
                    way.push('?');
                    way.push_str(&query.finish());
                } else if parts.uri.path() == "/soan" {
                    // What was typed waits in the browser and is taken up on that page.
                    way.push_str("?ve=%2Fsoan");
                }
                Err(Oops::Elsewhere(way))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forms_carry_a_token_of_their_session() {
        let (seal, other) = (new_seal(), new_seal());
        let token = seal.token();
        assert_ne!(token, seal.token());
        assert!(seal.accepts(&token) && seal.accepts(&seal.token()));
        assert!(!other.accepts(&token) && !seal.accepts("") && !seal.accepts(&token[1..]));
    }
}
