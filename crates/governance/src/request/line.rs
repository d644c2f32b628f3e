//! What one line of a request asks for.

use congvu_regulation::Date;
use congvu_regulation::requests::RequestKind;
use serde::{Deserialize, Serialize};

use crate::mailbox::Issue;
use crate::texts;

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
        /// They use nothing but mail: the account serves the synchronisation alone (QN.5.2).
        #[serde(default)]
        mail_only: bool,
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

    /// Whether what is kept is what was asked, but for an address that was agreed on later.
    #[must_use]
    pub fn is_same_as(&self, asked: &Self) -> bool {
        let mut kept = self.clone();
        match (&mut kept, asked) {
            (Self::Issue(kept), Self::Issue(asked)) => {
                kept.local_part.clone_from(&asked.local_part);
            }
            (
                Self::Change { local_part, .. },
                Self::Change {
                    local_part: asked, ..
                },
            ) => local_part.clone_from(asked),
            _ => {}
        }
        kept == *asked
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
        let told = serde_json::to_value(self);
        if !told.is_ok_and(|told| texts::is_plain_value(&told)) {
            return Some("Có ký tự điều khiển trong nội dung; hãy nhập lại.".to_owned());
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    fn quota(bytes: u64) -> Ask {
        Ask::Quota {
            address: "a@tinh.example".to_owned(),
            bytes,
            reason: String::new(),
        }
    }

    fn change(phone: &str, local_part: Option<&str>) -> Ask {
        Ask::Change {
            address: "a@tinh.example".to_owned(),
            title: None,
            phone: Some(phone.to_owned()),
            name: None,
            local_part: local_part.map(str::to_owned),
            organisation: None,
        }
    }

    #[test]
    fn what_comes_again_is_the_same_but_for_an_address_agreed_on() {
        assert!(quota(1).is_same_as(&quota(1)));
        assert!(!quota(1).is_same_as(&quota(2)));
        assert!(change("1", Some("a")).is_same_as(&change("1", None)));
        assert!(!change("1", None).is_same_as(&change("2", None)));
    }
}
