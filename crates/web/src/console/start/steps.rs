//! The steps to the first message, and which are done.

use std::path::Path;

use congvu_governance::Role;
use congvu_store::begun::Begun;
use congvu_store::{OrganisationId, StoreResult, Tx, account, role};

use super::DNS;
use super::dns::Checked;
use crate::console::chart::number;
use crate::site::{Lang, full, named_day};

/// An order of two persons wants two who decide.
const DECIDERS: usize = 2;

/// A step.
pub(super) struct Step {
    pub(super) title: &'static str,
    pub(super) is_done: bool,
    /// What is there, or what is not.
    pub(super) says: String,
    pub(super) href: &'static str,
    pub(super) act: &'static str,
}

/// The certificate that is shown to others.
pub(super) enum Certificate {
    /// None: nothing is enciphered.
    None,
    /// The file cannot be read.
    Unreadable,
    /// The one that came with the installation.
    Own,
    /// One of somebody whom others trust, until then (ms).
    Until(i64),
}

impl Certificate {
    pub(super) fn of(path: Option<&Path>) -> Self {
        let Some(path) = path else { return Self::None };
        let Ok(pem) = std::fs::read(path) else {
            return Self::Unreadable;
        };
        match congvu_wire::valid_until(&pem) {
            None => Self::Unreadable,
            Some(_) if congvu_wire::is_self_signed(&pem) => Self::Own,
            Some(until) => Self::Until(until),
        }
    }
}

/// Who has a role at the top itself: what they sign in with.
pub(super) struct Entrusted {
    deciding: Vec<String>,
    operating: Vec<String>,
}

pub(super) fn entrusted(tx: &mut Tx<'_>, top: OrganisationId) -> StoreResult<Entrusted> {
    let mut of = |role: Role| -> StoreResult<Vec<String>> {
        let mut logins = Vec::new();
        for holder in role::holders(tx, role.name(), top)? {
            logins.extend(account::get(tx, holder)?.map(|account| account.login));
        }
        Ok(logins)
    };
    Ok(Entrusted {
        deciding: of(Role::Decide)?,
        operating: of(Role::Operate)?,
    })
}

/// What the steps are told from.
pub(super) struct Known {
    pub(super) regulation: String,
    pub(super) domains: Vec<String>,
    pub(super) certificate: Certificate,
    /// The records without which mail does not go.
    pub(super) needed: Vec<Checked>,
    pub(super) entrusted: Entrusted,
    pub(super) begun: Begun,
    pub(super) now: i64,
}

impl Known {
    pub(super) fn steps(&self, lang: Lang) -> Vec<Step> {
        vec![
            Step {
                title: lang.t("Tên miền và quy chế"),
                is_done: !self.domains.is_empty(),
                says: format!("{}; {}", self.domains.join(", "), self.regulation),
                href: "/quan-ly/quy-dinh",
                act: lang.t("Xem quy chế"),
            },
            self.certificate(lang),
            self.records(lang),
            self.people(lang),
            Step {
                title: lang.t("Danh sách cơ quan, đơn vị"),
                is_done: self.begun.places > 0,
                says: counted(self.begun.places, lang.t("cơ quan, đơn vị"), lang),
                href: "/quan-ly/co-quan/nhap",
                act: lang.t("Nhập danh sách cơ quan"),
            },
            Step {
                title: lang.t("Hộp thư đầu tiên"),
                // The administrator's is there from the start.
                is_done: self.begun.mailboxes > 1,
                says: counted(self.begun.mailboxes, lang.t("hộp thư"), lang),
                href: "/quan-ly/de-nghi/lap",
                act: lang.t("Cấp hộp thư từ danh sách"),
            },
            self.messages(lang),
        ]
    }

    fn certificate(&self, lang: Lang) -> Step {
        let says = match self.certificate {
            Certificate::None => lang.t("Chưa mã hóa: đặt tls.certificate và tls.key.").to_owned(),
            Certificate::Unreadable => lang.t("không đọc được tệp chứng thư").to_owned(),
            Certificate::Own => lang
                .t("Đang dùng chứng thư tạm của lần cài đặt; chương trình thư sẽ cảnh báo. Thay bằng chứng thư thật.")
                .to_owned(),
            Certificate::Until(until) => {
                format!("{} {}", lang.t("Có giá trị đến"), named_day(until, lang))
            }
        };
        Step {
            title: lang.t("Chứng thư TLS"),
            is_done: matches!(self.certificate, Certificate::Until(until) if until > self.now),
            says,
            href: "/quan-ly/thiet-lap",
            act: lang.t("Xem thiết lập"),
        }
    }

    fn records(&self, lang: Lang) -> Step {
        let wanting: Vec<String> = self
            .needed
            .iter()
            .filter(|one| !one.is_there())
            .map(|one| format!("{} {}", one.record.name, one.record.says.kind()))
            .collect();
        Step {
            title: lang.t("Bản ghi DNS"),
            is_done: wanting.is_empty(),
            says: match wanting.is_empty() {
                true => lang.t("Vừa hỏi: thư đến được máy chủ này.").to_owned(),
                false => format!("{} {}", lang.t("Vừa hỏi, chưa đúng:"), wanting.join(", ")),
            },
            href: DNS,
            act: lang.t("Xem và kiểm tra từng bản ghi"),
        }
    }

    fn people(&self, lang: Lang) -> Step {
        let Entrusted {
            deciding,
            operating,
        } = &self.entrusted;
        let told = |who: &[String]| match who.is_empty() {
            true => lang.t("chưa có ai").to_owned(),
            false => who.join(", "),
        };
        let is_done = deciding.len() >= DECIDERS && !operating.is_empty();
        let mut says = format!(
            "{}: {}. {}: {}.",
            lang.t("Quyết định"),
            told(deciding),
            lang.t("Vận hành"),
            told(operating)
        );
        if deciding.len() < DECIDERS {
            says.push(' ');
            says.push_str(lang.t("Lệnh hai người cần ít nhất hai người quyết định."));
        }
        Step {
            title: lang.t("Cơ quan quản lý và người quản trị"),
            is_done,
            says,
            href: "/quan-ly/vai-tro/giao",
            act: lang.t("Giao vai trò"),
        }
    }

    fn messages(&self, lang: Lang) -> Step {
        let told = |first: Option<i64>| match first {
            Some(at) => full(at, lang),
            None => lang.t("chưa có").to_owned(),
        };
        let (received, sent) = (&self.begun.received, &self.begun.sent);
        Step {
            title: lang.t("Thư đầu tiên"),
            is_done: received.is_some() && sent.is_some(),
            says: format!(
                "{}: {}. {}: {}.",
                lang.t("Nhận từ bên ngoài"),
                told(received.as_ref().map(|line| line.at)),
                lang.t("Gửi ra bên ngoài"),
                told(sent.as_ref().map(|line| line.at))
            ),
            href: "/quan-ly/thu-di-dau",
            act: lang.t("Xem thư đi đâu"),
        }
    }
}

fn counted(count: u64, of: &str, lang: Lang) -> String {
    match count {
        0 => lang.t("chưa có").to_owned(),
        count => format!("{} {of}", number(count)),
    }
}
