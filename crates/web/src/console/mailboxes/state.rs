//! The state of a mailbox, as a chip shows it, and what lists are sifted by.

use congvu_regulation::Date;
use congvu_store::mailbox_list::{Sieve, State};

use crate::site::Lang;

/// A state with its shape and its words.
#[derive(Clone, Copy, Debug)]
pub(super) struct Chip {
    pub(super) state: &'static str,
    pub(super) icon: &'static str,
    pub(super) words: &'static str,
}

pub(super) fn chip(state: State, lang: Lang) -> Chip {
    let (name, icon) = match state {
        State::Active => ("active", "dot"),
        State::MustChange | State::Expired | State::Unused => ("must-change", "key"),
        State::Locked | State::Disabled => ("locked", "lock"),
        State::Pending => ("pending", "hourglass"),
        State::Gone => ("revoked", "ban"),
    };
    Chip {
        state: name,
        icon,
        words: words(state, lang),
    }
}

pub(super) fn words(state: State, lang: Lang) -> &'static str {
    match state {
        State::Active => lang.t("Đang dùng"),
        State::MustChange => lang.t("Phải đổi mật khẩu"),
        State::Expired => lang.t("Mật khẩu hết hạn"),
        State::Unused => lang.t("Chưa đăng nhập lần nào"),
        State::Locked => lang.t("Tạm khóa"),
        State::Disabled => lang.t("Ngắt đăng nhập"),
        State::Pending => lang.t("Chờ thu hồi"),
        State::Gone => lang.t("Đã thu hồi"),
    }
}

/// Who neither fetched nor sent for so many days is told to be idle: soon enough to tell people.
const IDLE: i64 = 150;

/// What a list may be sifted by, on a day.
pub(super) fn sieves(today: Date) -> [Sieve; 9] {
    [
        Sieve::Active,
        Sieve::MustChange,
        Sieve::Expired,
        Sieve::Unused,
        Sieve::Idle(today.plus_days(-IDLE).epoch_day()),
        Sieve::Locked,
        Sieve::Pending,
        Sieve::Disabled,
        Sieve::Gone,
    ]
}

pub(super) fn sort(sieve: Sieve, lang: Lang) -> &'static str {
    match sieve {
        Sieve::Active => words(State::Active, lang),
        Sieve::MustChange => words(State::MustChange, lang),
        Sieve::Expired => words(State::Expired, lang),
        Sieve::Unused => words(State::Unused, lang),
        Sieve::Idle(_) => lang.t("5 tháng không gửi, nhận"),
        Sieve::Locked => words(State::Locked, lang),
        Sieve::Pending => words(State::Pending, lang),
        Sieve::Disabled => words(State::Disabled, lang),
        Sieve::Gone => words(State::Gone, lang),
    }
}

/// As an address of ours has it.
pub(super) fn slug(sieve: Sieve) -> &'static str {
    match sieve {
        Sieve::Active => "dang-dung",
        Sieve::MustChange => "doi-mat-khau",
        Sieve::Expired => "het-han",
        Sieve::Unused => "chua-dang-nhap",
        Sieve::Idle(_) => "khong-dung",
        Sieve::Locked => "tam-khoa",
        Sieve::Disabled => "ngat-dang-nhap",
        Sieve::Pending => "cho-thu-hoi",
        Sieve::Gone => "da-thu-hoi",
    }
}
