//! A profile as people read it.

use crate::{ClauseId, InForce, Origin, Profile, Source};

/// One value of a profile, told in Vietnamese.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Row {
    /// The key in the file: `password.minimum_length`.
    pub key: String,
    /// What it is called: "Độ dài mật khẩu tối thiểu".
    pub label: String,
    /// The value with its unit: "08 ký tự".
    pub value: String,
    /// What set it.
    pub origin: Origin,
}

/// Values that belong together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Section {
    /// What they are about: "Mật khẩu".
    pub title: &'static str,
    /// The values in the order of the file.
    pub rows: Vec<Row>,
}

/// Rows of one section while they are put together.
pub(crate) struct Rows<'c> {
    code: &'c str,
    rows: Vec<Row>,
}

impl<'c> Rows<'c> {
    fn new(code: &'c str) -> Self {
        Self {
            code,
            rows: Vec::new(),
        }
    }

    /// What `fill` adds.
    pub(crate) fn of(code: &'c str, fill: impl FnOnce(&mut Self)) -> Vec<Row> {
        let mut rows = Self::new(code);
        fill(&mut rows);
        rows.rows
    }

    /// One more row, with where its value comes from.
    pub(crate) fn add(
        &mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
        source: &Source,
    ) {
        let origin = Origin::Profile {
            code: self.code.to_owned(),
            source: source.clone(),
        };
        self.set(key, label, value, origin);
    }

    /// One more row about the document itself.
    pub(crate) fn document(
        &mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
    ) {
        self.set(key, label, value, Origin::Document(self.code.to_owned()));
    }

    /// One more row, with what set its value.
    pub(crate) fn set(
        &mut self,
        key: impl Into<String>,
        label: impl Into<String>,
        value: impl Into<String>,
        origin: Origin,
    ) {
        self.rows.push(Row {
            key: key.into(),
            label: label.into(),
            value: value.into(),
            origin,
        });
    }
}

impl Profile {
    /// What the text says in a clause, where a value of this profile rests on it.
    #[must_use]
    pub fn words_of(&self, clause: &ClauseId) -> Option<String> {
        let rows = self.sections().into_iter().flat_map(|section| section.rows);
        rows.filter_map(|row| match row.origin {
            Origin::Profile {
                source: Source::Clause { id, quote },
                ..
            } => (id == *clause).then_some(quote),
            _ => None,
        })
        .next()
    }

    /// All there is to tell, section by section. Two profiles compare by the rows' keys.
    #[must_use]
    pub fn sections(&self) -> Vec<Section> {
        let section = |title, fill: &dyn Fn(&mut Rows<'_>)| Section {
            title,
            rows: Rows::of(&self.code, |rows| fill(rows)),
        };
        let mut sections = vec![
            section("Văn bản và cơ quan", &|rows| {
                self.identity_rows(rows);
                self.head.rows(rows);
            }),
            section("Dung lượng và nhật ký", &|rows| {
                self.quota_rows(rows);
            }),
            section("Mật khẩu", &|rows| self.password().rows(rows)),
            section("Vòng đời hộp thư", &|rows| self.lifecycle.rows(rows)),
            section("Đặt tên địa chỉ", &|rows| self.naming.rows(rows)),
            section("Yêu cầu", &|rows| {
                self.requests.iter().for_each(|rule| rule.rows(self, rows));
            }),
            section("Biểu mẫu", &|rows| {
                self.forms.iter().for_each(|form| form.rows(rows));
            }),
            section("Báo cáo", &|rows| {
                self.reports.iter().for_each(|report| report.rows(rows));
            }),
            section("Hành vi vi phạm", &|rows| {
                self.violations.iter().for_each(|one| one.rows(rows));
            }),
            section("Quy tắc sử dụng", &|rows| {
                self.acceptable_use.rows(rows);
            }),
            section("Kiểm tra hộp thư", &|rows| self.checks.rows(rows)),
            section("Ngừng dịch vụ", &|rows| self.planned_stop.rows(rows)),
            section("Đối tượng và hộp thư đơn vị", &|rows| {
                self.access.rows(rows);
            }),
            section("Hướng dẫn", &|rows| {
                self.guidance.iter().for_each(|one| one.rows(rows));
            }),
        ];
        sections.extend(self.content.sections());
        sections.extend(self.forwarding.sections());
        sections.retain(|section| !section.rows.is_empty());
        sections
    }

    fn identity_rows(&self, rows: &mut Rows<'_>) {
        rows.document("title", "Tên văn bản", &self.title);
        rows.document("decision", "Quyết định ban hành", &self.decision);
        let since = match self.in_force.value {
            InForce::From(day) => format!("từ ngày {}", day.vietnamese()),
            InForce::Undated => "chưa: dự thảo".to_owned(),
        };
        rows.add("in_force", "Hiệu lực", since, &self.in_force.source);
        rows.add(
            "domain",
            "Tên miền",
            &self.domain.value,
            &self.domain.source,
        );
        if let Some(suffix) = &self.address_suffix {
            let value = format!(".{}", suffix.value);
            rows.add(
                "address_suffix",
                "Phần cuối mọi địa chỉ",
                value,
                &suffix.source,
            );
        }
        for (key, label, value) in [
            ("managing", "Cơ quan quản lý", &self.managing),
            ("operating", "Đơn vị vận hành", &self.operating),
        ] {
            rows.add(key, label, &value.value, &value.source);
        }
    }
}
