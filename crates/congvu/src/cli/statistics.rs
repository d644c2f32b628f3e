//! `congvu statistics`

use clap::{Args, Subcommand};

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum StatisticsCommand {
    /// Hộp thư có được kiểm tra đủ số lần mỗi ngày không, từng hộp thư; nơi quy chế có quy định
    Checks(StatisticsAsked),
    /// Số thư gửi theo loại văn bản (thông báo, công văn, thư mời …) mà người gửi đã chọn
    Categories(StatisticsAsked),
}

/// Where and when.
#[derive(Debug, Args)]
pub(crate) struct StatisticsAsked {
    /// Cơ quan, theo tên viết tắt, và các đơn vị bên dưới; bỏ trống: toàn hệ thống
    #[arg(long, value_name = "VIẾT TẮT")]
    pub(crate) organisation: Option<String>,
    /// Từ ngày, ví dụ 2026-11-01
    #[arg(long, value_name = "NGÀY")]
    pub(crate) from: String,
    /// Đến hết ngày
    #[arg(long, value_name = "NGÀY")]
    pub(crate) to: String,
    /// In một đối tượng JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Ai xem
    #[command(flatten)]
    pub(crate) who: As,
}
