//! Whom is trusted to say who somebody is, and whether a certificate comes from there.

use rustls_pki_types::pem::PemObject as _;
use rustls_pki_types::{CertificateDer, TrustAnchor, UnixTime};
use std::time::Duration;
use webpki::{EndEntityCert, ExtendedKeyUsageValidator, KeyPurposeId, KeyPurposeIdIter, ring};

use super::certificate::{ANY_PURPOSE, Certificate, EMAIL_PROTECTION};

/// What certificates may be signed with.
static ALGORITHMS: &[&dyn rustls_pki_types::SignatureVerificationAlgorithm] = &[
    ring::RSA_PKCS1_2048_8192_SHA256,
    ring::RSA_PKCS1_2048_8192_SHA384,
    ring::RSA_PKCS1_2048_8192_SHA512,
    ring::RSA_PKCS1_2048_8192_SHA256_ABSENT_PARAMS,
    ring::RSA_PKCS1_2048_8192_SHA384_ABSENT_PARAMS,
    ring::RSA_PKCS1_2048_8192_SHA512_ABSENT_PARAMS,
    ring::RSA_PSS_2048_8192_SHA256_LEGACY_KEY,
    ring::RSA_PSS_2048_8192_SHA384_LEGACY_KEY,
    ring::RSA_PSS_2048_8192_SHA512_LEGACY_KEY,
    ring::ECDSA_P256_SHA256,
    ring::ECDSA_P256_SHA384,
    ring::ECDSA_P384_SHA256,
    ring::ECDSA_P384_SHA384,
    ring::ED25519,
];

/// The certification authorities that are trusted; by default none.
#[derive(Clone, Debug, Default)]
pub struct Anchors(Vec<Anchor>);

#[derive(Clone, Debug)]
struct Anchor {
    anchor: TrustAnchor<'static>,
    not_before: i64,
    not_after: i64,
}

/// Why a list of authorities cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum AnchorError {
    /// It is damaged, in the certificate of this number, counted from 1.
    #[error("certificate {0} cannot be read")]
    Damaged(usize),
    /// It has none.
    #[error("there is no certificate in it (-----BEGIN CERTIFICATE-----)")]
    Empty,
    /// The certificate is no authority's.
    #[error("certificate {0} ({1}) is no certification authority's")]
    NoAuthority(usize, String),
}

impl Anchors {
    /// Reads certificates of authorities in PEM, one behind the other.
    ///
    /// # Errors
    /// [`AnchorError`]: nothing is passed over.
    pub fn from_pem(pem: &[u8]) -> Result<Self, AnchorError> {
        let mut anchors = Vec::new();
        for (at, found) in CertificateDer::pem_slice_iter(pem).enumerate() {
            let at = at + 1;
            let der = found.map_err(|_| AnchorError::Damaged(at))?;
            let read = Certificate::read(&der).ok_or(AnchorError::Damaged(at))?;
            if !read.may_certify() {
                return Err(AnchorError::NoAuthority(at, read.name().line()));
            }
            let anchor = webpki::anchor_from_trusted_cert(&der);
            anchors.push(Anchor {
                anchor: anchor.map_err(|_| AnchorError::Damaged(at))?.to_owned(),
                not_before: read.not_before,
                not_after: read.not_after,
            });
        }
        if anchors.is_empty() {
            return Err(AnchorError::Empty);
        }
        Ok(Self(anchors))
    }

    /// How many they are.
    pub fn len(&self) -> usize {
        self.0.len()
    }

    /// Nobody is trusted.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Whether one of them stands behind a certificate, perhaps over others that came with it, at a time in Unix seconds
    /// (RFC 5280 §6.1; what was revoked is not asked).
    pub(super) fn vouch_for(&self, certificate: &[u8], others: &[&[u8]], time: i64) -> bool {
        let anchors: Vec<TrustAnchor<'_>> = self
            .0
            .iter()
            .filter(|one| (one.not_before..=one.not_after).contains(&time))
            .map(|one| one.anchor.clone())
            .collect();
        let certificate = CertificateDer::from(certificate);
        let others: Vec<CertificateDer<'_>> = others
            .iter()
            .filter(|other| Certificate::read(other).is_some_and(|read| read.may_certify()))
            .map(|other| CertificateDer::from(*other))
            .collect();
        let Ok(seconds) = u64::try_from(time) else {
            return false;
        };
        let time = UnixTime::since_unix_epoch(Duration::from_secs(seconds));
        EndEntityCert::try_from(&certificate).is_ok_and(|certificate| {
            certificate
                .verify_for_usage(ALGORITHMS, &anchors, &others, time, ForMail, None, None)
                .is_ok()
        })
    }
}

/// Protection of mail is among the purposes, where they are told.
struct ForMail;

impl ExtendedKeyUsageValidator for ForMail {
    fn validate(&self, purposes: KeyPurposeIdIter<'_, '_>) -> Result<(), webpki::Error> {
        let (mail, any) = (
            KeyPurposeId::new(EMAIL_PROTECTION),
            KeyPurposeId::new(ANY_PURPOSE),
        );
        let mut told = false;
        for purpose in purposes {
            let purpose = purpose?;
            if purpose == mail || purpose == any {
                return Ok(());
            }
            told = true;
        }
        if told {
            Err(webpki::Error::UnknownIssuer)
        } else {
            Ok(())
        }
    }
}
