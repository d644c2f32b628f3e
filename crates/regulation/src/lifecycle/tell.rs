//! The life of a mailbox in sentences for people.

use std::fmt;

use super::clock::vietnamese;
use super::rules::{Act, By, Clock, Locks, Rules, Stop, Sweep};
use super::{Activity, Cause, Due, Event, Happening, RequestKind, Row, State, What};
use crate::{LockMode, MailboxKind, Moment};

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Lock => "tạm khóa",
            Self::DisableSignIn => "tắt đăng nhập vì an toàn",
            Self::Revoke => "thu hồi",
            Self::Delete => "xóa vĩnh viễn",
        })
    }
}

impl fmt::Display for By {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::System => "hệ thống tự động thực hiện",
            Self::Department => "cơ quan quản lý xác nhận rồi mới thực hiện",
        })
    }
}

impl fmt::Display for Activity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "đăng nhập",
            Self::AppSignIn => "đăng nhập bằng ứng dụng",
            Self::Read => "đọc hoặc tải thư",
            Self::Sent => "gửi thư",
        })
    }
}

impl fmt::Display for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unused(kinds) => {
                let app = kinds.contains(&Activity::AppSignIn);
                let both = app && kinds.contains(&Activity::SignIn);
                let told = kinds
                    .iter()
                    .filter(|kind| !(both && **kind == Activity::AppSignIn));
                for (position, kind) in told.enumerate() {
                    let comma = if position > 0 { ", " } else { "" };
                    write!(f, "{comma}không {kind}")?;
                    if both && *kind == Activity::SignIn {
                        f.write_str(" (cả bằng ứng dụng)")?;
                    }
                }
                Ok(())
            }
            Self::DefaultPassword => f.write_str("không đổi mật khẩu mặc định kể từ khi được cấp"),
            Self::FirstSession(hours) => write!(
                f,
                "không đổi mật khẩu ở lần đăng nhập đầu tiên (hết phiên, chậm nhất {hours} giờ)"
            ),
            Self::Locked(Locks::All) => {
                f.write_str("bị tạm khóa liên tục, không có đề nghị khôi phục")
            }
            Self::Locked(locks) => write!(f, "bị tạm khóa{locks}, không có đề nghị khôi phục"),
            Self::NoticeReceived(locks) => write!(
                f,
                "cơ quan đã nhận thông báo tạm khóa{locks}, không có đề nghị khôi phục"
            ),
        }
    }
}

/// As it follows "tạm khóa": " theo «unused»".
impl fmt::Display for Locks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let names = || format!("«{}»", self.named().join("», «"));
        match self {
            Self::All => Ok(()),
            Self::By(_) => write!(f, " theo {}", names()),
            Self::NotBy(_) => write!(f, " (không phải theo {})", names()),
        }
    }
}

impl Sweep {
    /// The rule in a sentence: "không đăng nhập trong 90 ngày: tạm khóa".
    #[must_use]
    pub fn sentence(&self) -> String {
        let mut text = self.clock().to_string();
        if let Some(term) = self.after() {
            text.push_str(match self.clock() {
                Clock::NoticeReceived(_) | Clock::Locked(_) => " sau ",
                _ => " trong ",
            });
            text.push_str(&term.to_string());
        }
        if let [kind] = self.kinds() {
            text.push_str(match kind {
                MailboxKind::Personal => " (hộp thư cá nhân)",
                MailboxKind::Unit => " (hộp thư đơn vị)",
            });
        }
        text.push_str(": ");
        text.push_str(&self.act().to_string());
        text
    }

    /// What it is called: "Không sử dụng: tạm khóa".
    #[must_use]
    pub fn label(&self) -> String {
        let clock = match self.clock() {
            Clock::Unused(_) => "Không sử dụng",
            Clock::DefaultPassword => "Không đổi mật khẩu mặc định",
            Clock::FirstSession(_) => "Không đổi mật khẩu ở lần đầu",
            Clock::Locked(_) => "Bị tạm khóa lâu",
            Clock::NoticeReceived(_) => "Không có đề nghị khôi phục",
        };
        format!("{clock}: {}", self.act())
    }

    /// Who does it, what stops it, when is reminded: the rest of the rule.
    #[must_use]
    pub fn details(&self) -> String {
        let mut text = self.by().to_string();
        for stop in self.stopped_by() {
            text.push_str(match stop {
                Stop::Reason => "; dừng khi có lý do đã ghi nhận",
                Stop::Request => "; dừng khi có đề nghị chưa giải quyết",
            });
        }
        if !self.remind().is_empty() {
            let days: Vec<String> = self.remind().iter().map(ToString::to_string).collect();
            text.push_str("; nhắc trước ");
            text.push_str(&days.join(", "));
            text.push_str(" ngày");
        }
        text
    }
}

impl Due {
    /// What falls due and why, for people who are told at `now`: "Tạm khóa hộp thư: không đăng nhập trong 90 ngày, kể từ
    /// 05/01/2026". A reminder counts the days that are left then, however late it is told.
    #[must_use]
    pub fn sentence(&self, rules: &Rules, now: Moment) -> String {
        let why = || {
            let sweep = self.sweep.as_deref().and_then(|id| rules.sweep(id));
            let mut why = String::new();
            if let Some(sweep) = sweep {
                why.push_str(": ");
                why.push_str(&sweep.clock().to_string());
                if let Some(term) = sweep.after() {
                    why.push_str(", ");
                    why.push_str(&term.to_string());
                }
            }
            why.push_str(" kể từ ");
            why.push_str(&vietnamese(self.since.date()));
            why
        };
        let mut text = match self.what {
            What::Remind { act, on } => format!("Nhắc: {} sẽ {act}{}", left(on, now), why()),
            What::Do(act) => format!("{}{}", sentence(act), why()),
            What::Propose(act) => format!("Đề xuất cơ quan quản lý {act} hộp thư{}", why()),
            What::RemindPassword { on } => format!("Nhắc: {} mật khẩu hết hạn", left(on, now)),
            What::ExpirePassword => format!(
                "Mật khẩu hết hạn, chỉ còn mở được trang đổi mật khẩu (đổi lần cuối {})",
                vietnamese(self.since.date())
            ),
            What::AskReceipt => format!(
                "Nhắc ghi nhận ngày cơ quan nhận thông báo tạm khóa gửi {}: thời hạn chưa bắt đầu tính",
                vietnamese(self.since.date())
            ),
            What::HandleRestore => format!(
                "Từ ngày này mới giải quyết đề nghị mở lại (sau {} kể từ khi khóa {})",
                self.term.map_or_else(String::new, |term| term.to_string()),
                vietnamese(self.since.date())
            ),
            What::AnswerRestore => format!(
                "Hạn giải quyết đề nghị khôi phục nhận {}",
                vietnamese(self.since.date())
            ),
        };
        let undecided = self
            .undecided
            .map(|year| format!("lịch nghỉ năm {year} chưa có quyết định, ngày có thể đổi"));
        for note in self.note.iter().chain(&undecided) {
            text.push_str(" (");
            text.push_str(note);
            text.push(')');
        }
        text
    }
}

impl Row {
    /// What happens, for people.
    #[must_use]
    pub fn sentence(&self, rules: &Rules) -> String {
        match &self.happening {
            Happening::Event {
                event,
                refused,
                handled_from,
                answer_by,
            } => {
                let mut text = event.to_string();
                if *refused {
                    text.push_str(" (không thực hiện được)");
                }
                for (due, what) in [
                    (handled_from, "chỉ giải quyết từ"),
                    (answer_by, "hạn giải quyết"),
                ] {
                    if let Some(due) = due {
                        text.push_str(&format!(", {what} {}", vietnamese(due.at.date())));
                    }
                }
                text
            }
            Happening::Due(due) => due.sentence(rules, self.at),
        }
    }

    /// What sets it; nothing for what people do.
    #[must_use]
    pub fn origin(&self) -> String {
        match &self.happening {
            Happening::Event {
                event: Event::Locked { clause },
                ..
            } => clause.to_string(),
            Happening::Event {
                handled_from,
                answer_by,
                ..
            } => {
                let mut origins: Vec<String> = [handled_from, answer_by]
                    .into_iter()
                    .flatten()
                    .map(|due| due.origin.to_string())
                    .collect();
                origins.dedup();
                origins.join("; ")
            }
            Happening::Due(due) => due.origin.to_string(),
        }
    }
}

/// How long it is until then, and which day that is: "còn 2 ngày, đến 05/06/2026".
fn left(on: Moment, now: Moment) -> String {
    let days = on.date().epoch_day() - now.date().epoch_day();
    format!("còn {days} ngày, đến {}", vietnamese(on.date()))
}

fn sentence(act: Act) -> &'static str {
    match act {
        Act::Lock => "Tạm khóa hộp thư",
        Act::DisableSignIn => "Tắt đăng nhập hộp thư vì an toàn",
        Act::Revoke => "Thu hồi hộp thư",
        Act::Delete => "Xóa vĩnh viễn hộp thư",
    }
}

impl fmt::Display for Event {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::SignIn => "Đăng nhập",
            Self::AppSignIn => "Đăng nhập bằng ứng dụng",
            Self::Read => "Đọc hoặc tải thư",
            Self::Sent => "Gửi thư",
            Self::SessionEnded => "Kết thúc phiên đầu tiên",
            Self::PasswordChanged => "Đổi mật khẩu",
            Self::PasswordReset => "Cấp lại mật khẩu dùng một lần",
            Self::NoticeReceived => "Ghi nhận cơ quan đã nhận thông báo",
            Self::Requested {
                request: RequestKind::Restore,
            } => "Nhận đề nghị khôi phục",
            Self::Requested {
                request: RequestKind::Other,
            } => "Nhận đề nghị khác về hộp thư",
            Self::Granted => "Chấp thuận đề nghị",
            Self::Refused => "Từ chối đề nghị",
            Self::Reason(exemption) => {
                return write!(
                    f,
                    "Ghi nhận lý do đến hết {}: {}",
                    vietnamese(exemption.until),
                    exemption.reason
                );
            }
            Self::Locked { clause } => return write!(f, "Tạm khóa theo {clause}"),
            Self::SignInEnabled => "Mở lại đăng nhập",
            Self::Confirmed => "Cơ quan quản lý xác nhận đề xuất",
        })
    }
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Issued => f.write_str("mới cấp"),
            Self::MustChange(Cause::Issue) => f.write_str("phải đổi mật khẩu mặc định"),
            Self::MustChange(Cause::Restore | Cause::Reset) => f.write_str("phải đổi mật khẩu"),
            Self::Active => f.write_str("đang hoạt động"),
            Self::PasswordExpired(_) => f.write_str("mật khẩu hết hạn"),
            Self::SignInDisabled(_) => f.write_str("tắt đăng nhập vì an toàn"),
            Self::Locked { mode, .. } => f.write_str(match mode {
                LockMode::Receives => "tạm khóa, vẫn nhận thư",
                LockMode::Closed => "tạm khóa, không nhận thư",
            }),
            Self::Revoked(_) => f.write_str("đã thu hồi"),
            Self::Deleted(_) => f.write_str("đã xóa vĩnh viễn"),
        }
    }
}
