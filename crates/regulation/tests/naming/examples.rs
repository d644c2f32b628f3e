//! Every example that the texts print.

use congvu_regulation::naming::Kind;

use super::ask;

#[test]
fn qn_4_1_a_provincial_and_district_organisations() {
    let unit = ask("quang-ninh", Kind::Unit);
    unit.gives("Sở Thông tin và Truyền thông", "sttvtt", "QN.4.1.a");
    unit.gives(
        "Ủy ban nhân dân thành phố Cẩm Phả",
        "ubndcampha",
        "QN.4.1.a",
    );
    unit.gives("UBND thành phố Hạ Long", "ubndhalong", "QN.4.1.a");
    unit.gives("Sở Thông tin & Truyền thông", "sttvtt", "QN.4.1.a");
    unit.gives(
        "Sở Nông nghiệp và phát triển nông thôn",
        "snnvptnt",
        "QN.4.1.a",
    );
}

#[test]
fn qn_4_1_b_communes() {
    let commune = ask("quang-ninh", Kind::Commune).parent("hl");
    commune.gives(
        "Ủy ban nhân dân phường Cao Xanh",
        "ubndcaoxanh.hl",
        "QN.4.1.b",
    );
    commune.gives("UBND phường Cao Xanh", "ubndcaoxanh.hl", "QN.4.1.b");
    commune.gives(
        "ỦY BAN NHÂN DÂN PHƯỜNG CAO XANH",
        "ubndcaoxanh.hl",
        "QN.4.1.b",
    );
    commune.gives(
        "Uỷ ban nhân dân thị trấn Cái Rồng",
        "ubndcairong.hl",
        "QN.4.1.b",
    );
    commune.gives(
        "Ủy ban nhân dân phường Cao Xanh thuộc thành phố Hạ Long",
        "ubndcaoxanh.hl",
        "QN.4.1.b",
    );
}

/// Each printed example with all its words: "… thuộc …" is not written, nor is an owner whose name is left out.
#[test]
fn qn_4_1_c_qn_4_1_d_what_it_belongs_to_is_not_written_twice() {
    let department = ask("quang-ninh", Kind::Subunit).unit("sttvtt");
    for (name, address) in [
        (
            "Phòng Công nghệ thông tin thuộc Sở Thông tin và Truyền thông",
            "phongcntt.sttvtt",
        ),
        (
            "phong cong nghe thong tin thuoc so thong tin va truyen thong",
            "phongcntt.sttvtt",
        ),
        ("Văn phòng Sở", "vanphong.sttvtt"),
        ("Thanh tra Sở", "thanhtra.sttvtt"),
        ("Phòng Chuyển đổi số", "phongcds.sttvtt"),
        // Nothing that it could belong to follows.
        ("Phòng Thuộc da", "phongtd.sttvtt"),
        ("Phòng Quản lý đơn vị trực thuộc", "phongqldvtt.sttvtt"),
    ] {
        department.gives(name, address, "QN.4.1.c");
    }
    ask("quang-ninh", Kind::Subunit).parent("hl").gives(
        "Phòng Văn hóa thông tin thuộc UBND thành phố Hạ Long",
        "phongvhtt.hl",
        "QN.4.1.c",
    );
    ask("quang-ninh", Kind::Subunit).unit("snnvptnt").gives(
        "Chi cục Thủy sản thuộc Sở Nông nghiệp và phát triển nông thôn",
        "ccts.snnvptnt",
        "QN.4.1.d",
    );
}

#[test]
fn qn_4_1_c_subunits() {
    let department = ask("quang-ninh", Kind::Subunit).unit("sttvtt");
    department.gives("Phòng Công nghệ thông tin", "phongcntt.sttvtt", "QN.4.1.c");
    for name in ["Văn phòng", "Văn phòng Sở Thông tin và Truyền thông"] {
        department.gives(name, "vanphong.sttvtt", "QN.4.1.c");
    }
    for name in ["Thanh tra", "Thanh tra Sở Thông tin và Truyền thông"] {
        department.gives(name, "thanhtra.sttvtt", "QN.4.1.c");
    }
    let city = ask("quang-ninh", Kind::Subunit).parent("hl");
    for name in [
        "Phòng Văn hóa thông tin",
        "Phòng Văn hóa thông tin thành phố Hạ Long",
        "Phòng Văn hoá thông tin",
    ] {
        city.gives(name, "phongvhtt.hl", "QN.4.1.c");
    }
    city.gives("Thanh tra thành phố Hạ Long", "thanhtra.hl", "QN.4.1.c");
}

#[test]
fn qn_4_1_c_a_place_has_a_suffix_apart_from_its_address() {
    let mut city = ask("quang-ninh", Kind::Subunit).unit("ubndhalong");
    city.context.suffix = Some("hl");
    city.gives("Phòng Văn hóa thông tin", "phongvhtt.hl", "QN.4.1.c");
}

#[test]
fn qn_4_1_c_only_an_office_without_a_field_is_written_whole() {
    let department = ask("quang-ninh", Kind::Subunit).unit("stnmt");
    department.gives("Văn phòng Đăng ký đất đai", "vpdkdd.stnmt", "QN.4.1.c");
}

#[test]
fn qn_4_1_d_attached_units() {
    ask("quang-ninh", Kind::Subunit).unit("snnvptnt").gives(
        "Chi cục Thủy sản",
        "ccts.snnvptnt",
        "QN.4.1.d",
    );
}

#[test]
fn qn_4_2_a_qn_4_2_b_qn_4_2_c_persons() {
    let person = ask("quang-ninh", Kind::Person).unit("sttvtt");
    person.gives("Phạm|Văn|A", "phamvana", "QN.4.2.a");
    person
        .taken("phamvana")
        .gives("Phạm|Văn|A", "phamvana.sttvtt", "QN.4.2.b");
    person
        .taken("phamvana,phamvana.sttvtt")
        .gives("Phạm|Văn|A", "phamvana1.sttvtt", "QN.4.2.c");
    // As printed, with the slip in the department's name.
    person
        .unit("stttvtt")
        .taken("phamvana,phamvana.stttvtt")
        .gives("Phạm|Văn|A", "phamvana1.stttvtt", "QN.4.2.c");
}

#[test]
fn qn_4_3_groups() {
    let group = ask("quang-ninh", Kind::Group);
    for name in [
        "Sở Thông tin và Truyền thông",
        "nhóm hộp thư thuộc Sở Thông tin và Truyền thông",
    ] {
        group.gives(name, "sothongtinvatruyenthong", "QN.4.3");
    }
    for name in [
        "Đại biểu hội đồng nhân dân",
        "Nhóm hộp thư đại biểu hội đồng nhân dân",
        "nhóm hộp thư đại biểu hội đồng nhân dân tỉnh",
    ] {
        group.gives(name, "daibieuhoidongnhandan", "QN.4.3");
    }
}

#[test]
fn qn_5_1_accounts_are_numbered_from_the_second_and_addresses_follow_them() {
    let account = ask("quang-ninh", Kind::Account);
    account.gives("Phạm|Văn|A", "phamvana", "QN.5.1");
    account
        .taken("phamvana")
        .gives("Phạm|Văn|A", "phamvana1", "QN.5.1");
    let address = ask("quang-ninh", Kind::AccountAddress).unit("sttvtt");
    address.gives("phamvana", "phamvana", "QN.5.1");
    address.gives("phamvana1", "phamvana1", "QN.5.1");
    address
        .taken("phamvana")
        .gives("phamvana", "phamvana.sttvtt", "QN.5.1");
}

#[test]
fn bs_5_1_units_and_bs_5_2_persons() {
    ask("bim-son", Kind::Unit).gives("Phòng Tư pháp", "ptp.bimson", "BS.5.1");
    ask("bim-son", Kind::Person).gives("Bùi|Huy|Hùng", "hungbh.bimson", "BS.5.2");
}

#[test]
fn tq_5_1_organisations_and_subunits() {
    ask("tuyen-quang", Kind::Unit).gives("Sở Khoa học và Công nghệ", "skhcn", "TQ.5.1");
    ask("tuyen-quang", Kind::Subunit).unit("skhcn").gives(
        "Phòng Hạ tầng số",
        "phts.skhcn",
        "TQ.5.1",
    );
    ask("tuyen-quang", Kind::Commune).gives("Ủy ban nhân dân xã Yên Sơn", "ubndxys", "TQ.5.1");
}

#[test]
fn tq_5_2_persons() {
    ask("tuyen-quang", Kind::Person)
        .unit("skhcn")
        .gives("Vương|Ngọc|Hà", "vnha.skhcn", "TQ.5.2");
}

#[test]
fn hcm_4_1_what_is_proposed_waits_for_a_person() {
    for (kind, name, address) in [
        (Kind::Unit, "Chi cục Bảo vệ môi trường", "ccbvmt.stnmt"),
        (Kind::Subunit, "Phòng Đo đạc và Bản đồ", "pddbd.stnmt"),
        (Kind::Person, "Nguyễn|Văn|Khánh", "khanhnv.stnmt"),
    ] {
        let proposal = ask("hcm-donre", kind).answer(name).expect(name);
        assert_eq!(proposal.local_part.as_deref(), Some(address));
        assert!(proposal.decide && proposal.agree);
        assert!(proposal.candidates.len() >= 3, "{proposal}");
        assert!(
            proposal
                .candidates
                .iter()
                .all(|other| other.ends_with(".stnmt"))
        );
    }
}

#[test]
fn hcm_4_1_the_department_itself_has_no_ending() {
    let unit = ask("hcm-donre", Kind::Unit);
    let proposal = unit
        .answer("Sở Tài nguyên và Môi trường")
        .expect("a proposal");
    assert_eq!(proposal.local_part.as_deref(), Some("stnmt"));
    assert!(
        proposal
            .candidates
            .iter()
            .all(|other| other.ends_with(".stnmt"))
    );
}

#[test]
fn sl_5_1_a_provincial_organisations() {
    let unit = ask("son-la", Kind::Unit);
    unit.gives("Sở Khoa học và Công nghệ", "skhcn", "SL.5.1.a");
    unit.gives("Văn phòng tỉnh ủy", "vptu", "SL.5.1.a");
    unit.gives("Sở Nội vụ", "snv", "SL.5.1.a");
    unit.taken("snv").gives("Sở Ngoại vụ", "sngv", "SL.5.1.a");
}

#[test]
fn sl_5_1_b_communes() {
    let commune = ask("son-la", Kind::Commune);
    for name in [
        "Ủy ban nhân dân phường Chiềng Cơi",
        "Uỷ ban nhân dân phường Chiềng Cơi",
        "UBND phường Chiềng Cơi",
        "ủy ban nhân dân phường chiềng cơi",
        "phường Chiềng Cơi",
        "Chiềng Cơi",
        "Đảng ủy phường Chiềng Cơi",
    ] {
        commune.gives(name, "chiengcoi", "SL.5.1.b");
    }
}

#[test]
fn sl_5_1_c_subunits() {
    let department = ask("son-la", Kind::Subunit).unit("skhcn");
    for name in [
        "Phòng Hạ tầng",
        "phòng Hạ tầng, Sở Khoa học và Công nghệ",
        "Phòng Hạ tầng thuộc Sở Khoa học và Công nghệ",
        "Phòng Hạ tầng Sở",
    ] {
        department.gives(name, "ht.skhcn", "SL.5.1.c");
    }
    let commune = ask("son-la", Kind::Subunit).unit("mocchau");
    for name in [
        "Phòng Văn hóa - Xã hội",
        "phòng Văn hóa - Xã hội phường Mộc Châu",
        "Phòng Văn Hóa - Xã Hội",
        "PHÒNG VĂN HÓA – XÃ HỘI",
    ] {
        commune.gives(name, "vhxh.mocchau", "SL.5.1.c");
    }
}

#[test]
fn sl_5_2_persons() {
    let person = ask("son-la", Kind::Person).unit("skhcn");
    person.gives("Cầm|Thị|Duyên", "duyenct.skhcn", "SL.5.2");
    person.gives("Nguyễn|Thị|Hoa", "hoant.skhcn", "SL.5.2");
    person
        .born(1990)
        .taken("hoant.skhcn")
        .gives("Nguyễn|Thu|Hòa", "hoant90.skhcn", "SL.5.2");
    person.born(1988).taken("hoant.skhcn,hoant90.skhcn").gives(
        "Trần||Hoàn",
        "hoant88.skhcn",
        "SL.5.2",
    );
}

#[test]
fn qn_4_1_b_sl_5_1_b_the_level_is_seen_in_the_name() {
    for (id, name, kind) in [
        ("son-la", "Ủy ban nhân dân phường Chiềng Cơi", Kind::Commune),
        ("son-la", "Sở Nội vụ", Kind::Unit),
        ("son-la", "Sở Lao động - Thương binh và Xã hội", Kind::Unit),
        (
            "quang-ninh",
            "Ủy ban nhân dân phường Cao Xanh",
            Kind::Commune,
        ),
        (
            "quang-ninh",
            "Ủy ban nhân dân thành phố Cẩm Phả",
            Kind::Unit,
        ),
        (
            "quang-ninh",
            "Ủy ban nhân dân phường Cao Xanh thuộc thành phố Hạ Long",
            Kind::Commune,
        ),
        ("tuyen-quang", "Ủy ban nhân dân xã Yên Sơn", Kind::Unit),
    ] {
        assert_eq!(ask(id, kind).profile.unit_kind(name), kind, "{name}");
    }
}

/// Given-name-first peoples store their parts as everyone does; apostrophes vanish, hyphens part words.
#[test]
fn sl_5_2_names_of_other_peoples() {
    let person = ask("son-la", Kind::Person).unit("skhcn");
    for (name, address) in [
        ("Niê||H'Hen", "hhenn.skhcn"),
        ("Niê||H’Hen", "hhenn.skhcn"),
        ("Tôn-Nữ|Thị Minh|Khai", "khaitntm.skhcn"),
        ("|Y|Moan", "moany.skhcn"),
        ("||Đức", "duc.skhcn"),
        ("ÐẶNG|THỊ|THUÝ", "thuydt.skhcn"),
    ] {
        person.gives(name, address, "SL.5.2");
    }
}
