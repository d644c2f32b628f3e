//! Signatures: one's own, offered in the form, and the units', which the server sets where the unit says so.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::Refused;
use congvu_governance::unit::{self, NewSignature};
use congvu_message::safe_html::written;
use congvu_store::delegation;
use congvu_store::writing::{self, Writing};
use congvu_store::{MailboxId, StoreResult, Tx, access_grant, address, organisation};

use super::compose::{EMPTY, Sender};
use super::draft::Draft;
use super::open;
use super::rich;
use super::send::Sending;
use crate::site::{Fields, Frame, Oops, Page, Site, User, html};

/// The longest signature, in bytes of its HTML.
const LONGEST: usize = 16 << 10;
/// Words that end the line over what is quoted, and begin the one over what is passed on.
const QUOTING: [&str; 2] = ["đã viết:", "wrote:"];
const PASSING_ON: &str = "---------- ";

/// The signature of an address that somebody may write as.
pub(super) struct Sign {
    pub(super) address: String,
    pub(super) html: String,
    pub(super) text: String,
    /// The server sets it.
    pub(super) enforced: bool,
}

/// The signatures of all addresses that somebody may write as.
pub(super) fn of_senders(
    tx: &mut Tx<'_>,
    user: &User,
    senders: &[Sender],
) -> StoreResult<Vec<Sign>> {
    let mut signs = Vec::new();
    for sender in senders {
        let (html, enforced) = if sender.mailbox == user.mailbox {
            (writing::get(tx, user.account)?.signature, false)
        } else {
            match writing::of_unit(tx, sender.mailbox)? {
                Some(unit) => (unit.html, unit.enforced),
                None => continue,
            }
        };
        if !html.is_empty() {
            signs.push(Sign {
                address: sender.address.clone(),
                text: written::to_text(&html),
                html,
                enforced,
            });
        }
    }
    Ok(signs)
}

/// Puts a signature below the place for the answer, above what is quoted.
pub(super) fn begin(draft: &mut Draft, sign: &Sign) {
    let rest = draft.text.trim_start_matches('\n');
    draft.text = format!("\n\n{}\n\n{rest}", sign.text).trim_end().to_owned();
    let rest = draft.html().trim_start_matches(EMPTY);
    let gap = if rest.is_empty() { "" } else { EMPTY };
    draft.html = Some(format!("{EMPTY}{EMPTY}<div>{}</div>{gap}{rest}", sign.html));
}

/// Puts a signature below a letter that is begun with.
pub(super) fn end(draft: &mut Draft, sign: &Sign) {
    draft.text = format!("{}\n\n{}", draft.text.trim_end(), sign.text);
    draft.html = Some(format!("{}{EMPTY}<div>{}</div>", draft.html(), sign.html));
}

impl Sending<'_> {
    /// Sets the unit's signature where the unit says that all that is written in its name bears it; once.
    pub(super) async fn sign(&self, draft: &mut Draft, sender: &Sender) -> Result<(), Oops> {
        // A person's mailbox has none.
        let mailbox = sender.mailbox;
        let found = self
            .site
            .store
            .read(move |tx| writing::of_unit(tx, mailbox));
        if let Some(sign) = found.await?.filter(|sign| sign.enforced) {
            set(draft, &sign.html);
        }
        Ok(())
    }
}

fn set(draft: &mut Draft, sign: &str) {
    let words = written::to_text(sign);
    let at = quoted_in(&draft.text);
    let (own, quoted) = draft.text.split_at(at);
    if folded(own).contains(&folded(&words)) {
        return;
    }
    if let Some(html) = &draft.html {
        let (own, quoted) = html.split_at(quoted_in_html(html));
        let gap = if quoted.is_empty() { "" } else { EMPTY };
        let html = format!("{own}{EMPTY}<div>{sign}</div>{gap}{quoted}");
        draft.text = written::to_text(&html);
        draft.html = Some(html);
    } else {
        let own = own.trim_end();
        let gap = if quoted.is_empty() { "" } else { "\n\n" };
        draft.text = format!("{own}\n\n{words}{gap}{quoted}");
    }
}

/// Letters alone: how lines are broken tells nothing.
fn folded(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Where what is quoted begins in a plain text, the line over it included; its end where nothing is.
fn quoted_in(text: &str) -> usize {
    let mut at = 0;
    let mut before: Option<usize> = None;
    for line in text.split_inclusive('\n') {
        let words = line.trim();
        if words.starts_with(PASSING_ON) {
            return at;
        }
        if let Some(before) = before.filter(|_| words.starts_with('>')) {
            return before;
        }
        if !words.is_empty() {
            let is_over = QUOTING.iter().any(|end| words.ends_with(end));
            before = is_over.then_some(at);
        }
        at += line.len();
    }
    text.len()
}

/// As [`quoted_in`], in cleaned HTML.
fn quoted_in_html(html: &str) -> usize {
    let passed_on = html.find(&format!("<div>{PASSING_ON}"));
    let quoted = html.find("<blockquote type=\"cite\">").map(|at| {
        let over = html[..at].rfind("<div").filter(|over| {
            let words = html[*over..at].trim_end_matches("</div>").trim_end();
            QUOTING.iter().any(|end| words.ends_with(end))
        });
        over.unwrap_or(at)
    });
    match (passed_on, quoted) {
        (Some(one), Some(other)) => one.min(other),
        (one, other) => one.or(other).unwrap_or(html.len()),
    }
}

/// What came from an editor that is no message's: cleaned, without pictures; nothing where nothing is written.
pub(super) async fn cleaned(fields: &Fields, longest: usize) -> Result<String, Oops> {
    let given = if fields.get("dang") == "html" {
        fields.get("noi-dung-html").to_owned()
    } else {
        rich::lines(&fields.get("noi-dung").replace("\r\n", "\n"))
    };
    let cleaning = tokio::task::spawn_blocking(move || {
        let html = written::clean(&given, std::collections::HashMap::new())?;
        let is_empty = written::to_text(&html).trim().is_empty();
        Some(if is_empty { String::new() } else { html })
    });
    let cleaned = cleaning.await.map_err(|_| Oops::Busy)?;
    cleaned.filter(|html| html.len() <= longest).ok_or_else(|| {
        Oops::Bad("Nội dung quá dài để lưu làm chữ ký hoặc mẫu thư. Hãy rút gọn.".to_owned())
    })
}

/// A unit mailbox whose signature somebody may set.
pub(super) struct Managed {
    pub(super) mailbox: i64,
    pub(super) address: String,
    pub(super) text: String,
    pub(super) enforced: bool,
}

/// The unit mailboxes whose signatures somebody may set: of those they keep, and their own agency's.
pub(super) fn managed(tx: &mut Tx<'_>, user: &User) -> StoreResult<Vec<Managed>> {
    let kept = delegation::kept(tx, user.account)?.into_iter();
    let mut units: Vec<MailboxId> = kept.map(|kept| kept.mailbox).collect();
    if let Some((_, place)) = access_grant::owner(tx, user.mailbox)? {
        units.extend(organisation::get(tx, place)?.and_then(|place| place.mailbox));
    }
    units.sort_unstable();
    units.dedup();
    let mut managed = Vec::new();
    for mailbox in units {
        if mailbox == user.mailbox || unit::may_manage(tx, &user.actor(), mailbox)?.is_none() {
            continue;
        }
        let sign = writing::of_unit(tx, mailbox)?;
        managed.push(Managed {
            mailbox: mailbox.0,
            address: address::primary(tx, mailbox)?.unwrap_or_default(),
            text: sign
                .as_ref()
                .map_or_else(String::new, |sign| written::to_text(&sign.html)),
            enforced: sign.is_some_and(|sign| sign.enforced),
        });
    }
    Ok(managed)
}

#[derive(Template)]
#[template(path = "mail/signature.html")]
struct SignaturePage {
    frame: Frame,
    action: String,
    /// The unit's address; of one's own signature nothing.
    unit: String,
    enforced: bool,
    text: String,
    html: String,
}

/// `/soan/chu-ky`: one's own signature.
pub(super) async fn own(State(site): State<Site>, user: User) -> Page {
    let account = user.account;
    let habits = site.store.read(move |tx| writing::get(tx, account)).await?;
    Ok(html(&SignaturePage {
        frame: Frame::of(&user, &site.place().await?, user.lang.t("Chữ ký của tôi")),
        action: "/soan/chu-ky".to_owned(),
        unit: String::new(),
        enforced: false,
        text: written::to_text(&habits.signature),
        html: habits.signature,
    }))
}

/// Keeps it.
pub(super) async fn keep_own(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let signature = cleaned(&fields, LONGEST).await?;
    let account = user.account;
    site.store
        .write(move |tx| {
            let habits = Writing {
                signature: signature.clone(),
                ..writing::get(tx, account)?
            };
            writing::put(tx, account, &habits)
        })
        .await?;
    Ok(Redirect::to("/soan/cai-dat?xong=1").into_response())
}

/// `/soan/chu-ky/{mailbox}`: a unit's signature, for who says who keeps its mailbox.
pub(super) async fn of_unit(State(site): State<Site>, user: User, Path(id): Path<i64>) -> Page {
    let (mailbox, actor) = (MailboxId(id), user.actor());
    let found = site.store.read(move |tx| {
        if unit::may_manage(tx, &actor, mailbox)?.is_none() {
            return Err(open::gone());
        }
        let address = address::primary(tx, mailbox)?.ok_or_else(open::gone)?;
        Ok::<_, Oops>((address, writing::of_unit(tx, mailbox)?))
    });
    let (address, sign) = found.await?;
    let (signature, enforced) =
        sign.map_or_else(Default::default, |sign| (sign.html, sign.enforced));
    Ok(html(&SignaturePage {
        frame: Frame::of(
            &user,
            &site.place().await?,
            user.lang.t("Chữ ký của cơ quan"),
        ),
        action: format!("/soan/chu-ky/{id}"),
        unit: address,
        enforced,
        text: written::to_text(&signature),
        html: signature,
    }))
}

/// Sets it.
pub(super) async fn keep_of_unit(
    State(site): State<Site>,
    user: User,
    Path(id): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let signature = cleaned(&fields, LONGEST).await?;
    let (actor, enforced) = (user.actor(), fields.has("bat-buoc"));
    let text = written::to_text(&signature);
    let signed = site.store.write(move |tx| {
        let new = NewSignature {
            html: &signature,
            text: &text,
            enforced,
        };
        Ok::<_, Refused>(unit::sign(tx, &actor, MailboxId(id), new)?)
    });
    signed.await?;
    Ok(Redirect::to("/soan/cai-dat?xong=1").into_response())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGN: &str = "<b>SỞ NỘI VỤ</b><br>Số 1 Trần Phú";

    fn plain(text: &str) -> String {
        let mut draft = Draft {
            text: text.to_owned(),
            ..Draft::default()
        };
        set(&mut draft, SIGN);
        draft.text
    }

    fn rich(html: &str) -> String {
        let mut draft = Draft {
            text: written::to_text(html),
            html: Some(html.to_owned()),
            ..Draft::default()
        };
        set(&mut draft, SIGN);
        draft.html.unwrap()
    }

    #[test]
    fn below_the_answer_and_above_what_is_quoted() {
        assert_eq!(
            plain("Đã rõ.\n\nLúc 8 giờ, An đã viết:\n> hỏi\n> nữa"),
            "Đã rõ.\n\nSỞ NỘI VỤ\nSố 1 Trần Phú\n\nLúc 8 giờ, An đã viết:\n> hỏi\n> nữa"
        );
        assert_eq!(
            plain("Xem.\n\n---------- Thư được chuyển tiếp ----------\nTừ: b"),
            "Xem.\n\nSỞ NỘI VỤ\nSố 1 Trần Phú\n\n---------- Thư được chuyển tiếp ----------\nTừ: b"
        );
        assert_eq!(plain("Kính gửi."), "Kính gửi.\n\nSỞ NỘI VỤ\nSố 1 Trần Phú");
        let over = "<div>Lúc 8 giờ, An đã viết:</div><blockquote type=\"cite\">hỏi</blockquote>";
        assert_eq!(
            rich(&format!("<div>Đã rõ.</div>{over}")),
            format!("<div>Đã rõ.</div>{EMPTY}<div>{SIGN}</div>{EMPTY}{over}")
        );
        // A quotation that the writer made is theirs.
        let own = "<div>a</div><blockquote><div>b</div></blockquote><div>c</div>";
        assert_eq!(rich(own), format!("{own}{EMPTY}<div>{SIGN}</div>"));
    }

    #[test]
    fn not_twice_but_again_under_an_answer_to_one_that_bears_it() {
        let once = plain("Kính gửi.");
        assert_eq!(plain(&once), once);
        let once = rich("<div>Kính gửi.</div>");
        assert_eq!(rich(&once), once);
        let answer = plain("Đã rõ.\n\nLúc 8 giờ, An đã viết:\n> SỞ NỘI VỤ\n> Số 1 Trần Phú");
        assert!(
            answer.starts_with("Đã rõ.\n\nSỞ NỘI VỤ\nSố 1 Trần Phú\n\nLúc"),
            "{answer}"
        );
    }
}
