//! What may be done to several mailboxes at once, and what is asked for it.

use congvu_governance::mailbox::Subject;
use congvu_governance::mailbox::bulk::Work;
use congvu_regulation::violations::Effect;

use crate::console::mailboxes::form::{Field, Kind};
use crate::site::{Fields, Lang};

/// What may be done to several at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Lock,
    Restore,
    Exempt,
    Quota,
}

impl Deed {
    pub(super) fn of(slug: &str) -> Option<Self> {
        Some(match slug {
            "khoa" => Self::Lock,
            "khoi-phuc" => Self::Restore,
            "ly-do" => Self::Exempt,
            "dung-luong" => Self::Quota,
            _ => return None,
        })
    }

    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Lock => "khoa",
            Self::Restore => "khoi-phuc",
            Self::Exempt => "ly-do",
            Self::Quota => "dung-luong",
        }
    }

    pub(super) fn of_work(work: &Work) -> Self {
        match work {
            Work::Lock { .. } => Self::Lock,
            Work::Restore { .. } => Self::Restore,
            Work::Exempt { .. } => Self::Exempt,
            Work::Quota { .. } => Self::Quota,
        }
    }

    pub(super) fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Lock => lang.t("Tạm khóa nhiều hộp thư"),
            Self::Restore => lang.t("Khôi phục nhiều hộp thư"),
            Self::Exempt => lang.t("Ghi lý do chưa sử dụng nhiều hộp thư"),
            Self::Quota => lang.t("Đặt dung lượng nhiều hộp thư"),
        }
    }

    /// What it does, and who hears of it.
    pub(super) fn consequence(self, lang: Lang) -> &'static str {
        match self {
            Self::Lock => lang.t(
                "Người dùng không đăng nhập, không gửi được; mọi phiên đang mở kết thúc ngay. Cơ quan của từng hộp thư được gửi thông báo.",
            ),
            Self::Restore => {
                lang.t("Người dùng đăng nhập lại được. Chủ hộp thư và cơ quan được báo kết quả.")
            }
            Self::Exempt => lang.t(
                "Đến hết ngày ghi ở đây, hộp thư không bị khóa hay thu hồi vì không sử dụng.",
            ),
            Self::Quota => {
                lang.t("Dung lượng mới có hiệu lực ngay. Vượt mức tối đa cần văn bản chấp thuận.")
            }
        }
    }

    pub(super) fn button(self, lang: Lang) -> &'static str {
        match self {
            Self::Lock => lang.t("Tạm khóa"),
            Self::Restore => lang.t("Khôi phục"),
            Self::Exempt => lang.t("Ghi lý do"),
            Self::Quota => lang.t("Đặt dung lượng"),
        }
    }

    pub(super) fn work(self, fields: &Fields) -> Work {
        let text = |name: &str| fields.get(name).trim().to_owned();
        let document = text("van-ban");
        match self {
            Self::Lock => Work::Lock {
                violation: text("vi-pham"),
                reason: text("ly-do"),
                document,
            },
            Self::Restore => Work::Restore { document },
            Self::Exempt => Work::Exempt {
                reason: text("ly-do"),
                until: text("den-ngay"),
                document,
            },
            Self::Quota => Work::Quota {
                bytes: text("mb").parse::<u64>().unwrap_or(0) * congvu_regulation::MB,
                document,
            },
        }
    }

    /// What is asked for; `law` is that of the first mailbox.
    pub(super) fn fields(
        self,
        fields: &Fields,
        subject: Option<&Subject>,
        lang: Lang,
    ) -> Vec<Field> {
        let profile = subject.map(|subject| subject.profile);
        let document = Field::new(
            Kind::Text,
            "van-ban",
            lang.t("Số, ngày văn bản làm căn cứ"),
            fields.get("van-ban"),
        );
        match self {
            Self::Lock => {
                let violations = profile.map_or(&[][..], |profile| profile.violations());
                let may = violations.iter().filter_map(|known| match known.effect() {
                    Effect::MayLock(clause) => Some((
                        known.id().to_owned(),
                        format!("{} ({clause})", known.label()),
                    )),
                    Effect::Record => None,
                });
                let asked = lang.t("Không phải vi phạm: theo đề nghị hoặc vì an toàn");
                let choices = std::iter::once((String::new(), asked.to_owned())).chain(may);
                vec![
                    Field::new(Kind::Select, "vi-pham", lang.t("Hành vi vi phạm"), "")
                        .of(choices, &[fields.get("vi-pham")]),
                    Field::new(
                        Kind::Text,
                        "ly-do",
                        lang.t("Lý do hoặc điều đã phát hiện"),
                        fields.get("ly-do"),
                    )
                    .must()
                    .hint(lang.t("Ghi trong thông báo gửi cơ quan và trong nhật ký.")),
                    document,
                ]
            }
            Self::Restore => vec![document.hint(lang.t("Văn bản đề nghị khôi phục của cơ quan."))],
            Self::Exempt => vec![
                Field::new(
                    Kind::Text,
                    "ly-do",
                    lang.t("Lý do chưa sử dụng"),
                    fields.get("ly-do"),
                )
                .must()
                .hint(lang.t("Nghỉ thai sản, đi học, biệt phái…")),
                Field::new(
                    Kind::Date,
                    "den-ngay",
                    lang.t("Có hiệu lực đến hết ngày"),
                    fields.get("den-ngay"),
                )
                .must(),
                document,
            ],
            Self::Quota => vec![
                Field::new(
                    Kind::Number,
                    "mb",
                    lang.t("Dung lượng mỗi hộp thư (MB)"),
                    fields.get("mb"),
                )
                .must(),
                document,
            ],
        }
    }
}
