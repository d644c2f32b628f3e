//! `congvu access`

use clap::{Args, Subcommand};

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum AccessCommand {
    /// Chủ hộp thư đồng ý cho một người đọc hộp thư của mình một thời gian; --as là chủ hộp thư
    Consent {
        /// Cho ai, đến khi nào, để làm gì
        #[command(flatten)]
        period: AccessPeriod,
        /// Chủ hộp thư
        #[command(flatten)]
        who: As,
    },
    /// Đề xuất cho một người đọc hộp thư của người khác theo văn bản; người thứ hai xác nhận bằng congvu access confirm
    Ask {
        /// Hộp thư cần đọc
        mailbox: String,
        /// Cho ai, đến khi nào, để làm gì
        #[command(flatten)]
        period: AccessPeriod,
        /// Số, ngày văn bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: String,
        /// Ngày báo cho chủ hộp thư, nếu văn bản cho báo sau; bỏ trống: báo ngay khi xác nhận
        #[arg(long, value_name = "NGÀY")]
        tell_on: Option<String>,
        /// Người đề xuất
        #[command(flatten)]
        who: As,
    },
    /// Xác nhận một đề xuất; phải là người khác với người đề xuất
    Confirm {
        /// Số của lệnh
        order: i64,
        /// Người xác nhận
        #[command(flatten)]
        who: As,
    },
    /// Rút một đề xuất chưa được xác nhận
    Withdraw {
        /// Số của lệnh
        order: i64,
        /// Ai rút
        #[command(flatten)]
        who: As,
    },
    /// Liệt kê ai được, đã được đọc một hộp thư, và từng lần đã mở; chủ hộp thư xem được của mình
    List {
        /// Hộp thư
        mailbox: String,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
        /// Ai xem
        #[command(flatten)]
        who: As,
    },
    /// Chấm dứt ngay một lần cho phép; những gì đang mở đóng lại
    End {
        /// Số của lần cho phép (congvu access list)
        grant: i64,
        /// Ai chấm dứt: chủ hộp thư đối với điều mình đồng ý, người quyết định đối với lệnh
        #[command(flatten)]
        who: As,
    },
}

/// Whom, how long, what for.
#[derive(Debug, Args)]
pub(crate) struct AccessPeriod {
    /// Địa chỉ thư cá nhân của người được đọc
    #[arg(long, value_name = "ĐỊA CHỈ")]
    pub(crate) to: String,
    /// Mục đích
    #[arg(long, value_name = "MỤC ĐÍCH")]
    pub(crate) purpose: String,
    /// Từ ngày, ví dụ 2026-12-01; bỏ trống: từ bây giờ
    #[arg(long, value_name = "NGÀY")]
    pub(crate) from: Option<String>,
    /// Đến hết ngày; không quá 90 ngày
    #[arg(long, value_name = "NGÀY")]
    pub(crate) until: String,
}
