//! What a passkey says, verified (W3C Web Authentication, Level 2): §7.1 when it is added, §7.2 when somebody comes in with it. No
//! attestation is asked for, so which device made it is not known; the key and what it signs are all there is to look at.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use congvu_store::{AccountId, random};
use ring::signature::{self, UnparsedPublicKey};
use ring::{digest, hmac};
use serde::Deserialize;
use subtle::ConstantTimeEq;

/// A challenge counts so long (ms).
const CHALLENGE_MS: i64 = 5 * 60_000;
/// Its random part, and its tag.
const NONCE: usize = 16;
const TAG: usize = 16;
/// No credential is longer (§4, "credential ID").
const LONGEST_ID: usize = 1023;

/// §6.1, "flags": somebody was there, and was recognised; a key was made.
const USER_PRESENT: u8 = 1;
const USER_VERIFIED: u8 = 1 << 2;
const WITH_KEY: u8 = 1 << 6;

/// RFC 5480: what stands before the point of a P-256 key in a SubjectPublicKeyInfo.
const P256: [u8; 26] = [
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a,
    0x86, 0x48, 0xce, 0x3d, 0x03, 0x01, 0x07, 0x03, 0x42, 0x00,
];
/// RFC 8017 §A.1: the same for an RSA key of 2048 bits, as Windows Hello makes them.
const RSA_2048: [u8; 24] = [
    0x30, 0x82, 0x01, 0x22, 0x30, 0x0d, 0x06, 0x09, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 0x01, 0x01,
    0x01, 0x05, 0x00, 0x03, 0x82, 0x01, 0x0f, 0x00,
];

/// For whom a passkey is: where its holder looks at pages.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RelyingParty {
    /// The host's name (§5.1.2, "relying party identifier").
    pub id: String,
    /// As browsers call the place: `https://thu.tinh.gov.vn`.
    pub origin: String,
}

/// What a browser gives when a passkey is made.
#[derive(Clone, Debug)]
pub struct Registration {
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `getAuthenticatorData()`.
    pub authenticator_data: Vec<u8>,
    /// `getPublicKey()`: §5.2.1.1, for those who read no COSE.
    pub public_key: Vec<u8>,
}

/// What a browser gives when somebody comes in with one.
#[derive(Clone, Debug)]
pub struct Assertion {
    /// `rawId`.
    pub credential: Vec<u8>,
    /// `clientDataJSON`.
    pub client_data: Vec<u8>,
    /// `authenticatorData`.
    pub authenticator_data: Vec<u8>,
    /// `signature`.
    pub signature: Vec<u8>,
}

/// A passkey that was made rightly.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Made {
    /// Its identifier.
    pub credential: Vec<u8>,
    /// Its public half, a SubjectPublicKeyInfo.
    pub public_key: Vec<u8>,
    /// How often it was used.
    pub counter: i64,
    /// The challenge that it answered, and until when that counts (ms).
    pub answered: (Vec<u8>, i64),
}

/// A challenge that one account answers when it adds a passkey, or anybody ([`AccountId`] 0) who comes in. It is nowhere kept: its tag tells
/// that we made it.
pub(crate) fn challenge(key: &[u8; 32], account: AccountId, now: i64) -> String {
    let mut bytes = random::<NONCE>().to_vec();
    bytes.extend(now.saturating_add(CHALLENGE_MS).to_be_bytes());
    let tag = tag(key, account, &bytes);
    bytes.extend(tag);
    URL_SAFE_NO_PAD.encode(bytes)
}

fn tag(key: &[u8; 32], account: AccountId, bytes: &[u8]) -> [u8; TAG] {
    let mut context = hmac::Context::with_key(&hmac::Key::new(hmac::HMAC_SHA256, key));
    context.update(b"passkey challenge");
    context.update(&account.0.to_be_bytes());
    context.update(bytes);
    let mut tag = [0; TAG];
    tag.copy_from_slice(&context.sign().as_ref()[..TAG]);
    tag
}

/// Until when a challenge counts (ms), where it is ours and does.
fn counts(key: &[u8; 32], account: AccountId, challenge: &[u8], now: i64) -> Option<i64> {
    let (bytes, theirs) = challenge.split_at_checked(NONCE + 8)?;
    if !bool::from(tag(key, account, bytes).ct_eq(theirs)) {
        return None;
    }
    let until = i64::from_be_bytes(bytes[NONCE..].try_into().ok()?);
    (now < until).then_some(until)
}

/// §5.8.1; what more a browser says there is passed over.
#[derive(Deserialize)]
struct ClientData {
    r#type: String,
    challenge: String,
    origin: String,
    #[serde(default, rename = "crossOrigin")]
    cross_origin: bool,
}

/// What is held against what a browser gives.
pub(crate) struct Expected<'a> {
    pub(crate) party: &'a RelyingParty,
    pub(crate) key: &'a [u8; 32],
    pub(crate) account: AccountId,
    pub(crate) now: i64,
}

impl Expected<'_> {
    /// The challenge, and until when it counts, where all of it is as it must be.
    fn client(&self, json: &[u8], what: &str) -> Option<(Vec<u8>, i64)> {
        let data: ClientData = serde_json::from_slice(json).ok()?;
        let is_ours = data.r#type == what && data.origin == self.party.origin && !data.cross_origin;
        let challenge = URL_SAFE_NO_PAD.decode(&data.challenge).ok()?;
        let until = counts(self.key, self.account, &challenge, self.now)?;
        is_ours.then_some((challenge, until))
    }

    /// The counter and what stands behind it, where the device knew for whom it worked and who was there.
    fn device<'d>(&self, data: &'d [u8], flags: u8) -> Option<(i64, &'d [u8])> {
        let (hash, rest) = data.split_at_checked(32)?;
        let (given, rest) = rest.split_first()?;
        let (counter, rest) = rest.split_at_checked(4)?;
        let ours = digest::digest(&digest::SHA256, self.party.id.as_bytes());
        let fits = hash == ours.as_ref() && given & flags == flags;
        let counter = u32::from_be_bytes(counter.try_into().ok()?);
        fits.then_some((i64::from(counter), rest))
    }

    /// §7.1. `None`: it is not as it must be.
    pub(crate) fn made(&self, given: &Registration) -> Option<Made> {
        let answered = self.client(&given.client_data, "webauthn.create")?;
        let flags = USER_PRESENT | USER_VERIFIED | WITH_KEY;
        let (counter, rest) = self.device(&given.authenticator_data, flags)?;
        // §6.5.1: which model it is, and the credential with its length before it.
        let (_model, rest) = rest.split_at_checked(16)?;
        let (length, rest) = rest.split_at_checked(2)?;
        let length = usize::from(u16::from_be_bytes(length.try_into().ok()?));
        let (credential, _cose) = rest.split_at_checked(length)?;
        let fits = (1..=LONGEST_ID).contains(&length);
        verifier(&given.public_key).filter(|_| fits)?;
        Some(Made {
            credential: credential.to_vec(),
            public_key: given.public_key.clone(),
            counter,
            answered,
        })
    }

    /// §7.2: the counter, and the challenge that was answered. `None`: it is not as it must be.
    pub(crate) fn signed(
        &self,
        given: &Assertion,
        public_key: &[u8],
    ) -> Option<(i64, (Vec<u8>, i64))> {
        let answered = self.client(&given.client_data, "webauthn.get")?;
        let flags = USER_PRESENT | USER_VERIFIED;
        let (counter, _) = self.device(&given.authenticator_data, flags)?;
        let mut signed = given.authenticator_data.clone();
        signed.extend(digest::digest(&digest::SHA256, &given.client_data).as_ref());
        let fits = verifier(public_key)?.verify(&signed, &given.signature);
        fits.ok()?;
        Some((counter, answered))
    }
}

/// A key that is one of those that were asked for: ES256 (−7) or RS256 (−257).
fn verifier(public_key: &[u8]) -> Option<UnparsedPublicKey<&[u8]>> {
    if let Some(point) = public_key.strip_prefix(&P256) {
        let fits = point.len() == 65 && point[0] == 4;
        return fits.then(|| UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point));
    }
    let key = public_key.strip_prefix(&RSA_2048)?;
    Some(UnparsedPublicKey::new(
        &signature::RSA_PKCS1_2048_8192_SHA256,
        key,
    ))
}

#[cfg(test)]
mod tests {
    use ring::rand::SystemRandom;
    use ring::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair};

    use super::*;

    const KEY: [u8; 32] = [3; 32];
    const NOW: i64 = 1_000_000;

    fn party() -> RelyingParty {
        RelyingParty {
            id: "thu.tinh.gov.vn".into(),
            origin: "https://thu.tinh.gov.vn".into(),
        }
    }

    struct Device(EcdsaKeyPair);

    impl Device {
        fn new() -> Self {
            let (kind, random) = (&ECDSA_P256_SHA256_ASN1_SIGNING, SystemRandom::new());
            let pkcs8 = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
            Self(EcdsaKeyPair::from_pkcs8(kind, pkcs8.as_ref(), &random).expect("a key"))
        }

        fn public(&self) -> Vec<u8> {
            [&P256[..], self.0.public_key().as_ref()].concat()
        }

        fn sign(&self, data: &[u8], client: &[u8]) -> Vec<u8> {
            let hash = digest::digest(&digest::SHA256, client);
            let signed = [data, hash.as_ref()].concat();
            let signature = self.0.sign(&SystemRandom::new(), &signed);
            signature.expect("a signature").as_ref().to_vec()
        }
    }

    fn client(what: &str, challenge: &str, origin: &str) -> Vec<u8> {
        format!("{{\"type\":\"{what}\",\"challenge\":\"{challenge}\",\"origin\":\"{origin}\",\"more\":1}}").into_bytes()
    }

    fn data(host: &str, flags: u8, counter: u32, more: &[u8]) -> Vec<u8> {
        let hash = digest::digest(&digest::SHA256, host.as_bytes());
        [hash.as_ref(), &[flags], &counter.to_be_bytes(), more].concat()
    }

    fn expected(party: &RelyingParty, account: i64, now: i64) -> Expected<'_> {
        Expected {
            party,
            key: &KEY,
            account: AccountId(account),
            now,
        }
    }

    #[test]
    fn made_and_used_for_us_alone() {
        let (ours, device) = (party(), Device::new());
        let made = challenge(&KEY, AccountId(5), NOW);
        let behind = [&[0; 16][..], &[0, 3], b"abc", b"cose"].concat();
        let right = Registration {
            client_data: client("webauthn.create", &made, &ours.origin),
            authenticator_data: data(&ours.id, 0x45, 0, &behind),
            public_key: device.public(),
        };
        let found = expected(&ours, 5, NOW).made(&right).expect("made");
        assert_eq!(found.credential, b"abc");
        assert!(
            expected(&ours, 6, NOW).made(&right).is_none(),
            "another account"
        );
        let late = NOW + CHALLENGE_MS;
        assert!(expected(&ours, 5, late).made(&right).is_none(), "too late");
        let broken: [fn(&mut Registration); 5] = [
            |r| r.authenticator_data[32] = 0x41,
            |r| r.authenticator_data[0] ^= 1,
            |r| r.authenticator_data.truncate(54),
            |r| r.public_key[5] ^= 1,
            |r| r.public_key.truncate(80),
        ];
        for (n, change) in broken.iter().enumerate() {
            let mut wrong = right.clone();
            change(&mut wrong);
            assert!(expected(&ours, 5, NOW).made(&wrong).is_none(), "{n}");
        }

        let asked = challenge(&KEY, AccountId(0), NOW);
        let use_of = |what: &str, challenge: &str, origin: &str, host: &str, flags: u8| {
            let (client_data, authenticator_data) =
                (client(what, challenge, origin), data(host, flags, 7, b""));
            Assertion {
                credential: b"abc".to_vec(),
                signature: device.sign(&authenticator_data, &client_data),
                client_data,
                authenticator_data,
            }
        };
        let (host, origin) = (ours.id.as_str(), ours.origin.as_str());
        let get = "webauthn.get";
        let signed = |given: &Assertion| {
            let found = expected(&ours, 0, NOW).signed(given, &device.public());
            found.map(|(counter, _)| counter)
        };
        let right = use_of(get, &asked, origin, host, 5);
        assert_eq!(signed(&right), Some(7));
        for wrong in [
            use_of("webauthn.create", &asked, origin, host, 5),
            use_of(get, &made, origin, host, 5),
            use_of(get, "AAAA", origin, host, 5),
            use_of(get, &asked, "https://thu.tinh.gov.vn.ke-xau.vn", host, 5),
            use_of(get, &asked, origin, "ke-xau.vn", 5),
            use_of(get, &asked, origin, host, 1),
            use_of(get, &asked, origin, host, 4),
        ] {
            assert_eq!(signed(&wrong), None);
        }
        let mut forged = right.clone();
        forged.client_data.push(b' ');
        assert_eq!(signed(&forged), None);
        let other = Device::new().public();
        assert!(expected(&ours, 0, NOW).signed(&right, &other).is_none());
    }
}
