//! The folders of all mailboxes that somebody opens, as one tree.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect};
use congvu_store::delegation::Rights;
use congvu_store::folder::{self, Folder, SEPARATOR};
use congvu_store::{FolderId, MailboxId, StoreError, StoreResult, Tx};

use super::granted;
use super::label::{Chip, Labels};
use super::later;
use super::open::{self, Opened};
use crate::site::{Fields, Lang, Oops, Page, Site, User};

/// What a folder is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Use {
    Inbox,
    Drafts,
    /// Drafts that wait for their time.
    Scheduled,
    Sent,
    /// What comes back into sight at its time.
    Snoozed,
    Archive,
    Junk,
    Trash,
    None,
}

impl Use {
    /// RFC 6154 §2
    pub(crate) fn of(folder: &Folder) -> Self {
        if folder.name == "INBOX" {
            return Self::Inbox;
        }
        let uses = folder.special_use.as_deref().unwrap_or_default();
        let has = |name| uses.split(' ').any(|word| word == name);
        match () {
            () if has("\\Drafts") => Self::Drafts,
            () if has("\\Scheduled") => Self::Scheduled,
            () if has("\\Sent") => Self::Sent,
            () if has("\\Snoozed") => Self::Snoozed,
            () if has("\\Archive") => Self::Archive,
            () if has("\\Junk") => Self::Junk,
            () if has("\\Trash") => Self::Trash,
            () => Self::None,
        }
    }

    fn icon(self) -> &'static str {
        match self {
            Self::Inbox => "inbox",
            Self::Drafts => "doc",
            Self::Scheduled => "hourglass",
            Self::Sent => "send",
            Self::Snoozed => "clock",
            Self::Archive => "archive",
            Self::Junk => "shield-bad",
            Self::Trash => "trash",
            Self::None => "folder",
        }
    }

    /// What it is made as, where it is missing: its name and its use.
    pub(super) fn made_as(self) -> Option<(&'static str, &'static str)> {
        Some(match self {
            Self::Drafts => ("Drafts", "\\Drafts"),
            // The draft draft-ietf-mailmaint-messageflag-mailboxattribute names these two uses.
            Self::Scheduled => ("Scheduled", "\\Scheduled"),
            Self::Sent => ("Sent", "\\Sent"),
            Self::Snoozed => ("Snoozed", "\\Snoozed"),
            Self::Archive => ("Archive", "\\Archive"),
            Self::Junk => ("Junk", "\\Junk"),
            Self::Trash => ("Trash", "\\Trash"),
            Self::Inbox | Self::None => return None,
        })
    }
}

/// What people call a folder.
pub(crate) fn label(folder: &Folder, lang: Lang) -> String {
    let words = match Use::of(folder) {
        Use::Inbox => lang.t("Hộp thư đến"),
        Use::Drafts => lang.t("Thư nháp"),
        Use::Scheduled => lang.t("Thư hẹn gửi"),
        Use::Sent => lang.t("Đã gửi"),
        Use::Snoozed => lang.t("Thư hẹn xem lại"),
        Use::Archive => lang.t("Lưu trữ"),
        Use::Junk => lang.t("Thư rác"),
        Use::Trash => lang.t("Đã xóa"),
        // With those above it: two of one name are told apart.
        Use::None => return folder.name.replace(SEPARATOR, " › "),
    };
    words.to_owned()
}

/// A folder in the tree.
pub(super) struct Branch {
    pub(super) label: String,
    pub(super) icon: &'static str,
    pub(super) href: String,
    pub(super) folder: i64,
    /// How many are unread is shown.
    pub(super) counts: bool,
    pub(super) unseen: u32,
    pub(super) is_here: bool,
}

/// A mailbox in the tree.
pub(super) struct Trunk {
    pub(super) label: String,
    pub(super) mailbox: i64,
    pub(super) may_organise: bool,
    pub(super) main: Vec<Branch>,
    pub(super) others: Vec<Branch>,
    pub(super) labels: Vec<Chip>,
}

/// All folders of all mailboxes that are open to somebody, who is in the folder `here`.
pub(super) fn read(tx: &mut Tx<'_>, user: &User, here: FolderId) -> StoreResult<Vec<Trunk>> {
    let mut trunks = Vec::new();
    for opened in open::all(tx, user)? {
        let folders = folder::list(tx, opened.mailbox)?;
        let labels = Labels::load(tx, opened.mailbox, user.lang)?;
        trunks.push(Trunk {
            labels: labels.all(),
            ..trunk(&opened, &folders, here, user.lang)
        });
    }
    trunks.extend(granted::trunks(tx, user, here)?);
    Ok(trunks)
}

pub(super) fn trunk(opened: &Opened, folders: &[Folder], here: FolderId, lang: Lang) -> Trunk {
    let mut main: Vec<(u8, Branch)> = Vec::new();
    let mut others = Vec::new();
    for folder in folders {
        let what = Use::of(folder);
        // What one wrote oneself is read, what was thrown away wants no reading.
        let counts = !matches!(
            what,
            Use::Drafts | Use::Scheduled | Use::Sent | Use::Snoozed | Use::Trash
        );
        let branch = Branch {
            label: label(folder, lang),
            icon: what.icon(),
            // What waits is shown with its time.
            href: match what {
                Use::Scheduled | Use::Snoozed => later::href(what, folder.mailbox),
                _ => href(folder),
            },
            folder: folder.id.0,
            counts,
            unseen: if counts { folder.unseen } else { 0 },
            is_here: folder.id == here,
        };
        match what {
            Use::None => others.push(branch),
            what => main.push((what as u8, branch)),
        }
    }
    main.sort_by_key(|(order, _)| *order);
    Trunk {
        label: if opened.own {
            lang.t("Hộp thư của tôi").to_owned()
        } else {
            opened.address.clone()
        },
        mailbox: opened.mailbox.0,
        may_organise: opened.rights.has(Rights::ORGANISE),
        main: main.into_iter().map(|(_, branch)| branch).collect(),
        others,
        labels: Vec::new(),
    }
}

/// The address of a folder's page.
pub(crate) fn href(folder: &Folder) -> String {
    format!("/thu/{}/{}", folder.mailbox, folder.id)
}

/// The folder of a mailbox with this use; made where it is missing.
pub(crate) fn ensure(tx: &mut Tx<'_>, mailbox: MailboxId, what: Use) -> StoreResult<FolderId> {
    let folders = folder::list(tx, mailbox)?;
    if let Some(found) = folders.iter().find(|folder| Use::of(folder) == what) {
        return Ok(found.id);
    }
    let (name, special) = what.made_as().ok_or(StoreError::NotFound("folder"))?;
    if let Some(found) = folders.iter().find(|folder| folder.name == name) {
        // Somebody made one of that name: it will do.
        return Ok(found.id);
    }
    folder::create(tx, mailbox, name, Some(special))?;
    let made = folder::find(tx, mailbox, name)?;
    Ok(made.ok_or(StoreError::NotFound("folder"))?.id)
}

/// The longest name of a folder, in bytes.
const LONGEST_NAME: usize = 200;
/// So many folders may a mailbox have.
const MOST: u64 = 1_000;

/// Makes a folder.
pub(super) async fn make(
    State(site): State<Site>,
    user: User,
    Path(mailbox): Path<i64>,
    fields: Fields,
) -> Page {
    user.check(&fields)?;
    let name = fields.get("ten").trim().to_owned();
    if name.is_empty()
        || name.len() > LONGEST_NAME
        || name.contains(|c: char| c.is_control() || "/%*".contains(c))
    {
        return Err(Oops::Bad(
            user.lang
                .t("Ghi tên thư mục, không dùng các dấu / % *.")
                .to_owned(),
        ));
    }
    let mailbox = MailboxId(mailbox);
    let href = site
        .store
        .write(move |tx| {
            let opened = open::one(tx, &user, mailbox)?;
            if !opened.rights.has(Rights::ORGANISE) {
                return Err(open::gone());
            }
            let taken =
                folder::find(tx, mailbox, &name)?.is_some() || name.eq_ignore_ascii_case("INBOX");
            if taken || folder::count(tx, mailbox)? >= MOST {
                return Err(Oops::State(
                    user.lang
                        .t("Đã có thư mục tên này, hoặc đã có quá nhiều thư mục.")
                        .to_owned(),
                ));
            }
            folder::create(tx, mailbox, &name, None)?;
            let made = folder::find(tx, mailbox, &name)?.ok_or_else(open::gone)?;
            Ok(href(&made))
        })
        .await?;
    Ok(Redirect::to(&href).into_response())
}
