//! `congvu audit`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum AuditCommand {
    /// Liệt kê, mới nhất trước: ai làm gì, lúc nào, từ đâu, theo điều khoản và văn bản nào
    List(AuditList),
    /// Kiểm tra nhật ký có bị sửa, thiếu hoặc cắt không; nhật ký nguyên vẹn thì kết thúc với mã 0
    Verify {
        /// Bản sao của tệp điểm kiểm giữ ở máy khác, mỗi máy chủ một tệp; bỏ trống: tệp của máy này
        #[arg(long, value_name = "TỆP")]
        checkpoints: Vec<PathBuf>,
        /// Khóa công khai (congvu audit key in ra); bỏ trống: khóa của hệ thống này
        #[arg(long, value_name = "KHÓA")]
        public_key: Option<String>,
        /// In một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// In khóa công khai để nơi khác kiểm tra các điểm kiểm
    Key,
}

/// `congvu audit list`
#[derive(Debug, Args)]
pub(crate) struct AuditList {
    /// Nhật ký nào
    #[arg(long, value_enum, default_value_t = AuditChain::Acts, value_name = "NHẬT KÝ")]
    pub(crate) chain: AuditChain,
    /// Chỉ những việc về một đối tượng, như account/12 (cột đối tượng của danh sách)
    #[arg(long, value_name = "ĐỐI TƯỢNG")]
    pub(crate) subject: Option<String>,
    /// Từ lúc này: 2026-11-22 hoặc "2026-11-22 08:30", giờ Việt Nam
    #[arg(long, value_name = "LÚC")]
    pub(crate) since: Option<String>,
    /// Đến trước lúc này; chỉ có ngày: hết ngày đó
    #[arg(long, value_name = "LÚC")]
    pub(crate) until: Option<String>,
    /// Người làm: một địa chỉ, system hoặc console:TÊN
    #[arg(long, value_name = "NGƯỜI LÀM")]
    pub(crate) actor: Option<String>,
    /// Địa chỉ IP của máy họ dùng
    #[arg(long, value_name = "IP")]
    pub(crate) ip: Option<String>,
    /// Loại việc: mailbox.lock, sign-in.wrong (cột việc của dạng csv)
    #[arg(long, value_name = "LOẠI VIỆC")]
    pub(crate) action: Option<String>,
    /// Chỉ việc tại cơ quan này và cấp dưới
    #[arg(long, value_name = "CƠ QUAN")]
    pub(crate) organisation: Option<String>,
    /// Số dòng nhiều nhất; bỏ trống: 50, dạng csv thì tất cả
    #[arg(long, value_name = "SỐ")]
    pub(crate) limit: Option<usize>,
    /// Dạng in
    #[arg(long, value_enum, default_value_t = AuditFormat::Text, value_name = "DẠNG")]
    pub(crate) format: AuditFormat,
}

/// `--chain`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditChain {
    /// Việc quản trị
    Acts,
    /// Đăng nhập
    SignIns,
}

/// `--format` of `congvu audit list`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum AuditFormat {
    /// Cho người đọc
    Text,
    /// Mỗi dòng một đối tượng JSON
    Json,
    /// Bảng tính (CSV, UTF-8)
    Csv,
}
