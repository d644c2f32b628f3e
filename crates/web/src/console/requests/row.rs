//! A line of a request as a row of its page: who, what is asked, what they would get and by which clause, what is in mind for it, what became
//! of it.

use congvu_governance::mailbox::Holder;
use congvu_governance::request::{Ask, Decision, Named, Weighed};
use congvu_regulation::Profile;
use congvu_regulation::requests::RequestRule;
use congvu_store::person::Person;
use congvu_store::{OrganisationId, Tx, mailbox, organisation, person};
use serde_json::Value;

use super::words;
use crate::console::cited::Cited;
use crate::site::{Lang, Oops};

/// A sentence and the clause it rests on.
pub(super) struct Told {
    pub(super) text: String,
    pub(super) cited: Cited,
}

/// An address to choose.
pub(super) struct Offered {
    /// What the form says; empty: as the rules propose.
    pub(super) value: String,
    pub(super) address: String,
    pub(super) hint: &'static str,
    pub(super) is_chosen: bool,
}

/// What somebody would get.
pub(super) struct Naming {
    /// The address before the @; empty while people must choose.
    pub(super) address: String,
    /// Who has what clashes.
    pub(super) clashes: Vec<String>,
    /// What the rules did, with their clauses.
    pub(super) steps: Vec<Told>,
    /// Addresses to choose from; none where there is nothing to choose.
    pub(super) options: Vec<Offered>,
    /// Another one, as it was typed.
    pub(super) other: String,
    pub(super) is_other: bool,
}

pub(super) struct Row {
    pub(super) number: u32,
    pub(super) who: String,
    pub(super) about: String,
    pub(super) phone: String,
    /// What is asked for, besides a new address.
    pub(super) asked: Vec<(&'static str, String)>,
    pub(super) naming: Option<Naming>,
    /// What the form prints and the list does not tell.
    pub(super) lacks: Option<Told>,
    /// Why it cannot be granted.
    pub(super) barred: Option<Told>,
    pub(super) waits: bool,
    /// `grant`, `refuse`, or nothing yet.
    pub(super) noted: &'static str,
    pub(super) reason: String,
    pub(super) fault: Option<Told>,
    /// What became of it; empty while it waits.
    pub(super) became: String,
    pub(super) is_bad: bool,
    pub(super) is_warn: bool,
}

/// The regulation that a request is treated by.
pub(super) type Rule = Option<(&'static Profile, &'static RequestRule)>;

pub(super) fn row(tx: &mut Tx<'_>, rule: Rule, one: &Weighed, lang: Lang) -> Result<Row, Oops> {
    let profile = rule.map(|(profile, _)| profile);
    let told = |text: &String| {
        let (text, cited) = words::split(profile, text);
        Told { text, cited }
    };
    let mut row = Row {
        number: one.line.number,
        who: String::new(),
        about: String::new(),
        phone: String::new(),
        asked: Vec::new(),
        naming: one
            .named
            .as_ref()
            .map(|named| naming(profile, named, one.noted.as_ref(), lang)),
        lacks: rule.and_then(|rule| lacks(rule, one, lang)),
        barred: one.barred.as_ref().map(&told),
        waits: one.waits(),
        noted: match one.noted {
            Some(Decision::Grant { .. }) => "grant",
            Some(Decision::Refuse(_)) => "refuse",
            None => "",
        },
        reason: match &one.noted {
            Some(Decision::Refuse(reason)) => reason.clone(),
            _ => String::new(),
        },
        fault: one.fault.as_ref().map(&told),
        became: became(one, lang),
        is_bad: one.barred.is_some() || one.line.state == "failed",
        is_warn: one.is_doubtful(),
    };
    match &one.ask {
        Some(ask) => describe(tx, &mut row, one, ask, lang)?,
        None => lang.t("Dòng này không đọc được.").clone_into(&mut row.who),
    }
    row.is_bad |= row.lacks.is_some() && row.waits;
    Ok(row)
}

fn describe(
    tx: &mut Tx<'_>,
    row: &mut Row,
    one: &Weighed,
    ask: &Ask,
    lang: Lang,
) -> Result<(), Oops> {
    match ask {
        Ask::Issue(issue) => {
            let place = place_name(tx, issue.organisation)?;
            match &issue.holder {
                Holder::Person(person) => {
                    row.who = person.full_name();
                    row.about = joined(&person.title, &place);
                    row.phone.clone_from(&person.phone);
                }
                Holder::Unit { .. } => {
                    row.who = place;
                    lang.t("hộp thư của cơ quan, đơn vị")
                        .clone_into(&mut row.about);
                }
            }
            return Ok(());
        }
        Ask::Sync {
            full_name,
            sub_unit,
            title,
            phone,
            account,
            address,
            ..
        } => {
            row.who.clone_from(full_name);
            row.about = joined(title, sub_unit);
            row.phone.clone_from(phone);
            let told = [
                (lang.t("Tài khoản"), account),
                (lang.t("Địa chỉ thư"), address),
            ];
            let told = told.into_iter();
            row.asked = told
                .filter_map(|(label, value)| Some((label, value.clone()?)))
                .collect();
            return Ok(());
        }
        _ => {}
    }
    row.who = ask.address().unwrap_or_default().to_owned();
    if let Some(id) = one.line.mailbox {
        let holder = mailbox::person(tx, id)?;
        let holder = holder.map(|id| person::get(tx, id)).transpose()?.flatten();
        row.about = match &holder {
            Some(holder) => joined(&names(holder), &holder.title),
            None => mailbox::name(tx, id)?.unwrap_or_default(),
        };
        row.phone = holder.map_or_else(String::new, |holder| holder.phone);
    }
    row.asked = asked(tx, ask, lang)?;
    Ok(())
}

/// What is to be changed, or why.
fn asked(tx: &mut Tx<'_>, ask: &Ask, lang: Lang) -> Result<Vec<(&'static str, String)>, Oops> {
    let told = match ask {
        Ask::Change {
            title,
            phone,
            name,
            local_part,
            organisation,
            ..
        } => {
            let name = name.as_ref().map(|(family, middle, given)| {
                let parts = [family.as_str(), middle, given];
                let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
                parts.join(" ")
            });
            let to = match organisation {
                Some(id) => Some(place_name(tx, *id)?),
                None => None,
            };
            vec![
                (lang.t("Chức vụ mới"), title.clone()),
                (lang.t("Số điện thoại mới"), phone.clone()),
                (lang.t("Họ và tên mới"), name),
                (lang.t("Địa chỉ mới"), local_part.clone()),
                (lang.t("Chuyển đến"), to),
            ]
        }
        Ask::Revoke { reason, .. } => vec![(lang.t("Lý do"), Some(reason.clone()))],
        Ask::Quota { bytes, reason, .. } => vec![
            (lang.t("Dung lượng"), Some(format!("{} MB", bytes >> 20))),
            (lang.t("Lý do"), Some(reason.clone())),
        ],
        Ask::Reason { reason, until, .. } => vec![
            (lang.t("Lý do chưa sử dụng"), Some(reason.clone())),
            (lang.t("Đến hết ngày"), Some(until.clone())),
        ],
        Ask::Issue(_) | Ask::Sync { .. } | Ask::Restore { .. } | Ask::Password { .. } => Vec::new(),
    };
    let told = told.into_iter();
    Ok(told
        .filter_map(|(label, value)| Some((label, value.filter(|value| !value.is_empty())?)))
        .collect())
}

fn naming(
    profile: Option<&'static Profile>,
    named: &Named,
    noted: Option<&Decision>,
    lang: Lang,
) -> Naming {
    let chosen = match noted {
        Some(Decision::Grant { local_part }) => local_part.as_deref().unwrap_or_default(),
        _ => "",
    };
    let proposal = &named.proposal;
    let mut options: Vec<Offered> = Vec::new();
    if let Some(own) = &proposal.local_part {
        let by_rule = !proposal.agree;
        options.push(Offered {
            // What the rules propose is asked of them again when it is given.
            value: if by_rule { String::new() } else { own.clone() },
            address: own.clone(),
            hint: if by_rule {
                lang.t("theo quy tắc, chưa ai dùng")
            } else {
                lang.t("đề nghị, chưa ai dùng")
            },
            is_chosen: chosen == own || (by_rule && chosen.is_empty()),
        });
    }
    options.extend(proposal.candidates.iter().map(|candidate| Offered {
        value: candidate.clone(),
        address: candidate.clone(),
        hint: lang.t("chưa ai dùng"),
        is_chosen: chosen == candidate,
    }));
    let is_other = !chosen.is_empty() && !options.iter().any(|option| option.is_chosen);
    if named.clashes.is_empty() && !proposal.agree && !is_other && named.fault.is_none() {
        options.clear();
    }
    let steps = proposal.why.iter().filter(|step| {
        // How a name is written without marks is no news; what is done about a clash is.
        !named.clashes.is_empty() || proposal.agree || step.source.is_none()
    });
    let steps = steps.map(|step| Told {
        text: step.what.clone(),
        cited: match (&step.source, profile) {
            (Some(source), Some(profile)) => words::by(profile, source),
            _ => Cited::none(),
        },
    });
    Naming {
        address: named.local_part.clone().unwrap_or_default(),
        clashes: named
            .clashes
            .iter()
            .map(|clash| {
                let whose = match (clash.line, clash.name.as_str(), clash.place.as_str()) {
                    (Some(line), _, _) => {
                        format!("{} {line}: {}", lang.t("dành cho dòng"), clash.name)
                    }
                    (None, "", _) => lang.t("dành cho hệ thống hoặc nhóm thư").to_owned(),
                    (None, name, place) if clash.retired => {
                        format!(
                            "{}: {name}, {place}",
                            lang.t("đã ngừng dùng, không cấp lại")
                        )
                    }
                    (None, name, place) => {
                        format!("{}: {name}, {place}", lang.t("đã có người dùng"))
                    }
                };
                format!("{} {whose}", clash.local_part)
            })
            .collect(),
        steps: steps.collect(),
        options,
        other: if is_other {
            chosen.to_owned()
        } else {
            String::new()
        },
        is_other,
    }
}

/// What the regulation's form prints of a person and the list does not tell.
fn lacks(
    (profile, rule): (&'static Profile, &'static RequestRule),
    one: &Weighed,
    lang: Lang,
) -> Option<Told> {
    let Some(Ask::Issue(issue)) = &one.ask else {
        return None;
    };
    let Holder::Person(person) = &issue.holder else {
        return None;
    };
    let form = profile.form(rule.form()?)?;
    let table = form.tables().iter().find(|table| table.id == "persons")?;
    let missing = table.columns.iter().filter(|column| {
        let value = match column.id.as_str() {
            "title" => &person.title,
            "telephone" => &person.phone,
            _ => return false,
        };
        column.required && value.trim().is_empty()
    });
    let missing: Vec<&str> = missing.map(|column| column.label.as_str()).collect();
    if missing.is_empty() {
        return None;
    }
    Some(Told {
        text: format!("{} {}.", lang.t("Biểu mẫu còn thiếu:"), missing.join(", ")),
        cited: form.clause().map_or_else(Cited::none, |clause| {
            Cited::of(profile, &clause.to_string())
        }),
    })
}

fn became(one: &Weighed, lang: Lang) -> String {
    let outcome: Value = serde_json::from_str(&one.line.outcome).unwrap_or_default();
    match one.line.state.as_str() {
        "granted" => lang.t("Đã chấp thuận, đang thực hiện").to_owned(),
        "refused" => format!("{}: {}", lang.t("Từ chối"), one.line.reason),
        "failed" => format!("{}: {}", lang.t("Chưa thực hiện được"), one.line.reason),
        "done" => match outcome["address"].as_str() {
            Some(address) => format!("{}: {address}", lang.t("Đã thực hiện")),
            None => lang.t("Đã thực hiện").to_owned(),
        },
        _ => String::new(),
    }
}

fn place_name(tx: &mut Tx<'_>, id: i64) -> Result<String, Oops> {
    let place = organisation::get(tx, OrganisationId(id))?;
    Ok(place.map_or_else(String::new, |place| place.name))
}

pub(super) fn names(person: &Person) -> String {
    let parts = [&person.family, &person.middle, &person.given];
    let parts: Vec<&str> = parts.iter().map(|part| part.trim()).collect();
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    parts.join(" ")
}

fn joined(one: &str, other: &str) -> String {
    match (one.trim(), other.trim()) {
        ("", other) => other.to_owned(),
        (one, "") => one.to_owned(),
        (one, other) => format!("{one} · {other}"),
    }
}
