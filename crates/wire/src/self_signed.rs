//! Certificates for a first start and for tests: a small CA and one server certificate under it.

use crate::TlsError;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, ExtendedKeyUsagePurpose, IsCa,
    KeyPair, KeyUsagePurpose,
};
use std::time::{Duration, SystemTime};

/// Two years: below the 825 days some mail programs allow at most.
const VALID: Duration = Duration::from_secs(730 * 24 * 60 * 60);
/// The clock of a client may be behind ours.
const SKEW: Duration = Duration::from_secs(60 * 60);
/// Names every certificate carries, so that the machine can reach itself.
const OWN: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// The longest common name (X.520, RFC 5280 appendix A.1, `ub-common-name`).
const MAX_COMMON_NAME: usize = 64;
/// What the authority of such certificates calls itself.
const OWN_CA: &str = "congvu local CA";

/// A fresh certificate authority and a server certificate it signed. The CA's own key is thrown
/// away: it can sign nothing further.
pub struct SelfSigned {
    /// The CA certificate, for clients to trust.
    pub ca_pem: String,
    /// The server certificate followed by the CA certificate.
    pub cert_pem: String,
    /// The server's private key (PKCS #8).
    pub key_pem: String,
}

/// Makes a CA and a server certificate for `names` (host names or IP addresses), `localhost`,
/// `127.0.0.1` and `::1`, both valid for two years.
///
/// # Errors
/// A name is neither a host name nor an address, or the system gave no randomness.
pub fn self_signed(names: &[String]) -> Result<SelfSigned, TlsError> {
    let now = SystemTime::now();
    let ca = certificate_authority(now)?;

    let mut all: Vec<String> = Vec::with_capacity(names.len() + OWN.len());
    for name in names.iter().map(String::as_str).chain(OWN) {
        if !all.iter().any(|known| known.eq_ignore_ascii_case(name)) {
            all.push(name.to_owned());
        }
    }
    let common_name = all
        .iter()
        .find(|name| name.len() <= MAX_COMMON_NAME)
        .cloned();
    let mut params = CertificateParams::new(all)?;
    params.not_before = (now - SKEW).into();
    params.not_after = (now + VALID).into();
    params.distinguished_name = rcgen::DistinguishedName::new();
    if let Some(name) = common_name {
        params.distinguished_name.push(DnType::CommonName, name);
    }
    params.is_ca = IsCa::ExplicitNoCa;
    params.use_authority_key_identifier_extension = true;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    let key = KeyPair::generate()?;
    let server = params.signed_by(&key, &ca)?;

    let ca_pem = ca.pem();
    Ok(SelfSigned {
        cert_pem: format!("{}{ca_pem}", server.pem()),
        ca_pem,
        key_pem: key.serialize_pem(),
    })
}

/// A CA that may sign end certificates only (RFC 5280 §4.2.1.3, §4.2.1.9).
fn certificate_authority(now: SystemTime) -> Result<CertifiedIssuer<'static, KeyPair>, TlsError> {
    let mut params = CertificateParams::default();
    params.not_before = (now - SKEW).into();
    params.not_after = (now + VALID).into();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, OWN_CA);
    params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    Ok(CertifiedIssuer::self_signed(params, KeyPair::generate()?)?)
}

/// Whether a certificate (PEM) is one that [`self_signed`] made: programs that were not told of its authority do not trust it.
#[must_use]
pub fn is_self_signed(cert_pem: &[u8]) -> bool {
    use rustls_pki_types::CertificateDer;
    use rustls_pki_types::pem::PemObject;
    let der = CertificateDer::from_pem_slice(cert_pem);
    der.is_ok_and(|der| {
        der.windows(OWN_CA.len())
            .any(|part| part == OWN_CA.as_bytes())
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Tls;

    #[test]
    fn makes_what_tls_accepts() {
        let made = self_signed(&["mail.example.gov.vn".into()]).expect("certificates");
        assert_eq!(made.ca_pem.matches("BEGIN CERTIFICATE").count(), 1);
        assert_eq!(made.cert_pem.matches("BEGIN CERTIFICATE").count(), 2);
        Tls::from_pem(made.cert_pem.as_bytes(), made.key_pem.as_bytes()).expect("fits");
        assert!(is_self_signed(made.cert_pem.as_bytes()));
        assert!(!is_self_signed(b"") && !is_self_signed(made.key_pem.as_bytes()));
    }

    #[test]
    fn the_key_must_fit() {
        let one = self_signed(&[]).expect("certificates");
        let two = self_signed(&[]).expect("certificates");
        let mixed = Tls::from_pem(one.cert_pem.as_bytes(), two.key_pem.as_bytes());
        assert!(matches!(mixed, Err(TlsError::Protocol(_))), "{mixed:?}");
    }

    #[test]
    fn empty_text_is_told_apart() {
        let made = self_signed(&[]).expect("certificates");
        let (cert, key) = (made.cert_pem.as_bytes(), made.key_pem.as_bytes());
        assert!(matches!(
            Tls::from_pem(b"", key),
            Err(TlsError::NoCertificate)
        ));
        assert!(matches!(Tls::from_pem(cert, b""), Err(TlsError::NoKey)));
    }

    #[test]
    fn a_name_that_is_none_is_refused() {
        assert!(self_signed(&["thư.example".into()]).is_err());
    }
}
