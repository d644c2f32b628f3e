//! What people are offered where they must agree.

use congvu_regulation::naming::Kind;

use super::ask;

#[test]
fn bs_5_2_letters_and_no_numbers_for_a_second_hungbh() {
    let offered = ask("bim-son", Kind::Person)
        .taken("hungbh.bimson")
        .agrees("Bùi|Hữu|Hùng", "BS.5.2");
    assert_eq!(
        offered,
        [
            "hungbhu.bimson",
            "hungbuh.bimson",
            "hungbhuu.bimson",
            "hungbuih.bimson",
            "buihuuhung.bimson"
        ]
    );
}

#[test]
fn bs_5_2_numbers_only_when_no_letters_are_left() {
    let offered = ask("bim-son", Kind::Person)
        .taken("o.bimson")
        .agrees("||Ô", "BS.5.2");
    assert_eq!(offered, ["o1.bimson", "o2.bimson", "o3.bimson"]);
}

#[test]
fn bs_5_1_ten_letters_are_given_and_eleven_are_agreed_on() {
    let unit = ask("bim-son", Kind::Unit);
    unit.gives("Văn phòng HĐND&UBND", "vphdndubnd.bimson", "BS.5.1");
    unit.agrees("Văn phòng HĐND&UBND thị xã", "BS.5.1");
}

#[test]
fn bs_5_1_what_is_offered_has_at_most_ten_letters() {
    let offered = ask("bim-son", Kind::Unit).agrees(
        "Trung tâm Giáo dục nghề nghiệp và Giáo dục thường xuyên thị xã Bỉm Sơn",
        "BS.5.1",
    );
    for address in &offered {
        let base = address.strip_suffix(".bimson").expect("the ending");
        assert!((1..=10).contains(&base.len()), "{offered:?}");
    }
}

#[test]
fn tq_5_1_a_second_organisation_of_one_abbreviation() {
    let offered = ask("tuyen-quang", Kind::Unit)
        .taken("snv")
        .agrees("Sở Ngoại vụ", "");
    assert_eq!(offered, ["snvu", "sngv", "sngoaiv", "sonv"]);
}

#[test]
fn sl_5_1_c_a_second_room_of_one_abbreviation_may_have_its_kind_back() {
    let offered = ask("son-la", Kind::Subunit)
        .unit("skhcn")
        .taken("ht.skhcn")
        .agrees("Phòng Hợp tác", "");
    assert!(offered.contains(&"pht.skhcn".to_owned()), "{offered:?}");
}

/// What is offered is no name of the system, no place alone, and no family name alone.
#[test]
fn qn_4_3_bs_5_1_qn_4_2_a_what_is_offered_is_sound() {
    for name in ["Postmaster", "Admin"] {
        let offered = ask("quang-ninh", Kind::Group).agrees(name, "");
        let base = name.to_lowercase();
        let expected = ["nhom", "hopthu", "bophan"].map(|lead| format!("{lead}{base}"));
        assert_eq!(offered, expected);
    }
    for name in [
        "Trung tâm Giáo dục nghề nghiệp và Giáo dục thường xuyên thị xã",
        "Ban Quản lý Dự án đầu tư xây dựng khu công nghiệp huyện Sơn Tịnh",
    ] {
        let offered = ask("bim-son", Kind::Unit).agrees(name, "BS.5.1");
        for place in ["thixa.bimson", "sontinh.bimson"] {
            assert!(!offered.contains(&place.to_owned()), "{offered:?}");
        }
    }
    let long = format!("Lê|Văn|{}", "Hoa".repeat(25));
    let offered = ask("quang-ninh", Kind::Person)
        .unit("sttvtt")
        .agrees(&long, "");
    assert!(!offered.contains(&"levan".to_owned()), "{offered:?}");
}
