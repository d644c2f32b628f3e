//! Mail that is signed or encrypted with S/MIME (RFC 8551): what it is, what is signed, and whether the signature holds. Nothing is
//! fetched: whether a certificate was revoked is not asked.
//!
//! What a signature covers are the bytes of the signed part as they came, with its header and with CR LF; they are given here whole.

mod algorithm;
mod anchors;
mod ber;
mod certificate;
mod cms;
mod der;
mod form;
mod name;
mod time;

use std::borrow::Cow;

pub use anchors::{AnchorError, Anchors};
pub use form::{Form, Signed, form};

use algorithm::Hash;
use certificate::Certificate;
use cms::{Content, SignedData, SignerId, SignerInfo};

/// What is known of a signature.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// What came out.
    pub verdict: Verdict,
    /// Who says to have signed, where that can be read: it is proven only where the verdict says so.
    pub signer: Option<Signer>,
}

/// What came out, from what weighs most.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// What is there is not what was signed.
    Changed,
    /// Nobody can tell.
    Unchecked(Why),
    /// Unchanged since it was signed; who signed is not vouched for by anybody who is trusted.
    UnknownIssuer,
    /// The certificate did not hold yet when it was signed.
    NotYetValid,
    /// The certificate did not hold any more when it was signed.
    Expired,
    /// The certificate is for other addresses than the sender's, or for none.
    OtherAddress,
    /// Unchanged, and signed by who sent it.
    Valid,
}

/// Why a signature cannot be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Why {
    /// It is damaged, or no signature.
    Malformed,
    /// It stands on what proves nothing any more: its name.
    Old(&'static str),
    /// It is of a kind that is not known here.
    Algorithm,
    /// The key is too short.
    WeakKey,
    /// The signer's certificate did not come with it.
    NoCertificate,
    /// The signer's certificate is damaged, or not for mail.
    Certificate,
    /// It is longer than is checked.
    TooLong,
}

/// Who says to have signed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Signer {
    /// As the certificate has it.
    pub name: String,
    /// The addresses that the certificate is for.
    pub addresses: Vec<String>,
    /// Who says to have issued it.
    pub issuer: String,
    /// When it begins to hold, in Unix seconds.
    pub not_before: i64,
    /// When it ceases to, in Unix seconds.
    pub not_after: i64,
    /// When the signer says to have signed, in Unix seconds.
    pub signed_at: Option<i64>,
}

/// What a signature is measured by.
#[derive(Clone, Copy, Debug)]
pub struct Measure<'a> {
    /// The address of `From`.
    pub sender: &'a str,
    /// When the message came, in Unix seconds: it was signed before.
    pub arrived: i64,
    /// Whom is trusted to certify.
    pub anchors: &'a Anchors,
}

/// What lies within an `application/pkcs7-mime`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Inside {
    /// A MIME entity, and a signature.
    Signed(Vec<u8>),
    /// What only the receiver's key opens.
    Encrypted,
    /// Certificates alone, or something compressed, or damaged.
    Other,
}

/// Opens the content of an `application/pkcs7-mime`.
pub fn inside(octets: &[u8]) -> Inside {
    let der = ber::definite(octets);
    match der.as_deref().and_then(cms::read) {
        Some(Content::Signed(SignedData {
            content: Some(content),
            signers,
            ..
        })) if !signers.is_empty() => Inside::Signed(content.to_vec()),
        Some(Content::Encrypted) => Inside::Encrypted,
        _ => Inside::Other,
    }
}

/// Checks the signatures of a CMS message, over the content within it or over what stands `beside` it.
pub fn check(octets: &[u8], beside: Option<&[u8]>, measure: Measure<'_>) -> Report {
    let der = ber::definite(octets);
    let Some(Content::Signed(data)) = der.as_deref().and_then(cms::read) else {
        return Report::of(Why::Malformed);
    };
    let contents = match (beside, data.content) {
        (Some(beside), _) => forms(beside),
        (None, Some(content)) => vec![Cow::Borrowed(content)],
        (None, None) => return Report::of(Why::Malformed),
    };
    let reports = data
        .signers
        .iter()
        .map(|signer| one(&data, signer, &contents, measure));
    // One signature that holds is enough: others may be of somebody on the way (RFC 5652 §5.1).
    reports
        .reduce(|best, next| {
            let is_better =
                next.verdict == Verdict::Valid || matches!(best.verdict, Verdict::Unchecked(_));
            if best.verdict != Verdict::Valid && is_better {
                next
            } else {
                best
            }
        })
        .unwrap_or_else(|| Report::of(Why::Malformed))
}

impl Report {
    /// That it cannot be told.
    pub fn of(why: Why) -> Self {
        Self {
            verdict: Verdict::Unchecked(why),
            signer: None,
        }
    }
}

/// The bytes as they came, and with CR LF where bare LF stand: what was signed had CR LF (RFC 8551 §3.1.1), unless it was binary.
fn forms(content: &[u8]) -> Vec<Cow<'_, [u8]>> {
    let mut forms = vec![Cow::Borrowed(content)];
    let bare = |at: usize| at == 0 || content[at - 1] != b'\r';
    if memchr::memchr_iter(b'\n', content).any(bare) {
        let mut canonical = Vec::with_capacity(content.len() + content.len() / 32);
        let mut from = 0;
        for at in memchr::memchr_iter(b'\n', content).filter(|at| bare(*at)) {
            canonical.extend_from_slice(&content[from..at]);
            canonical.push(b'\r');
            from = at;
        }
        canonical.extend_from_slice(&content[from..]);
        forms.push(Cow::Owned(canonical));
    }
    forms
}

fn one(
    data: &SignedData<'_>,
    info: &SignerInfo<'_>,
    contents: &[Cow<'_, [u8]>],
    measure: Measure<'_>,
) -> Report {
    let Some((der, certificate)) = find(&data.certificates, info.id) else {
        return Report::of(Why::NoCertificate);
    };
    let signed_at = info
        .attributes
        .and_then(|attributes| attributes.signing_time)
        .and_then(time::read);
    let verdict = match holds(data, info, &certificate, contents) {
        Err(why) => Verdict::Unchecked(why),
        Ok(false) => Verdict::Changed,
        Ok(true) => {
            // Nobody signed after it came.
            let when = signed_at.map_or(measure.arrived, |at| at.min(measure.arrived));
            identity(data, (der, &certificate), when, measure)
        }
    };
    Report {
        verdict,
        signer: Some(Signer {
            name: certificate.name().line(),
            addresses: certificate.addresses(),
            issuer: name::Name::read(certificate.issuer).line(),
            not_before: certificate.not_before,
            not_after: certificate.not_after,
            signed_at,
        }),
    }
}

/// Whether the content is what was signed with the certificate's key (RFC 5652 §5.4, §5.6).
fn holds(
    data: &SignedData<'_>,
    info: &SignerInfo<'_>,
    certificate: &Certificate<'_>,
    contents: &[Cow<'_, [u8]>],
) -> Result<bool, Why> {
    let hash = Hash::of(info.digest)?;
    let verify = |signed: &[u8]| {
        let how = (info.algorithm, hash);
        algorithm::verify(certificate.key, how, signed, info.signature)
    };
    let Some(attributes) = info.attributes else {
        // Signed attributes of another message could be passed off as a content; no MIME entity begins as they do.
        if contents
            .iter()
            .any(|content| content.first() == Some(&der::SET))
        {
            return Err(Why::Malformed);
        }
        for content in contents {
            if verify(content)? {
                return Ok(true);
            }
        }
        return Ok(false);
    };
    if attributes.content_type != data.content_type {
        return Err(Why::Malformed);
    }
    // What is signed has the tag of a SET in the place of its own.
    let mut signed = attributes.whole.to_vec();
    if let Some(tag) = signed.first_mut() {
        *tag = der::SET;
    }
    let is_theirs = verify(&signed)?;
    let is_unchanged = contents
        .iter()
        .any(|content| hash.digest(content).as_ref() == attributes.digest);
    Ok(is_theirs && is_unchanged)
}

/// Whose the signature is, which holds.
fn identity(
    data: &SignedData<'_>,
    (der, certificate): (&[u8], &Certificate<'_>),
    when: i64,
    measure: Measure<'_>,
) -> Verdict {
    if !certificate.is_for_mail() {
        return Verdict::Unchecked(Why::Certificate);
    }
    // Who issued it is asked for a time at which it held, so that both can be told apart.
    let held = when.min(certificate.not_after).max(certificate.not_before);
    if !measure.anchors.vouch_for(der, &data.certificates, held) {
        return Verdict::UnknownIssuer;
    }
    if when < certificate.not_before {
        return Verdict::NotYetValid;
    }
    if when > certificate.not_after {
        return Verdict::Expired;
    }
    let mut addresses = certificate.addresses().into_iter();
    if addresses.any(|address| address.eq_ignore_ascii_case(measure.sender)) {
        Verdict::Valid
    } else {
        Verdict::OtherAddress
    }
}

/// The certificate of a signer. Any will do whose key fits the signature, so that the serial number alone is enough where names are
/// written in another way.
fn find<'a>(certificates: &[&'a [u8]], id: SignerId<'_>) -> Option<(&'a [u8], Certificate<'a>)> {
    let read = certificates
        .iter()
        .filter_map(|der| Some((*der, Certificate::read(der)?)));
    let read: Vec<_> = read.collect();
    let is = |certificate: &Certificate<'_>| match id {
        SignerId::Issued { issuer, serial } => {
            certificate.serial == serial && certificate.issuer == issuer
        }
        SignerId::Key(id) => certificate.key_id == Some(id),
    };
    let has_serial = |certificate: &Certificate<'_>| match id {
        SignerId::Issued { serial, .. } => certificate.serial == serial,
        SignerId::Key(_) => false,
    };
    let found = read.iter().find(|(_, certificate)| is(certificate));
    let found = found.or_else(|| read.iter().find(|(_, certificate)| has_serial(certificate)));
    found.cloned()
}
