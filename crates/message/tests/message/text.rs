use congvu_message::charset::to_utf8;
use congvu_message::fold::fold;
use congvu_message::search::Needle;
use proptest::prelude::*;
use unicode_normalization::UnicodeNormalization;

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
    let text = "Kính gửi: Ủy ban nhân dân thành phố Hòa Bình";
    for needle in [
        "hòa bình",
        "Hoà Bình",
        "hoa binh",
        "HOA",
        "uy ban",
        "Ủy Ban",
        "ỦY",
        "",
    ] {
        assert!(Needle::new(needle).in_text(text), "{needle}");
    }
    for needle in ["hoang", "hoa  binh", "x"] {
        assert!(!Needle::new(needle).in_text(text), "{needle}");
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

    #[test]
    fn exact_characters_are_always_found(before in "\\PC{0,10}", needle in "[a-zA-Zà-ỹÀ-Ỹđ ]{0,10}", after in "\\PC{0,10}") {
        let text = [before, needle.clone(), after].concat();
        prop_assert!(Needle::new(&needle).in_text(&text));
    }
}
