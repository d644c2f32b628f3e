//! Which algorithms are checked: RSA (PKCS #1 v1.5 and PSS) with SHA-256, SHA-384 and SHA-512, ECDSA (P-256, P-384) with SHA-256 and
//! SHA-384 (RFC 8551 §2.1, §2.2; RFC 4056, RFC 5754).

use ring::{digest, signature};

use super::Why;
use super::cms::Algorithm;
use super::der::{BIT_STRING, INTEGER, OID, Reader, SEQUENCE, Value, tagged};

const MD5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 2, 5];
const SHA1: &[u8] = &[0x2b, 0x0e, 3, 2, 26];
const SHA256: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1];
const SHA384: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 2];
const SHA512: &[u8] = &[0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 3];

const RSA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1];
const RSA_MD5: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 4];
const RSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 5];
const MGF1: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 8];
const RSA_PSS: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 10];
const RSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 11];
const RSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 12];
const RSA_SHA512: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 13];

const EC: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 2, 1];
const P256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 3, 1, 7];
const P384: &[u8] = &[0x2b, 0x81, 4, 0, 34];
const ECDSA_SHA1: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 1];
const ECDSA_SHA256: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 2];
const ECDSA_SHA384: &[u8] = &[0x2a, 0x86, 0x48, 0xce, 0x3d, 4, 3, 3];

/// The shortest and the longest key of RSA, in bits.
const RSA_BITS: std::ops::RangeInclusive<usize> = 2048..=8192;

/// A digest that still proves something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Hash {
    Sha256,
    Sha384,
    Sha512,
}

impl Hash {
    pub(super) fn of(algorithm: Algorithm<'_>) -> Result<Self, Why> {
        match algorithm.id {
            SHA256 => Ok(Self::Sha256),
            SHA384 => Ok(Self::Sha384),
            SHA512 => Ok(Self::Sha512),
            SHA1 => Err(Why::Old("SHA-1")),
            MD5 => Err(Why::Old("MD5")),
            _ => Err(Why::Algorithm),
        }
    }

    pub(super) fn digest(self, bytes: &[u8]) -> digest::Digest {
        digest::digest(self.ring(), bytes)
    }

    fn ring(self) -> &'static digest::Algorithm {
        match self {
            Self::Sha256 => &digest::SHA256,
            Self::Sha384 => &digest::SHA384,
            Self::Sha512 => &digest::SHA512,
        }
    }
}

/// A public key.
#[derive(Clone, Copy, Debug)]
enum Key {
    Rsa,
    P256,
    P384,
}

/// Whether the signature is of this key, which is the values within a `SubjectPublicKeyInfo`, over these bytes.
///
/// # Errors
/// Where it cannot be told.
pub(super) fn verify(
    key: &[u8],
    (algorithm, hash): (Algorithm<'_>, Hash),
    signed: &[u8],
    signature: &[u8],
) -> Result<bool, Why> {
    let mut key = Reader::new(key);
    let named = key.body(SEQUENCE).and_then(Algorithm::read);
    let bits = key
        .body(BIT_STRING)
        .and_then(|bits| bits.strip_prefix(&[0_u8]));
    let (Some(named), Some(bits)) = (named, bits) else {
        return Err(Why::Certificate);
    };
    let key = kind(named, bits)?;
    let way = way(key, algorithm, hash)?;
    let key = signature::UnparsedPublicKey::new(way, bits);
    Ok(key.verify(signed, signature).is_ok())
}

fn kind(named: Algorithm<'_>, bits: &[u8]) -> Result<Key, Why> {
    let curve = named.parameters.filter(|value| value.tag == OID);
    match (named.id, curve.map(|curve| curve.body)) {
        (RSA | RSA_PSS, _) => {
            let modulus = Reader::new(bits)
                .within(SEQUENCE)
                .and_then(|mut key| key.body(INTEGER))
                .ok_or(Why::Certificate)?;
            let zeros = modulus.iter().take_while(|byte| **byte == 0).count();
            let first = modulus.get(zeros).map_or(0, |byte| byte.leading_zeros());
            // At most eight.
            let length = (modulus.len() - zeros) * 8 - first as usize;
            if length < *RSA_BITS.start() {
                Err(Why::WeakKey)
            } else if length > *RSA_BITS.end() {
                Err(Why::Algorithm)
            } else {
                Ok(Key::Rsa)
            }
        }
        (EC, Some(P256)) => Ok(Key::P256),
        (EC, Some(P384)) => Ok(Key::P384),
        _ => Err(Why::Algorithm),
    }
}

fn way(
    key: Key,
    algorithm: Algorithm<'_>,
    hash: Hash,
) -> Result<&'static dyn signature::VerificationAlgorithm, Why> {
    let hash = match algorithm.id {
        RSA_MD5 => return Err(Why::Old("MD5")),
        RSA_SHA1 | ECDSA_SHA1 => return Err(Why::Old("SHA-1")),
        RSA_PSS => {
            return match (key, pss(algorithm)?) {
                (Key::Rsa, Hash::Sha256) => Ok(&signature::RSA_PSS_2048_8192_SHA256),
                (Key::Rsa, Hash::Sha384) => Ok(&signature::RSA_PSS_2048_8192_SHA384),
                (Key::Rsa, Hash::Sha512) => Ok(&signature::RSA_PSS_2048_8192_SHA512),
                _ => Err(Why::Malformed),
            };
        }
        // RFC 3370 §3.2: the digest is told beside it.
        RSA => hash,
        RSA_SHA256 | ECDSA_SHA256 => Hash::Sha256,
        RSA_SHA384 | ECDSA_SHA384 => Hash::Sha384,
        RSA_SHA512 => Hash::Sha512,
        _ => return Err(Why::Algorithm),
    };
    let is_rsa = matches!(algorithm.id, RSA | RSA_SHA256 | RSA_SHA384 | RSA_SHA512);
    let is_ecdsa = matches!(algorithm.id, ECDSA_SHA256 | ECDSA_SHA384);
    match (key, hash) {
        (Key::Rsa, Hash::Sha256) if is_rsa => Ok(&signature::RSA_PKCS1_2048_8192_SHA256),
        (Key::Rsa, Hash::Sha384) if is_rsa => Ok(&signature::RSA_PKCS1_2048_8192_SHA384),
        (Key::Rsa, Hash::Sha512) if is_rsa => Ok(&signature::RSA_PKCS1_2048_8192_SHA512),
        (Key::P256, Hash::Sha256) if is_ecdsa => Ok(&signature::ECDSA_P256_SHA256_ASN1),
        (Key::P256, Hash::Sha384) if is_ecdsa => Ok(&signature::ECDSA_P256_SHA384_ASN1),
        (Key::P384, Hash::Sha256) if is_ecdsa => Ok(&signature::ECDSA_P384_SHA256_ASN1),
        (Key::P384, Hash::Sha384) if is_ecdsa => Ok(&signature::ECDSA_P384_SHA384_ASN1),
        // A key of one kind, a signature of another.
        _ => Err(Why::Malformed),
    }
}

/// The digest of `RSASSA-PSS-params` (RFC 4055 §3.1), where all of them go together as everybody has them: the same digest in the
/// mask, and a salt as long as it.
fn pss(algorithm: Algorithm<'_>) -> Result<Hash, Why> {
    let Some(parameters) = algorithm.parameters.filter(|value| value.tag == SEQUENCE) else {
        // What is not told is SHA-1.
        return Err(Why::Old("SHA-1"));
    };
    let mut parameters = Reader::new(parameters.body);
    let Some(hash) = parameters.optional(tagged(0)) else {
        return Err(Why::Old("SHA-1"));
    };
    let hash = Hash::of(explicit(hash)?)?;
    let mask = explicit(parameters.optional(tagged(1)).ok_or(Why::Algorithm)?)?;
    let inner = mask.parameters.filter(|value| value.tag == SEQUENCE);
    let inner = inner.and_then(|value| Algorithm::read(value.body));
    let salt = parameters.optional(tagged(2)).ok_or(Why::Algorithm)?;
    let salt = Reader::new(salt.body).body(INTEGER);
    let length = hash.ring().output_len();
    let goes_together = mask.id == MGF1
        && inner.is_some_and(|inner| Hash::of(inner) == Ok(hash))
        && salt.is_some_and(|salt| salt.iter().map(|byte| usize::from(*byte)).eq([length]));
    if goes_together {
        Ok(hash)
    } else {
        Err(Why::Algorithm)
    }
}

/// An algorithm within a tag of its own.
fn explicit(value: Value<'_>) -> Result<Algorithm<'_>, Why> {
    let body = Reader::new(value.body).body(SEQUENCE);
    body.and_then(Algorithm::read).ok_or(Why::Malformed)
}
