use congvu_message::charset::to_utf8;
use congvu_message::fold::fold;
use congvu_message::search::{Haystack, Needle};
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

/// QN.12.1, BS.II.9, TQ.3.3, HCM.7.3, SL.3.3: Unicode, and what came before it.
#[test]
fn charsets() {
    let table: &[(Option<&str>, &[u8], &str)] = &[
        (None, "đ".as_bytes(), "đ"),
        (Some("UTF-8"), "đ".as_bytes(), "đ"),
        (Some("utf8"), b"a\xff", "a\u{fffd}"),
        (Some("no-such"), "đ".as_bytes(), "đ"),
        (Some("us-ascii"), "đ".as_bytes(), "đ"),
        (Some("us-ascii"), b"\xe9", "é"),
        (Some("iso-8859-1"), b"\xe9", "é"),
        (Some("windows-1258"), b"\xf0\xea\xec", "đế"),
        (Some("\"windows-1258\""), b"\xd5", "Ơ"),
        (Some("iso-2022-jp"), b"\x1b$B$\"\x1b(B", "あ"),
        (Some("utf-7"), b"+ARE-", "đ"),
        (None, b"\xf0", "đ"),
    ];
    for (label, bytes, expected) in table {
        assert_eq!(to_utf8(*label, bytes), *expected, "{label:?} {bytes:?}");
    }
}

#[test]
fn folding() {
    let table = [
        ("Đường", "duong"),
        ("ĐƯỜNG", "duong"),
        ("Ðường", "duong"),
        ("ðường", "duong"),
        ("Hòa", "hoa"),
        ("Hoà", "hoa"),
        ("Ho\u{300}a", "hoa"),
        ("tiếng Việt", "tieng viet"),
        ("ABC 123", "abc 123"),
        ("İstanbul", "istanbul"),
        ("ÉCOLE", "ecole"),
        ("", ""),
    ];
    for (text, expected) in table {
        assert_eq!(fold(text), expected, "{text}");
    }
}

#[test]
fn searching() {
    let text = "Kính gửi: Ủy ban nhân dân thành phố Hòa Bình, Thuý đã ký hợp đồng số 12";
    for needle in [
        "hòa bình",
        "Hoà Bình",
        "hoa binh",
        "HOA",
        "uy ban",
        "Ủy Ban",
        "Uỷ ban",
        "ỦY",
        "Thúy",
        "thuý",
        "THÚY ĐÃ",
        "hop dong",
        "hợp đồng",
        "HỢP ĐỒNG",
        "ợp đ",
        "hoà b",
        "n thà",
        "Ho\u{300}a",
        "",
    ] {
        assert!(Needle::new(needle).in_text(text), "{needle}");
        assert!(Haystack::new(text.to_owned()).holds(&Needle::new(needle)));
    }
    for needle in [
        "hoang",
        "hoa  binh",
        "x",
        "họp đóng",
        "hớp dong",
        "hóa bình",
        "thùy",
        "uý ban",
    ] {
        assert!(!Needle::new(needle).in_text(text), "{needle}");
        assert!(!Haystack::new(text.to_owned()).holds(&Needle::new(needle)));
    }
    assert!(!Needle::new("hợp đồng").in_text("họp đóng"));
    assert!(Needle::new("hop dong").in_text("họp đóng"));
    for (one, other) in [
        ("khoẻ", "khỏe"),
        ("quý", "qúy"),
        ("hoạ sĩ", "họa sĩ"),
        ("tuỳ", "tùy"),
        ("toà án", "tòa án"),
    ] {
        assert!(Needle::new(one).in_text(other), "{one}");
        assert!(Needle::new(other).in_text(one), "{other}");
    }
}

proptest! {
    #[test]
    fn folding_is_final(text in "\\PC{0,40}") {
        let folded = fold(&text);
        prop_assert_eq!(fold(&folded), folded.clone());
        prop_assert_eq!(fold(&text.to_lowercase()), folded);
    }

    #[test]
    fn normal_forms_fold_alike(text in "\\PC{0,40}") {
        let apart: String = text.nfd().collect();
        let composed: String = text.nfc().collect();
        prop_assert_eq!(fold(&apart), fold(&text));
        prop_assert_eq!(fold(&composed), fold(&text));
    }

    /// What follows begins with no mark: that would belong to the needle's last letter and make another of it.
    #[test]
    fn exact_characters_are_always_found(
        before in "\\PC{0,10}",
        needle in "[a-zA-ZàáảãạăằắẳẵặâầấẩẫậèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵđÀÁẢÃẠĂẮÂẤÈÉÊẾÔỐƠỚƯỨÝĐ ]{0,10}",
        after in "([ -~]\\PC{0,9})?",
    ) {
        let text = [before, needle.clone(), after].concat();
        prop_assert!(Needle::new(&needle).in_text(&text));
    }

    #[test]
    fn what_plain_characters_find_is_found(text in "([a-c ]|[àáảãạăằâấđêếệiíoôồơợuưứyỳýÀĂƠỢ]|\\PC|[\u{300}\u{301}\u{323}\u{302}]){0,14}", from in 0..14_usize, len in 0..6_usize) {
        let plain: String = text.to_lowercase().nfc().collect();
        let needle: String = plain.chars().skip(from).take(len).collect();
        // A cut may leave what is no NFC.
        let needle: String = needle.nfc().collect();
        if plain.contains(&needle) {
            prop_assert!(Needle::new(&needle).in_text(&text));
            prop_assert!(Needle::new(&needle.to_uppercase()).in_text(&text) || needle.to_uppercase().to_lowercase().nfc().ne(needle.chars()));
            prop_assert!(Haystack::new(text).holds(&Needle::new(&needle)));
        }
    }

    #[test]
    fn marks_that_are_typed_count(text in "[aàáâấăắeêếoồơợđdhn ]{0,12}", needle in "[aáâấoồđd ]{1,3}") {
        let found = Needle::new(&needle).in_text(&text);
        if needle.is_ascii() {
            prop_assert_eq!(found, fold(&text).contains(&needle));
        } else if found {
            prop_assert!(fold(&text).contains(&fold(&needle)));
            for c in needle.chars().filter(|c| "âđồ".contains(*c)) {
                let base = match c { 'â' => "âấ", 'ồ' => "ồ", _ => "đ" };
                // The tone may stand on a neighbour, the letter not.
                prop_assert!(c == 'ồ' || text.chars().any(|t| base.contains(t)), "{}", c);
            }
        }
    }
}
