//! Some mail of a mailbox, chosen by age, size and folder: for cleaning up, and for taking it out.

use congvu_regulation::{Date, Moment};
use congvu_search::Place;
use congvu_store::entry::{self, Sieve, Want};
use congvu_store::folder::Folder;
use congvu_store::{FolderId, MailboxId, StoreResult, Tx};

use crate::mail::bytes;
use crate::mail::tree::{self, Use};
use crate::site::{Fields, Lang, User, short};

/// Messages on a page of the list.
const PAGE: u32 = 50;
const MB: u64 = 1 << 20;

/// Which folders.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Within {
    /// All but those for drafts and for what was thrown away.
    Most,
    All,
    One(FolderId),
}

/// Which mail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Chosen {
    pub(super) mailbox: MailboxId,
    pub(super) within: Within,
    /// Received before (ms); `i64::MAX` where it does not matter.
    pub(super) before: i64,
    /// Of so many MB or more.
    pub(super) megabytes: u64,
    pub(super) keep_flagged: bool,
    /// When it was looked at (ms): what came into a folder later is not meant.
    pub(super) looked_at: i64,
}

impl Chosen {
    /// All of a mailbox but what has a star.
    pub(super) fn all(mailbox: MailboxId, now: i64) -> Self {
        Self {
            mailbox,
            within: Within::Most,
            before: i64::MAX,
            megabytes: 0,
            keep_flagged: true,
            looked_at: now,
        }
    }

    /// As a form or an address has it.
    pub(super) fn parse(fields: &Fields, mailbox: MailboxId, now: i64) -> Self {
        let before = fields.get("truoc").parse::<Date>();
        Self {
            mailbox,
            within: match fields.get("thu-muc") {
                "het" => Within::All,
                folder => folder
                    .parse()
                    .map_or(Within::Most, |folder| Within::One(FolderId(folder))),
            },
            before: before.map_or(i64::MAX, |day| day.start().0),
            megabytes: fields.get("lon").parse().unwrap_or(0).min(1 << 20),
            keep_flagged: fields.has("giu-sao"),
            looked_at: fields.get("luc").parse().unwrap_or(now).min(now),
        }
    }

    /// The day before which it was received, as forms have it.
    pub(super) fn day(&self) -> String {
        if self.before == i64::MAX {
            return String::new();
        }
        Moment(self.before).date().to_string()
    }

    /// Its folders, as forms have them.
    pub(super) fn folder(&self) -> String {
        match self.within {
            Within::Most => String::new(),
            Within::All => "het".to_owned(),
            Within::One(folder) => folder.to_string(),
        }
    }

    fn query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("thu-muc", &self.folder());
        let day = self.day();
        if !day.is_empty() {
            query.append_pair("truoc", &day);
        }
        if self.megabytes > 0 {
            query.append_pair("lon", &self.megabytes.to_string());
        }
        if self.keep_flagged {
            query.append_pair("giu-sao", "1");
        }
        query.finish()
    }

    /// Where it is looked at before it goes.
    pub(super) fn href(&self) -> String {
        format!("/don-thu/{}/xem?{}", self.mailbox, self.query())
    }

    /// Where it is taken out.
    pub(super) fn export(&self) -> String {
        format!("/xuat-thu/{}?{}", self.mailbox, self.query())
    }

    pub(super) fn sieve(&self) -> Sieve {
        Sieve {
            before: self.before,
            at_least: self.megabytes * MB,
            saved_until: self.looked_at,
            keep_flagged: self.keep_flagged,
        }
    }

    /// The folders that are meant.
    pub(super) fn folders<'f>(self, all: &'f [Folder]) -> impl Iterator<Item = &'f Folder> {
        all.iter().filter(move |folder| match self.within {
            Within::One(only) => folder.id == only,
            Within::All => true,
            Within::Most => !matches!(Use::of(folder), Use::Drafts | Use::Trash),
        })
    }

    /// In words.
    pub(super) fn said(&self, folders: &[Folder], lang: Lang) -> Vec<String> {
        let mut said = vec![match self.within {
            Within::Most => lang.t("Mọi thư mục, trừ Thư nháp và Đã xóa").to_owned(),
            Within::All => lang.t("Mọi thư mục").to_owned(),
            Within::One(_) => {
                let mut found = self.folders(folders);
                found
                    .next()
                    .map_or_else(String::new, |folder| tree::label(folder, lang))
            }
        }];
        if self.before != i64::MAX {
            let day = Moment(self.before).date().vietnamese();
            said.push(format!("{} {day}", lang.t("nhận trước ngày")));
        }
        if self.megabytes > 0 {
            said.push(format!("{} {} MB", lang.t("từ"), self.megabytes));
        }
        if self.keep_flagged {
            said.push(lang.t("không kể thư có dấu sao").to_owned());
        }
        said
    }
}

/// A message that is meant.
pub(super) struct Listed {
    pub(super) href: String,
    pub(super) who: String,
    pub(super) subject: String,
    pub(super) when: String,
    pub(super) bytes: String,
    pub(super) folder: String,
}

/// Behind which message a page or a step begins.
pub(super) fn cursor(fields: &Fields) -> Option<Place> {
    let mut numbers = fields.get("tu").splitn(3, '.');
    Some(Place {
        folder: numbers.next()?.parse().ok()?,
        at: numbers.next()?.parse().ok()?,
        uid: numbers.next()?.parse().ok()?,
    })
}

pub(super) fn at(folder: FolderId, (at, uid): (i64, i64)) -> Place {
    Place {
        folder: folder.0,
        at,
        uid: u32::try_from(uid).unwrap_or(u32::MAX),
    }
}

pub(super) fn written(at: &Place) -> String {
    format!("{}.{}.{}", at.folder, at.at, at.uid)
}

/// A page of what is meant, folder by folder, the oldest first; and where the next begins.
pub(super) fn listed(
    tx: &mut Tx<'_>,
    user: &User,
    folders: &[&Folder],
    chosen: &Chosen,
    from: Option<Place>,
) -> StoreResult<(Vec<Listed>, Option<String>)> {
    let mut folders = folders.to_vec();
    folders.sort_by_key(|folder| folder.id);
    let mut rows = Vec::new();
    let mut last = None;
    for folder in folders {
        let after = match from {
            Some(at) if at.folder > folder.id.0 => continue,
            Some(at) if at.folder == folder.id.0 => (at.at, i64::from(at.uid)),
            _ => (i64::MIN, 0),
        };
        let left = PAGE + 1 - rows.len() as u32;
        for (at, uid) in entry::sifted(tx, folder.id, &chosen.sieve(), after, left)? {
            if rows.len() == PAGE as usize {
                return Ok((rows, last.map(|at| written(&at))));
            }
            entry::scan(tx, folder.id, (uid, uid), Want::Message, |entry| {
                let subject = entry.subject()?;
                rows.push(Listed {
                    href: format!("{}/{uid}", tree::href(folder)),
                    who: crate::mail::people(entry.envelope()?),
                    subject: if subject.trim().is_empty() {
                        user.lang.t("(không có tiêu đề)").to_owned()
                    } else {
                        subject
                    },
                    when: short(entry.internal_at()?, chosen.looked_at, user.lang),
                    bytes: bytes(entry.size()?),
                    folder: tree::label(folder, user.lang),
                });
                Ok(true)
            })?;
            last = Some(Place {
                folder: folder.id.0,
                at,
                uid,
            });
        }
    }
    Ok((rows, None))
}
