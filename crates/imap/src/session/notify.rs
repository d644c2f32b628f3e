//! What a client asked to hear of by itself (RFC 5465): the selected mailbox's
//! events, and those of other mailboxes. Nothing is polled: the change that a
//! commit publishes wakes the sessions that watch its folder.

use std::collections::{BTreeMap, BTreeSet};

use congvu_store::change::SeveralWatch;
use congvu_store::folder::{self, Folder};
use congvu_store::metadata::{self, Touched};
use congvu_store::{Change, FolderId, MailboxId, Tx};

use super::{Failure, Session, Telling};
use crate::command::notify::{EventGroup, Events, Filter};
use crate::execute::list::{Look, line, old_name};
use crate::execute::metadata::render_changed;
use crate::execute::names::{Node, Tree, Who, above, is_shared, tree};
use crate::others;
use crate::response::{Code, Condition, mailbox, number, string_utf8, untagged_status};
use crate::types::{FetchItem, INBOX, MailboxName};

/// A session keeps the state of so many folders and subscribed names at most.
pub(crate) const MOST: usize = 2_000;

/// How a client wants to be told of mailboxes.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Style {
    /// With mod-sequences.
    condstore: bool,
    /// With names in UTF-8.
    utf8: bool,
}

/// What is told of the selected mailbox.
#[derive(Debug)]
pub(crate) struct OfSelected {
    /// EXPUNGE waits for a command that allows it (RFC 5465 §6.1.2).
    pub(crate) delayed: bool,
    pub(crate) flags: bool,
    /// Of each new message.
    pub(crate) items: Vec<FetchItem>,
}

/// A folder as the client knows it.
#[derive(Debug)]
struct Known {
    name: String,
    uid_validity: u32,
    uid_next: u32,
    total: u32,
    unseen: u32,
    modseq: i64,
    messages: bool,
    flags: bool,
}

/// What one session hears of by itself.
#[derive(Debug)]
pub(crate) struct Notify {
    /// `None`: nothing at all is told of it.
    pub(crate) selected: Option<OfSelected>,
    others: Option<Others>,
}

/// Events of mailboxes that are not selected.
#[derive(Debug)]
struct Others {
    groups: Vec<EventGroup>,
    watch: SeveralWatch,
    folders: BTreeMap<FolderId, Known>,
    subscribed: BTreeSet<String>,
    version: i64,
    /// What the session's own commands did since the client was last told: it
    /// knows (RFC 5465 §5).
    own_names: Vec<String>,
    own_versions: Vec<i64>,
    /// The first and the last UID of messages it put into a folder.
    own_messages: Vec<(FolderId, u32, u32)>,
    /// The unit mailboxes one keeps, as far as they are known here.
    kept: BTreeSet<MailboxId>,
}

/// What was read of a mailbox.
pub(crate) struct State {
    tree: Tree,
    version: i64,
    own: MailboxId,
}

impl State {
    pub(crate) fn read(tx: &mut Tx<'_>, who: Who) -> Result<Self, Failure> {
        Ok(Self {
            tree: tree(tx, who, true)?,
            version: metadata::version(tx, who.mailbox)?,
            own: who.mailbox,
        })
    }

    /// The mailboxes among it that are not one's own.
    fn kept(&self) -> BTreeSet<MailboxId> {
        let mailboxes = self.folders().map(|folder| folder.mailbox);
        mailboxes.filter(|mailbox| *mailbox != self.own).collect()
    }

    fn folders(&self) -> impl Iterator<Item = &Folder> {
        self.tree.values().filter_map(|node| node.folder.as_ref())
    }

    fn subscribed(&self) -> BTreeSet<String> {
        let subscribed = self.tree.iter().filter(|(_, node)| node.subscribed);
        subscribed.map(|(name, _)| name.clone()).collect()
    }
}

/// What changed since.
struct News {
    /// Of the mailbox as a whole, where that changed.
    state: Option<State>,
    touched: Vec<Touched>,
    folders: Vec<Folder>,
}

fn news(
    tx: &mut Tx<'_>,
    who: Who,
    changes: &[Change],
    version: i64,
    known: &BTreeSet<MailboxId>,
) -> Result<News, Failure> {
    let mut news = News {
        state: None,
        touched: Vec::new(),
        folders: Vec::new(),
    };
    let mut kept = BTreeSet::new();
    if !known.is_empty() {
        let now = others::all(tx, who.account)?;
        kept.extend(now.iter().map(|other| other.mailbox));
    }
    let names = |change: &Change| matches!(change, Change::Mailbox(_) | Change::Keepers(_));
    // A delegation that is over by its period changes nothing that could be watched.
    if changes.iter().any(names) || !known.is_subset(&kept) {
        news.state = Some(State::read(tx, who)?);
        news.touched = metadata::touched(tx, who.mailbox, version)?;
    }
    let folder = |change: &Change| match change {
        Change::Folder(id) => Some(*id),
        _ => None,
    };
    let mut folders: Vec<FolderId> = changes.iter().filter_map(folder).collect();
    folders.sort_unstable();
    for id in folders {
        let found = folder::get(tx, id)?;
        let open =
            |folder: &Folder| folder.mailbox == who.mailbox || kept.contains(&folder.mailbox);
        news.folders.extend(found.filter(open));
    }
    Ok(news)
}

/// The events of a mailbox by its name (RFC 5465 §6): what any group asks for.
fn events_of(groups: &[EventGroup], name: &str, subscribed: bool) -> Events {
    let below = |above: &MailboxName| {
        let rest = name.strip_prefix(above.as_str());
        rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    };
    let mut events = Events::default();
    for group in groups {
        let applies = match &group.filter {
            Filter::Selected | Filter::SelectedDelayed => false,
            // Mail is delivered into INBOX alone.
            Filter::Inboxes => name == INBOX,
            Filter::Personal => !is_shared(name),
            Filter::Subscribed => subscribed,
            Filter::Subtree(names) => names.iter().any(below),
            Filter::Mailboxes(names) => names.iter().any(|known| known.as_str() == name),
        };
        if applies {
            events.add(&group.events);
        }
    }
    events
}

impl Notify {
    /// Nothing is told by itself: `NOTIFY NONE`.
    pub(crate) fn none() -> Self {
        Self {
            selected: None,
            others: None,
        }
    }

    /// What `groups` ask for of a mailbox whose state was just read; `None` where
    /// that is more than a session may keep.
    pub(crate) fn new(groups: Vec<EventGroup>, watch: SeveralWatch, state: &State) -> Option<Self> {
        if state.tree.len() > MOST {
            return None;
        }
        let (mut selected, mut rest) = (None, Vec::new());
        for group in groups {
            if !group.filter.is_selected() {
                rest.push(group);
            } else if group.events.messages {
                selected = Some(OfSelected {
                    delayed: group.filter == Filter::SelectedDelayed,
                    flags: group.events.flags,
                    items: group.events.items,
                });
            }
        }
        let mut others = Others {
            groups: rest,
            watch,
            folders: BTreeMap::new(),
            subscribed: state.subscribed(),
            version: state.version,
            own_names: Vec::new(),
            own_versions: Vec::new(),
            own_messages: Vec::new(),
            kept: BTreeSet::new(),
        };
        let any = others
            .groups
            .iter()
            .any(|group| group.events != Events::default());
        if any {
            others.watch.add(Change::Mailbox(state.own));
            others.keep(state);
            for folder in state.folders() {
                others.know(folder, false);
            }
        }
        Some(Self {
            selected,
            others: any.then_some(others),
        })
    }

    /// Returns when something is to be told of other mailboxes. Cancel-safe.
    pub(crate) async fn changed(&self) {
        match &self.others {
            Some(others) => others.watch.changed().await,
            None => std::future::pending().await,
        }
    }

    /// The session itself made, deleted, renamed or subscribed this name.
    pub(crate) fn own_name(&mut self, name: &MailboxName) {
        if let Some(others) = &mut self.others {
            others.own_names.push(name.as_str().to_owned());
            let parents = above(name.as_str()).map(str::to_owned);
            others.own_names.extend(parents);
        }
    }

    /// The session itself made this change of annotations.
    pub(crate) fn own_version(&mut self, version: i64) {
        if let Some(others) = &mut self.others {
            others.own_versions.push(version);
        }
    }

    /// Writes the state of the mailboxes whose messages are watched
    /// (RFC 5465 §3.1, `STATUS`).
    pub(crate) fn status(&self, out: &mut Vec<u8>, selected: Option<FolderId>, style: Style) {
        let Some(others) = &self.others else {
            return;
        };
        for (id, known) in &others.folders {
            if known.messages && selected != Some(*id) {
                let show = Show {
                    messages: true,
                    modseq: style.condstore || known.flags,
                    unseen: false,
                    utf8: style.utf8,
                };
                write_status(out, known, show);
            }
        }
    }
}

/// What a STATUS response tells.
#[derive(Debug, Clone, Copy)]
struct Show {
    messages: bool,
    modseq: bool,
    unseen: bool,
    utf8: bool,
}

/// Writes the STATUS response of a mailbox that is not selected.
fn write_status(out: &mut Vec<u8>, known: &Known, show: Show) {
    let Ok(name) = MailboxName::new(&known.name) else {
        return;
    };
    let mut items: Vec<(&str, u64)> = Vec::new();
    if show.messages {
        items.push(("MESSAGES", known.total.into()));
        items.push(("UIDNEXT", known.uid_next.into()));
    }
    items.push(("UIDVALIDITY", known.uid_validity.into()));
    if show.unseen {
        items.push(("UNSEEN", known.unseen.into()));
    }
    if show.modseq {
        items.push(("HIGHESTMODSEQ", known.modseq.unsigned_abs()));
    }
    out.extend_from_slice(b"* STATUS ");
    mailbox(out, &name, show.utf8);
    for (n, (item, value)) in items.into_iter().enumerate() {
        out.extend_from_slice(if n == 0 { b" (" } else { b" " });
        out.extend_from_slice(item.as_bytes());
        out.push(b' ');
        number(out, value);
    }
    out.extend_from_slice(b")\r\n");
}

impl Others {
    /// Watches the unit mailboxes that one keeps now, and no others.
    fn keep(&mut self, state: &State) {
        let now = state.kept();
        for gone in self.kept.difference(&now) {
            self.watch.remove(Change::Mailbox(*gone));
            self.watch.remove(Change::Keepers(*gone));
        }
        for new in now.difference(&self.kept) {
            self.watch.add(Change::Mailbox(*new));
            self.watch.add(Change::Keepers(*new));
        }
        self.kept = now;
    }

    /// Takes note of a folder. `fresh`: the client knows of no message in it.
    fn know(&mut self, folder: &Folder, fresh: bool) {
        let subscribed = self.subscribed.contains(&folder.name);
        let events = events_of(&self.groups, &folder.name, subscribed);
        if events.messages {
            self.watch.add(Change::Folder(folder.id));
        } else {
            self.watch.remove(Change::Folder(folder.id));
        }
        let known = self.folders.entry(folder.id).or_insert_with(|| Known {
            name: String::new(),
            uid_validity: folder.uid_validity,
            uid_next: if fresh { 1 } else { folder.uid_next },
            total: if fresh { 0 } else { folder.total },
            unseen: if fresh { 0 } else { folder.unseen },
            modseq: folder.modseq,
            messages: false,
            flags: false,
        });
        if events.messages && !known.messages && !fresh {
            // It was not watched: the client knows nothing of it.
            known.uid_next = folder.uid_next;
            known.total = folder.total;
            known.unseen = folder.unseen;
            known.modseq = folder.modseq;
        }
        known.name.clone_from(&folder.name);
        (known.messages, known.flags) = (events.messages, events.flags);
    }

    /// Tells what happened to the messages of a folder (RFC 5465 §5.1 to §5.3).
    fn tell_folder(&mut self, out: &mut Vec<u8>, folder: &Folder, told: bool, style: Style) {
        let Some(known) = self.folders.get_mut(&folder.id) else {
            return;
        };
        let messages = known.uid_next != folder.uid_next || known.total != folder.total;
        let unseen = known.unseen != folder.unseen;
        let changed = known.modseq != folder.modseq;
        // Just what the session did itself, and nothing else.
        let own = self.own_messages.iter().any(|&(id, first, last)| {
            let count = last - first + 1;
            (id, first) == (folder.id, known.uid_next)
                && last.checked_add(1) == Some(folder.uid_next)
                && known.total.checked_add(count) == Some(folder.total)
        });
        known.uid_next = folder.uid_next;
        known.total = folder.total;
        known.unseen = folder.unseen;
        known.modseq = folder.modseq;
        let show = Show {
            messages,
            modseq: style.condstore,
            unseen: unseen && known.flags,
            utf8: style.utf8,
        };
        let flags = known.flags && changed && (style.condstore || unseen);
        if told && !own && known.messages && (messages || flags) {
            write_status(out, known, show);
        }
    }

    /// Tells what happened to names and subscriptions (RFC 5465 §5.4, §5.5).
    fn tell_names(&mut self, out: &mut Vec<u8>, state: &State, style: Style) {
        let subscribed = state.subscribed();
        let now: BTreeMap<FolderId, &Folder> = state.folders().map(|f| (f.id, f)).collect();
        let heard = |name: &str| {
            let subscribed = self.subscribed.contains(name) || subscribed.contains(name);
            events_of(&self.groups, name, subscribed)
        };
        // Names with the ones they had before.
        let mut affected: BTreeMap<String, Option<String>> = BTreeMap::new();
        let mut affect = |name: &str| {
            if heard(name).names {
                affected.entry(name.to_owned()).or_default();
            }
        };
        let mut renamed: Vec<(&str, &str)> = Vec::new();
        for (id, known) in &self.folders {
            match now.get(id) {
                None => {
                    affect(&known.name);
                    above(&known.name).take(1).for_each(&mut affect);
                }
                Some(folder) if folder.name != known.name => {
                    renamed.push((&known.name, &folder.name));
                }
                Some(_) => {}
            }
        }
        for folder in state.folders() {
            if !self.folders.contains_key(&folder.id) {
                affect(&folder.name);
                above(&folder.name).take(1).for_each(&mut affect);
            }
        }
        // What lies below a renamed mailbox is not told of (RFC 5465 §5.4).
        renamed.sort_unstable();
        let mut tops: Vec<(&str, &str)> = Vec::new();
        for (old, new) in renamed {
            let within = |&(from, to): &(&str, &str)| {
                let (old, new) = (old.strip_prefix(from), new.strip_prefix(to));
                old.is_some_and(|rest| rest.starts_with('/')) && old == new
            };
            if !tops.iter().any(within) {
                tops.push((old, new));
                if heard(old).names || heard(new).names {
                    affected.insert(new.to_owned(), Some(old.to_owned()));
                }
            }
        }
        for name in self.subscribed.symmetric_difference(&subscribed) {
            if heard(name).subscriptions {
                affected.entry(name.clone()).or_default();
            }
        }
        for (name, old) in affected {
            if !self.own_names.contains(&name) {
                list(out, &state.tree, &name, old.as_deref(), style);
            }
        }
        self.subscribed = subscribed;
        let gone: Vec<FolderId> = self
            .folders
            .keys()
            .copied()
            .filter(|id| !now.contains_key(id))
            .collect();
        for id in gone {
            self.folders.remove(&id);
            self.watch.remove(Change::Folder(id));
        }
        for folder in state.folders() {
            let fresh = !self.folders.contains_key(&folder.id);
            self.know(folder, fresh);
        }
    }

    /// Tells what happened to annotations (RFC 5465 §5.6, §5.7).
    fn tell_metadata(&mut self, out: &mut Vec<u8>, touched: &[Touched], style: Style) {
        let mut places: BTreeMap<Option<FolderId>, BTreeSet<&str>> = BTreeMap::new();
        for entry in touched {
            if !self.own_versions.contains(&entry.version) {
                places.entry(entry.folder).or_default().insert(&entry.name);
            }
        }
        for (place, entries) in places {
            let Some(id) = place else {
                if self.groups.iter().any(|group| group.events.server_metadata) {
                    render_changed(out, None, entries, style.utf8);
                }
                continue;
            };
            let Some(known) = self.folders.get(&id) else {
                continue;
            };
            let subscribed = self.subscribed.contains(&known.name);
            if events_of(&self.groups, &known.name, subscribed).metadata
                && let Ok(name) = MailboxName::new(&known.name)
            {
                render_changed(out, Some(&name), entries, style.utf8);
            }
        }
    }
}

/// Writes the LIST response of a name, with the one it had before.
fn list(out: &mut Vec<u8>, tree: &Tree, text: &str, old: Option<&str>, style: Style) {
    let Ok(name) = MailboxName::new(text) else {
        return;
    };
    let nothing = Node::default();
    let look = Look {
        extended: true,
        subscribed: true,
        utf8: style.utf8,
    };
    line(
        out,
        &name,
        tree.get(text).unwrap_or(&nothing),
        look,
        |out| {
            if let Some(old) = old.and_then(|old| MailboxName::new(old).ok()) {
                old_name(out, |out| string_utf8(out, &old.to_wire(style.utf8)));
            }
        },
    );
}

impl Session {
    /// How this client is told of mailboxes that are not selected.
    pub(crate) fn notice_style(&self) -> Style {
        Style {
            condstore: self.condstore,
            utf8: self.enabled.unicode(),
        }
    }

    /// Whether nothing of the selected mailbox is told by itself: its view then
    /// stays as it is (RFC 5465 §3.1, `SELECTED NONE`).
    pub(crate) fn is_frozen(&self) -> bool {
        self.notify
            .as_ref()
            .is_some_and(|notify| notify.selected.is_none())
    }

    /// These messages were removed by this session's own command: that is told
    /// even where nothing else is.
    pub(crate) fn removed(&mut self, ranges: &[(u32, u32)]) {
        if self.is_frozen()
            && let Some(selected) = &mut self.selected
        {
            if selected.held.is_empty() {
                selected.held_from = selected.modseq;
            }
            selected.held.extend_from_slice(ranges);
        }
    }

    /// These messages were brought by this session's own command: the client
    /// knows of them (RFC 5465 §5).
    pub(crate) fn brought(&mut self, folder: FolderId, ranges: &[(u32, u32)]) {
        let Some(notify) = &mut self.notify else {
            return;
        };
        match &mut self.selected {
            Some(selected) if selected.folder == folder => {
                selected.brought.extend_from_slice(ranges);
            }
            _ => {
                if let (Some(others), [(first, _), .., (_, last)] | [(first, last)]) =
                    (&mut notify.others, ranges)
                {
                    others.own_messages.push((folder, *first, *last));
                }
            }
        }
    }

    /// The session's own command made, deleted, renamed or subscribed a name.
    pub(crate) fn named(&mut self, name: &MailboxName) {
        if let Some(notify) = &mut self.notify {
            notify.own_name(name);
        }
    }

    /// Tells what happened in the selected mailbox and in others.
    pub(crate) async fn tell_changes(&mut self, telling: Telling) -> Result<(), Failure> {
        self.sync(telling).await?;
        if self.notify.is_some() {
            Box::pin(self.tell_others()).await?;
        }
        Ok(())
    }

    /// Tells what happened in mailboxes that are not selected.
    async fn tell_others(&mut self) -> Result<(), Failure> {
        let who = self.who()?;
        loop {
            let Some(others) = self.notify.as_mut().and_then(|n| n.others.as_mut()) else {
                return Ok(());
            };
            let changes = others.watch.take();
            if changes.is_empty() {
                others.own_names.clear();
                others.own_messages.clear();
                return Ok(());
            }
            let version = others.version;
            let (asked, kept) = (changes.clone(), others.kept.clone());
            let read = self
                .server
                .store
                .read(move |tx| news(tx, who, &asked, version, &kept));
            let found = read.await;
            let selected = self.selected.as_ref().map(|selected| selected.folder);
            let style = self.notice_style();
            let Some(others) = self.notify.as_mut().and_then(|n| n.others.as_mut()) else {
                return Ok(());
            };
            let news = match found {
                Ok(news) => news,
                Err(failure) => {
                    others.watch.put_back(changes);
                    return Err(failure);
                }
            };
            let out = self.conn.out();
            if let Some(state) = &news.state {
                if state.tree.len() > MOST {
                    let code = Code::NotificationOverflow;
                    let text = "Too many mailboxes to tell of";
                    untagged_status(out, Condition::Ok, Some(&code), text);
                    self.notify = Some(Box::new(Notify::none()));
                    return Ok(());
                }
                others.tell_names(out, state, style);
                others.tell_metadata(out, &news.touched, style);
                others.keep(state);
                others.version = state.version;
                let version = others.version;
                others.own_versions.retain(|own| *own > version);
            }
            for folder in &news.folders {
                let told = selected != Some(folder.id);
                others.tell_folder(out, folder, told, style);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_apply_by_name() {
        let name = |text: &str| MailboxName::new(text).unwrap();
        let group = |filter| EventGroup {
            filter,
            events: Events {
                names: true,
                ..Events::default()
            },
        };
        for (filter, mailbox, subscribed, applies) in [
            (Filter::Personal, "a", false, true),
            (Filter::Selected, "a", true, false),
            (Filter::Inboxes, "INBOX", false, true),
            (Filter::Inboxes, "INBOX/a", false, false),
            (Filter::Subscribed, "a", true, true),
            (Filter::Subscribed, "a", false, false),
            (
                Filter::Subtree(vec![name("x"), name("a/b")]),
                "a/b/c",
                false,
                true,
            ),
            (Filter::Subtree(vec![name("a/b")]), "a/b", false, true),
            (Filter::Subtree(vec![name("a/b")]), "a/bc", false, false),
            (Filter::Mailboxes(vec![name("a")]), "a", false, true),
            (Filter::Mailboxes(vec![name("a")]), "a/b", false, false),
        ] {
            let events = events_of(&[group(filter.clone())], mailbox, subscribed);
            assert_eq!(events.names, applies, "{filter:?} {mailbox}");
        }
    }
}
