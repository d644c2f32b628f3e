//! `congvu org`

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

#[derive(Debug, Subcommand)]
pub(crate) enum OrgCommand {
    /// Liệt kê cây cơ quan, đơn vị: tên, viết tắt, loại, số hộp thư
    List {
        /// Chỉ cơ quan này và các đơn vị dưới nó: tên viết tắt hoặc mã
        #[arg(long, value_name = "CƠ QUAN")]
        under: Option<String>,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Thêm một cơ quan, đơn vị; tên viết tắt bỏ trống thì đặt theo quy chế
    Add {
        /// Tên đầy đủ
        name: String,
        /// Loại
        #[arg(long, value_enum, value_name = "LOẠI")]
        kind: OrgKind,
        /// Cơ quan cấp trên: tên viết tắt hoặc mã; bỏ trống: cơ quan cao nhất
        #[arg(long, value_name = "CƠ QUAN")]
        parent: Option<String>,
        /// Những gì còn lại
        #[command(flatten)]
        details: OrgDetails,
    },
    /// Sửa một cơ quan, đơn vị; mục không ghi thì giữ nguyên
    Change {
        /// Cơ quan: tên viết tắt hoặc mã
        place: String,
        /// Tên mới; đổi tên theo văn bản thì ghi cả --document để lưu vào lịch sử cơ quan
        #[arg(long, value_name = "TÊN")]
        name: Option<String>,
        /// Loại
        #[arg(long, value_enum, value_name = "LOẠI")]
        kind: Option<OrgKind>,
        /// Chuyển về dưới cơ quan này
        #[arg(long, value_name = "CƠ QUAN")]
        parent: Option<String>,
        /// Thủ trưởng: địa chỉ hộp thư cá nhân
        #[arg(long, value_name = "ĐỊA CHỈ")]
        head: Option<String>,
        /// Đầu mối: địa chỉ hộp thư cá nhân
        #[arg(long, value_name = "ĐỊA CHỈ")]
        contact: Option<String>,
        /// Hộp thư chính của cơ quan
        #[arg(long, value_name = "ĐỊA CHỈ")]
        mailbox: Option<String>,
        /// Những gì còn lại
        #[command(flatten)]
        details: OrgDetails,
    },
    /// Kết thúc một cơ quan không còn đơn vị, hộp thư nào (giải thể)
    End {
        /// Cơ quan: tên viết tắt hoặc mã
        place: String,
        /// Số, ngày của văn bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: String,
    },
    /// Sáp nhập: người, hộp thư, phòng ban chuyển sang cơ quan kế thừa; cơ quan cũ kết thúc nhưng còn trong lịch sử
    Merge {
        /// Các cơ quan được sáp nhập: tên viết tắt hoặc mã
        #[arg(required = true, value_name = "CƠ QUAN")]
        from: Vec<String>,
        /// Cơ quan kế thừa đã có
        #[arg(
            long,
            value_name = "CƠ QUAN",
            required_unless_present = "name",
            conflicts_with = "name"
        )]
        into: Option<String>,
        /// Tên cơ quan kế thừa được lập mới
        #[arg(long, value_name = "TÊN", requires = "kind")]
        name: Option<String>,
        /// Loại của cơ quan lập mới
        #[arg(long, value_enum, value_name = "LOẠI")]
        kind: Option<OrgKind>,
        /// Cấp trên của cơ quan lập mới
        #[arg(long, value_name = "CƠ QUAN")]
        parent: Option<String>,
        /// Những gì còn lại của cơ quan lập mới, và văn bản (bắt buộc)
        #[command(flatten)]
        details: OrgDetails,
    },
    /// Tách một phần sang cơ quan khác: chỉ những hộp thư, phòng ban được ghi; cơ quan cũ vẫn hoạt động
    Split {
        /// Cơ quan bị tách
        from: String,
        /// Cơ quan nhận
        #[arg(long, value_name = "CƠ QUAN")]
        into: String,
        /// Hộp thư chuyển đi; hộp thư cá nhân thì chuyển cả người
        #[arg(long, value_name = "ĐỊA CHỈ")]
        mailbox: Vec<String>,
        /// Phòng, ban, đơn vị chuyển đi
        #[arg(long, value_name = "CƠ QUAN")]
        part: Vec<String>,
        /// Số, ngày của văn bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: String,
    },
    /// Lịch sử của một cơ quan: sáp nhập, chia tách, đổi tên, theo văn bản nào
    History {
        /// Cơ quan: tên viết tắt hoặc mã (mã dùng được cả khi cơ quan đã kết thúc)
        place: String,
    },
    /// Thêm một tên miền thư
    Domain {
        /// Tên miền, ví dụ tinhcu.gov.vn
        name: String,
        /// Số, ngày của văn bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
    },
    /// Đổi địa chỉ hàng loạt: lập bảng xem trước, chọn, thực hiện; địa chỉ cũ giữ làm địa chỉ phụ (QN.6.3.b)
    Rename {
        /// Việc cần làm
        #[command(subcommand)]
        command: RenameCommand,
    },
    /// Nhập cây cơ quan từ tệp XLSX hoặc CSV: báo mọi chỗ sai theo dòng, sai một chỗ thì không làm gì
    Import {
        /// Tệp XLSX hoặc CSV (cột như congvu org export)
        file: PathBuf,
        /// Chỉ nói sẽ thêm, sửa những gì
        #[arg(long)]
        dry_run: bool,
        /// Số, ngày của văn bản
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
    },
    /// Đặt dung lượng cho hộp thư của một cơ quan và các đơn vị dưới nó (TQ.9.2, SL.11.2); bỏ trống --size: theo cấp trên hoặc quy chế
    Quota {
        /// Cơ quan: tên viết tắt hoặc mã
        place: String,
        /// Loại hộp thư
        #[arg(long, value_enum, value_name = "LOẠI")]
        kind: OrgMailboxes,
        /// Dung lượng, ví dụ "2 GB"
        #[arg(long, value_name = "DUNG LƯỢNG")]
        size: Option<String>,
        /// Tăng cho cả những hộp thư đang có mà nhỏ hơn
        #[arg(long)]
        raise: bool,
        /// Số, ngày của văn bản; cần khi vượt mức tối đa của quy chế
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
    },
    /// Đặt mức tệp đính kèm mỗi thư gửi từ hộp thư của một cơ quan và các đơn vị dưới nó (TQ.9.2, SL.11.2); bỏ trống --size: theo cấp
    /// trên hoặc quy chế
    Attachment {
        /// Cơ quan: tên viết tắt hoặc mã
        place: String,
        /// Loại hộp thư
        #[arg(long, value_enum, value_name = "LOẠI")]
        kind: OrgMailboxes,
        /// Tổng dung lượng tệp của một thư, ví dụ "40 MB"
        #[arg(long, value_name = "DUNG LƯỢNG")]
        size: Option<String>,
        /// Số, ngày của văn bản; cần khi vượt mức tối đa của quy chế
        #[arg(long, value_name = "VĂN BẢN")]
        document: Option<String>,
    },
    /// Xuất cây cơ quan (hoặc người và hộp thư) ra XLSX hoặc CSV
    Export {
        /// Chỉ cơ quan này và các đơn vị dưới nó
        #[arg(long, value_name = "CƠ QUAN")]
        under: Option<String>,
        /// Người và hộp thư thay cho cơ quan
        #[arg(long)]
        people: bool,
        /// Ghi vào tệp mới này, .xlsx hoặc .csv; bỏ trống: CSV trên đầu ra chuẩn
        #[arg(long, value_name = "TỆP")]
        file: Option<PathBuf>,
    },
}

/// `--kind` of `congvu org quota`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrgMailboxes {
    /// Hộp thư cá nhân
    Personal,
    /// Hộp thư cơ quan, đơn vị
    Unit,
}

/// What commands on organisations have in common.
#[derive(Debug, Args)]
pub(crate) struct OrgDetails {
    /// Tên viết tắt dùng trong địa chỉ, ví dụ skhcn
    #[arg(long, value_name = "VIẾT TẮT")]
    pub(crate) short_name: Option<String>,
    /// Viết tắt địa danh, nếu khác tên viết tắt, ví dụ hl của ubndhalong
    #[arg(long, value_name = "VIẾT TẮT")]
    pub(crate) suffix: Option<String>,
    /// Quy chế riêng ở đây; bỏ trống: như cấp trên
    #[arg(long, value_name = "QUY CHẾ")]
    pub(crate) profile: Option<String>,
    /// Tên miền riêng ở đây; bỏ trống: như cấp trên
    #[arg(long, value_name = "TÊN MIỀN")]
    pub(crate) domain: Option<String>,
    /// Mã định danh
    #[arg(long, value_name = "MÃ")]
    pub(crate) code: Option<String>,
    /// Số, ngày của văn bản
    #[arg(long, value_name = "VĂN BẢN")]
    pub(crate) document: Option<String>,
}

/// `--kind` of `congvu org`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum OrgKind {
    /// Cấp tỉnh
    Provincial,
    /// Cấp xã
    Commune,
    /// Phòng, ban
    Subunit,
    /// Đơn vị trực thuộc
    Attached,
    /// Tổ chức đảng
    Party,
    /// Đoàn thể
    Mass,
    /// Khác
    Other,
}

#[derive(Debug, Subcommand)]
pub(crate) enum RenameCommand {
    /// Lập bảng: địa chỉ mới của từng hộp thư theo quy chế, chưa đổi gì
    Plan {
        /// Mọi hộp thư của các cơ quan này và các đơn vị dưới chúng
        #[arg(long, value_name = "CƠ QUAN")]
        under: Vec<String>,
        /// Các hộp thư này
        #[arg(long, value_name = "ĐỊA CHỈ")]
        mailbox: Vec<String>,
        /// Theo quy chế này thay cho quy chế đang áp dụng
        #[arg(long, value_name = "QUY CHẾ")]
        profile: Option<String>,
        /// Sang tên miền này
        #[arg(long, value_name = "TÊN MIỀN")]
        domain: Option<String>,
        /// Số, ngày của văn bản
        #[arg(long, default_value = "", value_name = "VĂN BẢN")]
        document: String,
    },
    /// Liệt kê các bảng
    List,
    /// Xem một bảng: cũ → mới, từng bước và điều khoản
    Show {
        /// Số của bảng
        number: i64,
        /// Chỉ các dòng phải chọn bằng tay
        #[arg(long)]
        open: bool,
        /// Mỗi dòng một đối tượng JSON
        #[arg(long)]
        json: bool,
    },
    /// Chọn địa chỉ cho một dòng
    Choose {
        /// Số của bảng
        number: i64,
        /// Số của dòng
        line: i64,
        /// Phần trước @
        local_part: String,
    },
    /// Để nguyên địa chỉ ở một dòng
    Skip {
        /// Số của bảng
        number: i64,
        /// Số của dòng
        line: i64,
    },
    /// Thực hiện; bị ngắt giữa chừng thì chạy lại lệnh này để làm tiếp
    Apply {
        /// Số của bảng
        number: i64,
    },
    /// Lập bảng trả lại các địa chỉ mà một bảng đã đổi
    Undo {
        /// Số của bảng đã thực hiện
        number: i64,
        /// Số, ngày của văn bản
        #[arg(long, default_value = "", value_name = "VĂN BẢN")]
        document: String,
    },
    /// Bỏ một bảng chưa làm xong
    Drop {
        /// Số của bảng
        number: i64,
    },
}
