//! `/quen-mat-khau` and `/dat-mat-khau/…`: a lost password is changed by the system's own means, or one is told whom to ask (TQ.12.2).
//!
//! The first page says the same, after the same time, whether there is such an account or not, and whatever it is set to.

use std::time::Duration;

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_access::{Refusal, ResetKey, hash_password, verify_password};
use congvu_governance::mailbox::{
    Link, PasswordRule, leave_by_code, offer_reset, recover_password, who_recovers,
};
use congvu_governance::{Law, Refused};
use congvu_regulation::MailboxKind;
use congvu_regulation::requests::{RequestKind, Way};
use congvu_store::{Tx, organisation};
use tokio::time::Instant;

use super::sign_in::{Hotline, told};
use crate::site::{Fields, Frame, Oops, Page, Site, Visitor, html};

/// What is asked for is answered after so long, whatever there was to do.
const ALIKE: Duration = Duration::from_millis(700);

#[derive(Template)]
#[template(path = "door/forgotten.html")]
struct ForgottenPage {
    frame: Frame,
    help: Help,
    name: String,
    fault: Option<String>,
    asked: bool,
}

/// Whom to ask who cannot help themselves.
#[derive(Default)]
struct Help {
    managing: String,
    hotline: String,
    clause: String,
    /// One may help oneself too.
    oneself: bool,
}

fn help(tx: &mut Tx<'_>, law: Law) -> Result<(String, Help), Refused> {
    let Some(root) = organisation::root(tx)? else {
        return Ok(Default::default());
    };
    let Ok(profile) = law.at(tx, root.id) else {
        return Ok((root.name, Help::default()));
    };
    let managing = profile.head().successor().unwrap_or(profile.managing());
    let rule = profile.request(RequestKind::Password);
    let clause = rule.and_then(|rule| rule.kind().clause());
    let help = Help {
        managing: managing.value.clone(),
        hotline: profile.hotline_number().unwrap_or_default(),
        clause: clause.map(ToString::to_string).unwrap_or_default(),
        oneself: profile
            .check_channel(
                RequestKind::Password,
                Way::SelfService,
                MailboxKind::Personal,
            )
            .is_ok(),
    };
    Ok((root.name, help))
}

async fn render(
    site: &Site,
    visitor: &Visitor,
    name: &str,
    fault: Option<String>,
    asked: bool,
) -> Page {
    let law = site.law;
    let (place, help) = site.store.read(move |tx| help(tx, law)).await?;
    let mut frame = Frame::plain(visitor.lang.t("Quên mật khẩu"), visitor.lang);
    frame.place = place;
    let refused = fault.is_some();
    let mut response = html(&ForgottenPage {
        frame,
        help,
        name: name.to_owned(),
        fault,
        asked,
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

pub(super) async fn page(State(site): State<Site>, visitor: Visitor) -> Page {
    render(&site, &visitor, "", None, false).await
}

pub(super) async fn ask(State(site): State<Site>, visitor: Visitor, fields: Fields) -> Page {
    let began = Instant::now();
    let name = fields.get("tai-khoan").trim().to_owned();
    let by_code = fields.get("viec") == "ma";
    let answered = if by_code {
        by_written_code(&site, &visitor, &name, fields.get("ma")).await
    } else {
        by_address(&site, &visitor, &name).await.map(|()| None)
    };
    tokio::time::sleep_until(began + ALIKE).await;
    match answered {
        Ok(Some(way)) => Ok(Redirect::to(&way).into_response()),
        Ok(None) => render(&site, &visitor, &name, None, true).await,
        Err(Refusal::Wrong) => {
            let why = visitor
                .lang
                .t("Tài khoản hoặc mã dự phòng chưa đúng, hoặc mã đã dùng rồi.");
            render(&site, &visitor, &name, Some(why.to_owned()), false).await
        }
        Err(refusal) => {
            let why = told(&refusal, visitor.lang).0;
            render(&site, &visitor, &name, Some(why), false).await
        }
    }
}

/// A mail to the recovery address, where there is one.
async fn by_address(site: &Site, visitor: &Visitor, name: &str) -> Result<(), Refusal> {
    let may = site.access.may_ask_reset(visitor.attempt(), name);
    may.map_err(Refusal::Throttled)?;
    let key = ResetKey::generate();
    let url = format!(
        "https://{}/dat-mat-khau/{}",
        site.config.hostname,
        key.reveal()
    );
    let (law, named) = (site.law, site.access.named(name));
    let offered = site.store.write(move |tx| {
        let link = Link {
            url: &url,
            digest: &key.digest(),
        };
        offer_reset(tx, law, (&named.0, named.1.as_deref()), link)
    });
    offered.await.map_err(|error| {
        tracing::warn!(%error, "a way to choose a new password is not offered");
        Refusal::Unavailable
    })
}

/// A code that was written down opens the next page at once; where that is.
async fn by_written_code(
    site: &Site,
    visitor: &Visitor,
    name: &str,
    code: &str,
) -> Result<Option<String>, Refusal> {
    let key = ResetKey::generate();
    let digest = key.digest();
    let leave = move |tx: &mut Tx<'_>, id| leave_by_code(tx, id, &digest);
    site.access
        .take_recovery_code(visitor.attempt(), (name, code), leave)
        .await?;
    Ok(Some(format!("/dat-mat-khau/{}", key.reveal())))
}

#[derive(Template)]
#[template(path = "door/recover.html")]
struct RecoverPage {
    frame: Frame,
    /// Empty where what was followed does not count any more.
    login: String,
    rules: Vec<String>,
    faults: Vec<String>,
}

/// Whose password may be chosen, and what it must be like.
async fn whose(site: &Site, key: &str) -> Result<Option<(String, PasswordRule)>, Oops> {
    let Some(key) = ResetKey::parse(key) else {
        return Ok(None);
    };
    let (law, digest) = (site.law, key.digest());
    let found = site.store.read(move |tx| {
        let Some((id, login)) = who_recovers(tx, law, &digest)? else {
            return Ok::<_, Refused>(None);
        };
        Ok(Some((login, PasswordRule::of(tx, law, id)?)))
    });
    Ok(found.await?)
}

async fn form(
    site: &Site,
    visitor: &Visitor,
    found: Option<(String, PasswordRule)>,
    faults: Vec<String>,
) -> Page {
    let mut frame = Frame::plain(visitor.lang.t("Đặt mật khẩu mới"), visitor.lang);
    frame.place = site.place().await?;
    let status = match &found {
        None => StatusCode::GONE,
        Some(_) if !faults.is_empty() => StatusCode::UNPROCESSABLE_ENTITY,
        Some(_) => StatusCode::OK,
    };
    let (login, rule) = found.unzip();
    let mut response = html(&RecoverPage {
        frame,
        login: login.unwrap_or_default(),
        rules: rule.map_or_else(Vec::new, |rule| rule.rule().explain()),
        faults,
    });
    *response.status_mut() = status;
    Ok(response)
}

pub(super) async fn recover_page(
    State(site): State<Site>,
    visitor: Visitor,
    Path(key): Path<String>,
) -> Page {
    let found = whose(&site, &key).await?;
    form(&site, &visitor, found, Vec::new()).await
}

pub(super) async fn recover(
    State(site): State<Site>,
    visitor: Visitor,
    Path(key): Path<String>,
    fields: Fields,
) -> Page {
    let Some((login, rule)) = whose(&site, &key).await? else {
        return form(&site, &visitor, None, Vec::new()).await;
    };
    let candidate = fields.get("mat-khau-moi").to_owned();
    let mut faults = Vec::new();
    if candidate != fields.get("mat-khau-lai") {
        let why = visitor.lang.t("Hai lần nhập mật khẩu mới chưa giống nhau.");
        faults.push(why.to_owned());
    }
    let (checked, chosen) = (rule.clone(), candidate.clone());
    let checking = tokio::task::spawn_blocking(move || {
        let found = checked.faults(&chosen, verify_password);
        let told: Vec<String> = found.iter().map(ToString::to_string).collect();
        let phc = told.is_empty().then(|| hash_password(&chosen));
        (told, phc)
    });
    let (found, phc) = checking.await.map_err(|_| Oops::Busy)?;
    faults.extend(found);
    let Some(phc) = phc.filter(|_| faults.is_empty()) else {
        return form(&site, &visitor, Some((login, rule)), faults).await;
    };
    let (law, ip) = (site.law, visitor.client.ip.to_string());
    let digest = ResetKey::parse(&key).map_or_else(Vec::new, |key| key.digest());
    let chosen = site
        .store
        .write(move |tx| recover_password(tx, law, &ip, &digest, &phc))
        .await?;
    if !chosen {
        return form(&site, &visitor, None, Vec::new()).await;
    }
    Ok(Redirect::to("/dang-nhap?xong=mat-khau").into_response())
}
