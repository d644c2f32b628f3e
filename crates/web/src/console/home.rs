//! `/quan-ly`: what needs doing now, what is due first above.

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use congvu_governance::request::kind_of;
use congvu_governance::{Law, Role, today};
use congvu_regulation::{Date, Moment};
use congvu_store::request::{self, Request};
use congvu_store::{RequestId, Tx};

use super::cited::Cited;
use super::clock::Clock;
use super::officer::Officer;
use super::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, html};

/// More than this is not shown of a kind.
const SHOWN: i64 = 100;

pub(super) fn routes() -> Router<Site> {
    Router::new().route("/quan-ly", get(page))
}

#[derive(Template)]
#[template(path = "console/home.html")]
struct HomePage {
    frame: Frame,
    shell: Shell,
    today: String,
    groups: Vec<Group>,
}

/// Jobs that are due at about the same time.
struct Group {
    title: &'static str,
    is_late: bool,
    jobs: Vec<Job>,
}

/// Something to do.
struct Job {
    title: String,
    href: String,
    about: String,
    cited: Cited,
    clock: Option<Clock>,
    act: &'static str,
    /// The last day.
    due: Option<Date>,
}

async fn page(State(site): State<Site>, officer: Officer) -> Page {
    let law = site.law;
    let page = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let (frame, shell) = shell::read(tx, &officer, lang.t("Việc cần làm"), Here::Home)?;
            let today = today(tx);
            let mut jobs = Vec::new();
            for top in officer.places(&Role::ALL) {
                for request in request::below(tx, top, "open", RequestId(0), SHOWN)? {
                    jobs.push(of_request(tx, law, &request, today, lang)?);
                }
            }
            Ok::<_, Oops>(HomePage {
                frame,
                shell,
                today: format!("{} {}", today.weekday(), today.vietnamese()),
                groups: grouped(jobs, today, lang),
            })
        })
        .await?;
    Ok(html(&page))
}

fn of_request(
    _tx: &mut Tx<'_>,
    law: Law,
    request: &Request,
    today: Date,
    lang: Lang,
) -> Result<Job, Oops> {
    let due = request.due_day.map(Date::from_epoch_day);
    let received = Moment(request.received_at).date();
    let profile = law.profile(&request.profile);
    Ok(Job {
        title: format!(
            "{} ({})",
            kind_of(&request.kind).map_or(request.kind.as_str(), |kind| kind.title()),
            request.lines
        ),
        href: format!("/quan-ly/de-nghi/{}", request.id),
        about: format!(
            "{} · {} {}, {} {}",
            request.organisation_name,
            lang.t("văn bản"),
            request.document,
            lang.t("nhận"),
            received.vietnamese()
        ),
        cited: profile.map_or_else(Cited::none, |profile| {
            Cited::of(profile, &request.due_clause)
        }),
        clock: due.map(|due| Clock::of(law, (received, due), today, lang)),
        act: lang.t("Xem đề nghị"),
        due,
    })
}

/// Late, today, within a week, later; in each, what is due first above.
fn grouped(mut jobs: Vec<Job>, today: Date, lang: Lang) -> Vec<Group> {
    jobs.sort_by_key(|job| job.due.map_or(i64::MAX, Date::epoch_day));
    let mut groups = [
        (lang.t("Quá hạn"), true),
        (lang.t("Hết hạn hôm nay"), false),
        (lang.t("Trong tuần này"), false),
        (lang.t("Sắp tới"), false),
    ]
    .map(|(title, is_late)| Group {
        title,
        is_late,
        jobs: Vec::new(),
    });
    for job in jobs {
        let at = match job.due.map(|due| due.epoch_day() - today.epoch_day()) {
            Some(left) if left < 0 => 0,
            Some(0) => 1,
            Some(left) if left <= 7 => 2,
            _ => 3,
        };
        groups[at].jobs.push(job);
    }
    groups
        .into_iter()
        .filter(|group| !group.jobs.is_empty())
        .collect()
}
