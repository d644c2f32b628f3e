//! What the sessions do, and what comes from outside.

use std::collections::BTreeSet;
use std::net::{IpAddr, Ipv4Addr};

use congvu_delivery::{Direction, Envelope, Intake, TraceId, Writer};
use congvu_message::address::Address;
use congvu_store::{entry, folder};

use super::mirror::{Doing, Kind};
use super::{FLAGS, FOLDERS, Stress};
use crate::support::message;

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

impl Stress {
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

    /// What left a folder when is forgotten but for a little, as it is after very many removals.
    async fn forget(&mut self) {
        let (id, name) = (self.world.mailbox, self.random.one(&FOLDERS));
        let keep = self.random.below(4) as i64;
        let done = self.world.store.write(move |tx| {
            let folder = folder::find(tx, id, name)?.unwrap();
            entry::forget_vanished(tx, folder.id, keep)
        });
        done.await.unwrap();
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
            let what = if self.sessions[n].ways.qresync {
                "(UID BODY[TEXT])"
            } else {
                "BODY[TEXT]"
            };
            let text = format!("FETCH 1:{messages} {what}");
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
            let cache = self.sessions[n].kept(name);
            let text = match cache.filter(|_| random.chance(85)) {
                Some(cache) => format!("{verb} {name} ({})", cache.parameter(random)),
                None => format!("{verb} {name}"),
            };
            return self.sessions[n].send(text, Kind::Select(name), true).await;
        }
        let ways = self.sessions[n].ways;
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
                if what.contains("MODSEQ") && !ways.condstore {
                    what = "UID";
                }
                // Who goes by UIDs asks for them (RFC 7162 §3.2.10.2).
                let uid = uid || ways.qresync;
                let prefix = if uid { "UID " } else { "" };
                let all = random.chance(40);
                let set = match all {
                    true => Some(("1:*".to_owned(), Vec::new())),
                    false => self.set(n, uid),
                };
                let Some((set, _)) = set else {
                    return self.noop(n).await;
                };
                let mut text = format!("{prefix}FETCH {set} {what}");
                if ways.qresync && self.random.chance(20) {
                    let since = 1 + self.random.below(self.sessions[n].highest as usize);
                    text += &format!(" (CHANGEDSINCE {since} VANISHED)");
                }
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

    pub(super) async fn noop(&mut self, n: usize) {
        self.sessions[n]
            .send("NOOP".to_owned(), Kind::Plain, true)
            .await;
    }

    pub(super) async fn step(&mut self) {
        self.steps += 1;
        let at_once = if self.random.chance(50) {
            1
        } else {
            1 + self.random.below(self.sessions.len())
        };
        let mut busy = BTreeSet::new();
        for _ in 0..at_once {
            busy.insert(self.random.below(self.sessions.len()));
        }
        let alone = busy.len() == 1;
        let crowd = !alone && self.random.chance(40);
        for &n in &busy {
            if self.sessions[n].ways.qresync && self.random.chance(8) {
                self.reconnect(n).await;
            }
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
        if self.random.chance(5) {
            self.forget().await;
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
                    let comes_back = mirror.returning.is_some();
                    self.resynced += u64::from(comes_back);
                    // Who comes back asks for no flags: those it was told must do.
                    let what = if comes_back { "(UID)" } else { "(FLAGS)" };
                    let all = format!("UID FETCH 1:* {what}");
                    mirror.send(all, Kind::Plain, true).await;
                    mirror.finish().await;
                    mirror.returned();
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
}
