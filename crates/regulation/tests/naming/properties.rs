//! Properties over thousands of generated Vietnamese names and contexts, from a generator without a clock or chance.

use congvu_regulation::naming::{
    Context, Holder, Kind, LONGEST, Name, NamingError, PersonName, RESERVED, Request, TakenList,
    fold, is_local_part, is_reserved,
};
use congvu_regulation::{Profile, profiles};
use unicode_normalization::UnicodeNormalization;

const FAMILY: [&str; 26] = [
    "Nguyễn",
    "Trần",
    "Lê",
    "Phạm",
    "Hoàng",
    "Huỳnh",
    "Phan",
    "Vũ",
    "Võ",
    "Đặng",
    "Bùi",
    "Đỗ",
    "Hồ",
    "Ngô",
    "Dương",
    "Lý",
    "Cầm",
    "Lò",
    "Quàng",
    "Tòng",
    "Vàng",
    "Giàng",
    "Niê",
    "Tôn-Nữ",
    "Ðinh",
    "",
];
const MIDDLE: [&str; 18] = [
    "Văn",
    "Thị",
    "Hữu",
    "Đức",
    "Ngọc",
    "Minh",
    "Thu",
    "Xuân",
    "Quốc",
    "Thị Minh",
    "Đình",
    "Bá",
    "A",
    "Y",
    "H'",
    "Hoà",
    "Thuý",
    "",
];
const GIVEN: [&str; 26] = [
    "Hà",
    "Hạ",
    "Hòa",
    "Hoà",
    "Hoa",
    "Hoàn",
    "Hùng",
    "Duyên",
    "An",
    "Ân",
    "Ánh",
    "Đạt",
    "Ước",
    "Ý",
    "Yến",
    "Nghĩa",
    "Quỳnh",
    "Thủy",
    "Thuỷ",
    "Tuấn",
    "Việt",
    "Xuyến",
    "H'Hen",
    "Y'Bhiông",
    "Phương Thảo",
    "Khuyên",
];
const KINDS: [&str; 16] = [
    "Sở",
    "Ban",
    "Phòng",
    "Chi cục",
    "Trung tâm",
    "Văn phòng",
    "Thanh tra",
    "Ủy ban nhân dân",
    "UBND phường",
    "Uỷ ban nhân dân xã",
    "Ủy ban nhân dân thành phố",
    "Đảng ủy phường",
    "Trạm Y tế xã",
    "Ban Quản lý",
    "Hội",
    "Nhóm",
];
const FIELDS: [&str; 24] = [
    "Nội vụ",
    "Ngoại vụ",
    "Khoa học",
    "Công nghệ",
    "Thông tin",
    "Truyền thông",
    "và",
    "Văn hóa",
    "Xã hội",
    "-",
    "Kinh tế",
    "Hạ tầng",
    "Thủy sản",
    "Môi trường",
    "Tài nguyên",
    "Chiềng Cơi",
    "Cao Xanh",
    "Mộc Châu",
    "Đô thị",
    "số 1",
    "CNTT",
    "HĐND&UBND",
    "phường Hồng Gai",
    "Sở Y tế",
];

/// A linear congruential generator (Knuth's MMIX constants).
struct Chance(u64);

impl Chance {
    fn below(&mut self, bound: usize) -> usize {
        self.0 = self
            .0
            .wrapping_mul(6_364_136_223_846_793_005)
            .wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.0 >> 33).expect("31 bits") % bound
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }

    fn person(&mut self) -> PersonName {
        PersonName {
            family: self.pick(&FAMILY).to_owned(),
            middle: self.pick(&MIDDLE).to_owned(),
            given: self.pick(&GIVEN).to_owned(),
        }
    }

    fn words(&mut self) -> String {
        let mut words = vec![self.pick(&KINDS)];
        for _ in 0..=self.below(5) {
            words.push(self.pick(&FIELDS));
        }
        words.join(" ")
    }

    fn name(&mut self, kind: Kind) -> Name {
        match kind {
            Kind::AccountAddress => {
                Name::Words(fold(&self.pick(&GIVEN).replace(' ', "")).replace(' ', ""))
            }
            kind if kind.is_person() => Name::Person(self.person()),
            _ => Name::Words(self.words()),
        }
    }
}

const CONTEXT: Context<'static> = Context {
    unit: Some("skhcn"),
    suffix: None,
    parent: Some("hl"),
    born: Some(1990),
    former: None,
};

fn request<'a>(kind: Kind, name: &'a Name, taken: &'a TakenList) -> Request<'a> {
    Request {
        kind,
        name,
        context: CONTEXT,
        taken,
    }
}

/// Issues one address after the other, and takes each: valid, never twice, never retired, never reserved, the same
/// answer to the same question, the same for NFD; at least three sound candidates where people must agree.
fn issue(profile: &Profile, kind: Kind, count: usize, taken: &mut TakenList) {
    let mut chance = Chance(u64::try_from(count).expect("a count") + 7);
    for turn in 0..count {
        let name = chance.name(kind);
        let proposal = match profile.propose(&request(kind, &name, taken)) {
            Ok(proposal) => proposal,
            Err(NamingError::NoPattern(_)) => return,
            Err(error) => panic!("{}: {name:?}: {error}", profile.id()),
        };
        let again = profile
            .propose(&request(kind, &name, taken))
            .expect("as before");
        assert_eq!(proposal, again);
        let decomposed = match &name {
            Name::Person(name) => Name::Person(PersonName {
                family: name.family.nfd().collect(),
                middle: name.middle.nfd().collect(),
                given: name.given.nfd().collect(),
            }),
            Name::Words(text) => Name::Words(text.nfd().collect()),
        };
        let nfd = profile
            .propose(&request(kind, &decomposed, taken))
            .expect("as before");
        assert_eq!(proposal, nfd);
        assert_eq!(
            proposal.agree,
            proposal.local_part.is_none() || proposal.decide
        );
        assert!(!proposal.why.is_empty());
        assert!(
            !proposal.agree || proposal.candidates.len() >= 3,
            "{name:?}: {proposal}"
        );
        for address in proposal.local_part.iter().chain(&proposal.candidates) {
            assert!(is_local_part(address), "{name:?}: {address}");
            assert!(!is_reserved(address), "{name:?}: {address}");
            assert!(
                congvu_regulation::naming::Taken::holder(taken, address).is_none(),
                "{address}"
            );
        }
        let given = proposal
            .local_part
            .or_else(|| proposal.candidates.first().cloned());
        let holder = Holder {
            name: match name {
                Name::Person(name) if turn % 3 > 0 => Some(name),
                _ => None,
            },
            retired: turn % 5 == 0,
        };
        taken.hold(&given.expect("an address"), holder);
    }
}

#[test]
fn qn_4_bs_5_tq_5_hcm_4_1_sl_5_thousands_of_names_one_domain() {
    for profile in profiles() {
        let mut taken = TakenList::default();
        for name in RESERVED {
            assert!(is_reserved(name));
        }
        issue(profile, Kind::Person, 3000, &mut taken);
        for kind in Kind::ALL {
            issue(profile, kind, 300, &mut taken);
        }
    }
}

/// Any text at all: an answer or a refusal, never a panic, and the answer is sound.
#[test]
fn any_text_has_an_answer_or_a_refusal() {
    let signs: Vec<char> = "aAđĐÐ'’- .|@ẶƯ\u{301}\u{31b}\u{323}1漢\u{200b}\n\u{1f600}BTN&,ß"
        .chars()
        .collect();
    let mut chance = Chance(42);
    let taken = TakenList::default();
    for _ in 0..4000 {
        let mut text = || -> String {
            (0..chance.below(90))
                .map(|_| signs[chance.below(signs.len())])
                .collect()
        };
        let words = Name::Words(text());
        let person = Name::Person(PersonName {
            family: text(),
            middle: text(),
            given: text(),
        });
        for profile in profiles() {
            for kind in Kind::ALL {
                let name = if kind.is_person() { &person } else { &words };
                if let Ok(proposal) = profile.propose(&request(kind, name, &taken)) {
                    for address in proposal.local_part.iter().chain(&proposal.candidates) {
                        assert!(is_local_part(address), "{name:?}: {address}");
                    }
                }
            }
        }
    }
}

/// A directory that says yes to everything leaves nothing to offer, and still ends.
#[test]
fn a_domain_where_all_is_taken_still_has_an_end() {
    let all = |_: &str| Some(Holder::default());
    for profile in profiles() {
        let name = Name::Person(PersonName::parse("Cầm|Thị|Duyên").expect("a name"));
        let proposal = profile
            .propose(&Request {
                kind: Kind::Person,
                name: &name,
                context: CONTEXT,
                taken: &all,
            })
            .expect("a proposal");
        assert!(proposal.agree && proposal.candidates.is_empty());
    }
}

#[test]
fn folded_text_is_a_to_z_and_digits() {
    let mut chance = Chance(3);
    for _ in 0..3000 {
        let person = chance.person();
        let text = format!(
            "{} {} {} {}",
            person.family,
            person.middle,
            person.given,
            chance.words()
        );
        let folded = fold(&text);
        assert!(
            folded
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b' '),
            "{folded}"
        );
        assert_eq!(fold(&folded), folded);
        assert_eq!(fold(&text.to_uppercase()), folded);
        assert_eq!(fold(&text.to_lowercase()), folded);
    }
    assert_eq!(LONGEST, 64);
}
