//! Quotas as people read them.

use super::Exception;
use crate::Profile;
use crate::show::Rows;
use crate::size::shown;

impl Profile {
    pub(crate) fn quota_rows(&self, rows: &mut Rows<'_>) {
        let quotas = &self.quotas;
        for (key, kind, bounds) in [
            ("personal", "cá nhân", &quotas.personal),
            ("unit", "cơ quan, đơn vị", &quotas.unit),
        ] {
            if let Some(minimum) = &bounds.minimum {
                let label = format!("Dung lượng tối thiểu, hộp thư {kind}");
                rows.add(
                    format!("quota.{key}.minimum"),
                    label,
                    shown(minimum.value),
                    &minimum.source,
                );
            }
            for (end, label, value) in [
                ("maximum", "Dung lượng tối đa", &bounds.maximum),
                ("default", "Dung lượng khi cấp mới", &bounds.default),
            ] {
                let label = format!("{label}, hộp thư {kind}");
                rows.add(
                    format!("quota.{key}.{end}"),
                    label,
                    shown(value.value),
                    &value.source,
                );
            }
        }
        rows.add(
            "quota.exception",
            "Cấp vượt dung lượng tối đa",
            excepted(quotas.exception.value),
            &quotas.exception.source,
        );
        let percents = &quotas.warnings.percents;
        let shown_percents: Vec<String> = percents
            .value
            .iter()
            .map(|percent| format!("{percent} %"))
            .collect();
        let ours = match percents.clause() {
            Some(_) => " (tỷ lệ do nơi vận hành đặt)",
            None => "",
        };
        let value = format!("{}{ours}", shown_percents.join(", "));
        rows.add(
            "quota.warnings",
            "Cảnh báo khi hộp thư gần đầy",
            value,
            &percents.source,
        );
        for (key, kind, value) in [
            ("personal", "cá nhân", &quotas.attachment_personal),
            ("unit", "cơ quan, đơn vị", &quotas.attachment_unit),
        ] {
            let label = format!("Tệp đính kèm tối đa mỗi thư, hộp thư {kind}");
            rows.add(
                format!("attachment.{key}"),
                label,
                shown(value.value),
                &value.source,
            );
        }
        let exception = &quotas.attachment_exception;
        rows.add(
            "attachment.exception",
            "Cho đính kèm vượt mức tối đa",
            excepted(exception.value),
            &exception.source,
        );
        let months = &self.log_retention_months;
        let value = format!("tối thiểu {:02} tháng", months.value);
        rows.add(
            "log_retention_months",
            "Thời gian lưu nhật ký",
            value,
            &months.source,
        );
    }
}

fn excepted(exception: Exception) -> &'static str {
    match exception {
        Exception::OnRequest => "theo yêu cầu được duyệt",
        Exception::None => "không có",
    }
}
