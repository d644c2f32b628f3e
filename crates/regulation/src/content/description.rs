//! What a message is like, as far as the content rule asks. Whoever has read the message fills it in.

use super::effect::Direction;
use super::real_type::RealType;
use super::secrecy::Found;
use crate::MailboxKind;

/// What could be seen of the inside of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Look {
    /// All of it, or there is nothing inside to see.
    Whole,
    /// It opens only with a password.
    Locked(Lock),
    /// It was not seen.
    Unseen(Unseen),
}

/// What a password closes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Lock {
    /// An archive, or a member that its archive encrypts (zip, rar, 7z), whether or not its names can be read.
    Archive,
    /// A document that is encrypted by itself (PDF, Office).
    Document,
}

/// Why the inside was not seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Unseen {
    /// An archive in an archive in an archive …
    TooDeep,
    /// More bytes than are unpacked.
    TooLarge,
    /// More members than are listed.
    TooMany,
    /// It breaks off, or contradicts itself.
    Damaged,
    /// An archive of a form that cannot be read.
    UnknownForm,
}

/// A file: an attachment, a part within the text, a member of an archive, a part of an attached message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Each name under which some mail program may show or save it, decoded (RFC 2047, RFC 2231) but not cleaned:
    /// `filename*`, `filename`, `name`; also the raw one where decoding fails. For a member, its path in the archive.
    pub names: Vec<String>,
    /// The declared media type: `application/pdf`. Empty for members.
    pub declared_type: String,
    /// What it is by its content.
    pub real_type: RealType,
    /// Its decoded size in bytes; for a member, unpacked.
    pub size: u64,
    /// What could be seen of its inside.
    pub look: Look,
}

impl File {
    /// A file of this name, of which nothing else is known.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self {
            names: vec![name.to_owned()],
            declared_type: String::new(),
            real_type: RealType::Unknown,
            size: 0,
            look: Look::Whole,
        }
    }
}

/// A file's place in its description.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct FileId(usize);

/// Where somebody is who gets the message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reach {
    /// In our domain.
    Ours,
    /// At another state body.
    State,
    /// Anywhere else.
    Outside,
}

/// A file and where it lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Placed {
    pub(super) file: File,
    /// The file in which it lies; always before it.
    pub(super) within: Option<usize>,
    /// The number of the attachment in which it lies, or which it is, from 1.
    pub(super) number: usize,
}

/// A message, as far as the content rule asks. Files are kept in one list, however deep they lie in one another: what a
/// hostile message nests does not nest here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Description {
    direction: Direction,
    mailbox: Option<MailboxKind>,
    unit_mailbox: Option<String>,
    category: Option<String>,
    limit: Option<u64>,
    files: Vec<Placed>,
    attachments: usize,
    marks: Vec<Found>,
    outside: u64,
}

impl Description {
    /// An empty message that goes this way.
    #[must_use]
    pub fn new(direction: Direction) -> Self {
        Self {
            direction,
            mailbox: None,
            unit_mailbox: None,
            category: None,
            limit: None,
            files: Vec::new(),
            attachments: 0,
            marks: Vec::new(),
            outside: 0,
        }
    }

    /// The mailbox that sends it; for one that arrives, the one that gets it.
    pub fn mailbox(&mut self, kind: MailboxKind) {
        self.mailbox = Some(kind);
    }

    /// The address of a unit mailbox that the sender may use instead.
    pub fn unit_mailbox(&mut self, address: &str) {
        self.unit_mailbox = Some(address.to_owned());
    }

    /// The kind of document that the sender has chosen (HCM.7.1): one of [`super::Rule::categories`].
    pub fn category(&mut self, name: &str) {
        self.category = Some(name.to_owned());
    }

    /// The mailbox may attach so many bytes: what is set for it or its place (TQ.9.2, SL.11.2), or was approved (QN.8.1), in
    /// place of what the regulation gives.
    pub fn limit(&mut self, bytes: u64) {
        self.limit = Some(bytes);
    }

    /// Adds an attachment.
    pub fn attach(&mut self, file: File) -> FileId {
        self.attachments += 1;
        self.place(file, None, self.attachments)
    }

    /// Adds a file that lies in another one. (One that is not of this description becomes an attachment.)
    pub fn within(&mut self, outer: FileId, file: File) -> FileId {
        match self.files.get(outer.0).map(|outer| outer.number) {
            Some(number) => self.place(file, Some(outer.0), number),
            None => self.attach(file),
        }
    }

    /// Adds marks of secrecy that [`super::secrecy::find`] saw in the subject, the text, or text of attachments. Those in
    /// the files' names need not be added.
    pub fn saw(&mut self, marks: &[Found]) {
        for mark in marks {
            if !self.marks.contains(mark) {
                self.marks.push(*mark);
            }
        }
    }

    /// Adds one who gets it.
    pub fn recipient(&mut self, reach: Reach) {
        self.outside = self
            .outside
            .saturating_add(u64::from(reach == Reach::Outside));
    }

    /// The sum of the decoded attachments, in bytes: "mỗi thư" is a message, not a file (QN.8.1, BS.6, HCM.4.2).
    #[must_use]
    pub fn attached(&self) -> u64 {
        let outer = self.files.iter().filter(|placed| placed.within.is_none());
        outer.fold(0, |sum: u64, placed| sum.saturating_add(placed.file.size))
    }

    fn place(&mut self, file: File, within: Option<usize>, number: usize) -> FileId {
        self.files.push(Placed {
            file,
            within,
            number,
        });
        FileId(self.files.len() - 1)
    }
}

/// What the rule reads.
impl Description {
    pub(super) fn direction(&self) -> Direction {
        self.direction
    }

    pub(super) fn kind(&self) -> Option<MailboxKind> {
        self.mailbox
    }

    pub(super) fn offered(&self) -> Option<&str> {
        self.unit_mailbox.as_deref()
    }

    pub(super) fn document(&self) -> Option<&str> {
        self.category.as_deref()
    }

    pub(super) fn set_limit(&self) -> Option<u64> {
        self.limit
    }

    pub(super) fn files(&self) -> &[Placed] {
        &self.files
    }

    pub(super) fn marks(&self) -> &[Found] {
        &self.marks
    }

    pub(super) fn outsiders(&self) -> u64 {
        self.outside
    }
}
