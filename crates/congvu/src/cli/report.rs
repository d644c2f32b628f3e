//! `congvu report`

use std::path::PathBuf;

use clap::Subcommand;

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum ReportCommand {
    /// Các báo cáo mà quy chế ở một cơ quan đặt ra: kỳ, ai lập, gửi ai, mẫu, điều khoản
    Kinds {
        /// Cơ quan: tên viết tắt hoặc mã; bỏ trống: cơ quan cao nhất
        #[arg(long, value_name = "CƠ QUAN")]
        organisation: Option<String>,
    },
    /// Liệt kê báo cáo đã lập của một cơ quan, mới trước
    List {
        /// Cơ quan: tên viết tắt hoặc mã; bỏ trống: cơ quan cao nhất
        #[arg(long, value_name = "CƠ QUAN")]
        organisation: Option<String>,
        /// Các báo cáo còn phải nộp của cơ quan này và các đơn vị bên dưới
        #[arg(long)]
        due: bool,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Lập báo cáo của một kỳ đã qua, hoặc theo yêu cầu cho một khoảng ngày; đã có thì cho biết số của nó
    Make {
        /// Tên báo cáo, như congvu report kinds
        report: String,
        /// Cơ quan: tên viết tắt hoặc mã; bỏ trống: cơ quan cao nhất
        #[arg(long, value_name = "CƠ QUAN")]
        organisation: Option<String>,
        /// Ngày đầu, hoặc một ngày trong kỳ
        #[arg(long, value_name = "NĂM-THÁNG-NGÀY")]
        from: String,
        /// Ngày cuối; bỏ trống: cả kỳ
        #[arg(long, value_name = "NĂM-THÁNG-NGÀY")]
        to: Option<String>,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Xem một báo cáo; --remake lập lại từ số liệu và so với bản đã lưu
    Show {
        /// Số của báo cáo
        id: i64,
        /// Lập lại từ số liệu và so với bản đã lưu
        #[arg(long)]
        remake: bool,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Xuất một báo cáo ra tệp .pdf, .xlsx, .csv hoặc .json
    Export {
        /// Số của báo cáo
        id: i64,
        /// Tệp mới
        file: PathBuf,
        /// Bảng của báo cáo (cho .csv); bỏ trống: bảng đầu
        #[arg(long, value_name = "BẢNG")]
        table: Option<String>,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Cập nhật số liệu của báo cáo chưa nộp
    Refresh {
        /// Số của báo cáo
        id: i64,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Nộp báo cáo, điền thêm các mục của mẫu
    HandIn {
        /// Số của báo cáo
        id: i64,
        /// Một mục của mẫu; dùng nhiều lần
        #[arg(long, value_name = "MỤC=NỘI DUNG")]
        set: Vec<String>,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Trả lại báo cáo đã nộp, nêu rõ lý do; cơ quan sửa và nộp lại
    HandBack {
        /// Số của báo cáo
        id: i64,
        /// Lý do, gửi cho cơ quan
        #[arg(long, value_name = "LÝ DO")]
        reason: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Tiếp nhận báo cáo đã nộp
    Accept {
        /// Số của báo cáo
        id: i64,
        /// Ghi chú
        #[arg(long, default_value = "", value_name = "GHI CHÚ")]
        notes: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Tổng hợp một báo cáo của mọi cơ quan trong một kỳ (QN.13.10)
    Summary {
        /// Tên báo cáo
        report: String,
        /// Một ngày trong kỳ
        #[arg(long, value_name = "NĂM-THÁNG-NGÀY")]
        from: String,
        /// Cơ quan này và các đơn vị bên dưới; bỏ trống: tất cả
        #[arg(long, value_name = "CƠ QUAN")]
        under: Option<String>,
        /// Tệp mới .pdf, .xlsx hoặc .csv; bỏ trống: CSV trên đầu ra chuẩn
        #[arg(long, value_name = "TỆP")]
        file: Option<PathBuf>,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}
