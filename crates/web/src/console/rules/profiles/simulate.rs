//! What a regulation would do to the real mailboxes of a place, before it is bound there. Nothing is changed.

use askama::Template;
use axum::extract::{RawQuery, State};
use congvu_governance::life::{self, Trial};
use congvu_governance::{Role, today};
use congvu_regulation::Date;
use congvu_store::{MailboxId, OrganisationId};

use super::super::{Choice, Trouble, choices, name_of, number, told, weekday};
use crate::console::Officer;
use crate::console::chart::number as shown_number;
use crate::console::cited::Cited;
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html};

const RUN: [Role; 3] = [Role::Decide, Role::Operate, Role::Audit];
/// So many mailboxes are looked at for one page; the next one goes on behind them.
const MOST: u32 = 50_000;
/// So many acts are told one by one.
const SHOWN: usize = 100;
/// What is counted, as people feel it most above.
const KINDS: [&str; 8] = [
    "delete",
    "revoke",
    "lock",
    "disable",
    "expire-password",
    "propose-delete",
    "propose-revoke",
    "remind",
];

#[derive(Template)]
#[template(path = "console/rules/simulate.html")]
struct TrialPage {
    frame: Frame,
    shell: Shell,
    places: Vec<Choice>,
    profiles: Vec<(String, String, bool)>,
    day: String,
    named: String,
    organisation: String,
    codes: (String, String),
    counts: Vec<(&'static str, String, String)>,
    items: Vec<Item>,
    mailboxes: String,
    is_done: bool,
    is_cut: bool,
    next: String,
    trouble: Option<Trouble>,
}

struct Item {
    mailbox: MailboxId,
    address: String,
    text: String,
    on: String,
    cited: Cited,
    by: String,
}

fn label(kind: &str, lang: Lang) -> &'static str {
    match kind {
        "delete" => lang.t("Xóa vĩnh viễn"),
        "revoke" => lang.t("Thu hồi"),
        "lock" => lang.t("Tạm khóa"),
        "disable" => lang.t("Tắt đăng nhập vì an toàn"),
        "expire-password" => lang.t("Mật khẩu hết hạn"),
        "propose-delete" => lang.t("Đề xuất xóa, chờ xác nhận"),
        "propose-revoke" => lang.t("Đề xuất thu hồi, chờ xác nhận"),
        _ => lang.t("Nhắc và thông báo"),
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let (law, lang, actor) = (site.law, officer.lang(), officer.actor());
    let asked = number(query.get("co-quan")).map(OrganisationId);
    let (frame, shell, place, places, organisation, present, today) = site
        .store
        .read(move |tx| {
            let title = lang.t("Thử quy chế trên hộp thư thật");
            let place = officer.scope(tx, &RUN, asked)?;
            let (frame, shell) = shell::read(tx, &officer, title, Here::Profiles)?;
            let places = choices(tx, &officer, place)?;
            let name = name_of(tx, place)?;
            let present = law.at(tx, place)?;
            Ok::<_, Oops>((frame, shell, place, places, name, present, today(tx)))
        })
        .await?;
    let id = match query.get("quy-che") {
        "" => present.id(),
        id => id,
    };
    let other = super::named(law, id)?;
    let day: Date = query.get("ngay").parse().unwrap_or(today);
    let first = MailboxId(number(query.get("sau")).unwrap_or(0));
    let mut trouble = None;
    let trial = match query.find("quy-che") {
        None => None,
        Some(_) => {
            // The end of the day: all that falls due on it.
            let as_of = congvu_regulation::Moment(day.plus_days(1).start().0 - 1);
            let about = (place, other.id(), as_of);
            match life::trial(&site.store, law, &actor, about, first, (MOST, SHOWN)).await {
                Ok(trial) => Some((trial, as_of)),
                Err(refused) => {
                    trouble = Some(Trouble::of(refused, None)?);
                    None
                }
            }
        }
    };
    let status = trouble.as_ref().map(|trouble| trouble.status);
    let is_done = trial.is_some();
    let (trial, as_of) = trial.unwrap_or((Trial::default(), day.start()));
    let counts = KINDS.iter().map(|kind| {
        let of = |counts: &life::Counts| {
            shown_number(counts.get(kind).copied().unwrap_or_default().into())
        };
        (label(kind, lang), of(&trial.now), of(&trial.then))
    });
    let felt: u32 = trial
        .then
        .iter()
        .filter(|(kind, _)| **kind != "remind")
        .map(|(_, count)| *count)
        .sum();
    let rules = other.lifecycle();
    let counts = counts.collect();
    let items: Vec<Item> = trial
        .items
        .into_iter()
        .map(|item| {
            let cited = Cited::by(other, &item.due.origin);
            Item {
                mailbox: item.mailbox,
                address: item.address,
                text: item.due.sentence(rules, as_of),
                on: weekday(item.due.at.date()),
                by: match cited.is_empty() {
                    true => item.due.origin.to_string(),
                    false => String::new(),
                },
                cited,
            }
        })
        .collect();
    let page = TrialPage {
        frame,
        shell,
        places,
        profiles: super::choices(law, other.id()),
        day: day.to_string(),
        named: weekday(day),
        organisation,
        codes: (present.code().to_owned(), other.code().to_owned()),
        counts,
        is_cut: usize::try_from(felt).unwrap_or(usize::MAX) > items.len(),
        items,
        mailboxes: shown_number(trial.mailboxes.into()),
        is_done,
        next: trial.after.map_or_else(String::new, |after| {
            format!(
                "co-quan={place}&quy-che={}&ngay={day}&sau={after}",
                other.id()
            )
        }),
        trouble,
    };
    Ok(told(html(&page), status))
}
