//! Clauses in texts (`SL.8.2.a`) and in the names of functions (`sl_8_2_a_…`).

use std::collections::{BTreeMap, BTreeSet};

use congvu_regulation::ClauseId;

/// What functions may be called after, each clause as it is spelled in a name.
pub(crate) struct Names {
    codes: BTreeSet<String>,
    spelled: BTreeMap<String, ClauseId>,
}

/// What the name of a function tells.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Named {
    pub(super) clauses: Vec<ClauseId>,
    /// Looks like a clause and is none of the index.
    pub(super) unknown: Vec<String>,
}

impl Names {
    pub(crate) fn new<'a>(known: impl Iterator<Item = &'a ClauseId>) -> Self {
        let known: Vec<&ClauseId> = known.collect();
        let mut spelled = BTreeMap::new();
        // As written, then as keyed in, then without marks, where that is not the name of another clause: QN.9.1.đ is
        // `qn_9_1_đ` or `qn_9_1_dd`, as QN.9.1.d is `qn_9_1_d`.
        for spell in [plain, keyed, bare] {
            for id in &known {
                spelled
                    .entry(spell(id.as_str()))
                    .or_insert_with(|| (*id).clone());
            }
        }
        Self {
            codes: known
                .iter()
                .map(|id| id.regulation().to_ascii_lowercase())
                .collect(),
            spelled,
        }
    }

    /// The clauses that a function's name names.
    pub(super) fn of(&self, function: &str) -> Named {
        let words: Vec<&str> = function.split('_').collect();
        let mut named = Named::default();
        let mut at = 0;
        while let Some(rest) = words.get(at..).filter(|rest| !rest.is_empty()) {
            at += 1;
            let [code, next, ..] = rest else { continue };
            let is_number = next.bytes().all(|byte| byte.is_ascii_digit());
            if !self.codes.contains(*code) || !(is_number || matches!(*next, "i" | "ii" | "iii")) {
                // Forms and articles of the decision are named rarely: nothing is unknown there.
                if !matches!(*next, "mau" | "mẫu" | "qd" | "qđ") {
                    continue;
                }
            }
            let found = (2..=rest.len().min(6)).rev().find_map(|length| {
                let spelled = rest.get(..length)?.join("_");
                Some((length, self.spelled.get(&spelled)?))
            });
            match found {
                Some((length, id)) => {
                    named.clauses.push(id.clone());
                    at += length - 1;
                }
                None if is_number => named.unknown.push(format!("{code}_{next}")),
                None => {}
            }
        }
        named
    }
}

fn plain(id: &str) -> String {
    id.replace('.', "_").to_lowercase()
}

fn keyed(id: &str) -> String {
    plain(id).replace('đ', "dd").replace('ẫ', "aax")
}

fn bare(id: &str) -> String {
    plain(id).replace('đ', "d").replace('ẫ', "a")
}

/// Clause ids in a text.
pub(crate) fn cited(text: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for word in text.split(|c: char| !(c.is_alphanumeric() || c == '.')) {
        let word = word.trim_end_matches('.');
        let Some((regulation, rest)) = word.split_once('.') else {
            continue;
        };
        let begins = rest.chars().next().is_some_and(|c| c.is_ascii_digit())
            || rest.starts_with("II.")
            || rest.starts_with("III.")
            || rest.starts_with("QĐ.")
            || rest.starts_with("Mẫu.");
        if begins && congvu_regulation::profiles().any(|profile| profile.code() == regulation) {
            found.insert(word.to_owned());
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clauses_in_names() {
        let known: Vec<ClauseId> = [
            "HCM.4.1",
            "QN.4.1",
            "QN.4.1.d",
            "QN.9.1.d",
            "QN.9.1.đ",
            "QN.7.1.đ",
            "BS.III.11",
            "BS.7.đ4",
            "QN.Mẫu.1",
            "QN.QĐ.2",
        ]
        .iter()
        .map(|id| id.parse().expect("a clause"))
        .collect();
        let names = Names::new(known.iter());
        let check = |function: &str, clauses: &[&str], unknown: &[&str]| {
            let named = names.of(function);
            let found: Vec<&str> = named.clauses.iter().map(ClauseId::as_str).collect();
            assert_eq!(found, clauses, "{function}");
            assert_eq!(named.unknown, unknown, "{function}");
        };
        check("hcm_4_1_a_clash", &["HCM.4.1"], &[]);
        check("qn_4_1_and_hcm_4_1_x", &["QN.4.1", "HCM.4.1"], &[]);
        check("qn_9_1_d", &["QN.9.1.d"], &[]);
        check("qn_9_1_đ_x", &["QN.9.1.đ"], &[]);
        check("qn_9_1_dd_x", &["QN.9.1.đ"], &[]);
        check("qn_7_1_d_x", &["QN.7.1.đ"], &[]);
        check("bs_iii_11_x_bs_7_d4", &["BS.III.11", "BS.7.đ4"], &[]);
        check("qn_mau_1_qn_qd_2", &["QN.Mẫu.1", "QN.QĐ.2"], &[]);
        check("qn_99_1", &[], &["qn_99"]);
        check("bs_and_more", &[], &[]);
        check("has_sl", &[], &[]);
    }

    #[test]
    fn clauses_in_texts() {
        let found = cited("QN.4.2.b, (BS.III.9). HCM.8.3.b: SL.a SLX.1 QN.Mẫu.1 MB.2");
        assert_eq!(
            found.iter().map(String::as_str).collect::<Vec<_>>(),
            ["BS.III.9", "HCM.8.3.b", "QN.4.2.b", "QN.Mẫu.1"]
        );
    }
}
