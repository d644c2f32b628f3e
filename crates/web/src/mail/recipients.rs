//! `/soan/nguoi-nhan`: who is meant by what stands in the lines of recipients, told while somebody writes: who is outside, who is nobody,
//! how many a group has; and `/soan/nhom`: those in a group, to be written to one by one.

use axum::Json;
use axum::extract::{RawQuery, State};
use axum::response::{IntoResponse, Response};
use congvu_message::AddressSpec;
use congvu_store::address::{self, Lookup, Target};
use congvu_store::group_list::{self, Within};
use congvu_store::{GroupId, MailboxId, StoreResult, Tx, group};
use serde_json::{Value, json};

use super::draft::Draft;
use crate::people::in_a_line;
use crate::site::{Fields, Oops, Site, User};

/// So many recipients are looked at: whoever writes to more writes to groups.
const MOST: usize = 200;
/// A group of so many can be put in its members' names.
const EXPANDED: i64 = 200;

/// What an address leads to.
fn find(tx: &mut Tx<'_>, person: &AddressSpec) -> StoreResult<Lookup> {
    let (local, domain) = (person.local.to_lowercase(), person.domain.to_lowercase());
    address::lookup(tx, &local, &domain)
}

/// Those in a group, where this person may write to it and they are not too many.
fn members(
    tx: &mut Tx<'_>,
    (id, posting): (GroupId, &str),
    mailbox: MailboxId,
) -> StoreResult<Option<Vec<Within>>> {
    if posting == "members" && !group::reaches(tx, id, mailbox)? {
        return Ok(None);
    }
    let found = group_list::members(tx, id, (-1, 0), EXPANDED + 1)?;
    let is_whole = i64::try_from(found.len()).is_ok_and(|count| count <= EXPANDED);
    Ok(Some(found).filter(|_| is_whole))
}

/// Who is meant, of those that need to be looked at.
pub(super) async fn told(
    State(site): State<Site>,
    user: User,
    fields: Fields,
) -> Result<Response, Oops> {
    user.check(&fields)?;
    let lines = ["den", "cc", "bcc"].map(|name| Draft::people(fields.get(name)).0);
    let people: Vec<AddressSpec> = lines.into_iter().flatten().take(MOST).collect();
    let mailbox = user.mailbox;
    let told = site.store.read(move |tx| {
        let (mut outside, mut unknown, mut groups) = (Vec::new(), Vec::new(), Vec::<Value>::new());
        for person in &people {
            match find(tx, person)? {
                Lookup::NotOurs => outside.push(person.addr()),
                Lookup::Unknown => unknown.push(person.addr()),
                Lookup::Found(Target::Mailbox(_)) => {}
                Lookup::Found(Target::Group { id, posting }) => {
                    let Some(group) = group_list::get(tx, id)? else {
                        continue;
                    };
                    let opens = members(tx, (id, &posting), mailbox)?.is_some();
                    groups.push(json!({
                        "ten": group.name, "dia-chi": person.addr(), "so": group.members, "mo": opens && group.members > 0,
                    }));
                }
            }
        }
        Ok::<_, Oops>(json!({ "ngoai": outside, "khong-co": unknown, "nhom": groups }))
    });
    Ok(Json(told.await?).into_response())
}

/// Those in a group, as a line of recipients has them.
pub(super) async fn expanded(
    State(site): State<Site>,
    user: User,
    RawQuery(query): RawQuery,
) -> Result<Response, Oops> {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let (asked, _) = Draft::people(query.get("dia-chi"));
    let mailbox = user.mailbox;
    let found = site.store.read(move |tx| {
        let Some(person) = asked.first() else {
            return Ok(None);
        };
        match find(tx, person)? {
            Lookup::Found(Target::Group { id, posting }) => members(tx, (id, &posting), mailbox),
            _ => Ok(None),
        }
    });
    let found: StoreResult<Option<Vec<Within>>> = found.await;
    let missing = || Oops::missing("Không mở được nhóm này ra từng người.");
    let found = found?.ok_or_else(missing)?;
    let people: Vec<String> = found
        .iter()
        .filter(|one| !one.away && !one.address.is_empty())
        .map(|one| in_a_line(&one.name, &one.address))
        .collect();
    Ok(Json(json!({ "nguoi": people.join(", ") })).into_response())
}
