//! How the sixth, invented province names: its file, and no code.

use congvu_regulation::Profile;
use congvu_regulation::naming::{Context, Kind};

use super::Ask;

const TEXT: &str = include_str!("../sixth/sixth.toml");

fn sixth() -> Profile {
    match Profile::parse(TEXT) {
        Ok(profile) => profile,
        Err(faults) => panic!("{faults:#?}"),
    }
}

fn asked(profile: &Profile, kind: Kind) -> Ask<'_> {
    Ask {
        profile,
        kind,
        context: Context::default(),
        taken: "",
    }
}

#[test]
fn a_sixth_province_is_a_file() {
    let profile = sixth();
    let unit = asked(&profile, Kind::Unit);
    // "Sở" spelled, "và" dropped, the rest initials; a clash is numbered from 2.
    unit.gives("Sở Khoa học và Công nghệ", "sokhcn.sau", "SAU.4.1");
    unit.taken("sokhcn.sau")
        .gives("Sở Khoa học và Công nghệ", "sokhcn2.sau", "SAU.4.1");
    // A commune: initials of the body, the place joined, the place above after a dot; a clash gets letters.
    let commune = asked(&profile, Kind::Commune).parent("td");
    commune.gives("Ủy ban nhân dân xã Tam Đường", "ubndtamduong.td", "SAU.4.2");
    // A sub-unit: "Phòng" dropped, offices whole, under its organisation.
    let subunit = asked(&profile, Kind::Subunit).unit("sokhcn");
    subunit.gives("Phòng Hạ tầng số", "hts.sokhcn", "SAU.4.3");
    subunit.gives("Thanh tra", "thanhtra.sokhcn", "SAU.4.3");
    // A person: initials before the given name, the fixed ending; a clash gets letters, then digits of the year of
    // birth, then the organisation, then a number.
    let person = asked(&profile, Kind::Person).unit("sokhcn").born(2001);
    person.gives("Vũ||Hà", "vha.sau", "SAU.4.4");
    person
        .taken("vha.sau")
        .gives("Vũ||Hà", "vuha.sau", "SAU.4.4");
    person
        .taken("vha.sau,vuha.sau")
        .gives("Vũ||Hà", "vuha01.sau", "SAU.4.4");
    person
        .taken("vha.sau,vuha.sau,vuha01.sau")
        .gives("Vũ||Hà", "vuha.sau.sokhcn", "SAU.4.4");
    person
        .taken("vha.sau,vuha.sau,vuha01.sau,vuha.sau.sokhcn")
        .gives("Vũ||Hà", "vuha1.sau.sokhcn", "SAU.4.4");
    // A group of more than twelve letters is agreed on.
    let group = asked(&profile, Kind::Group);
    group.gives("Lãnh đạo", "lanhdao", "SAU.4.5");
    let offered = group.agrees("Đại biểu hội đồng nhân dân", "SAU.4.5");
    assert!(
        offered.iter().all(|address| address.len() <= 12),
        "{offered:?}"
    );
}
