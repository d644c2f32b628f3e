//! SCRAM-SHA-256 (RFC 5802, RFC 7677), the server's side, over app passwords.

use std::num::NonZeroU32;

use base64::Engine;
use base64::engine::general_purpose::STANDARD as BASE64;
use ring::{digest, hmac, pbkdf2};
use subtle::ConstantTimeEq;

/// RFC 7677 §4 asks for 4096 at least; the secret is 130 random bits, so more buys nothing.
pub(crate) const ITERATIONS: NonZeroU32 = NonZeroU32::new(4096).expect("not zero");

/// What is kept of a password.
pub(crate) struct Keys {
    pub(crate) stored: Vec<u8>,
    pub(crate) server: Vec<u8>,
}

impl Keys {
    pub(crate) fn derive(password: &str, salt: &[u8]) -> Self {
        let mut salted = [0; 32];
        pbkdf2::derive(
            pbkdf2::PBKDF2_HMAC_SHA256,
            ITERATIONS,
            salt,
            password.as_bytes(),
            &mut salted,
        );
        let client = sign(&salted, b"Client Key");
        Self {
            stored: hash(&client),
            server: sign(&salted, b"Server Key"),
        }
    }
}

fn sign(key: &[u8], data: &[u8]) -> Vec<u8> {
    hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, key), data)
        .as_ref()
        .to_vec()
}

fn hash(data: &[u8]) -> Vec<u8> {
    digest::digest(&digest::SHA256, data).as_ref().to_vec()
}

/// The client's first message.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct ClientFirst {
    pub(crate) user: String,
    nonce: String,
    gs2: String,
    bare: String,
}

/// RFC 5802 §7: `n,,n=user,r=nonce`. Channel binding (`p=`) and another authorization identity
/// are not offered; GNU SASL and Cyrus SASL name the user's own.
pub(crate) fn client_first(message: &[u8]) -> Option<ClientFirst> {
    let text = std::str::from_utf8(message).ok()?;
    let mut parts = text.splitn(3, ',');
    let (flag, authzid, bare) = (parts.next()?, parts.next()?, parts.next()?);
    if !matches!(flag, "n" | "y") {
        return None;
    }
    let mut fields = bare.split(',');
    let user = fields.next()?.strip_prefix("n=")?;
    let nonce = fields.next()?.strip_prefix("r=")?;
    if !authzid.is_empty() && authzid.strip_prefix("a=") != Some(user) {
        return None;
    }
    if nonce.is_empty() || nonce.len() > 256 || user.is_empty() || user.len() > 1024 {
        return None;
    }
    Some(ClientFirst {
        user: user.replace("=2C", ",").replace("=3D", "="),
        nonce: nonce.to_owned(),
        gs2: format!("{flag},{authzid},"),
        bare: bare.to_owned(),
    })
}

/// The exchange after the server's first message.
#[derive(Debug)]
pub(crate) struct Exchange {
    first: ClientFirst,
    nonce: String,
    server_first: String,
}

impl Exchange {
    /// Answers the client's first message with nonce, salt and iteration count.
    pub(crate) fn begin(first: ClientFirst, server_nonce: &[u8], salt: &[u8]) -> Self {
        let nonce = format!("{}{}", first.nonce, BASE64.encode(server_nonce));
        let server_first = format!("r={nonce},s={},i={ITERATIONS}", BASE64.encode(salt));
        Self {
            first,
            nonce,
            server_first,
        }
    }

    /// Whose name the client gave.
    pub(crate) fn user(&self) -> &str {
        &self.first.user
    }

    pub(crate) fn server_first(&self) -> &str {
        &self.server_first
    }

    /// Checks the client's proof against each pair of keys; which of them fits, and the server's signature.
    pub(crate) fn finish<'k>(
        &self,
        message: &[u8],
        keys: impl IntoIterator<Item = (&'k [u8], &'k [u8])>,
    ) -> Option<(usize, String)> {
        let text = std::str::from_utf8(message).ok()?;
        let (without_proof, proof) = text.rsplit_once(",p=")?;
        let mut fields = without_proof.split(',');
        let binding = fields.next()?.strip_prefix("c=")?;
        let nonce = fields.next()?.strip_prefix("r=")?;
        if binding != BASE64.encode(&self.first.gs2) || nonce != self.nonce {
            return None;
        }
        let proof = BASE64
            .decode(proof)
            .ok()
            .filter(|proof| proof.len() == 32)?;
        let auth = format!("{},{},{without_proof}", self.first.bare, self.server_first);
        keys.into_iter()
            .enumerate()
            .find_map(|(at, (stored, server))| {
                let signature = sign(stored, auth.as_bytes());
                let client: Vec<u8> = proof.iter().zip(&signature).map(|(a, b)| a ^ b).collect();
                bool::from(hash(&client).ct_eq(stored)).then(|| {
                    (
                        at,
                        format!("v={}", BASE64.encode(sign(server, auth.as_bytes()))),
                    )
                })
            })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The exchange printed in RFC 7677 §3.
    #[test]
    fn rfc_7677_example() {
        let salt = BASE64.decode("W22ZaJ0SNY7soEsUEjb6gQ==").expect("salt");
        let keys = Keys::derive("pencil", &salt);
        let first = client_first(b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO").expect("first");
        assert_eq!(first.user, "user");
        let nonce = "rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0";
        let exchange = Exchange {
            first,
            nonce: nonce.into(),
            server_first: format!("r={nonce},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"),
        };
        let last = format!("c=biws,r={nonce},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ=");
        let signature = exchange.finish(last.as_bytes(), [(&keys.stored[..], &keys.server[..])]);
        assert_eq!(
            signature,
            Some((
                0,
                "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=".to_owned()
            ))
        );
        let wrong = last.replace("dHzb", "eHzb");
        assert_eq!(
            exchange.finish(wrong.as_bytes(), [(&keys.stored[..], &keys.server[..])]),
            None
        );
    }

    #[test]
    fn refuses_what_it_does_not_offer() {
        assert!(client_first(b"p=tls-unique,,n=user,r=abc").is_none());
        assert!(client_first(b"n,a=other,n=user,r=abc").is_none());
        assert!(client_first(b"n,,n=,r=abc").is_none());
        assert!(client_first(b"n,a=user,n=user,r=abc").is_some());
        assert!(client_first(b"").is_none());
    }
}
