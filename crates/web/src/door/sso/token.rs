//! Tokens that the provider signs (RFC 7519): believed where a key of it made them, for this system, now (OpenID Connect Core 1.0
//! §3.1.3.7, Back-Channel Logout 1.0 §2.6).

use congvu_access::Vouched;
use jsonwebtoken::jwk::{Jwk, KeyAlgorithm, PublicKeyUse};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use subtle::ConstantTimeEq as _;

use super::provider::{Settings, vouched};

/// How far clocks may stand apart, in seconds.
const APART: u64 = 60;
/// The longest token, in octets.
const LONGEST: usize = 64 << 10;
/// Signatures that are believed: with keys of which the provider alone has the secret part.
const BELIEVED: &[Algorithm] = &[
    Algorithm::RS256,
    Algorithm::RS384,
    Algorithm::RS512,
    Algorithm::PS256,
    Algorithm::PS384,
    Algorithm::PS512,
    Algorithm::ES256,
    Algorithm::ES384,
    Algorithm::EdDSA,
];
const LOGOUT_EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Why a token is not believed.
#[derive(Debug, thiserror::Error)]
pub(super) enum Disbelieved {
    #[error("the token is none: {0}")]
    Form(String),
    #[error("a token with a signature of another kind")]
    Algorithm,
    #[error("a token of a key that the provider does not have")]
    UnknownKey,
    #[error("a token that does not hold: {0}")]
    Claims(String),
    #[error("an ID token of another sign-in")]
    Nonce,
    #[error("a token without {0}")]
    Without(String),
}

/// Who somebody is, as the provider says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Person {
    /// By what this system knows them.
    pub(super) name: Vouched,
    /// By what the provider does (`sub`).
    pub(super) subject: String,
    /// Their session there (`sid`).
    pub(super) session: Option<String>,
}

/// Who is out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Out {
    pub(super) subject: Option<String>,
    pub(super) session: Option<String>,
}

/// The claims of a token that one of the keys signed, for this system.
fn claims(
    token: &str,
    keys: &[Jwk],
    settings: &Settings,
    needs: &[&str],
) -> Result<Map<String, Value>, Disbelieved> {
    if token.len() > LONGEST {
        return Err(Disbelieved::Form("too long".to_owned()));
    }
    let header = decode_header(token).map_err(|error| Disbelieved::Form(error.to_string()))?;
    if !BELIEVED.contains(&header.alg) {
        return Err(Disbelieved::Algorithm);
    }
    let fits = |key: &&Jwk| {
        let same = match &header.kid {
            Some(kid) => key.common.key_id.as_ref() == Some(kid),
            None => true,
        };
        let signs = !matches!(key.common.public_key_use, Some(PublicKeyUse::Encryption));
        // A key that says what it is for is for nothing else.
        let told = key.common.key_algorithm;
        let alg = told.is_none_or(|told| told == of_key(header.alg));
        same && signs && alg
    };
    let mut fitting = keys.iter().filter(fits);
    let key = match (fitting.next(), fitting.next()) {
        (Some(key), None) => key,
        // Of several only the one that is named can be meant.
        (Some(key), Some(_)) if header.kid.is_some() => key,
        _ => return Err(Disbelieved::UnknownKey),
    };
    let key = DecodingKey::from_jwk(key).map_err(|_| Disbelieved::UnknownKey)?;
    let mut validation = Validation::new(header.alg);
    validation.leeway = APART;
    validation.validate_nbf = true;
    validation.set_issuer(&[&settings.issuer]);
    validation.set_audience(&[&settings.client_id]);
    validation.set_required_spec_claims(needs);
    let read = decode::<Map<String, Value>>(token, &key, &validation)
        .map_err(|error| Disbelieved::Claims(error.to_string()))?;
    let claims = read.claims;
    // OpenID Connect Core 1.0 §3.1.3.7, 4 and 5: made out to several, it names the one it is for.
    let several = matches!(claims.get("aud"), Some(Value::Array(aud)) if aud.len() > 1);
    let party = claims.get("azp").and_then(Value::as_str);
    if party.is_some_and(|party| party != settings.client_id) || (several && party.is_none()) {
        return Err(Disbelieved::Claims("it is made out to another".to_owned()));
    }
    Ok(claims)
}

fn of_key(algorithm: Algorithm) -> KeyAlgorithm {
    match algorithm {
        Algorithm::HS256 => KeyAlgorithm::HS256,
        Algorithm::HS384 => KeyAlgorithm::HS384,
        Algorithm::HS512 => KeyAlgorithm::HS512,
        Algorithm::ES256 => KeyAlgorithm::ES256,
        Algorithm::ES384 => KeyAlgorithm::ES384,
        Algorithm::RS256 => KeyAlgorithm::RS256,
        Algorithm::RS384 => KeyAlgorithm::RS384,
        Algorithm::RS512 => KeyAlgorithm::RS512,
        Algorithm::PS256 => KeyAlgorithm::PS256,
        Algorithm::PS384 => KeyAlgorithm::PS384,
        Algorithm::PS512 => KeyAlgorithm::PS512,
        Algorithm::EdDSA => KeyAlgorithm::EdDSA,
    }
}

fn text(claims: &Map<String, Value>, name: &str) -> Option<String> {
    let text = claims.get(name)?.as_str()?.trim();
    (!text.is_empty() && text.len() <= 255).then(|| text.to_owned())
}

/// The claims of an ID token, which answers this very sign-in.
pub(super) fn sign_in(
    token: &str,
    keys: &[Jwk],
    settings: &Settings,
    nonce: &str,
) -> Result<Map<String, Value>, Disbelieved> {
    let claims = claims(token, keys, settings, &["exp", "iss", "aud", "sub"])?;
    let told = text(&claims, "nonce").unwrap_or_default();
    if !bool::from(told.as_bytes().ct_eq(nonce.as_bytes())) {
        return Err(Disbelieved::Nonce);
    }
    Ok(claims)
}

/// Whom a sign-in is of, by the ID token and what tells their name: itself, or UserInfo.
pub(super) fn person(
    claims: &Map<String, Value>,
    told: &Map<String, Value>,
    settings: &Settings,
) -> Result<Person, Disbelieved> {
    let name =
        text(told, &settings.claim).ok_or_else(|| Disbelieved::Without(settings.claim.clone()))?;
    // An address that nobody proved is anybody's.
    let proven = told.get("email_verified") == Some(&Value::Bool(true));
    if settings.claim == "email" && !proven {
        return Err(Disbelieved::Without("email_verified".to_owned()));
    }
    Ok(Person {
        name: vouched(&settings.claim, &name),
        subject: text(claims, "sub").ok_or_else(|| Disbelieved::Without("sub".to_owned()))?,
        session: text(claims, "sid"),
    })
}

/// Whom a logout token is about.
pub(super) fn logout(token: &str, keys: &[Jwk], settings: &Settings) -> Result<Out, Disbelieved> {
    let claims = claims(token, keys, settings, &["iss", "aud", "exp"])?;
    let event = claims
        .get("events")
        .and_then(|events| events.get(LOGOUT_EVENT));
    // An ID token is none: whoever was shown one must not sign others out.
    if !event.is_some_and(Value::is_object) || claims.contains_key("nonce") {
        return Err(Disbelieved::Without("the event of a logout".to_owned()));
    }
    let out = Out {
        subject: text(&claims, "sub"),
        session: text(&claims, "sid"),
    };
    if out.subject.is_none() && out.session.is_none() {
        return Err(Disbelieved::Without("sub".to_owned()));
    }
    Ok(out)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jsonwebtoken::{EncodingKey, Header, encode};
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
    use serde_json::json;

    /// A key of the provider's: what it signs with, and what it shows.
    fn key(kid: &str) -> (EncodingKey, Jwk) {
        use base64::Engine as _;
        let random = SystemRandom::new();
        let pkcs8 =
            EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair =
            EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8.as_ref(), &random)
                .unwrap();
        let coded = |bytes: &[u8]| base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(bytes);
        let point = pair.public_key().as_ref();
        let shown = json!({
            "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": kid,
            "x": coded(&point[1..33]), "y": coded(&point[33..65]),
        });
        let signs = EncodingKey::from_ec_der(pkcs8.as_ref());
        (signs, serde_json::from_value(shown).unwrap())
    }

    fn settings() -> Settings {
        Settings {
            issuer: "https://nen-tang.vn".to_owned(),
            client_id: "congvu".to_owned(),
            client_secret: "x".to_owned(),
            claim: "preferred_username".to_owned(),
            scopes: "profile".to_owned(),
            label: "Nền tảng".to_owned(),
        }
    }

    fn now() -> u64 {
        jsonwebtoken::get_current_timestamp()
    }

    fn good() -> Value {
        json!({
            "iss": "https://nen-tang.vn", "aud": "congvu", "sub": "nd-1", "sid": "p-1", "nonce": "mot-lan",
            "exp": now() + 300, "iat": now(), "preferred_username": "PhamVanA@quangninh.gov.vn",
        })
    }

    fn signed(key: &EncodingKey, kid: &str, claims: &Value) -> String {
        let mut header = Header::new(Algorithm::ES256);
        header.kid = Some(kid.to_owned());
        encode(&header, claims, key).unwrap()
    }

    fn check(change: impl FnOnce(&mut Value)) -> Result<Person, Disbelieved> {
        let (signs, shown) = key("k1");
        let mut claims = good();
        change(&mut claims);
        let token = signed(&signs, "k1", &claims);
        let claims = sign_in(&token, &[shown], &settings(), "mot-lan")?;
        person(&claims, &claims, &settings())
    }

    #[test]
    fn openid_connect_3_1_3_7_what_is_believed() {
        let person = check(|_| {}).unwrap();
        // An account, never an address (QN.5.1).
        assert_eq!(person.name, Vouched::Account("phamvana".to_owned()));
        assert_eq!(
            (person.subject.as_str(), person.session.as_deref()),
            ("nd-1", Some("p-1"))
        );
        let many = check(|claims| {
            claims["aud"] = json!(["congvu", "khac"]);
            claims["azp"] = "congvu".into();
        });
        assert!(many.is_ok());
    }

    #[test]
    fn openid_connect_3_1_3_7_what_is_not() {
        let wrong: Vec<(&str, Value)> = vec![
            ("iss", "https://ke-xau.vn".into()),
            ("aud", "khac".into()),
            ("aud", json!(["congvu", "khac"])),
            ("azp", "khac".into()),
            ("exp", (now() - 3_600).into()),
            ("nbf", (now() + 3_600).into()),
            ("nonce", "lan-khac".into()),
            ("nonce", Value::Null),
            ("exp", Value::Null),
            ("sub", Value::Null),
            ("preferred_username", " ".into()),
            ("preferred_username", 7.into()),
        ];
        for (name, value) in wrong {
            let read = check(|claims| claims[name] = value.clone());
            assert!(read.is_err(), "{name}: {value}");
        }
    }

    #[test]
    fn signatures_of_others_and_of_nobody() {
        let ((signs, shown), (other, _)) = (key("k1"), key("k1"));
        let read =
            |token: &str| sign_in(token, std::slice::from_ref(&shown), &settings(), "mot-lan");
        assert!(read(&signed(&signs, "k1", &good())).is_ok());
        assert!(matches!(
            read(&signed(&signs, "k2", &good())),
            Err(Disbelieved::UnknownKey)
        ));
        assert!(read(&signed(&other, "k1", &good())).is_err());
        // RFC 8725 §2.1: signed by nobody, or with what everybody can read.
        let secret = EncodingKey::from_secret(b"bi mat");
        let mac = encode(&Header::new(Algorithm::HS256), &good(), &secret).unwrap();
        assert!(matches!(read(&mac), Err(Disbelieved::Algorithm)));
        let mut parts = signed(&signs, "k1", &good());
        parts.truncate(parts.rfind('.').unwrap() + 1);
        let body = parts.split('.').nth(1).unwrap().to_owned();
        let none = format!("eyJhbGciOiJub25lIn0.{body}.");
        for token in [
            parts.as_str(),
            none.as_str(),
            "",
            "a.b.c",
            "....",
            &"x".repeat(LONGEST + 1),
        ] {
            assert!(read(token).is_err());
        }
    }

    #[test]
    fn an_address_counts_where_it_was_proven() {
        let settings = Settings {
            claim: "email".to_owned(),
            ..settings()
        };
        let read = |verified: Value| {
            let told =
                json!({ "sub": "nd-1", "email": "An@Tinh.gov.vn", "email_verified": verified });
            let told = told.as_object().unwrap().clone();
            person(&told, &told, &settings).map(|person| person.name)
        };
        assert_eq!(
            read(true.into()).unwrap(),
            Vouched::Address("an@tinh.gov.vn".to_owned())
        );
        for verified in [false.into(), Value::Null, "true".into()] {
            assert!(read(verified).is_err());
        }
    }

    #[test]
    fn back_channel_logout_2_6() {
        let (signs, shown) = key("k1");
        let read = |claims: &Value| {
            logout(
                &signed(&signs, "k1", claims),
                std::slice::from_ref(&shown),
                &settings(),
            )
        };
        let token = json!({
            "iss": "https://nen-tang.vn", "aud": "congvu", "iat": now(), "exp": now() + 120, "jti": "1",
            "sid": "p-1", "events": { LOGOUT_EVENT: {} },
        });
        let out = read(&token).unwrap();
        assert_eq!((out.subject, out.session.as_deref()), (None, Some("p-1")));
        // An ID token signs nobody out.
        assert!(read(&good()).is_err());
        let mut with_nonce = token.clone();
        with_nonce["nonce"] = "x".into();
        let mut nobody = token.clone();
        nobody["sid"] = Value::Null;
        let mut other = token;
        other["events"] = json!({ "khac": {} });
        for wrong in [with_nonce, nobody, other] {
            assert!(read(&wrong).is_err(), "{wrong}");
        }
    }
}
