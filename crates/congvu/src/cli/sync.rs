//! `congvu sync`

use clap::Subcommand;

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum SyncCommand {
    /// Những người nền tảng chưa biết hoặc chưa biết hết, và câu trả lời gần nhất
    List {
        /// Chỉ những người đã thôi thử, chờ có người xem
        #[arg(long)]
        stopped: bool,
        /// Mỗi dòng một JSON
        #[arg(long)]
        json: bool,
    },
    /// Gửi lại ngay, cả khi đã thôi thử hoặc đã gửi xong
    Retry {
        /// Tài khoản Chính quyền điện tử, hoặc địa chỉ thư; bỏ trống: mọi người chưa đồng bộ xong
        name: Option<String>,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}
