//! The values of the `[naming]` section: each is read, or what is needed is told.

use toml::de::DeValue;

use crate::naming::Part;
use crate::naming::pattern::{Digits, Mark, Offer, Phrase};

pub(super) fn limit(value: &DeValue<'_>) -> Result<usize, &'static str> {
    integer(value)
        .filter(|number| (3..=64).contains(number))
        .and_then(|number| usize::try_from(number).ok())
        .ok_or("một số chữ từ 3 đến 64")
}

pub(super) fn first_number(value: &DeValue<'_>) -> Result<u32, &'static str> {
    integer(value)
        .filter(|number| (1..=2).contains(number))
        .ok_or("số bắt đầu là 1 hoặc 2")
}

pub(super) fn first_word(value: &DeValue<'_>) -> Result<usize, &'static str> {
    integer(value)
        .filter(|number| (1..=3).contains(number))
        .and_then(|number| usize::try_from(number).ok())
        .ok_or("từ đầu tiên được thêm chữ, từ 1 đến 3")
}

pub(super) fn digits(value: &DeValue<'_>) -> Result<Digits, &'static str> {
    let numbers: Option<Vec<Option<u32>>> = value
        .as_array()
        .map(|items| items.iter().map(|item| integer(item.get_ref())).collect());
    match numbers.as_deref() {
        Some([Some(2)]) => Ok(Digits::Two),
        Some([Some(2), Some(4)]) => Ok(Digits::TwoThenFour),
        _ => Err("[2] hoặc [2, 4]"),
    }
}

fn integer(value: &DeValue<'_>) -> Option<u32> {
    value
        .as_integer()
        .and_then(|number| u32::from_str_radix(number.as_str(), number.radix()).ok())
}

pub(super) fn phrases(value: &DeValue<'_>) -> Result<Vec<Phrase>, &'static str> {
    let found: Option<Vec<Phrase>> = value.as_array().and_then(|items| {
        items
            .iter()
            .map(|item| item.get_ref().as_str().and_then(Phrase::new))
            .collect()
    });
    found
        .filter(|found| !found.is_empty())
        .ok_or("danh sách từ ([\"Phòng\", \"Ban\"])")
}

pub(super) fn parts(value: &DeValue<'_>) -> Result<Vec<Part>, &'static str> {
    let part = |text: &str| match text {
        "family" => Some(Part::Family),
        "middle" => Some(Part::Middle),
        "given" => Some(Part::Given),
        _ => None,
    };
    let found: Option<Vec<Part>> = value.as_array().and_then(|items| {
        items
            .iter()
            .map(|item| item.get_ref().as_str().and_then(part))
            .collect()
    });
    found
        .filter(|found| !found.is_empty())
        .ok_or("danh sách chọn từ \"family\", \"middle\", \"given\"")
}

pub(super) fn mark(value: &DeValue<'_>) -> Result<Mark, &'static str> {
    match value.as_str() {
        Some("whole") => Ok(Mark::Whole),
        Some("initials") => Ok(Mark::Initials),
        Some("dropped") => Ok(Mark::Dropped),
        _ => Err("\"whole\", \"initials\" hoặc \"dropped\""),
    }
}

pub(super) enum To {
    Unit,
    Parent,
    Fixed,
}

pub(super) fn dot(value: &DeValue<'_>) -> Result<To, &'static str> {
    match value.as_str() {
        Some("unit") => Ok(To::Unit),
        Some("parent") => Ok(To::Parent),
        Some("fixed") => Ok(To::Fixed),
        _ => Err("\"unit\", \"parent\" hoặc \"fixed\""),
    }
}

pub(super) fn way(value: &DeValue<'_>) -> Result<&'static str, &'static str> {
    ["unit", "number", "letters", "birth-year", "agree"]
        .into_iter()
        .find(|name| value.as_str() == Some(name))
        .ok_or("\"unit\", \"number\", \"letters\", \"birth-year\" hoặc \"agree\"")
}

pub(super) fn offer(value: &DeValue<'_>) -> Result<Offer, &'static str> {
    match value.as_str() {
        Some("letters") => Ok(Offer::Letters),
        Some("digits") => Ok(Offer::Digits),
        _ => Err("\"letters\" hoặc \"digits\""),
    }
}

pub(super) fn decide(value: &DeValue<'_>) -> Result<(), &'static str> {
    yes(value).map(drop)
}

pub(super) fn yes(value: &DeValue<'_>) -> Result<bool, &'static str> {
    value
        .as_bool()
        .filter(|yes| *yes)
        .ok_or("true, hoặc bỏ khóa này")
}
