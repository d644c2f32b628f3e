//! `/soan`: the form on which a message is written.

use std::collections::HashMap;

use askama::Template;
use axum::extract::{RawQuery, State};
use axum::http::{HeaderValue, header};
use axum::response::{IntoResponse, Redirect, Response};
use congvu_message::safe_html::written;
use congvu_message::search::envelope::Field;
use congvu_store::delegation::{self, Rights};
use congvu_store::keyword::flag;
use congvu_store::{StoreResult, Tx, address, mailbox, organisation, writing};

use super::draft::{Draft, Place, new_id};
use super::part::{self, Stored};
use super::read::{answered, people, quoting, spec};
use super::send::{WHOLE, eml};
use super::sign::{self, Sign};
use super::{bytes, open, rich, smime, templates};
use crate::site::{EDITOR_POLICY, Fields, Frame, Oops, Page, Site, User, html};

/// So much of a text is quoted, in bytes as it is encoded.
const QUOTED: u64 = 256 << 10;

/// An empty line of the editor.
pub(super) const EMPTY: &str = "<div><br></div>";

/// An address that somebody may write as.
#[derive(Clone, Debug)]
pub(super) struct Sender {
    pub(super) address: String,
    pub(super) name: String,
    /// The mailbox whose folder of sent mail keeps a copy.
    pub(super) mailbox: congvu_store::MailboxId,
}

/// A file that goes along.
pub(super) struct Kept {
    pub(super) from: String,
    pub(super) name: String,
    pub(super) size: String,
    /// It stands within the text: with the editor it goes with that, and not as a file.
    pub(super) within: bool,
}

#[derive(Template)]
#[template(path = "mail/compose.html")]
pub(super) struct ComposePage {
    pub(super) frame: Frame,
    pub(super) heading: String,
    pub(super) senders: Vec<Sender>,
    pub(super) draft: Draft,
    pub(super) signs: Vec<Sign>,
    pub(super) letters: Vec<(i64, String)>,
    /// The editor waits until it is asked for.
    pub(super) plain: bool,
    pub(super) kept: Vec<Kept>,
    /// Files that have to be chosen once more: a browser sends them with the form they were chosen in alone.
    pub(super) lost: Vec<String>,
    /// The kinds of documents that the regulation at the sender's place counts (HCM.7.1).
    pub(super) categories: Vec<String>,
    pub(super) limit: String,
    pub(super) limit_clause: String,
    /// What keeps it from going.
    pub(super) faults: Vec<String>,
    /// What it goes with only once its writer said so.
    pub(super) cautions: Vec<String>,
    pub(super) back: String,
}

impl ComposePage {
    /// Whether this is the address that the form writes as now.
    fn writes_as(&self, address: &str) -> bool {
        let first = self.senders.first().map(|sender| sender.address.as_str());
        let now = if self.draft.from.is_empty() {
            first
        } else {
            Some(self.draft.from.as_str())
        };
        now == Some(address)
    }
}

/// All addresses that somebody may write as: their own, then the units'.
pub(super) fn senders(tx: &mut Tx<'_>, user: &User) -> StoreResult<Vec<Sender>> {
    let own = address::primary(tx, user.mailbox)?.unwrap_or_else(|| user.login.clone());
    let mut senders = vec![Sender {
        address: own,
        name: user.name.clone(),
        mailbox: user.mailbox,
    }];
    for kept in delegation::kept(tx, user.account)? {
        if kept.rights.has(Rights::SEND) {
            let name = mailbox::name(tx, kept.mailbox)?.unwrap_or_default();
            senders.push(Sender {
                address: kept.address,
                name,
                mailbox: kept.mailbox,
            });
        }
    }
    Ok(senders)
}

/// How large the files of a message may be together at a mailbox, what says so, and the kinds of documents that are counted there.
fn rules(
    tx: &mut Tx<'_>,
    site: &Site,
    mailbox: congvu_store::MailboxId,
) -> Result<((u64, String), Vec<String>), Oops> {
    let subject = congvu_governance::mailbox::Subject::load(tx, site.law, mailbox)?;
    let content = subject.profile.content();
    let limit = content.limit(subject.kind());
    let categories = content.categories().value.clone();
    Ok(((limit.value, limit.origin.to_string()), categories))
}

pub(super) async fn page(State(site): State<Site>, user: User, RawQuery(query): RawQuery) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let mut draft = Draft {
        to: query.get("den").to_owned(),
        id: new_id(),
        ..Draft::default()
    };
    let mut heading = user.lang.t("Soạn thư");
    let mut kept = Vec::new();
    let mut back = "/thu".to_owned();
    let account = user.account;
    let habits = site.store.read(move |tx| writing::get(tx, account)).await?;
    let mut plain = habits.plain;
    if let Ok(id) = query.get("mau").parse() {
        let letter = templates::find(&site, &user, id).await?;
        draft.subject = letter.subject;
        draft.text = written::to_text(&letter.html);
        draft.html = Some(letter.html);
    }
    if let Some(place) = Place::parse(query.get("thu")) {
        let reader = user.clone();
        let stored = site
            .store
            .read(move |tx| {
                open::folder(tx, &reader, place.mailbox, place.folder)?;
                part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
            })
            .await?;
        back = format!("/thu/{place}");
        let way = query.get("cach");
        let begun = Begun {
            site: &site,
            user: &user,
            stored: &stored,
            place,
        };
        heading = begun.fill(&mut draft, way).await?;
        if way == "sua" {
            plain = !rich::is_rich(&stored);
        }
        match way {
            "sua" | "chuyen-tiep" => kept = files(&stored, place),
            "dinh-kem" => kept.push(Kept {
                from: format!("{place}/{WHOLE}"),
                name: eml(&stored.subject),
                size: bytes(stored.blob.size),
                within: false,
            }),
            _ => {}
        }
    }
    let from = draft.from.clone();
    let shown = show(&site, &user, &from).await?;
    let begins = query.get("cach") != "sua";
    let first = shown.senders.first().map(|sender| &sender.address);
    let own = shown.signs.iter().find(|sign| {
        let writes_as = if from.is_empty() { first } else { Some(&from) };
        !sign.enforced && Some(&sign.address) == writes_as
    });
    if let Some(own) = own.filter(|_| begins) {
        if query.has("mau") {
            sign::end(&mut draft, own);
        } else {
            sign::begin(&mut draft, own);
        }
    }
    Ok(html(&ComposePage {
        frame: Frame::of(&user, &shown.place, heading),
        heading: heading.to_owned(),
        senders: shown.senders,
        draft,
        plain,
        signs: shown.signs,
        letters: shown.letters,
        kept,
        lost: Vec::new(),
        categories: shown.categories,
        limit: bytes(shown.limit.0),
        limit_clause: shown.limit.1,
        faults: Vec::new(),
        cautions: Vec::new(),
        back,
    }))
}

/// What every form of this kind shows.
pub(super) struct Shown {
    pub(super) place: String,
    pub(super) senders: Vec<Sender>,
    pub(super) signs: Vec<Sign>,
    pub(super) letters: Vec<(i64, String)>,
    pub(super) limit: (u64, String),
    pub(super) categories: Vec<String>,
}

pub(super) async fn show(site: &Site, user: &User, from: &str) -> Result<Shown, Oops> {
    let (site_in, user, from) = (site.clone(), user.clone(), from.to_owned());
    site.store
        .read(move |tx| {
            let senders = senders(tx, &user)?;
            let sender = senders.iter().find(|sender| sender.address == from);
            let mailbox = sender.map_or(user.mailbox, |sender| sender.mailbox);
            let (limit, categories) = rules(tx, &site_in, mailbox)?;
            Ok::<_, Oops>(Shown {
                place: organisation::root(tx)?.map_or_else(String::new, |root| root.name),
                limit,
                categories,
                signs: sign::of_senders(tx, &user, &senders)?,
                letters: writing::templates(tx, user.account)?,
                senders,
            })
        })
        .await
}

/// The files of a message, as they are kept in a form.
pub(super) fn files(stored: &Stored, place: Place) -> Vec<Kept> {
    let shown = stored.structure.shown();
    let mut kept = Vec::new();
    let files = shown.files.iter().map(|located| (located, false));
    let related = shown.related.iter().map(|located| (located, true));
    for (located, within) in files.chain(related) {
        let section = located.section();
        kept.push(Kept {
            from: format!("{place}/{section}"),
            name: part::file_name(located.part, &section),
            size: bytes(located.part.body_len() / 4 * 3),
            within,
        });
    }
    kept
}

/// A draft as its form would bring it, were it opened and sent as it is.
pub(super) async fn reopen(site: &Site, user: &User, place: Place) -> Result<Draft, Oops> {
    let reader = user.clone();
    let stored = site.store.read(move |tx| {
        open::folder(tx, &reader, place.mailbox, place.folder)?;
        part::find(tx, place.folder, place.uid)?.ok_or_else(open::gone)
    });
    let stored = stored.await?;
    let mut draft = Draft {
        id: new_id(),
        ..Draft::default()
    };
    let begun = Begun {
        site,
        user,
        stored: &stored,
        place,
    };
    begun.fill(&mut draft, "sua").await?;
    let is_rich = rich::is_rich(&stored);
    if !is_rich {
        draft.html = None;
    }
    let kept = files(&stored, place).into_iter();
    // What stands within a text with formats goes with that.
    draft.keep = kept
        .filter(|file| !(file.within && is_rich))
        .map(|file| file.from)
        .collect();
    Ok(draft)
}

/// A message that something is begun with.
struct Begun<'b> {
    site: &'b Site,
    user: &'b User,
    stored: &'b Stored,
    place: Place,
}

impl Begun<'_> {
    /// Fills the form; what it is called.
    async fn fill(&self, draft: &mut Draft, way: &str) -> Result<&'static str, Oops> {
        let envelope = &self.stored.envelope;
        let t = |words: &'static str| self.user.lang.t(words);
        let answered = answered(self.site, self.stored).await?;
        draft.from = self.sender().await?;
        if way == "sua" {
            if self.stored.flags & flag::DRAFT == 0 {
                return Err(open::gone());
            }
            draft.from = own_address(&people(envelope, Field::From)).unwrap_or_default();
            draft.to = people(envelope, Field::To);
            draft.cc = people(envelope, Field::Cc);
            draft.bcc = people(envelope, Field::Bcc);
            draft.subject.clone_from(&self.stored.subject);
            draft.text = self.text().await?;
            draft.html = Some(self.html().await?);
            draft.replaces = Some(self.place);
            draft.category.clone_from(&answered.category);
            draft.receipt = answered.receipt;
            draft.remind = answered.remind;
            draft.answers = answered.answers;
            draft.forwards = answered.forwards;
            draft.references = answered.references;
            draft.in_reply_to =
                congvu_message::search::envelope::written(envelope, Field::InReplyTo)
                    .unwrap_or_default();
            return Ok(t("Thư nháp"));
        }
        if way == "dinh-kem" {
            draft.subject = with_prefix("Fwd: ", &self.stored.subject);
            draft.forwards = Some(self.place);
            return Ok(t("Chuyển tiếp"));
        }
        let (quoted, html) = (self.text().await?, self.html().await?);
        let over = quoting(self.stored, self.user.lang);
        if way == "chuyen-tiep" {
            draft.subject = with_prefix("Fwd: ", &self.stored.subject);
            let over = [
                format!("---------- {} ----------", t("Thư được chuyển tiếp")),
                format!("{}: {}", t("Từ"), people(envelope, Field::From)),
                format!("{}: {}", t("Đến"), people(envelope, Field::To)),
                format!("{}: {}", t("Chủ đề"), self.stored.subject),
            ];
            let over = over.join("\n");
            draft.text = format!("\n\n{over}\n\n{quoted}");
            draft.html = Some(format!("{EMPTY}{EMPTY}{}{EMPTY}{html}", rich::lines(&over)));
            draft.forwards = Some(self.place);
            return Ok(t("Chuyển tiếp"));
        }
        let lines: Vec<String> = quoted.lines().map(|line| format!("> {line}")).collect();
        draft.text = format!("\n\n{over}\n{}\n", lines.join("\n"));
        let over = rich::lines(&over);
        draft.html = Some(format!(
            "{EMPTY}{EMPTY}{over}<blockquote type=\"cite\">{html}</blockquote>"
        ));
        draft.subject = with_prefix("Re: ", &self.stored.subject);
        draft.to = if answered.reply_to.is_empty() {
            people(envelope, Field::From)
        } else {
            answered.reply_to.join(", ")
        };
        if way == "tra-loi-het" {
            draft.cc = self.others(&draft.from, &draft.to);
        }
        draft.answers = Some(self.place);
        draft.in_reply_to.clone_from(&answered.message_id);
        draft.references = format!("{} {}", answered.references, answered.message_id);
        Ok(if way == "tra-loi-het" {
            t("Trả lời tất cả")
        } else {
            t("Trả lời")
        })
    }

    /// Who answers: the unit, where the message lies in its mailbox and they may write for it.
    async fn sender(&self) -> Result<String, Oops> {
        let (user, mailbox) = (self.user.clone(), self.place.mailbox);
        let senders = self.site.store.read(move |tx| senders(tx, &user)).await?;
        let found = senders
            .iter()
            .find(|sender| sender.mailbox == mailbox)
            .or(senders.first());
        Ok(found.map_or_else(String::new, |sender| sender.address.clone()))
    }

    /// Everybody else whom the message went to.
    fn others(&self, from: &str, to: &str) -> String {
        let envelope = &self.stored.envelope;
        let line = format!(
            "{}, {}",
            people(envelope, Field::To),
            people(envelope, Field::Cc)
        );
        let (everybody, _) = Draft::people(&line);
        let (already, _) = Draft::people(to);
        let mut others: Vec<String> = Vec::new();
        let mut seen: Vec<String> = already
            .iter()
            .map(|person| person.addr().to_lowercase())
            .collect();
        seen.push(from.to_lowercase());
        for person in everybody {
            let address = person.addr().to_lowercase();
            if !seen.contains(&address) {
                others.push(spec(&person));
                seen.push(address);
            }
        }
        others.join(", ")
    }

    /// The message's text as the editor takes it.
    async fn html(&self) -> Result<String, Oops> {
        rich::html(self.site, self.stored, self.place).await
    }

    /// The message's text as plain text.
    async fn text(&self) -> Result<String, Oops> {
        text_of(self.site, self.stored).await
    }
}

/// A message's text as plain text, as far as it is quoted.
pub(super) async fn text_of(site: &Site, stored: &Stored) -> Result<String, Oops> {
    let inside = smime::inside(&site.store, stored).await?;
    let stored = inside.as_ref().unwrap_or(stored);
    let shown = stored.structure.shown();
    let mut texts = Vec::new();
    for located in &shown.texts {
        let letters = stored.text(&site.store, located.part, QUOTED).await?;
        texts.push(if located.part.subtype.eq_ignore_ascii_case("html") {
            plain_text(letters).await?
        } else {
            letters
        });
    }
    Ok(texts.join("\n").replace("\r\n", "\n"))
}

/// The page within the page, in which the editor works: its texts bring styles, which no page of ours takes.
pub(super) async fn frame(user: User) -> Response {
    #[derive(Template)]
    #[template(path = "mail/frame.html")]
    struct EditorPage {
        frame: Frame,
    }
    let mut response = html(&EditorPage {
        frame: Frame::of(&user, "", user.lang.t("Nội dung thư")),
    });
    response.headers_mut().insert(
        header::CONTENT_SECURITY_POLICY,
        HeaderValue::from_static(EDITOR_POLICY),
    );
    response
}

/// `/soan/chu`: what stands in the editor, as plain text.
pub(super) async fn as_text(user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let text = plain_text(fields.get("noi-dung-html").to_owned()).await?;
    Ok(text.into_response())
}

/// `/soan/kieu`: writes with formats from now on, or without.
pub(super) async fn habit(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let (account, plain) = (user.account, fields.get("kieu") == "thuong");
    site.store
        .write(move |tx| {
            let habits = writing::Writing {
                plain,
                ..writing::get(tx, account)?
            };
            writing::put(tx, account, &habits)
        })
        .await?;
    Ok(Redirect::to("/soan/cai-dat").into_response())
}

/// So many seconds may somebody choose in which sending can be undone.
pub(super) const UNDO: [u16; 5] = [0, 5, 10, 20, 30];

/// `/soan/hoan-tac`: for how long sending can be undone from now on.
pub(super) async fn undo_habit(State(site): State<Site>, user: User, fields: Fields) -> Page {
    user.check(&fields)?;
    let asked: Option<u16> = fields.get("giay").parse().ok();
    let undo = UNDO.into_iter().find(|one| Some(*one) == asked);
    let undo = undo.ok_or_else(|| Oops::Bad("Không có việc này.".to_owned()))?;
    let account = user.account;
    site.store
        .write(move |tx| {
            let habits = writing::Writing {
                undo,
                ..writing::get(tx, account)?
            };
            writing::put(tx, account, &habits)
        })
        .await?;
    Ok(Redirect::to("/soan/cai-dat?xong=1").into_response())
}

fn own_address(from: &str) -> Option<String> {
    let (people, _) = Draft::people(from);
    people.first().map(congvu_message::AddressSpec::addr)
}

/// HTML as it is quoted in plain text.
async fn plain_text(html: String) -> Result<String, Oops> {
    let telling = tokio::task::spawn_blocking(move || {
        written::clean(&html, HashMap::new()).map_or_else(
            || congvu_message::safe_html::to_text(&html),
            |clean| written::to_text(&clean),
        )
    });
    telling.await.map_err(|_| Oops::Busy)
}

/// A subject with a prefix, once.
fn with_prefix(prefix: &str, subject: &str) -> String {
    let has = subject
        .get(..prefix.len())
        .is_some_and(|begin| begin.eq_ignore_ascii_case(prefix));
    if has || (prefix == "Re: " && subject.to_lowercase().starts_with("trả lời:")) {
        subject.to_owned()
    } else {
        format!("{prefix}{subject}")
    }
}
