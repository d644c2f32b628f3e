//! `/quan-ly/khoi-dau`: what leads a new system from nothing to its first delivered message, and how far it is.

mod dns;
mod steps;

use askama::Template;
use axum::Router;
use axum::extract::State;
use axum::routing::get;
use congvu_governance::{Role, rights};
use congvu_store::{Tx, begun, organisation};

use self::dns::{Checked, check};
use self::steps::{Certificate, Known, Step};
use super::Officer;
use super::shell::{self, Here, Shell};
use crate::site::{Frame, Oops, Page, Site, html};

/// Where it is.
pub const START: &str = "/quan-ly/khoi-dau";
/// What the DNS says, record by record.
const DNS: &str = "/quan-ly/khoi-dau/dns";

pub(super) fn routes() -> Router<Site> {
    Router::new()
        .route(START, get(page))
        .route(DNS, get(dns::page))
}

#[derive(Template)]
#[template(path = "console/start/start.html")]
struct StartPage {
    frame: Frame,
    shell: Shell,
    steps: Vec<Step>,
    done: usize,
    /// The step to be taken now, by its place; past the last where all are done.
    next: usize,
}

/// Only who runs or watches the whole system sees it.
fn whole_system(tx: &mut Tx<'_>, officer: &Officer) -> Result<(), Oops> {
    let root = organisation::root(tx)?.ok_or(Oops::Busy)?;
    let roles = [Role::Decide, Role::Operate, Role::Audit];
    match rights::has(tx, &officer.actor(), &roles, root.id)? {
        true => Ok(()),
        false => Err(Oops::Forbidden(
            "Việc dựng hệ thống chỉ cơ quan quản lý, đơn vị vận hành và người kiểm tra của toàn hệ thống được xem.".to_owned(),
        )),
    }
}

async fn page(State(site): State<Site>, officer: Officer) -> Page {
    let lang = officer.lang();
    let law = site.law;
    let (frame, shell, begun, entrusted, domains, regulation, now) = site
        .store
        .read(move |tx| {
            whole_system(tx, &officer)?;
            let root = organisation::root(tx)?.ok_or(Oops::Busy)?;
            let (frame, shell) = shell::read(tx, &officer, lang.t("Dựng hệ thống"), Here::Start)?;
            let regulation = law.at(tx, root.id)?.title().to_owned();
            Ok::<_, Oops>((
                frame,
                shell,
                begun::read(tx)?,
                steps::entrusted(tx, root.id)?,
                organisation::domains(tx)?,
                regulation,
                tx.now(),
            ))
        })
        .await?;
    let path = site.settings.certificate.clone();
    let certificate = super::rules::aside(move || Certificate::of(path.as_deref())).await?;
    let needed: Vec<Checked> = check(&site, &domains, true).await;
    let known = Known {
        regulation,
        domains,
        certificate,
        needed,
        entrusted,
        begun,
        now,
    };
    let steps = known.steps(lang);
    Ok(html(&StartPage {
        frame,
        shell,
        next: steps.iter().take_while(|step| step.is_done).count(),
        done: steps.iter().filter(|step| step.is_done).count(),
        steps,
    }))
}
