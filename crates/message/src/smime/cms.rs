//! The parts of a CMS message (RFC 5652), as they came.

use super::der::{INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, SET, Value, tagged};

/// So many certificates of a message are looked at, and so many signatures.
const CERTIFICATES: usize = 30;
const SIGNERS: usize = 8;

const SIGNED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 2];
const ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 3];
const ENCRYPTED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 7, 6];
/// RFC 5083
const AUTH_ENVELOPED_DATA: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 16, 1, 23];
const CONTENT_TYPE: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 3];
const MESSAGE_DIGEST: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 4];
const SIGNING_TIME: &[u8] = &[0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 9, 5];

/// What a message is.
#[derive(Clone, Debug)]
pub(super) enum Content<'a> {
    Signed(SignedData<'a>),
    Encrypted,
    /// Compressed, or a kind that nobody sends by mail.
    Other,
}

/// `SignedData` (RFC 5652 §5.1).
#[derive(Clone, Debug)]
pub(super) struct SignedData<'a> {
    pub(super) content_type: &'a [u8],
    /// What is signed, where it is within.
    pub(super) content: Option<&'a [u8]>,
    pub(super) certificates: Vec<&'a [u8]>,
    pub(super) signers: Vec<SignerInfo<'a>>,
}

/// An algorithm and its parameters.
#[derive(Clone, Copy, Debug)]
pub(super) struct Algorithm<'a> {
    pub(super) id: &'a [u8],
    pub(super) parameters: Option<Value<'a>>,
}

impl<'a> Algorithm<'a> {
    /// Of the values within an `AlgorithmIdentifier`.
    pub(super) fn read(body: &'a [u8]) -> Option<Self> {
        let mut body = Reader::new(body);
        Some(Self {
            id: body.body(OID)?,
            parameters: body.any(),
        })
    }
}

/// Which certificate is a signer's.
#[derive(Clone, Copy, Debug)]
pub(super) enum SignerId<'a> {
    Issued { issuer: &'a [u8], serial: &'a [u8] },
    Key(&'a [u8]),
}

/// `SignerInfo` (RFC 5652 §5.3).
#[derive(Clone, Copy, Debug)]
pub(super) struct SignerInfo<'a> {
    pub(super) id: SignerId<'a>,
    pub(super) digest: Algorithm<'a>,
    pub(super) attributes: Option<Attributes<'a>>,
    pub(super) algorithm: Algorithm<'a>,
    pub(super) signature: &'a [u8],
}

/// The signed attributes (RFC 5652 §11).
#[derive(Clone, Copy, Debug)]
pub(super) struct Attributes<'a> {
    /// With their tag, which is another in what is signed.
    pub(super) whole: &'a [u8],
    pub(super) content_type: &'a [u8],
    pub(super) digest: &'a [u8],
    pub(super) signing_time: Option<Value<'a>>,
}

/// Reads a message that is DER as far as lengths go; none where it is damaged.
pub(super) fn read(der: &[u8]) -> Option<Content<'_>> {
    let mut info = Reader::new(der).within(SEQUENCE)?;
    Some(match info.body(OID)? {
        SIGNED_DATA => Content::Signed(signed_data(info.within(tagged(0))?.within(SEQUENCE)?)?),
        ENVELOPED_DATA | ENCRYPTED_DATA | AUTH_ENVELOPED_DATA => Content::Encrypted,
        _ => Content::Other,
    })
}

fn signed_data(mut data: Reader<'_>) -> Option<SignedData<'_>> {
    data.body(INTEGER)?;
    data.body(SET)?;
    let mut encapsulated = data.within(SEQUENCE)?;
    let content_type = encapsulated.body(OID)?;
    let content = match encapsulated.optional(tagged(0)) {
        Some(explicit) => Some(Reader::new(explicit.body).body(OCTET_STRING)?),
        None => None,
    };
    let certificates = data
        .optional(tagged(0))
        .map_or(Reader::new(&[]), |set| Reader::new(set.body));
    // What was revoked is not asked here.
    data.optional(tagged(1));
    let signers = data.within(SET)?.take(SIGNERS);
    Some(SignedData {
        content_type,
        content,
        certificates: certificates
            .filter(|one| one.tag == SEQUENCE)
            .take(CERTIFICATES)
            .map(|one| one.whole)
            .collect(),
        signers: signers
            .map(|one| signer_info(one.body))
            .collect::<Option<_>>()?,
    })
}

fn signer_info(body: &[u8]) -> Option<SignerInfo<'_>> {
    let mut info = Reader::new(body);
    info.body(INTEGER)?;
    let id = match info.any()? {
        Value {
            tag: SEQUENCE,
            body,
            ..
        } => {
            let mut body = Reader::new(body);
            SignerId::Issued {
                issuer: body.body(SEQUENCE)?,
                serial: body.body(INTEGER)?,
            }
        }
        // [0] IMPLICIT OCTET STRING
        Value {
            tag: 0x80, body, ..
        } => SignerId::Key(body),
        _ => return None,
    };
    let digest = Algorithm::read(info.body(SEQUENCE)?)?;
    let attributes = match info.optional(tagged(0)) {
        Some(set) => Some(attributes(set)?),
        None => None,
    };
    Some(SignerInfo {
        id,
        digest,
        attributes,
        algorithm: Algorithm::read(info.body(SEQUENCE)?)?,
        signature: info.body(OCTET_STRING)?,
    })
}

/// Each of those that are read stands there once, with one value (RFC 5652 §11.1 to §11.3).
fn attributes(set: Value<'_>) -> Option<Attributes<'_>> {
    let (mut content_type, mut digest, mut signing_time) = (None, None, None);
    let mut left = Reader::new(set.body);
    while let Some(attribute) = left.optional(SEQUENCE) {
        let mut attribute = Reader::new(attribute.body);
        let place = match attribute.body(OID)? {
            CONTENT_TYPE => &mut content_type,
            MESSAGE_DIGEST => &mut digest,
            SIGNING_TIME => &mut signing_time,
            _ => continue,
        };
        let mut values = attribute.within(SET)?;
        let value = values.any()?;
        if place.replace(value).is_some() || values.any().is_some() {
            return None;
        }
    }
    Some(Attributes {
        whole: set.whole,
        content_type: content_type.filter(|value| value.tag == OID)?.body,
        digest: digest.filter(|value| value.tag == OCTET_STRING)?.body,
        signing_time,
    })
}
