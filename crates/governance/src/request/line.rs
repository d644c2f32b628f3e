//! What one line of a request asks for.

use congvu_regulation::Date;
use congvu_regulation::requests::RequestKind;
use serde::{Deserialize, Serialize};

use crate::mailbox::Issue;

/// What is asked for one mailbox, account or person.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "ask", rename_all = "kebab-case")]
pub enum Ask {
    /// Cấp mới.
    Issue(Issue),
    /// Thay đổi: what is left out stays.
    Change {
        /// The mailbox's address.
        address: String,
        /// Its holder's title.
        #[serde(default)]
        title: Option<String>,
        /// Telephone.
        #[serde(default)]
        phone: Option<String>,
        /// Family, middle and given name.
        #[serde(default)]
        name: Option<(String, String, String)>,
        /// The address before the @ that it gets; the old one stays an alias (QN.6.3.b).
        #[serde(default)]
        local_part: Option<String>,
        /// The organisation it moves to.
        #[serde(default)]
        organisation: Option<i64>,
    },
    /// Thu hồi.
    Revoke {
        /// The mailbox's address.
        address: String,
        /// Why: retirement, leaving, merger …
        #[serde(default)]
        reason: String,
    },
    /// Khôi phục.
    Restore {
        /// The mailbox's address.
        address: String,
    },
    /// Cấp lại mật khẩu.
    Password {
        /// The mailbox's address.
        address: String,
    },
    /// More room.
    Quota {
        /// The mailbox's address.
        address: String,
        /// Bytes.
        bytes: u64,
        /// For what.
        #[serde(default)]
        reason: String,
    },
    /// A reason for not using it.
    Reason {
        /// The mailbox's address.
        address: String,
        /// Why.
        reason: String,
        /// The last day it counts.
        until: String,
    },
    /// Đồng bộ tài khoản (QN.5.3).
    Sync {
        /// Họ tên.
        full_name: String,
        /// Phòng ban, đơn vị.
        sub_unit: String,
        /// Chức vụ.
        title: String,
        /// Telephone.
        phone: String,
        /// The account, where there is one.
        #[serde(default)]
        account: Option<String>,
        /// The address, where there is one.
        #[serde(default)]
        address: Option<String>,
    },
}

impl Ask {
    /// The kind of request it belongs to.
    #[must_use]
    pub fn kind(&self) -> RequestKind {
        match self {
            Self::Issue(_) => RequestKind::Issue,
            Self::Change { .. } | Self::Reason { .. } => RequestKind::Change,
            Self::Revoke { .. } => RequestKind::Revoke,
            Self::Restore { .. } => RequestKind::Restore,
            Self::Password { .. } => RequestKind::Password,
            Self::Quota { .. } => RequestKind::Quota,
            Self::Sync { .. } => RequestKind::Sync,
        }
    }

    /// Whether a request of this kind may ask for it: what changes in the directory is told of holders, whose addresses stay.
    #[must_use]
    pub fn serves(&self, kind: RequestKind) -> bool {
        match (self, kind) {
            (
                Self::Change {
                    local_part: None,
                    organisation: None,
                    ..
                },
                RequestKind::Directory,
            ) => true,
            _ => self.kind() == kind,
        }
    }

    /// The mailbox it is about.
    #[must_use]
    pub fn address(&self) -> Option<&str> {
        match self {
            Self::Issue(_) => None,
            Self::Change { address, .. }
            | Self::Revoke { address, .. }
            | Self::Restore { address }
            | Self::Password { address }
            | Self::Quota { address, .. }
            | Self::Reason { address, .. } => Some(address),
            Self::Sync { address, .. } => address.as_deref(),
        }
    }

    /// Whom or what it is about, for people.
    #[must_use]
    pub fn about(&self) -> String {
        match self {
            Self::Issue(issue) => match &issue.holder {
                crate::mailbox::Holder::Person(person) => person.full_name(),
                crate::mailbox::Holder::Unit { .. } => "hộp thư cơ quan, đơn vị".to_owned(),
            },
            Self::Sync { full_name, .. } => full_name.clone(),
            other => other.address().unwrap_or_default().to_owned(),
        }
    }

    /// What is wrong with it before anything is looked up.
    pub(super) fn fault(&self) -> Option<String> {
        match self {
            Self::Reason { reason, until, .. } => {
                if reason.trim().is_empty() {
                    return Some("Cần nêu lý do.".to_owned());
                }
                until
                    .parse::<Date>()
                    .err()
                    .map(|_| "Ngày hết hiệu lực của lý do không đọc được.".to_owned())
            }
            Self::Sync {
                full_name,
                sub_unit,
                title,
                phone,
                ..
            } => {
                let missing: Vec<&str> = [
                    ("họ và tên", full_name),
                    ("phòng ban - đơn vị", sub_unit),
                    ("chức vụ", title),
                    ("số điện thoại", phone),
                ]
                .iter()
                .filter(|(_, value)| value.trim().is_empty())
                .map(|(label, _)| *label)
                .collect();
                (!missing.is_empty())
                    .then(|| format!("Thiếu thông tin: {} (QN.5.3).", missing.join(", ")))
            }
            Self::Issue(issue) => match &issue.holder {
                crate::mailbox::Holder::Person(person) if person.given.trim().is_empty() => {
                    Some("Thiếu tên của cá nhân.".to_owned())
                }
                _ => None,
            },
            Self::Quota { bytes: 0, .. } => Some("Thiếu dung lượng đề nghị.".to_owned()),
            _ => None,
        }
    }
}
