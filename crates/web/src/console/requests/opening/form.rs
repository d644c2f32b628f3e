//! The pages on which a request is opened: for whom, for what, and the form with what was filled in.

use askama::Template;
use congvu_governance::{Law, identity, today};
use congvu_regulation::requests::{RequestRule, Way};
use congvu_regulation::{Date, Profile};
use congvu_store::organisation::Organisation;
use congvu_store::{OrganisationId, Tx};

use super::cells::{Cell, cells};
use super::check::Faults;
use super::draft::Draft;
use crate::console::cited::Cited;
use crate::console::officer::Officer;
use crate::console::requests::list::{Choice, places};
use crate::console::requests::row::Row;
use crate::console::requests::{OPENS, words};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops};

/// So many faults are told; who mends them sees the rest.
const TOLD: usize = 200;

#[derive(Template)]
#[template(path = "console/requests/place.html")]
pub(super) struct PlacePage {
    frame: Frame,
    shell: Shell,
    places: Vec<Choice>,
}

#[derive(Template)]
#[template(path = "console/requests/kind.html")]
pub(super) struct KindPage {
    frame: Frame,
    shell: Shell,
    agency: String,
    /// Another agency may be chosen.
    others: bool,
    kinds: Vec<Kind>,
}

struct Kind {
    href: String,
    title: &'static str,
    form: String,
    /// In what time it is answered.
    term: String,
    cited: Cited,
}

#[derive(Template)]
#[template(path = "console/requests/fill.html")]
pub(super) struct FillPage {
    frame: Frame,
    shell: Shell,
    kind: &'static str,
    kind_title: &'static str,
    kind_cited: Cited,
    place: OrganisationId,
    agency: String,
    draft: Draft,
    ways: Vec<WayOffered>,
    rows: Vec<Line>,
    may_add: bool,
    faults: Vec<Told>,
    more_faults: usize,
    shown: Shown,
    number_fault: Option<Told>,
    day_fault: Option<Told>,
    way_fault: Option<Told>,
    reason_fault: Option<Told>,
    list_fault: Option<Told>,
    list_rows: usize,
    form: String,
    is_issue: bool,
    doubtful: usize,
    due: String,
    due_cited: Cited,
}

/// What is wrong, where, and by which clause.
struct Told {
    at: String,
    text: String,
    cited: Cited,
}

/// A line to type.
struct Line {
    number: u32,
    cells: Vec<Cell>,
    faults: Vec<Told>,
}

struct WayOffered {
    value: &'static str,
    title: String,
    cited: Cited,
    is_chosen: bool,
}

/// What is shown besides the form.
#[derive(Default)]
pub(super) struct Shown {
    pub(super) faults: Faults,
    /// What each line would come to; none before it was looked at.
    pub(super) preview: Vec<Row>,
    pub(super) domain: String,
    pub(super) digest: String,
    /// It was to be sent, and is not what was looked at before.
    pub(super) changed: bool,
}

/// The one place for which an officer opens requests, where there is but one.
pub(super) fn only_place(
    tx: &mut Tx<'_>,
    officer: &Officer,
) -> Result<Option<OrganisationId>, Oops> {
    let all = places(tx, officer, &OPENS, None)?;
    Ok(match &all[..] {
        [one] => one.value.parse().ok().map(OrganisationId),
        _ => None,
    })
}

pub(super) fn choose_place(tx: &mut Tx<'_>, officer: &Officer) -> Result<PlacePage, Oops> {
    let title = officer.lang().t("Lập đề nghị");
    let (frame, shell) = shell::read(tx, officer, title, Here::Requests)?;
    Ok(PlacePage {
        frame,
        shell,
        places: places(tx, officer, &OPENS, None)?,
    })
}

pub(super) fn choose_kind(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (place, profile): (&Organisation, &'static Profile),
    others: bool,
) -> Result<KindPage, Oops> {
    let lang = officer.lang();
    let (frame, shell) = shell::read(tx, officer, lang.t("Lập đề nghị"), Here::Requests)?;
    let today = today(tx);
    let kinds = profile.requests().iter().map(|rule| {
        let kind = rule.kind().value;
        let form = rule.form().and_then(|form| profile.form(form));
        Kind {
            href: format!(
                "/quan-ly/de-nghi/lap?co-quan={}&viec={}",
                place.id,
                kind.id()
            ),
            title: words::kind(kind, lang),
            form: form.map_or_else(String::new, |form| form.name().to_owned()),
            term: due(law, rule, today, lang),
            cited: words::by(profile, &rule.kind().source),
        }
    });
    Ok(KindPage {
        frame,
        shell,
        agency: place.name.clone(),
        others,
        kinds: kinds.collect(),
    })
}

/// By when it is answered if it is sent today.
fn due(law: Law, rule: &RequestRule, today: Date, lang: Lang) -> String {
    rule.due(today, law.calendar())
        .map_or_else(String::new, |due| {
            format!(
                "{} {} {}",
                lang.t("Gửi hôm nay, hạn giải quyết"),
                due.value.weekday(),
                due.value.vietnamese()
            )
        })
}

pub(super) fn fill(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (place, profile): (&Organisation, &'static Profile),
    draft: &Draft,
    shown: Shown,
) -> Result<FillPage, Oops> {
    let lang = officer.lang();
    let rule = profile
        .request(draft.kind)
        .ok_or_else(|| Oops::missing(lang.t("Quy chế ở đây không có việc này.")))?;
    let kind_title = words::kind(draft.kind, lang);
    let title = format!("{}: {kind_title}", lang.t("Lập đề nghị"));
    let (frame, shell) = shell::read(tx, officer, &title, Here::Requests)?;
    let told = |at: String, text: &str| {
        let (text, cited) = words::split(Some(profile), text);
        Told { at, text, cited }
    };
    let head = |field: &str| {
        let mut faults = shown.faults.head.iter();
        let fault = faults.find(|(known, _)| *known == field)?;
        Some(told(String::new(), &fault.1))
    };
    let is_typed = draft.sent.is_none();
    let knows_accounts = identity::is_known_to(profile);
    let rows = draft.rows.iter().map(|row| {
        let faults = shown.faults.lines.iter();
        let own = faults.filter(|fault| is_typed && fault.row == row.number);
        Line {
            number: row.number,
            cells: cells(draft.kind, knows_accounts, row, lang),
            faults: own
                .map(|fault| told(fault.column.to_owned(), &fault.what))
                .collect(),
        }
    });
    let faults = shown.faults.lines.iter().take(TOLD).map(|fault| {
        let at = match (fault.row, fault.column) {
            (0, _) => String::new(),
            (row, "") => format!("{} {row}", lang.t("Dòng")),
            (row, column) => format!("{} {row}, {} “{column}”", lang.t("Dòng"), lang.t("cột")),
        };
        told(at, &fault.what)
    });
    let today = today(tx);
    let form = rule.form().and_then(|form| profile.form(form));
    Ok(FillPage {
        kind: draft.kind.id(),
        kind_title,
        kind_cited: words::by(profile, &rule.kind().source),
        place: place.id,
        agency: place.name.clone(),
        ways: ways(profile, rule, draft, lang),
        rows: rows.collect(),
        may_add: draft.may_add(),
        faults: faults.collect(),
        more_faults: shown.faults.lines.len().saturating_sub(TOLD),
        number_fault: head("so"),
        day_fault: head("ngay"),
        way_fault: head("hinh-thuc"),
        reason_fault: head("ly-do"),
        list_fault: head("tep"),
        list_rows: draft.sent.as_ref().map_or(0, |sent| sent.list.rows.len()),
        form: form.map_or_else(String::new, |form| form.name().to_owned()),
        is_issue: draft.kind == congvu_regulation::requests::RequestKind::Issue,
        doubtful: shown
            .preview
            .iter()
            .filter(|row| row.is_warn || row.is_bad)
            .count(),
        due: due(law, rule, today, lang),
        due_cited: rule
            .deadline()
            .map_or_else(Cited::none, |deadline| words::by(profile, &deadline.source)),
        draft: draft.clone(),
        frame,
        shell,
        shown,
    })
}

/// The ways that are open, each with its clause. Who acts for themselves alone has pages of their own.
fn ways(
    profile: &'static Profile,
    rule: &RequestRule,
    draft: &Draft,
    lang: Lang,
) -> Vec<WayOffered> {
    let mut ways: Vec<WayOffered> = Vec::new();
    for channel in rule.channels() {
        let way = channel.value.way;
        let value = congvu_governance::request::way_name(way);
        if way == Way::SelfService || ways.iter().any(|known| known.value == value) {
            continue;
        }
        let to = channel.value.to.as_ref();
        let title = words::way(way, lang);
        ways.push(WayOffered {
            value,
            title: to.map_or_else(|| title.to_owned(), |to| format!("{title} ({to})")),
            cited: words::by(profile, &channel.source),
            is_chosen: draft.way == value,
        });
    }
    if draft.way.is_empty()
        && let Some(first) = ways.first_mut()
    {
        first.is_chosen = true;
    }
    ways
}
