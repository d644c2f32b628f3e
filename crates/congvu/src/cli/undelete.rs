//! `congvu undelete`

use clap::{ArgGroup, Subcommand};

#[derive(Debug, Subcommand)]
pub(crate) enum UndeleteCommand {
    /// Liệt kê những gì một hộp thư còn lấy lại được, mới xóa trước: giờ và dung lượng, không có tiêu đề; lần xem được ghi lại (BS.III.9)
    List {
        /// Địa chỉ của hộp thư
        address: String,
        /// Số thư nhiều nhất
        #[arg(long, default_value_t = 100, value_name = "SỐ")]
        limit: i64,
        /// Chỉ những thư bị xóa trước thư này (mã ở cột đầu)
        #[arg(long, value_name = "MÃ")]
        before: Option<String>,
    },
    /// Lấy lại một số thư, hoặc cả một thư mục đã bị xóa; làm lại lần nữa không sinh thêm bản nào
    #[command(group = ArgGroup::new("what").required(true).args(["ids", "folder"]))]
    Restore {
        /// Địa chỉ của hộp thư
        address: String,
        /// Mã của các thư (cột đầu của danh sách)
        #[arg(long, value_name = "MÃ", num_args = 1..)]
        ids: Vec<String>,
        /// Thư mục nhận các thư
        #[arg(long, default_value = "INBOX", value_name = "THƯ MỤC")]
        into: String,
        /// Thư mục đã bị xóa, theo tên do chủ hộp thư nêu hoặc số trong danh sách: lấy lại tên và mọi thư nằm trong đó lúc bị xóa
        #[arg(long, value_name = "THƯ MỤC")]
        folder: Option<String>,
    },
}
