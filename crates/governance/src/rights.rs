//! Who may do what, where. A role holds at a place and at all places below it; nobody reads another's mail by role.

use congvu_store::{AccountId, OrganisationId, StoreError, Tx, organisation, role};

use crate::{Act, Action, Actor, Refused, record};

/// What somebody is entrusted with at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Role {
    /// Cơ quan quản lý: decides on requests, issues, changes, revokes (QN.6.1, SL.7.2, TQ.7).
    Decide,
    /// Đơn vị vận hành: runs the system, carries out.
    Operate,
    /// Passes requests on to who decides (HCM.3, HCM.9: the department's office).
    Forward,
    /// Thủ trưởng or đầu mối of an agency: asks, and sees only their own.
    Ask,
    /// Kiểm tra: reads records, not mail.
    Audit,
}

impl Role {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::Decide,
        Self::Operate,
        Self::Forward,
        Self::Ask,
        Self::Audit,
    ];

    /// As the store has it: never changes.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Decide => "decide",
            Self::Operate => "operate",
            Self::Forward => "forward",
            Self::Ask => "ask",
            Self::Audit => "audit",
        }
    }

    /// The role of this name.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|role| role.name() == name)
    }

    /// For people.
    #[must_use]
    pub fn label(self) -> &'static str {
        match self {
            Self::Decide => "cơ quan quản lý",
            Self::Operate => "đơn vị vận hành",
            Self::Forward => "đầu mối chuyển đề nghị",
            Self::Ask => "đầu mối cơ quan",
            Self::Audit => "kiểm tra",
        }
    }
}

/// Whether the actor has one of these roles at a place: by a grant there or above, or, for [`Role::Ask`], as its head or
/// contact. Who has the machine has all; what was decided holds where it was decided; the program by itself has none but what
/// its rules give it.
///
/// # Errors
/// What the store answers.
pub fn has(
    tx: &mut Tx<'_>,
    actor: &Actor,
    roles: &[Role],
    place: OrganisationId,
) -> Result<bool, Refused> {
    if actor.is_console() {
        return Ok(true);
    }
    if let Some(decided) = actor.mandate() {
        let above = organisation::path(tx, place)?;
        return Ok(decided.iter().any(|at| above.contains(at)));
    }
    let Some(account) = actor.account else {
        return Ok(false);
    };
    let above = organisation::path(tx, place)?;
    if actor
        .within()
        .is_some_and(|within| !above.contains(&within))
    {
        return Ok(false);
    }
    for role in roles {
        let granted = role::places(tx, account, role.name())?;
        if granted.iter().any(|at| above.contains(at)) {
            return Ok(true);
        }
        if *role == Role::Ask && organisation::is_spokesman(tx, account, &above)? {
            return Ok(true);
        }
    }
    Ok(false)
}

/// As [`has`], for an act.
///
/// # Errors
/// Who may do it instead.
pub fn need(
    tx: &mut Tx<'_>,
    actor: &Actor,
    roles: &[Role],
    place: OrganisationId,
) -> Result<(), Refused> {
    if has(tx, actor, roles, place)? {
        return Ok(());
    }
    let who: Vec<&str> = roles.iter().map(|role| role.label()).collect();
    Err(Refused::forbidden(format!(
        "Việc này chỉ {} được làm.",
        who.join(" hoặc ")
    )))
}

/// Gives an account a role at a place. Who decides there or above gives it, and the machine's administrators.
///
/// # Errors
/// Whoever gives it may not.
pub fn grant(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (account, login): (AccountId, &str),
    role: Role,
    place: OrganisationId,
    document: Option<&str>,
) -> Result<(), Refused> {
    need(tx, actor, &[Role::Decide], place)?;
    role::grant(
        tx,
        account,
        role.name(),
        place,
        document.unwrap_or_default(),
    )?;
    let act = Act::new(Action::RoleGrant, format!("account/{account}"), login)
        .at(place)
        .by_document(document)
        .with(serde_json::json!({ "role": role.name() }));
    Ok(record(tx, actor, &act)?)
}

/// Takes it back, at once.
///
/// # Errors
/// Whoever takes it may not, or there is none.
pub fn end(
    tx: &mut Tx<'_>,
    actor: &Actor,
    (account, login): (AccountId, &str),
    role: Role,
    place: OrganisationId,
    document: Option<&str>,
) -> Result<(), Refused> {
    need(tx, actor, &[Role::Decide], place)?;
    role::end(tx, account, role.name(), place).map_err(|error| match error {
        StoreError::NotFound(_) => {
            Refused::missing(format!("{login} không giữ vai trò này tại đây."))
        }
        error => error.into(),
    })?;
    let act = Act::new(Action::RoleEnd, format!("account/{account}"), login)
        .at(place)
        .by_document(document)
        .with(serde_json::json!({ "role": role.name() }));
    Ok(record(tx, actor, &act)?)
}
