//! What a sender can do about it, in plain words; Vietnamese and English.

use super::{DROPPED, Told};

/// Vietnamese, English.
type Advice = (&'static str, &'static str);

const ADDRESS: Advice = (
    "Địa chỉ này không có hoặc không còn dùng. Xin kiểm tra lại từng chữ của địa chỉ rồi gửi lại.",
    "There is no such address, or it is used no more. Check it letter by letter, then send again.",
);
const DOMAIN: Advice = (
    "Tên miền sau dấu @ không có hoặc không nhận thư. Xin kiểm tra lại địa chỉ rồi gửi lại.",
    "The domain after the @ does not exist or takes no mail. Check the address, then send again.",
);
const FULL: Advice = (
    "Hộp thư của người nhận đã đầy. Xin báo cho người nhận bằng cách khác, gửi lại sau khi họ dọn hộp thư.",
    "The recipient's mailbox is full. Tell them in another way, and send again once they have made room.",
);
const CLOSED: Advice = (
    "Hộp thư của người nhận hiện không nhận thư. Xin liên hệ người nhận bằng cách khác.",
    "The recipient's mailbox takes no mail at present. Reach them in another way.",
);
const LARGE: Advice = (
    "Thư lớn hơn mức máy chủ bên nhận cho phép. Xin gửi lại với tệp đính kèm nhỏ hơn.",
    "The message is larger than the recipient's server allows. Send it again with smaller attachments.",
);
const POLICY: Advice = (
    "Máy chủ bên nhận từ chối thư này theo quy định của họ. Xin chuyển thông báo này cho quản trị thư của cơ quan mình.",
    "The recipient's server refuses this message by a rule of its own. Pass this notice on to your mail administrator.",
);
const UTF8: Advice = (
    "Máy chủ bên nhận không nhận địa chỉ hoặc tiêu đề có dấu. Xin dùng địa chỉ không dấu của người nhận, nếu có.",
    "The recipient's server cannot take addresses or headers with letters beyond ASCII. Use another address of theirs, if there is one.",
);
const LATE: Advice = (
    "Máy chủ bên nhận không trả lời trong suốt thời gian hệ thống đã thử. Xin liên hệ người nhận bằng cách khác, gửi lại sau.",
    "The recipient's server did not answer for as long as this system tried. Reach them in another way, and send again later.",
);
const BY_ADMINISTRATOR: Advice = (
    "Quản trị thư của hệ thống này đã thôi không gửi thư. Nếu vẫn cần gửi, xin hỏi quản trị thư của cơ quan mình trước khi gửi lại.",
    "An administrator of this system had it sent no more. If it is still needed, ask your mail administrator before you send it again.",
);
const OTHER: Advice = (
    "Xin xem câu trả lời của máy chủ bên nhận ở trên; nếu chưa rõ, chuyển thông báo này cho quản trị thư của cơ quan mình.",
    "See what the recipient's server said; if that does not help, pass this notice on to your mail administrator.",
);

/// What to do about a failure, by the status code (RFC 3463 §3).
pub(super) fn advice(told: &Told) -> Advice {
    // Other servers say this as well, of anything.
    let ours = |told: &Told| told.last.as_ref().is_some_and(|last| last.host.is_none());
    if told.status == DROPPED && ours(told) {
        return BY_ADMINISTRATOR;
    }
    let detail = told.status.split_once('.').map_or("", |(_, rest)| rest);
    match detail {
        "1.2" | "1.8" | "1.10" | "4.4" => DOMAIN,
        "6.7" => UTF8,
        "2.1" => CLOSED,
        "2.2" => FULL,
        "2.3" | "3.4" => LARGE,
        // Where it answered, its answer says more.
        "4.7" if told.last.as_ref().is_none_or(|last| last.code == 421) => LATE,
        detail if detail.starts_with("1.") => ADDRESS,
        detail if detail.starts_with("7.") => POLICY,
        _ => OTHER,
    }
}
