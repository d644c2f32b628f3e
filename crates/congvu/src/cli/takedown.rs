//! `congvu takedown`, `congvu incident`, `congvu stop`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum TakedownCommand {
    /// Lập hồ sơ: tìm mọi bản sao của thư theo các dấu hiệu (nêu nhiều dấu hiệu thì phải khớp tất cả); chưa động đến thư nào
    Open(Box<TakedownOpen>),
    /// Xem bản sao nằm ở cơ quan, hộp thư, thư mục nào; không bao giờ in nội dung thư
    Preview(TakedownCase),
    /// Niêm phong mọi bản sao, kể cả bản đến sau; chỗ cũ còn một thư báo
    Seal(TakedownCase),
    /// Trả lại mọi bản sao về chỗ cũ, hoặc đóng hồ sơ chưa niêm phong
    Release(TakedownOrder),
    /// Đề xuất hủy hẳn các bản đã niêm phong; người thứ hai xác nhận bằng congvu takedown confirm
    Purge(TakedownOrder),
    /// Đề xuất cho xuất hồ sơ chứng cứ kèm nội dung thư; người thứ hai xác nhận
    Content(TakedownOrder),
    /// Xác nhận một lệnh hai người; phải là người khác với người đề xuất; hủy rồi thì không lấy lại được
    Confirm {
        /// Số của lệnh
        order: i64,
        /// Ai xác nhận
        #[command(flatten)]
        who: As,
    },
    /// Xuất hồ sơ chứng cứ (JSON, CSV, mã SHA-256) vào một thư mục mới
    Evidence {
        /// Số hồ sơ
        case: i64,
        /// Thư mục mới để ghi
        #[arg(long, value_name = "THƯ MỤC")]
        out: PathBuf,
        /// Kèm nội dung thư; cần lệnh hai người đã xác nhận
        #[arg(long)]
        content: bool,
        /// Ai xuất
        #[command(flatten)]
        who: As,
    },
    /// Liệt kê hồ sơ, mới nhất trước
    List,
}

/// `congvu takedown open`
#[derive(Debug, Args)]
pub(crate) struct TakedownOpen {
    /// Message-ID của thư
    #[arg(long, value_name = "ID")]
    pub(crate) message_id: Option<String>,
    /// Mã nội dung của thư như sự cố báo tài liệu mật nêu (64 chữ số hệ 16)
    #[arg(long, value_name = "MÃ")]
    pub(crate) content: Option<String>,
    /// SHA-256 của tệp đính kèm, hoặc của thư được gửi kèm trong thư khác (64 chữ số hệ 16)
    #[arg(long, value_name = "SHA-256")]
    pub(crate) attachment: Option<String>,
    /// Tệp trên máy này giống hệt tệp đính kèm cần tìm
    #[arg(long, value_name = "TỆP", conflicts_with = "attachment")]
    pub(crate) attachment_file: Option<PathBuf>,
    /// Địa chỉ người gửi (From hoặc Sender)
    #[arg(long, value_name = "ĐỊA CHỈ")]
    pub(crate) sender: Option<String>,
    /// Thư đến hệ thống từ lúc này, như 2026-11-23 hoặc 2026-11-23 08:00
    #[arg(long, value_name = "LÚC")]
    pub(crate) from: Option<String>,
    /// Thư đến hệ thống trước lúc này; bỏ trống: cả thư đến sau
    #[arg(long, value_name = "LÚC")]
    pub(crate) until: Option<String>,
    /// Số, ngày văn bản yêu cầu
    #[arg(long, value_name = "VĂN BẢN")]
    pub(crate) document: String,
    /// Điều khoản làm căn cứ
    #[arg(long, value_name = "ĐIỀU KHOẢN", default_value = "QN.13.9")]
    pub(crate) clause: String,
    /// Lý do; người dùng không thấy
    #[arg(long, value_name = "LÝ DO")]
    pub(crate) reason: String,
    /// Nơi người dùng liên hệ để hỏi; ghi trong thư báo
    #[arg(long, value_name = "NƠI")]
    pub(crate) contact: String,
    /// Số của sự cố đã báo
    #[arg(long, value_name = "SỐ")]
    pub(crate) incident: Option<i64>,
    /// Ai lập
    #[command(flatten)]
    pub(crate) who: As,
}

/// A case and who acts.
#[derive(Debug, Args)]
pub(crate) struct TakedownCase {
    /// Số hồ sơ
    pub(crate) case: i64,
    /// Ai làm
    #[command(flatten)]
    pub(crate) who: As,
}

/// A case, why, and who acts.
#[derive(Debug, Args)]
pub(crate) struct TakedownOrder {
    /// Số hồ sơ
    pub(crate) case: i64,
    /// Số, ngày văn bản
    #[arg(long, value_name = "VĂN BẢN", default_value = "")]
    pub(crate) document: String,
    /// Lý do
    #[arg(long, value_name = "LÝ DO", default_value = "")]
    pub(crate) reason: String,
    /// Ai làm
    #[command(flatten)]
    pub(crate) who: As,
}

#[derive(Debug, Subcommand)]
pub(crate) enum IncidentCommand {
    /// Báo một sự cố
    Report {
        /// Loại: outage, malware, phishing, hijacked, burst, secret, other
        #[arg(long, value_name = "LOẠI", default_value = "other")]
        kind: String,
        /// Hộp thư liên quan
        #[arg(long, value_name = "ĐỊA CHỈ")]
        mailbox: Option<String>,
        /// Mô tả
        description: String,
        /// Ai báo
        #[command(flatten)]
        who: As,
    },
    /// Báo tài liệu mật trong hộp thư: báo thủ trưởng, cơ quan quản lý, cơ quan gửi; không bao giờ kèm tài liệu
    Secret {
        /// Hộp thư có tài liệu
        mailbox: String,
        /// Thư mục
        #[arg(long, value_name = "THƯ MỤC", default_value = "INBOX")]
        folder: String,
        /// UID của thư trong thư mục
        #[arg(long, value_name = "UID")]
        uid: u32,
        /// Địa chỉ cơ quan có thẩm quyền cần báo
        #[arg(long, value_name = "ĐỊA CHỈ")]
        authority: Option<String>,
        /// Ai báo
        #[command(flatten)]
        who: As,
    },
    /// Chuyển trạng thái: handling, fixed, closed
    Step {
        /// Số sự cố
        incident: i64,
        /// Trạng thái mới
        state: String,
        /// Đã làm gì
        #[arg(long, value_name = "GHI CHÚ", default_value = "")]
        note: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Xem một sự cố và các bước xử lý
    Show {
        /// Số sự cố
        incident: i64,
    },
    /// Liệt kê, mới nhất trước
    List {
        /// Chỉ những sự cố ở trạng thái này: reported, handling, fixed, closed
        #[arg(long, value_name = "TRẠNG THÁI")]
        state: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum StopCommand {
    /// Thông báo một lần ngừng dịch vụ; lần ngừng không báo trước đủ ngày hoặc không nêu giờ phục hồi bị từ chối
    Plan(StopPlan),
    /// Hủy một kế hoạch ngừng; mọi người được báo
    Cancel {
        /// Số lần ngừng
        stop: i64,
        /// Lý do
        #[arg(long, value_name = "LÝ DO")]
        reason: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Dịch vụ hoạt động trở lại; mọi người được báo
    Done {
        /// Số lần ngừng
        stop: i64,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Liệt kê, mới nhất trước
    List,
}

/// `congvu stop plan`
#[derive(Debug, Args)]
pub(crate) struct StopPlan {
    /// Bắt đầu ngừng, như 2026-11-27 22:00
    #[arg(long, value_name = "LÚC")]
    pub(crate) from: String,
    /// Dịch vụ phục hồi
    #[arg(long, value_name = "LÚC")]
    pub(crate) until: Option<String>,
    /// Việc làm và dịch vụ bị ngừng
    #[arg(long, value_name = "NỘI DUNG")]
    pub(crate) what: String,
    /// Số, ngày văn bản
    #[arg(long, value_name = "VĂN BẢN", default_value = "")]
    pub(crate) document: String,
    /// Ngừng khẩn cấp, không kế hoạch: được ghi thành sự cố
    #[arg(long)]
    pub(crate) emergency: bool,
    /// Ai làm
    #[command(flatten)]
    pub(crate) who: As,
}
