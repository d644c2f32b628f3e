//! `congvu request`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};
use congvu_regulation::requests::{RequestKind, Way};

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum RequestCommand {
    /// Gửi một đề nghị từ danh sách XLSX, CSV, biểu mẫu PDF, hoặc một dòng ghi bằng --set; sai một dòng thì không ghi nhận dòng nào
    Open(Box<OpenRequest>),
    /// Liệt kê đề nghị, đề nghị cũ trước
    List {
        /// Chỉ của cơ quan này và các đơn vị bên dưới: tên viết tắt hoặc mã
        #[arg(long, value_name = "CƠ QUAN")]
        under: Option<String>,
        /// Chỉ đề nghị ở tình trạng này
        #[arg(long, value_enum, value_name = "TÌNH TRẠNG")]
        state: Option<RequestState>,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Xem một đề nghị: hạn, đang ở đâu, từng dòng và quyết định
    Show {
        /// Số của đề nghị
        id: i64,
        /// Một đối tượng JSON
        #[arg(long)]
        json: bool,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Đồng ý cả đề nghị hoặc từng dòng; việc được đồng ý thực hiện ngay
    Grant {
        /// Số của đề nghị
        id: i64,
        /// Chỉ các dòng này; bỏ trống: mọi dòng chưa quyết định
        #[arg(long, value_name = "DÒNG")]
        line: Vec<u32>,
        /// Phần địa chỉ trước @ đã thống nhất, cho một dòng
        #[arg(long, value_name = "ĐỊA CHỈ", requires = "line")]
        address: Option<String>,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Từ chối cả đề nghị hoặc từng dòng, nêu rõ lý do (SL.7.3)
    Refuse {
        /// Số của đề nghị
        id: i64,
        /// Chỉ các dòng này; bỏ trống: mọi dòng chưa quyết định
        #[arg(long, value_name = "DÒNG")]
        line: Vec<u32>,
        /// Lý do, gửi cho cơ quan đề nghị
        #[arg(long, value_name = "LÝ DO")]
        reason: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Chuyển đề nghị đến nơi giải quyết tiếp theo (HCM.3)
    Forward {
        /// Số của đề nghị
        id: i64,
        /// Số, ngày của văn bản chuyển
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Rút một đề nghị chưa được quyết định dòng nào
    Withdraw {
        /// Số của đề nghị
        id: i64,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Lập tệp danh sách trống để điền
    Template {
        /// Loại đề nghị
        #[arg(value_enum)]
        kind: Kind,
        /// Tệp mới .xlsx hoặc .csv; - là đầu ra chuẩn (CSV)
        file: PathBuf,
    },
    /// Lập biểu mẫu của một đề nghị (QN Mẫu 01–03, hoặc công văn kèm danh sách) để in, ký
    Form {
        /// Số của đề nghị
        id: i64,
        /// Tệp mới .pdf, .xlsx hoặc .csv
        file: PathBuf,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}

/// `congvu request open`
#[derive(Debug, Args)]
pub(crate) struct OpenRequest {
    /// Danh sách XLSX, CSV (cột như congvu request template), hoặc PDF do congvu request form lập
    #[arg(required_unless_present = "set", conflicts_with = "set")]
    pub(crate) file: Option<PathBuf>,
    /// Cơ quan đề nghị: tên viết tắt hoặc mã
    #[arg(long, value_name = "CƠ QUAN")]
    pub(crate) organisation: String,
    /// Loại đề nghị; biểu mẫu PDF thì tự biết
    #[arg(long, value_enum, value_name = "LOẠI")]
    pub(crate) kind: Option<Kind>,
    /// Một ô của đề nghị một dòng: tên cột như trong danh sách; dùng nhiều lần
    #[arg(long, value_name = "CỘT=GIÁ TRỊ")]
    pub(crate) set: Vec<String>,
    /// Số của văn bản đề nghị
    #[arg(long, default_value = "", value_name = "SỐ")]
    pub(crate) number: String,
    /// Ngày của văn bản
    #[arg(long, value_name = "NĂM-THÁNG-NGÀY")]
    pub(crate) date: Option<String>,
    /// Hình thức gửi
    #[arg(
        long,
        value_enum,
        default_value = "documents",
        value_name = "HÌNH THỨC"
    )]
    pub(crate) way: WayName,
    /// Lý do
    #[arg(long, default_value = "", value_name = "LÝ DO")]
    pub(crate) reason: String,
    /// Mã nhận biết: gửi lại cùng mã không mở đề nghị thứ hai; bỏ trống: theo loại, số và ngày văn bản, không có số thì theo tệp
    #[arg(long, value_name = "MÃ")]
    pub(crate) key: Option<String>,
    /// Ai làm
    #[command(flatten)]
    pub(crate) who: As,
}

/// Kinds of requests
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Kind {
    /// Cấp mới
    Issue,
    /// Thay đổi thông tin
    Change,
    /// Thu hồi
    Revoke,
    /// Khôi phục
    Restore,
    /// Cấp lại mật khẩu
    Password,
    /// Thêm dung lượng
    Quota,
    /// Đồng bộ tài khoản (QN.5.3)
    Sync,
    /// Cập nhật danh bạ
    Directory,
}

impl From<Kind> for RequestKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Issue => Self::Issue,
            Kind::Change => Self::Change,
            Kind::Revoke => Self::Revoke,
            Kind::Restore => Self::Restore,
            Kind::Password => Self::Password,
            Kind::Quota => Self::Quota,
            Kind::Sync => Self::Sync,
            Kind::Directory => Self::Directory,
        }
    }
}

/// Ways by which requests come
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum WayName {
    /// Hệ thống quản lý văn bản
    Documents,
    /// Công văn
    Letter,
    /// Thư từ hộp thư cơ quan
    UnitMailbox,
    /// Báo trực tiếp, điện thoại
    Notice,
}

impl From<WayName> for Way {
    fn from(way: WayName) -> Self {
        match way {
            WayName::Documents => Self::Documents,
            WayName::Letter => Self::Letter,
            WayName::UnitMailbox => Self::UnitMailbox,
            WayName::Notice => Self::Notice,
        }
    }
}

/// States of requests
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RequestState {
    /// Chưa xong
    Open,
    /// Đã thực hiện
    Done,
    /// Đã từ chối
    Refused,
    /// Đã rút
    Withdrawn,
}

impl RequestState {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Open => "open",
            Self::Done => "done",
            Self::Refused => "refused",
            Self::Withdrawn => "withdrawn",
        }
    }
}
