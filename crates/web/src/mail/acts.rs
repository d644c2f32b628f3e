//! What is done to messages of a folder: marked, moved, reported, deleted.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_governance::{Act, Action, Law, incident, record};
use congvu_store::delegation::{self, Rights};
use congvu_store::entry::{self, FlagChange, Want, conversation};
use congvu_store::folder::{self, Folder};
use congvu_store::keyword::{self, flag};
use congvu_store::later::{self, Kind};
use congvu_store::{FolderId, MailboxId, StoreError, StoreResult, Tx, address};
use serde_json::json;

use super::later::{MOST as MOST_LATER, times};
use super::open::{self, Opened};
use super::tree::{self, Use};
use super::{desk, label};
use crate::site::{Fields, Oops, Page, Site, User};

/// So many messages at once.
const MOST: usize = 500;

pub(super) async fn act(
    State(site): State<Site>,
    user: User,
    Path((mailbox, folder)): Path<(i64, i64)>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let (mailbox, folder) = (MailboxId(mailbox), FolderId(folder));
    let mut uids: Vec<u32> = fields
        .all("u")
        .filter_map(|uid| uid.parse().ok())
        .take(MOST)
        .collect();
    uids.sort_unstable();
    uids.dedup();
    let home = format!("/thu/{mailbox}/{folder}");
    let back = fields.get("ve");
    let ours = format!("/thu/{mailbox}/");
    // What was found stays, too.
    let is_ours = back.starts_with(&ours) || back.starts_with("/tim?");
    let back = if is_ours { back } else { &home }.to_owned();
    let whole = fields.get("hoi-thoai") == "1";
    if uids.is_empty() {
        return Err(Oops::Bad(user.lang.t("Chưa chọn thư nào.").to_owned()));
    }
    let target = fields.get("den").parse().ok().map(FolderId);
    let until = times::chosen(&fields, site.store.now());
    let taken_off = fields.find("bo-nhan");
    let comes_back = fields.has("luc") || fields.has("luc-khac");
    let what = match (target, taken_off) {
        (Some(_), _) => "chuyen",
        (None, Some(_)) => "bo-nhan",
        (None, None) if comes_back => "xem-lai",
        (None, None) => fields.get("viec"),
    }
    .to_owned();
    let numbers: Vec<String> = match taken_off {
        Some(number) => vec![number.to_owned()],
        None => fields.all("nhan").map(str::to_owned).collect(),
    };
    let is_label = matches!(what.as_str(), "gan-nhan" | "bo-nhan");
    if is_label && numbers.is_empty() {
        return Err(Oops::Bad(user.lang.t("Chưa chọn nhãn nào.").to_owned()));
    }
    // A message whose labels change stays open.
    let stay = fields.get("o-lai");
    let back = if is_label && stay.starts_with(&ours) {
        stay.to_owned()
    } else {
        back
    };
    let law = site.law;
    let done = site
        .store
        .write(move |tx| {
            let (opened, here) = open::folder(tx, &user, mailbox, folder)?;
            if !opened.rights.has(Rights::ORGANISE) {
                return Err(Oops::Forbidden(
                    user.lang
                        .t("Bạn được đọc hộp thư này, chưa được giao sắp xếp thư trong đó.")
                        .to_owned(),
                ));
            }
            let place = Doing {
                user: &user,
                opened: &opened,
                folder: &here,
                law,
                labels: label::chosen(tx, mailbox, numbers.iter().map(String::as_str))?,
                until,
                ranges: if whole && is_for_all(&what) {
                    conversations(tx, &here, &uids)?
                } else {
                    entry::ranges(&uids)
                },
            };
            place.carry_out(tx, &what, target)
        })
        .await?;
    // A message that is gone from here cannot be shown any more: the list is.
    let back = if matches!(done, "danh-dau" | "nhan" | "nhan-bot" | "sua-nhan") {
        back
    } else {
        list_of(&back)
    };
    let mark = if back.contains('?') { '&' } else { '?' };
    Ok(Redirect::to(&format!("{back}{mark}xong={done}")).into_response())
}

/// The list that a message's page stands in.
fn list_of(back: &str) -> String {
    if back.starts_with("/tim?") {
        return back.to_owned();
    }
    let (path, query) = back.split_once('?').unwrap_or((back, ""));
    let folder: Vec<&str> = path.splitn(5, '/').take(4).collect();
    let mark = if query.is_empty() { "" } else { "?" };
    format!("{}{mark}{query}", folder.join("/"))
}

/// Whether it is done to all of a conversation: marks are set on the one message that is meant.
fn is_for_all(what: &str) -> bool {
    !matches!(what, "chua-doc" | "sao" | "bo-sao" | "xoa-mot" | "nhan")
}

/// Some messages of a folder with those of it that answer one another with them.
fn conversations(tx: &mut Tx<'_>, folder: &Folder, uids: &[u32]) -> StoreResult<Vec<(u32, u32)>> {
    let mut all = uids.to_vec();
    let mut messages = Vec::new();
    for &(first, last) in &entry::ranges(uids) {
        entry::scan(tx, folder.id, (first, last), Want::Entry, |entry| {
            messages.push(entry.message()?);
            Ok(true)
        })?;
    }
    for message in messages {
        if let Some(found) = conversation::of_message(tx, message)? {
            let place = (folder.mailbox, folder.id);
            let members = conversation::in_folder(tx, place, &found, MOST as u32)?;
            all.extend(members.iter().map(|member| member.uid));
        }
    }
    all.sort_unstable();
    all.dedup();
    Ok(entry::ranges(&all))
}

/// Messages about to be changed.
struct Doing<'d> {
    user: &'d User,
    opened: &'d Opened,
    folder: &'d Folder,
    law: Law,
    /// Flag bits of the labels that are meant.
    labels: i64,
    /// When they come back into sight.
    until: Option<i64>,
    ranges: Vec<(u32, u32)>,
}

impl Doing<'_> {
    fn carry_out(
        &self,
        tx: &mut Tx<'_>,
        what: &str,
        target: Option<FolderId>,
    ) -> Result<&'static str, Oops> {
        let mark = |tx: &mut Tx<'_>, change| {
            entry::store_flags(tx, self.folder.id, &self.ranges, change, None).map(|_| "danh-dau")
        };
        Ok(match what {
            "da-doc" => mark(tx, FlagChange::Add(flag::SEEN))?,
            "chua-doc" => mark(tx, FlagChange::Remove(flag::SEEN))?,
            "sao" => mark(tx, FlagChange::Add(flag::FLAGGED))?,
            "bo-sao" => mark(tx, FlagChange::Remove(flag::FLAGGED))?,
            "nhan" => {
                let place = (self.opened.mailbox, self.folder.id);
                desk::take_all(tx, self.law, self.user, place, &self.ranges)?
            }
            "gan-nhan" | "bo-nhan" => {
                let change = match what {
                    "gan-nhan" => FlagChange::Add(self.labels),
                    _ => FlagChange::Remove(self.labels),
                };
                mark(tx, change)?;
                "sua-nhan"
            }
            "luu-tru" => self.file(tx, Use::Archive, "chuyen")?,
            "xem-lai" => self.snooze(tx)?,
            "thu-rac" => self.report(tx, false)?,
            "lua-dao" => self.report(tx, true)?,
            "khong-rac" => self.clear(tx)?,
            "xoa" | "xoa-mot" if Use::of(self.folder) == Use::Trash => self.destroy(tx)?,
            "xoa" | "xoa-mot" => self.file(tx, Use::Trash, "xoa")?,
            "chuyen" => {
                let target = target.ok_or_else(open::gone)?;
                let to = folder::get(tx, target)?
                    .filter(|to| to.mailbox == self.opened.mailbox)
                    .ok_or_else(open::gone)?;
                self.move_to(tx, to.id)?;
                "chuyen"
            }
            _ => return Err(Oops::Bad("Không có việc này.".to_owned())),
        })
    }

    fn file(&self, tx: &mut Tx<'_>, what: Use, done: &'static str) -> Result<&'static str, Oops> {
        let to = match what {
            Use::Inbox => {
                folder::find(tx, self.opened.mailbox, "INBOX")?
                    .ok_or_else(open::gone)?
                    .id
            }
            what => tree::ensure(tx, self.opened.mailbox, what)?,
        };
        self.move_to(tx, to)?;
        Ok(done)
    }

    /// Out of sight until a time, in a folder of its own: so mail programs see the same.
    fn snooze(&self, tx: &mut Tx<'_>) -> Result<&'static str, Oops> {
        let lang = self.user.lang;
        let bad = |words: &str| Oops::Bad(words.to_owned());
        let due_at = self
            .until
            .ok_or_else(|| bad(lang.t("Chọn một giờ chưa qua, trong vòng một năm.")))?;
        let mailbox = self.opened.mailbox;
        if matches!(Use::of(self.folder), Use::Drafts | Use::Scheduled) {
            return Err(bad(lang.t("Thư nháp không hẹn xem lại được.")));
        }
        let to = tree::ensure(tx, mailbox, Use::Snoozed)?;
        if later::count(tx, mailbox, Kind::Back)? >= MOST_LATER {
            return Err(bad(
                lang.t("Đã có quá nhiều thư đang hẹn. Gửi hoặc rút bớt rồi hẹn lại.")
            ));
        }
        let (places, home) = if self.folder.id == to {
            (self.ranges.clone(), None)
        } else {
            folder::lock(tx, &mut [self.folder.id, to])?;
            let moved = entry::move_to(tx, self.folder.id, &self.ranges, to)?;
            let count = moved.source.len() as u32;
            let places = (count > 0).then(|| (moved.first, moved.first + count - 1));
            (places.into_iter().collect(), Some(self.folder.id))
        };
        for uid in places.iter().flat_map(|(first, last)| *first..=*last) {
            let new = later::New {
                kind: Kind::Back,
                place: (to, uid),
                account: self.user.account,
                client_ip: &self.user.ip.to_string(),
                home,
                days: 0,
                due_at,
            };
            match later::add(tx, &new) {
                Ok(_) | Err(StoreError::NotFound(_)) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Ok("xem-lai")
    }

    /// QN.15.4: spam is marked so and leaves the inbox; what pretends to be another's is also reported (QN.15.7).
    fn report(&self, tx: &mut Tx<'_>, phishing: bool) -> Result<&'static str, Oops> {
        let mailbox = self.opened.mailbox;
        if phishing {
            for uid in self.ranges.iter().flat_map(|(first, last)| *first..=*last) {
                let at = incident::Place {
                    mailbox,
                    folder: self.folder.id,
                    uid,
                };
                incident::report_phishing(tx, self.law, &self.user.actor(), at)?;
            }
        }
        self.relabel(tx, "$NotJunk", false)?;
        self.relabel(tx, "$Junk", true)?;
        if phishing {
            self.relabel(tx, "$Phishing", true)?;
        }
        self.file(tx, Use::Junk, if phishing { "lua-dao" } else { "thu-rac" })
    }

    /// Not spam after all: back to the inbox.
    fn clear(&self, tx: &mut Tx<'_>) -> Result<&'static str, Oops> {
        self.relabel(tx, "$Junk", false)?;
        self.relabel(tx, "$Phishing", false)?;
        self.relabel(tx, "$NotJunk", true)?;
        self.file(tx, Use::Inbox, "khong-rac")
    }

    /// Sets or takes a keyword that all mail programs know; where the mailbox can have no more of them, the folder says it alone.
    fn relabel(&self, tx: &mut Tx<'_>, keyword: &str, set: bool) -> Result<(), Oops> {
        let change = if set {
            keyword::ensure(tx, self.opened.mailbox, keyword)?.map(FlagChange::Add)
        } else {
            keyword::find(tx, self.opened.mailbox, keyword)?.map(FlagChange::Remove)
        };
        if let Some(change) = change {
            entry::store_flags(tx, self.folder.id, &self.ranges, change, None)?;
        }
        Ok(())
    }

    fn move_to(&self, tx: &mut Tx<'_>, to: FolderId) -> Result<(), Oops> {
        if to != self.folder.id {
            folder::lock(tx, &mut [self.folder.id, to])?;
            entry::move_to(tx, self.folder.id, &self.ranges, to)?;
        }
        Ok(())
    }

    /// For good; of a unit's mail it is recorded who did it (TQ.11.3: what is handed over is counted).
    fn destroy(&self, tx: &mut Tx<'_>) -> Result<&'static str, Oops> {
        let before = folder::get(tx, self.folder.id)?.map_or(0, |folder| folder.total);
        entry::remove(tx, self.folder.id, &self.ranges)?;
        let after = folder::get(tx, self.folder.id)?.map_or(0, |folder| folder.total);
        let gone = before.saturating_sub(after);
        if !self.opened.own && gone > 0 {
            let mailbox = self.opened.mailbox;
            let name = address::primary(tx, mailbox)?.unwrap_or_default();
            let act = Act::new(Action::UnitExpunge, format!("mailbox/{mailbox}"), &name)
                .with(json!({ "folder": self.folder.name, "messages": gone }));
            let place = delegation::subject(tx, mailbox)?.map(|subject| subject.organisation);
            let act = Act {
                organisation: place,
                ..act
            };
            record(tx, &self.user.actor(), &act)?;
        }
        Ok("xoa-han")
    }
}
