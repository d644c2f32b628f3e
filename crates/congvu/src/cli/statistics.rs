//! `congvu statistics`

use std::path::PathBuf;

use clap::{Args, Subcommand};

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum StatisticsCommand {
    /// Tình hình sử dụng hộp thư của từng cơ quan, đơn vị: số hộp thư, đã đăng nhập, đang khóa, dung lượng
    Use(StatisticsAsked),
    /// Hộp thư có được kiểm tra đủ số lần mỗi ngày không, từng hộp thư; nơi quy chế có quy định
    Checks(StatisticsAsked),
    /// Số thư gửi theo loại văn bản (thông báo, công văn, thư mời …) mà người gửi đã chọn
    Categories(StatisticsAsked),
    /// Việc quá hạn: đề nghị, báo cáo, đề xuất chờ xác nhận
    Overdue(Shown),
}

/// Where and when.
#[derive(Debug, Args)]
pub(crate) struct StatisticsAsked {
    /// Từ ngày, ví dụ 2026-11-01
    #[arg(long, value_name = "NGÀY")]
    pub(crate) from: String,
    /// Đến hết ngày
    #[arg(long, value_name = "NGÀY")]
    pub(crate) to: String,
    /// Ở đâu, ra đâu
    #[command(flatten)]
    pub(crate) shown: Shown,
}

/// Where, for whom, and into what.
#[derive(Debug, Args)]
pub(crate) struct Shown {
    /// Cơ quan, theo tên viết tắt, và các đơn vị bên dưới; bỏ trống: toàn hệ thống
    #[arg(long, value_name = "VIẾT TẮT")]
    pub(crate) organisation: Option<String>,
    /// In một đối tượng JSON
    #[arg(long, conflicts_with = "file")]
    pub(crate) json: bool,
    /// Tệp mới .pdf, .xlsx hoặc .csv; bỏ trống: in ra màn hình
    #[arg(long, value_name = "TỆP")]
    pub(crate) file: Option<PathBuf>,
    /// Ai xem
    #[command(flatten)]
    pub(crate) who: As,
}
