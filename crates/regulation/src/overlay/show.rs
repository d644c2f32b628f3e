//! An overlay as people read it: what it asks, and nothing of what it leaves open.

use super::lay::second_factor_row;
use super::{Networks, Overlay};
use crate::password::Rule;
use crate::show::Rows;
use crate::{Row, Section, content, forwarding};

impl Overlay {
    /// All that it asks for, section by section, with the keys of a profile's rows.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let origin = self.origin();
        let asked = |mine: Vec<Row>, unasked: &[Row]| {
            let is_asked = |row: &Row| {
                !unasked
                    .iter()
                    .any(|other| other.key == row.key && other.value == row.value)
            };
            mine.into_iter().filter(is_asked).collect::<Vec<_>>()
        };
        let password = |rule: &Rule| Rows::of("", |rows| rule.rows(rows));
        let unasked = password(&Rule::nothing(&origin));
        let mut passwords = asked(password(&self.alone), &unasked);
        let (mine, second) = (
            self.alone.minimum_length(),
            self.with_second_factor.minimum_length(),
        );
        if mine.value != second.value {
            passwords.push(second_factor_row(second.value, second.origin.clone()));
        }
        let mut sections = vec![
            Section {
                title: "Đăng nhập",
                rows: self.sign_in_rows(),
            },
            Section {
                title: "Mật khẩu",
                rows: passwords,
            },
            Section {
                title: "Vòng đời hộp thư",
                rows: Rows::of("", |rows| crate::lifecycle::sweep_rows(&self.sweeps, rows)),
            },
            Section {
                title: "Dung lượng và nhật ký",
                rows: self.log_rows(),
            },
        ];
        let rules = self
            .content
            .sections()
            .into_iter()
            .chain(self.forwarding.sections());
        let unasked: Vec<Row> = content::Rule::nothing(&origin)
            .sections()
            .into_iter()
            .chain(forwarding::Rule::nothing(&origin).sections())
            .flat_map(|section| section.rows)
            .collect();
        sections.extend(rules.map(|section| Section {
            title: section.title,
            rows: asked(section.rows, &unasked),
        }));
        sections.retain(|section| !section.rows.is_empty());
        sections
    }

    fn sign_in_rows(&self) -> Vec<Row> {
        let mut rows = Vec::new();
        let who = [
            (
                self.second_factor.internet,
                "second_factor.internet",
                "Yếu tố xác thực thứ hai khi truy cập từ Internet",
            ),
            (
                self.second_factor.administrators,
                "second_factor.administrators",
                "Yếu tố xác thực thứ hai của quản trị viên",
            ),
        ];
        for (_, key, label) in who.into_iter().filter(|(is_asked, _, _)| *is_asked) {
            rows.push(self.row(key, label, "bắt buộc"));
        }
        if self.networks == Networks::Listed {
            rows.push(self.row(
                "administrators.networks",
                "Quản trị viên đăng nhập",
                "chỉ từ các mạng trong danh sách cho phép",
            ));
        }
        rows
    }

    fn log_rows(&self) -> Vec<Row> {
        let row = |months: u32| {
            self.row(
                "log_retention_months",
                "Thời gian lưu nhật ký",
                format!("tối thiểu {months:02} tháng"),
            )
        };
        self.log_retention_months.map(row).into_iter().collect()
    }

    fn row(&self, key: &str, label: &str, value: impl Into<String>) -> Row {
        Row {
            key: key.to_owned(),
            label: label.to_owned(),
            value: value.into(),
            origin: self.origin(),
        }
    }
}
