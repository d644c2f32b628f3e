//! `/tai-khoan/khoi-phuc`: where one hears how to choose a new password when the old one is lost (TQ.12.2).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_access::MailedCode;
use congvu_governance::Refused;
use congvu_governance::mailbox::{ask_address, confirm_address, drop_address, recovers_itself};
use congvu_store::recovery::{self, Recovery};
use congvu_store::{StoreError, second_factor};

use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

#[derive(Template)]
#[template(path = "door/recovery.html")]
struct RecoveryPage {
    frame: Frame,
    address: String,
    /// An address whose code has not come back yet.
    asked: String,
    codes_left: u64,
    typed: String,
    fault: Option<String>,
    /// The regulation has no such way: the one that it has, with its clause.
    instead: Option<String>,
}

pub(super) async fn page(State(site): State<Site>, user: User) -> Page {
    render(&site, &user, String::new(), None).await
}

async fn render(site: &Site, user: &User, typed: String, fault: Option<String>) -> Page {
    let account = user.account;
    let (law, mailbox) = (site.law, user.mailbox);
    let (known, codes_left, instead): (Recovery, u64, Option<String>) = site
        .store
        .read(move |tx| {
            let instead = match recovers_itself(tx, law, mailbox) {
                Ok(_) => None,
                Err(Refused::Store(error)) => return Err(error),
                Err(refused) => Some(refused.to_string()),
            };
            Ok::<_, StoreError>((
                recovery::get(tx, account)?,
                second_factor::codes_left(tx, account)?,
                instead,
            ))
        })
        .await?;
    let refused = fault.is_some();
    let place = site.place().await?;
    let mut response = html(&RecoveryPage {
        frame: Frame::of(user, &place, user.lang.t("Khi quên mật khẩu")),
        address: known.address,
        asked: known.asked,
        codes_left,
        typed,
        fault,
        instead,
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn submit(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let typed = fields.get("dia-chi").trim().to_owned();
    let (law, actor, mailbox) = (site.law, user.actor(), user.mailbox);
    let what = fields.get("viec");
    if matches!(what, "gui-ma" | "bo")
        && let Err(why) = super::prove(&site, &user, fields.get("mat-khau")).await
    {
        return render(&site, &user, typed, Some(why)).await;
    }
    let done = match what {
        "gui-ma" => {
            let (code, to) = (MailedCode::generate(), typed.clone());
            let said = code.groups().join("-");
            let work = site.store.write(move |tx| {
                let sent = (said.as_str(), &code.digest()[..]);
                ask_address(tx, law, &actor, mailbox, &to, sent)
            });
            work.await
        }
        "xac-nhan" => {
            let digest = MailedCode::parse(fields.get("ma")).map_or_else(Vec::new, |c| c.digest());
            let work = site
                .store
                .write(move |tx| confirm_address(tx, law, &actor, mailbox, &digest));
            match work.await {
                Ok(false) => Err(Refused::bad(user.lang.t(
                    "Mã chưa đúng, đã hết hạn hoặc nhập sai quá 5 lần. Nhập lại, hoặc gửi mã mới.",
                ))),
                done => done.map(drop),
            }
        }
        "bo" => {
            let work = site
                .store
                .write(move |tx| drop_address(tx, law, &actor, mailbox));
            work.await
        }
        _ => return Err(Oops::Bad("Không đọc được biểu mẫu.".to_owned())),
    };
    match done {
        Ok(()) => Ok(Redirect::to("/tai-khoan/khoi-phuc").into_response()),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => render(&site, &user, typed, Some(refused.to_string())).await,
    }
}
