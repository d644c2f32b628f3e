//! `/quan-ly/hop-thu/{id}/uy-quyen`, `/ban-giao`: who keeps a unit mailbox, and its hand-over to a new head (TQ.11.2, TQ.11.3, HCM.12.1,
//! HCM.12.2, SL.9.2). Roles give no right to it: the head, the contact person, or a keeper who was given it.

use askama::Template;
use axum::extract::{Path, State};
use axum::http::StatusCode;
use axum::response::Response;
use congvu_access::hash_password;
use congvu_governance::mailbox::one_time_password;
use congvu_governance::unit::{self, HandedOver, NewHandOver, NewKeeper, Terms};
use congvu_governance::{Law, Refused};
use congvu_regulation::Date;
use congvu_store::delegation::{self, Delegation, Rights};
use congvu_store::hand_over as rows;
use congvu_store::{DelegationId, MailboxId, Tx, account};

use super::act::{ActPage, back};
use super::who::Seen;
use crate::console::Officer;
use crate::console::cited::Cited;
use crate::console::mailboxes::form::{Field, Kind};
use crate::console::shell::{self, Here, Shell};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, full, html, named_day};

/// It was given into somebody's hands.
pub(super) const GIVEN: &str = "uy-quyen";
/// It was taken out of them.
pub(super) const ENDED: &str = "thoi-giao";

/// Rights as a form names them.
const RIGHTS: [(&str, Rights); 4] = [
    ("doc", Rights::READ),
    ("sap-xep", Rights::ORGANISE),
    ("gui", Rights::SEND),
    ("quan-ly", Rights::MANAGE),
];

fn right(slug: &str, lang: Lang) -> &'static str {
    match slug {
        "doc" => lang.t("Đọc thư"),
        "sap-xep" => lang.t("Đánh dấu, sắp xếp, xóa thư"),
        "gui" => lang.t("Gửi bằng địa chỉ của cơ quan"),
        _ => lang.t("Giao hộp thư cho người khác"),
    }
}

/// Somebody who keeps it, or did.
struct Keeper {
    id: i64,
    login: String,
    rights: String,
    period: String,
    document: String,
    given: String,
    /// It is in force or to come.
    is_open: bool,
    state: &'static str,
}

fn keeper(one: Delegation, now: i64, lang: Lang) -> Keeper {
    let rights = RIGHTS
        .iter()
        .filter(|(_, right)| one.rights.has(*right))
        .map(|(slug, _)| right(slug, lang));
    let period = match one.until_at {
        Some(until) => format!("{} {}", lang.t("đến hết"), named_day(until - 1, lang)),
        None => lang.t("đến khi thôi giao").to_owned(),
    };
    Keeper {
        id: one.id.0,
        rights: rights.collect::<Vec<_>>().join(", "),
        period: format!(
            "{} {}, {period}",
            lang.t("Từ"),
            named_day(one.from_at, lang)
        ),
        given: format!("{} {}", one.granted_by, full(one.granted_at, lang)),
        is_open: !one.is_over(now),
        state: if one.is_live(now) {
            lang.t("đang giao")
        } else if one.is_over(now) {
            lang.t("đã thôi giao")
        } else {
            lang.t("chưa đến ngày")
        },
        login: one.login,
        document: one.document,
    }
}

/// A hand-over that was.
struct Handed {
    at: String,
    record: Option<HandedOver>,
    document: String,
    signature: String,
}

#[derive(Template)]
#[template(path = "console/mailboxes/keepers.html")]
struct KeepersPage {
    frame: Frame,
    shell: Shell,
    id: i64,
    name: String,
    keepers: Vec<Keeper>,
    handed: Vec<Handed>,
    fields: Vec<Field>,
    cited: Cited,
    manages: bool,
    error: Option<String>,
}

fn terms(typed: &Fields, needs: bool, lang: Lang) -> Vec<Field> {
    let text = |kind, name, label| Field::new(kind, name, label, typed.get(name));
    let mut on: Vec<&str> = typed.all("quyen").collect();
    if on.is_empty() {
        on = vec!["doc", "sap-xep", "gui"];
    }
    let rights = RIGHTS.map(|(slug, _)| (slug.to_owned(), right(slug, lang).to_owned()));
    let document = text(
        Kind::Text,
        "van-ban",
        lang.t("Số văn bản ủy quyền, phân công"),
    );
    vec![
        text(
            Kind::Text,
            "nguoi",
            lang.t("Địa chỉ thư cá nhân của người được giao"),
        )
        .must()
        .hint(lang.t("Người của cơ quan; họ mở hộp thư này bằng tài khoản của chính mình.")),
        Field::new(Kind::Boxes, "quyen", lang.t("Quyền được giao"), "").of(rights, &on),
        text(Kind::Date, "tu-ngay", lang.t("Từ ngày")).hint(lang.t("Để trống: từ bây giờ.")),
        text(Kind::Date, "den-ngay", lang.t("Đến hết ngày"))
            .hint(lang.t("Để trống: đến khi thôi giao.")),
        if needs { document.must() } else { document },
        text(Kind::Date, "ngay-van-ban", lang.t("Ngày của văn bản")),
    ]
}

/// The mailbox, which must be a unit's that the officer sees.
fn seen(tx: &mut Tx<'_>, law: Law, officer: &Officer, id: i64) -> Result<Seen, Oops> {
    let seen = Seen::read(tx, law, officer, id)?;
    if seen.subject.life.kind != "unit" || !seen.is_in_use() {
        return Err(Oops::missing(
            "Hộp thư cá nhân không giao cho người khác (BS.III.9).",
        ));
    }
    Ok(seen)
}

fn keepers(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (id, typed): (i64, &Fields),
) -> Result<KeepersPage, Oops> {
    let lang = officer.lang();
    let seen = seen(tx, law, officer, id)?;
    let access = seen.subject.profile.access();
    let now = tx.now();
    let mut all = delegation::of_mailbox(tx, MailboxId(id), true)?;
    all.reverse();
    let handed = rows::of_mailbox(tx, MailboxId(id))?.into_iter().rev();
    let handed = handed.map(|one| Handed {
        at: full(one.at, lang),
        record: serde_json::from_str(&one.data).ok(),
        document: one.document,
        signature: one.signature,
    });
    let (frame, shell) = shell::read(tx, officer, lang.t("Giao hộp thư cơ quan"), Here::Mailboxes)?;
    Ok(KeepersPage {
        frame,
        shell,
        id,
        name: seen.subject.life.name.clone(),
        keepers: all.into_iter().map(|one| keeper(one, now, lang)).collect(),
        handed: handed.collect(),
        fields: terms(typed, access.delegation_needs_document(), lang),
        cited: Cited::from(seen.subject.profile, &access.delegation.source),
        manages: seen.manages,
        error: None,
    })
}

pub(in crate::console::mailboxes) async fn page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
) -> Page {
    let law = site.law;
    let page = site
        .store
        .read(move |tx| keepers(tx, law, &officer, (id, &Fields::default())))
        .await?;
    Ok(html(&page))
}

/// What a form asks for, or why it cannot be read.
struct Given {
    rights: Rights,
    from: Option<Date>,
    until: Option<Date>,
    document: String,
    document_day: Option<Date>,
}

impl Given {
    fn of(fields: &Fields) -> Result<Self, Refused> {
        let day = |name: &str| -> Result<Option<Date>, Refused> {
            let text = fields.get(name).trim();
            if text.is_empty() {
                return Ok(None);
            }
            let day = text.parse();
            day.map(Some)
                .map_err(|_| Refused::bad("Ngày chưa đúng; chọn một ngày trong lịch."))
        };
        let mut rights = Rights::NONE;
        for asked in fields.all("quyen") {
            for (slug, right) in RIGHTS {
                if slug == asked {
                    rights = rights.with(right);
                }
            }
        }
        Ok(Self {
            rights,
            from: day("tu-ngay")?,
            until: day("den-ngay")?,
            document: fields.get("van-ban").trim().to_owned(),
            document_day: day("ngay-van-ban")?,
        })
    }

    fn terms(&self, now: i64) -> Terms<'_> {
        Terms {
            rights: self.rights,
            // Today means from now on.
            from_at: self
                .from
                .map(|from| from.start().0)
                .filter(|from| *from > now),
            until_at: self.until.map(|last| last.plus_days(1).start().0),
            document: Some(self.document.as_str()).filter(|text| !text.is_empty()),
            document_day: self.document_day.map(Date::epoch_day),
        }
    }
}

/// The account that signs in with an address that was typed.
fn typed_account(tx: &mut Tx<'_>, typed: &str) -> Result<congvu_store::AccountId, Refused> {
    let found = account::by_login(tx, &typed.trim().to_lowercase())?;
    let found = found.ok_or_else(|| {
        Refused::bad("Không có tài khoản nào có địa chỉ này; ghi đủ cả phần sau @.")
    })?;
    Ok(found.id)
}

fn capital(said: &str) -> String {
    let mut letters = said.chars();
    let first = letters.next();
    let first = first.map(|first| first.to_uppercase().collect::<String>());
    format!("{}{}", first.unwrap_or_default(), letters.as_str())
}

pub(in crate::console::mailboxes) async fn give(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let law = site.law;
    let (asking, typed) = (officer.clone(), fields.clone());
    let mut page = site
        .store
        .read(move |tx| keepers(tx, law, &asking, (id, &typed)))
        .await?;
    let actor = officer.actor();
    let done = site.store.write(move |tx| {
        let given = Given::of(&fields)?;
        let new = NewKeeper {
            mailbox: MailboxId(id),
            account: typed_account(tx, fields.get("nguoi"))?,
            terms: given.terms(tx.now()),
        };
        unit::delegate(tx, law, &actor, &new)?;
        Ok::<_, Refused>(())
    });
    match done.await {
        Ok(()) => Ok(back(id, GIVEN)),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => {
            page.error = Some(capital(&refused.to_string()));
            Ok(bad(html(&page)))
        }
    }
}

fn bad(mut page: Response) -> Response {
    *page.status_mut() = StatusCode::UNPROCESSABLE_ENTITY;
    page
}

pub(in crate::console::mailboxes) async fn end(
    State(site): State<Site>,
    officer: Officer,
    Path((id, row)): Path<(i64, i64)>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let law = site.law;
    let actor = officer.actor();
    site.store
        .read(move |tx| seen(tx, law, &officer, id).map(drop))
        .await?;
    let done = site.store.write(move |tx| {
        let found = delegation::get(tx, DelegationId(row))?;
        if found.is_none_or(|found| found.mailbox != MailboxId(id)) {
            return Err(Refused::missing("Không có việc giao này."));
        }
        let document = Some(fields.get("van-ban").trim()).filter(|text| !text.is_empty());
        Ok(unit::end(tx, &actor, DelegationId(row), document)?)
    });
    done.await?;
    Ok(back(id, ENDED))
}

fn handing(
    tx: &mut Tx<'_>,
    law: Law,
    officer: &Officer,
    (id, typed): (i64, &Fields),
) -> Result<ActPage, Oops> {
    let lang = officer.lang();
    let seen = seen(tx, law, officer, id)?;
    if !seen.manages {
        return Err(Oops::Forbidden(
            "Chỉ thủ trưởng, đầu mối của cơ quan mới bàn giao được hộp thư này (TQ.11.1)."
                .to_owned(),
        ));
    }
    let profile = seen.subject.profile;
    let (frame, shell) = shell::read(
        tx,
        officer,
        lang.t("Bàn giao cho thủ trưởng mới"),
        Here::Mailboxes,
    )?;
    let text = |name, label| Field::new(Kind::Text, name, label, typed.get(name));
    Ok(ActPage {
        frame,
        shell,
        id,
        name: seen.subject.life.name.clone(),
        address: seen.subject.life.address.clone(),
        action: format!("/quan-ly/hop-thu/{id}/ban-giao"),
        consequence: lang
            .t("Mọi việc giao trước đây kết thúc; mật khẩu của hộp thư được đặt lại, mật khẩu ứng dụng hết hiệu lực. Biên bản có số liệu được ký và giữ lại.")
            .to_owned(),
        cited: vec![Cited::from(profile, &profile.access().hand_over.source)],
        fields: vec![
            text("nguoi-giao", lang.t("Người bàn giao: họ tên, chức vụ")).must(),
            text("nguoi-nhan", lang.t("Người nhận: địa chỉ thư của thủ trưởng mới")).must(),
            text("van-ban", lang.t("Số, ngày của quyết định hoặc biên bản")),
        ],
        error: None,
        button: lang.t("Bàn giao hộp thư"),
        is_grave: true,
    })
}

pub(in crate::console::mailboxes) async fn hand_over_page(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
) -> Page {
    let law = site.law;
    let page = site
        .store
        .read(move |tx| handing(tx, law, &officer, (id, &Fields::default())))
        .await?;
    Ok(html(&page))
}

#[derive(Template)]
#[template(path = "console/mailboxes/handed.html")]
struct HandedPage {
    frame: Frame,
    shell: Shell,
    id: i64,
    handed: HandedOver,
    at: String,
    last: String,
    bytes: String,
    /// Shown once.
    password: String,
}

pub(in crate::console::mailboxes) async fn hand_over(
    State(site): State<Site>,
    officer: Officer,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    officer.user.check(&fields)?;
    let law = site.law;
    let Some(key) = site.signer.clone() else {
        return Err(Oops::State(
            "Máy chủ này chưa có khóa ký biên bản; hãy báo đơn vị vận hành.".to_owned(),
        ));
    };
    let (asking, typed) = (officer.clone(), fields.clone());
    let (mut page, password) = site
        .store
        .read(move |tx| {
            let page = handing(tx, law, &asking, (id, &typed))?;
            let own = delegation::subject(tx, MailboxId(id))?;
            let own = own.and_then(|subject| subject.account);
            let password = match own {
                Some(_) => Some(one_time_password(tx, law, MailboxId(id))?),
                None => None,
            };
            Ok::<_, Oops>((page, password))
        })
        .await?;
    let clear = password.clone();
    let phc = tokio::task::spawn_blocking(move || clear.map(|clear| hash_password(&clear)))
        .await
        .map_err(|_| Oops::Busy)?;
    let (actor, lang) = (officer.actor(), officer.lang());
    let done = site.store.write(move |tx| {
        let new = NewHandOver {
            mailbox: MailboxId(id),
            from: fields.get("nguoi-giao").trim(),
            to: typed_account(tx, fields.get("nguoi-nhan"))?,
            password: phc.as_deref(),
            document: Some(fields.get("van-ban").trim()).filter(|text| !text.is_empty()),
        };
        Ok::<_, Refused>(unit::hand_over(tx, law, &actor, &key, &new)?)
    });
    match done.await {
        Ok(handed) => Ok(html(&HandedPage {
            frame: page.frame,
            shell: page.shell,
            id,
            at: full(handed.at, lang),
            last: handed
                .last_sign_in_at
                .map_or_else(String::new, |at| full(at, lang)),
            bytes: crate::mail::bytes(handed.bytes),
            password: password.unwrap_or_default(),
            handed,
        })),
        Err(Refused::Store(error)) => Err(error.into()),
        Err(refused) => {
            page.error = Some(capital(&refused.to_string()));
            Ok(bad(html(&page)))
        }
    }
}
