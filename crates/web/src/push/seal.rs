//! What a push service carries and cannot read (RFC 8291, RFC 8188), and how it knows who sends it (RFC 8292).

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::agreement::{self, ECDH_P256, EphemeralPrivateKey, UnparsedPublicKey};
use ring::rand::SystemRandom;
use ring::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use ring::{aead, error::Unspecified, hmac};
use serde_json::json;

/// All are filled up to this length: it tells nothing of who wrote.
const LENGTH: usize = 512;
/// The record size that is told (RFC 8188 §2.1): there is one record.
const RECORD: u32 = 4096;
/// How long a push service may use what it was shown (s); RFC 8292 §2: at most a day.
const SHOWN_FOR: i64 = 12 * 3600;

/// A new key, as PKCS #8; nothing where the machine has no randomness.
pub(super) fn new_key() -> Option<Vec<u8>> {
    let made = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &SystemRandom::new());
    made.ok().map(|key| key.as_ref().to_vec())
}

/// The key by which push services know this system.
pub(super) struct Vapid {
    pair: EcdsaKeyPair,
    /// Whom a push service tells of trouble: an address or a page.
    contact: String,
}

impl Vapid {
    pub(super) fn new(pkcs8: &[u8], contact: String) -> Option<Self> {
        let random = SystemRandom::new();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, pkcs8, &random);
        pair.ok().map(|pair| Self { pair, contact })
    }

    /// The public key, as browsers take it.
    pub(super) fn public(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.pair.public_key().as_ref())
    }

    /// What stands in `Authorization` for the push service at `origin`, at `now` (s).
    pub(super) fn authorization(&self, origin: &str, now: i64) -> Option<String> {
        let part = |value: serde_json::Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let head = part(json!({ "typ": "JWT", "alg": "ES256" }));
        let claims = json!({ "aud": origin, "exp": now + SHOWN_FOR, "sub": self.contact });
        let signed = format!("{head}.{}", part(claims));
        let signature = self
            .pair
            .sign(&SystemRandom::new(), signed.as_bytes())
            .ok()?;
        let signature = URL_SAFE_NO_PAD.encode(signature.as_ref());
        Some(format!("vapid t={signed}.{signature}, k={}", self.public()))
    }
}

fn mac(key: &[u8], parts: &[&[u8]]) -> hmac::Tag {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    parts.iter().for_each(|part| context.update(part));
    context.sign()
}

/// A text enciphered for one browser, which has `ua_key` and `auth`; nothing where its key is none.
pub(super) fn seal(text: &[u8], ua_key: &[u8], auth: &[u8]) -> Option<Vec<u8>> {
    let random = SystemRandom::new();
    let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).ok()?;
    let own_key = own.compute_public_key().ok()?;
    let salt = congvu_store::random::<16>();
    let theirs = UnparsedPublicKey::new(&ECDH_P256, ua_key);
    let sealed = agreement::agree_ephemeral(own, &theirs, |secret| {
        let keys = Keys {
            ua: ua_key,
            server: own_key.as_ref(),
        };
        let (key, nonce) = keys.derive(secret, auth, &salt)?;
        let mut record = text.get(..LENGTH - 1).unwrap_or(text).to_vec();
        // RFC 8188 §2: the last record's text ends with 2, then zeros.
        record.push(2);
        record.resize(LENGTH, 0);
        key.seal_in_place_append_tag(nonce, aead::Aad::empty(), &mut record)?;
        Ok::<_, Unspecified>(record)
    });
    let record = sealed.ok()?.ok()?;
    let mut body = salt.to_vec();
    body.extend_from_slice(&RECORD.to_be_bytes());
    body.push(u8::try_from(own_key.as_ref().len()).ok()?);
    body.extend_from_slice(own_key.as_ref());
    body.extend_from_slice(&record);
    Some(body)
}

/// The public keys of both sides.
struct Keys<'k> {
    ua: &'k [u8],
    server: &'k [u8],
}

impl Keys<'_> {
    /// RFC 8291 §3.4: the content's key and nonce.
    fn derive(
        &self,
        secret: &[u8],
        auth: &[u8],
        salt: &[u8],
    ) -> Result<(aead::LessSafeKey, aead::Nonce), Unspecified> {
        let common = mac(auth, &[secret]);
        let input = mac(
            common.as_ref(),
            &[b"WebPush: info\0", self.ua, self.server, &[1]],
        );
        let both = mac(salt, &[input.as_ref()]);
        let key = mac(both.as_ref(), &[b"Content-Encoding: aes128gcm\0", &[1]]);
        let nonce = mac(both.as_ref(), &[b"Content-Encoding: nonce\0", &[1]]);
        let key = aead::UnboundKey::new(&aead::AES_128_GCM, &key.as_ref()[..16])?;
        let nonce = aead::Nonce::try_assume_unique_for_key(&nonce.as_ref()[..12])?;
        Ok((aead::LessSafeKey::new(key), nonce))
    }
}

#[cfg(test)]
mod tests {
    use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey as Verified};

    use super::*;

    /// What a browser does with it.
    fn open(body: &[u8], own: EphemeralPrivateKey, own_key: &[u8], auth: &[u8]) -> Vec<u8> {
        let (salt, rest) = body.split_at(16);
        let (size, rest) = rest.split_at(4);
        assert_eq!(size, RECORD.to_be_bytes());
        let (server, record) = rest[1..].split_at(rest[0].into());
        let keys = Keys {
            ua: own_key,
            server,
        };
        let theirs = UnparsedPublicKey::new(&ECDH_P256, server);
        let mut record = record.to_vec();
        agreement::agree_ephemeral(own, &theirs, |secret| {
            let (key, nonce) = keys.derive(secret, auth, salt).unwrap();
            let text = key.open_in_place(nonce, aead::Aad::empty(), &mut record);
            text.unwrap().to_vec()
        })
        .unwrap()
    }

    #[test]
    fn a_browser_reads_what_is_enciphered_for_it() {
        let random = SystemRandom::new();
        let mut lengths = Vec::new();
        for text in ["x", "Thư mới từ Sở Nội vụ", &"dài ".repeat(200)] {
            let own = EphemeralPrivateKey::generate(&ECDH_P256, &random).unwrap();
            let own_key = own.compute_public_key().unwrap();
            let auth = congvu_store::random::<16>();
            let body = seal(text.as_bytes(), own_key.as_ref(), &auth).unwrap();
            lengths.push(body.len());
            let read = open(&body, own, own_key.as_ref(), &auth);
            let end = read.iter().rposition(|byte| *byte != 0).unwrap();
            assert_eq!(read[end], 2);
            assert!(text.as_bytes().starts_with(&read[..end]) && end > 0);
        }
        // The length tells nothing.
        assert_eq!(lengths[0], lengths[1]);
        assert_eq!(lengths[1], lengths[2]);
        assert!(seal(b"x", &[4; 65], &[0; 16]).is_none());
    }

    #[test]
    fn a_push_service_knows_who_sends() {
        let vapid =
            Vapid::new(&new_key().unwrap(), "https://mail.sonla.gov.vn".to_owned()).unwrap();
        let told = vapid
            .authorization("https://push.example", 1_800_000_000)
            .unwrap();
        let (token, key) = told
            .strip_prefix("vapid t=")
            .unwrap()
            .split_once(", k=")
            .unwrap();
        let (signed, signature) = token.rsplit_once('.').unwrap();
        let key = URL_SAFE_NO_PAD.decode(key).unwrap();
        let signature = URL_SAFE_NO_PAD.decode(signature).unwrap();
        Verified::new(&ECDSA_P256_SHA256_FIXED, &key)
            .verify(signed.as_bytes(), &signature)
            .unwrap();
        let claims = URL_SAFE_NO_PAD
            .decode(signed.split_once('.').unwrap().1)
            .unwrap();
        let claims: serde_json::Value = serde_json::from_slice(&claims).unwrap();
        assert_eq!(claims["aud"], "https://push.example");
        assert_eq!(claims["exp"], 1_800_043_200);
    }
}
