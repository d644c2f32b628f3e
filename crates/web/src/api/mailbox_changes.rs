//! Changes of mailboxes: of their holder and address, of how much they hold and their messages carry; and revoking them.

use axum::extract::State;
use congvu_governance::mailbox::{self, Change};
use congvu_store::OrganisationId;
use serde::Deserialize;

use super::mailboxes::done;
use super::problem::{Answer, Problem};
use super::read::{Body, Place};
use super::{Api, Caller};

/// Family, middle and given name.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Name {
    #[serde(default)]
    family: String,
    #[serde(default)]
    middle: String,
    given: String,
}

/// What changes; what is left out stays.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Changing {
    title: Option<String>,
    phone: Option<String>,
    name: Option<Name>,
    local_part: Option<String>,
    organisation: Option<i64>,
    document: Option<String>,
}

pub(super) async fn change(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Changing>,
) -> Answer {
    let wanted = Change {
        title: said.title,
        phone: said.phone,
        name: said.name.map(|name| (name.family, name.middle, name.given)),
        local_part: said.local_part,
        organisation: said.organisation.map(OrganisationId),
    };
    if wanted == Change::default() {
        return Err(Problem::bad("Chưa nêu gì để thay đổi."));
    }
    let document = said.document;
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        mailbox::change(tx, law, actor, id, &wanted, document.as_deref()).map(drop)
    })
    .await
}

/// How much a mailbox holds.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Quota {
    bytes: u64,
    /// What approves more than the regulation gives.
    document: Option<String>,
}

pub(super) async fn quota(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Quota>,
) -> Answer {
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        let document = said.document.as_deref();
        mailbox::set_quota(tx, law, actor, id, said.bytes, document)
    })
    .await
}

/// How much the files of a message may have together.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Attachment {
    /// None: as its place gives.
    bytes: Option<u64>,
    document: Option<String>,
}

pub(super) async fn attachment(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Attachment>,
) -> Answer {
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        let document = said.document.as_deref();
        mailbox::set_attachment(tx, law, actor, id, said.bytes, document)
    })
    .await
}

/// What cannot be taken back is asked for twice.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Revoking {
    /// The address once more.
    confirm: String,
    document: Option<String>,
}

pub(super) async fn revoke(
    State(api): State<Api>,
    Caller(bearer): Caller,
    Place(address): Place<String>,
    Body(said): Body<Revoking>,
) -> Answer {
    if !said.confirm.trim().eq_ignore_ascii_case(address.trim()) {
        return Err(Problem::bad(
            "confirm phải là chính địa chỉ của hộp thư bị thu hồi.",
        ));
    }
    done(&api, bearer.actor, address, move |tx, law, actor, id| {
        mailbox::revoke(tx, law, actor, id, None, said.document.as_deref())
    })
    .await
}
