//! The rules of the life of a mailbox as people read them.

use super::rules::{Rules, Sweep};
use crate::show::Rows;

/// A row for each sweep.
pub(crate) fn sweep_rows(sweeps: &[Sweep], rows: &mut Rows<'_>) {
    for sweep in sweeps {
        rows.set(
            format!("sweep.{}", sweep.id()),
            sweep.label(),
            format!("{}; {}", sweep.sentence(), sweep.details()),
            sweep.origin().clone(),
        );
    }
}

impl Rules {
    /// The rows that `congvu profile show` prints.
    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let yes_or_no = |yes: bool| if yes { "có" } else { "không" };
        sweep_rows(self.sweeps(), rows);
        for wait in &self.waits {
            rows.set(
                format!("restore.wait.{}", wait.sweep),
                "Chỉ giải quyết mở lại",
                format!("sau {} kể từ khi khóa theo «{}»", wait.term, wait.sweep),
                wait.origin.clone(),
            );
        }
        let must_change = &self.restore_must_change;
        rows.set(
            "restore.must_change",
            "Đổi mật khẩu ở lần truy cập đầu sau khôi phục",
            yes_or_no(must_change.value),
            must_change.origin.clone(),
        );
        let destroys = &self.revoke_destroys;
        rows.set(
            "revoke.destroys",
            "Thu hồi là xóa hẳn, không khôi phục được",
            yes_or_no(destroys.value),
            destroys.origin.clone(),
        );
        let remind = &self.password_remind;
        let days: Vec<String> = remind.value.iter().map(ToString::to_string).collect();
        rows.set(
            "password_reminders.days",
            "Nhắc trước khi mật khẩu hết hạn",
            format!("{} ngày", days.join(", ")),
            remind.origin.clone(),
        );
    }
}
