//! The sentences of findings, in Vietnamese.

use super::concern::Concern;
use super::description::Unseen;
use super::effect::{Direction, Effect};
use super::file_name::shown;
use super::real_type::RealType;
use super::secrecy::{Found, Place};
use crate::MB;

/// Why a file is one that runs.
pub(super) enum Runs {
    /// By a pattern of names.
    Name(String),
    /// By its content.
    Content(RealType),
    /// By its declared type.
    Declared(RealType),
}

/// What is wrong, what becomes of the message, what to do.
pub(super) fn sentences(
    what: &str,
    concern: Concern,
    effect: Effect,
    direction: Direction,
    unit_mailbox: Option<&str>,
) -> String {
    let becomes = becomes(effect, direction);
    let advice = if effect == Effect::Warn && !direction.is_ours() {
        to_reader(concern).to_owned()
    } else {
        to_sender(concern, effect, unit_mailbox)
    };
    format!("{what} {becomes} {advice}")
}

fn becomes(effect: Effect, direction: Direction) -> &'static str {
    match (effect, direction.is_ours()) {
        (Effect::Refuse, true) => "Thư không được gửi.",
        (Effect::Refuse, false) => "Thư không được nhận.",
        (Effect::Hold, _) => "Thư được giữ lại chờ đơn vị vận hành xem xét.",
        (Effect::Warn | Effect::Pass, true) => "Thư vẫn gửi được.",
        (Effect::Warn | Effect::Pass, false) => "Thư vẫn được nhận.",
    }
}

fn to_sender(concern: Concern, effect: Effect, unit_mailbox: Option<&str>) -> String {
    match concern {
        Concern::Executable => "Hãy bỏ tệp này ra khỏi thư rồi gửi lại.",
        Concern::EncryptedArchive if effect == Effect::Warn => {
            "Chỉ đặt mật khẩu cho tệp nén khi thật cần thiết; nếu được, hãy nén lại không đặt mật khẩu."
        }
        Concern::EncryptedArchive => "Hãy nén lại không đặt mật khẩu rồi gửi lại.",
        Concern::EncryptedDocument => "Nếu được, hãy bỏ mật khẩu của tài liệu để tệp được kiểm tra mã độc.",
        Concern::Unreadable => {
            "Hãy gửi các tệp ở dạng không nén, hoặc nén lại một lớp bằng zip không đặt mật khẩu."
        }
        Concern::Size => "Hãy bỏ bớt tệp, chia thành nhiều thư, hoặc đề nghị nâng giới hạn cho hộp thư.",
        Concern::SecrecyStamp => {
            "Không trao đổi tài liệu có nội dung bí mật nhà nước qua thư điện tử; hãy gửi theo quy định về bảo vệ bí mật nhà nước. Nếu đây không phải tài liệu mật, hãy bỏ dấu chỉ độ mật rồi gửi lại."
        }
        Concern::SecrecyMention => {
            "Hãy chắc chắn rằng thư và tệp đính kèm không chứa bí mật nhà nước trước khi gửi."
        }
        Concern::Kind => "Hãy chuyển tệp sang định dạng thông dụng như PDF, DOCX, XLSX, ODT, JPG hoặc ZIP.",
        Concern::Disguise => "Hãy đổi tên tệp: bỏ ký tự ẩn và khoảng trắng thừa.",
        Concern::PersonalMailbox => {
            return match unit_mailbox {
                Some(address) => format!(
                    "Nếu gửi văn bản của cơ quan, hãy gửi từ hộp thư cơ quan, đơn vị: {}.",
                    shown(address)
                ),
                None => "Nếu gửi văn bản của cơ quan, hãy gửi từ hộp thư cơ quan, đơn vị.".to_owned(),
            };
        }
        Concern::Outside => "Hãy kiểm tra lại địa chỉ và nội dung trước khi gửi.",
    }
    .to_owned()
}

fn to_reader(concern: Concern) -> &'static str {
    match concern {
        Concern::SecrecyStamp | Concern::SecrecyMention => {
            "Nếu đây là tài liệu mật, không chuyển tiếp, không sao chép; hãy báo ngay thủ trưởng cơ quan, đơn vị."
        }
        Concern::Size | Concern::PersonalMailbox | Concern::Outside => "Hãy lưu ý khi đọc.",
        Concern::Executable
        | Concern::EncryptedArchive
        | Concern::EncryptedDocument
        | Concern::Unreadable
        | Concern::Kind
        | Concern::Disguise => "Chỉ mở tệp khi chắc chắn biết người gửi và đang chờ tệp này.",
    }
}

pub(super) fn executable(path: &str, runs: &Runs) -> String {
    match runs {
        Runs::Name(pattern) => format!("Tệp “{path}” là tệp thực thi ({pattern})."),
        Runs::Content(real) => {
            format!("Tệp “{path}” có nội dung là tệp thực thi ({real}), dù mang tên nào.")
        }
        Runs::Declared(real) => format!("Tệp “{path}” được khai báo là tệp thực thi ({real})."),
    }
}

pub(super) fn locked_archive(path: &str) -> String {
    format!("Tệp nén “{path}” được đặt mật khẩu nên không kiểm tra được bên trong.")
}

pub(super) fn locked_document(path: &str) -> String {
    format!("Tài liệu “{path}” được đặt mật khẩu nên không kiểm tra được mã độc.")
}

pub(super) fn unseen(path: &str, why: Unseen) -> String {
    let why = match why {
        Unseen::TooDeep => "nén nhiều lớp lồng nhau quá sâu",
        Unseen::TooLarge => "giải nén ra quá lớn",
        Unseen::TooMany => "chứa quá nhiều tệp",
        Unseen::Damaged => "bị hỏng",
        Unseen::UnknownForm => "thuộc dạng nén không đọc được",
    };
    format!("Không kiểm tra được bên trong tệp “{path}” vì tệp {why}.")
}

pub(super) fn kind(path: &str) -> String {
    format!("Tệp “{path}” không thuộc danh mục loại tệp được trao đổi.")
}

pub(super) fn disguised(path: &str) -> String {
    format!("Tên của tệp “{path}” có ký tự ẩn đảo chiều chữ hoặc khoảng trắng che mất đuôi tệp.")
}

/// `number`: the attachment's, and whether the file lies in it.
pub(super) fn mark(found: Found, number: Option<(usize, bool)>) -> String {
    let Found { mark, place, .. } = found;
    match number {
        Some((number, false)) => format!("Tên của tệp đính kèm thứ {number} có dấu “{mark}”."),
        Some((number, true)) => {
            format!("Tên của một tệp nằm trong tệp đính kèm thứ {number} có dấu “{mark}”.")
        }
        None if place == Place::Subject => format!("Tiêu đề thư có dấu “{mark}”."),
        None => format!("Trong {place} có dấu “{mark}”."),
    }
}

pub(super) fn size(attached: u64, limit: u64) -> String {
    format!(
        "Các tệp đính kèm tổng cộng {}, vượt {} so với giới hạn {} mỗi thư.",
        amount(attached),
        amount(attached.saturating_sub(limit)),
        amount(limit)
    )
}

pub(super) fn personal(category: &str) -> String {
    format!(
        "Thư được chọn loại “{}” và gửi từ hộp thư cá nhân; hộp thư cá nhân chỉ phục vụ cung cấp thông tin, xử lý công việc.",
        shown(category)
    )
}

pub(super) fn outside(number: u64) -> String {
    format!("Thư có {number} người nhận ngoài cơ quan nhà nước.")
}

/// A size as people write it, to one place, never less than it is: `20,1 MB`, `3 KB`.
pub(super) fn amount(bytes: u64) -> String {
    if bytes < MB {
        return format!("{} KB", bytes.div_ceil(1024));
    }
    let tenths = (u128::from(bytes) * 10).div_ceil(u128::from(MB));
    match tenths % 10 {
        0 => format!("{} MB", tenths / 10),
        tenth => format!("{},{tenth} MB", tenths / 10),
    }
}
