//! `/doi-mat-khau`: a password of one's own, and what is taken on with it. Before that nothing else is open (TQ.6.1, SL.6.1,
//! HCM.8.3.b).

use askama::Template;
use axum::extract::State;
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Redirect};
use congvu_access::{hash_password, verify_password};
use congvu_governance::mailbox::{
    PasswordRule, Subject, accept_rules, choose_password, has_accepted_rules, lacks_factor,
};
use congvu_governance::{Law, Refused};
use congvu_regulation::Source;
use congvu_store::{Tx, web_session};

use super::Opening;
use crate::site::{Fields, Frame, Oops, Page, Site, User, Visitor, html, new_seal, set_cookie};

/// A sentence with the clause that says it.
struct Cited {
    text: String,
    clause: String,
    quote: String,
}

#[derive(Template)]
#[template(path = "password.html")]
struct PasswordPage {
    frame: Frame,
    must_change: bool,
    login: String,
    rules: Vec<String>,
    faults: Vec<String>,
    duties: Vec<Cited>,
    accepted: bool,
    regulation: String,
}

/// What the page is about.
struct About {
    rule: PasswordRule,
    duties: Vec<Cited>,
    accepted: bool,
    regulation: String,
}

fn about(tx: &mut Tx<'_>, law: Law, user: &User) -> Result<About, Refused> {
    let subject = Subject::load(tx, law, user.mailbox)?;
    let duties = subject.profile.acceptable_use().sentences().iter();
    let duties = duties
        .map(|sentence| match &sentence.source {
            Source::Clause { id, quote } => Cited {
                text: sentence.value.clone(),
                clause: id.to_string(),
                quote: quote.clone(),
            },
            Source::Local => Cited {
                text: sentence.value.clone(),
                clause: String::new(),
                quote: String::new(),
            },
        })
        .collect();
    Ok(About {
        rule: PasswordRule::of(tx, law, user.account)?,
        duties,
        accepted: has_accepted_rules(tx, law, user.mailbox)?,
        regulation: subject.profile.head().cited_as().to_owned(),
    })
}

/// Who is signed in, whatever else they still have to do.
fn signed_in(visitor: &Visitor) -> Result<User, Oops> {
    visitor
        .user
        .clone()
        .ok_or_else(|| Oops::Elsewhere("/dang-nhap".to_owned()))
}

pub(super) async fn page(State(site): State<Site>, visitor: Visitor) -> Page {
    let user = signed_in(&visitor)?;
    if user.limited && !user.must_change && only_lacks_factor(&site, &user).await? {
        return Ok(Redirect::to(FACTOR).into_response());
    }
    render(&site, user, Vec::new()).await
}

/// Where a second factor is set up.
const FACTOR: &str = "/tai-khoan/hai-lop";

/// Nothing else keeps them from their mailbox but that a second factor is demanded of them.
pub(super) async fn only_lacks_factor(site: &Site, user: &User) -> Result<bool, Oops> {
    let (law, mailbox, account) = (site.law, user.mailbox, user.account);
    if !site.config.factor_demanded {
        return Ok(false);
    }
    let lacks = site.store.read(move |tx| {
        Ok::<_, Refused>(has_accepted_rules(tx, law, mailbox)? && lacks_factor(tx, account)?)
    });
    Ok(lacks.await?)
}

async fn render(site: &Site, user: User, faults: Vec<String>) -> Page {
    let (law, reader) = (site.law, user.clone());
    let about = site.store.read(move |tx| about(tx, law, &reader)).await?;
    let place = site.place().await?;
    let refused = !faults.is_empty();
    let mut response = html(&PasswordPage {
        frame: Frame::of(&user, &place, user.lang.t("Đổi mật khẩu")),
        must_change: user.must_change,
        login: user.login.clone(),
        rules: about.rule.rule().explain(),
        faults,
        duties: about.duties,
        accepted: about.accepted,
        regulation: about.regulation,
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn choose(State(site): State<Site>, visitor: Visitor, fields: Fields) -> Page {
    let user = signed_in(&visitor)?;
    user.check(&fields)?;
    let (law, reader) = (site.law, user.clone());
    let about = site.store.read(move |tx| about(tx, law, &reader)).await?;
    let accepts = fields.has("nhan-trach-nhiem");
    let mut faults = Vec::new();
    if !about.accepted && !accepts {
        faults.push(
            user.lang
                .t("Đọc rồi đánh dấu vào ô nhận trách nhiệm để dùng hộp thư.")
                .to_owned(),
        );
    }
    let candidate = fields.get("mat-khau-moi").to_owned();
    // Who comes here for the rules alone keeps the password they have.
    let changes = user.must_change || !candidate.is_empty() || about.accepted;
    if changes {
        faults.extend(password_faults(&site, &user, about.rule, &fields).await?);
    }
    if !faults.is_empty() {
        return render(&site, user, faults).await;
    }
    if !changes {
        let to = if take_on(&site, &user).await? {
            "/thu"
        } else {
            FACTOR
        };
        return Ok(Redirect::to(to).into_response());
    }
    let hashing = tokio::task::spawn_blocking(move || hash_password(&candidate));
    let phc = hashing.await.map_err(|_| Oops::Busy)?;
    let seal = new_seal();
    let task_seal = seal.clone();
    let actor = user.actor();
    let client = visitor.client;
    let demanded = site.config.factor_demanded;
    let lacks = site
        .store
        .write(move |tx| {
            if accepts {
                accept_rules(tx, law, &actor, user.mailbox)?;
            }
            let epoch = choose_password(tx, law, &actor, user.mailbox, &phc)?;
            // All that was signed in ends with the old password, this session too; it goes on as another.
            web_session::close(tx, user.account, user.session)?;
            let opening = Opening {
                account: user.account,
                epoch,
                shared: false,
                limited: demanded && lacks_factor(tx, user.account)?,
            };
            opening.open(tx, &task_seal, &visitor)?;
            Ok::<_, Refused>(opening.limited)
        })
        .await?;
    let to = if lacks { FACTOR } else { "/thu" };
    let mut response = Redirect::to(to).into_response();
    response
        .headers_mut()
        .append(header::SET_COOKIE, set_cookie(client, &seal));
    Ok(response)
}

/// What is wrong with the new password. Who has to change it signed in with the old one a moment ago; anybody else is asked
/// for it again: a browser that was left open is not enough.
async fn password_faults(
    site: &Site,
    user: &User,
    rule: PasswordRule,
    fields: &Fields,
) -> Result<Vec<String>, Oops> {
    let candidate = fields.get("mat-khau-moi").to_owned();
    let mut faults = Vec::new();
    if candidate != fields.get("mat-khau-lai") {
        faults.push(
            user.lang
                .t("Hai lần nhập mật khẩu mới chưa giống nhau.")
                .to_owned(),
        );
    }
    if !user.must_change
        && let Err(why) = super::prove(site, user, fields.get("mat-khau-cu")).await
    {
        faults.push(why);
        return Ok(faults);
    }
    let same = user.lang.t("Mật khẩu mới phải khác mật khẩu đang dùng.");
    let checking = tokio::task::spawn_blocking(move || {
        let found = rule.faults(&candidate, verify_password);
        let mut told: Vec<String> = found.iter().map(ToString::to_string).collect();
        if rule.is_current(&candidate, verify_password) {
            told.push(same.to_owned());
        }
        told
    });
    faults.extend(checking.await.map_err(|_| Oops::Busy)?);
    Ok(faults)
}

/// Whether everything is open to them then.
async fn take_on(site: &Site, user: &User) -> Result<bool, Oops> {
    let (law, actor) = (site.law, user.actor());
    let (mailbox, session, account) = (user.mailbox, user.session, user.account);
    let demanded = site.config.factor_demanded;
    let opened = site.store.write(move |tx| {
        accept_rules(tx, law, &actor, mailbox)?;
        if demanded && lacks_factor(tx, account)? {
            return Ok::<_, Refused>(false);
        }
        web_session::widen(tx, session)?;
        Ok(true)
    });
    Ok(opened.await?)
}
