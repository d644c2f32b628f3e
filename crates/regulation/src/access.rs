//! The section `[access]`: whom the regulation covers, who keeps a unit mailbox, how it is handed over, who sees the
//! directory.

use toml::de::DeValue;

use crate::read::{Reader, Table, months, yes_or_no};
use crate::show::Rows;
use crate::{Cited, Profile};

/// A kind of organisation that has mailboxes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum OrganisationKind {
    /// Cơ quan, đơn vị nhà nước.
    State,
    /// Tổ chức đảng.
    Party,
    /// Đoàn thể.
    Mass,
    /// Cơ quan, đơn vị khác có nhu cầu (SL.1.2.a).
    Other,
}

/// How the head gives a unit mailbox into other hands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Delegation {
    /// In writing: the document's number is needed (TQ.11.2).
    Written,
    /// By assignment; no writing is asked for (SL.9.2).
    Assigned,
}

/// How many people keep a unit mailbox beside its head.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Keepers {
    /// One.
    One,
    /// Several (HCM.12.1).
    Several,
}

/// What a new head takes over.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum HandedOver {
    /// The account.
    Account,
    /// The password: in this system a new one, never the old one told on.
    Password,
    /// All that is in the mailbox.
    Data,
}

/// Who publishes the directory, and where.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Publicity {
    /// Each organisation, on its own page (QN.13.5).
    Organisations,
    /// The managing body, on the place's page (BS.6).
    Manager,
    /// Nobody outside the system.
    Internal,
}

/// Whom the regulation covers and who keeps a unit mailbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Access {
    /// The kinds of organisations that have mailboxes.
    pub covers: Cited<Vec<OrganisationKind>>,
    /// How a unit mailbox is given into other hands.
    pub delegation: Cited<Delegation>,
    /// How many people keep it.
    pub keepers: Cited<Keepers>,
    /// What a new head takes over.
    pub hand_over: Cited<Vec<HandedOver>>,
    /// Who publishes the directory.
    pub directory: Cited<Publicity>,
    /// Whether telephone numbers are published with it; not where nothing is said.
    pub phones: Option<Cited<bool>>,
    /// From what age in months mail of a unit mailbox is offered for clean-up (HCM.12.7).
    pub clean_up_months: Option<Cited<u32>>,
}

impl Access {
    /// Whether a delegation needs the number of the document that orders it.
    #[must_use]
    pub fn delegation_needs_document(&self) -> bool {
        self.delegation.value == Delegation::Written
    }

    /// Whether everybody who may see the published directory sees telephone numbers in it.
    #[must_use]
    pub fn publishes_phones(&self) -> bool {
        self.phones.as_ref().is_some_and(|phones| phones.value)
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let covers = join(&self.covers.value, |kind| match kind {
            OrganisationKind::State => "cơ quan nhà nước",
            OrganisationKind::Party => "tổ chức đảng",
            OrganisationKind::Mass => "đoàn thể",
            OrganisationKind::Other => "cơ quan, đơn vị khác có nhu cầu",
        });
        rows.add(
            "access.covers",
            "Đối tượng áp dụng",
            covers,
            &self.covers.source,
        );
        let delegation = match self.delegation.value {
            Delegation::Written => "bằng văn bản (ghi số văn bản)",
            Delegation::Assigned => "ủy quyền hoặc phân công, không cần số văn bản",
        };
        let label = "Ủy quyền quản lý hộp thư cơ quan, đơn vị";
        rows.add(
            "access.delegation",
            label,
            delegation,
            &self.delegation.source,
        );
        let keepers = match self.keepers.value {
            Keepers::One => "một người",
            Keepers::Several => "một số người",
        };
        let label = "Số người được ủy quyền một hộp thư";
        rows.add("access.keepers", label, keepers, &self.keepers.source);
        let handed = join(&self.hand_over.value, |what| match what {
            HandedOver::Account => "tài khoản",
            HandedOver::Password => "mật khẩu (đặt lại)",
            HandedOver::Data => "toàn bộ dữ liệu",
        });
        rows.add(
            "access.hand_over",
            "Bàn giao khi thay đổi thủ trưởng",
            handed,
            &self.hand_over.source,
        );
        let directory = match self.directory.value {
            Publicity::Organisations => "mỗi cơ quan đăng trên cổng, trang thông tin của mình",
            Publicity::Manager => "cơ quan quản lý công bố công khai",
            Publicity::Internal => "trong nội bộ hệ thống",
        };
        rows.add(
            "access.directory",
            "Công bố danh bạ",
            directory,
            &self.directory.source,
        );
        if let Some(phones) = &self.phones {
            let value = if phones.value { "có" } else { "không" };
            let label = "Công bố số điện thoại trong danh bạ";
            rows.add("access.phones", label, value, &phones.source);
        }
        if let Some(months) = &self.clean_up_months {
            let value = format!("quá {:02} tháng", months.value);
            rows.add(
                "access.clean_up_months",
                "Thư được đề nghị dọn dẹp",
                value,
                &months.source,
            );
        }
    }
}

fn join<T: Copy>(items: &[T], name: fn(T) -> &'static str) -> String {
    items
        .iter()
        .map(|item| name(*item))
        .collect::<Vec<_>>()
        .join(", ")
}

impl Profile {
    /// Whom the regulation covers and who keeps a unit mailbox.
    #[must_use]
    pub fn access(&self) -> &Access {
        &self.access
    }
}

/// Reads `[access]`.
pub(crate) fn access<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<Access> {
    let mut table = reader.table(top, "access")?;
    let covers = reader.cited(&mut table, "covers", covers);
    let delegation = reader.cited(&mut table, "delegation", delegation);
    let keepers = reader.cited(&mut table, "keepers", keepers);
    let hand_over = reader.cited(&mut table, "hand_over", hand_over);
    let directory = reader.cited(&mut table, "directory", publicity);
    let phones = reader.optional_cited(&mut table, "phones", yes_or_no);
    let clean_up_months = reader.optional_cited(&mut table, "clean_up_months", months);
    reader.close(&table);
    Some(Access {
        covers: covers?,
        delegation: delegation?,
        keepers: keepers?,
        hand_over: hand_over?,
        directory: directory?,
        phones: phones?,
        clean_up_months: clean_up_months?,
    })
}

/// One of a few words, or a list of them.
fn list<T: Copy>(value: &DeValue<'_>, known: &[(&str, T)]) -> Option<Vec<T>> {
    let one = |text: &str| {
        known
            .iter()
            .find(|(name, _)| *name == text)
            .map(|(_, value)| *value)
    };
    let list: Option<Vec<T>> = value
        .as_array()?
        .iter()
        .map(|item| item.get_ref().as_str().and_then(one))
        .collect();
    list.filter(|list| !list.is_empty())
}

fn covers(value: &DeValue<'_>) -> Result<Vec<OrganisationKind>, &'static str> {
    let known = [
        ("state", OrganisationKind::State),
        ("party", OrganisationKind::Party),
        ("mass", OrganisationKind::Mass),
        ("other", OrganisationKind::Other),
    ];
    list(value, &known).ok_or("danh sách chọn từ \"state\", \"party\", \"mass\", \"other\"")
}

fn delegation(value: &DeValue<'_>) -> Result<Delegation, &'static str> {
    match value.as_str() {
        Some("written") => Ok(Delegation::Written),
        Some("assigned") => Ok(Delegation::Assigned),
        _ => Err("\"written\" hoặc \"assigned\""),
    }
}

fn keepers(value: &DeValue<'_>) -> Result<Keepers, &'static str> {
    match value.as_str() {
        Some("one") => Ok(Keepers::One),
        Some("several") => Ok(Keepers::Several),
        _ => Err("\"one\" hoặc \"several\""),
    }
}

fn hand_over(value: &DeValue<'_>) -> Result<Vec<HandedOver>, &'static str> {
    let known = [
        ("account", HandedOver::Account),
        ("password", HandedOver::Password),
        ("data", HandedOver::Data),
    ];
    list(value, &known).ok_or("danh sách chọn từ \"account\", \"password\", \"data\"")
}

fn publicity(value: &DeValue<'_>) -> Result<Publicity, &'static str> {
    match value.as_str() {
        Some("organisations") => Ok(Publicity::Organisations),
        Some("manager") => Ok(Publicity::Manager),
        Some("internal") => Ok(Publicity::Internal),
        _ => Err("\"organisations\", \"manager\" hoặc \"internal\""),
    }
}
