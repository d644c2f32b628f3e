//! What a mail to a request's door says (HCM.6.1): the kind of request from its subject, number, day, reason, need and demand from lines
//! that begin with their names.

use congvu_regulation::Date;
use congvu_regulation::naming::fold;
use congvu_regulation::requests::RequestKind;

/// So many lines of a letter are read, and so many characters of each.
const LINES: usize = 400;
const WIDEST: usize = 2_000;
/// So many lines may follow a name that stands alone.
const FOLLOWING: usize = 20;

/// What a letter says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// What is asked for, where subject or letter name it.
    pub kind: Option<RequestKind>,
    /// It answers another mail.
    pub is_answer: bool,
    /// Number of the document.
    pub number: String,
    /// Its day.
    pub day: Option<Date>,
    /// Lý do.
    pub reason: String,
    /// Nhu cầu.
    pub need: String,
    /// Yêu cầu cụ thể.
    pub demand: String,
}

/// Words of a subject that name a kind; the first that fits counts.
const KINDS: &[(&str, RequestKind)] = &[
    ("mat khau", RequestKind::Password),
    ("khoi phuc", RequestKind::Restore),
    ("mo lai", RequestKind::Restore),
    ("mo khoa", RequestKind::Restore),
    ("dong bo", RequestKind::Sync),
    ("danh ba", RequestKind::Directory),
    ("dung luong", RequestKind::Quota),
    ("thu hoi", RequestKind::Revoke),
    ("huy", RequestKind::Revoke),
    ("xoa", RequestKind::Revoke),
    ("thay doi", RequestKind::Change),
    ("sua doi", RequestKind::Change),
    ("dieu chinh", RequestKind::Change),
    ("doi", RequestKind::Change),
    ("cap moi", RequestKind::Issue),
    ("cap", RequestKind::Issue),
];
/// A subject is a request's where it asks …
const ASKS: &[&str] = &["de nghi", "yeu cau"];
/// … for something about mailboxes.
const ABOUT: &[&str] = &[
    "hop thu",
    "thu dien tu",
    "email",
    "mat khau",
    "danh ba",
    "tai khoan thu",
];
const ANSWERS: &[&str] = &["re", "tra loi", "tl"];
const FORWARDS: &[&str] = &["fw", "fwd", "chuyen tiep"];

impl Letter {
    /// Reads a letter.
    #[must_use]
    pub fn read(subject: &str, text: &str) -> Self {
        let (is_answer, bare) = without_marks(cut(subject));
        let mut letter = Self {
            kind: kind_named(bare),
            is_answer,
            ..Self::default()
        };
        let lines: Vec<&str> = text
            .lines()
            .take(LINES)
            .map(|line| cut(line).trim())
            // What somebody else wrote before is not this letter's.
            .take_while(|line| !line.starts_with('>') && !line.starts_with("-----"))
            .collect();
        for (at, line) in lines.iter().enumerate() {
            let Some((name, value)) = named(line) else {
                continue;
            };
            let value = match value {
                "" => following(lines.get(at + 1..).unwrap_or_default()),
                value => value.to_owned(),
            };
            let place = match name {
                Name::Number => {
                    let (number, day) = number_and_day(&value);
                    set(&mut letter.number, number);
                    letter.day = letter.day.or(day);
                    continue;
                }
                Name::Day => {
                    letter.day = letter.day.or_else(|| day_in(&value));
                    continue;
                }
                Name::Reason => &mut letter.reason,
                Name::Need => &mut letter.need,
                Name::Demand => &mut letter.demand,
            };
            set(place, &value);
        }
        letter
    }

    /// The ids of what it tells, among the fields that a regulation asks for.
    pub(super) fn told(&self) -> Vec<&'static str> {
        let all = [
            ("reason", &self.reason),
            ("need", &self.need),
            ("demand", &self.demand),
        ];
        let told = all.into_iter().filter(|(_, text)| !text.is_empty());
        told.map(|(id, _)| id).collect()
    }

    /// Reason, need and demand in one text.
    pub(super) fn why(&self) -> String {
        let all = [
            ("", &self.reason),
            ("Nhu cầu: ", &self.need),
            ("Yêu cầu cụ thể: ", &self.demand),
        ];
        let told = all.into_iter().filter(|(_, text)| !text.is_empty());
        let told: Vec<String> = told.map(|(name, text)| format!("{name}{text}")).collect();
        told.join("\n")
    }
}

fn cut(line: &str) -> &str {
    let end = line
        .char_indices()
        .nth(WIDEST)
        .map_or(line.len(), |(end, _)| end);
    line.get(..end).unwrap_or_default()
}

fn set(place: &mut String, value: &str) {
    if place.is_empty() {
        value.trim().clone_into(place);
    }
}

/// The kind that a subject asks for; none where it is no request.
fn kind_named(subject: &str) -> Option<RequestKind> {
    let folded = format!(" {} ", fold(subject));
    let has = |words: &&&str| folded.contains(&format!(" {words} "));
    ASKS.iter().find(has)?;
    ABOUT.iter().find(has)?;
    let found = KINDS.iter().find(|(words, _)| has(&words));
    found.map(|(_, kind)| *kind)
}

/// A subject without `Re:` and `Fwd:` before it, and whether it had the first.
fn without_marks(subject: &str) -> (bool, &str) {
    let (mut rest, mut is_answer) = (subject.trim(), false);
    while let Some((mark, behind)) = rest.split_once(':') {
        let mark = fold(mark);
        let answers = ANSWERS.contains(&mark.as_str());
        if !answers && !FORWARDS.contains(&mark.as_str()) {
            break;
        }
        is_answer |= answers;
        rest = behind.trim();
    }
    (is_answer, rest)
}

#[derive(Clone, Copy)]
enum Name {
    Number,
    Day,
    Reason,
    Need,
    Demand,
}

/// A line that begins with a name and a colon.
fn named(line: &str) -> Option<(Name, &str)> {
    let (name, value) = line.split_once(':')?;
    let name = match fold(name.trim_start_matches(|c: char| !c.is_alphabetic())).as_str() {
        "so" | "so van ban" | "so cong van" | "van ban so" | "cong van so" => Name::Number,
        "ngay" | "ngay van ban" | "ngay ban hanh" => Name::Day,
        "ly do" => Name::Reason,
        "nhu cau" => Name::Need,
        "yeu cau" | "yeu cau cu the" => Name::Demand,
        _ => return None,
    };
    Some((name, value.trim()))
}

/// The lines up to an empty one or the next name.
fn following(lines: &[&str]) -> String {
    let text: Vec<&str> = lines
        .iter()
        .copied()
        .take(FOLLOWING)
        .skip_while(|line| line.is_empty())
        .take_while(|line| !line.is_empty() && named(line).is_none())
        .collect();
    text.join("\n")
}

/// `12/SKHCN-VP ngày 05/02/2027`, or the number alone.
fn number_and_day(text: &str) -> (&str, Option<Date>) {
    let number = text.split_whitespace().next().unwrap_or_default();
    let behind = text.get(number.len()..).unwrap_or_default();
    (number.trim_end_matches([',', ';', '.']), day_in(behind))
}

/// The first day in a text: `05/02/2027`, `ngày 5 tháng 2 năm 2027`, `2027-02-05`.
#[must_use]
pub fn day_in(text: &str) -> Option<Date> {
    let numbers: Vec<&str> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty() && part.len() <= 4)
        .collect();
    numbers.windows(3).find_map(|three| {
        let [a, b, c] = three else { return None };
        let (year, month, day) = if a.len() == 4 { (a, b, c) } else { (c, b, a) };
        if year.len() != 4 {
            return None;
        }
        Date::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hcm_6_1_a_subject_names_the_kind() {
        let check = |subject: &str, kind: Option<RequestKind>| {
            assert_eq!(Letter::read(subject, "").kind, kind, "{subject}");
        };
        check("Đề nghị cấp mới hộp thư điện tử", Some(RequestKind::Issue));
        check("V/v đề nghị cấp hộp thư cho CBCC", Some(RequestKind::Issue));
        check(
            "Yêu cầu hủy hộp thư cán bộ nghỉ việc",
            Some(RequestKind::Revoke),
        );
        check("YÊU CẦU LẤY LẠI MẬT KHẨU", Some(RequestKind::Password));
        check("Đề nghị mở lại hộp thư bị khóa", Some(RequestKind::Restore));
        check(
            "Đề nghị thay đổi thông tin hộp thư",
            Some(RequestKind::Change),
        );
        check(
            "Re: Đề nghị cập nhật danh bạ quý I",
            Some(RequestKind::Directory),
        );
        check("Đề nghị cấp văn phòng phẩm", None);
        check("Lịch công tác tuần; hộp thư góp ý", None);
        check("Đã nhận hộp thư", None);
    }

    #[test]
    fn hcm_6_1_a_letter_tells_number_day_reason_need_and_demand() {
        let text = "Kính gửi: Sở\n\n- Số: 12/CCBVMT-VP ngày 05/02/2027\nLý do: tuyển mới 02 công chức.\nNhu cầu:\n 02 hộp thư\n\
                    cá nhân\nYêu cầu cụ thể: cấp mới theo danh sách kèm theo.\n> Lý do: cũ\n";
        let letter = Letter::read("Re: FW: Đề nghị cấp mới hộp thư", text);
        assert!(letter.is_answer);
        assert_eq!(letter.number, "12/CCBVMT-VP");
        assert_eq!(letter.day, Date::new(2027, 2, 5));
        assert_eq!(letter.reason, "tuyển mới 02 công chức.");
        assert_eq!(letter.need, "02 hộp thư\ncá nhân");
        assert_eq!(letter.demand, "cấp mới theo danh sách kèm theo.");
        assert_eq!(letter.told(), ["reason", "need", "demand"]);
        assert_eq!(Letter::read("x", "văn bản"), Letter::default());
    }

    #[test]
    fn days_are_read_as_people_write_them() {
        let day = Date::new(2027, 2, 5);
        for text in [
            "5/2/2027",
            "ngày 05 tháng 02 năm 2027",
            "2027-02-05",
            "(số 7) 05.02.2027",
        ] {
            assert_eq!(day_in(text), day, "{text}");
        }
        for text in ["", "31/02/2027", "5/2", "12345678/1/2", "năm 2027"] {
            assert_eq!(day_in(text), None, "{text}");
        }
    }

    #[test]
    fn nothing_that_is_written_stops_it() {
        let long = "Lý do: ".to_owned() + &"ă".repeat(100_000) + "\n" + &"Số:\n".repeat(10_000);
        let letter = Letter::read(&"Re: ".repeat(50_000), &long);
        assert_eq!(letter.reason.chars().count(), WIDEST - 7);
        let odd = Letter::read("\u{0}:::\u{202e}", ":\n::\nSố: \u{a0}\n>");
        assert_eq!(odd, Letter::default());
    }
}
