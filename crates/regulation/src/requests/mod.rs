//! The sections `[requests]` and `[[request]]`: by what way each kind of request comes, who passes it to whom, on which
//! form, by when it is done, and who is told.

mod read;
mod show;

pub(crate) use read::{fields, kind, mailbox, requests};

use crate::calendar::{Answer, Calendar, DayOff, Term};
use crate::{Cited, Date, MailboxKind, Profile, Refusal};

/// What is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum RequestKind {
    /// Cấp mới.
    Issue,
    /// Thay đổi, sửa đổi thông tin.
    Change,
    /// Thu hồi, hủy bỏ.
    Revoke,
    /// Khôi phục hộp thư tạm khóa.
    Restore,
    /// Cấp lại mật khẩu.
    Password,
    /// Dung lượng vượt mức tối đa.
    Quota,
    /// Đồng bộ với tài khoản Chính quyền điện tử (QN.5.3).
    Sync,
    /// Cập nhật danh bạ.
    Directory,
}

impl RequestKind {
    /// All kinds.
    pub const ALL: [Self; 8] = [
        Self::Issue,
        Self::Change,
        Self::Revoke,
        Self::Restore,
        Self::Password,
        Self::Quota,
        Self::Sync,
        Self::Directory,
    ];

    /// Its name in a profile: `issue`.
    #[must_use]
    pub fn id(self) -> &'static str {
        match self {
            Self::Issue => "issue",
            Self::Change => "change",
            Self::Revoke => "revoke",
            Self::Restore => "restore",
            Self::Password => "password",
            Self::Quota => "quota",
            Self::Sync => "sync",
            Self::Directory => "directory",
        }
    }

    /// What it is called, in Vietnamese.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Issue => "cấp mới hộp thư",
            Self::Change => "thay đổi thông tin hộp thư",
            Self::Revoke => "thu hồi hộp thư",
            Self::Restore => "khôi phục hộp thư bị tạm khóa",
            Self::Password => "cấp lại mật khẩu",
            Self::Quota => "dung lượng vượt mức tối đa",
            Self::Sync => "đồng bộ tài khoản",
            Self::Directory => "cập nhật danh bạ",
        }
    }
}

/// A way by which a request comes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// The province's document system.
    Documents,
    /// An official letter (công văn, văn bản), on paper or signed.
    Letter,
    /// A message from the organisation's own mailbox.
    UnitMailbox,
    /// The system's own function, without anybody's decision (TQ.12.2).
    SelfService,
    /// A notice by telephone or in person.
    Notice,
}

/// A way by which a request is accepted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Channel {
    /// The way.
    pub way: Way,
    /// The address that a message goes to (HCM.6.1).
    pub to: Option<String>,
    /// Only for mailboxes of this kind (HCM.8.1.a); for all where it is none.
    pub only: Option<MailboxKind>,
}

/// Who is told what became of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Told {
    /// The organisation that asked.
    Organisation,
    /// The managing department gets a copy (TQ.7.3).
    Managing,
}

/// Something a request must tell (QN.5.3).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Field {
    /// Its name among the fields: `full-name`.
    pub id: String,
    /// A line above it that is not filled in, as a form prints it.
    pub heading: Option<String>,
    /// What it is called, as printed.
    pub label: String,
    /// Whether it may not be left out.
    pub required: bool,
}

/// What the regulation says of one kind of request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestRule {
    pub(crate) kind: Cited<RequestKind>,
    pub(crate) channels: Vec<Cited<Channel>>,
    pub(crate) steps: Vec<Cited<String>>,
    pub(crate) form: Option<String>,
    pub(crate) accepts: Vec<String>,
    pub(crate) fields: Vec<Field>,
    pub(crate) deadline: Option<Cited<Term>>,
    pub(crate) result: Cited<Vec<Told>>,
    pub(crate) reason_on_refusal: Cited<bool>,
}

impl RequestRule {
    /// What is asked for, with the clause that speaks of it.
    #[must_use]
    pub fn kind(&self) -> &Cited<RequestKind> {
        &self.kind
    }

    /// The ways by which it is accepted, each with its clause; by no other.
    #[must_use]
    pub fn channels(&self) -> &[Cited<Channel>] {
        &self.channels
    }

    /// Who has it in hand, in order: the one that asks first, the one that carries it out last (HCM.6.2: unit, office,
    /// the city's department).
    #[must_use]
    pub fn steps(&self) -> &[Cited<String>] {
        &self.steps
    }

    /// The id of the form that is made for it.
    #[must_use]
    pub fn form(&self) -> Option<&str> {
        self.form.as_deref()
    }

    /// Whether a request on this form is accepted: the one that is made, or another that the text names (QN.7.3).
    #[must_use]
    pub fn accepts_form(&self, id: &str) -> bool {
        self.form() == Some(id) || self.accepts.iter().any(|accepted| accepted == id)
    }

    /// What the request must tell beyond its form.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// The fields that must be told and are not among these ids.
    #[must_use]
    pub fn missing(&self, told: &[&str]) -> Vec<&Field> {
        self.fields
            .iter()
            .filter(|field| field.required && !told.contains(&field.id.as_str()))
            .collect()
    }

    /// In what time it is done: what the text sets, else the local setting.
    #[must_use]
    pub fn deadline(&self) -> Option<&Cited<Term>> {
        self.deadline.as_ref()
    }

    /// The last day for a request that was received on this day; none where neither the text nor a local setting sets a time. A term that ends on a
    /// day off ends on the next working day.
    #[must_use]
    pub fn due(&self, received: Date, calendar: &Calendar) -> Option<Answer<Date>> {
        let term = self.deadline()?.value;
        Some(calendar.deadline(received, term, DayOff::NextWorkingDay))
    }

    /// Who is told what became of it.
    #[must_use]
    pub fn result(&self) -> &Cited<Vec<Told>> {
        &self.result
    }

    /// Whether a refusal must give its reason (SL.7.3).
    #[must_use]
    pub fn reason_on_refusal(&self) -> &Cited<bool> {
        &self.reason_on_refusal
    }

    /// Whether a request for a mailbox of this kind may come by this way.
    #[must_use]
    pub fn comes_by(&self, way: Way, kind: MailboxKind) -> Option<&Cited<Channel>> {
        self.channels.iter().find(|channel| {
            channel.value.way == way && channel.value.only.is_none_or(|only| only == kind)
        })
    }
}

impl Profile {
    /// What the regulation says of each kind of request it knows.
    #[must_use]
    pub fn requests(&self) -> &[RequestRule] {
        &self.requests
    }

    /// What it says of one kind; none where it does not know it.
    #[must_use]
    pub fn request(&self, kind: RequestKind) -> Option<&RequestRule> {
        self.requests.iter().find(|rule| rule.kind.value == kind)
    }

    /// Whether a request may come by a way.
    ///
    /// # Errors
    /// That the kind is not known here, or the ways that it may come by, with their clause (HCM.6.2).
    pub fn check_channel(
        &self,
        kind: RequestKind,
        way: Way,
        mailbox: MailboxKind,
    ) -> Result<&Cited<Channel>, Refusal> {
        let Some(rule) = self.request(kind) else {
            let text = format!("Quy chế không có yêu cầu {}.", kind.title());
            return Err(self.refusal(text, &crate::Source::Local));
        };
        if let Some(channel) = rule.comes_by(way, mailbox) {
            return Ok(channel);
        }
        let open: Vec<&Cited<Channel>> = rule
            .channels
            .iter()
            .filter(|channel| channel.value.only.is_none_or(|only| only == mailbox))
            .collect();
        let ways: Vec<String> = open
            .iter()
            .map(|channel| channel.value.to_string())
            .collect();
        let text = format!(
            "Yêu cầu {} chỉ được nhận qua {}.",
            kind.title(),
            ways.join(" hoặc ")
        );
        let source = open
            .first()
            .map_or(&rule.kind.source, |channel| &channel.source);
        Err(self.refusal(text, source))
    }
}
