//! Random secrets in letters that a person can copy by hand.

use congvu_store::random;
use ring::digest;

/// No 0, 1, l, o: nobody takes one letter for another.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A secret of `N` letters, 5 random bits each; shown once, kept as its digest.
#[derive(Clone, PartialEq, Eq)]
pub struct Letters<const N: usize>(String);

/// For when the telephone is lost: 80 bits, so that a plain digest is enough.
pub type RecoveryCode = Letters<16>;
/// Sent to an address to see whether it is somebody's: counts for a short while and a few tries.
pub type MailedCode = Letters<8>;
/// What a link holds that lets choose a new password: 160 bits.
pub type ResetKey = Letters<32>;

impl<const N: usize> std::fmt::Debug for Letters<N> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Letters(…)")
    }
}

impl<const N: usize> Letters<N> {
    /// A fresh one.
    #[must_use]
    pub fn generate() -> Self {
        let letter = |byte: u8| char::from(LETTERS[usize::from(byte & 31)]);
        Self(random::<N>().into_iter().map(letter).collect())
    }

    /// What a person typed, if it has the form of one; dashes, blanks and capitals do not count.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let plain: String = typed
            .chars()
            .filter(|c| *c != '-' && !c.is_whitespace())
            .take(N + 1)
            .flat_map(char::to_lowercase)
            .collect();
        let fits = plain.len() == N && plain.bytes().all(|b| LETTERS.contains(&b));
        fits.then_some(Self(plain))
    }

    /// The letters without anything between.
    #[must_use]
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// The letters in fours, as they are easiest to copy.
    #[must_use]
    pub fn groups(&self) -> Vec<String> {
        let bytes = self.0.as_bytes().chunks(4);
        bytes
            .map(|four| String::from_utf8_lossy(four).into_owned())
            .collect()
    }

    /// SHA-256. The secret is random, so a slow hash would protect nothing.
    #[must_use]
    pub fn digest(&self) -> Vec<u8> {
        digest::digest(&digest::SHA256, self.0.as_bytes())
            .as_ref()
            .to_vec()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_typed_is_found_again() {
        let code = RecoveryCode::generate();
        let typed = code.groups().join("-").to_uppercase();
        assert_eq!(typed.len(), 19);
        assert_eq!(RecoveryCode::parse(&typed), Some(code.clone()));
        assert_eq!(
            RecoveryCode::parse(&format!(" {} ", code.groups().join(" "))),
            Some(code)
        );
        for other in ["", "123456", &"a".repeat(17), "abcd-efgh-ijkm-npq0"] {
            assert!(RecoveryCode::parse(other).is_none(), "{other}");
        }
    }
}
