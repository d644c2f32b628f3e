//! The top of a profile's file and `[head]`.

use super::shape::{Keys, Shape, list};
use super::values::{code, day, domain, name, number, text, word};
use super::{content, duties, life, naming, quota, requests};

/// A whole profile.
pub(super) fn profile() -> Shape {
    let keys = Keys::new()
        .must("id", "Tên quy chế, trùng với tên tệp", name())
        .must("code", "Mã mà mọi điều khoản của quy chế bắt đầu bằng", code())
        .must("title", "Tên đầy đủ của quy chế", text())
        .must("decision", "Quyết định ban hành: số, ngày, cơ quan", text())
        .cited(
            "in_force",
            "Ngày có hiệu lực",
            day().or("undated", "dự thảo, chưa có hiệu lực"),
        )
        .cited("domain", "Tên miền thư", domain())
        .may_cited(
            "address_suffix",
            "Phần đứng cuối mọi địa chỉ sau dấu chấm, khi quy chế chỉ quản lý một phần của tên miền",
            name(),
        )
        .cited("managing", "Cơ quan quản lý hệ thống, như văn bản ghi", text())
        .cited("operating", "Đơn vị vận hành hệ thống, như văn bản ghi", text())
        .must("head", "Viện dẫn, địa chỉ truy cập, ai làm việc gì", head())
        .must("quota", "Dung lượng hộp thư", quota::quota())
        .must("attachment", "Dung lượng tệp đính kèm của một thư", quota::attachment())
        .cited(
            "log_retention_months",
            "Nhật ký được lưu ít nhất bao nhiêu tháng",
            number(1, 1200),
        )
        .cited(
            "lock_mode",
            "Hộp thư bị tạm khóa xử lý thư đến ra sao",
            word(&[
                ("receives", "vẫn nhận thư, chỉ người dùng không vào được"),
                ("closed", "từ chối thư đến, báo cho người gửi"),
            ]),
        );
    naming::keys(content::keys(duties::keys(requests::keys(life::keys(
        keys,
    )))))
    .table()
}

fn head() -> Shape {
    let replaced = Keys::new()
        .must("from", "Ngày đầu tiên quy chế không còn hiệu lực", day())
        .must("by", "Văn bản thay thế", text())
        .may("profile", "Tên quy chế thay thế, nếu có tệp", name())
        .sourced();
    Keys::new()
        .must("cited_as", "Cách viện dẫn quyết định", text())
        .must(
            "printed_as",
            "Số quyết định, theo từng cách in trên văn bản",
            list("Ít nhất một", text().json("Số như bản in"), 1),
        )
        .may_cited("web", "Địa chỉ truy cập hệ thống", text())
        .cited("receives", "Nơi nhận yêu cầu", text())
        .cited("carries_out", "Nơi thực hiện yêu cầu", text())
        .may_cited("copy_to", "Nơi cùng nhận kết quả", text())
        .may_cited("hotline", "Điện thoại hỗ trợ", text())
        .may_cited(
            "successor",
            "Cơ quan kế thừa cơ quan quản lý từ khi văn bản ban hành",
            text(),
        )
        .may("replaced", "Quy chế đã được thay thế", replaced.table())
        .table()
}
