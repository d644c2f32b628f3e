//! Lines of the mail log as plain sentences. The log's own words never change, so that what is kept for months reads alike; people read
//! these.

use congvu_store::mail_log::Logged;
use congvu_store::sent_message::RECALLED;

use crate::site::Lang;

/// How a step ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Tone {
    /// As it should be.
    Good,
    /// It goes on.
    Waits,
    /// It ended badly, or in a way the sender did not want.
    Bad,
}

impl Tone {
    /// As the timeline's styles know it.
    pub(super) fn mark(self) -> &'static str {
        match self {
            Self::Good => "done",
            Self::Waits => "now",
            Self::Bad => "bad",
        }
    }

    /// State and icon of its chip.
    pub(super) fn chip(self) -> (&'static str, &'static str) {
        match self {
            Self::Good => ("active", "ok"),
            Self::Waits => ("must-change", "hourglass"),
            Self::Bad => ("locked", "ban"),
        }
    }
}

/// A line in words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Said {
    pub(super) text: String,
    /// What the other server said, or the log; empty where the sentence tells all.
    pub(super) raw: String,
    pub(super) tone: Tone,
}

/// What a line tells.
pub(super) fn of(line: &Logged, lang: Lang) -> Said {
    let result = line.result.as_str();
    let is_out = line.direction == "out";
    let (text, tone, is_whole) = match line.code {
        200..300 => {
            let (text, tone, is_whole) = good(result, is_out, lang);
            (text, tone, is_whole)
        }
        400..500 if is_out && result.starts_with("tried again") => (
            lang.t("Kết nối đứt đúng lúc bên nhận trả lời; đã gửi lại, thư có thể đến hai lần.")
                .to_owned(),
            Tone::Waits,
            false,
        ),
        400..500 if is_out => (
            lang.t("Chưa gửi được; hệ thống sẽ thử lại.").to_owned(),
            Tone::Waits,
            false,
        ),
        400..500 => (
            lang.t("Chưa nhận; bên gửi được báo thử lại sau.")
                .to_owned(),
            Tone::Waits,
            false,
        ),
        _ => {
            let (text, is_whole) = bad(result, &line.direction, lang);
            (text.to_owned(), Tone::Bad, is_whole)
        }
    };
    Said {
        text,
        raw: match is_whole {
            true => String::new(),
            false => format!("{} {result}", line.code),
        },
        tone,
    }
}

/// A sentence with one thing in it.
fn with(sentence: &str, what: &str) -> String {
    sentence.replace('%', what)
}

fn good(result: &str, is_out: bool, lang: Lang) -> (String, Tone, bool) {
    if let Some(rest) = result.strip_prefix("sent: ").filter(|_| is_out) {
        let host = rest.split([' ', ':']).next().unwrap_or_default();
        return (
            with(lang.t("Máy chủ % đã nhận thư."), host),
            Tone::Good,
            false,
        );
    }
    if is_out {
        let text = lang.t("Máy chủ bên nhận đã nhận thư.").to_owned();
        return (text, Tone::Good, false);
    }
    if let Some(domain) = result.strip_prefix("queued for ") {
        let text = lang.t("Đã xếp vào hàng đợi để gửi đến %.");
        return (with(text, domain), Tone::Waits, true);
    }
    if let Some(by) = result.strip_prefix("delivered, forwarded by a filter of ") {
        let text = lang.t("Đã vào hộp thư, do bộ lọc của % chuyển đến.");
        return (with(text, by), Tone::Good, true);
    }
    if let Some(rest) = result.strip_prefix("forwarded by a filter of ") {
        let by = rest.split(',').next().unwrap_or_default();
        let text = lang.t("Bộ lọc của % chuyển tiếp; đã xếp vào hàng đợi để gửi đi.");
        return (with(text, by), Tone::Waits, true);
    }
    if let Some(clause) = result.strip_prefix("held: ") {
        let text = lang.t("Bị giữ lại chờ xem xét, theo %.");
        return (with(text, clause), Tone::Waits, true);
    }
    let text = match result {
        RECALLED => lang.t("Người gửi đã thu hồi khi chưa được đọc."),
        "delivered" => lang.t("Đã vào hộp thư."),
        "delivered, filed by a filter" => {
            lang.t("Đã vào hộp thư; bộ lọc của hộp thư xếp vào thư mục riêng.")
        }
        "delivered to a group's member" => lang.t("Đã vào hộp thư của một thành viên nhóm."),
        "accepted for a group" => lang.t("Đã nhận cho nhóm thư và phát đến từng thành viên."),
        "released" => lang.t("Đã được xem xét và cho qua."),
        other => return (other.to_owned(), Tone::Good, true),
    };
    (text.to_owned(), Tone::Good, true)
}

fn bad(result: &str, direction: &str, lang: Lang) -> (&'static str, bool) {
    match result {
        "dropped by an administrator, the sender is told" => (
            lang.t("Quản trị đã bỏ khỏi hàng đợi; người gửi được báo."),
            true,
        ),
        "dropped by an administrator" => (
            lang.t("Quản trị đã bỏ khỏi hàng đợi, không báo người gửi."),
            true,
        ),
        "destroyed by order" => (lang.t("Đã hủy theo lệnh gỡ bỏ thư."), true),
        "sent back after being held" => (
            lang.t("Đã được xem xét và trả lại; người gửi được báo."),
            true,
        ),
        "dropped after being held" => (lang.t("Đã được xem xét và bỏ, không báo người gửi."), true),
        "held too long" => (
            lang.t("Hết hạn giữ mà chưa được cho qua; đã trả lại."),
            true,
        ),
        "the sender takes no notices" => (lang.t("Người gửi không nhận thông báo."), true),
        result if result.starts_with("given up") => (lang.t("Thôi gửi vì đã quá hạn chờ."), false),
        _ if direction == "out" => (lang.t("Không gửi được: bên nhận từ chối."), false),
        _ => (lang.t("Bị từ chối ngay khi gửi đến."), false),
    }
}

/// Which way a message came.
pub(super) fn way(direction: &str, lang: Lang) -> &str {
    match direction {
        "in" => lang.t("từ ngoài đến"),
        "submit" => lang.t("người trong hệ thống gửi"),
        "local" => lang.t("phát trong nhóm"),
        "out" => lang.t("gửi ra ngoài"),
        "notice" => lang.t("hệ thống thông báo"),
        _ => "",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(direction: &str, code: i64, result: &str) -> Logged {
        Logged {
            id: 1,
            at: 0,
            direction: direction.to_owned(),
            trace: String::new(),
            sender: String::new(),
            recipient: String::new(),
            client_ip: String::new(),
            size: 0,
            code,
            result: result.to_owned(),
        }
    }

    #[test]
    fn lines_are_told_in_sentences() {
        for (direction, code, result, text, tone) in [
            ("in", 250, "delivered", "Đã vào hộp thư.", Tone::Good),
            (
                "submit",
                250,
                "queued for y.vn",
                "Đã xếp vào hàng đợi để gửi đến y.vn.",
                Tone::Waits,
            ),
            (
                "out",
                250,
                "sent: mx.y.vn (TLSv1.3): 2.0.0 Ok",
                "Máy chủ mx.y.vn đã nhận thư.",
                Tone::Good,
            ),
            (
                "out",
                451,
                "waits: mx.y.vn: 4.7.1 later",
                "Chưa gửi được; hệ thống sẽ thử lại.",
                Tone::Waits,
            ),
            (
                "out",
                550,
                "failed: mx.y.vn: 5.1.1 no",
                "Không gửi được: bên nhận từ chối.",
                Tone::Bad,
            ),
            (
                "in",
                550,
                "No such recipient here",
                "Bị từ chối ngay khi gửi đến.",
                Tone::Bad,
            ),
            (
                "in",
                250,
                "held: QN.15.6",
                "Bị giữ lại chờ xem xét, theo QN.15.6.",
                Tone::Waits,
            ),
        ] {
            let said = of(&line(direction, code, result), Lang::Vietnamese);
            assert_eq!((said.text.as_str(), said.tone), (text, tone), "{result}");
            // What another server said is never hidden.
            assert_eq!(
                said.raw.is_empty(),
                code == 250 && direction != "out",
                "{result}"
            );
        }
    }
}
