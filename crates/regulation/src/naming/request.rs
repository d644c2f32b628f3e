//! What is asked: whose address, with its context and what is taken.

use super::Taken;
use super::fold::fold;

/// Whose address it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Cơ quan, đơn vị of the province, a district or a town.
    Unit,
    /// Cơ quan, đơn vị of a commune (xã, phường, thị trấn).
    Commune,
    /// Phòng, ban, đơn vị trực thuộc: whatever is named under an organisation, a branch (chi cục) too.
    Subunit,
    /// Cá nhân.
    Person,
    /// Nhóm hộp thư.
    Group,
    /// A person's account of the e-government platform (QN.5.1), not an address.
    Account,
    /// The address that follows such an account, which is given as the name (QN.5.1).
    AccountAddress,
}

impl Kind {
    /// All kinds.
    pub const ALL: [Self; 7] = [
        Self::Unit,
        Self::Commune,
        Self::Subunit,
        Self::Person,
        Self::Group,
        Self::Account,
        Self::AccountAddress,
    ];

    /// Whether it is named by the parts of a person's name.
    #[must_use]
    pub fn is_person(self) -> bool {
        matches!(self, Self::Person | Self::Account)
    }

    /// What it is called, in Vietnamese.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Unit => "cơ quan, đơn vị",
            Self::Commune => "cơ quan cấp xã",
            Self::Subunit => "phòng, ban, đơn vị trực thuộc",
            Self::Person => "cá nhân",
            Self::Group => "nhóm",
            Self::Account => "tài khoản Chính quyền điện tử",
            Self::AccountAddress => "địa chỉ theo tài khoản Chính quyền điện tử",
        }
    }
}

/// A part of a person's name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Part {
    /// Họ.
    Family,
    /// Đệm.
    Middle,
    /// Tên.
    Given,
}

/// A person's name in its three parts, whichever of them the person's people says first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PersonName {
    /// Họ; may be empty.
    pub family: String,
    /// Đệm; may be empty.
    pub middle: String,
    /// Tên.
    pub given: String,
}

impl PersonName {
    /// Reads `Họ|đệm|tên`; a missing middle is empty (`Trần||Hoàn`).
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('|').map(str::trim);
        let (family, middle, given) = (parts.next()?, parts.next()?, parts.next()?);
        parts.next().is_none().then(|| Self {
            family: family.to_owned(),
            middle: middle.to_owned(),
            given: given.to_owned(),
        })
    }

    /// One part.
    #[must_use]
    pub fn part(&self, part: Part) -> &str {
        match part {
            Part::Family => &self.family,
            Part::Middle => &self.middle,
            Part::Given => &self.given,
        }
    }

    /// Whether the whole names are the same without marks (TQ.5.2 "trùng hoàn toàn cả họ và tên không dấu").
    #[must_use]
    pub fn is_same_without_marks(&self, other: &Self) -> bool {
        self.folded() == other.folded()
    }

    fn folded(&self) -> String {
        fold(&format!("{} {} {}", self.family, self.middle, self.given))
    }
}

/// What is to be named.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Name {
    /// A person.
    Person(PersonName),
    /// Anything else: its name in words.
    Words(String),
}

/// Where it belongs. Short names are local parts or pieces of them (`skhcn`, `hl`).
#[derive(Debug, Clone, Copy, Default)]
pub struct Context<'a> {
    /// The organisation, by the local part of its address: `sttvtt`, `ubndhalong`.
    pub unit: Option<&'a str>,
    /// The organisation's own suffix, where it differs from its address: `hl` for the people's committee of Hạ Long.
    pub suffix: Option<&'a str>,
    /// The suffix of the place above a commune: `hl`.
    pub parent: Option<&'a str>,
    /// A person's year of birth.
    pub born: Option<u16>,
    /// The retired address that this very person or body had, as the register knows and no name can tell: it is given
    /// again (BS.7.đ4).
    pub former: Option<&'a str>,
}

/// A question to the naming engine.
#[derive(Clone, Copy)]
pub struct Request<'a> {
    /// Whose address.
    pub kind: Kind,
    /// The name.
    pub name: &'a Name,
    /// Where it belongs.
    pub context: Context<'a>,
    /// What nobody can have any more.
    pub taken: &'a dyn Taken,
}

/// The question cannot be answered as it was put.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NamingError {
    /// Nothing of the name can stand in an address.
    #[error("tên không có chữ nào viết được trong địa chỉ")]
    NoLetters,
    /// A letter of another script, or one without a fold.
    #[error(
        "chữ “{0}” (U+{code:04X}) trong tên không viết được bằng a–z: sửa lại tên, hoặc gõ lại bằng chữ Việt",
        code = u32::from(*.0)
    )]
    NoFold(char),
    /// The former address is not among the retired ones, or somebody else's.
    #[error("không cấp lại được {0}: {1}")]
    NotFormer(String, &'static str),
    /// A name in words where the three parts of a person's name are needed, or the other way round.
    #[error("{} cần {}", .0.title(), if .0.is_person() { "tên theo dạng Họ|đệm|tên" } else { "tên viết liền một dòng, không theo dạng Họ|đệm|tên" })]
    WrongName(Kind),
    /// The organisation is not given.
    #[error("cần tên viết tắt của cơ quan, đơn vị (ví dụ skhcn)")]
    NoUnit,
    /// The place above is not given.
    #[error("cần tên viết tắt của địa phương cấp trên (ví dụ hl)")]
    NoParent,
    /// A short name in the context that cannot stand in an address.
    #[error(
        "“{0}” không dùng được trong địa chỉ: cần chữ thường a–z, chữ số, các phần cách nhau bằng dấu chấm, không quá 40 ký tự"
    )]
    BadContext(String),
    /// A year of birth that nobody has.
    #[error("năm sinh {0} không hợp lý")]
    BadYear(u16),
    /// A name so long that it can only be a mistake.
    #[error("tên quá dài: không quá {0} ký tự")]
    TooLong(usize),
    /// The profile does not name this kind.
    #[error("quy chế này không đặt tên cho {}", .0.title())]
    NoPattern(Kind),
}
