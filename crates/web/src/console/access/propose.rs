//! `/quan-ly/mo-hop-thu/lap`: the first of two persons orders that somebody reads another's mailbox for a while.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::access_order::{self, NewAccess};
use congvu_governance::{Law, Refused, Role};
use congvu_regulation::{Date, Moment};
use congvu_store::{Tx, account};

use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::places::aid::{self, Choice, Fault, chosen_mailbox};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Oops, Page, Site, html};

/// What a form offers as the last day, in days.
const USUAL: i64 = 7;

#[derive(Template)]
#[template(path = "console/access/propose.html")]
struct ProposePage {
    frame: Frame,
    shell: Shell,
    clause: Cited,
    mailbox_asked: String,
    mailboxes: Vec<Choice>,
    reader_asked: String,
    readers: Vec<Choice>,
    purpose: String,
    from: String,
    until: String,
    tell: String,
    document: String,
    fault: Option<Fault>,
}

fn build(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<ProposePage, Oops> {
    let lang = officer.lang();
    let top = officer.scope(tx, &[Role::Decide], None)?;
    let title = lang.t("Đề xuất lệnh mở hộp thư");
    let (frame, shell) = shell::read(tx, officer, title, Here::Access)?;
    let text = |name: &str| fields.get(name).trim().to_owned();
    let (mailbox_asked, reader_asked) = (text("hop"), text("nguoi"));
    let today = Moment(tx.now()).date();
    let or = |typed: String, usual: String| if typed.is_empty() { usual } else { typed };
    Ok(ProposePage {
        frame,
        shell,
        clause: super::cited(law),
        mailboxes: aid::choices(tx, &mailbox_asked, Some(top), false)?
            .into_iter()
            .filter(|choice| choice.code.starts_with('m'))
            .collect(),
        mailbox_asked,
        readers: aid::choices(tx, &reader_asked, None, true)?,
        reader_asked,
        purpose: text("muc-dich"),
        from: or(text("tu"), today.to_string()),
        until: or(text("den"), today.plus_days(USUAL).to_string()),
        tell: text("bao"),
        document: text("van-ban"),
        fault,
    })
}

pub(super) async fn form(
    State(site): State<Site>,
    officer: Officer,
    RawQuery(asked): RawQuery,
) -> Page {
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let law = site.law;
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, (&fields, None)))
        .await?;
    Ok(html(&page))
}

/// What was typed.
fn typed(tx: &mut Tx<'_>, fields: &Fields) -> Result<NewAccess, Refused> {
    let day = |name: &str| -> Result<Option<Date>, Refused> {
        match fields.get(name).trim() {
            "" => Ok(None),
            text => text
                .parse()
                .map(Some)
                .map_err(|_| Refused::bad(format!("“{text}” không phải ngày."))),
        }
    };
    let mailbox = chosen_mailbox(fields.get("hop-thu"))
        .ok_or_else(|| Refused::bad("Hãy tìm và chọn hộp thư cần mở."))?;
    let reader = || Refused::bad("Hãy tìm và chọn người được đọc.");
    let to = chosen_mailbox(fields.get("nguoi-doc")).ok_or_else(reader)?;
    let to = account::of_mailbox(tx, to)?.ok_or_else(reader)?;
    let until = day("den")?.ok_or_else(|| Refused::bad("Ghi ngày cuối được đọc."))?;
    let from = day("tu")?.map_or(i64::MIN, |from| from.start().0);
    Ok(NewAccess {
        mailbox,
        to,
        purpose: fields.get("muc-dich").trim().to_owned(),
        // A day that has begun begins now.
        from_at: from.max(tx.now()),
        // To the end of the day.
        until_at: until.plus_days(1).start().0,
        tell_at: day("bao")?.map(|day| day.start().0),
    })
}

pub(super) async fn propose(State(site): State<Site>, officer: Officer, fields: Fields) -> Page {
    officer.user.check(&fields)?;
    let (asked, actor, law) = (fields.clone(), officer.actor(), site.law);
    let proposed = site.store.write(move |tx| {
        let new = typed(tx, &asked)?;
        access_order::propose(tx, &actor, &new, asked.get("van-ban").trim())
    });
    let refused = match proposed.await {
        Ok(id) => {
            return Ok(Redirect::to(&format!("/quan-ly/mo-hop-thu/{id}?xong=lap")).into_response());
        }
        Err(refused) => refused,
    };
    let fault = Fault::of(refused, None)?;
    let told = fault.clone();
    let page = site
        .store
        .read(move |tx| build(tx, law, &officer, (&fields, Some(fault))))
        .await?;
    Ok(told.on(&page))
}
