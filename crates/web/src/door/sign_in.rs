//! `/dang-nhap`: name and password, and out again.

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_access::{Refusal, SignedIn};
use congvu_governance::mailbox::{has_accepted_rules, lacks_factor, shut};
use congvu_governance::{Law, Refused};
use congvu_regulation::Profile;
use congvu_store::stop::{self, Stop};
use congvu_store::{Tx, halfway, organisation, sso_session, web_session};

use super::Opening;
use crate::public::is_public;
use crate::site::{
    BELOW, BY_MESSAGE, DENSITIES, DENSITY, Fields, Frame, KEYS, LOOK, Lang, NO_KEYS, Oops, PANE,
    Page, Site, User, Visitor, clear_cookie, full, html, new_seal, set_cookie,
};

#[derive(Template)]
#[template(path = "sign_in.html")]
struct SignInPage {
    frame: Frame,
    host: String,
    hotline: String,
    directory: bool,
    stops: Vec<String>,
    /// A new password was chosen.
    recovered: bool,
    /// Where somebody goes when they are in.
    back: String,
    name: String,
    refusal: Option<String>,
    /// What to do about it.
    way_out: Option<String>,
    /// What the button says that leads to the other system, and where it leads.
    sso: Option<(String, String)>,
    /// Passwords are taken here.
    local: bool,
}

/// What stands beside the form.
struct Around {
    place: String,
    hotline: String,
    stops: Vec<Stop>,
    /// Anybody may read the directory.
    directory: bool,
}

fn around(tx: &mut Tx<'_>, law: Law) -> Result<Around, Refused> {
    let root = organisation::root(tx)?;
    let hotline = match &root {
        Some(root) => law
            .at(tx, root.id)
            .ok()
            .and_then(Profile::hotline_number)
            .unwrap_or_default(),
        None => String::new(),
    };
    let directory = match &root {
        Some(root) => is_public(tx, law, root.id)?,
        None => false,
    };
    Ok(Around {
        directory,
        place: root.map_or_else(String::new, |root| root.name),
        hotline,
        stops: stop::current_and_coming(tx)?,
    })
}

/// The telephone number for support, where the text names one (QN.14.11).
pub(super) trait Hotline {
    fn hotline_number(&self) -> Option<String>;
}

impl Hotline for Profile {
    fn hotline_number(&self) -> Option<String> {
        self.head().hotline().map(|number| number.value.clone())
    }
}

pub(super) async fn page(
    State(site): State<Site>,
    visitor: Visitor,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let back = way_back(query.get("ve"));
    if visitor.user.is_some() {
        return Ok(Redirect::to(&back).into_response());
    }
    let recovered = query.get("xong") == "mat-khau";
    render(&site, &visitor, back, ("", recovered), None).await
}

/// Where to go after signing in: a page of ours, or the mail.
pub(super) fn way_back(asked: &str) -> String {
    // "//elsewhere" and "/\elsewhere" are addresses of other sites.
    let is_ours = asked.starts_with('/')
        && !asked[1..].starts_with(['/', '\\'])
        && !asked.contains(|c: char| c.is_control());
    if is_ours && !asked.starts_with("/dang-nhap") {
        asked.to_owned()
    } else {
        "/thu".to_owned()
    }
}

pub(super) async fn render(
    site: &Site,
    visitor: &Visitor,
    back: String,
    (name, recovered): (&str, bool),
    refusal: Option<(String, Option<String>)>,
) -> Page {
    let law = site.law;
    let around = site.store.read(move |tx| around(tx, law)).await?;
    let lang = visitor.lang;
    let mut frame = Frame::plain(lang.t("Đăng nhập"), lang);
    frame.place = around.place;
    let stops = around
        .stops
        .iter()
        .map(|stop| {
            let from = full(stop.from_at, lang);
            match stop.until_at {
                Some(until) => {
                    let until = full(until, lang);
                    format!("{from} {} {until}. {}", lang.t("đến"), stop.what)
                }
                None => format!("{from}. {}", stop.what),
            }
        })
        .collect();
    let refused = refusal.is_some();
    let (refusal, way_out) = refusal.unzip();
    let sso = site.sso.as_ref().map(|sso| {
        let mut way = form_urlencoded::Serializer::new(format!("{}?", super::sso::START));
        let way = way.append_pair("ve", &back).finish();
        (sso.label().to_owned(), way)
    });
    let mut response = html(&SignInPage {
        sso,
        local: site.local_sign_in,
        frame,
        host: site.config.hostname.clone(),
        hotline: around.hotline,
        directory: around.directory,
        stops,
        recovered,
        back,
        name: name.to_owned(),
        refusal,
        way_out: way_out.flatten(),
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Why somebody is not let in, and what they can do; of a lock, its reason and its clause. A lock is told to those alone who have proved
/// who they are.
pub(super) async fn why(
    site: &Site,
    refusal: &Refusal,
    lang: Lang,
) -> Result<(String, Option<String>), Oops> {
    let (mut words, way_out) = told(refusal, lang);
    let Refusal::Locked(account) = *refusal else {
        return Ok((words, way_out));
    };
    let law = site.law;
    let found = site.store.read(move |tx| shut(tx, law, account));
    if let Some(shut) = found.await? {
        let state = match shut.is_over {
            true => lang.t("Hộp thư đã thu hồi từ ngày"),
            false => lang.t("Hộp thư bị tạm khóa từ ngày"),
        };
        words = format!("{state} {}", shut.since.vietnamese());
        if !shut.reason.is_empty() {
            words = format!("{words}: {}", shut.reason);
        }
        if !shut.clause.is_empty() {
            words = format!("{words} ({})", shut.clause);
        }
        words.push('.');
    }
    Ok((words, way_out))
}

/// The same without asking the store. Which of name and password is wrong is not told.
pub(super) fn told(refusal: &Refusal, lang: Lang) -> (String, Option<String>) {
    let contact = || {
        Some(
            lang.t("Nhờ đầu mối thư điện tử của cơ quan bạn gửi văn bản đề nghị khôi phục; mật khẩu phải đổi ở lần đăng nhập đầu tiên sau đó.")
                .to_owned(),
        )
    };
    match refusal {
        Refusal::Wrong | Refusal::Malformed => (
            lang.t("Tài khoản hoặc mật khẩu chưa đúng.").to_owned(),
            Some(
                lang.t("Kiểm tra phím Caps Lock và bộ gõ tiếng Việt.")
                    .to_owned(),
            ),
        ),
        Refusal::Throttled(wait) => {
            let minutes = wait.as_secs().div_ceil(60);
            (
                format!(
                    "{} {minutes} {}",
                    lang.t("Đã gõ sai nhiều lần. Hãy chờ"),
                    lang.t("phút rồi thử lại.")
                ),
                None,
            )
        }
        Refusal::Locked(_) => (
            lang.t("Hộp thư đang tạm khóa hoặc đã thu hồi.").to_owned(),
            contact(),
        ),
        Refusal::Disabled => (
            lang.t("Tài khoản đang bị khóa đăng nhập.").to_owned(),
            contact(),
        ),
        Refusal::NoMailbox => (lang.t("Tài khoản này không có hộp thư.").to_owned(), None),
        Refusal::MustChange
        | Refusal::Unavailable
        | Refusal::AppPassword
        | Refusal::SecondFactor { .. } => (
            lang.t("Máy chủ chưa trả lời được lúc này. Hãy thử lại sau một phút.")
                .to_owned(),
            None,
        ),
    }
}

/// Somebody is not let in who gave no name.
pub(super) async fn refused(
    site: &Site,
    visitor: &Visitor,
    back: String,
    refusal: &Refusal,
) -> Page {
    let told = match refusal {
        Refusal::Wrong => {
            let why = visitor.lang.t(
                "Khóa truy cập này không được nhận: đã gỡ, hoặc của hệ thống khác. Đăng nhập bằng mật khẩu.",
            );
            (why.to_owned(), None)
        }
        refusal => why(site, refusal, visitor.lang).await?,
    };
    render(site, visitor, back, ("", false), Some(told)).await
}

/// Where nobody signs in with what is of this system.
pub(super) fn elsewhere(lang: Lang) -> String {
    lang.t("Ở đây chỉ đăng nhập một lần bằng hệ thống Chính quyền điện tử.")
        .to_owned()
}

pub(super) async fn enter(State(site): State<Site>, visitor: Visitor, fields: Fields) -> Page {
    let back = way_back(fields.get("ve"));
    if !site.local_sign_in {
        let told = Some((elsewhere(visitor.lang), None));
        return render(&site, &visitor, back, ("", false), told).await;
    }
    let attempt = visitor.attempt();
    let shared = fields.has("may-chung");
    let name = fields.get("tai-khoan").trim();
    // A line's end that was pasted along belongs to no password.
    let password = fields.get("mat-khau").trim_end_matches(['\r', '\n']);
    let signed_in = match site.access.sign_in(attempt, name, password).await {
        Ok(signed_in) => signed_in,
        Err(Refusal::SecondFactor { account, epoch }) => {
            return super::code::ask(&site, &visitor, (account, epoch), (shared, &back)).await;
        }
        Err(refusal) => {
            let told = why(&site, &refusal, visitor.lang).await?;
            return render(&site, &visitor, back, (name, false), Some(told)).await;
        }
    };
    let (seal, limited) = open(&site, &visitor, signed_in, shared, None).await?;
    let back = if limited { "/doi-mat-khau" } else { &back };
    let mut response = Redirect::to(back).into_response();
    response
        .headers_mut()
        .append(header::SET_COOKIE, set_cookie(visitor.client, &seal));
    Ok(response)
}

/// Begins a session; whether it opens nothing but the page on which the password is chosen and the rules are taken on.
pub(super) async fn open(
    site: &Site,
    visitor: &Visitor,
    signed_in: SignedIn,
    shared: bool,
    of: Option<sso_session::Of>,
) -> Result<(crate::site::Seal, bool), Oops> {
    let seal = new_seal();
    let (law, mailbox, account) = (site.law, signed_in.mailbox, signed_in.account);
    let (epoch, must_change) = (signed_in.epoch, signed_in.must_change.is_some());
    let demanded = site.config.factor_demanded;
    let (task_seal, visitor) = (seal.clone(), visitor.clone());
    let limited = site
        .store
        .write(move |tx| {
            let limited = must_change
                || !has_accepted_rules(tx, law, mailbox)?
                || (demanded && lacks_factor(tx, account)?);
            // Whoever signs in again with the same browser leaves no second session behind.
            if let Some(before) = &visitor.user {
                web_session::close(tx, before.account, before.session)?;
            }
            if let Some(half) = &visitor.half {
                halfway::close(tx, &half.digest())?;
            }
            let opening = Opening {
                account,
                epoch,
                shared,
                limited,
            };
            let session = opening.open(tx, &task_seal, &visitor)?;
            if let Some(of) = &of {
                sso_session::add(tx, session, of)?;
            }
            Ok::<_, Refused>(limited)
        })
        .await?;
    signed_in.session.hand_on();
    Ok((seal, limited))
}

pub(super) async fn leave(State(site): State<Site>, visitor: Visitor, fields: Fields) -> Page {
    if let Some(user) = &visitor.user {
        user.check(&fields)?;
        end(&site, user).await?;
    }
    Ok(gone(&visitor))
}

async fn end(site: &Site, user: &User) -> Result<(), Oops> {
    let (account, session) = (user.account, user.session);
    site.store
        .write(move |tx| web_session::close(tx, account, session))
        .await?;
    Ok(())
}

fn gone(visitor: &Visitor) -> Response {
    let mut response = Redirect::to("/dang-nhap").into_response();
    let headers = response.headers_mut();
    headers.append(header::SET_COOKIE, clear_cookie(visitor.client));
    // Whoever sits down next finds nothing with the back button.
    headers.insert("clear-site-data", HeaderValue::from_static("\"cache\""));
    response
}

/// Remembers in which language somebody reads.
pub(super) async fn language(fields: Fields) -> Response {
    let code = Lang::from_code(fields.get("ma")).code();
    remember("ngon-ngu", code, fields.get("ve"))
}

/// Remembers how somebody looks through lists: conversations or each message, how close together, read beside or below, with
/// keys or without.
pub(super) async fn look(fields: Fields) -> Response {
    if let Some(wanted) = fields.find("mat-do") {
        let mut known = DENSITIES.iter().map(|(code, _)| *code);
        let code = known.find(|code| *code == wanted).unwrap_or_default();
        return remember(DENSITY, code, fields.get("ve"));
    }
    if let Some(wanted) = fields.find("khung") {
        let pane = if wanted == BELOW { BELOW } else { "ben" };
        return remember(PANE, pane, fields.get("ve"));
    }
    if let Some(wanted) = fields.find("phim") {
        let keys = if wanted == NO_KEYS { NO_KEYS } else { "bat" };
        return remember(KEYS, keys, fields.get("ve"));
    }
    let look = match fields.get("kieu") {
        BY_MESSAGE => BY_MESSAGE,
        _ => "hoi-thoai",
    };
    remember(LOOK, look, fields.get("ve"))
}

fn remember(name: &str, value: &str, back: &str) -> Response {
    let mut response = Redirect::to(&way_back(back)).into_response();
    let cookie = format!("{name}={value}; Path=/; SameSite=Lax; Max-Age=31536000");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nobody_is_led_to_another_site() {
        assert_eq!(way_back("/thu/1/2"), "/thu/1/2");
        for bad in [
            "",
            "https://ke-xau.vn",
            "//ke-xau.vn",
            "/\\ke-xau.vn",
            "/dang-nhap?ve=/",
        ] {
            assert_eq!(way_back(bad), "/thu", "{bad}");
        }
    }
}
