//! Passwords, as each text asks for them.

use congvu_regulation::calendar::Term;
use congvu_regulation::password::{Names, Rule, check, generate};
use congvu_regulation::{Date, Profile, profile, profiles};
use congvu_regulation::{Origin, Overlay};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

fn rule(id: &str) -> &'static Rule {
    profile(id).expect(id).password()
}

fn day(text: &str) -> Date {
    text.parse().expect(text)
}

/// The faults, as a person reads them.
fn told(rule: &Rule, candidate: &str, names: &Names) -> Vec<String> {
    check(rule, candidate, names, |_| false)
        .iter()
        .map(ToString::to_string)
        .collect()
}

fn refused(id: &str, candidate: &str, expected: &[&str]) {
    assert_eq!(
        told(rule(id), candidate, &Names::default()),
        expected,
        "{candidate}"
    );
}

fn accepted(id: &str, candidate: &str) {
    refused(id, candidate, &[]);
}

#[test]
fn qn_15_1_six_characters_of_four_kinds() {
    accepted("quang-ninh", "xK9#mq");
    refused(
        "quang-ninh",
        "xk?mh",
        &[
            "Mật khẩu phải có ít nhất 6 ký tự; mật khẩu này có 5 ký tự. (QN.15.1)",
            "Mật khẩu phải có ít nhất một chữ in hoa. (QN.15.1)",
            "Mật khẩu phải có ít nhất một chữ số. (QN.15.1)",
        ],
    );
    refused(
        "quang-ninh",
        "XK9#MQ",
        &["Mật khẩu phải có ít nhất một chữ thường. (QN.15.1)"],
    );
    refused(
        "quang-ninh",
        "xK9 mq",
        &["Mật khẩu phải có ít nhất một ký tự đặc biệt. (QN.15.1)"],
    );
}

#[test]
fn qn_15_2_hcm_8_3_b_sl_6_1_expire_after_three_months_and_tq_6_1_never() {
    for (id, clause) in [
        ("quang-ninh", "QN.15.2"),
        ("hcm-donre", "HCM.8.3.b"),
        ("son-la", "SL.6.1"),
    ] {
        assert_eq!(rule(id).expires().value, Some(Term::Months(3)));
        assert_eq!(rule(id).expires().origin.to_string(), clause);
        assert_eq!(
            rule(id).expires_at(day("2026-11-30")),
            Some(day("2027-02-28"))
        );
        assert_eq!(
            rule(id).expires_at(day("2026-01-15")),
            Some(day("2026-04-15"))
        );
    }
    assert_eq!(rule("tuyen-quang").expires_at(day("2026-01-15")), None);
    assert_eq!(rule("tuyen-quang").expires().origin.to_string(), "TQ.6.1");
    assert_eq!(rule("bim-son").expires_at(day("2026-01-15")), None);
}

/// TQ.6.2: upper case, digit, special; small letters are not asked for (FACTS 8).
#[test]
fn tq_6_2_eight_characters_of_three_kinds() {
    accepted("tuyen-quang", "XK9#MQ7T");
    refused(
        "tuyen-quang",
        "xkpmqht",
        &[
            "Mật khẩu phải có ít nhất 8 ký tự; mật khẩu này có 7 ký tự. (TQ.6.2)",
            "Mật khẩu phải có ít nhất một chữ in hoa. (TQ.6.2)",
            "Mật khẩu phải có ít nhất một chữ số. (TQ.6.2)",
            "Mật khẩu phải có ít nhất một ký tự đặc biệt. (TQ.6.2)",
        ],
    );
}

#[test]
fn tq_6_2_no_names_and_others_do_not_ask() {
    let names = Names::default()
        .organisation("Sở Khoa học và Công nghệ")
        .sub_unit("Văn phòng")
        .person("Phạm Văn An");
    assert_eq!(
        told(rule("tuyen-quang"), "PH4M-5khcn-9xQ2", &names),
        [
            "Mật khẩu không được chứa tên tổ chức (“skhcn”). (TQ.6.2)",
            "Mật khẩu không được chứa tên cá nhân (“pham”). (TQ.6.2)",
        ]
    );
    assert_eq!(
        told(rule("tuyen-quang"), "Thanh-kXm92", &names),
        Vec::<String>::new()
    );
    for id in ["quang-ninh", "hcm-donre", "son-la", "bim-son"] {
        assert!(!rule(id).names_refused().value);
        assert_eq!(
            told(rule(id), "PH4M#5khcn#9xQ2", &names),
            Vec::<String>::new()
        );
    }
}

#[test]
fn hcm_8_3_a_eight_characters_of_four_kinds() {
    accepted("hcm-donre", "xK9^mq7t");
    refused(
        "hcm-donre",
        "xK9mq7",
        &[
            "Mật khẩu phải có ít nhất 8 ký tự; mật khẩu này có 6 ký tự. (HCM.8.3.a)",
            "Mật khẩu phải có ít nhất một ký tự đặc biệt. (HCM.8.3.a)",
        ],
    );
}

#[test]
fn sl_6_2_one_of_seven_marks() {
    for mark in "!@#%$*&".chars() {
        accepted("son-la", &format!("xK9{mark}mq7t"));
    }
    for mark in ["^", "-", ".", "?", " "] {
        refused(
            "son-la",
            &format!("xK9{mark}mq7t"),
            &["Mật khẩu phải có ít nhất một ký tự đặc biệt trong số ! @ # % $ * &. (SL.6.2)"],
        );
    }
    accepted("son-la", "xK9^mq7t*");
}

#[test]
fn tq_6_1_sl_6_1_hcm_8_3_b_bs_iii_11_change_at_the_first_sign_in() {
    for (id, origin) in [
        ("tuyen-quang", "TQ.6.1"),
        ("son-la", "SL.6.1"),
        ("hcm-donre", "HCM.8.3.b"),
        ("bim-son", "BS.III.11"),
        ("quang-ninh", "thiết lập tại chỗ, QN không quy định"),
    ] {
        let change = rule(id).change_at_first_sign_in();
        assert!(change.value);
        assert_eq!(change.origin.to_string(), origin);
    }
}

#[test]
fn bim_son_has_no_rule_and_a_local_one_stands_in() {
    refused(
        "bim-son",
        "xk9#mq",
        &[
            "Mật khẩu phải có ít nhất 8 ký tự; mật khẩu này có 6 ký tự. (thiết lập tại chỗ, BS không quy định)",
            "Mật khẩu phải có ít nhất một chữ in hoa. (thiết lập tại chỗ, BS không quy định)",
        ],
    );
}

#[test]
fn common_and_used_passwords_are_refused_by_a_local_setting() {
    for profile in profiles() {
        let faults = check(
            profile.password(),
            "Matkhau@123",
            &Names::default(),
            |asked| {
                assert_eq!(asked, "Matkhau@123");
                true
            },
        );
        let texts: Vec<&str> = faults.iter().map(|fault| &*fault.text).collect();
        assert_eq!(
            texts,
            [
                "Mật khẩu này quá phổ biến, dễ bị đoán; hãy chọn mật khẩu khác, đừng chỉ thêm số vào một từ quen thuộc.",
                "Mật khẩu này đã dùng gần đây; không dùng lại 5 mật khẩu gần nhất.",
            ]
        );
        assert!(faults.iter().all(|fault| fault.origin.clause().is_none()));
    }
}

#[test]
fn limits_of_the_system() {
    let long = "xK9#mq7t".repeat(20);
    refused(
        "son-la",
        &long,
        &["Mật khẩu có nhiều nhất 128 ký tự. (giới hạn của hệ thống)"],
    );
    refused(
        "son-la",
        "xK9#mq\t7t",
        &["Mật khẩu không được có ký tự điều khiển (xuống dòng, tab). (giới hạn của hệ thống)"],
    );
}

#[test]
fn level_3_is_laid_on_and_the_explanation_names_the_one_that_won() {
    let level = Overlay::level_3();
    for (id, own) in [
        ("son-la", "SL.6.2"),
        ("tuyen-quang", "TQ.6.2"),
        ("hcm-donre", "HCM.8.3.a"),
    ] {
        let alone = level.on(rule(id), false);
        assert_eq!(alone.minimum_length().value, 14);
        assert_eq!(
            alone.minimum_length().origin,
            Origin::Overlay(level.name().to_owned())
        );
        assert_eq!(
            told(&alone, "xK9#mq7tZw", &Names::default()),
            [
                "Mật khẩu phải có ít nhất 14 ký tự; mật khẩu này có 10 ký tự. (An toàn hệ thống thông tin cấp độ 3 (TCVN 14423:2026))"
            ]
        );
        let second = level.on(rule(id), true);
        assert_eq!(second.minimum_length().value, 8);
        assert_eq!(second.minimum_length().origin.to_string(), own);
        assert_eq!(second.expires(), rule(id).expires());
    }
    let qn = level.on(rule("quang-ninh"), true);
    assert_eq!(qn.minimum_length().value, 8);
    assert_eq!(
        qn.explain(),
        [
            "Mật khẩu có ít nhất 8 ký tự (An toàn hệ thống thông tin cấp độ 3 (TCVN 14423:2026)).",
            "Có ít nhất một chữ thường (QN.15.1).",
            "Có ít nhất một chữ in hoa (QN.15.1).",
            "Có ít nhất một chữ số (QN.15.1).",
            "Có ít nhất một ký tự đặc biệt (QN.15.1).",
            "Không phải mật khẩu phổ biến, dễ đoán (thiết lập tại chỗ, QN không quy định).",
            "Không dùng lại 5 mật khẩu gần nhất (thiết lập tại chỗ, QN không quy định).",
            "Đổi mật khẩu 03 tháng một lần (QN.15.2).",
            "Đổi mật khẩu ngay lần đăng nhập đầu tiên (thiết lập tại chỗ, QN không quy định).",
        ]
    );
}

#[test]
fn the_stricter_value_of_two_profiles_counts_each_for_itself() {
    let both = rule("tuyen-quang").stricter(rule("son-la"));
    assert_eq!(both.minimum_length().origin.to_string(), "TQ.6.2");
    assert_eq!(both.expires().origin.to_string(), "SL.6.1");
    assert_eq!(both.names_refused().origin.to_string(), "TQ.6.2");
    let classes: Vec<String> = both
        .classes()
        .iter()
        .map(|class| format!("{} {}", class.value, class.origin))
        .collect();
    assert_eq!(
        classes,
        [
            "chữ in hoa TQ.6.2",
            "chữ số TQ.6.2",
            "chữ thường SL.6.2",
            "ký tự đặc biệt trong số ! @ # % $ * & SL.6.2",
        ]
    );
    let back = rule("son-la").stricter(rule("tuyen-quang"));
    assert_eq!(back.classes().len(), 4);
    assert!(back.names_refused().value);
    for profile in profiles() {
        assert_eq!(
            &profile.password().stricter(profile.password()),
            profile.password()
        );
    }
}

#[test]
fn a_bad_section_is_told_all_its_faults_by_line() {
    let good = include_str!("../../../regulations/son-la.toml");
    let at = good.find("[password.minimum_length]").expect("the section");
    let head = &good[..at];
    let bad = r#"[password.minimum_length]
value = 0
local = true

[password.classes]
value = ["lower", "upper", "lower"]
local = true

[password.expires]
value = "3 working days"
local = true

[password.names]
value = "yes"
clause = "TQ.6.2"
quote = "x"

[password.history]
value = 99
local = true

[password.colour]
value = 1

[first_sign_in.change]
value = "x"
local = true
"#;
    let first = head.lines().count();
    let faults: Vec<String> = Profile::parse(&format!("{head}{bad}"))
        .expect_err("faults")
        .iter()
        .filter(|fault| fault.line > first)
        .map(|fault| format!("{} {}: {}", fault.line - first, fault.key, fault.text))
        .collect();
    let expected = [
        "1 password.common: thiếu khóa này",
        "2 password.minimum_length.value: cần một số ký tự từ 1 đến 64",
        "6 password.classes.value: cần danh sách chọn từ \"lower\", \"upper\", \"digit\", \"special\", \"one of !@#…\", không lặp lại",
        "10 password.expires.value: cần một thời hạn tính bằng days, months hoặc years (\"3 months\"), hoặc \"never\"",
        "14 password.names.value: cần \"refused\" hoặc \"allowed\"",
        "15 password.names.clause: cần điều khoản của SL",
        "19 password.history.value: cần một số mật khẩu từ 0 đến 24",
        "22 password.colour: không có khóa này",
        "26 first_sign_in.change.value: cần true hoặc false",
    ];
    assert_eq!(faults, expected);
}

#[test]
fn a_bad_overlay_is_told_all_its_faults_by_line() {
    let text = "colour = 1\n[password]\nminimum_length = 8\nminimum_length_with_second_factor = 14\nclasses = 3\n";
    let faults: Vec<String> = Overlay::parse(text)
        .expect_err("faults")
        .iter()
        .map(ToString::to_string)
        .collect();
    assert_eq!(
        faults,
        [
            "dòng 1: colour: không có khóa này",
            "dòng 1: name: thiếu khóa này",
            "dòng 2: password.minimum_length_with_second_factor: cần số không lớn hơn minimum_length",
            "dòng 5: password.classes: cần danh sách chọn từ \"lower\", \"upper\", \"digit\", \"special\", \"one of !@#…\", không lặp lại",
        ]
    );
}

/// All rules there are: the profiles', and each with level 3 laid on.
fn rules() -> Vec<Rule> {
    let level = Overlay::level_3();
    profiles()
        .map(Profile::password)
        .flat_map(|rule| [rule.clone(), level.on(rule, false), level.on(rule, true)])
        .collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(400))]

    /// Generated one-time passwords follow their rule, and have nothing that is misheard or misread.
    #[test]
    fn generated_passwords_follow_the_rule(seed in proptest::collection::vec(any::<u8>(), 2048)) {
        for rule in rules() {
            let mut bytes = seed.iter();
            let made = generate(&rule, |buffer| {
                for slot in buffer {
                    *slot = *bytes.next().unwrap_or(&0);
                }
            });
            prop_assert_eq!(told(&rule, &made, &Names::default()), Vec::<String>::new(), "{}", made);
            prop_assert!(!made.contains(['l', '1', 'I', 'O', '0', 'o', 'i']), "{}", made);
            let groups: Vec<&str> = made.split(|c: char| c.is_ascii_punctuation()).collect();
            prop_assert!(groups.len() >= 4 && groups.iter().all(|group| (4..=5).contains(&group.len())), "{}", made);
            // Sixteen letters are four bits each, eight digits three.
            let bits: usize = made.chars().map(|c| if c.is_ascii_digit() { 3 } else if c.is_alphabetic() { 4 } else { 0 }).sum();
            prop_assert!(bits >= 60, "{}", made);
        }
    }

    /// The composed and the decomposed form of a password have one verdict.
    #[test]
    fn nfc_and_nfd_have_one_verdict(
        candidate in "[a-eA-E0-9@#$ ạảãàáâấđĐƠơưỪÂéệíịòọôốùụýỵ\u{301}\u{323}]{0,20}",
        person in "[A-Za-z ạấĐơưéịọ]{0,12}",
    ) {
        let names = Names::default().person(&person).organisation(&person);
        let (nfc, nfd): (String, String) = (candidate.nfc().collect(), candidate.nfd().collect());
        for rule in rules() {
            prop_assert_eq!(told(&rule, &nfc, &names), told(&rule, &nfd, &names));
        }
    }

    /// Nothing makes the check panic, and a stricter rule refuses whatever each of the two refuses.
    #[test]
    fn a_stricter_rule_refuses_what_either_refuses(
        candidate in "\\PC{0,40}",
        one in proptest::sample::select(rules()),
        other in proptest::sample::select(rules()),
    ) {
        let names = Names::default().person(&candidate).address(&candidate);
        let refused = |rule: &Rule| !check(rule, &candidate, &names, |_| false).is_empty();
        prop_assert_eq!(refused(&one.stricter(&other)), refused(&one) || refused(&other));
    }
}
