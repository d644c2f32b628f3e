//! Codes that change every 30 seconds (RFC 6238 over RFC 4226), as the programs on people's telephones make them: SHA-1, six digits.

use congvu_store::{AccountId, random};
use data_encoding::BASE32_NOPAD;
use ring::{aead, hmac};
use subtle::ConstantTimeEq;

/// RFC 6238 §5.2
const STEP_MS: i64 = 30_000;
const CODES: u32 = 1_000_000;
/// RFC 4226 §4, R6: 160 bits.
const LENGTH: usize = 20;
/// A clock that is wrong by one step is taken (RFC 6238 §5.2).
const DRIFT: [i64; 3] = [0, -1, 1];

/// What a telephone and the server both hold.
pub struct TotpSecret([u8; LENGTH]);

impl std::fmt::Debug for TotpSecret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("TotpSecret(…)")
    }
}

impl TotpSecret {
    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        Self(random())
    }

    /// As it is typed into a telephone: base 32 (RFC 4648 §6), in fours.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        let text = BASE32_NOPAD.encode(&self.0);
        let fours = text.as_bytes().chunks(4);
        fours
            .map(|four| String::from_utf8_lossy(four).into_owned())
            .collect()
    }

    /// As a telephone reads it from a picture (the `otpauth` scheme). `issuer`: what the program shows above `login`.
    #[must_use]
    pub fn uri(&self, issuer: &str, login: &str) -> String {
        let (issuer, login) = (escaped(issuer), escaped(login));
        let secret = BASE32_NOPAD.encode(&self.0);
        format!(
            "otpauth://totp/{issuer}:{login}?secret={secret}&issuer={issuer}&algorithm=SHA1&digits=6&period=30"
        )
    }

    /// The time step of which this is the code: the one at `at` (ms), or one beside it. Blanks in it do not count.
    #[must_use]
    pub fn step_of(&self, code: &str, at: i64) -> Option<i64> {
        let digits: Vec<u8> = code.bytes().filter(|b| !b.is_ascii_whitespace()).collect();
        if digits.len() != 6 || !digits.iter().all(u8::is_ascii_digit) {
            return None;
        }
        let now = at.div_euclid(STEP_MS);
        // All are looked at, whichever fits.
        let fits = DRIFT.map(|drift| {
            let right = format!("{:06}", self.code(now + drift));
            (now + drift, bool::from(right.as_bytes().ct_eq(&digits)))
        });
        fits.into_iter().find(|(_, is)| *is).map(|(step, _)| step)
    }

    /// RFC 4226 §5.3
    fn code(&self, step: i64) -> u32 {
        let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, &self.0);
        let tag = hmac::sign(&key, &step.to_be_bytes());
        let tag = tag.as_ref();
        let from = usize::from(tag[19] & 15);
        let mut four = [0; 4];
        four.copy_from_slice(&tag[from..from + 4]);
        (u32::from_be_bytes(four) & 0x7fff_ffff) % CODES
    }

    /// As it is kept: sealed (AES-256-GCM) for this account alone.
    pub(crate) fn seal(&self, key: &[u8; 32], account: AccountId) -> Vec<u8> {
        let nonce: [u8; aead::NONCE_LEN] = random();
        let mut sealed = self.0.to_vec();
        cipher(key)
            .seal_in_place_append_tag(
                aead::Nonce::assume_unique_for_key(nonce),
                aead::Aad::from(account.0.to_be_bytes()),
                &mut sealed,
            )
            .expect("twenty bytes are not too long");
        [&nonce[..], &sealed].concat()
    }

    /// What was sealed so; `None` where it was not, or for another account.
    pub(crate) fn open(key: &[u8; 32], account: AccountId, sealed: &[u8]) -> Option<Self> {
        let (nonce, sealed) = sealed.split_at_checked(aead::NONCE_LEN)?;
        let mut opened = sealed.to_vec();
        let secret = cipher(key)
            .open_in_place(
                aead::Nonce::try_assume_unique_for_key(nonce).ok()?,
                aead::Aad::from(account.0.to_be_bytes()),
                &mut opened,
            )
            .ok()?;
        Some(Self(secret.try_into().ok()?))
    }
}

fn cipher(key: &[u8; 32]) -> aead::LessSafeKey {
    let key = aead::UnboundKey::new(&aead::AES_256_GCM, key).expect("the key has 256 bits");
    aead::LessSafeKey::new(key)
}

/// RFC 3986 §2.3: what needs no escape.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push_str(&format!("%{byte:02X}"));
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    /// RFC 6238 appendix B, its last six digits.
    #[test]
    fn rfc_6238_examples() {
        let secret = TotpSecret(*b"12345678901234567890");
        for (seconds, code) in [
            (59, "287082"),
            (1_111_111_109, "081804"),
            (1_111_111_111, "050471"),
            (1_234_567_890, "005924"),
            (2_000_000_000, "279037"),
            (20_000_000_000, "353130"),
        ] {
            let step = seconds / 30;
            assert_eq!(secret.step_of(code, seconds * 1000), Some(step), "{code}");
            let spaced = format!("{} {}", &code[..3], &code[3..]);
            assert_eq!(secret.step_of(&spaced, (seconds + 30) * 1000), Some(step));
            assert_eq!(secret.step_of(code, (seconds - 30) * 1000), Some(step));
            assert_eq!(secret.step_of(code, (seconds + 61) * 1000), None);
        }
        for bad in ["", "28708", "2870820", "28708a", "８８８８８８"] {
            assert_eq!(secret.step_of(bad, 59_000), None);
        }
    }

    #[test]
    fn a_telephone_reads_it() {
        let secret = TotpSecret(*b"12345678901234567890");
        assert_eq!(
            secret.groups().join(" "),
            "GEZD GNBV GY3T QOJQ GEZD GNBV GY3T QOJQ"
        );
        assert_eq!(
            secret.uri("Thư công vụ", "an@x.vn"),
            "otpauth://totp/Th%C6%B0%20c%C3%B4ng%20v%E1%BB%A5:an%40x.vn?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ\
             &issuer=Th%C6%B0%20c%C3%B4ng%20v%E1%BB%A5&algorithm=SHA1&digits=6&period=30"
        );
    }

    #[test]
    fn what_is_sealed_is_of_one_account() {
        let (key, secret) = ([7; 32], TotpSecret::generate());
        let sealed = secret.seal(&key, AccountId(3));
        assert!(!sealed.windows(LENGTH).any(|part| part == secret.0));
        assert_ne!(sealed, secret.seal(&key, AccountId(3)));
        let opened =
            |key, account, sealed: &[u8]| TotpSecret::open(key, AccountId(account), sealed);
        assert_eq!(
            opened(&key, 3, &sealed).map(|found| found.0),
            Some(secret.0)
        );
        assert!(opened(&key, 4, &sealed).is_none());
        assert!(opened(&[8; 32], 3, &sealed).is_none());
        assert!(opened(&key, 3, &sealed[..5]).is_none());
    }
}
