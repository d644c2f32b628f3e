//! What may be done to a mailbox, and when.

use congvu_store::account::MustChange;

use super::who::Seen;
use crate::site::Lang;

/// One thing that may be done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Deed {
    Restore,
    Confirm,
    PutOff,
    Receipt,
    Lock,
    Exempt,
    EndExemption,
    Enable,
    HandOver,
    Reset,
    Factor,
    Quota,
    Attachment,
    Change,
    Violation,
    Revoke,
}

impl Deed {
    /// All of them, those that are due first above.
    pub(super) const ALL: [Self; 16] = [
        Self::Restore,
        Self::Confirm,
        Self::PutOff,
        Self::Receipt,
        Self::HandOver,
        Self::Enable,
        Self::Lock,
        Self::Exempt,
        Self::EndExemption,
        Self::Quota,
        Self::Attachment,
        Self::Change,
        Self::Reset,
        Self::Factor,
        Self::Violation,
        Self::Revoke,
    ];

    pub(super) fn of(slug: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|deed| deed.slug() == slug)
    }

    pub(super) fn slug(self) -> &'static str {
        match self {
            Self::Restore => "khoi-phuc",
            Self::Confirm => "xac-nhan",
            Self::PutOff => "hoan",
            Self::Receipt => "nhan-thong-bao",
            Self::Lock => "khoa",
            Self::Exempt => "ly-do",
            Self::EndExemption => "het-ly-do",
            Self::Enable => "mo-dang-nhap",
            Self::HandOver => "giao-mat-khau",
            Self::Reset => "cap-lai-mat-khau",
            Self::Factor => "go-hai-lop",
            Self::Quota => "dung-luong",
            Self::Attachment => "dinh-kem",
            Self::Change => "thong-tin",
            Self::Violation => "vi-pham",
            Self::Revoke => "thu-hoi",
        }
    }

    /// Whether this officer may do it to this mailbox now. The use case asks once more.
    pub(super) fn is_offered(self, seen: &Seen) -> bool {
        let life = &seen.subject.life;
        let opener = life.opener.as_ref();
        let in_use = seen.is_in_use();
        match self {
            Self::Restore => {
                let shut = opener.is_some_and(|opener| opener.disabled_at.is_some());
                let closed = life.lock.is_some() || life.revoked_at.is_some() || shut;
                seen.decides && closed && !seen.is_destroyed()
            }
            Self::Confirm | Self::PutOff => seen.decides && seen.proposal.is_some(),
            Self::Receipt => {
                let waits = life.lock.as_ref();
                let waits = waits
                    .is_some_and(|lock| lock.notice_at.is_some() && lock.received_at.is_none());
                (seen.acts || seen.asks) && waits
            }
            Self::Lock => seen.acts && in_use && life.lock.is_none(),
            Self::Exempt | Self::Quota | Self::Attachment | Self::Violation => seen.acts && in_use,
            Self::EndExemption => seen.acts && in_use && !life.exempt.is_empty(),
            Self::Enable => {
                let shut = opener.is_some_and(|opener| opener.disabled_at.is_some());
                seen.acts && in_use && shut && life.lock.is_none()
            }
            Self::HandOver => {
                let waits = opener.is_some_and(|opener| {
                    let given = matches!(
                        opener.must_change,
                        Some((MustChange::Issued | MustChange::Reset, _))
                    );
                    opener.handed_at.is_none() && given
                });
                (seen.acts || seen.asks) && in_use && waits
            }
            Self::Reset => seen.decides && in_use && opener.is_some(),
            Self::Factor => seen.acts && in_use && seen.has_factor,
            Self::Change | Self::Revoke => seen.decides && in_use,
        }
    }

    pub(super) fn title(self, lang: Lang) -> &'static str {
        match self {
            Self::Restore => lang.t("Khôi phục"),
            Self::Confirm => lang.t("Xác nhận đề xuất"),
            Self::PutOff => lang.t("Chưa thực hiện đề xuất"),
            Self::Receipt => lang.t("Ghi ngày cơ quan nhận thông báo"),
            Self::Lock => lang.t("Tạm khóa"),
            Self::Exempt => lang.t("Ghi lý do chưa sử dụng"),
            Self::EndExemption => lang.t("Hết lý do chưa sử dụng"),
            Self::Enable => lang.t("Mở lại đăng nhập"),
            Self::HandOver => lang.t("Giao mật khẩu một lần"),
            Self::Reset => lang.t("Cấp lại mật khẩu"),
            Self::Factor => lang.t("Gỡ xác thực hai lớp"),
            Self::Quota => lang.t("Đặt dung lượng"),
            Self::Attachment => lang.t("Đặt mức tệp đính kèm"),
            Self::Change => lang.t("Đổi thông tin, địa chỉ"),
            Self::Violation => lang.t("Ghi nhận vi phạm"),
            Self::Revoke => lang.t("Thu hồi"),
        }
    }

    /// What it does, who hears of it, in a sentence or two.
    pub(super) fn consequence(self, lang: Lang) -> &'static str {
        match self {
            Self::Restore => lang.t(
                "Chủ hộp thư đăng nhập lại được ngay. Chủ hộp thư và cơ quan được báo kết quả.",
            ),
            Self::Confirm => lang.t("Việc đã đến hạn được thực hiện ngay nếu vẫn còn đến hạn; cơ quan được thông báo."),
            Self::PutOff => lang.t("Lý do được ghi nhận đến hết ngày này; sau đó nếu vẫn đến hạn thì hệ thống đề xuất lại."),
            Self::Receipt => lang.t("Thời hạn để cơ quan đề nghị khôi phục tính từ ngày này. Đã ghi thì không sửa được."),
            Self::Lock => lang.t("Chủ hộp thư không đăng nhập, không gửi được; mọi phiên đang mở kết thúc ngay. Cơ quan được gửi thông báo."),
            Self::Exempt => lang.t("Đến hết ngày này hộp thư không bị khóa hay thu hồi vì không sử dụng."),
            Self::EndExemption => lang.t("Các lý do đã ghi không còn hiệu lực; thời hạn không sử dụng lại được tính."),
            Self::Enable => lang.t("Chủ hộp thư đăng nhập lại được bằng mật khẩu đang có."),
            Self::HandOver => lang.t("Mật khẩu được tạo và chỉ hiện một lần, để in hoặc đọc cho người nhận. Người dùng phải đổi ở lần đăng nhập đầu."),
            Self::Reset => lang.t("Mật khẩu cũ, mọi phiên và mật khẩu ứng dụng hết hiệu lực ngay. Mật khẩu mới chỉ hiện một lần."),
            Self::Factor => lang.t("Lần sau chỉ cần mật khẩu; mọi phiên đang mở kết thúc và chủ hộp thư được báo. Hãy chắc chắn người đề nghị là chủ hộp thư."),
            Self::Quota => lang.t("Có hiệu lực ngay. Vượt mức tối đa cần số văn bản chấp thuận."),
            Self::Attachment => lang.t("Tổng dung lượng tệp kèm của một thư gửi đi. Vượt mức chung cần số văn bản chấp thuận."),
            Self::Change => lang.t("Đổi địa chỉ thì địa chỉ cũ vẫn nhận thư như bí danh; chủ hộp thư được báo. Danh bạ đổi theo ngay."),
            Self::Violation => lang.t("Chỉ ghi vào nhật ký; hộp thư không bị khóa và không ai được báo."),
            Self::Revoke => lang.t("Hộp thư không còn dùng được; cơ quan được thông báo."),
        }
    }

    /// What its button says.
    pub(super) fn button(self, lang: Lang) -> &'static str {
        match self {
            Self::Restore => lang.t("Khôi phục hộp thư"),
            Self::Confirm => lang.t("Xác nhận và thực hiện"),
            Self::PutOff => lang.t("Chưa thực hiện"),
            Self::Receipt => lang.t("Ghi ngày nhận"),
            Self::Lock => lang.t("Tạm khóa hộp thư"),
            Self::Exempt => lang.t("Ghi lý do"),
            Self::EndExemption => lang.t("Bỏ lý do"),
            Self::Enable => lang.t("Mở lại đăng nhập"),
            Self::HandOver => lang.t("Tạo và hiện mật khẩu"),
            Self::Reset => lang.t("Cấp và hiện mật khẩu mới"),
            Self::Factor => lang.t("Gỡ xác thực hai lớp"),
            Self::Quota => lang.t("Đặt dung lượng"),
            Self::Attachment => lang.t("Đặt mức tệp đính kèm"),
            Self::Change => lang.t("Lưu thay đổi"),
            Self::Violation => lang.t("Ghi nhận vi phạm"),
            Self::Revoke => lang.t("Thu hồi hộp thư"),
        }
    }

    /// What is told once it is done.
    pub(super) fn done(self, lang: Lang) -> &'static str {
        match self {
            Self::Restore => lang.t("Đã khôi phục hộp thư; chủ hộp thư và cơ quan được báo."),
            Self::Confirm => lang.t("Đã thực hiện đề xuất."),
            Self::PutOff => lang.t("Đã hoãn đề xuất."),
            Self::Receipt => lang.t("Đã ghi ngày cơ quan nhận thông báo."),
            Self::Lock => {
                lang.t("Đã tạm khóa; các phiên đang mở đã kết thúc, cơ quan được thông báo.")
            }
            Self::Exempt => lang.t("Đã ghi lý do chưa sử dụng."),
            Self::EndExemption => lang.t("Đã bỏ lý do chưa sử dụng."),
            Self::Enable => lang.t("Đã mở lại đăng nhập."),
            Self::Factor => lang.t("Đã gỡ xác thực hai lớp; chủ hộp thư được báo."),
            Self::Quota => lang.t("Đã đặt dung lượng."),
            Self::Attachment => lang.t("Đã đặt mức tệp đính kèm."),
            Self::Change => lang.t("Đã lưu thay đổi."),
            Self::Violation => lang.t("Đã ghi nhận vi phạm."),
            Self::Revoke => lang.t("Đã thu hồi hộp thư; cơ quan được thông báo."),
            Self::HandOver | Self::Reset => "",
        }
    }

    /// Where it is offered at all, somebody waits for it.
    pub(super) fn waits(self) -> bool {
        matches!(self, Self::Restore | Self::Receipt | Self::HandOver)
    }

    /// It cannot be taken back.
    pub(super) fn is_grave(self) -> bool {
        matches!(self, Self::Confirm | Self::Revoke)
    }
}
