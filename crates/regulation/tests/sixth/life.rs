//! Its rules about the life of a mailbox, in sentences.

use congvu_regulation::LockMode;

use super::{shows, sixth};

#[test]
fn sau_6_a_term_for_each_kind_of_mailbox_and_two_ends() {
    shows(
        "sweep.unused-personal",
        "không đọc hoặc tải thư, không gửi thư trong 04 tháng (hộp thư cá nhân): tạm khóa; hệ thống tự động thực hiện; dừng khi có lý do đã ghi nhận; dừng khi có đề nghị chưa giải quyết; nhắc trước 30, 7 ngày",
        "SAU.6.1",
    );
    shows(
        "sweep.unused-unit",
        "không đăng nhập (cả bằng ứng dụng) trong 60 ngày (hộp thư đơn vị): tạm khóa; hệ thống tự động thực hiện; dừng khi có đề nghị chưa giải quyết; nhắc trước 14, 3 ngày",
        "SAU.6.2",
    );
    shows(
        "sweep.default-password",
        "không đổi mật khẩu mặc định kể từ khi được cấp trong 10 ngày làm việc: tạm khóa; hệ thống tự động thực hiện; nhắc trước 3 ngày",
        "SAU.6.3",
    );
    shows(
        "sweep.no-restore-request",
        "cơ quan đã nhận thông báo tạm khóa (không phải theo «default-password»), không có đề nghị khôi phục sau 20 ngày làm việc: thu hồi; cơ quan quản lý xác nhận rồi mới thực hiện; dừng khi có đề nghị chưa giải quyết; nhắc trước 7, 1 ngày",
        "SAU.6.4",
    );
    shows(
        "sweep.default-password-long",
        "bị tạm khóa theo «default-password», không có đề nghị khôi phục sau 06 tháng: xóa vĩnh viễn; cơ quan quản lý xác nhận rồi mới thực hiện; dừng khi có đề nghị chưa giải quyết; nhắc trước 30, 7 ngày",
        "SAU.6.4",
    );
}

#[test]
fn sau_6_5_restoring_and_two_waits() {
    shows("request.restore.deadline", "02 ngày làm việc", "SAU.6.5");
    for sweep in ["unused-unit", "default-password"] {
        shows(
            &format!("restore.wait.{sweep}"),
            &format!("sau 03 ngày làm việc kể từ khi khóa theo «{sweep}»"),
            "SAU.6.5",
        );
    }
    shows("revoke.destroys", "không", "SAU.6.4");
    assert_eq!(sixth().lock_mode().value, LockMode::Closed);
}
