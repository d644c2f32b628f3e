//! `congvu queue`

use clap::{Args, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum QueueCommand {
    /// Liệt kê thư đang chờ gửi đến máy chủ khác
    List {
        /// Thư nào
        #[command(flatten)]
        which: Which,
        /// Chỉ những người nhận sau số này (cột đầu của danh sách)
        #[arg(long, default_value_t = 0, value_name = "SỐ")]
        after: i64,
        /// Số người nhận nhiều nhất
        #[arg(long, default_value_t = 100, value_name = "SỐ")]
        limit: i64,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Xem một thư: người nhận, số lần đã thử, câu trả lời cuối cùng
    Show {
        /// Số của thư trong hàng đợi
        id: i64,
        /// In một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Thử gửi lại ngay, kể cả thư đang giữ và nơi nhận đang tạm ngừng thử
    Retry(Action),
    /// Giữ lại, không thử gửi cho đến khi có lệnh retry
    Hold(Action),
    /// Bỏ khỏi hàng đợi và báo cho người gửi là thư không được gửi; nhật ký thư ghi lại
    Drop(DropAction),
}

/// What is dropped.
#[derive(Debug, Args)]
pub(crate) struct DropAction {
    /// Thư nào
    #[command(flatten)]
    pub(crate) action: Action,
    /// Không báo cho người gửi: khi bỏ hàng loạt thư rác, thư giả mạo
    #[arg(long)]
    pub(crate) silent: bool,
}

/// Which of the queue is meant.
#[derive(Debug, Args)]
pub(crate) struct Which {
    /// Thư đến nơi nhận này (tên miền)
    #[arg(long, value_name = "TÊN MIỀN", conflicts_with = "sender")]
    pub(crate) destination: Option<String>,
    /// Thư của người gửi này; "" là thư không có người gửi (thông báo của hệ thống)
    #[arg(long, value_name = "ĐỊA CHỈ")]
    pub(crate) sender: Option<String>,
}

/// What an action is about.
#[derive(Debug, Args)]
pub(crate) struct Action {
    /// Số của các thư trong hàng đợi
    #[arg(value_name = "SỐ", conflicts_with_all = ["destination", "sender", "all"])]
    pub(crate) ids: Vec<i64>,
    /// Nhiều thư cùng lúc
    #[command(flatten)]
    pub(crate) which: Which,
    /// Cả hàng đợi
    #[arg(long, conflicts_with_all = ["destination", "sender"])]
    pub(crate) all: bool,
    /// Số người nhận sẽ bị tác động, gõ lại để xác nhận; drop và --all đòi số này
    #[arg(long, value_name = "SỐ")]
    pub(crate) confirm: Option<u64>,
}
