//! `congvu identity`

use clap::Subcommand;

use super::life::Document;
use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum IdentityCommand {
    /// Một người như các hệ thống khác được biết, theo tài khoản hoặc địa chỉ thư
    Show {
        /// Tài khoản Chính quyền điện tử, hoặc địa chỉ thư
        name: String,
        /// In dạng SCIM (JSON)
        #[arg(long)]
        json: bool,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Cấp tài khoản cho người giữ một hộp thư, hoặc đánh dấu tài khoản đã có; địa chỉ thư giữ nguyên (QN.5.1)
    Give {
        /// Địa chỉ thư của người đó
        address: String,
        /// Tài khoản đã có; bỏ trống: tên do quy chế đặt
        #[arg(long, value_name = "TÀI KHOẢN")]
        account: Option<String>,
        /// Chỉ dùng thư: tài khoản chỉ để đồng bộ, không dùng được ở hệ thống kia (QN.5.2)
        #[arg(long)]
        mail_only: bool,
        /// Văn bản đề nghị đồng bộ (QN.5.3)
        #[command(flatten)]
        document: Document,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}
