//! The rule as people read it, value by value.

use super::Rule;
use crate::show::Rows;

impl Rule {
    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let mut set = |key: &str, label: &str, value: String, origin: &crate::Origin| {
            rows.set(format!("password.{key}"), label, value, origin.clone());
        };
        let length = self.minimum_length();
        set(
            "minimum_length",
            "Độ dài mật khẩu tối thiểu",
            format!("{:02} ký tự", length.value),
            &length.origin,
        );
        let classes: Vec<String> = self
            .classes()
            .iter()
            .map(|class| class.value.to_string())
            .collect();
        if let Some(first) = self.classes().first() {
            set(
                "classes",
                "Mật khẩu phải có",
                classes.join(", "),
                &first.origin,
            );
        }
        let expires = self.expires();
        let value = match expires.value {
            Some(term) => format!("{term} một lần"),
            None => "không bắt buộc".to_owned(),
        };
        set("expires", "Đổi mật khẩu định kỳ", value, &expires.origin);
        let refused = |is: bool| if is { "không được" } else { "được" };
        let names = self.names_refused();
        let label = "Chứa tên tổ chức, phòng ban, cá nhân";
        set(
            "names",
            label,
            refused(names.value).to_owned(),
            &names.origin,
        );
        let history = self.history();
        let value = format!("{} mật khẩu gần nhất", history.value);
        set("history", "Không dùng lại", value, &history.origin);
        let common = self.common_refused();
        let label = "Mật khẩu phổ biến, dễ đoán";
        set(
            "common",
            label,
            refused(common.value).to_owned(),
            &common.origin,
        );
        let first = self.change_at_first_sign_in();
        let value = if first.value {
            "bắt buộc"
        } else {
            "không bắt buộc"
        };
        rows.set(
            "first_sign_in.change",
            "Đổi mật khẩu ở lần đăng nhập đầu tiên",
            value,
            first.origin.clone(),
        );
    }
}
