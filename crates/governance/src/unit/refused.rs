//! Why something about a unit mailbox is not done.

use congvu_store::StoreError;

/// Why it is not done; for the person who asked, with the clause.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// There is no such unit mailbox.
    #[error(
        "đây không phải hộp thư cơ quan, đơn vị đang dùng; hộp thư cá nhân không giao cho người khác (BS.III.9)"
    )]
    NotAUnit,
    /// Somebody else says who keeps it.
    #[error(
        "chỉ thủ trưởng, đầu mối của cơ quan hoặc người được giao quản lý mới giao được hộp thư này (TQ.11.1)"
    )]
    NotYours,
    /// A keeper gives only what a keeper may give.
    #[error("quyền quản lý hộp thư chỉ do thủ trưởng hoặc đầu mối của cơ quan giao (TQ.11.2)")]
    ManageIsTheHeads,
    /// There is no such account, it is no person's, or nobody signs in with it.
    #[error(
        "người được giao phải có tài khoản cá nhân đang dùng: mỗi người đăng nhập bằng tài khoản của mình (HCM.12.1)"
    )]
    NotAPerson,
    /// They work elsewhere.
    #[error("{0} không thuộc cơ quan, đơn vị có hộp thư này (TQ.11.2)")]
    Elsewhere(String),
    /// No rights, or writing without reading.
    #[error("phải giao ít nhất một quyền; người sắp xếp hoặc quản lý hộp thư phải được đọc")]
    NoRights,
    /// The period is over, or begins in the past.
    #[error("thời hạn giao đã qua, hoặc kết thúc trước khi bắt đầu")]
    Past,
    /// The document's number is missing.
    #[error("việc giao hộp thư phải bằng văn bản: hãy ghi số văn bản ủy quyền ({0})")]
    NeedsDocument(String),
    /// One keeper at a time.
    #[error("hộp thư đã giao cho {keeper}; quy chế cho một người quản lý hộp thư ({clause})")]
    OneKeeper {
        /// Who keeps it.
        keeper: String,
        /// Why there is no second.
        clause: String,
    },
    /// They keep it already.
    #[error("{0} đang được giao hộp thư này; hãy sửa việc giao đó")]
    Already(String),
    /// There is no such delegation, or it was ended.
    #[error("không có việc giao này, hoặc đã kết thúc")]
    Ended,
    /// The account that signs in to it needs a new password.
    #[error("bàn giao phải đặt mật khẩu mới cho tài khoản của hộp thư (TQ.11.3, HCM.12.2)")]
    NeedsPassword,
    /// There is no such message in it.
    #[error("không có thư này trong hộp thư")]
    NoMessage,
    /// Somebody else has it in hand.
    #[error("{0} đang xử lý thư này")]
    Taken(String),
    /// Nobody has it in hand, or somebody else.
    #[error("bạn không giữ thư này")]
    NotHeld,
    /// A note says nothing, or too much.
    #[error("ghi chú phải có chữ, và không quá {0} ký tự")]
    NoWords(usize),
    /// The actor, or who is to handle it, does not keep the mailbox.
    #[error("{0} không được giao hộp thư này")]
    NotAKeeper(String),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Refused {
    /// For protocols that carry no Vietnamese.
    #[must_use]
    pub fn english(&self) -> String {
        match self {
            Self::NotAUnit => "Not a unit mailbox in use; nobody keeps another person's mailbox (BS.III.9)".into(),
            Self::NotYours => {
                "Only the head or the contact person of the agency, or who was given that right, may do this (TQ.11.1)"
                    .into()
            }
            Self::ManageIsTheHeads => "Only the head or the contact person may give the right to manage (TQ.11.2)".into(),
            Self::NotAPerson => "A keeper needs a personal account in use (HCM.12.1)".into(),
            Self::Elsewhere(_) => "This person does not belong to the agency (TQ.11.2)".into(),
            Self::NoRights => "No rights, or rights that need the right to read".into(),
            Self::Past => "The period is over".into(),
            Self::NeedsDocument(clause) => format!(
                "The number of the document that delegates this mailbox is needed ({clause}), ask your operating centre"
            ),
            Self::OneKeeper { clause, .. } => format!("This mailbox has a keeper, and may have one only ({clause})"),
            Self::Already(_) => "This person keeps the mailbox already".into(),
            Self::Ended => "No such delegation".into(),
            Self::NeedsPassword => "A new password is needed (TQ.11.3)".into(),
            Self::NoMessage => "No such message".into(),
            Self::Taken(_) => "Somebody else is handling this message".into(),
            Self::NotHeld => "You do not have this message in hand".into(),
            Self::NoWords(_) => "A note needs words, and not too many".into(),
            Self::NotAKeeper(_) => "Not a keeper of this mailbox".into(),
            Self::Store(_) => "Temporarily unavailable, try again later".into(),
        }
    }
}

impl From<Refused> for crate::Refused {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Store(error) => Self::Store(error),
            Refused::NotYours | Refused::ManageIsTheHeads | Refused::NotAKeeper(_) => {
                Self::Forbidden(refused.to_string())
            }
            Refused::NotAUnit | Refused::NotAPerson | Refused::NoMessage | Refused::Ended => {
                Self::Missing(refused.to_string())
            }
            Refused::Already(_)
            | Refused::Taken(_)
            | Refused::NotHeld
            | Refused::OneKeeper { .. } => Self::State(refused.to_string()),
            refused => Self::Bad(refused.to_string()),
        }
    }
}
