//! `/quan-ly/nhom/{id}`: a group with its members, and what is done with it.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::{Refused, Role, group, rights};
use congvu_store::group::Member;
use congvu_store::group_list::{self, Group};
use congvu_store::{GroupId, Tx};

use super::posting;
use crate::console::Officer;
use crate::console::places::aid::{self, Choice, Fault, Link, count, filled, query};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, html, named_day};

/// Members on a page.
const PAGE: usize = 100;

/// Somebody in it.
struct Row {
    code: String,
    name: String,
    href: String,
    is_group: bool,
    address: String,
    place: String,
    away: bool,
}

#[derive(Template)]
#[template(path = "console/groups/page.html")]
struct GroupPage {
    frame: Frame,
    shell: Shell,
    here: String,
    group: Group,
    place_href: String,
    day: String,
    ended: String,
    posting: &'static str,
    postings: Vec<(&'static str, &'static str, bool)>,
    members: String,
    rows: Vec<Row>,
    further: String,
    within: Vec<Link>,
    /// They may change and end it; they may put people in and take them out.
    decides: bool,
    keeps: bool,
    asked: String,
    choices: Vec<Choice>,
    done: &'static str,
    fault: Option<Fault>,
}

/// A group that whoever looks may see.
fn seen(tx: &mut Tx<'_>, officer: &Officer, id: GroupId) -> Result<Group, Oops> {
    let none = || Oops::missing("Không có nhóm thư này, hoặc không thuộc phạm vi của bạn.");
    let found = group_list::get(tx, id)?.ok_or_else(none)?;
    match rights::has(tx, &officer.actor(), &Role::ALL, found.organisation)? {
        true => Ok(found),
        false => Err(none()),
    }
}

fn build(
    tx: &mut Tx<'_>,
    officer: &Officer,
    id: GroupId,
    (fields, fault): (&Fields, Option<Fault>),
) -> Result<GroupPage, Oops> {
    let lang = officer.lang();
    let found = seen(tx, officer, id)?;
    let (frame, shell) = shell::read(tx, officer, &found.name, Here::Groups)?;
    let actor = officer.actor();
    let goes_on = found.ended_at.is_none();
    let decides = goes_on && rights::has(tx, &actor, &[Role::Decide], found.organisation)?;
    let may_keep = [Role::Decide, Role::Operate];
    let keeps = goes_on && rights::has(tx, &actor, &may_keep, found.organisation)?;
    let after = match fields.get("sau").split_once('-') {
        Some((kind, id)) => (kind.parse().unwrap_or(0), id.parse().unwrap_or(0)),
        None => (0, 0),
    };
    let limit = i64::try_from(PAGE + 1).unwrap_or(i64::MAX);
    let mut members = group_list::members(tx, id, after, limit)?;
    let more = members.len() > PAGE;
    members.truncate(PAGE);
    let further = match members.last().filter(|_| more) {
        Some(last) => {
            let after = match last.member {
                Member::Mailbox(id) => format!("0-{id}"),
                Member::Group(id) => format!("1-{id}"),
            };
            format!("/quan-ly/nhom/{id}?sau={after}")
        }
        None => String::new(),
    };
    let asked = fields.get("tim").trim().to_owned();
    let mut choices = Vec::new();
    if keeps {
        choices = aid::choices(tx, &asked, None, false)?;
        choices.retain(|choice| choice.code != format!("g{id}"));
    }
    let within = group_list::containing(tx, id)?;
    Ok(GroupPage {
        frame,
        shell,
        here: format!("/quan-ly/nhom/{id}"),
        place_href: aid::href(found.organisation),
        day: named_day(found.created_at, lang),
        ended: found
            .ended_at
            .map_or_else(String::new, |at| named_day(at, lang)),
        posting: posting(&found.posting, lang),
        postings: group::POSTING
            .iter()
            .map(|name| (*name, posting(name, lang), *name == found.posting))
            .collect(),
        members: count(found.members),
        rows: members
            .into_iter()
            .map(|member| {
                let (code, href, is_group) = match member.member {
                    Member::Mailbox(id) => {
                        (format!("m{id}"), format!("/quan-ly/hop-thu/{id}"), false)
                    }
                    Member::Group(id) => (format!("g{id}"), format!("/quan-ly/nhom/{id}"), true),
                };
                Row {
                    code,
                    name: member.name,
                    href,
                    is_group,
                    address: member.address,
                    place: member.place,
                    away: member.away,
                }
            })
            .collect(),
        further,
        within: within
            .into_iter()
            .map(|(id, name)| Link {
                name,
                href: format!("/quan-ly/nhom/{id}"),
            })
            .collect(),
        decides,
        keeps,
        asked,
        choices,
        done: done(fields.get("xong"), lang),
        fault,
        group: found,
    })
}

fn done(code: &str, lang: Lang) -> &'static str {
    match code {
        "lap" => lang.t("Đã lập nhóm. Thêm thành viên để nhóm nhận thư."),
        "them" => lang.t("Đã thêm thành viên; họ nhận thư của nhóm từ bây giờ."),
        "bot" => lang.t("Đã bớt thành viên đã chọn."),
        "sua" => lang.t("Đã sửa nhóm."),
        _ => "",
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    RawQuery(asked): RawQuery,
) -> Page {
    let id = GroupId(aid::number(&id)?);
    let fields = Fields::parse(asked.unwrap_or_default().as_bytes());
    let page = site
        .store
        .read(move |tx| build(tx, &officer, id, (&fields, None)))
        .await?;
    Ok(html(&page))
}

/// Somebody who was chosen, with their address for the record.
fn member(tx: &mut Tx<'_>, code: &str) -> Result<(Member, String), Refused> {
    let gone = || Refused::bad("Người hoặc nhóm đã chọn không còn.");
    if let Some(mailbox) = aid::chosen_mailbox(code) {
        let address = congvu_store::address::primary(tx, mailbox)?;
        return Ok((Member::Mailbox(mailbox), address.unwrap_or_default()));
    }
    let id = code.strip_prefix('g').and_then(|text| text.parse().ok());
    let id = GroupId(id.ok_or_else(gone)?);
    let found = group_list::get(tx, id)?.ok_or_else(gone)?;
    Ok((Member::Group(id), found.address))
}

pub(super) async fn act(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<String>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let id = GroupId(aid::number(&id)?);
    let (asked, actor) = (fields.clone(), officer.actor());
    let who = officer.clone();
    let document = filled(&fields, "van-ban");
    let done = site.store.write(move |tx| -> Result<(), Refused> {
        let none = || Refused::missing("Không có nhóm thư này.");
        let found = group_list::get(tx, id)?.ok_or_else(none)?;
        if !rights::has(tx, &who.actor(), &Role::ALL, found.organisation)? {
            return Err(none());
        }
        match asked.get("viec") {
            viec @ ("them" | "bot") => {
                let chosen: Vec<&str> = asked.all("ai").collect();
                if chosen.is_empty() {
                    return Err(Refused::bad("Hãy chọn người hoặc nhóm."));
                }
                for code in chosen {
                    let (member, address) = member(tx, code)?;
                    let of = (id, found.address.as_str());
                    group::set_member(tx, &actor, of, (member, &address), viec == "them")?;
                }
                Ok(())
            }
            "sua" => {
                let new = (asked.get("ten"), asked.get("gui"));
                group::change(tx, &actor, id, new, document.as_deref())
            }
            "het" => group::end(tx, &actor, id, document.as_deref()),
            _ => Err(Refused::bad("Không rõ việc cần làm.")),
        }
    });
    match done.await {
        Ok(()) if fields.get("viec") == "het" => {
            Ok(Redirect::to("/quan-ly/nhom?xong=het").into_response())
        }
        Ok(()) => {
            let query = query(&[("xong", fields.get("viec"))]);
            Ok(Redirect::to(&format!("/quan-ly/nhom/{id}?{query}")).into_response())
        }
        Err(refused) => {
            let fault = Fault::of(refused, None)?;
            let told = fault.clone();
            let page = site
                .store
                .read(move |tx| build(tx, &officer, id, (&fields, Some(fault))))
                .await?;
            Ok(told.on(&page))
        }
    }
}
