//! A folder's messages, a page at a time.

use askama::Template;
use axum::extract::{Path, RawQuery, State};
use axum::response::{IntoResponse, Redirect};
use congvu_message::Part;
use congvu_message::search::envelope::{self, Field};
use congvu_store::delegation::Rights;
use congvu_store::entry::{self, EntryView, Shown, Towards, conversation};
use congvu_store::folder::{self, Folder};
use congvu_store::keyword::{self, flag};
use congvu_store::{FolderId, MailboxId, MessageId, StoreResult, Tx, organisation};

use super::desk::{self, OnDesk, Waiting};
use super::granted;
use super::label::{Chip, Labels};
use super::later::times::{self, Time};
use super::later::{self, Undo};
use super::live;
use super::open::{self, Opened};
use super::ordered::{self, Listed, Order};
use super::origin::Doubt;
use super::read::{Body, Reading};
use super::receipt::Bar;
use super::search::{self, Finding};
use super::tree::{self, Trunk, Use};
use crate::site::{Fields, Frame, Lang, Oops, Page, Site, User, html, short};

/// Messages on a page.
pub(super) const PAGE: u32 = 50;
/// So many messages of a conversation are counted.
const TOGETHER: u32 = 100;

/// A message in the list.
pub(super) struct Row {
    pub(super) uid: u32,
    pub(super) href: String,
    pub(super) who: String,
    pub(super) subject: String,
    pub(super) preview: String,
    pub(super) when: String,
    pub(super) unseen: bool,
    pub(super) starred: bool,
    pub(super) answered: bool,
    pub(super) has_files: bool,
    /// It came back because nobody answered it.
    pub(super) unanswered: bool,
    pub(super) outside: bool,
    pub(super) is_here: bool,
    pub(super) labels: Vec<Chip>,
    /// Its bytes, where the list is in their order.
    pub(super) size: Option<String>,
    /// So many messages of its conversation lie in the folder, where it stands for more than itself.
    pub(super) together: Option<usize>,
    /// Whose it is, in a unit mailbox where it waits for an answer.
    pub(super) desk: Option<OnDesk>,
}

/// The way to another page of a list.
pub(super) struct Turn {
    pub(super) words: &'static str,
    pub(super) href: String,
}

/// A page of a folder.
pub(super) struct List {
    pub(super) label: String,
    pub(super) total: u32,
    pub(super) unseen: u32,
    pub(super) rows: Vec<Row>,
    pub(super) before: Option<Turn>,
    pub(super) after: Option<Turn>,
    /// In which order it is, as addresses have it, and in words.
    pub(super) order: &'static str,
    pub(super) order_words: &'static str,
    /// Which messages are shown.
    pub(super) filter: &'static str,
    /// How many wait, in a unit mailbox (TQ.11.4).
    pub(super) waiting: Option<Waiting>,
    pub(super) may_organise: bool,
    /// Each conversation is shown once.
    pub(super) by_conversation: bool,
    pub(super) is_trash: bool,
    pub(super) is_junk: bool,
    /// Messages of it can be put out of sight until a time.
    pub(super) may_snooze: bool,
    /// The address of the folder's page.
    pub(super) here: String,
    /// The same with the place in it.
    pub(super) back: String,
    pub(super) folder: i64,
    pub(super) mailbox: i64,
    /// What can be put on messages.
    pub(super) labels: Vec<Chip>,
    /// What it looked like ([`live::state`]).
    pub(super) state: String,
    /// What lets one read it, where it is another's.
    pub(super) granted: Option<granted::Shown>,
}

/// How full a mailbox is.
pub(crate) struct Quota {
    pub(crate) used: String,
    pub(crate) of: String,
    pub(crate) percent: u64,
    pub(crate) mailbox: i64,
}

/// Everything on a page of the mail.
#[derive(Template)]
#[template(path = "mail/mail.html")]
pub(super) struct MailPage {
    pub(super) frame: Frame,
    pub(super) trunks: Vec<Trunk>,
    pub(super) quota: Quota,
    pub(super) list: List,
    pub(super) reading: Option<Reading>,
    pub(super) finding: Finding,
    /// Back to what was found, where the message was opened there.
    pub(super) found: Option<String>,
    /// What was just done.
    pub(super) done: Option<String>,
    /// What was just sent and can still be taken back.
    pub(super) undo: Option<Undo>,
    /// When a message may come back into sight, where it is put out of it.
    pub(super) times: Vec<Time>,
}

/// Where in a folder somebody is.
#[derive(Clone, Copy, Debug)]
pub(super) struct At {
    pub(super) shown: Shown,
    pub(super) towards: Towards,
    pub(super) order: Order,
    /// Below which size and UID a page in the order of sizes begins.
    pub(super) below: Option<(i64, i64)>,
    /// The folder whose list stands beside a message that lies elsewhere.
    pub(super) beside: Option<FolderId>,
}

impl At {
    pub(super) fn parse(query: &Fields, user: &User) -> Self {
        let number = |name: &str| query.get(name).parse::<u32>().ok();
        let order = Order::parse(query.get("xep"));
        let below = query.get("duoi").split_once('.');
        Self {
            order,
            below: below.and_then(|(size, uid)| Some((size.parse().ok()?, uid.parse().ok()?))),
            shown: match query.get("loc") {
                _ if order == Order::Largest => Shown::All,
                "chua-doc" => Shown::Unseen,
                "dau-sao" => Shown::Flagged,
                "chua-nhan" => Shown::Unclaimed,
                "cua-toi" => Shown::Held(user.account),
                "chua-tra-loi" => Shown::Waiting,
                _ => Shown::All,
            },
            towards: match (number("truoc"), number("sau")) {
                (Some(uid), _) => Towards::Older(uid),
                (None, Some(uid)) => Towards::Newer(uid),
                (None, None) if order == Order::Oldest => Towards::Newer(0),
                (None, None) => Towards::Older(u32::MAX),
            },
            beside: query.get("ds").parse().ok().map(FolderId),
        }
    }

    fn filter(self) -> &'static str {
        match self.shown {
            Shown::All => "",
            Shown::Unseen => "chua-doc",
            Shown::Flagged => "dau-sao",
            Shown::Unclaimed => "chua-nhan",
            Shown::Held(_) => "cua-toi",
            Shown::Waiting => "chua-tra-loi",
        }
    }

    pub(super) fn query(self, towards: Option<Towards>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        if self.order != Order::Newest {
            query.append_pair("xep", self.order.code());
        }
        if let Some((size, uid)) = self.below {
            query.append_pair("duoi", &format!("{size}.{uid}"));
        }
        if self.shown != Shown::All {
            query.append_pair("loc", self.filter());
        }
        match towards {
            Some(Towards::Older(u32::MAX) | Towards::Newer(0)) | None => {}
            Some(Towards::Older(uid)) => {
                query.append_pair("truoc", &uid.to_string());
            }
            Some(Towards::Newer(uid)) => {
                query.append_pair("sau", &uid.to_string());
            }
        }
        let query = query.finish();
        if query.is_empty() {
            query
        } else {
            format!("?{query}")
        }
    }

    /// What a link to another page at this place ends with.
    pub(super) fn suffix(self) -> String {
        self.query(Some(self.towards))
    }
}

/// What the list shows of all messages alike.
pub(super) struct Looks<'l> {
    pub(super) lang: Lang,
    pub(super) now: i64,
    pub(super) domains: &'l [String],
    pub(super) labels: &'l Labels,
    /// Whoever it went to, not whom it came from.
    pub(super) sent: bool,
    pub(super) here: String,
    pub(super) suffix: String,
    pub(super) current: Option<u32>,
    /// The keyword of what nobody answered.
    pub(super) unanswered: i64,
}

impl Looks<'_> {
    pub(super) fn row(&self, entry: &EntryView<'_>) -> StoreResult<Row> {
        let flags = entry.flags()?;
        let line = entry.envelope()?;
        let field = if self.sent { Field::To } else { Field::From };
        let first = envelope::first(line, field).unwrap_or_default();
        let uid = entry.uid()?;
        let when = entry.internal_at()?;
        let has_files =
            Part::from_bytes(entry.structure()?).is_ok_and(|part| !part.shown().files.is_empty());
        let subject = entry.subject()?;
        let name = first.name.trim();
        Ok(Row {
            uid,
            href: format!("{}/{uid}{}", self.here, self.suffix),
            who: if name.is_empty() {
                address(&first.mailbox, &first.host)
            } else {
                name.to_owned()
            },
            subject: if subject.trim().is_empty() {
                self.lang.t("(không có tiêu đề)").to_owned()
            } else {
                subject
            },
            preview: entry.preview()?,
            when: short(when, self.now, self.lang),
            unseen: flags & flag::SEEN == 0,
            starred: flags & flag::FLAGGED != 0,
            answered: flags & flag::ANSWERED != 0,
            has_files,
            unanswered: flags & self.unanswered != 0,
            outside: !self.sent && is_outside(&first.host, self.domains),
            is_here: self.current == Some(uid),
            labels: self.labels.of(flags),
            size: None,
            together: None,
            desk: None,
        })
    }
}

impl Looks<'_> {
    /// What a row tells of the others that it stands for.
    fn together(
        &self,
        tx: &mut Tx<'_>,
        folder: &Folder,
        message: MessageId,
        row: &mut Row,
    ) -> StoreResult<()> {
        let Some(found) = conversation::of_message(tx, message)? else {
            return Ok(());
        };
        let place = (folder.mailbox, folder.id);
        let members = conversation::in_folder(tx, place, &found, TOGETHER)?;
        row.together = Some(members.len()).filter(|count| *count > 1);
        let flags = members.iter().fold(0, |flags, member| flags | member.flags);
        row.labels = self.labels.of(flags);
        row.unseen |= members.iter().any(|member| member.flags & flag::SEEN == 0);
        row.starred |= members
            .iter()
            .any(|member| member.flags & flag::FLAGGED != 0);
        row.is_here |= members
            .iter()
            .any(|member| self.current == Some(member.uid));
        Ok(())
    }
}

fn address(local: &str, domain: &str) -> String {
    if domain.is_empty() {
        local.to_owned()
    } else {
        format!("{local}@{domain}")
    }
}

/// Whether an address is at none of our domains.
pub(super) fn is_outside(domain: &str, ours: &[String]) -> bool {
    !domain.is_empty() && !ours.iter().any(|known| known.eq_ignore_ascii_case(domain))
}

/// A page of a folder.
pub(super) fn read(
    tx: &mut Tx<'_>,
    user: &User,
    (opened, folder): (&Opened, &Folder),
    at: At,
    current: Option<u32>,
) -> StoreResult<List> {
    let what = Use::of(folder);
    let domains = organisation::domains(tx)?;
    let labels = Labels::load(tx, folder.mailbox, user.lang)?;
    let looks = Looks {
        lang: user.lang,
        now: tx.now(),
        domains: &domains,
        labels: &labels,
        sent: matches!(what, Use::Sent | Use::Drafts | Use::Scheduled),
        here: tree::href(folder),
        suffix: at.suffix(),
        current,
        unanswered: keyword::find(tx, folder.mailbox, later::UNANSWERED)?.unwrap_or(0),
    };
    let by_conversation = user.conversations
        && at.shown == Shown::All
        && at.order == Order::Newest
        && !matches!(what, Use::Drafts | Use::Scheduled);
    let (mut rows, before, after) = match at.order {
        Order::Newest => newest(tx, folder, at, &looks, by_conversation)?,
        Order::Oldest => ordered::oldest(tx, folder.id, at, &looks)?,
        Order::Largest => ordered::largest(tx, folder.id, at, &looks)?,
    };
    let waiting = desk::of_list(tx, user, (opened, folder), &mut rows)?;
    Ok(List {
        label: if opened.own {
            tree::label(folder, user.lang)
        } else {
            format!("{} – {}", tree::label(folder, user.lang), opened.address)
        },
        total: folder.total,
        unseen: folder.unseen,
        rows,
        before,
        after,
        order: at.order.code(),
        order_words: match at.order {
            Order::Newest => user.lang.t("Mới nhất trước"),
            Order::Oldest => user.lang.t("Cũ nhất trước"),
            Order::Largest => user.lang.t("Lớn nhất trước"),
        },
        filter: at.filter(),
        waiting,
        may_organise: opened.rights.has(Rights::ORGANISE),
        by_conversation,
        is_trash: what == Use::Trash,
        is_junk: what == Use::Junk,
        may_snooze: !matches!(what, Use::Drafts | Use::Scheduled),
        back: format!("{}{}", looks.here, looks.suffix),
        folder: folder.id.0,
        mailbox: folder.mailbox.0,
        state: live::state(folder),
        granted: granted::shown(tx, user, opened)?,
        here: looks.here,
        labels: labels.all(),
    })
}

/// A page with the newest first.
fn newest(
    tx: &mut Tx<'_>,
    folder: &Folder,
    at: At,
    looks: &Looks<'_>,
    by_conversation: bool,
) -> StoreResult<Listed> {
    let mut rows: Vec<Row> = Vec::new();
    let mut last = None;
    let more;
    if by_conversation {
        let mut answers = Vec::new();
        let paged = conversation::page(tx, folder.id, at.towards, PAGE, |entry, answer| {
            if answer {
                answers.push((rows.len(), entry.message()?));
            }
            rows.push(looks.row(entry)?);
            Ok(())
        })?;
        for (place, message) in answers {
            looks.together(tx, folder, message, &mut rows[place])?;
        }
        (last, more) = (paged.last, paged.more);
    } else {
        // One more than is shown: whether there are others.
        entry::page(tx, folder.id, at.shown, at.towards, PAGE + 1, |entry| {
            rows.push(looks.row(entry)?);
            Ok(())
        })?;
        more = rows.len() > PAGE as usize;
        rows.truncate(PAGE as usize);
    }
    let (has_newer, has_older) = match at.towards {
        Towards::Older(from) => (from != u32::MAX, more),
        Towards::Newer(_) => {
            rows.reverse();
            (more, true)
        }
    };
    let link = |towards| format!("{}{}", looks.here, at.query(Some(towards)));
    // What was looked at last may be no row: a message of a conversation that was shown.
    let end = |row: Option<&Row>, is_last| last.filter(|_| is_last).or(row.map(|row| row.uid));
    let is_older = matches!(at.towards, Towards::Older(_));
    let newer = end(rows.first(), !is_older)
        .filter(|_| has_newer)
        .map(|uid| link(Towards::Newer(uid)));
    let older = end(rows.last(), is_older)
        .filter(|_| has_older)
        .map(|uid| link(Towards::Older(uid)));
    let before = newer.map(|href| Turn {
        words: looks.lang.t("Mới hơn"),
        href,
    });
    let after = older.map(|href| Turn {
        words: looks.lang.t("Cũ hơn"),
        href,
    });
    Ok((rows, before, after))
}

pub(crate) fn quota(tx: &mut Tx<'_>, mailbox: MailboxId) -> StoreResult<Quota> {
    let usage = open::usage(tx, mailbox)?;
    Ok(Quota {
        used: super::bytes(usage.used_bytes),
        of: super::bytes(usage.quota_bytes),
        mailbox: mailbox.0,
        percent: (usage.used_bytes.saturating_mul(100) / usage.quota_bytes.max(1)).min(100),
    })
}

/// `/thu`: one's own inbox.
pub(super) async fn inbox(State(site): State<Site>, user: User, RawQuery(query): RawQuery) -> Page {
    let found = site
        .store
        .read(move |tx| folder::find(tx, user.mailbox, "INBOX"))
        .await?;
    let inbox = found.ok_or_else(open::gone)?;
    let query = query.map_or_else(String::new, |query| format!("?{query}"));
    Ok(Redirect::to(&format!("{}{query}", tree::href(&inbox))).into_response())
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder)): Path<(i64, i64)>,
    RawQuery(query): RawQuery,
) -> Page {
    let query = Fields::parse(query.unwrap_or_default().as_bytes());
    let at = At::parse(&query, &user);
    let done = done(&query, user.lang);
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let reader = user.clone();
    granted::witness(&site, &user, (mailbox, folder), "mở thư mục".to_owned()).await?;
    let sent = query.get("hoan-tac").parse().ok();
    let (trunks, quota, list, place, finding, undo) = site
        .store
        .read(move |tx| {
            let (opened, folder) = granted::folder(tx, &reader, mailbox, folder)?;
            let list = read(tx, &reader, (&opened, &folder), at, None)?;
            let trunks = tree::read(tx, &reader, folder.id)?;
            let quota = quota(tx, mailbox)?;
            let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
            let finding = search::beside(tx, &reader, mailbox)?;
            let undo = sent.map(|row| Undo::read(tx, &reader, row)).transpose()?;
            Ok::<_, Oops>((trunks, quota, list, place, finding, undo.flatten()))
        })
        .await?;
    // HCM.8.2.a, BS.III.11
    if !user.unasked && list.granted.is_none() {
        site.access.note_look(mailbox, user.account);
    }
    let title = if list.unseen > 0 {
        format!("({}) {}", list.unseen, list.label)
    } else {
        list.label.clone()
    };
    Ok(html(&MailPage {
        frame: Frame::of(&user, &place, &title),
        trunks,
        quota,
        list,
        reading: None,
        finding,
        found: None,
        done: done.filter(|_| undo.is_none()),
        undo,
        times: times::offered(site.law.calendar(), site.store.now(), user.lang),
    }))
}

/// What was just done, as the address of the page says it: only words that we know are shown.
pub(super) fn done(query: &Fields, lang: Lang) -> Option<String> {
    let words = match query.get("xong") {
        "gui" => lang.t("Đã gửi thư."),
        "chuyen-nguyen" => lang.t("Đã chuyển nguyên thư."),
        "nhap" => lang.t("Đã lưu thư nháp."),
        "chuyen" => lang.t("Đã chuyển."),
        "thu-rac" => lang.t("Đã báo thư rác và chuyển vào Thư rác."),
        "lua-dao" => lang.t("Đã báo thư lừa đảo cho đơn vị vận hành và chuyển vào Thư rác. Nếu đã mở liên kết hay ghi mật khẩu, hãy đổi mật khẩu ngay."),
        "khong-rac" => lang.t("Đã đưa về Hộp thư đến."),
        "xoa" => lang.t("Đã chuyển vào Đã xóa."),
        "xoa-han" => lang.t("Đã xóa hẳn."),
        "xem-lai" => lang.t("Thư sẽ trở lại đúng giờ đã hẹn."),
        "danh-dau" => lang.t("Đã đánh dấu."),
        "sua-nhan" => lang.t("Đã sửa nhãn của thư."),
        other => desk::said(other, lang)?,
    };
    Some(words.to_owned())
}
