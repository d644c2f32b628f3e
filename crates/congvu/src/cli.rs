//! The command line.

mod access;
mod audit;
mod directory;
mod identity;
mod life;
mod mail_log;
mod org;
mod queue;
mod report;
mod request;
mod statistics;
mod sync;
mod takedown;
mod token;
mod undelete;
mod unit;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

pub(crate) use access::{AccessCommand, AccessPeriod};
pub(crate) use audit::{AuditChain, AuditCommand, AuditFormat, AuditList};
pub(crate) use directory::{DirectoryCommand, DirectoryFormat};
pub(crate) use identity::IdentityCommand;
pub(crate) use life::{MailboxCommand, PersonArgs, ProposalCommand, RoleCommand, RoleName, Sweep};
pub(crate) use mail_log::{LogFormat, MailLog};
pub(crate) use org::{OrgCommand, OrgDetails, OrgKind, OrgMailboxes, RenameCommand};
pub(crate) use queue::{Action, DropAction, QueueCommand, Which};
pub(crate) use report::ReportCommand;
pub(crate) use request::{OpenRequest, RequestCommand, RequestState};
pub(crate) use statistics::{Shown, StatisticsCommand};
pub(crate) use sync::SyncCommand;
pub(crate) use takedown::{IncidentCommand, StopCommand, TakedownCommand, TakedownOpen};
pub(crate) use token::TokenCommand;
pub(crate) use undelete::UndeleteCommand;
pub(crate) use unit::{Delegate, UnitCommand, UnitMessage, UnitRight, WhoKeeps};

/// Hệ thống thư điện tử công vụ: máy chủ thư và quản trị theo quy chế, trong một chương trình.
///
/// Xem thử ngay:            congvu demo
/// Dựng hệ thống thật:      congvu init /srv/congvu --domain tinh.gov.vn --profile quang-ninh
///                          congvu serve --config /srv/congvu/congvu.toml
/// Thêm một hộp thư:        congvu account add phamvana@tinh.gov.vn --name "Phạm Văn A"
#[derive(Debug, Parser)]
#[command(name = "congvu", version, verbatim_doc_comment, max_term_width = 100)]
pub(crate) struct Cli {
    /// Việc cần làm
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Where the configuration is.
#[derive(Debug, Args)]
pub(crate) struct ConfigFile {
    /// Tệp cấu hình
    #[arg(
        long,
        global = true,
        env = "CONGVU_CONFIG",
        default_value = "congvu.toml",
        value_name = "TỆP"
    )]
    pub(crate) config: PathBuf,
}

/// An installation whose own regulations a tool should know.
#[derive(Debug, Args)]
pub(crate) struct Installation {
    /// Tệp cấu hình của hệ thống có quy chế riêng; bỏ trống: congvu.toml ở thư mục này, nếu có
    #[arg(long, global = true, env = "CONGVU_CONFIG", value_name = "TỆP")]
    pub(crate) config: Option<PathBuf>,
}

/// Stricter standards to lay on a regulation.
#[derive(Debug, Args)]
pub(crate) struct Laid {
    /// Chồng thêm các yêu cầu an toàn cấp độ 3
    #[arg(long)]
    pub(crate) level_3: bool,
    /// Chồng thêm một tiêu chuẩn từ tệp .toml; dùng được nhiều lần
    #[arg(long, value_name = "TỆP")]
    pub(crate) overlay: Vec<PathBuf>,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Chạy thử: một tỉnh mẫu có sẵn cơ quan, tài khoản và thư
    Demo(Demo),
    /// Dựng một hệ thống mới trong một thư mục trống
    Init(Init),
    /// Chạy máy chủ
    Serve(ConfigFile),
    /// Kiểm tra cấu hình
    Config {
        /// Việc cần làm
        #[command(subcommand)]
        command: ConfigCommand,
    },
    /// Tài khoản và hộp thư: thêm, liệt kê, đặt lại mật khẩu, khóa đăng nhập
    Account {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: AccountCommand,
    },
    /// Nhóm thư: thêm nhóm, thêm bớt thành viên
    Group {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: GroupCommand,
    },
    /// Cơ quan, đơn vị: cây, đầu mối, sáp nhập, chia tách, đổi địa chỉ hàng loạt, nhập và xuất danh sách
    Org {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: OrgCommand,
    },
    /// Danh bạ: tìm, xuất, danh sách thay đổi
    Directory {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: DirectoryCommand,
    },
    /// Hộp thư cơ quan, đơn vị: giao cho người quản lý, bàn giao cho thủ trưởng mới, xem việc kiểm tra hằng ngày
    Unit {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: UnitCommand,
    },
    /// Hộp thư: cấp theo quy chế, xem, khóa, khôi phục, thu hồi, giao mật khẩu
    Mailbox {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: MailboxCommand,
    },
    /// Rà soát mọi hộp thư: những gì đến hạn theo quy chế được thực hiện, đề xuất, nhắc
    Sweep {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Rà soát thế nào
        #[command(flatten)]
        sweep: Sweep,
    },
    /// Những gì đến hạn thu hồi, xóa và chờ cơ quan quản lý quyết định
    Proposal {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: ProposalCommand,
    },
    /// Đề nghị của cơ quan: gửi từ danh sách hoặc biểu mẫu, xem, quyết định, chuyển, rút, in
    Request {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: RequestCommand,
    },
    /// Báo cáo theo quy chế: lập, xem, xuất, nộp, trả lại, tiếp nhận, tổng hợp
    Report {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: ReportCommand,
    },
    /// Vai trò: ai quyết định, vận hành, đề nghị, kiểm tra ở đâu
    Role {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: RoleCommand,
    },
    /// Tài khoản Chính quyền điện tử của cá nhân (QN.5.1): xem, cấp, đánh dấu chỉ dùng thư
    Identity {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: IdentityCommand,
    },
    /// Đồng bộ tài khoản với nền tảng Chính quyền điện tử (QN.5.1): ai chưa đồng bộ xong và vì sao, gửi lại
    Sync {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: SyncCommand,
    },
    /// Mã truy cập REST API cho phần mềm khác: cấp, liệt kê, thu hồi
    Token {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: TokenCommand,
    },
    /// Đề nghị địa chỉ theo quy chế cho một cơ quan, phòng ban, cá nhân hoặc nhóm, và giải thích từng bước
    Name(Name),
    /// Quy chế: liệt kê, kiểm tra một tệp, xem, so sánh
    Profile {
        /// Hệ thống có quy chế riêng
        #[command(flatten)]
        file: Installation,
        /// Việc cần làm
        #[command(subcommand)]
        command: ProfileCommand,
    },
    /// Xem trước những gì sẽ xảy ra với một hộp thư theo quy chế: ngày, việc, điều khoản
    Simulate(Simulate),
    /// Liệt kê điều khoản của các quy chế: quy định gì, phần mềm làm gì, làm đến đâu, ở đâu, kiểm thử nào cho thấy
    Clauses(Clauses),
    /// In các bản ghi DNS cần khai báo cho mọi tên miền, theo các máy chủ đang cấu hình
    Dns(ConfigFile),
    /// Kiểm tra toàn bộ dữ liệu: đọc và băm từng nội dung, theo từng tham chiếu, đếm lại từng số
    Verify(ConfigFile),
    /// Xem nhật ký thư: giờ, từ, đến, địa chỉ máy gửi, dung lượng, kết quả
    MailLog {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Những dòng nào
        #[command(flatten)]
        asked: Box<MailLog>,
    },
    /// Lấy lại thư và thư mục người dùng đã xóa: liệt kê, khôi phục
    Undelete {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: UndeleteCommand,
    },
    /// Nhật ký quản trị: ai đã làm gì, theo điều khoản nào; kiểm tra nhật ký có bị sửa không
    Audit {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: AuditCommand,
    },
    /// Gỡ bỏ thư: tìm mọi bản sao, niêm phong, trả lại hoặc hủy theo lệnh hai người, xuất chứng cứ
    Takedown {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: TakedownCommand,
    },
    /// Đọc hộp thư của người khác: chủ hộp thư đồng ý, hoặc lệnh hai người theo văn bản; từng lần mở được ghi và chủ hộp thư thấy
    Access {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: AccessCommand,
    },
    /// Thống kê: kiểm tra hộp thư hằng ngày, số thư gửi theo loại văn bản
    Statistics {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Thống kê nào
        #[command(subcommand)]
        command: StatisticsCommand,
    },
    /// Sự cố: báo, xử lý, khắc phục, đóng
    Incident {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: IncidentCommand,
    },
    /// Ngừng dịch vụ: thông báo có kế hoạch hoặc khẩn cấp, hủy, kết thúc
    Stop {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: StopCommand,
    },
    /// Hàng đợi thư gửi đến máy chủ khác: liệt kê, xem, thử lại, giữ, bỏ
    Queue {
        /// Cấu hình của hệ thống
        #[command(flatten)]
        file: ConfigFile,
        /// Việc cần làm
        #[command(subcommand)]
        command: QueueCommand,
    },
}

/// `congvu demo`
#[derive(Debug, Args)]
pub(crate) struct Demo {
    /// Thư mục dữ liệu; bỏ trống: thư mục tạm, xóa khi dừng
    #[arg(long, value_name = "THƯ MỤC")]
    pub(crate) data: Option<PathBuf>,
    /// Cổng đầu tiên; các máy chủ dùng các cổng liền sau. 0: hệ điều hành chọn
    #[arg(long, default_value_t = 10025, value_name = "CỔNG")]
    pub(crate) base_port: u16,
    /// Kho dữ liệu PostgreSQL thay cho SQLite (postgres://…), một cơ sở dữ liệu trống
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
    /// Cho đăng nhập không mã hóa trên cổng imap, pop3, submission (chỉ từ máy này; để đo tốc độ)
    #[arg(long)]
    pub(crate) cleartext: bool,
    /// Số tài khoản cá nhân thêm vào tỉnh mẫu
    #[arg(long, default_value_t = 0, value_name = "SỐ")]
    pub(crate) more_accounts: usize,
    /// Một tỉnh lớn với một năm lịch sử: đề nghị, khóa, thu hồi, báo cáo, sự cố (dựng trong vài phút)
    #[arg(long)]
    pub(crate) history: bool,
    /// Quy chế của tỉnh có lịch sử
    #[arg(
        long,
        default_value = "quang-ninh",
        value_name = "QUY CHẾ",
        requires = "history"
    )]
    pub(crate) profile: String,
    /// Số cơ quan của tỉnh có lịch sử
    #[arg(long, default_value_t = 300, value_name = "SỐ", requires = "history")]
    pub(crate) agencies: usize,
    /// Số hộp thư của tỉnh có lịch sử
    #[arg(long, default_value_t = 5_000, value_name = "SỐ", requires = "history")]
    pub(crate) mailboxes: usize,
}

/// `congvu init`
#[derive(Debug, Args)]
pub(crate) struct Init {
    /// Thư mục mới
    pub(crate) dir: PathBuf,
    /// Tên miền thư, ví dụ tinh.gov.vn
    #[arg(long, value_name = "TÊN MIỀN")]
    pub(crate) domain: String,
    /// Quy chế áp dụng: quang-ninh, bim-son, tuyen-quang, hcm-donre, son-la, hoặc một tệp .toml (được chép vào thư mục mới)
    #[arg(long, value_name = "QUY CHẾ")]
    pub(crate) profile: String,
    /// Tên máy chủ; bỏ trống: mail.<tên miền>
    #[arg(long, value_name = "TÊN")]
    pub(crate) hostname: Option<String>,
    /// Tên cơ quan cao nhất, ví dụ "Ủy ban nhân dân tỉnh"
    #[arg(long, default_value = "Ủy ban nhân dân", value_name = "TÊN")]
    pub(crate) organisation: String,
    /// Cơ sở dữ liệu PostgreSQL (postgres://…) thay cho SQLite
    #[arg(long, value_name = "URL")]
    pub(crate) postgres: Option<String>,
}

/// `congvu name`
#[derive(Debug, Args)]
pub(crate) struct Name {
    /// Quy chế: quang-ninh, bim-son, tuyen-quang, hcm-donre, son-la, hoặc một tệp .toml
    #[arg(long, value_name = "QUY CHẾ")]
    pub(crate) profile: String,
    /// Địa chỉ của ai
    #[arg(long, value_enum, value_name = "LOẠI")]
    pub(crate) kind: NameKind,
    /// Tên; của cá nhân: "Họ|đệm|tên", ví dụ "Cầm|Thị|Duyên", "Trần||Hoàn"
    #[arg(long, value_name = "TÊN")]
    pub(crate) name: String,
    /// Cơ quan chủ quản, theo phần trước @ trong địa chỉ của cơ quan, ví dụ skhcn
    #[arg(long, value_name = "VIẾT TẮT")]
    pub(crate) unit: Option<String>,
    /// Cấp của cơ quan; bỏ trống: theo tên
    #[arg(long, value_enum, value_name = "CẤP")]
    pub(crate) level: Option<NameLevel>,
    /// Tên viết tắt của địa phương cấp trên, hoặc của địa phương mà phòng, ban thuộc về, ví dụ hl
    #[arg(long, value_name = "VIẾT TẮT")]
    pub(crate) parent: Option<String>,
    /// Năm sinh
    #[arg(long, value_name = "NĂM")]
    pub(crate) born: Option<u16>,
    /// Địa chỉ đã có (phần trước @), cách nhau bằng dấu phẩy; nếu biết người dùng: vnha.skhcn=Vương|Ngọc|Hà. Phần đuôi
    /// mà mọi địa chỉ loại này đều có (.bimson, cơ quan của cá nhân) có thể bỏ
    #[arg(long, value_name = "DANH SÁCH")]
    pub(crate) taken: Vec<String>,
    /// Địa chỉ đã ngừng dùng, không cấp lại; viết như --taken
    #[arg(long, value_name = "DANH SÁCH")]
    pub(crate) retired: Vec<String>,
    /// Địa chỉ đã ngừng dùng (có trong --retired) của chính người hoặc cơ quan này: cấp lại địa chỉ ấy
    #[arg(long, value_name = "ĐỊA CHỈ")]
    pub(crate) former: Option<String>,
    /// In một đối tượng JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Hệ thống có quy chế riêng
    #[command(flatten)]
    pub(crate) config: Installation,
}

/// `congvu clauses`
#[derive(Debug, Args)]
pub(crate) struct Clauses {
    /// Chỉ một quy chế, theo tên hoặc mã: son-la, SL; bỏ trống: tất cả
    #[arg(long, value_name = "QUY CHẾ")]
    pub(crate) profile: Option<String>,
    /// Chỉ các điều khoản ở mức này
    #[arg(long, value_enum, value_name = "MỨC")]
    pub(crate) state: Option<ClauseState>,
    /// Chỉ loại điều khoản này; điều khoản hai loại (E/T, G/E) thuộc cả hai
    #[arg(long, value_enum, ignore_case = true, value_name = "LOẠI")]
    pub(crate) kind: Option<ClauseKind>,
    /// In một mảng JSON
    #[arg(long)]
    pub(crate) json: bool,
}

/// `--state` of `congvu clauses`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClauseState {
    /// Đã làm, có kiểm thử
    Yes,
    /// Làm một phần
    Partly,
    /// Dự kiến, chưa làm
    Planned,
}

/// `--kind` of `congvu clauses`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum ClauseKind {
    /// Phần mềm bắt buộc, không có đường vòng
    #[value(name = "E")]
    E,
    /// Có công cụ dùng được trọn vẹn
    #[value(name = "T")]
    T,
    /// Việc của người dùng: phần mềm nhắc đúng lúc
    #[value(name = "G")]
    G,
}

/// `--kind` of `congvu name`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NameKind {
    /// Cá nhân
    Person,
    /// Cơ quan, đơn vị
    Unit,
    /// Phòng, ban, đơn vị trực thuộc
    Subunit,
    /// Nhóm hộp thư
    Group,
    /// Tài khoản Chính quyền điện tử của cá nhân (QN.5.1)
    Account,
    /// Địa chỉ theo tài khoản Chính quyền điện tử; tên là tài khoản (QN.5.1)
    AccountAddress,
}

/// `--level`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum NameLevel {
    /// Cấp tỉnh
    Province,
    /// Cấp huyện
    District,
    /// Cấp xã
    Commune,
    /// Trực thuộc một cơ quan
    Sub,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ProfileCommand {
    /// Liệt kê các quy chế có sẵn
    List,
    /// Đọc một tệp quy chế hoặc tiêu chuẩn và báo mọi chỗ sai cùng một lúc: dòng, khóa, cần gì
    Check {
        /// Tệp .toml
        #[arg(value_name = "TỆP")]
        file: PathBuf,
        /// Tiêu chuẩn chồng lên quy chế ấy
        #[command(flatten)]
        laid: Laid,
    },
    /// In một quy chế cho người đọc, mỗi giá trị kèm điều khoản
    Show {
        /// Quy chế: tên, mã, hoặc một tệp .toml
        #[arg(value_name = "QUY CHẾ")]
        profile: String,
        /// Tiêu chuẩn chồng lên quy chế
        #[command(flatten)]
        laid: Laid,
        /// In cả lời của điều khoản
        #[arg(long)]
        quotes: bool,
        /// In JSON
        #[arg(long)]
        json: bool,
    },
    /// In hai quy chế cạnh nhau, chỉ những chỗ khác nhau
    Diff {
        /// Quy chế thứ nhất: tên, mã, hoặc một tệp .toml
        #[arg(value_name = "QUY CHẾ")]
        one: String,
        /// Quy chế thứ hai
        #[arg(value_name = "QUY CHẾ KHÁC")]
        other: String,
        /// Tiêu chuẩn chồng lên cả hai
        #[command(flatten)]
        laid: Laid,
        /// In cả những chỗ giống nhau
        #[arg(long)]
        all: bool,
        /// In JSON
        #[arg(long)]
        json: bool,
    },
    /// In lược đồ JSON Schema của tệp quy chế, để trình soạn thảo gợi ý và kiểm tra
    Schema {
        /// Của tệp tiêu chuẩn chồng lên quy chế
        #[arg(long)]
        overlay: bool,
    },
}

/// `congvu simulate`
#[derive(Debug, Args)]
pub(crate) struct Simulate {
    /// Quy chế: quang-ninh, bim-son, tuyen-quang, hcm-donre, son-la, hoặc một tệp .toml
    #[arg(long, value_name = "QUY CHẾ")]
    pub(crate) profile: String,
    /// Tệp JSON những gì đã biết về hộp thư (docs/SIMULATE.md)
    #[arg(long, value_name = "TỆP")]
    pub(crate) facts: PathBuf,
    /// Từ ngày, ví dụ 2026-01-01
    #[arg(long, value_name = "NGÀY")]
    pub(crate) from: String,
    /// Đến hết ngày
    #[arg(long, value_name = "NGÀY")]
    pub(crate) to: String,
    /// Tiêu chuẩn chồng lên quy chế
    #[command(flatten)]
    pub(crate) laid: Laid,
    /// Mỗi dòng một đối tượng JSON
    #[arg(long)]
    pub(crate) json: bool,
    /// Hệ thống có quy chế riêng
    #[command(flatten)]
    pub(crate) config: Installation,
}

#[derive(Debug, Subcommand)]
pub(crate) enum ConfigCommand {
    /// Đọc cấu hình và báo mọi chỗ sai cùng một lúc
    Check(ConfigFile),
    /// In trang mô tả mọi khóa cấu hình (docs/SETTINGS.md)
    Page,
}

/// `--kind`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum MailboxKind {
    /// Hộp thư cá nhân
    Personal,
    /// Hộp thư cơ quan, đơn vị
    Unit,
}

impl MailboxKind {
    /// Its name in the store.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Personal => "personal",
            Self::Unit => "unit",
        }
    }
}

#[derive(Debug, Subcommand)]
pub(crate) enum AccountCommand {
    /// Thêm một tài khoản có hộp thư; in mật khẩu được tạo, người dùng phải đổi ở lần đầu nếu quy chế buộc
    Add {
        /// Địa chỉ, ví dụ phamvana@tinh.gov.vn
        address: String,
        /// Họ và tên, hoặc tên cơ quan
        #[arg(long, value_name = "TÊN")]
        name: String,
        /// Loại hộp thư
        #[arg(long, value_enum, default_value = "personal", value_name = "LOẠI")]
        kind: MailboxKind,
        /// Tên viết tắt của cơ quan, ví dụ skhcn; bỏ trống: cơ quan cao nhất
        #[arg(long, value_name = "VIẾT TẮT")]
        organisation: Option<String>,
        /// Vai trò: user hoặc admin
        #[arg(long, default_value = "user", value_name = "VAI TRÒ")]
        role: String,
        /// Đọc mật khẩu từ dòng đầu của đầu vào chuẩn thay vì tạo mới
        #[arg(long)]
        password_stdin: bool,
    },
    /// Liệt kê tài khoản theo địa chỉ
    List {
        /// Chỉ các địa chỉ sau địa chỉ này
        #[arg(long, default_value = "", value_name = "ĐỊA CHỈ")]
        after: String,
        /// Số dòng nhiều nhất; 0: tất cả
        #[arg(long, default_value_t = 0, value_name = "SỐ")]
        limit: usize,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Đặt mật khẩu mới; mọi phiên đang mở kết thúc ngay
    Password {
        /// Địa chỉ
        address: String,
        /// Đọc mật khẩu từ dòng đầu của đầu vào chuẩn thay vì tạo mới
        #[arg(long)]
        password_stdin: bool,
    },
    /// Người dùng tự đổi mật khẩu: dòng đầu của đầu vào chuẩn là mật khẩu đang dùng, dòng sau là mật khẩu mới
    OwnPassword {
        /// Địa chỉ của chính mình
        address: String,
    },
    /// Không cho đăng nhập; mọi phiên đang mở kết thúc ngay. Thư vẫn đến hộp thư
    Disable {
        /// Địa chỉ
        address: String,
    },
    /// Cho đăng nhập lại
    Enable {
        /// Địa chỉ
        address: String,
    },
    /// Tạo mật khẩu ứng dụng cho một chương trình thư (dùng được SCRAM-SHA-256)
    AppPassword {
        /// Địa chỉ
        address: String,
        /// Tên gợi nhớ, ví dụ "Outlook ở cơ quan"
        #[arg(long, value_name = "TÊN")]
        label: String,
    },
    /// Liệt kê mật khẩu ứng dụng
    AppPasswords {
        /// Địa chỉ
        address: String,
    },
    /// Thu hồi một mật khẩu ứng dụng; mọi phiên đang mở kết thúc ngay
    RevokeAppPassword {
        /// Địa chỉ
        address: String,
        /// Số của mật khẩu ứng dụng trong danh sách
        id: i64,
    },
    /// Thêm một địa chỉ phụ (bí danh) cho hộp thư
    Alias {
        /// Địa chỉ của hộp thư
        address: String,
        /// Địa chỉ phụ
        alias: String,
    },
    /// Đặt dung lượng hộp thư
    Quota {
        /// Địa chỉ
        address: String,
        /// Dung lượng, ví dụ "1000 MB"
        size: String,
        /// Văn bản chấp thuận dung lượng vượt mức của quy chế, ví dụ "12/QĐ-SKHCN"
        #[arg(long, value_name = "VĂN BẢN")]
        approved: Option<String>,
    },
    /// Đặt mức tệp đính kèm mỗi thư gửi từ hộp thư (TQ.9.2, SL.11.2); bỏ trống dung lượng: theo cơ quan hoặc quy chế
    Attachment {
        /// Địa chỉ
        address: String,
        /// Tổng dung lượng tệp của một thư, ví dụ "40 MB"
        size: Option<String>,
        /// Văn bản chấp thuận mức vượt quy chế, ví dụ "12/QĐ-SKHCN"
        #[arg(long, value_name = "VĂN BẢN")]
        approved: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub(crate) enum GroupCommand {
    /// Thêm một nhóm thư
    Add {
        /// Địa chỉ đã thống nhất; bỏ trống: theo quy tắc đặt tên của quy chế (QN.4.3)
        address: Option<String>,
        /// Tên nhóm đăng ký
        #[arg(long, value_name = "TÊN")]
        name: String,
        /// Cơ quan: tên viết tắt; bỏ trống: cơ quan cao nhất
        #[arg(long, value_name = "CƠ QUAN")]
        organisation: Option<String>,
        /// Ai được gửi đến nhóm: anyone (mọi người), inside (người trong hệ thống), members (thành viên)
        #[arg(long, default_value = "inside", value_parser = ["anyone", "inside", "members"], value_name = "AI")]
        posting: String,
        /// Số, ngày của văn bản đăng ký
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
    },
    /// Thêm thành viên: hộp thư hoặc nhóm khác
    Join {
        /// Địa chỉ của nhóm
        group: String,
        /// Địa chỉ của các thành viên
        #[arg(required = true)]
        members: Vec<String>,
    },
    /// Bớt thành viên
    Leave {
        /// Địa chỉ của nhóm
        group: String,
        /// Địa chỉ của các thành viên
        #[arg(required = true)]
        members: Vec<String>,
    },
    /// Đổi tên nhóm, đổi ai được gửi đến nhóm; địa chỉ giữ nguyên
    Change {
        /// Địa chỉ của nhóm
        group: String,
        /// Tên mới
        #[arg(long, value_name = "TÊN")]
        name: Option<String>,
        /// Ai được gửi đến nhóm: anyone (mọi người), inside (người trong hệ thống), members (thành viên)
        #[arg(long, value_parser = ["anyone", "inside", "members"], value_name = "AI")]
        posting: Option<String>,
        /// Số, ngày của văn bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
    },
    /// Chấm dứt nhóm: thư gửi đến bị từ chối, địa chỉ không cấp cho ai khác
    End {
        /// Địa chỉ của nhóm
        group: String,
        /// Số, ngày của văn bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
    },
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    #[test]
    fn commands_hang_together() {
        super::Cli::command().debug_assert();
    }
}
