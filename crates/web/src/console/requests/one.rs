//! `/quan-ly/de-nghi/{id}`: a request with its document, its clock and its lines.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use congvu_governance::request::{Decision, Weighed, is_with_who_decides, weigh};
use congvu_governance::{Law, Role, rights, today};
use congvu_regulation::Date;
use congvu_regulation::requests::RequestKind;
use congvu_store::request::{self, Request};
use congvu_store::{PersonId, RequestId, Tx, organisation, person};

use super::row::{Row, Rule, names, row};
use super::{handed, words};
use crate::console::chart::number;
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, hour, html, named_day};

/// Lines on a page.
const PAGE: usize = 100;

#[derive(Template)]
#[template(path = "console/requests/one.html")]
pub(super) struct OnePage {
    frame: Frame,
    shell: Shell,
    href: String,
    head: Head,
    /// What was done just now.
    note: &'static str,
    /// Why what was sent was not done.
    fault: Vec<String>,
    /// Which lines are shown.
    only: &'static str,
    views: Vec<View>,
    after: u32,
    pages: Vec<View>,
    rows: Vec<Row>,
    /// What stands behind the @ of new addresses.
    domain: String,
    is_issue: bool,
    decides: bool,
    forwards: bool,
    withdraws: bool,
    /// One-time passwords that wait to be handed over.
    passwords: bool,
    sums: Sums,
    working: Option<Working>,
}

/// What stands above the lines.
struct Head {
    document: String,
    crumb: String,
    agency: String,
    people: String,
    asked_by: String,
    received: String,
    way: &'static str,
    way_cited: Cited,
    reason: String,
    kind_cited: Cited,
    /// What the form is called; empty where the regulation prints none.
    form: String,
    files: Vec<(i64, String)>,
    /// Who has it in hand, one after another, where there are more than two.
    steps: Vec<(String, bool)>,
    clock: Option<Clock>,
    due_cited: Cited,
    state: &'static str,
    is_open: bool,
    ended: String,
}

struct View {
    title: String,
    href: String,
    is_here: bool,
}

/// How many lines are to become what.
#[derive(Default)]
pub(super) struct Sums {
    pub(super) grants: usize,
    pub(super) refusals: usize,
    pub(super) undecided: usize,
    pub(super) doubtful: usize,
    pub(super) waiting: usize,
    pub(super) done: usize,
    pub(super) refused: usize,
    pub(super) all: usize,
}

impl Sums {
    pub(super) fn of(weighed: &[Weighed]) -> Self {
        let mut sums = Self {
            all: weighed.len(),
            ..Self::default()
        };
        for one in weighed {
            match one.line.state.as_str() {
                "done" => sums.done += 1,
                "refused" => sums.refused += 1,
                _ => {}
            }
            if !one.waits() {
                continue;
            }
            sums.waiting += 1;
            sums.doubtful += usize::from(one.is_doubtful());
            match &one.noted {
                Some(Decision::Grant { .. }) if one.is_ready() => {
                    sums.grants += 1;
                }
                Some(Decision::Refuse(_)) if one.is_ready() => {
                    sums.refusals += 1;
                }
                _ => sums.undecided += 1,
            }
        }
        sums
    }
}

/// How far the carrying out is.
pub(super) struct Working {
    pub(super) done: u32,
    pub(super) all: u32,
    pub(super) words: String,
}

impl Working {
    /// Nothing where nothing is being carried out.
    pub(super) fn of(
        tx: &mut Tx<'_>,
        id: RequestId,
        lang: Lang,
    ) -> Result<(Option<Self>, u32), Oops> {
        let tally = request::tally(tx, id)?;
        let count = |state: &str| {
            let found = tally.iter().find(|(known, _)| known == state);
            found.map_or(0, |(_, count)| *count)
        };
        let (left, done) = (count("granted"), count("done") + count("failed"));
        let all = left + done;
        let working = (left > 0).then(|| Self {
            done,
            all,
            words: format!(
                "{}: {} {} {}",
                lang.t("Đang thực hiện"),
                number(u64::from(done)),
                lang.t("trên"),
                number(u64::from(all))
            ),
        });
        Ok((working, left))
    }
}

/// Which lines are shown, and what is told above them.
#[derive(Clone, Debug, Default)]
pub(super) struct Asked {
    pub(super) only: &'static str,
    pub(super) after: u32,
    pub(super) note: String,
    pub(super) fault: Vec<String>,
}

impl Asked {
    pub(super) fn of(fields: &Fields) -> Self {
        let only = ["vuong", "cho"]
            .into_iter()
            .find(|only| *only == fields.get("loc"));
        Self {
            only: only.unwrap_or_default(),
            after: fields.get("sau").parse().unwrap_or_default(),
            note: fields.get("xong").to_owned(),
            fault: Vec::new(),
        }
    }

    /// The same lines, with something told above them.
    pub(super) fn href(&self, id: RequestId, note: &str) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if !self.only.is_empty() {
            query.append_pair("loc", self.only);
        }
        if self.after > 0 {
            query.append_pair("sau", &self.after.to_string());
        }
        if !note.is_empty() {
            query.append_pair("xong", note);
        }
        match query.finish() {
            query if query.is_empty() => super::href(id),
            query => format!("{}?{query}", super::href(id)),
        }
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(query): RawQuery,
) -> Page {
    let asked = Asked::of(&Fields::parse(query.unwrap_or_default().as_bytes()));
    let id = super::number(&id, officer.lang())?;
    let law = site.law;
    let page = site
        .store
        .read(move |tx| read(tx, law, &officer, id, &asked))
        .await?;
    Ok(html(&page))
}

pub(super) fn read(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    id: RequestId,
    asked: &Asked,
) -> Result<OnePage, Oops> {
    let lang = officer.lang();
    let found = super::seen(tx, officer, id)?;
    let rule = words::rule(law, &found);
    let (actor, place) = (officer.actor(), found.organisation);
    let is_open = found.state == "open";
    let is_with_them = is_with_who_decides(law, &found);
    let may_decide = rights::has(tx, &actor, &[Role::Decide], place)?;
    let decides = is_open && is_with_them && may_decide;
    let weighed = weigh(tx, law, &found, decides)?;
    let sums = Sums::of(&weighed);
    let untouched = sums.waiting == sums.all && weighed.iter().all(|one| one.line.state == "open");
    let takes_back = rights::has(tx, &actor, &[Role::Ask, Role::Decide], place)?;
    let hands = rights::has(tx, &actor, &[Role::Decide, Role::Operate, Role::Ask], place)?;
    let passwords = hands && !handed::waiting(tx, &found, 0)?.0.is_empty();
    let title = format!(
        "{}: {}, {}",
        words::kind_named(&found.kind, lang),
        lines_named(found.lines, lang),
        found.organisation_name
    );
    let domain = weighed.iter().find_map(|one| one.named.as_ref());
    let domain = domain.map_or_else(String::new, |named| named.domain.clone());
    let pages = pages(&weighed, asked, id);
    let chosen: Vec<&Weighed> = weighed
        .iter()
        .filter(|one| shows(one, asked.only) && one.line.number > asked.after)
        .take(PAGE)
        .collect();
    let mut rows = Vec::with_capacity(chosen.len());
    for one in chosen {
        rows.push(row(tx, rule, one, lang)?);
    }
    let (frame, shell) = shell::read(tx, officer, &title, Here::Requests)?;
    Ok(OnePage {
        frame,
        shell,
        href: super::href(id),
        head: head(tx, law, rule, &found, lang)?,
        note: note(&asked.note, lang),
        fault: asked.fault.clone(),
        only: asked.only,
        views: views(&sums, asked, id, lang),
        after: asked.after,
        pages,
        rows,
        domain,
        is_issue: found.kind == RequestKind::Issue.id(),
        decides: decides && sums.waiting > 0,
        forwards: is_open && !is_with_them && rights::has(tx, &actor, &[Role::Forward], place)?,
        withdraws: is_open && untouched && takes_back,
        passwords,
        working: Working::of(tx, id, lang)?.0,
        sums,
    })
}

fn shows(one: &Weighed, only: &str) -> bool {
    match only {
        "vuong" => one.waits() && one.is_doubtful(),
        "cho" => one.waits() && !one.is_ready(),
        _ => true,
    }
}

pub(super) fn lines_named(lines: u32, lang: Lang) -> String {
    match lines {
        1 => lang.t("1 dòng").to_owned(),
        lines => format!("{} {}", number(u64::from(lines)), lang.t("dòng")),
    }
}

fn views(sums: &Sums, asked: &Asked, id: RequestId, lang: Lang) -> Vec<View> {
    if sums.waiting == 0 {
        return Vec::new();
    }
    let all = [
        ("", lang.t("Mọi dòng"), sums.all),
        ("vuong", lang.t("Cần xem kỹ"), sums.doubtful),
        ("cho", lang.t("Chưa quyết định"), sums.undecided),
    ];
    all.into_iter()
        .map(|(only, title, count)| View {
            title: format!("{title} ({count})"),
            href: Asked {
                only,
                ..Asked::default()
            }
            .href(id, ""),
            is_here: asked.only == only,
        })
        .collect()
}

/// Each page of the lines that are shown, by its first and last.
fn pages(weighed: &[Weighed], asked: &Asked, id: RequestId) -> Vec<View> {
    let numbers: Vec<u32> = weighed
        .iter()
        .filter(|one| shows(one, asked.only))
        .map(|one| one.line.number)
        .collect();
    if numbers.len() <= PAGE {
        return Vec::new();
    }
    let mut pages = Vec::new();
    let mut after = 0;
    for chunk in numbers.chunks(PAGE) {
        let (Some(first), Some(last)) = (chunk.first(), chunk.last()) else {
            continue;
        };
        pages.push(View {
            title: format!("{first}–{last}"),
            href: Asked {
                only: asked.only,
                after,
                ..Asked::default()
            }
            .href(id, ""),
            is_here: asked.after >= after && asked.after < *last,
        });
        after = *last;
    }
    pages
}

fn note(code: &str, lang: Lang) -> &'static str {
    match code {
        "mo" => lang.t("Đã mở đề nghị. Cơ quan nhận giấy báo kèm số theo dõi và hạn giải quyết."),
        "luu" => lang.t("Đã lưu ý kiến của trang này. Chưa dòng nào được quyết định cho đến khi bạn bấm quyết định."),
        "quyet-dinh" => lang.t("Đã quyết định. Dòng được chấp thuận đang được thực hiện; cơ quan nhận thông báo khi xong."),
        "chuyen" => lang.t("Đã chuyển đề nghị đến nơi giải quyết."),
        "rut" => lang.t("Đã rút đề nghị."),
        _ => "",
    }
}

fn head(tx: &mut Tx<'_>, law: Law, rule: Rule, found: &Request, lang: Lang) -> Result<Head, Oops> {
    let place = organisation::get(tx, found.organisation)?;
    let (head, contact) = place.map_or((None, None), |place| (place.head, place.contact));
    let mut people = Vec::new();
    for (label, id) in [(lang.t("thủ trưởng"), head), (lang.t("đầu mối"), contact)] {
        if let Some(name) = spoken(tx, id)? {
            people.push(format!("{label} {name}"));
        }
    }
    let way = congvu_governance::request::way_of(&found.way);
    let channel = rule.zip(way).and_then(|((_, rule), way)| {
        let mut channels = rule.channels().iter();
        channels.find(|channel| channel.value.way == way)
    });
    let form = rule.and_then(|(profile, rule)| profile.form(rule.form()?));
    let today = today(tx);
    let is_open = found.state == "open";
    let from = Date::from_epoch_day(found.clock_day);
    let due = found.due_day.map(Date::from_epoch_day);
    let steps = rule.map_or(&[][..], |(_, rule)| rule.steps());
    let steps = if steps.len() > 2 { steps } else { &[] };
    let files = request::files(tx, found.id)?;
    Ok(Head {
        document: words::document(found, lang),
        crumb: words::crumb(found, lang),
        agency: found.organisation_name.clone(),
        people: people.join("; "),
        asked_by: found.asked_by.clone(),
        received: format!(
            "{} {}",
            named_day(found.received_at, lang),
            hour(found.received_at)
        ),
        way: way.map_or("", |way| words::way(way, lang)),
        way_cited: rule
            .zip(channel)
            .map_or_else(Cited::none, |((profile, _), channel)| {
                words::by(profile, &channel.source)
            }),
        reason: found.reason.clone(),
        kind_cited: rule.map_or_else(Cited::none, |(profile, rule)| {
            words::by(profile, &rule.kind().source)
        }),
        form: form.map_or_else(String::new, |form| form.name().to_owned()),
        files: files.into_iter().map(|file| (file.id, file.name)).collect(),
        steps: (0..)
            .zip(steps)
            .map(|(at, step): (u32, _)| (step.value.clone(), is_open && at == found.step))
            .collect(),
        clock: due
            .filter(|_| is_open)
            .map(|due| Clock::of(law, (from, due), today, lang)),
        due_cited: rule.map_or_else(Cited::none, |(profile, _)| {
            Cited::of(profile, &found.due_clause)
        }),
        state: words::state(&found.state, lang),
        is_open,
        ended: found
            .closed_at
            .map_or_else(String::new, |at| named_day(at, lang)),
    })
}

fn spoken(tx: &mut Tx<'_>, id: Option<PersonId>) -> Result<Option<String>, Oops> {
    let Some(id) = id else { return Ok(None) };
    Ok(person::get(tx, id)?.map(|person| names(&person)))
}
