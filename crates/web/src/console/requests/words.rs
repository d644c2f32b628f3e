//! What requests, their ways and their states are called on the pages.

use congvu_governance::Law;
use congvu_governance::request::kind_of;
use congvu_regulation::requests::{RequestKind, RequestRule, Way};
use congvu_regulation::{Date, Origin, Profile, Source};
use congvu_store::request::Request;

use crate::console::cited::Cited;
use crate::site::Lang;

/// A kind as a heading begins with it.
pub(super) fn kind(kind: RequestKind, lang: Lang) -> &'static str {
    match kind {
        RequestKind::Issue => lang.t("Cấp mới hộp thư"),
        RequestKind::Change => lang.t("Thay đổi thông tin hộp thư"),
        RequestKind::Revoke => lang.t("Thu hồi hộp thư"),
        RequestKind::Restore => lang.t("Khôi phục hộp thư bị tạm khóa"),
        RequestKind::Password => lang.t("Cấp lại mật khẩu"),
        RequestKind::Quota => lang.t("Dung lượng vượt mức tối đa"),
        RequestKind::Sync => lang.t("Đồng bộ tài khoản"),
        RequestKind::Directory => lang.t("Cập nhật danh bạ"),
    }
}

/// What a request asks for.
pub(super) fn kind_named(id: &str, lang: Lang) -> &'static str {
    kind_of(id).map_or_else(|| lang.t("Đề nghị"), |of| kind(of, lang))
}

/// By what way a request comes.
pub(super) fn way(way: Way, lang: Lang) -> &'static str {
    match way {
        Way::Documents => lang.t("hệ thống quản lý văn bản"),
        Way::Letter => lang.t("công văn, văn bản"),
        Way::UnitMailbox => lang.t("thư từ hộp thư của cơ quan"),
        Way::SelfService => lang.t("chức năng tự phục vụ"),
        Way::Notice => lang.t("điện thoại, trực tiếp"),
    }
}

/// What became of a request.
pub(super) fn state(state: &str, lang: Lang) -> &'static str {
    match state {
        "open" => lang.t("Đang chờ"),
        "done" => lang.t("Đã giải quyết"),
        "refused" => lang.t("Đã từ chối"),
        _ => lang.t("Đã rút"),
    }
}

/// `236/UBND-VP ngày 20/11/2026`; empty where it has no number.
pub(super) fn document(found: &Request, lang: Lang) -> String {
    match (found.document.as_str(), found.document_day) {
        ("", _) => String::new(),
        (number, None) => number.to_owned(),
        (number, Some(day)) => format!(
            "{number} {} {}",
            lang.t("ngày"),
            Date::from_epoch_day(day).vietnamese()
        ),
    }
}

/// What a request is called in the way to it: its number on paper, or here.
pub(super) fn crumb(found: &Request, lang: Lang) -> String {
    match found.document.as_str() {
        "" => format!("{} {}", lang.t("Đề nghị số"), found.id),
        document => document.to_owned(),
    }
}

/// What the regulation that a request is treated by says of its kind.
pub(super) fn rule(law: Law, found: &Request) -> Option<(&'static Profile, &'static RequestRule)> {
    let profile = law.profile(&found.profile)?;
    Some((profile, profile.request(kind_of(&found.kind)?)?))
}

/// What set a value.
pub(super) fn by(profile: &Profile, source: &Source) -> Cited {
    let origin = Origin::Profile {
        code: profile.code().to_owned(),
        source: source.clone(),
    };
    Cited::by(profile, &origin)
}

/// The clause that is told at the end of a sentence in brackets, apart from the sentence.
pub(super) fn split(profile: Option<&Profile>, told: &str) -> (String, Cited) {
    let whole = || (told.to_owned(), Cited::none());
    let Some(profile) = profile else {
        return whole();
    };
    let bare = told.trim_end_matches('.');
    let Some((text, clause)) = bare
        .strip_suffix(')')
        .and_then(|bare| bare.rsplit_once(" ("))
    else {
        return whole();
    };
    let is_clause = clause.starts_with(&format!("{}.", profile.code()));
    let cited = Cited::of(profile, clause);
    if !is_clause || cited.id.is_empty() {
        return whole();
    }
    let end = if text.ends_with(['.', ':', '!', '?']) {
        ""
    } else {
        "."
    };
    (format!("{text}{end}"), cited)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_and_its_clause_are_told_apart() {
        let profile = congvu_regulation::profile("quang-ninh");
        let (text, cited) = split(profile, "Yêu cầu này chỉ được nhận qua văn bản. (QN.6.2)");
        assert_eq!(text, "Yêu cầu này chỉ được nhận qua văn bản.");
        assert_eq!(cited.label, "Điều 6.2");
        let (text, cited) = split(profile, "Thiếu thông tin: chức vụ (QN.5.3).");
        assert_eq!(
            (text.as_str(), cited.id.as_str()),
            ("Thiếu thông tin: chức vụ.", "QN.5.3")
        );
        for told in ["Thiếu tên.", "Không rõ (a)", "x (SL.7.3)"] {
            assert_eq!(split(profile, told), (told.to_owned(), Cited::none()));
        }
    }
}
