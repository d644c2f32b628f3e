//! What needs doing, by what it is about.

use std::collections::BTreeMap;

use congvu_governance::request::kind_of;
use congvu_governance::{Law, Role, report, rights};
use congvu_regulation::{Date, MailboxKind, Moment};
use congvu_store::request::Request;
use congvu_store::{
    OrganisationId, Tx, incident, joint_order, mailbox, organisation, place, proposal, request,
    stop,
};

use crate::console::chart::number;
use crate::console::cited::Cited;
use crate::console::clock::Clock;
use crate::console::officer::Officer;
use crate::console::start::START;
use crate::site::{Lang, Oops, full};

/// More than this is not read of a sort.
const READ: i64 = 200;
/// From so many percent of its quota on somebody is to be told that a mailbox is full.
const FULL: u8 = 95;

/// Something to do.
pub(super) struct Job {
    pub(super) title: String,
    pub(super) href: String,
    pub(super) about: String,
    pub(super) cited: Cited,
    pub(super) clock: Option<Clock>,
    /// What the link to it says.
    pub(super) act: &'static str,
    /// The last day.
    pub(super) due: Option<Date>,
}

/// What the jobs are read for.
pub(super) struct Asked<'a> {
    pub(super) law: Law,
    pub(super) officer: &'a Officer,
    pub(super) today: Date,
    pub(super) lang: Lang,
}

/// All that an officer has to do.
pub(super) fn read(tx: &mut Tx<'_>, asked: &Asked<'_>) -> Result<Vec<Job>, Oops> {
    let mut jobs = Vec::new();
    for top in asked.officer.places(&Role::ALL) {
        for request in request::open_below(tx, top, READ)? {
            jobs.push(of_request(asked, &request));
        }
    }
    for top in asked.officer.places(&[Role::Decide]) {
        proposals(tx, asked, top, &mut jobs)?;
        beginning(tx, asked, top, &mut jobs)?;
    }
    for top in asked
        .officer
        .places(&[Role::Decide, Role::Operate, Role::Ask])
    {
        reports(tx, asked, top, &mut jobs)?;
    }
    for top in asked.officer.places(&[Role::Decide, Role::Operate]) {
        full_ones(tx, asked, top, &mut jobs)?;
    }
    if asked.officer.has(&[Role::Decide, Role::Operate]) {
        orders(tx, asked, &mut jobs)?;
        open_incidents(tx, asked, &mut jobs)?;
        stops(tx, asked, &mut jobs)?;
    }
    Ok(jobs)
}

fn of_request(asked: &Asked<'_>, request: &Request) -> Job {
    let lang = asked.lang;
    let due = request.due_day.map(Date::from_epoch_day);
    let received = Moment(request.received_at).date();
    let profile = asked.law.profile(&request.profile);
    let title = kind_of(&request.kind).map_or(request.kind.as_str(), |kind| kind.title());
    let mut about = request.organisation_name.clone();
    if !request.document.is_empty() {
        about.push_str(" · ");
        about.push_str(&request.document);
    }
    about.push_str(&format!(" · {} {}", lang.t("nhận"), received.vietnamese()));
    Job {
        title: format!(
            "{}: {} {}",
            first_upper(title),
            request.lines,
            lang.t("dòng")
        ),
        href: format!("/quan-ly/de-nghi/{}", request.id),
        about,
        cited: profile.map_or_else(Cited::none, |profile| {
            Cited::of(profile, &request.due_clause)
        }),
        clock: due.map(|due| Clock::of(asked.law, (received, due), asked.today, lang)),
        act: lang.t("Xem đề nghị"),
        due,
    }
}

/// Revocations and deletions that wait for a word, by act and clause.
fn proposals(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    top: OrganisationId,
    jobs: &mut Vec<Job>,
) -> Result<(), Oops> {
    let mut sorts: BTreeMap<(String, String), Vec<proposal::Proposal>> = BTreeMap::new();
    for found in proposal::open_below(tx, top, 0, READ)? {
        let sort = (found.act.clone(), found.clause.clone());
        sorts.entry(sort).or_default().push(found);
    }
    for ((act, clause), found) in sorts {
        let profile = asked.law.at(tx, found[0].organisation)?;
        let what = if act == "delete" {
            asked
                .lang
                .t("hộp thư đến lúc xóa vĩnh viễn, chờ bạn quyết định")
        } else {
            asked.lang.t("hộp thư đến lúc thu hồi, chờ bạn quyết định")
        };
        let due = found.iter().map(|found| found.due_at).min();
        let names: Vec<&str> = found
            .iter()
            .take(3)
            .map(|one| one.address.as_str())
            .collect();
        jobs.push(Job {
            title: format!("{} {what}", found.len()),
            href: "/quan-ly/hop-thu/cho-quyet-dinh".to_owned(),
            about: names.join(", "),
            cited: Cited::of(profile, &clause),
            clock: None,
            act: asked.lang.t("Quyết định"),
            due: due.map(|at| Moment(at).date()),
        });
    }
    Ok(())
}

/// Reports that places owe, by report and period.
fn reports(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    top: OrganisationId,
    jobs: &mut Vec<Job>,
) -> Result<(), Oops> {
    let mut sorts: BTreeMap<(Date, String, String), Vec<OrganisationId>> = BTreeMap::new();
    for owed in report::due(tx, asked.law, &asked.officer.actor(), top)? {
        let sort = (owed.due, owed.title, owed.period);
        sorts.entry(sort).or_default().push(owed.organisation);
    }
    for ((due, title, period), places) in sorts {
        jobs.push(Job {
            title: format!("{title}, {period}"),
            href: "/quan-ly/bao-cao".to_owned(),
            about: format!(
                "{} {}",
                number(u64::try_from(places.len()).unwrap_or(0)),
                asked.lang.t("cơ quan chưa nộp")
            ),
            cited: Cited::none(),
            clock: Some(Clock::of(
                asked.law,
                (asked.today.plus_days(-1), due),
                asked.today,
                asked.lang,
            )),
            act: asked.lang.t("Xem báo cáo"),
            due: Some(due),
        });
    }
    Ok(())
}

/// Mailboxes that are nearly full.
fn full_ones(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    top: OrganisationId,
    jobs: &mut Vec<Job>,
) -> Result<(), Oops> {
    let full = mailbox::full_below(tx, top, FULL, READ)?;
    let Some(first) = full.first() else {
        return Ok(());
    };
    let profile = asked.law.at(tx, first.organisation)?;
    let cited = Cited::from(profile, &profile.quota(MailboxKind::Unit).source);
    let names: Vec<String> = full
        .iter()
        .take(3)
        .map(|one| format!("{} ({} %)", one.name, one.percent))
        .collect();
    jobs.push(Job {
        title: format!(
            "{} {}",
            full.len(),
            asked.lang.t("hộp thư đã dùng trên 95 %")
        ),
        href: "/quan-ly/hop-thu?day=95".to_owned(),
        about: names.join(", "),
        cited,
        clock: None,
        act: asked.lang.t("Xem dung lượng"),
        due: Some(asked.today.plus_days(1)),
    });
    Ok(())
}

/// What one person ordered and another is to confirm.
fn orders(tx: &mut Tx<'_>, asked: &Asked<'_>, jobs: &mut Vec<Job>) -> Result<(), Oops> {
    let actor = asked.officer.actor();
    for order in joint_order::waiting(tx, READ)? {
        if !rights::has(
            tx,
            &actor,
            &[Role::Decide, Role::Operate],
            order.organisation,
        )? {
            continue;
        }
        let (title, href) = if order.kind == "access" {
            (
                asked.lang.t("Lệnh mở hộp thư chờ người thứ hai"),
                "/quan-ly/mo-hop-thu",
            )
        } else {
            (
                asked.lang.t("Lệnh gỡ bỏ thư chờ người thứ hai"),
                "/quan-ly/go-bo",
            )
        };
        jobs.push(Job {
            title: title.to_owned(),
            href: href.to_owned(),
            about: format!("{} · {}", order.document, order.reason),
            cited: Cited::none(),
            clock: None,
            act: asked.lang.t("Xem lệnh"),
            due: Some(Moment(order.lapses_at).date()),
        });
    }
    Ok(())
}

fn open_incidents(tx: &mut Tx<'_>, asked: &Asked<'_>, jobs: &mut Vec<Job>) -> Result<(), Oops> {
    let open = incident::open(tx, READ)?;
    if open > 0 {
        jobs.push(Job {
            title: format!("{open} {}", asked.lang.t("sự cố chưa khép lại")),
            href: "/quan-ly/su-co".to_owned(),
            about: String::new(),
            cited: Cited::none(),
            clock: None,
            act: asked.lang.t("Xem sự cố"),
            due: Some(asked.today),
        });
    }
    Ok(())
}

/// A new system: nothing stands below its top yet.
fn beginning(
    tx: &mut Tx<'_>,
    asked: &Asked<'_>,
    top: OrganisationId,
    jobs: &mut Vec<Job>,
) -> Result<(), Oops> {
    let is_top = organisation::root(tx)?.is_some_and(|root| root.id == top);
    if is_top && place::holds(tx, top)?.children == 0 {
        jobs.push(Job {
            title: asked.lang.t("Dựng hệ thống").to_owned(),
            href: START.to_owned(),
            about: asked
                .lang
                .t("Chứng thư, DNS, cơ quan, người quản trị, hộp thư, thư đầu tiên: trang này dẫn qua từng bước.")
                .to_owned(),
            cited: Cited::none(),
            clock: None,
            act: asked.lang.t("Xem các bước"),
            due: None,
        });
    }
    Ok(())
}

/// Stops that were announced.
fn stops(tx: &mut Tx<'_>, asked: &Asked<'_>, jobs: &mut Vec<Job>) -> Result<(), Oops> {
    let actor = asked.officer.actor();
    for stop in stop::current_and_coming(tx)? {
        if !rights::has(tx, &actor, &Role::ALL, stop.organisation)? {
            continue;
        }
        let profile = asked.law.at(tx, stop.organisation)?;
        jobs.push(Job {
            title: stop.what,
            href: "/quan-ly/thong-bao".to_owned(),
            about: format!(
                "{} {}",
                asked.lang.t("Ngừng dịch vụ từ"),
                full(stop.from_at, asked.lang)
            ),
            cited: Cited::of(profile, &stop.clause),
            clock: None,
            act: asked.lang.t("Xem thông báo"),
            due: Some(Moment(stop.from_at).date()),
        });
    }
    Ok(())
}

/// With a capital letter.
fn first_upper(text: &str) -> String {
    let mut letters = text.chars();
    match letters.next() {
        Some(first) => first.to_uppercase().chain(letters).collect(),
        None => String::new(),
    }
}
