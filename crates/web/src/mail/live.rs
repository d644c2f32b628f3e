//! `/su-kien`: what changes in the mailboxes that somebody opens, told to the browser as it happens (server-sent events, HTML
//! Standard §9.2). It tells what is now, not what happened: who was cut off for a while misses nothing.

use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::sync::Arc;
use std::time::Duration;

use axum::Extension;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::sse::{Event, Sse};
use axum::response::{IntoResponse, Response};
use congvu_access::Session;
use congvu_message::search::envelope::{self, Field};
use congvu_store::change::SeveralWatch;
use congvu_store::entry::{self, Shown, Towards};
use congvu_store::folder::{self, Folder};
use congvu_store::keyword::flag;
use congvu_store::{AccountId, Change, FolderId, StoreError, StoreResult, Tx};
use congvu_wire::Shutdown;
use futures_util::stream;
use parking_lot::Mutex;
use serde::Serialize;

use super::open;
use super::tree::Use;
use crate::site::{Oops, Site, User, Visitor};

/// Changes that come together are told together.
const GATHER: Duration = Duration::from_millis(300);
/// How often a line says that nothing happened: what lies between closes connections on which nothing comes for a minute. Then it is also
/// looked whether the session is in force still.
const BEAT: Duration = Duration::from_secs(20);
/// So many at once for one account: each browser needs one.
const MOST: u32 = 12;

/// How many are open, by account.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open(Arc<Mutex<HashMap<AccountId, u32>>>);

/// One of them, until it is dropped.
struct Seat {
    open: Open,
    account: AccountId,
}

impl Open {
    fn seat(&self, account: AccountId) -> Option<Seat> {
        let mut open = self.0.lock();
        let count = open.entry(account).or_default();
        if *count >= MOST {
            return None;
        }
        *count += 1;
        let open = self.clone();
        Some(Seat { open, account })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut open = self.open.0.lock();
        if let Some(count) = open.get_mut(&self.account) {
            *count -= 1;
            if *count == 0 {
                open.remove(&self.account);
            }
        }
    }
}

/// A folder as it is now.
#[derive(Serialize)]
struct Now {
    id: i64,
    unseen: u32,
    /// Another whenever a list of the folder would look different.
    state: String,
}

/// The last message of an inbox that nobody has read.
#[derive(Serialize)]
struct Newest {
    from: String,
    subject: String,
}

/// A folder as it was told last.
#[derive(Clone, PartialEq, Eq)]
struct Before {
    uid_next: u32,
    state: String,
}

/// One event.
#[derive(Default, Serialize)]
struct Told {
    folders: Vec<Now>,
    /// Folders came, went or were renamed.
    tree: bool,
    newest: Option<Newest>,
}

/// What tells folders of one look apart from another.
pub(super) fn state(folder: &Folder) -> String {
    format!("{}.{}.{}", folder.uid_next, folder.modseq, folder.total)
}

/// Somebody's browser.
struct Listening {
    site: Site,
    user: User,
    watch: SeveralWatch,
    /// Ends with the account's epoch.
    session: Session,
    shutdown: Shutdown,
    /// The folders watched, as they were told.
    known: HashMap<FolderId, Before>,
    _seat: Seat,
}

pub(super) async fn events(
    State(site): State<Site>,
    visitor: Visitor,
    Extension(shutdown): Extension<Shutdown>,
) -> Result<Response, Oops> {
    let Some(user) = visitor.user.filter(|user| !user.limited) else {
        // Tells a browser not to come again by itself.
        return Ok(StatusCode::NO_CONTENT.into_response());
    };
    let seat = site.live.seat(user.account).ok_or(Oops::Busy)?;
    let mut watch = site.store.hub().watch_several();
    let reader = user.clone();
    let mailboxes = site
        .store
        .read(move |tx| open::all(tx, &reader))
        .await?
        .into_iter()
        .map(|opened| opened.mailbox);
    for mailbox in mailboxes {
        watch.add(Change::Mailbox(mailbox));
        watch.add(Change::Keepers(mailbox));
    }
    let session = user.attend(&site.access);
    let listening = Listening {
        site,
        user,
        watch,
        session,
        shutdown,
        known: HashMap::new(),
        _seat: seat,
    };
    let events = stream::unfold(Some(listening), |listening| async {
        let mut listening = listening?;
        let event = listening.next().await?;
        let event = Ok::<_, Infallible>(event);
        Some((event, Some(listening)))
    });
    Ok(Sse::new(events).into_response())
}

impl Listening {
    /// The next event; none where there will be no more.
    async fn next(&mut self) -> Option<Event> {
        loop {
            tokio::select! {
                () = self.shutdown.stopping() => return None,
                _ = self.session.until_ended() => return None,
                () = tokio::time::sleep(BEAT) => {
                    let user = self.user.clone();
                    let live = self.site.store.read(move |tx| user.is_in_force(tx)).await;
                    return matches!(live, Ok(true)).then(|| Event::default().comment(""));
                }
                () = self.watch.changed() => {}
            }
            tokio::time::sleep(GATHER).await;
            let told = self.look().await?;
            if told.tree || !told.folders.is_empty() {
                return Event::default().json_data(told).ok();
            }
        }
    }

    /// What is new since the last look; none where nobody may see it any more, or nothing can be read now: then the browser comes
    /// again.
    async fn look(&mut self) -> Option<Told> {
        let changes = self.watch.take();
        let (user, known) = (self.user.clone(), self.known.clone());
        let read = self
            .site
            .store
            .read(move |tx| {
                if !user.is_in_force(tx)? {
                    return Ok::<_, StoreError>(None);
                }
                look(tx, &user, &changes, &known).map(Some)
            })
            .await;
        let look = read.ok()??;
        for gone in self.known.keys().filter(|id| !look.all.contains(id)) {
            self.watch.remove(Change::Folder(*gone));
        }
        self.known.retain(|id, _| look.all.contains(id));
        for (id, before) in look.seen {
            self.watch.add(Change::Folder(id));
            self.known.insert(id, before);
        }
        Some(look.told)
    }
}

/// What one transaction saw.
struct Look {
    told: Told,
    /// All folders there are.
    all: HashSet<FolderId>,
    seen: Vec<(FolderId, Before)>,
}

fn look(
    tx: &mut Tx<'_>,
    user: &User,
    changes: &[Change],
    known: &HashMap<FolderId, Before>,
) -> StoreResult<Look> {
    let mut look = Look {
        told: Told::default(),
        all: HashSet::new(),
        seen: Vec::new(),
    };
    for opened in open::all(tx, user)? {
        for folder in folder::list(tx, opened.mailbox)? {
            look.all.insert(folder.id);
            let before = known.get(&folder.id);
            if before.is_some() && !changes.contains(&Change::Folder(folder.id)) {
                continue;
            }
            let now = Before {
                uid_next: folder.uid_next,
                state: state(&folder),
            };
            if before == Some(&now) {
                continue;
            }
            // The first time everything is new to us, nothing to the reader.
            if before.is_some_and(|before| before.uid_next < now.uid_next)
                && Use::of(&folder) == Use::Inbox
            {
                look.told.newest = newest(tx, folder.id)?;
            }
            look.told.tree |= before.is_none() && !known.is_empty();
            look.told.folders.push(Now {
                id: folder.id.0,
                unseen: folder.unseen,
                state: now.state.clone(),
            });
            look.seen.push((folder.id, now));
        }
    }
    look.told.tree |= known.keys().any(|id| !look.all.contains(id));
    // A name that changed is told by the mailbox alone.
    look.told.tree |= !known.is_empty()
        && changes
            .iter()
            .any(|change| matches!(change, Change::Mailbox(_)));
    Ok(look)
}

fn newest(tx: &mut Tx<'_>, folder: FolderId) -> StoreResult<Option<Newest>> {
    let mut newest = None;
    entry::page(
        tx,
        folder,
        Shown::All,
        Towards::Older(u32::MAX),
        1,
        |entry| {
            if entry.flags()? & flag::SEEN != 0 {
                return Ok(());
            }
            let from = envelope::first(entry.envelope()?, Field::From).unwrap_or_default();
            let name = from.name.trim();
            newest = Some(Newest {
                from: if name.is_empty() {
                    format!("{}@{}", from.mailbox, from.host)
                } else {
                    name.to_owned()
                },
                subject: entry.subject()?,
            });
            Ok(())
        },
    )?;
    Ok(newest)
}
