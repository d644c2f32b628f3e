//! `/tai-khoan/hai-lop`: a code from one's telephone beside the password (RFC 6238).

use askama::Template;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect};
use congvu_access::{RecoveryCode, Refusal, TotpSecret};
use congvu_governance::Refused;
use congvu_governance::mailbox::{
    begin_factor, confirm_factor, drop_factor, lacks_factor, renew_codes,
};
use congvu_store::StoreError;
use congvu_store::second_factor::{self, SecondFactor};
use congvu_store::web_session;
use qrcodegen::{QrCode, QrCodeEcc};

use super::password::only_lacks_factor;
use super::sign_in::told;
use crate::site::{Fields, Frame, Oops, Page, Site, User, Visitor, full, html};

/// So many codes are written down for when the telephone is lost.
const CODES: usize = 10;
/// A picture of this kind is read only with light around it, so wide (ISO/IEC 18004 §6.3.8).
const MARGIN: i32 = 4;

/// A picture that a telephone reads.
struct Qr {
    size: i32,
    /// The dark squares, as an SVG path.
    path: String,
}

impl Qr {
    fn of(text: &str) -> Option<Self> {
        let code = QrCode::encode_text(text, QrCodeEcc::Medium).ok()?;
        let mut path = String::new();
        for y in 0..code.size() {
            for x in (0..code.size()).filter(|x| code.get_module(*x, y)) {
                path.push_str(&format!("M{} {}h1v1h-1z", x + MARGIN, y + MARGIN));
            }
        }
        let size = code.size() + 2 * MARGIN;
        Some(Self { size, path })
    }
}

/// What is being set up.
struct Setting {
    qr: Option<Qr>,
    secret: String,
}

impl Setting {
    fn of(secret: &TotpSecret, site: &Site, user: &User) -> Self {
        let issuer = format!("{} ({})", user.lang.t("Thư công vụ"), site.config.hostname);
        Self {
            qr: Qr::of(&secret.uri(&issuer, &user.login)),
            secret: secret.groups().join(" "),
        }
    }
}

#[derive(Template)]
#[template(path = "door/second_factor.html")]
struct FactorPage {
    frame: Frame,
    login: String,
    /// When it was turned on; empty where it is off.
    since: String,
    left: u64,
    setting: Option<Setting>,
    /// Codes that were just made, shown once.
    codes: Vec<String>,
    fault: Option<String>,
    /// Nothing else is open before.
    demanded: bool,
}

/// Who is signed in, and also who may do nothing before a second factor is set up.
async fn owner(site: &Site, visitor: Visitor) -> Result<User, Oops> {
    let Some(user) = visitor.user else {
        let way = "/dang-nhap?ve=%2Ftai-khoan%2Fhai-lop";
        return Err(Oops::Elsewhere(way.to_owned()));
    };
    if user.limited && (user.must_change || !only_lacks_factor(site, &user).await?) {
        return Err(Oops::Elsewhere("/doi-mat-khau".to_owned()));
    }
    Ok(user)
}

pub(super) async fn page(State(site): State<Site>, visitor: Visitor) -> Page {
    let user = owner(&site, visitor).await?;
    render(&site, &user, Vec::new(), None).await
}

async fn render(site: &Site, user: &User, codes: Vec<RecoveryCode>, fault: Option<String>) -> Page {
    let account = user.account;
    let (factor, left): (Option<SecondFactor>, u64) = site
        .store
        .read(move |tx| {
            Ok::<_, StoreError>((
                second_factor::get(tx, account)?,
                second_factor::codes_left(tx, account)?,
            ))
        })
        .await?;
    let since = factor.as_ref().and_then(|factor| factor.confirmed_at);
    let begun = factor.filter(|factor| factor.confirmed_at.is_none());
    let secret = begun.and_then(|factor| site.access.unsealed(account, &factor.sealed));
    let refused = fault.is_some();
    let place = site.place().await?;
    let mut response = html(&FactorPage {
        frame: Frame::of(user, &place, user.lang.t("Xác thực hai lớp")),
        login: user.login.clone(),
        since: since.map_or_else(String::new, |at| full(at, user.lang)),
        left,
        setting: secret.map(|secret| Setting::of(&secret, site, user)),
        codes: codes.iter().map(|code| code.groups().join("-")).collect(),
        fault,
        demanded: user.limited,
    });
    if refused {
        *response.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    }
    Ok(response)
}

/// Why an act is not done, on the page itself.
type Told = Result<Vec<RecoveryCode>, Fault>;

enum Fault {
    Told(String),
    Oops(Oops),
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Oops(error.into())
    }
}

impl From<Refused> for Fault {
    fn from(refused: Refused) -> Self {
        match refused {
            Refused::Store(error) => error.into(),
            refused => Self::Told(refused.to_string()),
        }
    }
}

pub(super) async fn submit(State(site): State<Site>, visitor: Visitor, fields: Fields) -> Page {
    let user = owner(&site, visitor).await?;
    user.check(&fields)?;
    let done = match fields.get("viec") {
        "bat" => begin(&site, &user, &fields).await,
        "xac-nhan" => confirm(&site, &user, &fields).await,
        "lap-ma" => renew(&site, &user, &fields).await,
        "tat" => turn_off(&site, &user, &fields).await,
        _ => return Err(Oops::Bad("Không đọc được biểu mẫu.".to_owned())),
    };
    match done {
        Ok(codes) if codes.is_empty() => Ok(Redirect::to("/tai-khoan/hai-lop").into_response()),
        Ok(codes) => render(&site, &user, codes, None).await,
        Err(Fault::Told(why)) => render(&site, &user, Vec::new(), Some(why)).await,
        Err(Fault::Oops(oops)) => Err(oops),
    }
}

/// The password, once more: a browser that was left open is not enough.
async fn prove_password(site: &Site, user: &User, fields: &Fields) -> Result<(), Fault> {
    let proved = super::prove(site, user, fields.get("mat-khau")).await;
    proved.map_err(Fault::Told)
}

async fn prove_code(site: &Site, user: &User, fields: &Fields) -> Result<(), Fault> {
    let code = fields.get("ma");
    let proved = site.access.prove_code(user.attempt(), user.account, code);
    match proved.await {
        Ok(_) => Ok(()),
        Err(Refusal::Wrong) => Err(Fault::Told(
            user.lang
                .t("Mã chưa đúng hoặc đã dùng rồi. Chờ mã mới hiện trên điện thoại rồi nhập lại.")
                .to_owned(),
        )),
        Err(refusal) => Err(Fault::Told(told(&refusal, user.lang).0)),
    }
}

fn fresh_codes() -> (Vec<RecoveryCode>, Vec<Vec<u8>>) {
    let codes: Vec<RecoveryCode> = (0..CODES).map(|_| RecoveryCode::generate()).collect();
    let digests = codes.iter().map(RecoveryCode::digest).collect();
    (codes, digests)
}

async fn begin(site: &Site, user: &User, fields: &Fields) -> Told {
    prove_password(site, user, fields).await?;
    let (_, sealed) = site.access.new_factor(user.account);
    let (law, actor, mailbox) = (site.law, user.actor(), user.mailbox);
    site.store
        .write(move |tx| begin_factor(tx, law, &actor, mailbox, &sealed))
        .await?;
    Ok(Vec::new())
}

async fn confirm(site: &Site, user: &User, fields: &Fields) -> Told {
    let account = user.account;
    let factor: Result<Option<SecondFactor>, StoreError> = site
        .store
        .read(move |tx| second_factor::get(tx, account))
        .await;
    let Some(factor) = factor?.filter(|factor| factor.confirmed_at.is_none()) else {
        return Ok(Vec::new());
    };
    let step = site
        .access
        .step_of(account, &factor.sealed, fields.get("ma"));
    let Some(step) = step else {
        let why = user
            .lang
            .t("Mã chưa đúng. Xem giờ trên điện thoại có đúng không, rồi nhập mã đang hiện.");
        return Err(Fault::Told(why.to_owned()));
    };
    let (codes, digests) = fresh_codes();
    let (law, actor) = (site.law, user.actor());
    let place = (user.mailbox, user.session);
    site.store
        .write(move |tx| {
            let proof = (&factor.sealed[..], step);
            confirm_factor(tx, law, &actor, place, proof, &digests)?;
            // That was all that was missing.
            Ok::<_, Refused>(web_session::widen(tx, place.1)?)
        })
        .await?;
    Ok(codes)
}

async fn renew(site: &Site, user: &User, fields: &Fields) -> Told {
    prove_password(site, user, fields).await?;
    prove_code(site, user, fields).await?;
    let (codes, digests) = fresh_codes();
    let (law, actor, mailbox) = (site.law, user.actor(), user.mailbox);
    site.store
        .write(move |tx| renew_codes(tx, law, &actor, mailbox, &digests))
        .await?;
    Ok(codes)
}

async fn turn_off(site: &Site, user: &User, fields: &Fields) -> Told {
    prove_password(site, user, fields).await?;
    prove_code(site, user, fields).await?;
    let (law, actor) = (site.law, user.actor());
    let place = (user.mailbox, user.session);
    let (demanded, account) = (site.config.factor_demanded, user.account);
    site.store
        .write(move |tx| {
            drop_factor(tx, law, &actor, place)?;
            if demanded && lacks_factor(tx, account)? {
                return Err(Refused::state(
                    "Vai trò của bạn bắt buộc dùng xác thực hai lớp. Thêm một khóa truy cập trước, hoặc nhờ đơn vị vận hành gỡ khi mất điện thoại.",
                ));
            }
            Ok(())
        })
        .await?;
    Ok(Vec::new())
}
