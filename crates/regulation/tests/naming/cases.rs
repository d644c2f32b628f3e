//! The shared table of worked cases: every row.

use congvu_regulation::naming::{Context, Kind, TakenList, parse_taken};
use unicode_normalization::UnicodeNormalization;

use super::{Ask, ask};

const TABLE: &str = include_str!("../naming-cases.tsv");

struct Row<'a> {
    regulation: &'a str,
    kind: &'a str,
    name: &'a str,
    context: &'a str,
    expected: &'a str,
}

fn rows() -> Vec<Row<'static>> {
    let rows: Vec<Row<'_>> = TABLE
        .lines()
        .filter(|line| !line.starts_with('#') && !line.starts_with("regulation\t"))
        .filter_map(|line| {
            let mut cells = line.split('\t');
            Some(Row {
                regulation: cells.next()?,
                kind: cells.next()?,
                name: cells.next()?,
                context: cells.next()?,
                expected: cells.next()?,
            })
        })
        .collect();
    assert_eq!(rows.len(), 31);
    rows
}

impl Row<'_> {
    fn id(&self) -> &'static str {
        match self.regulation {
            "QN" => "quang-ninh",
            "BS" => "bim-son",
            "TQ" => "tuyen-quang",
            "HCM" => "hcm-donre",
            _ => "son-la",
        }
    }

    fn kind(&self) -> Kind {
        match self.kind {
            "unit" if self.context.starts_with("commune") => Kind::Commune,
            "unit" => Kind::Unit,
            "subunit" => Kind::Subunit,
            "group" => Kind::Group,
            "person" => Kind::Person,
            other => panic!("{other}"),
        }
    }

    /// The organisation's short name, from the row's context: in brackets, after "of", or the first word.
    fn short(&self) -> Option<String> {
        if let Some((_, rest)) = self.context.split_once('(') {
            return rest.split(')').next().map(str::to_owned);
        }
        if let Some((_, name)) = self.context.split_once("of ")
            && self.kind() == Kind::Subunit
        {
            if name.is_ascii() {
                return Some(name.to_owned());
            }
            // Named itself, by the same profile.
            let asked = ask(self.id(), Kind::Unit);
            let kind = asked.profile.unit_kind(name);
            let answer = ask(self.id(), kind).answer(name).expect(name);
            return answer.local_part;
        }
        let first = self.context.split(',').next()?;
        (self.kind() == Kind::Person && !first.contains(' ')).then(|| first.to_owned())
    }

    fn born(&self) -> Option<u16> {
        let (_, year) = self.context.split_once("born ")?;
        year.trim().parse().ok()
    }

    /// What the row says exists, as local parts.
    fn taken(&self, short: Option<&str>) -> TakenList {
        let mut names = Vec::new();
        for phrase in self.context.split(',') {
            if let Some(list) = phrase
                .strip_suffix(" exists")
                .or_else(|| phrase.strip_suffix(" exist"))
            {
                names.extend(list.split(" and ").map(|name| name.trim().to_owned()));
            }
        }
        let mut list = parse_taken(&names.join(",")).expect("a list");
        if self.regulation == "BS" {
            list.complete("bimson");
        } else if self.kind() == Kind::Person {
            list.complete(short.expect("a unit"));
        }
        list
    }

    /// Which of that name this one is: one person after the other is named as the ones before.
    fn turn(&self) -> usize {
        ["first", "second", "third"]
            .iter()
            .position(|turn| self.context.contains(turn))
            .map_or(1, |position| position + 1)
    }
}

/// Every row, in NFC and in NFD.
#[test]
fn qn_4_bs_5_tq_5_hcm_4_1_sl_5_every_shared_case() {
    for row in rows() {
        for name in [row.name.nfc().to_string(), row.name.nfd().to_string()] {
            check(&row, &name);
        }
    }
}

fn check(row: &Row<'_>, name: &str) {
    let short = row.short();
    let kind = row.kind();
    let is_below = kind == Kind::Commune;
    let asked = Ask {
        context: Context {
            unit: short.as_deref().filter(|_| !is_below),
            parent: short.as_deref().filter(|_| is_below),
            born: row.born(),
            former: None,
            suffix: None,
        },
        ..ask(row.id(), kind)
    };
    let mut taken = row.taken(short.as_deref());
    let mut proposal = asked.answer_among(name, &taken).expect(name);
    for _ in 1..row.turn() {
        let given = proposal.local_part.expect("an address");
        taken.hold(&given, congvu_regulation::naming::Holder::default());
        proposal = asked.answer_among(name, &taken).expect(name);
    }
    assert!(!proposal.why.is_empty());
    if row.expected == "AGREE" {
        assert_eq!(
            (proposal.local_part.as_deref(), proposal.agree),
            (None, true),
            "{name}"
        );
        assert!(proposal.candidates.len() >= 3, "{name}: {proposal}");
    } else {
        assert_eq!(
            proposal.local_part.as_deref(),
            Some(row.expected),
            "{name}: {proposal}"
        );
        assert_eq!(proposal.agree, proposal.decide);
    }
}
