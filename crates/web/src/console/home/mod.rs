//! `/quan-ly`: what needs doing now, what is due first above; and beside it how the system stands.

mod figures;
mod jobs;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use congvu_governance::{Role, today};
use congvu_regulation::Date;
use congvu_regulation::requests::RequestKind;

pub(crate) use self::figures::Kept as Figures;
use self::figures::System;
use self::jobs::{Asked, Job};
use super::chart::{self, Bar, Series, number};
use super::officer::Officer;
use super::shell::{self, Here, Shell};
use crate::site::{Frame, Lang, Oops, Page, Site, hour, html, short};

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
    /// When the figures were counted.
    at: String,
    system: Option<Standing>,
    heeded: Vec<(&'static str, &'static str, String)>,
    all: String,
    charts: Vec<String>,
}

/// Jobs that are due at about the same time.
struct Group {
    title: &'static str,
    is_late: bool,
    jobs: Vec<Job>,
}

/// How the system stands, in words.
struct Standing {
    queue: String,
    oldest: String,
    swept: String,
    /// What is due was more than a run may do by itself.
    held: u32,
}

async fn page(State(site): State<Site>, officer: Officer) -> Page {
    let law = site.law;
    let whole = officer.has(&[Role::Decide, Role::Operate, Role::Audit]);
    let top = officer.places(&Role::ALL).first().copied();
    let (mut page, now) = site
        .store
        .read(move |tx| {
            let lang = officer.lang();
            let (frame, shell) = shell::read(tx, &officer, lang.t("Việc cần làm"), Here::Home)?;
            let today = today(tx);
            let asked = Asked {
                law,
                officer: &officer,
                today,
                lang,
            };
            let jobs = jobs::read(tx, &asked)?;
            let page = HomePage {
                frame,
                shell,
                today: format!("{} {}", today.weekday(), today.vietnamese()),
                groups: grouped(jobs, today, lang),
                at: String::new(),
                system: None,
                heeded: Vec::new(),
                all: String::new(),
                charts: Vec::new(),
            };
            Ok::<_, Oops>((page, tx.now()))
        })
        .await?;
    if let Some(top) = top {
        let found = site.figures.of(&site.store, law, (top, whole), now).await?;
        beside(&mut page, &found, now);
    }
    Ok(html(&page))
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
            // What waits for a decision since it fell due is not late by a rule.
            Some(left) if left < 0 && job.clock.is_some() => 0,
            Some(left) if left <= 0 => 1,
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

/// Fills what stands beside the jobs.
fn beside(page: &mut HomePage, found: &figures::Figures, now: i64) {
    let lang = page.frame.lang;
    page.at = hour(found.at);
    let heeded = &found.heeded;
    page.all = number(heeded.all);
    page.heeded = vec![
        (
            lang.t("Chưa đổi mật khẩu được giao"),
            "doi-mat-khau",
            number(heeded.unchanged),
        ),
        (
            lang.t("Chưa đăng nhập lần nào"),
            "chua-dang-nhap",
            number(heeded.never),
        ),
        (
            lang.t("Mật khẩu hết hạn"),
            "het-han",
            number(heeded.expired),
        ),
        (
            lang.t("5 tháng không gửi, nhận"),
            "khong-dung",
            number(heeded.idle),
        ),
        (
            lang.t("Đã dùng trên 80 %"),
            "gan-day",
            number(heeded.filling),
        ),
        (lang.t("Đang tạm khóa"), "tam-khoa", number(heeded.locked)),
    ];
    if let Some(system) = &found.system {
        page.system = Some(standing(system, now, lang));
        if system
            .days
            .iter()
            .any(|(_, arrived, sent)| arrived + sent > 0)
        {
            page.charts.push(mail_chart(system, lang));
        }
    }
    if !found.closed.is_empty() {
        page.charts.push(request_chart(&found.closed, lang));
    }
}

fn standing(system: &System, now: i64, lang: Lang) -> Standing {
    Standing {
        queue: number(system.waiting + system.held),
        oldest: system
            .oldest_at
            .map_or_else(String::new, |at| short(at, now, lang)),
        swept: system
            .swept
            .map_or_else(String::new, |(at, _)| short(at, now, lang)),
        held: system.swept.map_or(0, |(_, held)| held),
    }
}

fn mail_chart(system: &System, lang: Lang) -> String {
    let days: Vec<String> = system
        .days
        .iter()
        .map(|(day, _, _)| format!("{}/{}", day.day(), day.month()))
        .collect();
    let arrived: Vec<u64> = system.days.iter().map(|(_, arrived, _)| *arrived).collect();
    let sent: Vec<u64> = system.days.iter().map(|(_, _, sent)| *sent).collect();
    let most = |values: &[u64]| number(values.iter().copied().max().unwrap_or(0));
    let finding = format!(
        "{} {}; {} {}",
        lang.t("Thư đến nhiều nhất một ngày:"),
        most(&arrived),
        lang.t("thư đi nhiều nhất:"),
        most(&sent)
    );
    let series = [
        Series {
            name: lang.t("đến"),
            values: arrived,
        },
        Series {
            name: lang.t("đi"),
            values: sent,
        },
    ];
    chart::lines(
        ("thu", lang.t("Thư mỗi ngày"), &finding),
        &days,
        &series,
        lang,
    )
}

fn request_chart(closed: &[(RequestKind, u64, u64)], lang: Lang) -> String {
    let bars: Vec<Bar> = closed
        .iter()
        .map(|(kind, _, tenths)| Bar {
            name: shortly(*kind, lang).to_owned(),
            tenths: *tenths,
        })
        .collect();
    let number_of: u64 = closed.iter().map(|(_, number, _)| number).sum();
    let finding = format!(
        "{} {}",
        number(number_of),
        lang.t("đề nghị xong trong 30 ngày qua")
    );
    chart::bars(
        (
            "xong",
            lang.t("Ngày làm việc để xong một đề nghị"),
            &finding,
        ),
        &bars,
        None,
    )
}

fn shortly(kind: RequestKind, lang: Lang) -> &'static str {
    match kind {
        RequestKind::Issue => lang.t("Cấp mới"),
        RequestKind::Change => lang.t("Thay đổi"),
        RequestKind::Revoke => lang.t("Thu hồi"),
        RequestKind::Restore => lang.t("Khôi phục"),
        RequestKind::Password => lang.t("Mật khẩu"),
        RequestKind::Quota => lang.t("Dung lượng"),
        RequestKind::Sync => lang.t("Đồng bộ"),
        RequestKind::Directory => lang.t("Danh bạ"),
    }
}
