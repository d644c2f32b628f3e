//! The names that a password must not contain (TQ.6.2).
//!
//! Of each name are looked for: its words, the words joined, and its abbreviations; without marks, in any case, with
//! signs written for letters (`0` for o, `@` for a) and with signs strewn between. What has four letters or more is
//! found anywhere; what has less only as a word of its own, so that "Hà" does not ban every "ha".

use super::fold::{Unit, units, words};

/// Whose name it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameOf {
    /// Tổ chức: the agency.
    Organisation,
    /// Phòng ban: the sub-unit.
    SubUnit,
    /// Cá nhân: the person.
    Person,
    /// The mailbox's own address, made of those names.
    Address,
}

impl NameOf {
    /// What it is called in a sentence.
    #[must_use]
    pub fn noun(self) -> &'static str {
        match self {
            Self::Organisation => "tên tổ chức",
            Self::SubUnit => "tên phòng ban",
            Self::Person => "tên cá nhân",
            Self::Address => "tên hộp thư",
        }
    }
}

/// Words that say what kind of body it is: alone, they are no name of one.
const KINDS: [&str; 45] = [
    "ban", "bo", "chi", "cong", "cuc", "dan", "doan", "don", "hoi", "huyen", "khu", "nhan", "nha",
    "nuoc", "phong", "phuong", "quan", "so", "tap", "thanh", "thi", "tinh", "to", "trung", "tam",
    "tong", "truc", "thuoc", "truong", "uy", "van", "vi", "vien", "vu", "va", "xa", "tran", "pho",
    "dong", "cua", "cac", "ve", "tu", "bien", "che",
];

/// From this length on, a name is found anywhere in a password.
const ANYWHERE: usize = 4;

/// The names that are looked for in a mailbox's passwords.
#[derive(Debug, Clone, Default)]
pub struct Names {
    known: Vec<(NameOf, Vec<char>)>,
}

impl Names {
    /// Adds the name of the agency, written out or its abbreviation; one call for each.
    #[must_use]
    pub fn organisation(self, name: &str) -> Self {
        self.body(NameOf::Organisation, name)
    }

    /// Adds the name of the sub-unit, written out or its abbreviation.
    #[must_use]
    pub fn sub_unit(self, name: &str) -> Self {
        self.body(NameOf::SubUnit, name)
    }

    /// Adds the name of the person, in any order of its parts.
    #[must_use]
    pub fn person(mut self, name: &str) -> Self {
        let parts = words(name);
        let initials = |parts: &[String]| -> String {
            parts
                .iter()
                .filter_map(|part| part.chars().next())
                .collect()
        };
        let mut forms = parts.clone();
        forms.push(initials(&parts));
        forms.push(parts.concat());
        if let ([rest @ .., given], [first, others @ ..]) = (&*parts, &*parts) {
            // The given name stands last, or first with some peoples: `anpv`, `pvan`, `phama`.
            for (given, rest) in [(given, rest), (first, others)] {
                forms.push(format!("{given}{}", initials(rest)));
                forms.push(format!("{}{given}", initials(rest)));
                forms.push(format!("{given}{}", rest.concat()));
                forms.push(format!(
                    "{}{}",
                    rest.concat(),
                    initials(std::slice::from_ref(given))
                ));
                for part in rest {
                    forms.push(format!("{given}{part}"));
                    forms.push(format!("{part}{given}"));
                }
            }
        }
        self.add(NameOf::Person, forms);
        self
    }

    /// Adds the local part of the mailbox's address: the whole and what its dots part.
    #[must_use]
    pub fn address(mut self, local_part: &str) -> Self {
        let parts = words(local_part);
        let mut forms = vec![parts.concat()];
        forms.extend(parts);
        self.add(NameOf::Address, forms);
        self
    }

    fn body(mut self, of: NameOf, name: &str) -> Self {
        let all = words(name);
        let acronyms: Vec<String> = name
            .split(|letter: char| !letter.is_alphanumeric())
            .filter(|word| word.chars().count() > 1 && word.chars().all(char::is_uppercase))
            .flat_map(words)
            .collect();
        let short = |parts: &[&String]| -> String {
            let each = parts.iter().map(|part| {
                let length = if acronyms.contains(part) {
                    part.len()
                } else {
                    1
                };
                part.chars().take(length).collect::<String>()
            });
            each.collect()
        };
        let own: Vec<&String> = all
            .iter()
            .filter(|word| !KINDS.contains(&word.as_str()))
            .collect();
        let without_and: Vec<&String> = all.iter().filter(|word| *word != "va").collect();
        let every: Vec<&String> = all.iter().collect();
        let mut forms: Vec<String> = own.iter().map(|word| (*word).clone()).collect();
        // Two words that stand together, unless both only say what kind of body it is.
        for pair in all.windows(2) {
            if pair.iter().any(|word| own.contains(&word)) {
                forms.push(pair.concat());
            }
        }
        for parts in [&every, &without_and, &own] {
            forms.push(short(parts));
            forms.push(parts.iter().map(|part| part.as_str()).collect());
        }
        self.add(of, forms);
        self
    }

    fn add(&mut self, of: NameOf, forms: Vec<String>) {
        for form in forms {
            let form: Vec<char> = form.chars().collect();
            let only_digits = form.iter().all(char::is_ascii_digit);
            let known = self.known.iter().any(|(_, known)| *known == form);
            if form.len() > 1 && !only_digits && !known {
                self.known.push((of, form));
            }
        }
    }

    /// The names that stand in a password: of each kind the longest.
    pub(super) fn found_in(&self, password: &str) -> Vec<(NameOf, String)> {
        let units = units(password);
        let mut found: Vec<(NameOf, &Vec<char>)> = Vec::new();
        for (of, name) in &self.known {
            if !contains(&units, name) {
                continue;
            }
            match found.iter_mut().find(|(known, _)| known == of) {
                Some((_, longest)) if longest.len() >= name.len() => {}
                Some((_, longest)) => *longest = name,
                None => found.push((*of, name)),
            }
        }
        found
            .into_iter()
            .map(|(of, name)| (of, name.iter().collect()))
            .collect()
    }
}

fn contains(units: &[Unit], name: &[char]) -> bool {
    (0..units.len()).any(|start| {
        let Some(end) = match_at(units, start, name) else {
            return false;
        };
        let real = units
            .iter()
            .skip(start)
            .take(end - start)
            .any(|unit| unit.base.is_alphabetic());
        real && (name.len() >= ANYWHERE || (parts(units, start, true) && parts(units, end, false)))
    })
}

/// Where the name ends that begins at `start`. Signs between the letters of a longer name are passed over.
fn match_at(units: &[Unit], start: usize, name: &[char]) -> Option<usize> {
    let mut at = start;
    for (position, letter) in name.iter().enumerate() {
        loop {
            let unit = units.get(at)?;
            at += 1;
            if unit.can_be(*letter) {
                break;
            }
            if !(unit.is_mark() && position > 0 && name.len() >= ANYWHERE) {
                return None;
            }
        }
    }
    Some(at)
}

#[derive(PartialEq)]
enum Kind {
    Letter,
    Digit,
    Mark,
}

fn kind(unit: Unit) -> Kind {
    if unit.base.is_alphabetic() {
        Kind::Letter
    } else if unit.base.is_numeric() {
        Kind::Digit
    } else {
        Kind::Mark
    }
}

/// Whether words part at `at`; what matched stands behind it (`before`) or ahead of it, and counts as letters.
fn parts(units: &[Unit], at: usize, before: bool) -> bool {
    let Some(left) = at.checked_sub(1).and_then(|at| units.get(at)) else {
        return true;
    };
    let Some(right) = units.get(at) else {
        return true;
    };
    let (inside, outside) = if before {
        (*right, *left)
    } else {
        (*left, *right)
    };
    let new_word =
        kind(*left) == Kind::Letter && kind(*right) == Kind::Letter && !left.upper && right.upper;
    new_word
        || match kind(outside) {
            Kind::Letter => false,
            Kind::Digit => kind(inside) != Kind::Digit,
            Kind::Mark => true,
        }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(names: &Names, password: &str, expected: &[&str]) {
        let found: Vec<String> = names
            .found_in(password)
            .into_iter()
            .map(|(of, name)| format!("{}: {name}", of.noun()))
            .collect();
        assert_eq!(found, expected, "{password}");
    }

    #[test]
    fn tq_6_2_names_of_persons() {
        let names = Names::default().person("Trần Thị Hà");
        for password in [
            "Xk#Ha#927q",
            "HA@12345",
            "Xk9#H4-mq",
            "kmHa92#Q",
            "h\u{300}a\u{300}1-Q",
        ] {
            check(&names, password, &["tên cá nhân: ha"]);
        }
        check(&names, "Tr4n#92qX", &["tên cá nhân: tran"]);
        check(&names, "xX92TRẦN#", &["tên cá nhân: tran"]);
        check(&names, "hatt9#Kq", &["tên cá nhân: hatt"]);
        check(&names, "9.t.t.h.a.#Kq", &["tên cá nhân: ttha"]);
        for password in [
            "Thanh#927q",
            "Phat92#Q",
            "xhax#927Q",
            "B@h4x92#",
            "Q#4729-74",
        ] {
            check(&names, password, &[]);
        }
        let an = Names::default().person("Phạm Văn An");
        check(&an, "B@n92#qX", &[]);
        check(&an, "Anpv#92qX", &["tên cá nhân: anpv"]);
        check(&an, "pvan#92qX", &["tên cá nhân: pvan"]);
        check(&an, "Kq@n92#X", &[]);
        check(&an, "Kq#@n92X", &["tên cá nhân: an"]);
    }

    #[test]
    fn tq_6_2_names_of_bodies() {
        let names = Names::default()
            .organisation("Sở Khoa học và Công nghệ")
            .sub_unit("Phòng Tài chính - Kế toán");
        check(&names, "SKHCN#92qX", &["tên tổ chức: skhcn"]);
        check(&names, "5khvcn#92qX", &["tên tổ chức: skhvcn"]);
        check(&names, "s.k.h.c.n92X", &["tên tổ chức: skhcn"]);
        check(&names, "XKho@hoc92#", &["tên tổ chức: khoahoc"]);
        check(&names, "pTCKT#92qX", &["tên phòng ban: ptckt"]);
        check(
            &names,
            "Nghe92#tai#Q",
            &["tên tổ chức: nghe", "tên phòng ban: tai"],
        );
        check(&names, "Phong#92qX", &[]);
        check(&names, "So#92qXb", &[]);
        let commune = Names::default().organisation("UBND xã Mường La");
        check(&commune, "ubndxml92#Q", &["tên tổ chức: ubndxml"]);
        check(&commune, "Muong#92Q", &["tên tổ chức: muong"]);
        let health = Names::default()
            .organisation("Sở Y tế")
            .address("an.pv.syt");
        check(&health, "S0yte92#Q", &["tên tổ chức: soyte"]);
        check(&health, "Syt#92qXb", &["tên tổ chức: syt"]);
        check(&health, "anpvsyt#9Q", &["tên hộp thư: anpvsyt"]);
    }
}
