//! The rules of the life of a mailbox as people read them.

use super::rules::Rules;
use crate::{Row, Section};

impl Rules {
    /// The sections that `congvu profile show` prints.
    pub(crate) fn sections(&self) -> Vec<Section> {
        let row = |key: &str, label: &str, value: String, origin: &crate::Origin| Row {
            key: key.to_owned(),
            label: label.to_owned(),
            value,
            origin: origin.clone(),
        };
        let yes_or_no = |yes: bool| if yes { "có" } else { "không" }.to_owned();
        let mut rows = Vec::new();
        for sweep in self.sweeps() {
            let mut value = sweep.sentence();
            value.push_str("; ");
            value.push_str(&sweep.details());
            rows.push(row(
                &format!("sweep.{}", sweep.id()),
                &sweep.label(),
                value,
                sweep.origin(),
            ));
        }
        let remind = &self.password_remind;
        let days: Vec<String> = remind.value.iter().map(ToString::to_string).collect();
        rows.push(row(
            "password_reminders.days",
            "Nhắc trước khi mật khẩu hết hạn",
            format!("{} ngày", days.join(", ")),
            &remind.origin,
        ));
        let within = &self.restore_within;
        let mut restore = vec![
            row(
                "restore.within",
                "Hạn giải quyết đề nghị khôi phục",
                within
                    .value
                    .map_or_else(|| "không quy định".to_owned(), |term| term.to_string()),
                &within.origin,
            ),
            row(
                "restore.must_change",
                "Đổi mật khẩu ở lần truy cập đầu sau khôi phục",
                yes_or_no(self.restore_must_change.value),
                &self.restore_must_change.origin,
            ),
        ];
        restore.extend(self.waits.iter().map(|wait| {
            row(
                &format!("restore.wait.{}", wait.sweep),
                "Chỉ giải quyết mở lại",
                format!("sau {} kể từ khi khóa theo «{}»", wait.term, wait.sweep),
                &wait.origin,
            )
        }));
        restore.push(row(
            "revoke.destroys",
            "Thu hồi là xóa hẳn, không khôi phục được",
            yes_or_no(self.revoke_destroys.value),
            &self.revoke_destroys.origin,
        ));
        vec![
            Section {
                title: "Vòng đời hộp thư",
                rows,
            },
            Section {
                title: "Khôi phục, thu hồi",
                rows: restore,
            },
        ]
    }
}
