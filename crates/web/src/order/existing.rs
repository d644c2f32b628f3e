//! A filter tried on mail that is there: which of the newest messages of the inbox it means; then, by choice, carried out on them. What
//! lies there is filed and marked; nothing of it goes on to another address.

use askama::Template;
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::order;
use congvu_message::filter::{Action, Look, Outcome, Rule};
use congvu_store::entry::{self, FlagChange, Shown, Towards};
use congvu_store::keyword::flag;
use congvu_store::{FilterId, FolderId, MailboxId, Tx, filter, folder, keyword, organisation};

use super::arranged;
use crate::mail::{open, part};
use crate::site::{Fields, Frame, Oops, Page, Site, User, html, short};

/// So many messages are looked at.
const LOOKED: u32 = 200;
/// So much of a header is looked at, as where mail comes in.
const HEADER: u64 = 32 << 10;

/// A message that the filter means.
struct Meant {
    uid: u32,
    href: String,
    from: String,
    subject: String,
    when: String,
}

#[derive(Template)]
#[template(path = "order/existing.html")]
struct ExistingPage {
    frame: Frame,
    mailbox: i64,
    id: i64,
    name: String,
    address: String,
    looked: usize,
    meant: Vec<Meant>,
    /// It moves, labels or marks: there is something to do to what lies there.
    may_apply: bool,
    forwards: bool,
}

fn found(
    tx: &mut Tx<'_>,
    user: &User,
    (mailbox, id): (MailboxId, FilterId),
) -> Result<(filter::Filter, Rule, FolderId), Oops> {
    order::may_arrange(tx, &user.actor(), mailbox)?;
    let found = filter::get(tx, mailbox, id)?.ok_or_else(open::gone)?;
    let rule = Rule::from_bytes(&found.rule)
        .map_err(|_| Oops::State("Không đọc được bộ lọc này. Hãy xóa rồi lập lại.".to_owned()))?;
    let inbox = folder::find(tx, mailbox, "INBOX")?.ok_or_else(open::gone)?;
    Ok((found, rule, inbox.id))
}

pub(super) async fn page(
    State(site): State<Site>,
    user: User,
    Path((mailbox, id)): Path<(i64, i64)>,
) -> Page {
    let at = (MailboxId(mailbox), FilterId(id));
    let reader = user.clone();
    let (filter, rule, inbox, uids, address, place) = site
        .store
        .read(move |tx| {
            let (filter, rule, inbox) = found(tx, &reader, at)?;
            let (opened, _) = arranged(tx, &reader, at.0)?;
            let mut uids = Vec::new();
            let newest = Towards::Older(u32::MAX);
            entry::page(tx, inbox, Shown::All, newest, LOOKED, |entry| {
                uids.push(entry.uid()?);
                Ok(())
            })?;
            let place = organisation::root(tx)?.map_or_else(String::new, |root| root.name);
            Ok::<_, Oops>((filter, rule, inbox, uids, opened.address, place))
        })
        .await?;
    let looked = uids.len();
    let now = site.store.now();
    let mut meant = Vec::new();
    for uid in uids {
        let stored = site
            .store
            .read(move |tx| part::find(tx, inbox, uid))
            .await?;
        let Some(stored) = stored else { continue };
        let end = stored.header_len.min(HEADER);
        let header = stored.octets(&site.store, (0, end), HEADER).await?;
        let look = Look::new(&header, &stored.structure, stored.blob.size);
        if rule.holds(&look) {
            meant.push(Meant {
                uid,
                href: format!("/thu/{mailbox}/{inbox}/{uid}"),
                from: crate::mail::people(&stored.envelope),
                subject: if stored.subject.trim().is_empty() {
                    user.lang.t("(không có tiêu đề)").to_owned()
                } else {
                    stored.subject.clone()
                },
                when: short(stored.internal_at, now, user.lang),
            });
        }
    }
    let does = |is: fn(&Action) -> bool| rule.actions().iter().any(is);
    Ok(html(&ExistingPage {
        frame: Frame::of(&user, &place, user.lang.t("Thử bộ lọc")),
        mailbox,
        id,
        name: filter.name,
        address,
        looked,
        meant,
        may_apply: does(|one| !matches!(one, Action::Forward(_) | Action::Stop)),
        forwards: rule.forward().is_some(),
    }))
}

pub(super) async fn apply(
    State(site): State<Site>,
    user: User,
    Path((mailbox, id)): Path<(i64, i64)>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let at = (MailboxId(mailbox), FilterId(id));
    let mut uids: Vec<u32> = fields
        .all("u")
        .filter_map(|uid| uid.parse().ok())
        .take(LOOKED as usize)
        .collect();
    uids.sort_unstable();
    uids.dedup();
    if uids.is_empty() {
        return Err(Oops::Bad(user.lang.t("Chưa chọn thư nào.").to_owned()));
    }
    site.store
        .write(move |tx| {
            let (_, rule, inbox) = found(tx, &user, at)?;
            let mut outcome = Outcome::default();
            outcome.take(&rule);
            let ranges = entry::ranges(&uids);
            let mut bits = 0;
            for label in &outcome.labels {
                bits |= keyword::find(tx, at.0, label.as_str())?.unwrap_or(0);
            }
            for (wanted, bit) in [(outcome.star, flag::FLAGGED), (outcome.read, flag::SEEN)] {
                if wanted {
                    bits |= bit;
                }
            }
            let target = match outcome.folder {
                Some(id) => folder::get(tx, FolderId(id))?.filter(|to| to.mailbox == at.0),
                None => None,
            };
            if let Some(to) = &target {
                folder::lock(tx, &mut [inbox, to.id])?;
            }
            if bits != 0 {
                entry::store_flags(tx, inbox, &ranges, FlagChange::Add(bits), None)?;
            }
            if let Some(to) = target.filter(|to| to.id != inbox) {
                entry::move_to(tx, inbox, &ranges, to.id)?;
            }
            Ok::<_, Oops>(())
        })
        .await?;
    Ok(Redirect::to(&format!("/tai-khoan/bo-loc/{mailbox}?xong=ap-dung")).into_response())
}
