//! What the content rule is concerned with; each has an effect of its own in the profile.

/// Something about a message that a rule has an effect for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Concern {
    /// A file that runs (QN.2.7, QN.15.6).
    Executable,
    /// An archive with a password (QN.2.8, QN.15.6).
    EncryptedArchive,
    /// A document with a password: no text names it, and no scanner reads it.
    EncryptedDocument,
    /// An archive whose inside could not be seen.
    Unreadable,
    /// More attached than the limit (QN.8.1, BS.6, HCM.4.2).
    Size,
    /// A mark of secrecy that stands as a stamp does (QN.11.2, BS.4, SL.4.2.c, TQ.4, HCM.7.1).
    SecrecyStamp,
    /// A mark of secrecy in running text: it may only be spoken of.
    SecrecyMention,
    /// A kind of file that is not on the list of those allowed (QN.12.2, SL.3.3, TQ.3.3).
    Kind,
    /// A file name that shows itself as something else.
    Disguise,
    /// A document sent from a personal mailbox (QN.11.1.cn).
    PersonalMailbox,
    /// Somebody outside state bodies is among those who get it.
    Outside,
}

impl Concern {
    /// All, in the order of a profile's file.
    pub const ALL: [Self; 11] = [
        Self::Executable,
        Self::EncryptedArchive,
        Self::EncryptedDocument,
        Self::Unreadable,
        Self::Size,
        Self::SecrecyStamp,
        Self::SecrecyMention,
        Self::Kind,
        Self::Disguise,
        Self::PersonalMailbox,
        Self::Outside,
    ];

    /// Its table and key below `[content]`.
    pub(crate) fn key(self) -> (&'static str, &'static str) {
        match self {
            Self::Executable => ("executables", "effect"),
            Self::EncryptedArchive => ("encrypted", "archives"),
            Self::EncryptedDocument => ("encrypted", "documents"),
            Self::Unreadable => ("unreadable", "effect"),
            Self::Size => ("size", "effect"),
            Self::SecrecyStamp => ("secrecy", "stamp"),
            Self::SecrecyMention => ("secrecy", "mention"),
            Self::Kind => ("kinds", "effect"),
            Self::Disguise => ("disguise", "effect"),
            Self::PersonalMailbox => ("documents", "from_personal"),
            Self::Outside => ("recipients", "outside"),
        }
    }

    /// What it is called in Vietnamese.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Executable => "Tệp thực thi",
            Self::EncryptedArchive => "Tệp nén có mã hóa",
            Self::EncryptedDocument => "Tài liệu có mật khẩu",
            Self::Unreadable => "Tệp nén không kiểm tra được",
            Self::Size => "Tệp đính kèm vượt dung lượng",
            Self::SecrecyStamp => "Dấu chỉ độ mật",
            Self::SecrecyMention => "Dấu chỉ độ mật nằm trong lời văn",
            Self::Kind => "Loại tệp ngoài danh mục",
            Self::Disguise => "Tên tệp ngụy trang",
            Self::PersonalMailbox => "Văn bản gửi từ hộp thư cá nhân",
            Self::Outside => "Người nhận ngoài cơ quan nhà nước",
        }
    }

    /// Whether a message may be held for it. What bears a mark of secrecy may not: whoever lets go what is held would
    /// read it.
    pub(crate) fn may_hold(self) -> bool {
        !matches!(self, Self::SecrecyStamp | Self::SecrecyMention)
    }
}
