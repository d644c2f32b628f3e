//! Its rule for passwords.

use congvu_regulation::password::{Names, check};

use super::{day, sixth};

fn told(candidate: &str, reused: bool) -> Vec<String> {
    let names = Names::default()
        .organisation("Sở Khoa học và Công nghệ")
        .person("Phạm Văn An");
    check(sixth().password(), candidate, &names, |_| reused)
        .iter()
        .map(ToString::to_string)
        .collect()
}

#[test]
fn sau_5_1_ten_characters_one_of_four_signs_and_no_names() {
    assert_eq!(told("xK9#mqT7rw", false), Vec::<String>::new());
    assert_eq!(
        told("xK9!mqT7r", false),
        [
            "Mật khẩu phải có ít nhất 10 ký tự; mật khẩu này có 9 ký tự. (SAU.5.1)",
            "Mật khẩu phải có ít nhất một ký tự đặc biệt trong số @ # & _. (SAU.5.1)",
        ]
    );
    assert_eq!(
        told("PH4M_5khcn_9xQ2", false),
        [
            "Mật khẩu không được chứa tên tổ chức (“skhcn”). (SAU.5.1)",
            "Mật khẩu không được chứa tên cá nhân (“pham”). (SAU.5.1)",
        ]
    );
}

#[test]
fn sau_5_2_eight_kept_and_forty_five_days() {
    assert_eq!(
        told("xK9#mqT7rw", true),
        ["Mật khẩu này đã dùng gần đây; không dùng lại 8 mật khẩu gần nhất. (SAU.5.2)"]
    );
    // 25 days to the end of January, and 20.
    assert_eq!(
        sixth().password().expires_at(day("2026-01-06")),
        Some(day("2026-02-20"))
    );
}
