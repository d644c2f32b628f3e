//! The record of sign-ins: who came in or was refused, when, from where, by which protocol (TQ.9.1).
//!
//! Gathered in memory and written with the use of mailboxes. A refusal is written within two seconds, the same
//! one once with its number. A mail program signs in each few minutes and says nothing new by it: the first time
//! of a day (UTC) is written, from each address; the web's are written one by one. Names that nobody has are not
//! written: people type their password there.

use std::collections::{HashMap, HashSet};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use congvu_store::audit::{self, Chain, Record};
use congvu_store::{AccountId, Store, StoreError, now_ms};
use parking_lot::Mutex;

use crate::sign_in::{Attempt, Protocol};
use crate::throttle::network;

/// How an attempt ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Outcome {
    /// Let in.
    Ok,
    /// Name or password wrong.
    Wrong,
    /// After too many failures.
    Throttled,
    /// The account is disabled.
    Disabled,
    Locked,
    /// The password must be changed first.
    MustChange,
    /// There is no mailbox to open.
    NoMailbox,
    /// The password is right, and the code of the second factor is asked for.
    Halfway,
    /// That code is wrong, or was used before.
    WrongCode,
    /// The person's own password, where only an app password opens the mailbox to a mail program.
    OwnPassword,
}

impl Outcome {
    /// In metrics, and in the record behind `sign-in.`: never changes.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Wrong => "wrong",
            Self::Throttled => "throttled",
            Self::Disabled => "disabled",
            Self::Locked => "locked",
            Self::MustChange => "must_change",
            Self::NoMailbox => "no_mailbox",
            Self::Halfway => "halfway",
            Self::WrongCode => "wrong_code",
            Self::OwnPassword => "own_password",
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct Key {
    outcome: Outcome,
    protocol: &'static str,
    peer: IpAddr,
    /// None where the name is nobody's.
    who: Option<(AccountId, String)>,
}

#[derive(Clone, Copy, Debug)]
struct Times {
    first: i64,
    count: u64,
}

#[derive(Default)]
struct Gathered {
    waiting: HashMap<Key, Times>,
    /// Programs that were written today, and which day that is.
    today: HashSet<(AccountId, IpAddr, &'static str)>,
    day: i64,
    /// How many of `waiting` are of nobody.
    nobodys: usize,
}

/// Refusals of so many kinds are held between two writes, and of so many networks where the name is nobody's; a
/// flood from everywhere is told as one, from nowhere.
const MOST: usize = 20_000;
const NOBODYS: usize = 500;
/// So many programs are remembered for a day.
const PROGRAMS: usize = 500_000;
const NOWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const DAY_MS: i64 = 86_400_000;

#[derive(Clone, Default)]
pub(crate) struct SignInBook(Arc<Mutex<Gathered>>);

impl SignInBook {
    pub(crate) fn note(&self, attempt: Attempt, who: Option<(AccountId, &str)>, outcome: Outcome) {
        self.note_at(attempt, who, outcome, now_ms());
    }

    fn note_at(
        &self,
        attempt: Attempt,
        who: Option<(AccountId, &str)>,
        outcome: Outcome,
        now: i64,
    ) {
        let protocol = attempt.protocol.name();
        let mut book = self.0.lock();
        if let (Outcome::Ok, Some((account, _))) = (outcome, who)
            && attempt.protocol != Protocol::Web
        {
            let day = now.div_euclid(DAY_MS);
            if book.day != day || book.today.len() >= PROGRAMS {
                book.today.clear();
                book.day = day;
            }
            // An address of one's own network is no other place.
            let program = (account, network(attempt.peer), protocol);
            if !book.today.insert(program) {
                return;
            }
        }
        let mut key = Key {
            outcome,
            protocol,
            peer: attempt.peer,
            who: who.map(|(account, login)| (account, login.to_owned())),
        };
        if key.who.is_none() {
            key.peer = network(key.peer);
        }
        let full = match key.who {
            None => book.nobodys >= NOBODYS,
            Some(_) => outcome != Outcome::Ok && book.waiting.len() >= MOST,
        };
        if full && !book.waiting.contains_key(&key) {
            (key.peer, key.who) = (NOWHERE, None);
        }
        if key.who.is_none() && !book.waiting.contains_key(&key) {
            book.nobodys += 1;
        }
        let times = book.waiting.entry(key).or_insert(Times {
            first: now,
            count: 0,
        });
        times.count += 1;
    }

    /// Writes what was gathered.
    pub(crate) async fn flush(&self, store: &Store) {
        let waiting = {
            let mut book = self.0.lock();
            book.nobodys = 0;
            std::mem::take(&mut book.waiting)
        };
        let mut waiting: Vec<_> = waiting.into_iter().collect();
        waiting.sort_by_key(|(_, times)| times.first);
        for chunk in waiting.chunks(500) {
            let records: Vec<_> = chunk.iter().map(record).collect();
            let written = store.write_bulk(move |tx| {
                for record in &records {
                    audit::add(tx, Chain::SignIns, record)?;
                }
                Ok::<_, StoreError>(())
            });
            if let Err(error) = written.await {
                tracing::warn!(%error, "sign-ins could not be recorded; kept for the next time");
                self.keep(chunk);
            }
        }
    }

    fn keep(&self, chunk: &[(Key, Times)]) {
        let mut book = self.0.lock();
        for (key, times) in chunk {
            let kept = book.waiting.entry(key.clone()).or_insert(*times);
            if kept.first != times.first {
                kept.first = kept.first.min(times.first);
                kept.count += times.count;
            }
        }
    }
}

fn record((key, times): &(Key, Times)) -> Record {
    let times_more = match times.count {
        1 => String::new(),
        count => format!(",\"times\":{count}"),
    };
    let (account, login) = key.who.clone().unzip();
    let login = login.unwrap_or_default();
    Record {
        at: times.first,
        actor: login.clone(),
        actor_id: account,
        client_ip: key.peer.to_string(),
        action: format!("sign-in.{}", key.outcome.name()),
        subject: account.map_or(String::new(), |account| format!("account/{account}")),
        subject_name: login,
        detail: format!("{{\"protocol\":\"{}\"{times_more}}}", key.protocol),
        ..Record::default()
    }
}

#[cfg(test)]
mod tests {
    use std::net::Ipv6Addr;

    use super::*;

    fn attempt(protocol: Protocol, last: u8) -> Attempt {
        Attempt {
            protocol,
            peer: IpAddr::V4(Ipv4Addr::new(192, 0, 2, last)),
        }
    }

    fn records(book: &SignInBook) -> Vec<(String, String, String)> {
        let waiting = std::mem::take(&mut book.0.lock().waiting);
        let mut waiting: Vec<_> = waiting.into_iter().collect();
        waiting.sort_by_key(|(_, times)| times.first);
        let records = waiting.iter().map(record);
        records
            .map(|record| (record.action, record.actor, record.detail))
            .collect()
    }

    fn row(action: &str, actor: &str, detail: &str) -> (String, String, String) {
        (action.to_owned(), actor.to_owned(), detail.to_owned())
    }

    const AN: Option<(AccountId, &str)> = Some((AccountId(3), "an"));

    #[test]
    fn a_program_is_told_once_a_day_from_each_address() {
        let book = SignInBook::default();
        let imap = |last| attempt(Protocol::Imap, last);
        for minute in 0..10 {
            book.note_at(imap(1), AN, Outcome::Ok, minute * 60_000);
        }
        book.note_at(imap(2), AN, Outcome::Ok, 700_000);
        let smtp = attempt(Protocol::Submission, 1);
        book.note_at(smtp, AN, Outcome::Ok, 800_000);
        assert_eq!(
            records(&book),
            [
                row("sign-in.ok", "an", "{\"protocol\":\"imap\"}"),
                row("sign-in.ok", "an", "{\"protocol\":\"imap\"}"),
                row("sign-in.ok", "an", "{\"protocol\":\"submission\"}"),
            ]
        );
        book.note_at(imap(1), AN, Outcome::Ok, 900_000);
        assert_eq!(records(&book), []);
        book.note_at(imap(1), AN, Outcome::Ok, DAY_MS);
        assert_eq!(records(&book).len(), 1);
    }

    #[test]
    fn each_of_the_webs_is_told_and_every_refusal() {
        let book = SignInBook::default();
        let web = attempt(Protocol::Web, 1);
        book.note_at(web, AN, Outcome::Ok, 1);
        assert_eq!(records(&book).len(), 1);
        book.note_at(web, AN, Outcome::Ok, 2);
        assert_eq!(records(&book).len(), 1);
        for n in 0..3 {
            book.note_at(web, None, Outcome::Wrong, 10 + n);
        }
        book.note_at(web, AN, Outcome::Disabled, 20);
        assert_eq!(
            records(&book),
            [
                row("sign-in.wrong", "", "{\"protocol\":\"web\",\"times\":3}"),
                row("sign-in.disabled", "an", "{\"protocol\":\"web\"}"),
            ]
        );
    }

    #[test]
    fn a_flood_from_everywhere_is_told_as_one() {
        let book = SignInBook::default();
        for n in 1..=NOBODYS as u32 + 50 {
            let peer = IpAddr::V4(Ipv4Addr::from_bits(n));
            let attempt = Attempt {
                protocol: Protocol::Imap,
                peer,
            };
            book.note_at(attempt, None, Outcome::Wrong, 1);
            book.note_at(attempt, None, Outcome::Wrong, 2);
        }
        // Who comes in meanwhile is told.
        book.note_at(attempt(Protocol::Imap, 1), AN, Outcome::Ok, 3);
        let held = book.0.lock();
        assert_eq!(held.waiting.len(), NOBODYS + 2);
        let nowhere = held.waiting.iter().find(|(key, _)| key.peer == NOWHERE);
        assert_eq!(nowhere.map(|(_, times)| times.count), Some(100));
    }

    #[test]
    fn a_network_of_addresses_is_one_place() {
        let book = SignInBook::default();
        for n in 0..9_u16 {
            let attempt = Attempt {
                protocol: Protocol::Imap,
                peer: IpAddr::V6(Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, n)),
            };
            book.note_at(attempt, None, Outcome::Wrong, 1);
            book.note_at(attempt, AN, Outcome::Ok, 1);
        }
        assert_eq!(book.0.lock().waiting.len(), 2);
    }
}
