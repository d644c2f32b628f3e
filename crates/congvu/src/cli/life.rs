//! `congvu mailbox`, `congvu sweep`, `congvu proposal`, `congvu role`

use clap::{Args, Subcommand, ValueEnum};

use crate::acting::As;

/// What orders an act.
#[derive(Clone, Debug, Args)]
pub(crate) struct Document {
    /// Số, ngày của văn bản làm căn cứ, ví dụ "12/SKHCN-VP ngày 05/01/2026"
    #[arg(long, value_name = "VĂN BẢN")]
    pub(crate) document: Option<String>,
}

/// A person to issue a mailbox to.
#[derive(Clone, Debug, Args)]
pub(crate) struct PersonArgs {
    /// Họ tên chia ba phần "Họ|đệm|tên"; bỏ trống: hộp thư của chính cơ quan
    #[arg(long, value_name = "TÊN")]
    pub(crate) person: Option<String>,
    /// Chức vụ
    #[arg(long, default_value = "", value_name = "CHỨC VỤ")]
    pub(crate) title: String,
    /// Số điện thoại
    #[arg(long, default_value = "", value_name = "SỐ")]
    pub(crate) phone: String,
    /// Năm sinh, để phân biệt người trùng tên
    #[arg(long, value_name = "NĂM")]
    pub(crate) born: Option<u16>,
    /// Mã số cán bộ, để nhận ra đúng người khi cấp lại
    #[arg(long, value_name = "MÃ")]
    pub(crate) code: Option<String>,
    /// Tài khoản Chính quyền điện tử đã có: địa chỉ thư đặt theo tài khoản (QN.5.1)
    #[arg(long, value_name = "TÀI KHOẢN")]
    pub(crate) account: Option<String>,
    /// Cấp luôn tài khoản Chính quyền điện tử mới, tên do quy chế đặt (QN.5.1)
    #[arg(long, conflicts_with = "account")]
    pub(crate) new_account: bool,
    /// Chỉ dùng thư: tài khoản Chính quyền điện tử chỉ để đồng bộ (QN.5.2)
    #[arg(long)]
    pub(crate) mail_only: bool,
}

#[derive(Debug, Subcommand)]
pub(crate) enum MailboxCommand {
    /// Cấp hộp thư cho cá nhân hoặc cơ quan; địa chỉ đặt theo quy chế
    Issue {
        /// Cơ quan, theo tên viết tắt
        #[arg(long, value_name = "VIẾT TẮT")]
        organisation: String,
        /// Cấp cho ai
        #[command(flatten)]
        person: PersonArgs,
        /// Hộp thư cơ quan không có mật khẩu riêng: người được ủy quyền mở bằng tài khoản của mình
        #[arg(long)]
        without_account: bool,
        /// Phần trước @ đã thỏa thuận; bỏ trống: theo quy chế
        #[arg(long, value_name = "ĐỊA CHỈ")]
        local_part: Option<String>,
        /// Địa chỉ cũ của chính người này, để cấp lại
        #[arg(long, value_name = "ĐỊA CHỈ")]
        former: Option<String>,
        /// Chỉ xem địa chỉ sẽ đặt và lý do
        #[arg(long)]
        preview: bool,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Xem một hộp thư: trạng thái, các lần khóa, những gì sắp đến hạn và điều khoản, những việc đã làm
    Show {
        /// Địa chỉ
        address: String,
        /// In một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Tạm khóa vì vi phạm hoặc theo đề nghị
    Lock {
        /// Địa chỉ
        address: String,
        /// Hành vi vi phạm theo quy chế (congvu profile show liệt kê)
        #[arg(long, value_name = "VI PHẠM", conflicts_with = "clause")]
        violation: Option<String>,
        /// Lý do, hoặc điều đã phát hiện
        #[arg(long, default_value = "", value_name = "LÝ DO")]
        reason: String,
        /// Điều khoản cho phép, ví dụ TQ.8.1
        #[arg(long, value_name = "ĐIỀU KHOẢN")]
        clause: Option<String>,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Ghi nhận vi phạm mà không khóa
    Violation {
        /// Địa chỉ
        address: String,
        /// Hành vi vi phạm theo quy chế
        violation: String,
        /// Điều đã phát hiện
        #[arg(long, default_value = "", value_name = "NỘI DUNG")]
        found: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Ghi nhận ngày cơ quan nhận được thông báo tạm khóa: thời hạn của cơ quan tính từ ngày đó
    Receipt {
        /// Địa chỉ
        address: String,
        /// Ngày nhận, ví dụ 2026-09-21 hoặc 2026-09-21T08:30
        #[arg(long, value_name = "NGÀY")]
        on: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Khôi phục hộp thư bị tạm khóa, bị ngắt đăng nhập hoặc đã thu hồi mà còn giữ
    Restore {
        /// Địa chỉ
        address: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Gỡ xác thực hai lớp khi người dùng mất điện thoại và mã dự phòng; người dùng được thông báo
    RemoveFactor {
        /// Địa chỉ
        address: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Thu hồi hộp thư; quy chế định thu hồi là xóa hay giữ lại
    Revoke {
        /// Địa chỉ
        address: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Gõ lại địa chỉ để xác nhận: có quy chế thu hồi là xóa, không khôi phục được
        #[arg(long, value_name = "ĐỊA CHỈ")]
        confirm: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Ghi nhận lý do chưa sử dụng (nghỉ chế độ, đi học, biệt phái …) đến hết một ngày
    Exempt {
        /// Địa chỉ
        address: String,
        /// Lý do
        #[arg(long, value_name = "LÝ DO")]
        reason: String,
        /// Ngày cuối cùng có hiệu lực, ví dụ 2026-12-31
        #[arg(long, value_name = "NGÀY")]
        until: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Kết thúc mọi lý do chưa sử dụng đang được ghi nhận
    EndExemption {
        /// Địa chỉ
        address: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Giao mật khẩu dùng một lần của hộp thư mới: chỉ một lần
    HandOver {
        /// Địa chỉ
        address: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Cấp lại mật khẩu dùng một lần vì quên hoặc lộ; mọi phiên và mật khẩu ứng dụng hết hiệu lực
    ResetPassword {
        /// Địa chỉ
        address: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}

/// `congvu sweep`
#[derive(Debug, Args)]
#[group(skip)]
pub(crate) struct Sweep {
    /// Chỉ xem, không làm gì
    #[arg(long)]
    pub(crate) dry_run: bool,
    /// Rà soát như thể hôm nay là ngày này (ngày chưa đến thì cần --dry-run)
    #[arg(long, value_name = "NGÀY")]
    pub(crate) at: Option<String>,
    /// Đã xem danh sách và cho thực hiện đến chừng này việc trong lần chạy này
    #[arg(long, value_name = "SỐ")]
    pub(crate) confirm: Option<usize>,
    /// Mỗi dòng một đối tượng JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Ai cho thực hiện
    #[command(flatten)]
    pub(crate) who: As,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProposalCommand {
    /// Liệt kê những gì đến hạn thu hồi, xóa và chờ quyết định
    List {
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Xác nhận: thực hiện thu hồi, xóa
    Confirm {
        /// Số của các đề xuất
        #[arg(required = true)]
        ids: Vec<i64>,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Chưa thu hồi, vì một lý do, đến hết một ngày
    PutOff {
        /// Số của đề xuất
        id: i64,
        /// Lý do
        #[arg(long, value_name = "LÝ DO")]
        reason: String,
        /// Ngày cuối cùng
        #[arg(long, value_name = "NGÀY")]
        until: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}

/// A role.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum RoleName {
    /// Cơ quan quản lý: quyết định
    Decide,
    /// Đơn vị vận hành
    Operate,
    /// Đầu mối chuyển đề nghị (văn phòng)
    Forward,
    /// Đầu mối cơ quan: đề nghị
    Ask,
    /// Kiểm tra: xem nhật ký, không xem thư
    Audit,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RoleCommand {
    /// Ai giữ vai trò gì, ở đâu
    List,
    /// Giao vai trò cho một tài khoản tại một cơ quan và các đơn vị bên dưới
    Grant {
        /// Tài khoản
        address: String,
        /// Vai trò
        #[arg(value_enum)]
        role: RoleName,
        /// Cơ quan, theo tên viết tắt
        #[arg(long, value_name = "VIẾT TẮT")]
        organisation: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Thôi giao
    End {
        /// Tài khoản
        address: String,
        /// Vai trò
        #[arg(value_enum)]
        role: RoleName,
        /// Cơ quan, theo tên viết tắt
        #[arg(long, value_name = "VIẾT TẮT")]
        organisation: String,
        /// Căn cứ
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}
