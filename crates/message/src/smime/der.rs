//! Values of ASN.1 as DER writes them (X.690 §10), one behind the other. Nothing is copied: what a signature covers must stay the
//! bytes that came.

pub(super) const BOOLEAN: u8 = 0x01;
pub(super) const INTEGER: u8 = 0x02;
pub(super) const BIT_STRING: u8 = 0x03;
pub(super) const OCTET_STRING: u8 = 0x04;
pub(super) const OID: u8 = 0x06;
pub(super) const SEQUENCE: u8 = 0x30;
pub(super) const SET: u8 = 0x31;
/// Its contents are values themselves.
pub(super) const CONSTRUCTED: u8 = 0x20;

/// `[n]` around a value, or in the place of a SEQUENCE's or a SET's own tag.
pub(super) const fn tagged(number: u8) -> u8 {
    0xa0 | number
}

/// How a value begins.
#[derive(Clone, Copy, Debug)]
pub(super) struct Head {
    pub(super) tag: u8,
    /// Where its contents begin.
    pub(super) start: usize,
    /// How many bytes they are; none where an end stands behind them (BER only).
    pub(super) length: Option<usize>,
}

impl Head {
    /// Reads it; none where it is cut short, or of a kind that neither CMS nor certificates have.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let (&tag, rest) = bytes.split_first()?;
        let (&first, rest) = rest.split_first()?;
        if tag & 0x1f == 0x1f {
            return None;
        }
        let (size, length) = match first {
            0..0x80 => (0, Some(usize::from(first))),
            0x80 => (0, None),
            0x81..=0x84 => {
                let size = usize::from(first & 0x7f);
                let digits = rest.get(..size)?;
                let length = digits
                    .iter()
                    .fold(0_usize, |length, digit| (length << 8) | usize::from(*digit));
                (size, Some(length))
            }
            _ => return None,
        };
        Some(Self {
            tag,
            start: 2 + size,
            length,
        })
    }
}

/// A value.
#[derive(Clone, Copy, Debug)]
pub(super) struct Value<'a> {
    pub(super) tag: u8,
    pub(super) body: &'a [u8],
    /// With its tag and length.
    pub(super) whole: &'a [u8],
}

/// Reads values one behind the other.
#[derive(Clone, Copy, Debug)]
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The next value, whatever it is.
    pub(super) fn any(&mut self) -> Option<Value<'a>> {
        let head = Head::read(self.0)?;
        let end = head.start.checked_add(head.length?)?;
        let (whole, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(Value {
            tag: head.tag,
            body: &whole[head.start..],
            whole,
        })
    }

    /// The next value, which must have this tag.
    pub(super) fn value(&mut self, tag: u8) -> Option<Value<'a>> {
        self.any().filter(|value| value.tag == tag)
    }

    /// The contents of the next value, which must have this tag.
    pub(super) fn body(&mut self, tag: u8) -> Option<&'a [u8]> {
        self.value(tag).map(|value| value.body)
    }

    /// The values within the next one, which must have this tag.
    pub(super) fn within(&mut self, tag: u8) -> Option<Self> {
        self.body(tag).map(Self)
    }

    /// The next value if it has this tag; what stands there otherwise is left for the next call.
    pub(super) fn optional(&mut self, tag: u8) -> Option<Value<'a>> {
        let mut ahead = *self;
        let value = ahead.value(tag)?;
        *self = ahead;
        Some(value)
    }
}

impl<'a> Iterator for Reader<'a> {
    type Item = Value<'a>;

    /// As [`Reader::any`]: ends at the end, and at what cannot be read.
    fn next(&mut self) -> Option<Value<'a>> {
        self.any()
    }
}
