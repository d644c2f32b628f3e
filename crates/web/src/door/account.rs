//! `/tai-khoan`: one's own account, and where it is signed in.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_store::identity;
use congvu_store::mailbox::{self, Usage};
use congvu_store::web_session::{self, Listed};
use congvu_store::{
    AccountId, StoreError, StoreResult, Tx, account, app_password, passkey, recovery,
};

use crate::site::{Fields, Frame, Page, Site, User, full, html};

struct SessionShown {
    id: i64,
    browser: String,
    address: String,
    began: String,
    seen: String,
    is_this: bool,
}

#[derive(Template)]
#[template(path = "account.html")]
struct AccountPage {
    frame: Frame,
    login: String,
    /// Their account of the e-government platform (QN.5.1), and whether it is used there (QN.5.2).
    platform: Option<(String, bool)>,
    used: String,
    quota: String,
    sessions: Vec<SessionShown>,
    /// Browsers may be told of new mail.
    has_push: bool,
    security: Security,
}

/// What guards the account, beside the password.
struct Security {
    factor: bool,
    programs: usize,
    passkeys: usize,
    recovery: bool,
}

impl Security {
    fn of(tx: &mut Tx<'_>, id: AccountId) -> StoreResult<Self> {
        Ok(Self {
            factor: account::get(tx, id)?.is_some_and(|account| account.second_factor),
            programs: app_password::of_account(tx, id)?.len(),
            passkeys: passkey::of_account(tx, id)?.len(),
            recovery: !recovery::get(tx, id)?.address.is_empty(),
        })
    }
}

pub(super) async fn page(State(site): State<Site>, user: User) -> Page {
    let (account, id) = (user.account, user.mailbox);
    let (sessions, usage, security, platform): (
        Vec<Listed>,
        Option<Usage>,
        Security,
        Option<(String, bool)>,
    ) = site
        .store
        .read(move |tx| {
            Ok::<_, StoreError>((
                web_session::of_account(tx, account)?,
                mailbox::usage(tx, id)?,
                Security::of(tx, account)?,
                match mailbox::person(tx, id)? {
                    Some(person) => identity::account_of(tx, person)?,
                    None => None,
                },
            ))
        })
        .await?;
    let place = site.place().await?;
    let shown = sessions
        .into_iter()
        .map(|session| SessionShown {
            id: session.id,
            browser: browser(&session.agent),
            address: session.client_ip,
            began: full(session.created_at, user.lang),
            seen: full(session.seen_at, user.lang),
            is_this: session.id == user.session,
        })
        .collect();
    Ok(html(&AccountPage {
        frame: Frame::of(&user, &place, user.lang.t("Tài khoản của tôi")),
        login: user.login.clone(),
        platform,
        used: crate::mail::bytes(usage.as_ref().map_or(0, |usage| usage.used_bytes)),
        quota: crate::mail::bytes(usage.as_ref().map_or(0, |usage| usage.quota_bytes)),
        sessions: shown,
        has_push: site.push.is_some(),
        security,
    }))
}

/// What people call the browser that names itself so.
fn browser(agent: &str) -> String {
    let program = [
        ("Edg/", "Edge"),
        ("coc_coc", "Cốc Cốc"),
        ("OPR/", "Opera"),
        ("Firefox/", "Firefox"),
        ("Chrome/", "Chrome"),
        ("Safari/", "Safari"),
    ];
    let machine = [
        ("Windows", "Windows"),
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let find = |names: &[(&str, &'static str)]| {
        names
            .iter()
            .find(|(mark, _)| agent.contains(mark))
            .map(|(_, name)| *name)
    };
    match (find(&program), find(&machine)) {
        (Some(program), Some(machine)) => format!("{program}, {machine}"),
        (Some(program), None) => program.to_owned(),
        _ => agent.chars().take(60).collect(),
    }
}

pub(super) async fn end_session(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let account = user.account;
    site.store
        .write(move |tx| web_session::close(tx, account, id))
        .await?;
    let back = if id == user.session {
        "/dang-nhap"
    } else {
        "/tai-khoan"
    };
    Ok(Redirect::to(back).into_response())
}
