//! Requests as people read them.

use std::fmt;

use super::{Channel, RequestRule, Told, Way};
use crate::forms::Form;
use crate::show::Rows;
use crate::{MailboxKind, Profile};

impl fmt::Display for Channel {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self.way {
            Way::Documents => "hệ thống quản lý văn bản",
            Way::Letter => "văn bản, công văn",
            Way::UnitMailbox => "hộp thư của cơ quan, đơn vị",
            Way::SelfService => "chức năng tự phục vụ của hệ thống",
            Way::Notice => "thông báo trực tiếp hoặc điện thoại",
        })?;
        if let Some(to) = &self.to {
            write!(f, " gửi đến {to}")?;
        }
        match self.only {
            Some(MailboxKind::Personal) => f.write_str(" (hộp thư cá nhân)"),
            Some(MailboxKind::Unit) => f.write_str(" (hộp thư cơ quan, đơn vị)"),
            None => Ok(()),
        }
    }
}

impl RequestRule {
    pub(crate) fn rows(&self, profile: &Profile, rows: &mut Rows<'_>) {
        let kind = self.kind.value;
        let key = |end: &str| format!("request.{}.{end}", kind.id());
        let label = |what: &str| format!("Yêu cầu {}: {what}", kind.title());
        for (at, channel) in self.channels.iter().enumerate() {
            let end = format!("channel.{}", at + 1);
            rows.add(
                key(&end),
                label("gửi qua"),
                channel.value.to_string(),
                &channel.source,
            );
        }
        let steps: Vec<&str> = self.steps.iter().map(|step| step.value.as_str()).collect();
        let source = self
            .steps
            .last()
            .map_or(&self.kind.source, |step| &step.source);
        rows.add(key("steps"), label("trình tự"), steps.join(" → "), source);
        if let Some(form) = &self.form {
            let forms: Vec<&str> = std::iter::once(form)
                .chain(&self.accepts)
                .map(|id| profile.form(id).map_or(id.as_str(), Form::name))
                .collect();
            rows.add(
                key("form"),
                label("biểu mẫu"),
                forms.join("; cũng nhận "),
                &self.kind.source,
            );
        }
        if !self.fields.is_empty() {
            let fields: Vec<String> = self
                .fields
                .iter()
                .map(|field| {
                    let optional = if field.required { "" } else { " (nếu có)" };
                    format!("{}{optional}", field.label)
                })
                .collect();
            rows.add(
                key("fields"),
                label("thông tin phải có"),
                fields.join(", "),
                &self.kind.source,
            );
        }
        if let Some(deadline) = &self.deadline {
            rows.add(
                key("deadline"),
                label("thời hạn"),
                deadline.value.to_string(),
                &deadline.source,
            );
        }
        let told: Vec<&str> = self
            .result
            .value
            .iter()
            .map(|told| match told {
                Told::Organisation => "cơ quan, đơn vị đề nghị",
                Told::Managing => "cơ quan quản lý",
            })
            .collect();
        rows.add(
            key("result"),
            label("báo kết quả cho"),
            told.join(", "),
            &self.result.source,
        );
        let reason = &self.reason_on_refusal;
        let value = if reason.value { "có" } else { "không" };
        rows.add(
            key("reason"),
            label("từ chối phải nêu lý do"),
            value,
            &reason.source,
        );
    }
}
