//! What the regulation itself says about something, with the clause.

use congvu_regulation::{Origin, Profile, Row, Source};

use crate::site::Lang;

/// What a page is about.
#[derive(Clone, Copy, Debug)]
pub(super) enum About {
    /// How a password is made, and how long it lasts.
    Password,
    /// What one takes on.
    Duties,
    /// How one gets a new password.
    NewPassword,
    /// What is sent from where.
    Documents,
    /// Files.
    Files,
    /// Where mail may go by itself.
    Forwarding,
    /// Who keeps a unit mailbox, and how often it is looked into.
    Units,
    /// What happens to a mailbox by itself.
    Life,
    /// How one that was locked is opened again.
    Restore,
    /// Advice.
    Advice,
}

impl About {
    fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Password => lang.t("Mật khẩu phải thế nào"),
            Self::Duties => lang.t("Trách nhiệm của người dùng"),
            Self::NewPassword => lang.t("Quy chế: cấp lại mật khẩu"),
            Self::Documents => lang.t("Quy chế: nội dung gửi"),
            Self::Files => lang.t("Quy chế: tệp kèm"),
            Self::Forwarding => lang.t("Quy chế: chuyển thư tự động"),
            Self::Units => lang.t("Quy chế: hộp thư cơ quan"),
            Self::Life => lang.t("Quy chế: khi nào bị tạm khóa, thu hồi"),
            Self::Restore => lang.t("Quy chế: khôi phục"),
            Self::Advice => lang.t("Quy chế: dùng thư an toàn"),
        }
    }

    /// What the keys of its rows begin with.
    fn keys(self) -> &'static [&'static str] {
        match self {
            Self::Password => &["password.", "first_sign_in.", "password_reminders."],
            Self::Duties => &["acceptable_use."],
            Self::NewPassword => &["request.password."],
            Self::Documents => &[
                "content.secrecy.",
                "content.documents.",
                "content.recipients.",
            ],
            Self::Files => &[
                "content.size.",
                "content.executables.effect",
                "content.executables.printed",
                "content.encrypted.",
                "content.unreadable.",
                "content.kinds.",
                "content.disguise.",
            ],
            Self::Forwarding => &["forwarding."],
            Self::Units => &[
                "access.delegation",
                "access.keepers",
                "access.hand_over",
                "checks.",
            ],
            Self::Life => &["lock_mode", "sweep.", "revoke."],
            Self::Restore => &["request.restore.", "restore."],
            Self::Advice => &["guidance."],
        }
    }
}

/// What stands below one heading.
pub(super) struct Said {
    pub(super) title: &'static str,
    pub(super) lines: Vec<Line>,
}

/// A value of the regulation.
pub(super) struct Line {
    pub(super) label: String,
    pub(super) value: String,
    pub(super) clause: String,
    pub(super) quote: String,
}

/// What a regulation says about some things; of what it says nothing about, nothing.
pub(super) fn of(profile: &Profile, about: &[About], lang: Lang) -> Vec<Said> {
    let sections = profile.sections();
    let rows: Vec<&Row> = sections.iter().flat_map(|section| &section.rows).collect();
    let said = about.iter().map(|about| Said {
        title: about.title(lang),
        lines: rows
            .iter()
            .filter(|row| about.keys().iter().any(|key| row.key.starts_with(key)))
            .map(|row| line(row))
            .collect(),
    });
    said.filter(|said| !said.lines.is_empty()).collect()
}

fn line(row: &Row) -> Line {
    let quote = match &row.origin {
        Origin::Profile {
            source: Source::Clause { quote, .. },
            ..
        } => quote.clone(),
        _ => String::new(),
    };
    Line {
        label: row.label.clone(),
        value: row.value.clone(),
        clause: row
            .origin
            .clause()
            .map_or_else(String::new, ToString::to_string),
        quote,
    }
}
