use congvu_message::date::{
    imap, parse_imap_date, parse_imap_date_time, parse_rfc5322, parse_rfc5322_zoned, rfc5322,
};
use proptest::prelude::*;

#[test]
fn rfc5322_dates() {
    let table = [
        ("Fri, 21 Nov 1997 09:55:06 -0600", Some(880_127_706)),
        ("21 Nov 97 09:55:06 GMT", Some(880_106_106)),
        ("Fri, 21 Nov 1997 09(comment):   55  :  06 -0600", None),
        ("Thu, 1 Jan 1970 00:00:00 +0000", Some(0)),
        ("Thu, 01 Jan 1970 07:00 +0700 (ICT)", Some(0)),
        ("1 Jan 70 00:00:00 ICT", Some(-25_200)),
        ("Thu Jan  1 00:00:00 1970", Some(0)),
        ("1-Jan-1970 00:00:00", Some(0)),
        ("1 January 1970 00:00:00 GMT+7", Some(-25_200)),
        ("1 Jan 1970 00:00:00 +07:00", Some(-25_200)),
        ("1 Jan 1970 00:00:00 XYZ", Some(0)),
        ("1 Jan 1970 00:00:00 -0000", Some(0)),
        ("29 Feb 2024 00:00:00 +0000", Some(1_709_164_800)),
        ("29 Feb 2023 00:00:00 +0000", None),
        ("31 Apr 2023 00:00:00 +0000", None),
        ("1 Jan 2023 24:00:00 +0000", None),
        ("31 Dec 2016 23:59:60 +0000", Some(1_483_228_800)),
        ("1 Jan 05 00:00:00 +0000", Some(1_104_537_600)),
        ("1 Jan 105 00:00:00 +0000", Some(1_104_537_600)),
        ("yesterday", None),
        ("", None),
    ];
    for (text, expected) in table {
        assert_eq!(parse_rfc5322(text), expected, "{text}");
    }
    assert_eq!(
        parse_rfc5322_zoned("Mon, 7 Feb 1994 21:52:25 -0800"),
        Some((760_686_745, -480))
    );
}

#[test]
fn imap_dates() {
    assert_eq!(
        parse_imap_date_time(" 7-Feb-1994 21:52:25 -0800"),
        Some((760_686_745, -480))
    );
    assert_eq!(
        parse_imap_date_time("17-feb-1994 21:52:25 +0700"),
        Some((761_496_745, 420))
    );
    for text in [
        "7-Feb-1994",
        "7-Feb-1994 21:52 -0800",
        "7-Feb-94 21:52:25 -0800",
        "32-Jan-1994 00:00:00 +0000",
        "x",
        "",
    ] {
        assert_eq!(parse_imap_date_time(text), None, "{text}");
    }
    assert_eq!(parse_imap_date("1-Feb-1994"), Some(760_060_800));
    assert_eq!(parse_imap_date("01-FEB-1994"), Some(760_060_800));
    for text in [
        "1-February-1994",
        "1-Feb",
        "1 Feb 1994",
        "0-Feb-1994",
        "1-Feb-1994-",
    ] {
        assert_eq!(parse_imap_date(text), None, "{text}");
    }
    assert_eq!(imap(760_686_745, -480), " 7-Feb-1994 21:52:25 -0800");
    assert_eq!(rfc5322(760_686_745, -480), "Mon, 7 Feb 1994 21:52:25 -0800");
    assert_eq!(rfc5322(0, 420), "Thu, 1 Jan 1970 07:00:00 +0700");
}

proptest! {
    #[test]
    fn what_is_written_reads_back(unix in -62_000_000_000_i64..253_000_000_000, offset in -1439_i16..1440) {
        prop_assert_eq!(parse_imap_date_time(&imap(unix, offset)), Some((unix, offset)));
        prop_assert_eq!(parse_rfc5322_zoned(&rfc5322(unix, offset)), Some((unix, offset)));
    }

    #[test]
    fn any_number_writes(unix: i64, offset: i16) {
        prop_assert!(!imap(unix, offset).is_empty() && !rfc5322(unix, offset).is_empty());
    }

    #[test]
    fn any_text_reads(text in "\\PC{0,60}") {
        let _ = (parse_rfc5322(&text), parse_imap_date(&text), parse_imap_date_time(&text));
    }
}
