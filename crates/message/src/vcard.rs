//! Cards of people, as address books exchange them: vCard 3.0 (RFC 2426) and 4.0 (RFC 6350) are read, 4.0 is written. Whatever a file
//! holds, reading it ends: cards, lines and what is kept of them are bounded, and what is not understood is passed over.

use crate::address::Address;

/// So many cards of one file are read.
pub const CARDS: usize = 10_000;
/// A longer line (a photo) is passed over, in bytes.
const LINE: usize = 16 << 10;
/// So many addresses and members of one card are read.
const MEMBERS: usize = 1_000;
/// The longest value that is kept, in letters.
const VALUE: usize = 500;
/// What is written is folded after so many octets (RFC 6350 §3.2).
const FOLD: usize = 75;

/// A card: a person, or a list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Card {
    /// What identifies it, so that lists can name it.
    pub uid: String,
    /// It is a list (RFC 6350 §6.1.4 `KIND:group`).
    pub is_list: bool,
    /// The name as it is shown.
    pub name: String,
    /// Addresses, the first the preferred one.
    pub addresses: Vec<String>,
    /// The first telephone number.
    pub phone: String,
    /// Where somebody works.
    pub organisation: String,
    /// What they are there.
    pub title: String,
    /// Whatever else is noted.
    pub note: String,
    /// Of a list: addresses (with `@`) and identifiers of cards.
    pub members: Vec<String>,
}

/// What was read of a file.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cards {
    /// In their order.
    pub cards: Vec<Card>,
    /// The file holds more than [`CARDS`], or a card that does not end.
    pub cut: bool,
}

/// Reads a file of cards.
#[must_use]
pub fn read(text: &str) -> Cards {
    let mut found = Cards::default();
    let mut card: Option<(Card, Name)> = None;
    for line in lines(text) {
        let Some(property) = Property::parse(&line) else {
            continue;
        };
        let is_card = property.value.trim().eq_ignore_ascii_case("VCARD");
        match (&mut card, property.name.as_str()) {
            (_, "BEGIN") if is_card => card = Some(Default::default()),
            (Some(_), "END") if is_card => {
                if let Some((card, name)) = card.take() {
                    if found.cards.len() == CARDS {
                        found.cut = true;
                        return found;
                    }
                    found.cards.push(name.give(card));
                }
            }
            (Some((card, name)), _) => property.into_card(card, name),
            (None, _) => {}
        }
    }
    found.cut = card.is_some();
    found
}

/// The lines of a file, those that are folded put together (RFC 6350 §3.2); too long ones are passed over.
fn lines(text: &str) -> impl Iterator<Item = String> + '_ {
    let mut raw = text.lines().peekable();
    std::iter::from_fn(move || {
        loop {
            let mut line = raw.next()?.to_owned();
            let mut too_long = line.len() > LINE;
            while let Some(next) = raw.peek().and_then(|next| next.strip_prefix([' ', '\t'])) {
                if line.len() + next.len() > LINE {
                    too_long = true;
                } else if !too_long {
                    line.push_str(next);
                }
                raw.next();
            }
            if !too_long {
                return Some(line);
            }
        }
    })
}

/// The name in its parts, for cards that have no other.
#[derive(Default)]
struct Name {
    parts: String,
    preferred: usize,
}

impl Name {
    fn give(self, mut card: Card) -> Card {
        if card.name.is_empty() {
            card.name = self.parts;
        }
        if card.name.is_empty() {
            card.name = card.addresses.first().cloned().unwrap_or_default();
        }
        card
    }
}

/// `group.NAME;PARAMETER=…:value`
struct Property {
    name: String,
    /// In capitals.
    parameters: String,
    value: String,
}

impl Property {
    fn parse(line: &str) -> Option<Self> {
        let mut quoted = false;
        let colon = line.find(|c| {
            quoted ^= c == '"';
            c == ':' && !quoted
        })?;
        let (head, value) = (&line[..colon], &line[colon + 1..]);
        let (name, parameters) = head.split_once(';').unwrap_or((head, ""));
        let name = name.rsplit('.').next().unwrap_or_default();
        Some(Self {
            name: name.trim().to_ascii_uppercase(),
            parameters: parameters.to_ascii_uppercase(),
            value: value.to_owned(),
        })
    }

    fn is_preferred(&self) -> bool {
        self.parameters
            .split([';', ',', '='])
            .any(|word| word.trim_matches('"') == "PREF")
    }

    fn into_card(self, card: &mut Card, name: &mut Name) {
        let first = |kept: &mut String, value: String| {
            if kept.is_empty() {
                *kept = value;
            }
        };
        match self.name.as_str() {
            "UID" => first(&mut card.uid, identifier(&self.value)),
            "KIND" | "X-ADDRESSBOOKSERVER-KIND" => {
                card.is_list |= self.value.trim().eq_ignore_ascii_case("group");
            }
            "FN" => first(&mut card.name, plain(&self.value)),
            // Family; given; additional; prefixes; suffixes: in the order of Vietnamese names.
            "N" => {
                let parts = split(&self.value);
                let of = |at: usize| parts.get(at).map_or("", String::as_str);
                let whole = [of(0), of(2), of(1)].join(" ");
                first(&mut name.parts, words(&whole));
            }
            "EMAIL" => {
                let address = plain(&self.value);
                let address = address.strip_prefix("mailto:").unwrap_or(&address);
                if Address::parse(address).is_ok() && card.addresses.len() < MEMBERS {
                    let at = if self.is_preferred() {
                        name.preferred += 1;
                        name.preferred - 1
                    } else {
                        card.addresses.len()
                    };
                    card.addresses
                        .insert(at.min(card.addresses.len()), address.to_owned());
                }
            }
            "TEL" => {
                let number = plain(&self.value);
                let number = number.strip_prefix("tel:").unwrap_or(&number);
                first(&mut card.phone, number.to_owned());
            }
            "ORG" => {
                let parts = split(&self.value);
                let parts: Vec<String> = parts.iter().map(|part| words(part)).collect();
                let parts: Vec<&str> = parts
                    .iter()
                    .map(String::as_str)
                    .filter(|part| !part.is_empty())
                    .collect();
                first(&mut card.organisation, cut(&parts.join(", ")));
            }
            "TITLE" => first(&mut card.title, plain(&self.value)),
            "NOTE" => first(&mut card.note, plain(&self.value)),
            "MEMBER" | "X-ADDRESSBOOKSERVER-MEMBER" if card.members.len() < MEMBERS => {
                card.members.push(identifier(&self.value));
            }
            _ => {}
        }
    }
}

/// An identifier or an address, without the scheme of its URI.
fn identifier(value: &str) -> String {
    let value = plain(value);
    let schemes = ["urn:uuid:", "mailto:"];
    let found = schemes.iter().find_map(|scheme| {
        let head = value.get(..scheme.len())?;
        head.eq_ignore_ascii_case(scheme)
            .then(|| value[scheme.len()..].to_owned())
    });
    found.unwrap_or(value)
}

fn cut(text: &str) -> String {
    text.chars().take(VALUE).collect()
}

fn words(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    cut(&text.split_whitespace().collect::<Vec<_>>().join(" "))
}

/// A value as text on one line (RFC 6350 §3.4).
fn plain(value: &str) -> String {
    words(&split_at(value, None).concat())
}

/// The parts of a value, divided by semicolons.
fn split(value: &str) -> Vec<String> {
    split_at(value, Some(';'))
}

fn split_at(value: &str, divider: Option<char>) -> Vec<String> {
    let mut parts = vec![String::new()];
    let mut letters = value.chars();
    while let Some(c) = letters.next() {
        let letter = match c {
            '\\' => match letters.next() {
                Some('n' | 'N') | None => ' ',
                Some(c) => c,
            },
            c if Some(c) == divider => {
                parts.push(String::new());
                continue;
            }
            c => c,
        };
        if let Some(part) = parts.last_mut() {
            part.push(letter);
        }
    }
    parts
}

/// Writes a card as vCard 4.0.
pub fn write(card: &Card, out: &mut String) {
    let mut put = |name: &str, value: &str| {
        if !value.is_empty() {
            fold(&format!("{name}:{value}"), out);
        }
    };
    put("BEGIN", "VCARD");
    put("VERSION", "4.0");
    put("KIND", if card.is_list { "group" } else { "individual" });
    if !card.uid.is_empty() {
        put("UID", &format!("urn:uuid:{}", escaped(&card.uid)));
    }
    let name = escaped(&card.name);
    // RFC 6350 §6.2.1: every card has one.
    put("FN", if name.is_empty() { "-" } else { &name });
    for address in &card.addresses {
        put("EMAIL", &escaped(address));
    }
    put("TEL", &escaped(&card.phone));
    put("ORG", &escaped(&card.organisation));
    put("TITLE", &escaped(&card.title));
    put("NOTE", &escaped(&card.note));
    for member in &card.members {
        let scheme = if member.contains('@') {
            "mailto:"
        } else {
            "urn:uuid:"
        };
        put("MEMBER", &format!("{scheme}{}", escaped(member)));
    }
    put("END", "VCARD");
}

/// A value with what has a meaning in vCards escaped (RFC 6350 §3.4); control characters have no place in one.
pub fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ',' | ';' => {
                out.push('\\');
                out.push(c);
            }
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// Appends a line, folded between characters: what follows begins with a space (RFC 6350 §3.2).
pub fn fold(line: &str, out: &mut String) {
    let mut rest = line;
    let mut room = FOLD;
    while rest.len() > room {
        let (head, tail) = rest.split_at(rest.floor_char_boundary(room));
        out.push_str(head);
        out.push_str("\r\n ");
        rest = tail;
        room = FOLD - 1;
    }
    out.push_str(rest);
    out.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one(text: &str) -> Card {
        let found = read(text);
        assert!(!found.cut);
        assert_eq!(found.cards.len(), 1, "{found:?}");
        found.cards.into_iter().next().unwrap()
    }

    #[test]
    fn cards_of_other_programs_are_read() {
        // Outlook and Google write 3.0.
        let card = one(
            "BEGIN:VCARD\r\nVERSION:3.0\r\nN:Nguyễn;An;Văn;;\r\nitem1.EMAIL;TYPE=INTERNET:an@ngoai.example\r\nEMAIL;type=INTERNET;type=pref:an.nv@sonla.gov.vn\r\n\
             TEL;TYPE=CELL:0912 345 678\r\nTEL:0200\r\nORG:Sở Khoa học\\, Công nghệ;Phòng TĐC\r\nTITLE:Trưởng phòng\r\nNOTE:dòng một\\ndòng hai\r\n\
             PHOTO;ENCODING=b;TYPE=JPEG:AAAA\r\n BBBB\r\nX-ABC;X=\"a:b;c\":1\r\nEND:VCARD\r\n",
        );
        assert_eq!(card.name, "Nguyễn Văn An");
        assert_eq!(card.addresses, ["an.nv@sonla.gov.vn", "an@ngoai.example"]);
        assert_eq!(card.phone, "0912 345 678");
        assert_eq!(card.organisation, "Sở Khoa học, Công nghệ, Phòng TĐC");
        assert_eq!(
            (card.title.as_str(), card.note.as_str()),
            ("Trưởng phòng", "dòng một dòng hai")
        );
        // Apple's lists, and those of 4.0.
        for (kind, member) in [
            ("KIND", "MEMBER"),
            ("X-ADDRESSBOOKSERVER-KIND", "X-ADDRESSBOOKSERVER-MEMBER"),
        ] {
            let card = one(&format!(
                "begin:vcard\nFN:Tổ công tác\n{kind}:group\n{member}:urn:uuid:7a\n{member}:mailto:b@x.vn\nend:vcard"
            ));
            assert!(card.is_list);
            assert_eq!(card.members, ["7a", "b@x.vn"]);
        }
        assert_eq!(one("BEGIN:VCARD\nEMAIL:a@b.vn\nEND:VCARD").name, "a@b.vn");
    }

    #[test]
    fn hostile_files_end() {
        let long = "x".repeat(5 << 20);
        let folded = "\n y".repeat(1 << 20);
        let card = one(&format!(
            "BEGIN:VCARD\nFN:A\nPHOTO:{long}\nNOTE:{folded}\nTITLE:t\nEMAIL:no address\nEMAIL:a@b.vn\\nBcc: x\nEND:VCARD"
        ));
        assert_eq!(card.name, "A");
        assert_eq!((card.title.as_str(), card.note.as_str()), ("t", ""));
        assert!(card.addresses.is_empty());
        let many = "BEGIN:VCARD\nFN:A\nEND:VCARD\n".repeat(CARDS + 1);
        let found = read(&many);
        assert_eq!((found.cards.len(), found.cut), (CARDS, true));
        let members = "EMAIL:a@b.vn\nMEMBER:a\n".repeat(2 * MEMBERS);
        let card = one(&format!("BEGIN:VCARD\n{members}END:VCARD"));
        assert_eq!(
            (card.addresses.len(), card.members.len()),
            (MEMBERS, MEMBERS)
        );
        // What never ends is none; what begins anew begins anew.
        assert_eq!(
            read("BEGIN:VCARD\nFN:A"),
            Cards {
                cards: vec![],
                cut: true
            }
        );
        assert_eq!(
            one("BEGIN:VCARD\nFN:A\nBEGIN:VCARD\nFN:B\nEND:VCARD").name,
            "B"
        );
        assert_eq!(read("END:VCARD\nFN\n:\n;:\n\u{feff}").cards, []);
    }

    #[test]
    fn what_is_written_is_read_again() {
        let card = Card {
            uid: "7a".into(),
            is_list: false,
            name: "Nguyễn Thị Thùy Dương; “Sở Khoa học, Công nghệ và Đổi mới sáng tạo” \\ tỉnh"
                .into(),
            addresses: vec!["duong@sonla.gov.vn".into(), "d@x.example".into()],
            phone: "0912".into(),
            organisation: "Sở".into(),
            title: "Phó, trưởng".into(),
            note: "a".repeat(300),
            members: vec![],
        };
        let list = Card {
            uid: "8b".into(),
            is_list: true,
            name: "Tổ".into(),
            members: vec!["7a".into(), "x@y.vn".into()],
            ..Card::default()
        };
        let mut text = String::new();
        write(&card, &mut text);
        write(&list, &mut text);
        assert!(text.split("\r\n").all(|line| line.len() <= FOLD), "{text}");
        assert_eq!(read(&text).cards, [card, list]);
    }
}
