//! Sessions on the same folders, doing at random what mail programs do while mail comes in. Each
//! has a mirror of what it was told; the mirrors must be what the store holds.
//!
//! `CONGVU_STRESS_SECONDS` makes it last, `CONGVU_STRESS_SEED` repeats one.

use std::collections::{BTreeMap, BTreeSet};
use std::net::{IpAddr, Ipv4Addr};
use std::time::{Duration, Instant};

use congvu_delivery::{Direction, Envelope, Intake, TraceId, Writer};
use congvu_message::address::Address;
use congvu_store::entry::{self, Want};
use congvu_store::{StoreError, folder, keyword};

use crate::support::{Client, World, message};

const FOLDERS: [&str; 3] = ["INBOX", "Archive", "Work"];
const FLAGS: [&str; 6] = [
    "\\Seen",
    "\\Answered",
    "\\Flagged",
    "\\Deleted",
    "\\Draft",
    "$Label",
];
const SESSIONS: usize = 5;

type Flags = BTreeSet<String>;

struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % end
    }

    fn one<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    fn chance(&mut self, in_hundred: usize) -> bool {
        self.below(100) < in_hundred
    }

    fn flags(&mut self) -> Vec<&'static str> {
        let count = self.below(3);
        (0..count).map(|_| self.one(&FLAGS)).collect()
    }
}

/// A message as a session knows it.
#[derive(Debug, Default, Clone)]
struct Known {
    uid: Option<u32>,
    flags: Option<Flags>,
    modseq: Option<u64>,
}

/// What is under way in a session.
#[derive(Debug, Clone)]
enum Doing {
    Nothing,
    Idle,
    Command(Sent),
}

#[derive(Debug, Clone)]
struct Sent {
    text: String,
    kind: Kind,
    /// Whether EXPUNGE may come (RFC 3501 §7.4.1).
    expunge: bool,
}

#[derive(Debug, Clone)]
enum Kind {
    Plain,
    Select(&'static str),
    Leave,
    /// STORE .SILENT: the client is to know the outcome by itself.
    Silent(Vec<usize>, char, Vec<&'static str>),
    Search(&'static str),
    Append(&'static str),
}

struct Mirror {
    number: usize,
    client: Client,
    folder: Option<&'static str>,
    /// The folder is opened with EXAMINE.
    read_only: bool,
    messages: Vec<Known>,
    doing: Doing,
    tag: u32,
    found: Option<Vec<u32>>,
    /// Numbers that a FETCH response came for since the last command was sent.
    told: BTreeSet<usize>,
    appended: BTreeMap<&'static str, u32>,
    history: Vec<String>,
}

impl Mirror {
    fn fail(&self, why: &str) -> ! {
        let begin = self.history.len().saturating_sub(60);
        for line in &self.history[begin..] {
            eprintln!("{line}");
        }
        panic!("session {}: {why}", self.number);
    }

    async fn send(&mut self, text: String, kind: Kind, expunge: bool) {
        self.tag += 1;
        self.history.push(format!("C: s{} {text}", self.tag));
        let line = format!("s{} {text}\r\n", self.tag);
        self.client.send(line).await;
        self.found = None;
        self.told.clear();
        if matches!(kind, Kind::Select(_)) {
            self.folder = None;
            self.messages.clear();
        }
        self.doing = Doing::Command(Sent {
            text,
            kind,
            expunge,
        });
    }

    /// The next response with its literals, in one piece.
    async fn response(&mut self) -> String {
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
    async fn finish(&mut self) {
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

    fn untagged(&mut self, response: &str, expunge: bool) {
        let Some(rest) = response.strip_prefix("* ") else {
            self.fail("no response");
        };
        let (first, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        if first == "BYE" {
            self.fail("hung up");
        }
        if first == "SEARCH" {
            let numbers = rest.split_whitespace().map(|n| n.parse().unwrap());
            self.found = Some(numbers.collect());
            return;
        }
        let Ok(number) = first.parse::<usize>() else {
            return;
        };
        let (what, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match what {
            "EXISTS" => {
                if number < self.messages.len() {
                    self.fail("EXISTS shrinks");
                }
                self.messages.resize(number, Known::default());
            }
            "EXPUNGE" => {
                if !expunge {
                    self.fail("EXPUNGE where it may not be");
                }
                if number == 0 || number > self.messages.len() {
                    self.fail("EXPUNGE of nothing");
                }
                self.messages.remove(number - 1);
            }
            "FETCH" => self.fetched(number, rest),
            "RECENT" => {
                if number > self.messages.len() {
                    self.fail("more are recent than there are");
                }
            }
            _ => self.fail("what is this?"),
        }
    }

    fn fetched(&mut self, number: usize, items: &str) {
        if number == 0 || number > self.messages.len() {
            self.fail("FETCH of nothing");
        }
        let value = |name: &str| {
            let at = items.find(&format!("{name} "))? + name.len() + 1;
            Some(items[at..].to_owned())
        };
        let plain = |text: String| -> u64 {
            let digits = text.trim_start_matches('(');
            let end = digits.find(|c: char| !c.is_ascii_digit());
            digits[..end.unwrap_or(digits.len())].parse().unwrap()
        };
        let uid = value("UID").map(|text| plain(text) as u32);
        let modseq = value("MODSEQ").map(plain);
        let flags = value("FLAGS").map(|text| {
            let list = text[1..].split(')').next().unwrap().to_owned();
            let flags = list.split_whitespace().filter(|flag| *flag != "\\Recent");
            flags.map(str::to_owned).collect::<Flags>()
        });
        if flags.is_some() {
            self.told.insert(number);
        }
        let known = &mut self.messages[number - 1];
        if uid.is_some() && known.uid.is_some() && known.uid != uid {
            self.fail("another UID under the same number");
        }
        if modseq < known.modseq && modseq.is_some() {
            self.fail("MODSEQ goes back");
        }
        known.uid = known.uid.or(uid);
        known.modseq = modseq.or(known.modseq);
        known.flags = flags.or_else(|| known.flags.take());
    }

    /// After a lone UID SEARCH: what it found is what the mirror says.
    fn check_search(&self, key: &str) {
        let Some(found) = &self.found else {
            self.fail("no answer to SEARCH");
        };
        let mut expected = Vec::new();
        for known in &self.messages {
            let (Some(uid), Some(flags)) = (known.uid, &known.flags) else {
                return;
            };
            let has = |flag: &str| flags.contains(flag);
            let wanted = match key {
                "ALL" => true,
                "SEEN" => has("\\Seen"),
                "UNSEEN" => !has("\\Seen"),
                "UNDELETED" => !has("\\Deleted"),
                "ANSWERED" => has("\\Answered"),
                "UNFLAGGED UNDRAFT" => !has("\\Flagged") && !has("\\Draft"),
                "OR FLAGGED UNSEEN" => has("\\Flagged") || !has("\\Seen"),
                "NOT (SEEN UNDELETED)" => !has("\\Seen") || has("\\Deleted"),
                "DRAFT SEEN" => has("\\Draft") && has("\\Seen"),
                "KEYWORD $Label" => has("$Label"),
                "SINCE 1-Jan-2000 DELETED" => has("\\Deleted"),
                _ => return,
            };
            if wanted {
                expected.push(uid);
            }
        }
        if *found != expected {
            self.fail(&format!("{key} found {found:?}, not {expected:?}"));
        }
    }

    /// The flags of a silent STORE, as its client works them out. What came while others were at
    /// work too may be from before it or from behind it.
    fn apply_silent(&mut self, which: &[usize], alone: bool, mode: char, given: &[&str]) {
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

const KEYS: [&str; 11] = [
    "ALL",
    "SEEN",
    "UNSEEN",
    "UNDELETED",
    "ANSWERED",
    "UNFLAGGED UNDRAFT",
    "OR FLAGGED UNSEEN",
    "NOT (SEEN UNDELETED)",
    "DRAFT SEEN",
    "KEYWORD $Label",
    "SINCE 1-Jan-2000 DELETED",
];

/// Every other session; changes are told in another way to each kind.
fn has_condstore(session: usize) -> bool {
    session % 2 == 1
}

struct Stress {
    world: World,
    sessions: Vec<Mirror>,
    random: Random,
    count: u32,
    steps: u64,
}

impl Stress {
    async fn new(seed: u64) -> Self {
        let world = World::new().await;
        let mut sessions = Vec::new();
        for number in 0..SESSIONS {
            let mut client = world.client().await;
            if number == 0 {
                client.ok("CREATE Work").await;
            }
            if has_condstore(number) {
                client.ok("ENABLE CONDSTORE").await;
            }
            sessions.push(Mirror {
                number,
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
            });
        }
        Self {
            world,
            sessions,
            random: Random(seed | 1),
            count: 0,
            steps: 0,
        }
    }

    async fn deliver(&mut self) {
        self.count += 1;
        let text = message(&format!("d{}", self.count));
        let delivery = &self.world.delivery;
        let mut intake = Intake::new(&self.world.store, 1 << 20, None);
        intake.write(&text).await.unwrap();
        let incoming = intake.finish().await.unwrap();
        let address = Address::parse("an@sonla.gov.vn").unwrap();
        let recipient = delivery.recipient(&address, Writer::Outside, 500).await;
        let envelope = Envelope {
            sender: "x@example.com".to_owned(),
            account: None,
            recipients: vec![recipient.unwrap()],
            client: congvu_delivery::Client {
                ip: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 9)),
                helo: "x".to_owned(),
                with: "ESMTP",
                tls: None,
            },
            direction: Direction::In,
            trace: TraceId::new(),
            dsn: congvu_delivery::EnvelopeDsn::default(),
        };
        delivery.accept(envelope, incoming).await.unwrap();
    }

    /// Some numbers, or UIDs, that this session knows; as a set.
    fn set(&mut self, session: usize, uid: bool) -> Option<(String, Vec<usize>)> {
        let messages = &self.sessions[session].messages;
        if messages.is_empty() {
            return None;
        }
        let (mut text, mut which) = (Vec::new(), Vec::new());
        for _ in 0..=self.random.below(3) {
            let first = 1 + self.random.below(messages.len());
            let last = (first + self.random.below(4)).min(messages.len());
            let range: Vec<String> = if uid {
                let uids = messages[first - 1..last].iter();
                uids.map(|known| known.uid.map(|uid| uid.to_string()))
                    .collect::<Option<_>>()?
            } else if self.random.chance(50) {
                vec![format!("{first}:{last}")]
            } else {
                (first..=last).map(|n| n.to_string()).collect()
            };
            text.extend(range);
            which.extend(first..=last);
        }
        Some((text.join(","), which))
    }

    /// Changes flags of the same few messages as others at the same time.
    async fn crowd(&mut self, n: usize) {
        let random = &mut self.random;
        let (mode, flag) = (random.one(&['+', '-']), random.one(&FLAGS));
        let messages = self.sessions[n].messages.len().min(3);
        let which: Vec<usize> = (1..=messages).collect();
        if random.chance(50) {
            let text = format!("STORE 1:{messages} {mode}FLAGS.SILENT ({flag})");
            let kind = Kind::Silent(which, mode, vec![flag]);
            self.sessions[n].send(text, kind, false).await;
        } else if random.chance(50) {
            let text = format!("STORE 1:{messages} {mode}FLAGS ({flag})");
            self.sessions[n].send(text, Kind::Plain, false).await;
        } else {
            let text = format!("FETCH 1:{messages} BODY[TEXT]");
            self.sessions[n].send(text, Kind::Plain, false).await;
        }
    }

    /// Begins something in a session.
    async fn begin(&mut self, n: usize) {
        let random = &mut self.random;
        if self.sessions[n].folder.is_none() || random.chance(4) {
            let name = random.one(&FOLDERS);
            let verb = if random.chance(15) {
                "EXAMINE"
            } else {
                "SELECT"
            };
            let text = format!("{verb} {name}");
            return self.sessions[n].send(text, Kind::Select(name), true).await;
        }
        let uid = random.chance(60);
        let prefix = if uid { "UID " } else { "" };
        match random.below(100) {
            0..12 => {
                self.count += 1;
                let name = random.one(&FOLDERS);
                let flags = random.flags().join(" ");
                let bytes = message(&format!("a{}", self.count));
                let mirror = &mut self.sessions[n];
                let text = format!("APPEND {name} ({flags}) {{{}+}}", bytes.len());
                mirror.send(text, Kind::Append(name), true).await;
                mirror.client.send(bytes).await;
                mirror.client.send("\r\n").await;
            }
            12..34 => {
                let mode = random.one(&['+', '-', ' ']);
                let silent = random.chance(40);
                let flags = random.flags();
                let Some((set, which)) = self.set(n, uid) else {
                    return self.noop(n).await;
                };
                let text = format!(
                    "{prefix}STORE {set} {}FLAGS{} ({})",
                    if mode == ' ' {
                        String::new()
                    } else {
                        mode.to_string()
                    },
                    if silent { ".SILENT" } else { "" },
                    flags.join(" ")
                );
                let kind = if silent {
                    Kind::Silent(which, mode, flags)
                } else {
                    Kind::Plain
                };
                self.sessions[n].send(text, kind, uid).await;
            }
            34..52 => {
                let mut what = random.one(&[
                    "FLAGS",
                    "(UID FLAGS)",
                    "(UID FLAGS INTERNALDATE RFC822.SIZE)",
                    "(FLAGS BODY[TEXT])",
                    "BODY[TEXT]",
                    "(UID MODSEQ)",
                    "(UID BODY.PEEK[HEADER.FIELDS (Subject)])",
                ]);
                if what.contains("MODSEQ") && !has_condstore(n) {
                    what = "UID";
                }
                let set = match random.chance(40) {
                    true => Some(("1:*".to_owned(), Vec::new())),
                    false => self.set(n, uid),
                };
                let Some((set, _)) = set else {
                    return self.noop(n).await;
                };
                let text = format!("{prefix}FETCH {set} {what}");
                self.sessions[n].send(text, Kind::Plain, uid).await;
            }
            52..60 => {
                self.sessions[n]
                    .send("EXPUNGE".to_owned(), Kind::Plain, true)
                    .await;
            }
            60..64 => {
                let Some((set, _)) = self.set(n, true) else {
                    return self.noop(n).await;
                };
                let text = format!("UID EXPUNGE {set}");
                self.sessions[n].send(text, Kind::Plain, true).await;
            }
            64..72 => {
                let verb = random.one(&["COPY", "MOVE"]);
                let to = random.one(&FOLDERS);
                let Some((set, _)) = self.set(n, uid) else {
                    return self.noop(n).await;
                };
                let text = format!("{prefix}{verb} {set} {to}");
                self.sessions[n].send(text, Kind::Plain, true).await;
            }
            72..82 => {
                let key = random.one(&KEYS);
                let text = format!("{prefix}SEARCH {key}");
                let kind = if uid { Kind::Search(key) } else { Kind::Plain };
                self.sessions[n].send(text, kind, uid).await;
            }
            82..90 => {
                let mirror = &mut self.sessions[n];
                mirror.send("IDLE".to_owned(), Kind::Plain, true).await;
                loop {
                    let response = mirror.response().await;
                    if response.starts_with("+ ") {
                        break;
                    }
                    mirror.untagged(&response, true);
                }
                mirror.doing = Doing::Idle;
            }
            90..92 => {
                let verb = random.one(&["UNSELECT", "CLOSE"]);
                self.sessions[n]
                    .send(verb.to_owned(), Kind::Leave, true)
                    .await;
            }
            _ => self.noop(n).await,
        }
    }

    async fn noop(&mut self, n: usize) {
        self.sessions[n]
            .send("NOOP".to_owned(), Kind::Plain, true)
            .await;
    }

    async fn step(&mut self) {
        self.steps += 1;
        let at_once = if self.random.chance(50) {
            1
        } else {
            1 + self.random.below(SESSIONS)
        };
        let mut busy = BTreeSet::new();
        for _ in 0..at_once {
            busy.insert(self.random.below(SESSIONS));
        }
        let alone = busy.len() == 1;
        let crowd = !alone && self.random.chance(40);
        for &n in &busy {
            // What was begun earlier ends first, an IDLE above all.
            self.sessions[n].finish().await;
            let mirror = &self.sessions[n];
            if mirror.folder.is_some() && mirror.read_only {
                self.leave(n).await;
            }
            if crowd && !self.sessions[n].messages.is_empty() {
                self.crowd(n).await;
            } else {
                self.begin(n).await;
            }
        }
        let deliver = !alone && self.random.chance(40);
        if deliver {
            self.deliver().await;
        }
        for &n in &busy {
            let mirror = &mut self.sessions[n];
            let Doing::Command(sent) = mirror.doing.clone() else {
                continue;
            };
            mirror.finish().await;
            match sent.kind {
                Kind::Silent(which, mode, flags) => {
                    if sent.text.starts_with("STORE") {
                        mirror.apply_silent(&which, alone, mode, &flags);
                    } else {
                        // The numbers may be others by now: the client looks again.
                        let all = "UID FETCH 1:* (FLAGS)".to_owned();
                        mirror.send(all, Kind::Plain, true).await;
                        mirror.finish().await;
                    }
                }
                Kind::Search(key) if alone => mirror.check_search(key),
                Kind::Select(_) if mirror.folder.is_some() => {
                    let all = "UID FETCH 1:* (FLAGS)".to_owned();
                    mirror.send(all, Kind::Plain, true).await;
                    mirror.finish().await;
                }
                _ => {}
            }
        }
    }

    /// A session that may only look stays for a while, then leaves.
    async fn leave(&mut self, n: usize) {
        let mirror = &mut self.sessions[n];
        let key = "FETCH 1:* (UID FLAGS)".to_owned();
        mirror.send(key, Kind::Plain, false).await;
        mirror.finish().await;
        mirror.send("UNSELECT".to_owned(), Kind::Leave, true).await;
        mirror.finish().await;
    }

    /// All mirrors are what the store holds.
    async fn compare(&mut self) {
        for n in 0..SESSIONS {
            self.sessions[n].finish().await;
            self.noop(n).await;
            self.sessions[n].finish().await;
        }
        let id = self.world.mailbox;
        for n in 0..SESSIONS {
            let Some(name) = self.sessions[n].folder else {
                continue;
            };
            let read = self.world.store.read(move |tx| {
                let keywords = keyword::list(tx, id)?;
                let folder = folder::find(tx, id, name)?.unwrap();
                let mut held: Vec<(u32, Flags, u64)> = Vec::new();
                entry::scan(tx, folder.id, (1, u32::MAX), Want::Entry, |row| {
                    let bits = row.flags()?;
                    let system = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"];
                    let mut flags = Flags::new();
                    for (bit, name) in system.iter().enumerate() {
                        flags.extend((bits >> bit & 1 == 1).then(|| (*name).to_owned()));
                    }
                    for (bit, name) in &keywords {
                        flags.extend((bits >> bit & 1 == 1).then(|| name.clone()));
                    }
                    held.push((row.uid()?, flags, row.modseq()?.unsigned_abs()));
                    Ok(true)
                })?;
                Ok::<_, StoreError>((held, folder))
            });
            let (held, folder) = read.await.unwrap();
            let mirror = &self.sessions[n];
            assert_eq!(folder.total as usize, held.len());
            if mirror.messages.len() != held.len() {
                mirror.fail(&format!(
                    "{} messages, not {}",
                    mirror.messages.len(),
                    held.len()
                ));
            }
            for (known, (uid, flags, modseq)) in mirror.messages.iter().zip(&held) {
                if known.uid.is_some_and(|known| known != *uid) {
                    mirror.fail(&format!("{known:?} is UID {uid}"));
                }
                if known.flags.as_ref().is_some_and(|known| known != flags) {
                    mirror.fail(&format!("{known:?}: UID {uid} has {flags:?}"));
                }
                if known.modseq.is_some_and(|known| known > *modseq) {
                    mirror.fail(&format!("{known:?}: UID {uid} has modseq {modseq}"));
                }
            }
            // From here on the session knows everything.
            let mirror = &mut self.sessions[n];
            if !mirror.messages.is_empty() {
                // Asking for MODSEQ switches CONDSTORE on (RFC 7162 §3.1).
                let modseq = if has_condstore(n) { " MODSEQ" } else { "" };
                let all = format!("FETCH 1:* (UID FLAGS{modseq})");
                mirror.send(all, Kind::Plain, false).await;
                mirror.finish().await;
            }
            for (known, (uid, flags, modseq)) in mirror.messages.iter().zip(&held) {
                let same = known.uid == Some(*uid) && known.flags.as_ref() == Some(flags);
                if !same || has_condstore(n) && known.modseq != Some(*modseq) {
                    mirror.fail(&format!("{known:?} is {uid} {flags:?} {modseq}"));
                }
            }
            let begin = mirror.history.len().saturating_sub(400);
            mirror.history.drain(..begin);
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mirrors_are_what_the_store_holds() {
    let number = |name: &str| std::env::var(name).ok()?.parse::<u64>().ok();
    let seconds = number("CONGVU_STRESS_SECONDS").unwrap_or(5);
    let seed = number("CONGVU_STRESS_SEED").unwrap_or_else(|| {
        let bytes = congvu_store::random::<8>();
        u64::from_ne_bytes(bytes)
    });
    eprintln!("CONGVU_STRESS_SEED={seed}");
    let end = Instant::now() + Duration::from_secs(seconds);
    let mut random = Random(seed | 1);
    let mut steps = 0;
    while Instant::now() < end {
        let mut stress = Stress::new(random.below(usize::MAX) as u64).await;
        for _ in 0..150 {
            // What is lost in one step must show before the next ones cover it up.
            for _ in 0..=random.below(6) {
                stress.step().await;
            }
            stress.compare().await;
            if Instant::now() >= end {
                break;
            }
        }
        steps += stress.steps;
    }
    eprintln!("{steps} steps");
}
