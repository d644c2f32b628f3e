//! A certificate, as far as a page tells of it and a signature needs it (RFC 5280 §4.1). Whether it is to be trusted is not judged
//! here.

use super::der::{BIT_STRING, BOOLEAN, INTEGER, OCTET_STRING, OID, Reader, SEQUENCE, tagged};
use super::name::{self, Name};
use super::time;

/// `rfc822Name` of a `GeneralName`.
const RFC822_NAME: u8 = 0x81;
const IA5_STRING: u8 = 0x16;
const SUBJECT_KEY_IDENTIFIER: &[u8] = &[0x55, 0x1d, 14];
const KEY_USAGE: &[u8] = &[0x55, 0x1d, 15];
const SUBJECT_ALT_NAME: &[u8] = &[0x55, 0x1d, 17];
const BASIC_CONSTRAINTS: &[u8] = &[0x55, 0x1d, 19];
const EXT_KEY_USAGE: &[u8] = &[0x55, 0x1d, 37];

/// `id-kp-emailProtection`
pub(super) const EMAIL_PROTECTION: &[u8] = &[0x2b, 6, 1, 5, 5, 7, 3, 4];
/// `anyExtendedKeyUsage`
pub(super) const ANY_PURPOSE: &[u8] = &[0x55, 0x1d, 37, 0];

/// So many addresses of one are read.
const ADDRESSES: usize = 20;

/// A certificate.
#[derive(Clone, Debug)]
pub(super) struct Certificate<'a> {
    pub(super) serial: &'a [u8],
    /// The values within the issuer's name.
    pub(super) issuer: &'a [u8],
    /// The values within its own name.
    pub(super) subject: &'a [u8],
    /// Unix seconds.
    pub(super) not_before: i64,
    /// Unix seconds.
    pub(super) not_after: i64,
    /// The values within `SubjectPublicKeyInfo`.
    pub(super) key: &'a [u8],
    pub(super) key_id: Option<&'a [u8]>,
    pub(super) is_ca: bool,
    /// The first byte of the bits, where they are told.
    key_usage: Option<u8>,
    /// The values within `ExtKeyUsageSyntax`, where they are told.
    purposes: Option<&'a [u8]>,
    alternatives: Option<&'a [u8]>,
}

impl<'a> Certificate<'a> {
    pub(super) fn read(whole: &'a [u8]) -> Option<Self> {
        let mut body = Reader::new(whole).within(SEQUENCE)?.within(SEQUENCE)?;
        body.optional(tagged(0));
        let serial = body.body(INTEGER)?;
        body.body(SEQUENCE)?;
        let issuer = body.body(SEQUENCE)?;
        let mut validity = body.within(SEQUENCE)?;
        let mut read = Self {
            serial,
            issuer,
            not_before: time::read(validity.any()?)?,
            not_after: time::read(validity.any()?)?,
            subject: body.body(SEQUENCE)?,
            key: body.body(SEQUENCE)?,
            key_id: None,
            is_ca: false,
            key_usage: None,
            purposes: None,
            alternatives: None,
        };
        // Unique identifiers, of [1] and [2], are no longer made.
        if let Some(extensions) = body.find(|value| value.tag == tagged(3)) {
            for extension in Reader::new(extensions.body).within(SEQUENCE)? {
                read.take(extension.body)?;
            }
        }
        Some(read)
    }

    fn take(&mut self, extension: &'a [u8]) -> Option<()> {
        let mut extension = Reader::new(extension);
        let id = extension.body(OID)?;
        extension.optional(BOOLEAN);
        let mut value = extension.within(OCTET_STRING)?;
        match id {
            SUBJECT_KEY_IDENTIFIER => self.key_id = Some(value.body(OCTET_STRING)?),
            KEY_USAGE => {
                // The first byte tells how many bits of the last mean nothing.
                let bits = value.body(BIT_STRING)?;
                self.key_usage = Some(bits.get(1).copied().unwrap_or(0));
            }
            SUBJECT_ALT_NAME => self.alternatives = Some(value.body(SEQUENCE)?),
            BASIC_CONSTRAINTS => {
                let mut value = value.within(SEQUENCE)?;
                self.is_ca = value.optional(BOOLEAN).is_some_and(|ca| ca.body != [0]);
            }
            EXT_KEY_USAGE => self.purposes = Some(value.body(SEQUENCE)?),
            _ => {}
        }
        Some(())
    }

    /// Its own name.
    pub(super) fn name(&self) -> Name {
        Name::read(self.subject)
    }

    /// The addresses it is for (RFC 8550 §3).
    pub(super) fn addresses(&self) -> Vec<String> {
        let mut addresses: Vec<String> = Vec::new();
        let named = Reader::new(self.alternatives.unwrap_or_default())
            .filter(|name| name.tag == RFC822_NAME)
            .map(|name| name::letters(IA5_STRING, name.body));
        for address in named.chain(self.name().addresses).take(ADDRESSES) {
            let known = addresses
                .iter()
                .any(|known| known.eq_ignore_ascii_case(&address));
            if !address.is_empty() && !known {
                addresses.push(address);
            }
        }
        addresses
    }

    /// Whether mail may be signed with it (RFC 8550 §4.4.2, §4.4.4): `digitalSignature` or `nonRepudiation`, and protection of
    /// mail among its purposes, where it tells them.
    pub(super) fn is_for_mail(&self) -> bool {
        let usage = self.key_usage.is_none_or(|bits| bits & 0xc0 != 0);
        let purpose = self.purposes.is_none_or(|purposes| {
            let mut ids = Reader::new(purposes).filter(|value| value.tag == OID);
            ids.any(|id| id.body == EMAIL_PROTECTION || id.body == ANY_PURPOSE)
        });
        usage && purpose
    }

    /// Whether it may certify others: `keyCertSign`, where it tells its uses (RFC 5280 §4.2.1.3).
    pub(super) fn may_certify(&self) -> bool {
        self.is_ca && self.key_usage.is_none_or(|bits| bits & 0x04 != 0)
    }
}
