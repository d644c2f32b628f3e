//! `/quan-ly/thu-di-dau`: where a message went: by who wrote it, who was to get it, when, or its Message-ID, to each step it took.
//! Subjects and texts are not in the log: whoever looks here reads no mail (BS.III.9).

use std::collections::HashMap;

use askama::Template;
use axum::Router;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use axum::routing::get;
use congvu_governance::logs::Log;
use congvu_store::held;
use congvu_store::mail_log::{self, Filter, Logged};
use congvu_store::queue::{self, ListedRecipient};
use congvu_store::{HeldId, QueueId, StoreResult, Tx};

use super::asked::{Asked, is_address};
use super::logs::noted;
use super::said::{self, Said, Tone};
use super::whole_system;
use crate::console::chart::number;
use crate::console::officer::Officer;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, full, html};

const HERE: &str = "/quan-ly/thu-di-dau";
const FIELDS: &[&str] = &["ma", "tu", "den", "tu-ngay", "den-ngay"];
/// Lines of the log on a page of what was found.
const PAGE: usize = 60;
/// Lines looked at for a page, whether they fit or not.
const LOOK: i64 = 20_000;
/// Messages with one Message-ID.
const NAMED: i64 = 20;
/// Recipients of a message that a list tells.
const TOLD: usize = 4;
/// Lines of one message on a page.
const STEPS: i64 = 400;
/// Queued messages of one trace that are looked at.
const QUEUED: i64 = 20;

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(HERE, get(page))
        .route("/quan-ly/thu-di-dau/{trace}", get(one))
}

#[derive(Template)]
#[template(path = "console/watch/trace.html")]
struct TracePage {
    frame: Frame,
    shell: Shell,
    asked: Asked,
    /// Something was asked for.
    is_asked: bool,
    found: Vec<Found>,
    next: Option<String>,
    /// How far back the log was read.
    reached: String,
}

/// A message that was found.
struct Found {
    trace: String,
    when: String,
    sender: String,
    way: String,
    told: Vec<(String, Said)>,
    more: usize,
}

async fn page(State(site): State<Site>, officer: Officer, RawQuery(query): RawQuery) -> Page {
    let asked = Asked::read(query.as_deref());
    if let Some(text) = asked.some("q") {
        return asked_above(&site, officer, text).await;
    }
    let is_search = asked.has(FIELDS) && asked.after().is_none();
    let (actor, words) = (officer.actor(), asked.at("", FIELDS));
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let lang = officer.lang();
            let (frame, shell) = shell::read(tx, &officer, lang.t("Thư đi đâu?"), Here::Trace)?;
            let (lines, next) = find(tx, &asked)?;
            let reached = next.map_or_else(String::new, |(at, _)| full(at, lang));
            Ok::<_, Oops>(TracePage {
                frame,
                shell,
                is_asked: asked.has(FIELDS),
                found: grouped(lines, lang),
                next: next.map(|next| asked.next(HERE, FIELDS, next)),
                reached,
                asked,
            })
        })
        .await?;
    if is_search {
        noted(&site, actor, Log::Mail, (words, false)).await?;
    }
    // The name of one message leads to it.
    if let [only] = page.found.as_slice()
        && page.asked.some("ma").is_some()
        && !only.trace.is_empty()
    {
        return Ok(Redirect::to(&format!("{HERE}/{}", only.trace)).into_response());
    }
    Ok(html(&page))
}

/// What the search above every page asks for: a Message-ID, else who got mail, else who wrote.
async fn asked_above(site: &Site, officer: Officer, text: String) -> Page {
    let sought = text.clone();
    let field = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            if !by_name(tx, &sought)?.is_empty() {
                return Ok("ma");
            }
            let (recipient, recipient_is) = party(Some(sought.clone()));
            let got = Filter {
                recipient,
                recipient_is,
                ..Filter::default()
            };
            let found = mail_log::search(tx, &got, None, 1, LOOK)?;
            Ok::<_, Oops>(match found.lines.is_empty() {
                true => "tu",
                false => "den",
            })
        })
        .await?;
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair(field, &text);
    Ok(Redirect::to(&format!("{HERE}?{}", query.finish())).into_response())
}

type Lines = (Vec<Logged>, Option<(i64, i64)>);

fn find(tx: &mut Tx<'_>, asked: &Asked) -> StoreResult<Lines> {
    if let Some(name) = asked.some("ma") {
        return by_name(tx, &name).map(|lines| (lines, None));
    }
    if !asked.has(FIELDS) {
        return Ok((Vec::new(), None));
    }
    let mut filter = Filter {
        from: asked.from_day("tu-ngay"),
        until: asked.to_day("den-ngay"),
        ..Filter::default()
    };
    (filter.sender, filter.sender_is) = party(asked.some("tu"));
    (filter.recipient, filter.recipient_is) = party(asked.some("den"));
    let found = mail_log::search(tx, &filter, asked.after(), PAGE, LOOK)?;
    Ok((found.lines, found.next))
}

/// Part of an address, or all of it; `<>` is the null sender.
pub(super) fn party(text: Option<String>) -> (Option<String>, Option<String>) {
    match text {
        Some(text) if text == "<>" => (None, Some(String::new())),
        Some(text) if is_address(&text) => (None, Some(text)),
        part => (part, None),
    }
}

/// The lines of what has this Message-ID, or this trace id.
fn by_name(tx: &mut Tx<'_>, name: &str) -> StoreResult<Vec<Logged>> {
    let traces = match name.contains('@') || name.starts_with('<') {
        true => {
            let name = format!("<{}>", name.trim_matches(['<', '>']));
            mail_log::named(tx, &name, NAMED)?
        }
        false => vec![name.to_owned()],
    };
    let mut all = Vec::new();
    for trace in traces {
        let mut lines = mail_log::of_trace(tx, &trace, 0, STEPS)?;
        lines.reverse();
        all.extend(lines);
    }
    Ok(all)
}

/// Each message once, with what its log says last of its recipients. Lines come newest first.
fn grouped(lines: Vec<Logged>, lang: Lang) -> Vec<Found> {
    let mut found: Vec<Found> = Vec::new();
    for line in lines {
        let known = found
            .iter()
            .position(|one| !line.trace.is_empty() && one.trace == line.trace);
        let at = known.unwrap_or_else(|| {
            found.push(Found {
                trace: line.trace.clone(),
                when: full(line.at, lang),
                sender: line.sender.clone(),
                way: said::way(&line.direction, lang).to_owned(),
                told: Vec::new(),
                more: 0,
            });
            found.len() - 1
        });
        let Some(one) = found.get_mut(at) else {
            continue;
        };
        if one.told.iter().any(|(to, _)| *to == line.recipient) {
            continue;
        }
        if one.told.len() < TOLD {
            one.told
                .push((line.recipient.clone(), said::of(&line, lang)));
        } else {
            one.more += 1;
        }
    }
    found
}

#[derive(Template)]
#[template(path = "console/watch/way.html")]
struct WayPage {
    frame: Frame,
    shell: Shell,
    trace: String,
    sender: String,
    client_ip: String,
    size: String,
    way: String,
    /// Its Message-ID; empty where it is not known.
    name: String,
    /// It is held, or was.
    held: Option<HeldId>,
    people: Vec<Person>,
    next: Option<String>,
}

/// What became of it for one recipient, the newest first.
struct Person {
    address: String,
    now: Said,
    /// What is to come.
    coming: String,
    queued: Option<QueueId>,
    steps: Vec<(String, Said)>,
}

async fn one(
    State(site): State<Site>,
    officer: Officer,
    Path(trace): Path<String>,
    RawQuery(query): RawQuery,
) -> Page {
    let after = Asked::read(query.as_deref())
        .number("sau")
        .unwrap_or_default();
    let (actor, words) = (officer.actor(), format!("?ma={trace}"));
    let page = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let lang = officer.lang();
            let (frame, shell) =
                shell::read(tx, &officer, lang.t("Đường đi của một thư"), Here::Trace)?;
            let lines = mail_log::of_trace(tx, &trace, after, STEPS + 1)?;
            let Some(first) = lines.first().cloned() else {
                return Err(Oops::missing(
                    "Nhật ký không có thư nào mang mã này. Có thể mã đã gõ sai, hoặc thư đã quá thời hạn lưu nhật ký.",
                ));
            };
            let shown = usize::try_from(STEPS).unwrap_or(usize::MAX);
            let last = lines.get(shown.saturating_sub(1)).map(|line| line.id);
            let next = last
                .filter(|_| lines.len() > shown)
                .map(|last| format!("{HERE}/{trace}?sau={last}"));
            let waiting = waiting(tx, &trace)?;
            let people = people(lines.into_iter().take(shown), &waiting, lang);
            Ok(WayPage {
                frame,
                shell,
                sender: first.sender,
                client_ip: first.client_ip,
                size: number(first.size),
                way: said::way(&first.direction, lang).to_owned(),
                name: mail_log::name_of(tx, &trace)?.unwrap_or_default(),
                held: held::of_trace(tx, &trace)?,
                people,
                next,
                trace,
            })
        })
        .await?;
    if after == 0 {
        noted(&site, actor, Log::Mail, (words, false)).await?;
    }
    Ok(html(&page))
}

type Waiting = HashMap<String, (QueueId, ListedRecipient)>;

/// Recipients that are in the queue, by their addresses in lower case.
fn waiting(tx: &mut Tx<'_>, trace: &str) -> StoreResult<Waiting> {
    let now = tx.now();
    let mut waiting = HashMap::new();
    for id in queue::of_trace(tx, trace, QUEUED)? {
        let Some(listed) = queue::show(tx, id, now)? else {
            continue;
        };
        for recipient in listed.recipients {
            waiting.insert(recipient.address.to_lowercase(), (id, recipient));
        }
    }
    Ok(waiting)
}

fn people(lines: impl Iterator<Item = Logged>, waiting: &Waiting, lang: Lang) -> Vec<Person> {
    let mut people: Vec<Person> = Vec::new();
    let mut places: HashMap<String, usize> = HashMap::new();
    for line in lines {
        let said = said::of(&line, lang);
        let step = (full(line.at, lang), said.clone());
        let key = line.recipient.to_lowercase();
        let at = *places.entry(key.clone()).or_insert_with(|| {
            let queued = waiting.get(&key);
            people.push(Person {
                address: line.recipient.clone(),
                now: said.clone(),
                coming: queued.map_or_else(String::new, |(_, to)| coming(to, lang)),
                queued: queued.map(|(id, _)| *id),
                steps: Vec::new(),
            });
            people.len() - 1
        });
        if let Some(person) = people.get_mut(at) {
            person.now = said;
            person.steps.insert(0, step);
        }
    }
    // What went wrong is what somebody looks for.
    people.sort_by_key(|person| match person.now.tone {
        Tone::Bad => 0,
        Tone::Waits => 1,
        Tone::Good => 2,
    });
    people
}

/// What is to come for a recipient that is in the queue.
pub(super) fn coming(to: &ListedRecipient, lang: Lang) -> String {
    if to.busy {
        lang.t("Đang gửi ngay lúc này.").to_owned()
    } else if to.sealed {
        lang.t("Bị niêm phong theo một hồ sơ gỡ bỏ thư; chỉ hồ sơ đó cho đi tiếp.")
            .to_owned()
    } else if to.held {
        lang.t("Đang giữ trong hàng đợi đến khi có người cho gửi tiếp.")
            .to_owned()
    } else if to.next_at == 0 {
        lang.t("Gửi ngay khi đến lượt.").to_owned()
    } else {
        lang.t("Thử gửi lại lúc %.")
            .replace('%', &full(to.next_at, lang))
    }
}
