//! Each way out of a clash, and the questions that have no answer.

use congvu_regulation::naming::{Holder, Kind, NamingError, PersonName, TakenList, parse_taken};

use super::{ask, clauses};

/// FACTS 4: the first keeps `phamvana`, nobody is renamed, the third and fourth are numbered from 1.
#[test]
fn qn_4_2_b_qn_4_2_c_four_of_one_name() {
    let person = ask("quang-ninh", Kind::Person).unit("sttvtt");
    let mut taken = TakenList::default();
    let mut given = Vec::new();
    for _ in 0..4 {
        let proposal = person
            .answer_among("Phạm|Văn|A", &taken)
            .expect("a proposal");
        let local_part = proposal.local_part.expect("an address");
        taken.hold(&local_part, Holder::default());
        given.push(local_part);
    }
    assert_eq!(
        given,
        [
            "phamvana",
            "phamvana.sttvtt",
            "phamvana1.sttvtt",
            "phamvana2.sttvtt"
        ]
    );
}

#[test]
fn qn_4_2_b_the_later_one_of_another_agency_gets_the_agency_too() {
    ask("quang-ninh", Kind::Person)
        .unit("snv")
        .taken("phamvana,phamvana.sttvtt")
        .gives("Phạm|Văn|A", "phamvana.snv", "QN.4.2.b");
}

#[test]
fn tq_5_2_letters_from_the_left_family_then_middle() {
    let person = ask("tuyen-quang", Kind::Person).unit("skhcn");
    for (taken, address) in [
        ("vnha.skhcn", "vunha.skhcn"),
        ("vnha.skhcn,vunha.skhcn", "vunaha.skhcn"),
        ("vnha.skhcn,vunha.skhcn,vunaha.skhcn", "vunamha.skhcn"),
        ("vnha.skhcn=Vương|Ngọc|Hà", "vunha.skhcn"),
        ("vnha.snv=Vũ|Nam|Hà", "vnha.skhcn"),
    ] {
        person.taken(taken).gives("Vũ|Nam|Hà", address, "TQ.5.2");
    }
}

#[test]
fn tq_5_2_wholly_the_same_name_is_numbered_from_two() {
    let person = ask("tuyen-quang", Kind::Person).unit("skhcn");
    for (taken, address) in [
        ("vnha.skhcn=Vương|Ngọc|Hà", "vnha2.skhcn"),
        ("vnha.skhcn=VUONG|ngoc|Hạ", "vnha2.skhcn"),
        (
            "vnha.skhcn=Vương|Ngọc|Hà,vnha2.skhcn=Vương|Ngọc|Hà",
            "vnha3.skhcn",
        ),
        (
            "vnha.skhcn=Vũ|Nam|Hà,vunha.skhcn=Vương|Ngọc|Hà",
            "vunha2.skhcn",
        ),
    ] {
        person
            .taken(taken)
            .gives("Vương|Ngọc|Hà", address, "TQ.5.2");
    }
}

#[test]
fn tq_5_2_letters_that_run_out_are_followed_by_a_number() {
    ask("tuyen-quang", Kind::Person)
        .unit("skhcn")
        .taken("aeha.skhcn,aeeha.skhcn")
        .gives("A|Ê|Hà", "aeha2.skhcn", "TQ.5.2");
}

#[test]
fn tq_5_2_the_steps_tell_why() {
    let person = ask("tuyen-quang", Kind::Person).unit("skhcn");
    let proposal = person
        .taken("vnha.skhcn=Vương|Ngọc|Hà")
        .answer("Vũ|Nam|Hà")
        .expect("a proposal");
    assert_eq!(
        proposal.to_string(),
        "vunha.skhcn\n\
         - Họ, tên đệm “Vũ Nam” viết tắt bằng chữ cái đầu: vn. (TQ.5.2)\n\
         - Tên “Hà” viết đầy đủ, liền, không dấu: ha. (TQ.5.2)\n\
         - Thêm tên viết tắt của cơ quan, đơn vị sau dấu chấm: .skhcn. (TQ.5.2)\n\
         - Địa chỉ vnha.skhcn đã có người dùng: thêm chữ cái tiếp theo của “Vũ”: vunha.skhcn. (TQ.5.2)\n"
    );
}

#[test]
fn sl_5_1_a_letters_behind_the_kind_and_then_people() {
    let unit = ask("son-la", Kind::Unit);
    unit.taken("snv,sngv")
        .gives("Sở Ngoại vụ", "sngov", "SL.5.1.a");
    ask("son-la", Kind::Unit)
        .taken("sy,yt")
        .gives("Sở Y tế", "syt", "SL.5.1.a");
}

#[test]
fn sl_5_1_b_a_second_body_of_one_commune_is_agreed_on() {
    let offered = ask("son-la", Kind::Commune)
        .taken("chiengcoi")
        .agrees("Đảng ủy phường Chiềng Cơi", "");
    assert_eq!(
        offered,
        [
            "dupchiengcoi",
            "duchiengcoi",
            "dchiengcoi",
            "danguyphuongchiengcoi"
        ]
    );
}

#[test]
fn sl_5_2_digits_of_the_year_then_all_four_then_people() {
    let person = ask("son-la", Kind::Person).unit("skhcn").born(1990);
    person
        .taken("hoant.skhcn,hoant90.skhcn")
        .gives("Nguyễn|Thu|Hòa", "hoant1990.skhcn", "SL.5.2");
    let offered = person
        .taken("hoant.skhcn,hoant90.skhcn,hoant1990.skhcn")
        .agrees("Nguyễn|Thu|Hòa", "SL.5.2");
    assert_eq!(offered, ["hoant1.skhcn", "hoant2.skhcn", "hoant3.skhcn"]);
}

#[test]
fn sl_5_2_without_a_year_people_choose_the_digits() {
    let offered = ask("son-la", Kind::Person)
        .unit("skhcn")
        .taken("hoant.skhcn,hoant2.skhcn")
        .agrees("Nguyễn|Thu|Hòa", "SL.5.2");
    assert_eq!(offered, ["hoant1.skhcn", "hoant3.skhcn", "hoant4.skhcn"]);
}

#[test]
fn hcm_4_1_a_clash_is_agreed_on() {
    let offered = ask("hcm-donre", Kind::Unit)
        .taken("ccbvmt.stnmt")
        .agrees("Chi cục Bảo vệ môi trường", "HCM.4.1.a");
    assert!(offered.iter().all(|other| other.ends_with(".stnmt")));
}

#[test]
fn tq_5_1_qn_4_1_where_the_text_tells_no_way_people_agree() {
    ask("tuyen-quang", Kind::Unit)
        .taken("snv")
        .agrees("Sở Nội vụ", "");
    ask("quang-ninh", Kind::Commune)
        .parent("hl")
        .taken("ubndcaoxanh.hl")
        .agrees("Ủy ban nhân dân phường Cao Xanh", "");
}

#[test]
fn qn_4_2_b_retired_addresses_are_never_given_again() {
    let mut taken = parse_taken("phamvana.sttvtt").expect("a list");
    taken.retire(parse_taken("phamvana").expect("a list"));
    let proposal = ask("quang-ninh", Kind::Person)
        .unit("sttvtt")
        .answer_among("Phạm|Văn|A", &taken)
        .expect("a proposal");
    assert_eq!(proposal.local_part.as_deref(), Some("phamvana1.sttvtt"));
    assert!(proposal.to_string().contains("không cấp lại"), "{proposal}");
}

#[test]
fn sl_5_1_a_reserved_names_clash_as_taken_ones_do() {
    // Nhà ở cộng đồng would be the network operators' `noc` of RFC 2142.
    ask("son-la", Kind::Unit).gives("Nhà Ở Cộng", "noco", "SL.5.1.a");
    let proposal = ask("son-la", Kind::Unit)
        .answer("Nhà Ở Cộng")
        .expect("a proposal");
    assert!(
        proposal
            .to_string()
            .contains("Địa chỉ noc dành cho hệ thống"),
        "{proposal}"
    );
    ask("quang-ninh", Kind::Group).agrees("Admin", "");
}

#[test]
fn qn_4_3_what_is_too_long_for_an_address_is_agreed_on() {
    let offered = ask("quang-ninh", Kind::Group).agrees(
        "Ban Chỉ đạo xây dựng chính quyền điện tử và chuyển đổi số của Ủy ban nhân dân tỉnh Quảng Ninh",
        "",
    );
    assert!(offered.iter().all(|other| other.len() <= 64));
}

#[test]
fn questions_that_lack_something() {
    let question = |id, kind, name: &str| ask(id, kind).answer(name).expect_err(name);
    assert_eq!(
        question("son-la", Kind::Person, "A|B|C"),
        NamingError::NoUnit
    );
    assert_eq!(
        question("quang-ninh", Kind::Commune, "Ủy ban nhân dân xã Hải Xuân"),
        NamingError::NoParent
    );
    assert_eq!(
        question("son-la", Kind::Unit, " — "),
        NamingError::NoLetters
    );
    assert_eq!(
        question("bim-son", Kind::Person, "Lê|Văn|"),
        NamingError::NoLetters
    );
    assert_eq!(
        question("son-la", Kind::Person, "Cầm Thị Duyên"),
        NamingError::WrongName(Kind::Person)
    );
    assert_eq!(
        question("son-la", Kind::Unit, "A|B|C"),
        NamingError::WrongName(Kind::Unit)
    );
    assert_eq!(
        question("son-la", Kind::Account, "A|B|C"),
        NamingError::NoPattern(Kind::Account)
    );
    assert_eq!(
        question("son-la", Kind::Unit, &"a ".repeat(200)),
        NamingError::TooLong(300)
    );
    for bad in ["sở", "a..b", ".a", "a b", "", "a-b"] {
        assert_eq!(
            ask("son-la", Kind::Person).unit(bad).answer("A|B|C"),
            Err(NamingError::BadContext(bad.to_owned()))
        );
    }
    assert_eq!(
        ask("son-la", Kind::Person)
            .unit("skhcn")
            .born(90)
            .taken("cab.skhcn")
            .answer("A|B|C"),
        Err(NamingError::BadYear(90))
    );
    assert_eq!(
        NamingError::WrongName(Kind::Person).to_string(),
        "cá nhân cần tên theo dạng Họ|đệm|tên"
    );
}

#[test]
fn tq_5_2_a_name_is_the_same_without_marks() {
    let name = |text| PersonName::parse(text).expect(text);
    assert!(name("Vương|Ngọc|Hà").is_same_without_marks(&name("vuong|ngọc|HẠ")));
    assert!(!name("Vương|Ngọc|Hà").is_same_without_marks(&name("Vương||Hà")));
}

#[test]
fn sl_5_2_context_may_be_a_whole_address() {
    let proposal = ask("son-la", Kind::Person)
        .unit("SKHCN@sonla.gov.vn")
        .answer("Cầm|Thị|Duyên")
        .expect("a proposal");
    assert_eq!(proposal.local_part.as_deref(), Some("duyenct.skhcn"));
    assert!(clauses(&proposal).iter().all(|clause| clause == "SL.5.2"));
}

/// What a list of taken addresses may leave out: the ending that all of them have.
#[test]
fn bs_5_2_sl_5_2_qn_4_2_a_the_ending_that_all_addresses_of_a_kind_have() {
    let ending = |id, kind| {
        let asked = ask(id, kind).unit("skhcn");
        asked
            .profile
            .address_ending(kind, &asked.context)
            .expect("an ending")
    };
    assert_eq!(ending("bim-son", Kind::Unit).as_deref(), Some("bimson"));
    assert_eq!(ending("son-la", Kind::Person).as_deref(), Some("skhcn"));
    assert_eq!(ending("quang-ninh", Kind::Person), None);
    assert_eq!(ending("son-la", Kind::Unit), None);
}

#[test]
fn tq_5_2_a_holder_without_a_known_name_counts_as_another_name() {
    let proposal = ask("tuyen-quang", Kind::Person)
        .unit("skhcn")
        .taken("vnha.skhcn")
        .answer("Vũ|Nam|Hà")
        .expect("a proposal");
    assert!(
        proposal.to_string().contains("chưa biết họ tên"),
        "{proposal}"
    );
}

/// BS.7.đ4: a retired address is given again to whom it was, and to nobody else.
#[test]
fn bs_7_đ4_a_retired_address_is_given_again_to_whom_it_was() {
    let person = ask("bim-son", Kind::Person);
    let mut taken = parse_taken("hungbhu.bimson").expect("a list");
    taken.retire(parse_taken("hungbh.bimson=Bùi|Huy|Hùng").expect("a list"));
    let asked = |former, name| {
        let mut asked = person;
        asked.context.former = former;
        asked.answer_among(name, &taken)
    };
    // A name alone tells nobody who somebody is.
    let proposal = asked(None, "Bùi|Huy|Hùng").expect("a proposal");
    assert!(proposal.agree && proposal.local_part.is_none());
    assert_eq!(proposal.former.as_deref(), Some("hungbh.bimson"));
    let other = asked(None, "Bùi|Hữu|Hùng").expect("a proposal");
    assert_eq!(other.former, None);
    for former in ["hungbh.bimson", "HungBH.bimson@thanhhoa.gov.vn"] {
        let again = asked(Some(former), "Bùi|Huy|Hùng").expect("a proposal");
        assert_eq!(again.local_part.as_deref(), Some("hungbh.bimson"));
        assert!(!again.agree);
        assert_eq!(clauses(&again), ["BS.7.đ4"]);
    }
    for (former, name) in [
        ("hungbh.bimson", "Bùi|Hữu|Hùng"),
        ("hungbhu.bimson", "Bùi|Huy|Hùng"),
        ("hungbuh.bimson", "Bùi|Huy|Hùng"),
    ] {
        let refused = asked(Some(former), name);
        assert!(
            matches!(refused, Err(NamingError::NotFormer(..))),
            "{former} {refused:?}"
        );
    }
}

/// What has a sound fold is folded; any other letter is named, and nothing is left out without a word.
#[test]
fn qn_4_2_a_no_letter_is_left_out_without_a_word() {
    let person = ask("quang-ninh", Kind::Person).unit("sttvtt");
    for (name, address) in [
        ("Ｌê|Văn|Được", "levanduoc"),
        ("Lê|Văn|Søren", "levansoren"),
        ("Łukasz||Lê", "lukaszle"),
        ("Y||Ƀăm", "ybam"),
    ] {
        person.gives(name, address, "QN.4.2.a");
    }
    for (name, letter) in [
        ("Lê|Văn|Hòа", 'а'),
        ("Лê|Văn|Hòa", 'Л'),
        ("Lê|文|Hòa", '文'),
    ] {
        assert_eq!(person.answer(name), Err(NamingError::NoFold(letter)));
    }
    let told = NamingError::NoFold('а').to_string();
    assert!(told.contains("“а” (U+0430)"), "{told}");
    assert_eq!(
        ask("quang-ninh", Kind::Unit).answer("Sở Nội vụ Ω"),
        Err(NamingError::NoFold('Ω'))
    );
}
