//! What the page says of a signature.

use congvu_message::smime::{Report, Signer, Verdict, Why};

use super::Outcome;
use crate::site::{Lang, full, named_day};

/// What is said of a signature, or of what is encrypted.
pub(in crate::mail) struct Seal {
    /// The kind of the banner: `ok`, `warn`, `bad`, or nothing.
    pub(in crate::mail) kind: &'static str,
    pub(in crate::mail) icon: &'static str,
    pub(in crate::mail) heading: &'static str,
    pub(in crate::mail) words: String,
    /// What the certificate says, as far as that is worth knowing.
    pub(in crate::mail) facts: Vec<(&'static str, String)>,
    pub(in crate::mail) hints: Vec<&'static str>,
    /// Only a mail program may do more with it.
    pub(in crate::mail) elsewhere: bool,
}

impl Seal {
    /// Of what came out, at `now` (unix milliseconds); a signature covers all of the message, or a part.
    pub(super) fn of(outcome: &Outcome, is_whole: bool, now: i64, lang: Lang) -> Self {
        match outcome {
            Outcome::Encrypted => Self::elsewhere(
                "lock",
                lang.t("Thư được mã hóa"),
                lang.t("Chỉ khóa riêng của người nhận mở được, nên không đọc được ở đây. Hãy tải thư gốc về và mở bằng chương trình thư có khóa của bạn."),
            ),
            Outcome::Unknown => Self::elsewhere(
                "info",
                lang.t("Không kiểm tra được"),
                lang.t("Thư được đóng gói theo cách hệ thống không đọc được. Có thể tải thư gốc về và mở bằng chương trình thư."),
            ),
            Outcome::Signed(report) => Self::signed(report, is_whole, now, lang),
        }
    }

    fn elsewhere(icon: &'static str, heading: &'static str, words: &'static str) -> Self {
        Self {
            kind: "",
            icon,
            heading,
            words: words.to_owned(),
            facts: Vec::new(),
            hints: Vec::new(),
            elsewhere: true,
        }
    }

    fn signed(report: &Report, is_whole: bool, now: i64, lang: Lang) -> Self {
        let signer = report.signer.as_ref();
        let (heading, words) = words(report, lang);
        let kind = match report.verdict {
            Verdict::Valid if is_whole => "ok",
            Verdict::Changed => "bad",
            _ => "warn",
        };
        // Of a signature that does not hold, nothing that it says is worth knowing.
        let tells = !matches!(report.verdict, Verdict::Changed | Verdict::Unchecked(_));
        let is_vouched = report.verdict != Verdict::UnknownIssuer;
        let mut hints = Vec::new();
        if !is_whole {
            hints.push(
                lang.t(
                    "Chữ ký chỉ bảo vệ một phần của thư; phần còn lại ai cũng có thể đã thêm vào.",
                ),
            );
        }
        if report.verdict == Verdict::Valid
            && signer.is_some_and(|signer| signer.not_after < now.div_euclid(1000))
        {
            hints.push(lang.t("Chứng thư đã hết hạn sau khi ký; lúc ký nó còn hiệu lực."));
        }
        if tells {
            hints.push(lang.t("Chữ ký bảo vệ nội dung và tệp kèm, không bảo vệ tiêu đề và danh sách người nhận. Hệ thống chưa hỏi nơi cấp xem chứng thư có bị thu hồi hay không."));
        }
        Self {
            kind,
            icon: match kind {
                "ok" => "shield-ok",
                "bad" => "shield-bad",
                _ => "shield-wait",
            },
            heading,
            words,
            facts: signer
                .filter(|_| tells)
                .map(|signer| facts(signer, is_vouched, lang))
                .unwrap_or_default(),
            hints,
            elsewhere: report.verdict == Verdict::Unchecked(Why::TooLong),
        }
    }
}

/// The heading, and what it means.
fn words(report: &Report, lang: Lang) -> (&'static str, String) {
    let has_address = report
        .signer
        .as_ref()
        .is_some_and(|signer| !signer.addresses.is_empty());
    let (heading, words) = match report.verdict {
        Verdict::Valid => (
            lang.t("Chữ ký hợp lệ"),
            lang.t("Nội dung còn nguyên như khi ký; chứng thư đúng là của địa chỉ người gửi."),
        ),
        Verdict::Changed => (
            lang.t("Nội dung đã bị thay đổi"),
            lang.t("Nội dung hoặc chữ ký không còn như khi ký. Đừng làm theo thư này; hãy hỏi lại người gửi bằng cách khác."),
        ),
        Verdict::UnknownIssuer => (
            lang.t("Không rõ người cấp"),
            lang.t("Nội dung còn nguyên như khi ký, nhưng nơi cấp chứng thư không có trong danh sách hệ thống tin cậy, nên chưa biết người ký có đúng là người ghi trong chứng thư."),
        ),
        Verdict::Expired => (
            lang.t("Chứng thư hết hạn"),
            lang.t("Nội dung còn nguyên như khi ký, nhưng lúc ký chứng thư đã hết hạn."),
        ),
        Verdict::NotYetValid => (
            lang.t("Chứng thư chưa có hiệu lực"),
            lang.t("Nội dung còn nguyên như khi ký, nhưng lúc ký chứng thư chưa có hiệu lực."),
        ),
        Verdict::OtherAddress if has_address => (
            lang.t("Chứng thư của địa chỉ khác"),
            lang.t("Nội dung còn nguyên như khi ký, nhưng người ký không phải là địa chỉ ghi ở người gửi. Hãy hỏi lại nếu bạn không biết vì sao."),
        ),
        Verdict::OtherAddress => (
            lang.t("Chứng thư không ghi địa chỉ thư"),
            lang.t("Nội dung còn nguyên như khi ký, nhưng chứng thư không nói người ký dùng địa chỉ nào. Hãy so tên người ký với người gửi."),
        ),
        Verdict::Unchecked(why) => return (lang.t("Không kiểm tra được chữ ký"), reason(why, lang)),
    };
    (heading, words.to_owned())
}

fn reason(why: Why, lang: Lang) -> String {
    let words = match why {
        Why::Old(name) => {
            return format!(
                "{} ({name}).",
                lang.t("Chữ ký dùng thuật toán cũ, không còn chứng minh được gì")
            );
        }
        Why::Malformed => lang.t("Chữ ký bị hỏng."),
        Why::Algorithm => lang.t("Hệ thống không biết thuật toán của chữ ký này."),
        Why::WeakKey => lang.t("Khóa của người ký quá ngắn, không còn chứng minh được gì."),
        Why::NoCertificate => lang.t("Thư không kèm chứng thư của người ký."),
        Why::Certificate => lang.t("Chứng thư của người ký bị hỏng, hoặc không phải để ký thư."),
        Why::TooLong => lang.t("Thư lớn quá mức kiểm tra được ở đây. Có thể tải thư gốc về và kiểm tra bằng chương trình thư."),
    };
    words.to_owned()
}

/// What the certificate says. Where nobody vouches for it, that is said as well.
fn facts(signer: &Signer, is_vouched: bool, lang: Lang) -> Vec<(&'static str, String)> {
    let mut who = signer.name.clone();
    if !signer.addresses.is_empty() {
        let addresses = signer.addresses.join(", ");
        who = if who.is_empty() {
            addresses
        } else {
            format!("{who} <{addresses}>")
        };
    }
    let (signed_by, issued_by) = if is_vouched {
        (lang.t("Người ký"), lang.t("Nơi cấp"))
    } else {
        (lang.t("Người ký tự ghi là"), lang.t("Nơi cấp tự ghi là"))
    };
    let ms = |seconds: i64| seconds.saturating_mul(1000);
    let mut facts = vec![(signed_by, who), (issued_by, signer.issuer.clone())];
    if let Some(signed_at) = signer.signed_at {
        facts.push((lang.t("Ký lúc"), full(ms(signed_at), lang)));
    }
    facts.push((
        lang.t("Chứng thư có hiệu lực"),
        format!(
            "{} – {}",
            named_day(ms(signer.not_before), lang),
            named_day(ms(signer.not_after), lang)
        ),
    ));
    facts
}
