//! `congvu mail-log`

use clap::{Args, ValueEnum};

#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct MailLog {
    /// Số dòng gần nhất
    #[arg(long, default_value_t = 50, value_name = "SỐ")]
    pub(crate) lines: usize,
    /// Mã theo dõi của một thư: in cả đường đi của thư đó, từ lúc nhận đến câu trả lời của máy chủ bên kia
    #[arg(long, value_name = "MÃ")]
    pub(crate) trace: Option<String>,
    /// Từ lúc này: 2026-11-22 hoặc "2026-11-22 08:30", giờ Việt Nam
    #[arg(long, value_name = "LÚC")]
    pub(crate) since: Option<String>,
    /// Đến trước lúc này; chỉ có ngày: hết ngày đó
    #[arg(long, value_name = "LÚC")]
    pub(crate) until: Option<String>,
    /// Địa chỉ gửi có chứa đoạn này; rỗng: thư không có địa chỉ gửi (thông báo của máy chủ)
    #[arg(long, value_name = "ĐOẠN")]
    pub(crate) sender: Option<String>,
    /// Địa chỉ nhận có chứa đoạn này
    #[arg(long, value_name = "ĐOẠN")]
    pub(crate) recipient: Option<String>,
    /// Địa chỉ IP của máy gửi
    #[arg(long, value_name = "IP")]
    pub(crate) ip: Option<String>,
    /// Dung lượng ít nhất, byte
    #[arg(long, value_name = "SỐ")]
    pub(crate) size_least: Option<u64>,
    /// Dung lượng nhiều nhất, byte
    #[arg(long, value_name = "SỐ")]
    pub(crate) size_most: Option<u64>,
    /// Mã kết quả: 250, hoặc 4, 5 cho mọi lỗi tạm thời, lỗi hẳn
    #[arg(long, value_name = "MÃ")]
    pub(crate) code: Option<u16>,
    /// Kết quả có chứa đoạn này
    #[arg(long, value_name = "ĐOẠN")]
    pub(crate) result: Option<String>,
    /// Chiều: in, submit, local, out, notice
    #[arg(long, value_name = "CHIỀU")]
    pub(crate) direction: Option<String>,
    /// Dạng in; csv: mới nhất trước, có dòng tiêu đề
    #[arg(long, value_enum, default_value_t = LogFormat::Text, value_name = "DẠNG")]
    pub(crate) format: LogFormat,
}

/// `--format` of `congvu mail-log`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum LogFormat {
    /// Cho người đọc, cũ nhất trước
    Text,
    /// Bảng tính (CSV, UTF-8)
    Csv,
}
