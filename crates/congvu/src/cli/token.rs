//! `congvu token`

use clap::Subcommand;

use crate::acting::As;

#[derive(Debug, Subcommand)]
pub(crate) enum TokenCommand {
    /// Cấp một mã truy cập cho một tài khoản; mã chỉ in ra một lần
    Issue {
        /// Tài khoản mà phần mềm hành động với tư cách đó
        address: String,
        /// Tên gợi nhớ, ví dụ tên phần mềm
        #[arg(long, value_name = "TÊN")]
        label: String,
        /// Phạm vi: read:organisations, read:directory, read:mailboxes, write:mailboxes, read:requests, write:requests,
        /// decide:requests, read:proposals, decide:proposals, read:reports, write:reports, read:audit, read:identities, write:identities; dùng được nhiều lần
        #[arg(long = "scope", required = true, value_name = "PHẠM VI")]
        scopes: Vec<String>,
        /// Chỉ dùng được cho cơ quan này và các đơn vị bên dưới, theo tên viết tắt
        #[arg(long, value_name = "VIẾT TẮT")]
        organisation: Option<String>,
        /// Thời hạn, không quá 400 ngày
        #[arg(long, default_value_t = 365, value_name = "NGÀY")]
        days: u16,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Các mã truy cập của một tài khoản
    List {
        /// Tài khoản
        address: String,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
    /// Thu hồi một mã truy cập, có hiệu lực ngay
    Revoke {
        /// Số của mã, như congvu token list in ra
        id: i64,
        /// Ai làm
        #[command(flatten)]
        who: As,
    },
}
