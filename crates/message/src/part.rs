//! The MIME tree of a message (RFC 2045, RFC 2046).

mod bodystructure;
pub(crate) mod fields;
mod name;
mod section;

use serde::{Deserialize, Serialize};

/// First byte of [`Part::to_bytes`]; raised when the layout changes.
const VERSION: u8 = 2;
/// Where the rendered `BODYSTRUCTURE` begins: behind the version and its own length.
const START: usize = 5;

/// What lies inside a part.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Kind {
    /// Nothing we look into.
    Leaf,
    /// The parts between the boundaries (RFC 2046 §5.1); possibly none.
    Multipart(Vec<Part>),
    /// A nested message (RFC 2046 §5.2.1, RFC 6532 §3.7).
    Message {
        /// Rendered IMAP `ENVELOPE` of the nested message.
        envelope: Vec<u8>,
        /// Top part of the nested message; its header is the nested message's header.
        part: Box<Part>,
    },
}

/// One MIME part. Offsets are absolute in the analysed message.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Part {
    /// Top-level media type, as written: its case means nothing.
    pub type_: String,
    /// Media subtype, as written.
    pub subtype: String,
    /// Parameters of `Content-Type`: pieces of RFC 2231 §3 joined, nothing decoded.
    pub params: Vec<(String, String)>,
    /// `Content-ID`.
    pub id: Option<String>,
    /// `Content-Description`, encoded words left as they are.
    pub description: Option<String>,
    /// `Content-Transfer-Encoding`, as written; `7bit` where absent.
    pub encoding: String,
    /// `Content-MD5`.
    pub md5: Option<String>,
    /// `Content-Disposition`: the kind as written, and its parameters as those of the type.
    pub disposition: Option<(String, Vec<(String, String)>)>,
    /// `Content-Language` tags.
    pub language: Vec<String>,
    /// `Content-Location`.
    pub location: Option<String>,
    /// The file name, decoded: see [`Part::file_name`].
    pub name: Option<String>,
    /// First byte of the part's header.
    pub header_start: u64,
    /// First byte of the part's body.
    pub body_start: u64,
    /// One past the last byte of the body.
    pub body_end: u64,
    /// Line feeds in the body; IMAP shows it for `text/*` and nested messages.
    pub lines: u32,
    /// What lies inside.
    pub kind: Kind,
}

impl Default for Part {
    /// RFC 2045 §5.2: a part that says nothing is `text/plain; charset=us-ascii`, `7bit`.
    fn default() -> Self {
        Self {
            type_: "text".to_owned(),
            subtype: "plain".to_owned(),
            params: Vec::new(),
            id: None,
            description: None,
            encoding: "7bit".to_owned(),
            md5: None,
            disposition: None,
            language: Vec::new(),
            location: None,
            name: None,
            header_start: 0,
            body_start: 0,
            body_end: 0,
            lines: 0,
            kind: Kind::Leaf,
        }
    }
}

/// Why stored bytes are no [`Part`].
#[derive(Debug, thiserror::Error)]
pub enum DecodeError {
    /// Written by another version of the program: analyse the message again.
    #[error("MIME structure of unknown version {0:?}")]
    Version(Option<u8>),
    /// Not what [`Part::to_bytes`] writes.
    #[error("damaged MIME structure: {0}")]
    Damaged(#[from] postcard::Error),
    /// It ends too early.
    #[error("damaged MIME structure: cut short")]
    Short,
}

impl Part {
    /// Bytes for storage: a version, the length of the rendered `BODYSTRUCTURE`, that, then the tree.
    /// It is rendered once, here: a list of a folder shows it far more often than parts are opened.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![VERSION, 0, 0, 0, 0];
        self.bodystructure(&mut bytes, true);
        let rendered = u32::try_from(bytes.len() - START).expect("the analysis bounds the tree");
        bytes[1..START].copy_from_slice(&rendered.to_le_bytes());
        postcard::to_extend(self, bytes)
            .expect("a Part has no type that postcard refuses, and a Vec grows")
    }

    /// Reads what [`Part::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`DecodeError::Version`] for another layout, the others for what is damaged.
    pub fn from_bytes(bytes: &[u8]) -> Result<Self, DecodeError> {
        Ok(postcard::from_bytes(split(bytes)?.1)?)
    }

    /// The rendered `BODYSTRUCTURE` in what [`Part::to_bytes`] wrote.
    ///
    /// # Errors
    /// As [`Part::from_bytes`].
    pub fn rendered(bytes: &[u8]) -> Result<&[u8], DecodeError> {
        Ok(split(bytes)?.0)
    }

    /// Length of the body in bytes.
    pub fn body_len(&self) -> u64 {
        self.body_end - self.body_start
    }

    /// The `charset` parameter, as written.
    pub fn charset(&self) -> Option<&str> {
        self.param("charset")
    }

    /// A parameter of `Content-Type` by its name, any case.
    pub fn param(&self, name: &str) -> Option<&str> {
        crate::parameters::find(&self.params, name)
    }

    /// A nested message (`message/rfc822` or `message/global`).
    pub(crate) fn names_message(&self) -> bool {
        self.is_type("message") && (self.is_subtype("rfc822") || self.is_subtype("global"))
    }

    /// Whether this is the media subtype.
    pub(crate) fn is_subtype(&self, subtype: &str) -> bool {
        self.subtype.eq_ignore_ascii_case(subtype)
    }

    /// Whether this is the top-level media type.
    pub(crate) fn is_type(&self, type_: &str) -> bool {
        self.type_.eq_ignore_ascii_case(type_)
    }
}

/// The rendered `BODYSTRUCTURE` and the tree.
fn split(bytes: &[u8]) -> Result<(&[u8], &[u8]), DecodeError> {
    let (head, rest) = match bytes.split_first() {
        Some((&VERSION, rest)) => rest.split_first_chunk().ok_or(DecodeError::Short)?,
        other => return Err(DecodeError::Version(other.map(|(version, _)| *version))),
    };
    let rendered = u32::from_le_bytes(*head) as usize;
    rest.split_at_checked(rendered).ok_or(DecodeError::Short)
}
