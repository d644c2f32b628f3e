//! The dots in the printed text, filled in.

use std::borrow::Cow;

use super::Placeholders;
use crate::day;

/// The printed text with what is known in the place of its dots; the rest stays as printed.
pub(super) fn filled<'a>(printed: &'a str, body: &str, values: &Placeholders) -> Cow<'a, str> {
    let mut text = Cow::Borrowed(printed);
    if let Some(year) = values.year {
        text = dots(text, "năm", &format!("năm {year}"));
    }
    if let Some(decision) = &values.decision {
        text = dots(text, "Quy chế số", &format!("Quy chế số {decision}"));
    }
    if let Some(decided) = values.decided {
        text = dots(text, "ngày", &day::written(decided));
    }
    if let Some(period) = &values.period
        && text.contains(" 6 tháng ")
    {
        text = text.replace(" 6 tháng ", &format!(" {period} ")).into();
    }
    if !body.trim().is_empty() && text.contains("<đơn vị>") {
        text = text
            .replace("Cơ quan <đơn vị>", "<đơn vị>")
            .replace("<đơn vị>", body.trim())
            .into();
    }
    text
}

/// Each `<word> ....` with other words in its place.
fn dots<'a>(text: Cow<'a, str>, word: &str, instead: &str) -> Cow<'a, str> {
    let mut done = String::new();
    let mut rest: &str = &text;
    while let Some(at) = rest.find(word) {
        let (before, found) = rest.split_at(at);
        let behind = found.get(word.len()..).unwrap_or_default();
        let spaced = behind.trim_start_matches(' ');
        let after = spaced.trim_start_matches(['.', '…']);
        done.push_str(before);
        if spaced.len() - after.len() >= 2 {
            done.push_str(instead);
            rest = after;
        } else {
            done.push_str(word);
            rest = behind;
        }
    }
    if done.is_empty() {
        return text;
    }
    done.push_str(rest);
    done.into()
}

#[cfg(test)]
mod tests {
    use congvu_regulation::Date;

    use super::*;

    #[test]
    fn qn_13_10_the_dots_of_mau_04_are_filled_in() {
        let values = Placeholders {
            year: Some(2026),
            decision: Some("40/2022/QĐ-UBND".into()),
            decided: Date::new(2022, 11, 8),
            period: Some("năm 2026".into()),
        };
        let check = |printed: &str, expected: &str| {
            assert_eq!(filled(printed, "Sở Y tế", &values), expected);
        };
        check(
            "thư điện tử công vụ năm ....",
            "thư điện tử công vụ năm 2026",
        );
        check(
            "không đăng nhập trong năm....",
            "không đăng nhập trong năm 2026",
        );
        check(
            "Thực hiện Quy chế số... ngày... của Ủy ban, Cơ quan <đơn vị> báo cáo thư điện tử 6 tháng như sau:",
            "Thực hiện Quy chế số 40/2022/QĐ-UBND ngày 08 tháng 11 năm 2022 của Ủy ban, Sở Y tế báo cáo thư điện tử năm 2026 như sau:",
        );
        check("Thêm, sửa, xóa, thu hồi...", "Thêm, sửa, xóa, thu hồi...");
    }

    #[test]
    fn what_is_not_known_stays_as_printed() {
        let printed = "Quy chế số... ngày... Cơ quan <đơn vị> trong 6 tháng năm ....";
        assert_eq!(filled(printed, "", &Placeholders::default()), printed);
    }
}
