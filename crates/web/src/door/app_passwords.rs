//! `/tai-khoan/mat-khau-ung-dung`: passwords for mail programs, each for one.

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_access::AppSecret;
use congvu_governance::Refused;
use congvu_governance::mailbox::{add_app_password, revoke_app_password};
use congvu_store::app_password::{self, Listed};
use congvu_store::{StoreError, account};

use crate::site::{Fields, Frame, Oops, Page, Site, User, full, html};

struct Shown {
    id: i64,
    label: String,
    made: String,
    /// When, from where and by what it was last used; empty where it never was.
    used: String,
}

/// One that was just made, shown once.
struct Made {
    label: String,
    groups: Vec<String>,
}

#[derive(Template)]
#[template(path = "door/app_passwords.html")]
struct AppPasswordsPage {
    frame: Frame,
    login: String,
    host: String,
    /// Mail programs are let in with these alone.
    needed: bool,
    known: Vec<Shown>,
    made: Option<Made>,
    label: String,
    fault: Option<String>,
}

pub(super) async fn page(State(site): State<Site>, user: User) -> Page {
    render(&site, &user, None, (String::new(), None)).await
}

async fn render(
    site: &Site,
    user: &User,
    made: Option<Made>,
    (label, fault): (String, Option<String>),
) -> Page {
    let id = user.account;
    let (known, needed): (Vec<Listed>, bool) = site
        .store
        .read(move |tx| {
            let account = account::get(tx, id)?;
            let needed = account.is_some_and(|account| account.second_factor);
            Ok::<_, StoreError>((app_password::of_account(tx, id)?, needed))
        })
        .await?;
    let known = known.into_iter().map(|one| Shown {
        id: one.id,
        label: one.label,
        made: full(one.created_at, user.lang),
        used: one.used_at.map_or_else(String::new, |at| {
            let by = match one.used_by.as_str() {
                "submission" => user.lang.t("gửi thư"),
                _ => user.lang.t("đọc thư"),
            };
            format!("{}, {}, {by}", full(at, user.lang), one.used_from)
        }),
    });
    let refused = fault.is_some();
    let place = site.place().await?;
    let mut response = html(&AppPasswordsPage {
        frame: Frame::of(user, &place, user.lang.t("Mật khẩu ứng dụng")),
        login: user.login.clone(),
        host: site.config.hostname.clone(),
        needed,
        known: known.collect(),
        made,
        label,
        fault,
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn submit(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    match fields.get("viec") {
        "tao" => make(&site, &user, &fields).await,
        "thu-hoi" => {
            let id = fields.get("so").parse().unwrap_or_default();
            let (law, actor, mailbox) = (site.law, user.actor(), user.mailbox);
            site.store
                .write(move |tx| revoke_app_password(tx, law, &actor, mailbox, id))
                .await?;
            Ok(Redirect::to("/tai-khoan/mat-khau-ung-dung").into_response())
        }
        _ => Err(Oops::Bad("Không đọc được biểu mẫu.".to_owned())),
    }
}

async fn make(site: &Site, user: &User, fields: &Fields) -> Page {
    let label = fields.get("ten").trim().to_owned();
    if let Err(why) = super::prove(site, user, fields.get("mat-khau")).await {
        return render(site, user, None, (label, Some(why))).await;
    }
    let secret = AppSecret::generate();
    let (law, actor, mailbox) = (site.law, user.actor(), user.mailbox);
    let (kept, named) = (secret.clone(), label.clone());
    let added = site.store.write(move |tx| {
        let salt = match actor.account {
            Some(id) => account::get(tx, id)?.map(|account| account.scram_salt),
            None => None,
        };
        let salt = salt.ok_or_else(|| Refused::missing("Không có tài khoản này."))?;
        add_app_password(tx, law, &actor, mailbox, &named, |tx, account, label| {
            kept.store(tx, account, &salt, label)
        })
    });
    match added.await {
        Ok(()) => {
            let made = Made {
                label,
                groups: secret.groups(),
            };
            render(site, user, Some(made), (String::new(), None)).await
        }
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => render(site, user, None, (label, Some(refused.to_string()))).await,
    }
}
