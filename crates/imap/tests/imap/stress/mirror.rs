//! One session: what it sends, and what it knows.

use std::collections::{BTreeMap, BTreeSet};

use super::Ways;
use super::cache::Cache;
use crate::support::Client;

pub(super) type Flags = BTreeSet<String>;

/// A message as a session knows it.
#[derive(Debug, Default, Clone)]
pub(super) struct Known {
    pub(super) uid: Option<u32>,
    pub(super) flags: Option<Flags>,
    pub(super) modseq: Option<u64>,
}

/// What is under way in a session.
#[derive(Debug, Clone)]
pub(super) enum Doing {
    Nothing,
    Idle,
    Command(Sent),
}

#[derive(Debug, Clone)]
pub(super) struct Sent {
    pub(super) text: String,
    pub(super) kind: Kind,
    /// Whether EXPUNGE may come (RFC 3501 §7.4.1).
    pub(super) expunge: bool,
}

#[derive(Debug, Clone)]
pub(super) enum Kind {
    Plain,
    Select(&'static str),
    Leave,
    /// STORE .SILENT: the client is to know the outcome by itself.
    Silent(Vec<usize>, char, Vec<&'static str>),
    Search(&'static str),
    Append(&'static str),
}

pub(super) struct Mirror {
    pub(super) number: usize,
    pub(super) ways: Ways,
    pub(super) client: Client,
    pub(super) folder: Option<&'static str>,
    /// The folder is opened with EXAMINE.
    pub(super) read_only: bool,
    pub(super) messages: Vec<Known>,
    pub(super) doing: Doing,
    tag: u32,
    pub(super) found: Option<Vec<u32>>,
    /// Numbers that a FETCH response came for since the last command was sent.
    pub(super) told: BTreeSet<usize>,
    pub(super) appended: BTreeMap<&'static str, u32>,
    pub(super) history: Vec<String>,
    /// What is kept of folders that are not open.
    pub(super) caches: BTreeMap<&'static str, Cache>,
    /// What was kept of the folder that is being opened, as far as it is still true.
    pub(super) returning: Option<Cache>,
    pub(super) uid_validity: u32,
    /// HIGHESTMODSEQ as the session works it out (RFC 7162 §6).
    pub(super) highest: u64,
    /// The highest MODSEQ, and the HIGHESTMODSEQ, that came since the last tagged answer.
    pub(super) shown: u64,
    pub(super) coded: Option<u64>,
}

impl Mirror {
    pub(super) fn new(number: usize, ways: Ways, client: Client) -> Self {
        Self {
            number,
            ways,
            client,
            folder: None,
            read_only: false,
            messages: Vec::new(),
            doing: Doing::Nothing,
            tag: 0,
            found: None,
            told: BTreeSet::new(),
            appended: BTreeMap::new(),
            history: Vec::new(),
            caches: BTreeMap::new(),
            returning: None,
            uid_validity: 0,
            highest: 0,
            shown: 0,
            coded: None,
        }
    }

    pub(super) fn fail(&self, why: &str) -> ! {
        let lines = super::number("CONGVU_STRESS_HISTORY").unwrap_or(60) as usize;
        let begin = self.history.len().saturating_sub(lines);
        for line in &self.history[begin..] {
            eprintln!("{line}");
        }
        panic!("session {} ({:?}): {why}", self.number, self.ways);
    }

    /// What is known of the open folder, where that can be used later.
    fn open(&self) -> Option<(&'static str, Cache)> {
        let folder = self.folder?;
        (self.ways.qresync && self.highest > 0).then(|| {
            let cache = Cache::of(self.uid_validity, self.highest, &self.messages);
            (folder, cache)
        })
    }

    /// What is known of a folder that is to be opened, it may be once more.
    pub(super) fn kept(&self, name: &str) -> Option<Cache> {
        match self.open() {
            Some((folder, cache)) if folder == name => Some(cache),
            _ => self.caches.get(name).cloned(),
        }
    }

    /// The folder is left: what is known of it is kept.
    fn park(&mut self) {
        if let Some((folder, cache)) = self.open() {
            self.caches.insert(folder, cache);
        }
        self.folder = None;
        self.messages.clear();
        (self.highest, self.shown, self.coded) = (0, 0, None);
    }

    /// Goes on over another connection.
    pub(super) fn broken(&mut self, client: Client) {
        self.history.push("-- the connection breaks".to_owned());
        self.park();
        self.client = client;
        self.doing = Doing::Nothing;
        self.returning = None;
    }

    pub(super) async fn send(&mut self, text: String, kind: Kind, expunge: bool) {
        self.tag += 1;
        self.history.push(format!("C: s{} {text}", self.tag));
        let line = format!("s{} {text}\r\n", self.tag);
        self.client.send(line).await;
        self.found = None;
        self.told.clear();
        match &kind {
            Kind::Select(name) => {
                self.park();
                if text.contains("QRESYNC") {
                    self.returning = self.caches.remove(name);
                }
            }
            Kind::Leave => {
                let folder = self.folder;
                let messages = self.messages.clone();
                self.park();
                // What still comes belongs to it; after the answer all is forgotten.
                (self.folder, self.messages) = (folder, messages);
            }
            _ => {}
        }
        self.doing = Doing::Command(Sent {
            text,
            kind,
            expunge,
        });
    }

    /// The next response with its literals, in one piece.
    pub(super) async fn response(&mut self) -> String {
        let mut text = self.client.line().await;
        while text.ends_with('}') {
            let open = text.rfind('{').unwrap();
            let size = text[open + 1..text.len() - 1].parse().unwrap();
            self.client.octets(size).await;
            text.truncate(open);
            text.push_str("literal");
            text += &self.client.line().await;
        }
        self.history.push(format!("S: {text}"));
        text
    }

    /// Reads to the end of what is under way.
    pub(super) async fn finish(&mut self) {
        let sent = match std::mem::replace(&mut self.doing, Doing::Nothing) {
            Doing::Nothing => return,
            Doing::Idle => {
                self.history.push("C: DONE".to_owned());
                self.client.send("DONE\r\n").await;
                Sent {
                    text: "IDLE".to_owned(),
                    kind: Kind::Plain,
                    expunge: true,
                }
            }
            Doing::Command(sent) => sent,
        };
        let tag = format!("s{} ", self.tag);
        loop {
            let response = self.response().await;
            if let Some(done) = response.strip_prefix(&tag) {
                self.done(&sent, done);
                return;
            }
            if response.starts_with("+ ") {
                if sent.text == "IDLE" {
                    continue;
                }
                self.fail("a continuation");
            }
            self.untagged(&response, sent.expunge);
        }
    }

    fn done(&mut self, sent: &Sent, done: &str) {
        // Messages that are gone, keywords that are used up: a NO may be, a BAD not.
        if !done.starts_with("OK") {
            self.fail(&format!("{}: {done}", sent.text));
        }
        self.coded(done);
        self.answered();
        match &sent.kind {
            Kind::Plain | Kind::Search(_) | Kind::Silent(..) => {}
            Kind::Select(name) => {
                self.folder = Some(name);
                self.read_only = sent.text.starts_with("EXAMINE");
            }
            Kind::Leave => {
                self.folder = None;
                self.messages.clear();
            }
            Kind::Append(folder) => {
                let code = done.split(']').next().unwrap();
                let uid: u32 = code.rsplit(' ').next().unwrap().parse().unwrap();
                let before = self.appended.insert(folder, uid);
                if before.is_some_and(|before| before >= uid) {
                    self.fail("APPENDUID does not rise");
                }
            }
        }
    }

    /// A folder was opened with what was kept of it, and the UIDs of all numbers were read: what is
    /// kept must be all there, and is taken for true.
    pub(super) fn returned(&mut self) {
        let Some(cache) = self.returning.take() else {
            return;
        };
        if cache.uid_validity != self.uid_validity {
            self.fail("another UIDVALIDITY");
        }
        let mut kept = cache.known;
        for message in &mut self.messages {
            let Some(uid) = message.uid else { continue };
            if let Some(flags) = kept.remove(&uid) {
                message.flags.get_or_insert(flags);
            }
        }
        if !kept.is_empty() {
            let uids: Vec<&u32> = kept.keys().collect();
            self.fail(&format!("nobody said that {uids:?} are gone"));
        }
    }

    /// The flags of a silent STORE, as its client works them out. What came while others were at
    /// work too may be from before it or from behind it.
    pub(super) fn apply_silent(
        &mut self,
        which: &[usize],
        alone: bool,
        mode: char,
        given: &[&str],
    ) {
        for &number in which {
            if !alone && self.told.contains(&number) {
                self.messages[number - 1].flags = None;
                continue;
            }
            let Some(flags) = self
                .messages
                .get_mut(number - 1)
                .and_then(|m| m.flags.as_mut())
            else {
                continue;
            };
            let given: Flags = given.iter().map(|flag| (*flag).to_owned()).collect();
            match mode {
                '+' => flags.extend(given),
                '-' => flags.retain(|flag| !given.contains(flag)),
                _ => *flags = given,
            }
        }
    }
}
