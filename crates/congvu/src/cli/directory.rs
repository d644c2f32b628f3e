//! `congvu directory`

use clap::{Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum DirectoryCommand {
    /// Tìm theo tên, chức vụ, cơ quan, địa chỉ; không cần dấu, chỉ cần đầu từ
    Search {
        /// Các từ; mọi từ đều phải có
        #[arg(required = true)]
        words: Vec<String>,
        /// Chỉ trong cơ quan này và các đơn vị dưới nó: tên viết tắt hoặc mã
        #[arg(long, value_name = "CƠ QUAN")]
        under: Option<String>,
        /// Bỏ qua chừng này kết quả đầu
        #[arg(long, default_value_t = 0, value_name = "SỐ")]
        after: i64,
        /// Số dòng nhiều nhất
        #[arg(long, default_value_t = 20, value_name = "SỐ")]
        limit: i64,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Xuất danh bạ ra đầu ra chuẩn
    Export {
        /// Chỉ cơ quan này và các đơn vị dưới nó; cần cho dạng json
        #[arg(long, value_name = "CƠ QUAN")]
        under: Option<String>,
        /// Dạng
        #[arg(long, value_enum, default_value_t = DirectoryFormat::Csv, value_name = "DẠNG")]
        format: DirectoryFormat,
        /// Để công bố: từ chối nếu quy chế chỉ cho dùng trong nội bộ
        #[arg(long)]
        public: bool,
    },
    /// Danh sách thay đổi danh bạ giữa hai ngày, dạng CSV (BS.7, HCM.10)
    Changes {
        /// Từ ngày, ví dụ 2026-07-01
        #[arg(long, value_name = "NGÀY")]
        from: String,
        /// Đến hết ngày
        #[arg(long, value_name = "NGÀY")]
        to: String,
        /// Chỉ cơ quan này và các đơn vị dưới nó
        #[arg(long, value_name = "CƠ QUAN")]
        under: Option<String>,
    },
    /// So danh bạ với hộp thư, nhóm và hồ sơ, sửa chỗ khác
    Rebuild {
        /// Chỉ so; có chỗ khác thì kết thúc với mã 1
        #[arg(long)]
        check: bool,
    },
}

/// `--format` of `congvu directory export`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum DirectoryFormat {
    /// Bảng tính
    Csv,
    /// Danh thiếp điện tử vCard 4.0
    Vcard,
    /// JSON cho trang thông tin của một cơ quan
    Json,
}
