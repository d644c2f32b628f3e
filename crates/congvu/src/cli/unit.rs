//! `congvu unit`

use clap::{Args, Subcommand, ValueEnum};

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum UnitCommand {
    /// Giao hộp thư cơ quan, đơn vị cho một người; người ấy đăng nhập bằng tài khoản của mình
    Delegate(Delegate),
    /// Sửa quyền hoặc thời hạn đã giao
    Change(Delegate),
    /// Thôi giao; những gì người ấy đang mở của hộp thư này đóng ngay
    End {
        /// Hộp thư và người được giao
        #[command(flatten)]
        who: WhoKeeps,
        /// Số văn bản
        #[arg(long, value_name = "SỐ")]
        document: Option<String>,
    },
    /// Liệt kê những người được giao một hộp thư: quyền, thời hạn, văn bản
    List {
        /// Địa chỉ hộp thư cơ quan, đơn vị
        mailbox: String,
        /// Cả những việc giao đã kết thúc
        #[arg(long)]
        all: bool,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Bàn giao hộp thư cho thủ trưởng mới: đặt lại mật khẩu, thôi mọi việc giao, in biên bản có số liệu
    HandOver {
        /// Địa chỉ hộp thư cơ quan, đơn vị
        mailbox: String,
        /// Người bàn giao: họ tên, chức vụ
        #[arg(long, value_name = "NGƯỜI")]
        from: String,
        /// Người nhận: địa chỉ thư của thủ trưởng mới
        #[arg(long, value_name = "ĐỊA CHỈ")]
        to: String,
        /// Số, ngày của quyết định hoặc biên bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
        /// Đọc mật khẩu dùng một lần từ dòng đầu của đầu vào chuẩn thay vì tạo mới
        #[arg(long)]
        password_stdin: bool,
        /// In một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Liệt kê thư đã nhận xử lý hoặc phân công mà chưa xong
    Waiting {
        /// Địa chỉ hộp thư cơ quan, đơn vị
        mailbox: String,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
        /// Ai xem
        #[command(flatten)]
        who: As,
    },
    /// Nhận xử lý một thư; --as là người nhận
    Take(UnitMessage),
    /// Trả lại một thư đã nhận hoặc được giao; --as là người trả lại
    Return(UnitMessage),
    /// Phân công một thư cho người được giao hộp thư
    Assign {
        /// Thư nào
        #[command(flatten)]
        message: UnitMessage,
        /// Giao cho ai
        #[arg(long, value_name = "ĐỊA CHỈ")]
        to: String,
    },
    /// Ghi đã trả lời một thư; --as là người trả lời
    Answer(UnitMessage),
    /// Ghi đã xử lý xong một thư
    Done(UnitMessage),
    /// Xem hộp thư có được kiểm tra đủ số lần, đúng khung giờ mỗi ngày không
    Checks {
        /// Địa chỉ hộp thư cơ quan, đơn vị
        mailbox: String,
        /// Từ ngày, ví dụ 2026-11-01
        #[arg(long, value_name = "NGÀY")]
        from: String,
        /// Đến hết ngày
        #[arg(long, value_name = "NGÀY")]
        to: String,
        /// Mỗi dòng một ngày, một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
}

/// A message of a unit mailbox, and who acts.
#[derive(Debug, Args)]
pub(crate) struct UnitMessage {
    /// Địa chỉ hộp thư cơ quan, đơn vị
    pub(crate) mailbox: String,
    /// Mã thư (EMAILID) như chương trình thư hoặc congvu unit waiting cho biết, ví dụ M123
    pub(crate) message: String,
    /// Ghi chú
    #[arg(long, default_value = "", value_name = "GHI CHÚ")]
    pub(crate) note: String,
    /// Ai làm
    #[command(flatten)]
    pub(crate) who: As,
}

/// A unit mailbox and one of its keepers.
#[derive(Debug, Args)]
pub(crate) struct WhoKeeps {
    /// Địa chỉ hộp thư cơ quan, đơn vị
    pub(crate) mailbox: String,
    /// Địa chỉ thư cá nhân của người được giao
    pub(crate) person: String,
}

/// `congvu unit delegate`, `congvu unit change`
#[derive(Debug, Args)]
pub(crate) struct Delegate {
    /// Hộp thư và người được giao
    #[command(flatten)]
    pub(crate) who: WhoKeeps,
    /// Quyền được giao, cách nhau bằng dấu phẩy
    #[arg(
        long,
        value_enum,
        value_delimiter = ',',
        default_values_t = [UnitRight::Read, UnitRight::Organise, UnitRight::Send],
        value_name = "QUYỀN"
    )]
    pub(crate) rights: Vec<UnitRight>,
    /// Từ ngày, ví dụ 2026-12-01; bỏ trống: từ bây giờ
    #[arg(long, value_name = "NGÀY")]
    pub(crate) from: Option<String>,
    /// Đến hết ngày; bỏ trống: đến khi thôi giao
    #[arg(long, value_name = "NGÀY")]
    pub(crate) until: Option<String>,
    /// Số văn bản ủy quyền hoặc phân công; có quy chế bắt buộc
    #[arg(long, value_name = "SỐ")]
    pub(crate) document: Option<String>,
    /// Ngày của văn bản
    #[arg(long, value_name = "NGÀY", requires = "document")]
    pub(crate) document_date: Option<String>,
}

/// `--rights`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum UnitRight {
    /// Đọc thư
    Read,
    /// Đánh dấu, sắp xếp, xóa thư và thư mục
    Organise,
    /// Gửi thư bằng địa chỉ của cơ quan
    Send,
    /// Giao hộp thư cho người khác
    Manage,
}
