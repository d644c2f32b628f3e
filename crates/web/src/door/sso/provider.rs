//! The provider: what it says of itself (OpenID Connect Discovery 1.0 §4), its keys (RFC 7517), and the exchange of a code (RFC 6749 §4.1.3).

use std::sync::Arc;
use std::time::{Duration, Instant};

use congvu_access::Vouched;
use jsonwebtoken::jwk::Jwk;
use parking_lot::Mutex;
use reqwest::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use reqwest::{Client, RequestBuilder, Url};
use serde::Deserialize;
use serde_json::Value;

use super::token::{self, Out, Person};

/// What the provider says of itself and its keys hold so long.
const HOLDS: Duration = Duration::from_secs(3600);
/// A key that is not known is looked for at most so often: whoever sends tokens of unknown keys has nobody asked for each.
const LOOKS: Duration = Duration::from_secs(60);
/// The largest answer that is read, in octets.
const LARGEST: usize = 1 << 20;

/// Settings of single sign-on.
#[derive(Clone)]
pub struct Settings {
    /// The provider's issuer identifier.
    pub issuer: String,
    /// What it knows this system by.
    pub client_id: String,
    /// What this system proves itself with.
    pub client_secret: String,
    /// The claim that names the account; `email` names an address instead.
    pub claim: String,
    /// What is asked for beside `openid`.
    pub scopes: String,
    /// What the button says.
    pub label: String,
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings")
            .field("issuer", &self.issuer)
            .finish_non_exhaustive()
    }
}

/// What stands in the way; for the log.
#[derive(Debug, thiserror::Error)]
pub(super) enum Fault {
    /// It cannot be reached, or breaks off.
    #[error("{0}")]
    Silent(String),
    /// It says what makes no sense.
    #[error("{0}")]
    Senseless(&'static str),
    /// It refuses the code.
    #[error("the code is refused: {0}")]
    Code(String),
    /// What it signed is not believed.
    #[error("{0}")]
    Token(#[from] token::Disbelieved),
}

impl From<reqwest::Error> for Fault {
    fn from(error: reqwest::Error) -> Self {
        Self::Silent(error.without_url().to_string())
    }
}

/// What the provider says of itself.
#[derive(Debug, Deserialize)]
struct Metadata {
    issuer: String,
    authorization_endpoint: String,
    token_endpoint: String,
    jwks_uri: String,
    userinfo_endpoint: Option<String>,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

struct Keys {
    keys: Arc<Vec<Jwk>>,
    read: Instant,
}

struct Inner {
    settings: Settings,
    client: Client,
    metadata: Mutex<Option<(Instant, Arc<Metadata>)>>,
    keys: Mutex<Option<Keys>>,
}

/// Single sign-on at one provider. Cheap to clone.
#[derive(Clone)]
pub struct Sso(Arc<Inner>);

impl std::fmt::Debug for Sso {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Sso")
    }
}

impl Sso {
    /// Single sign-on by these settings, with a client that goes nowhere but where it is sent. Nothing is asked before somebody
    /// signs in.
    #[must_use]
    pub fn new(client: Client, settings: Settings) -> Self {
        Self(Arc::new(Inner {
            settings,
            client,
            metadata: Mutex::default(),
            keys: Mutex::default(),
        }))
    }

    pub(crate) fn label(&self) -> &str {
        &self.0.settings.label
    }

    pub(super) fn issuer(&self) -> &str {
        &self.0.settings.issuer
    }

    async fn metadata(&self) -> Result<Arc<Metadata>, Fault> {
        if let Some((read, known)) = &*self.0.metadata.lock()
            && read.elapsed() < HOLDS
        {
            return Ok(Arc::clone(known));
        }
        let issuer = self.issuer().trim_end_matches('/');
        let url = format!("{issuer}/.well-known/openid-configuration");
        let (_, body) = read(self.0.client.get(url).header(ACCEPT, "application/json")).await?;
        let found: Metadata = serde_json::from_value(body)
            .map_err(|_| Fault::Senseless("the provider's metadata cannot be read"))?;
        // OpenID Connect Discovery 1.0 §4.3.
        if found.issuer != self.issuer() {
            return Err(Fault::Senseless(
                "the provider's metadata are another issuer's",
            ));
        }
        let found = Arc::new(found);
        *self.0.metadata.lock() = Some((Instant::now(), Arc::clone(&found)));
        Ok(found)
    }

    /// The keys, read anew where they are old, or where `unknown` says that one was missing.
    async fn keys(&self, unknown: bool) -> Result<Arc<Vec<Jwk>>, Fault> {
        if let Some(known) = &*self.0.keys.lock() {
            let most = if unknown { LOOKS } else { HOLDS };
            if known.read.elapsed() < most {
                return Ok(Arc::clone(&known.keys));
            }
        }
        let metadata = self.metadata().await?;
        let (_, body) = read(self.0.client.get(&metadata.jwks_uri)).await?;
        let keys = body.get("keys").and_then(Value::as_array);
        let keys = keys.ok_or(Fault::Senseless("the provider's keys cannot be read"))?;
        // Keys of kinds that nobody knows here are left out, as RFC 7517 §5 has it.
        let keys = keys
            .iter()
            .filter_map(|key| serde_json::from_value(key.clone()).ok());
        let keys: Arc<Vec<Jwk>> = Arc::new(keys.collect());
        *self.0.keys.lock() = Some(Keys {
            keys: Arc::clone(&keys),
            read: Instant::now(),
        });
        Ok(keys)
    }

    /// Where a browser is sent (OpenID Connect Core 1.0 §3.1.2.1).
    pub(super) async fn way_there(
        &self,
        redirect: &str,
        state: &str,
        nonce: &str,
        challenge: &str,
    ) -> Result<String, Fault> {
        let metadata = self.metadata().await?;
        let mut url: Url = metadata
            .authorization_endpoint
            .parse()
            .map_err(|_| Fault::Senseless("the authorization endpoint is no address"))?;
        let settings = &self.0.settings;
        let scope = format!("openid {}", settings.scopes);
        url.query_pairs_mut()
            .append_pair("response_type", "code")
            .append_pair("client_id", &settings.client_id)
            .append_pair("redirect_uri", redirect)
            .append_pair("scope", scope.trim())
            .append_pair("state", state)
            .append_pair("nonce", nonce)
            .append_pair("code_challenge", challenge)
            .append_pair("code_challenge_method", "S256");
        Ok(url.into())
    }

    /// Whom a code stands for.
    pub(super) async fn redeem(
        &self,
        code: &str,
        redirect: &str,
        verifier: &str,
        nonce: &str,
    ) -> Result<Person, Fault> {
        let metadata = self.metadata().await?;
        let settings = &self.0.settings;
        let mut form = vec![
            ("grant_type", "authorization_code"),
            ("code", code),
            ("redirect_uri", redirect),
            ("code_verifier", verifier),
        ];
        let mut request = self.0.client.post(&metadata.token_endpoint);
        let methods = &metadata.token_endpoint_auth_methods_supported;
        let has = |method: &str| methods.iter().any(|known| known == method);
        // Without a word the provider takes the first (OpenID Connect Discovery 1.0 §3).
        if methods.is_empty() || has("client_secret_basic") {
            request = request.header(AUTHORIZATION, basic(settings));
        } else {
            form.push(("client_id", &settings.client_id));
            form.push(("client_secret", &settings.client_secret));
        }
        let form = form_urlencoded::Serializer::new(String::new())
            .extend_pairs(form)
            .finish();
        let request = request
            .header(CONTENT_TYPE, "application/x-www-form-urlencoded")
            .header(ACCEPT, "application/json")
            .body(form);
        let (is_ok, body) = read(request).await?;
        if !is_ok {
            let error = body.get("error").and_then(Value::as_str);
            return Err(Fault::Code(
                error.unwrap_or("no reason").chars().take(80).collect(),
            ));
        }
        let id_token = body.get("id_token").and_then(Value::as_str);
        let id_token = id_token.ok_or(Fault::Senseless("no ID token"))?;
        let keys = self.keys(false).await?;
        let claims = match token::sign_in(id_token, &keys, settings, nonce) {
            Err(token::Disbelieved::UnknownKey) => {
                let keys = self.keys(true).await?;
                token::sign_in(id_token, &keys, settings, nonce)?
            }
            read => read?,
        };
        if claims.contains_key(&settings.claim) {
            return Ok(token::person(&claims, &claims, settings)?);
        }
        // OpenID Connect Core 1.0 §5.4: where there is an access token, it opens what the ID token leaves out.
        let access = body.get("access_token").and_then(Value::as_str);
        let (Some(endpoint), Some(access)) = (&metadata.userinfo_endpoint, access) else {
            return Err(token::Disbelieved::Without(settings.claim.clone()).into());
        };
        let request = self.0.client.get(endpoint).bearer_auth(access);
        let (_, told) = read(request.header(ACCEPT, "application/json")).await?;
        let told = told.as_object().cloned().unwrap_or_default();
        // §5.3.2: it may be somebody else's.
        if told.get("sub") != claims.get("sub") {
            return Err(Fault::Senseless("UserInfo tells of somebody else"));
        }
        Ok(token::person(&claims, &told, settings)?)
    }

    /// Who is out, by a logout token.
    pub(super) async fn logged_out(&self, logout_token: &str) -> Result<Out, Fault> {
        let settings = &self.0.settings;
        let keys = self.keys(false).await?;
        match token::logout(logout_token, &keys, settings) {
            Err(token::Disbelieved::UnknownKey) => {
                let keys = self.keys(true).await?;
                Ok(token::logout(logout_token, &keys, settings)?)
            }
            read => Ok(read?),
        }
    }
}

/// RFC 6749 §2.3.1: both parts encoded as forms are, then as Basic has it.
fn basic(settings: &Settings) -> String {
    use base64::Engine as _;
    let coded = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    let pair = format!(
        "{}:{}",
        coded(&settings.client_id),
        coded(&settings.client_secret)
    );
    let pair = base64::engine::general_purpose::STANDARD.encode(pair);
    format!("Basic {pair}")
}

/// Whether it is a success, and the JSON of an answer.
async fn read(request: RequestBuilder) -> Result<(bool, Value), Fault> {
    let mut response = request.send().await?;
    let is_ok = response.status().is_success();
    let mut bytes = Vec::new();
    while let Some(chunk) = response.chunk().await? {
        if bytes.len() + chunk.len() > LARGEST {
            return Err(Fault::Senseless("the provider's answer is too large"));
        }
        bytes.extend_from_slice(&chunk);
    }
    Ok((is_ok, serde_json::from_slice(&bytes).unwrap_or_default()))
}

/// What a claim says of somebody: an address where it is one, else the account of the platform, whatever domain stands behind it: an
/// account may be another person's address before the @ (QN.5.1), so one is never taken for the other.
pub(super) fn vouched(claim: &str, value: &str) -> Vouched {
    let value = value.trim().to_ascii_lowercase();
    match claim {
        "email" => Vouched::Address(value),
        _ => Vouched::Account(value.split('@').next().unwrap_or_default().to_owned()),
    }
}
