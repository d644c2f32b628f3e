//! The serving process killed with SIGKILL in the middle of what governance does, again and again: nothing is lost, done twice or
//! left half done.
//!
//! When it is killed is said by how far the work is, not by a clock: each kill waits until some more of it is done, and
//! looks afterwards that some was still open.

mod ending;
mod issue;
mod later;
mod notices;
mod sweep;
mod takedown;

use std::time::{Duration, Instant};

use congvu_governance::organisation::{Details, Kind, add};
use congvu_governance::{Actor, Law, Refused};
use congvu_store::{Clock, MailboxId, OrganisationId, Store, StoreError, Tx, now_ms, random};

use crate::command_line::System;
use crate::harness::{Database, Server, congvu, wait_until};

/// How often each case kills.
const KILLS: i64 = 6;
/// For a debug build on a busy machine.
const LONG: u64 = 60;
const DAY: i64 = 86_400_000;

/// `both!`, for cases that are given the database.
macro_rules! engines {
    ($($case:ident),+ $(,)?) => {
        mod sqlite {
            $(#[test] fn $case() {
                super::$case(None);
            })+
        }
        mod postgres {
            $(#[test] fn $case() {
                if crate::harness::postgres_wanted() {
                    super::$case(Some(crate::harness::Database::create()));
                }
            })+
        }
    };
}
use engines;

fn console() -> Actor {
    Actor::console("root")
}

/// A system, filled through a store of our own, on a clock of our own.
struct World {
    system: System,
    store: Store,
    clock: Clock,
    runtime: tokio::runtime::Runtime,
}

impl World {
    /// Under a regulation, made so many days ago.
    fn new(database: Option<Database>, profile: &str, days: i64) -> Self {
        let url = database.as_ref().map(|database| database.url.clone());
        let system = System::under(profile, database);
        let clock = Clock::driven(now_ms() - days * DAY);
        Self {
            store: crate::takedown::open(&system, url.as_deref(), clock.clone()),
            system,
            clock,
            runtime: tokio::runtime::Runtime::new().unwrap(),
        }
    }

    fn act<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, Refused> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.store.write(work)).unwrap()
    }

    fn write<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.store.write(work)).unwrap()
    }

    fn read<T: Send + 'static>(
        &self,
        work: impl FnMut(&mut Tx<'_>) -> Result<T, StoreError> + Send + 'static,
    ) -> T {
        self.runtime.block_on(self.store.read(work)).unwrap()
    }

    /// A number that a statement without parameters answers.
    fn number(&self, sql: &'static str) -> i64 {
        self.read(move |tx| tx.one(sql, &[], |row| row.int(0)))
            .unwrap()
    }

    /// An agency with its main unit mailbox.
    fn agency(&self) -> (OrganisationId, MailboxId) {
        use congvu_governance::mailbox::{Holder, Issue, issue};
        self.act(|tx| {
            let details = Details {
                parent: congvu_store::organisation::root(tx)?.map(|root| root.id),
                kind: Kind::Provincial,
                name: "Sở Khoa học và Công nghệ".to_owned(),
                short_name: "skhcn".to_owned(),
                suffix: None,
                profile: None,
                domain: None,
                code: None,
            };
            let id = add(tx, Law::default(), &console(), &details, None)?.id;
            let asked = Issue {
                organisation: id.0,
                holder: Holder::Unit { own_account: true },
                local_part: Some("skhcn".to_owned()),
                former: None,
                quota: Some(1 << 30),
            };
            let unit = issue(tx, Law::default(), &console(), &asked, None)?;
            Ok((id, MailboxId(unit.mailbox)))
        })
    }

    /// Persons with mailboxes, called `canbo0`, `canbo1` …
    fn officials(&self, agency: OrganisationId, count: usize) -> Vec<MailboxId> {
        self.act(move |tx| {
            let mut all = Vec::new();
            for n in 0..count {
                let asked = official(agency, n);
                let issued = congvu_governance::mailbox::issue(
                    tx,
                    Law::default(),
                    &console(),
                    &asked,
                    None,
                )?;
                all.push(MailboxId(issued.mailbox));
            }
            Ok(all)
        })
    }

    fn serve(&self) -> Server {
        let config = self.system.config();
        let arguments = ["serve", "--config", config.to_str().unwrap()];
        let listen = [
            "SMTP",
            "SUBMISSION",
            "SUBMISSIONS",
            "IMAP",
            "IMAPS",
            "POP3",
            "POP3S",
            "OPERATIONS",
            "WEB",
        ]
        .map(|name| (format!("CONGVU_{name}__LISTEN"), "127.0.0.1:0"));
        let mut settings: Vec<(&str, &str)> = listen
            .iter()
            .map(|(name, address)| (name.as_str(), *address))
            .collect();
        settings.extend([
            ("CONGVU_GOVERNANCE__SWEEP_AT", "00:00"),
            ("CONGVU_GOVERNANCE__SWEEP_MOST", "1000000"),
        ]);
        Server::start(&arguments, &settings, &self.system.dir.join("log"))
    }

    /// Kills the server again and again on the way to the `whole` of the work, then lets it come to its end; what `done`
    /// counts must never fall.
    fn killed_on_the_way(&self, whole: i64, done: impl Fn(&Self) -> i64) {
        for kill in 0..KILLS {
            let before = done(self);
            // Somewhere in this kill's part of what is left; a part stays open behind the last.
            let part = (whole - before) / (KILLS - kill + 1);
            let goal = before + 1 + i64::from(u16::from_ne_bytes(random::<2>())) % part.max(1);
            let mut server = self.serve();
            let begun = Instant::now();
            while done(self) < goal {
                assert!(server.ended().is_none(), "{}", server.printed());
                let waited = begun.elapsed().as_secs();
                assert!(waited < LONG, "not within {LONG} s: {goal} of {whole}");
                std::thread::sleep(Duration::from_millis(1));
            }
            // Not always at the same point of a transaction.
            std::thread::sleep(Duration::from_micros(
                u64::from(u16::from_ne_bytes(random::<2>())) / 8,
            ));
            server.kill();
            let after = done(self);
            assert!(
                before < after && after < whole,
                "killed in the middle: {before} < {after} < {whole}"
            );
            // Nobody waits here until a killed process's leases are over.
            self.write(|tx| tx.execute("DELETE FROM lease", &[]));
        }
        let mut server = self.serve();
        wait_until(LONG, &format!("all {whole}"), || {
            assert!(server.ended().is_none(), "{}", server.printed());
            (done(self) >= whole).then_some(())
        });
        wait_until(LONG, "nothing waits", || {
            let waiting =
                "SELECT (SELECT COUNT(*) FROM notice WHERE sent_at IS NULL AND failed = '')
                                + (SELECT COUNT(*) FROM destruction WHERE recorded_at IS NULL)";
            (self.number(waiting) == 0).then_some(())
        });
        server.stop();
        assert_eq!(done(self), whole);
    }

    /// Each of these mailboxes was acted upon once.
    fn acted_once(&self, mailboxes: &[MailboxId], action: &'static str) {
        let mut acts = self.read(move |tx| {
            tx.all(
                "SELECT subject FROM audit WHERE action = $1 ORDER BY id",
                &[action.into()],
                |row| row.text(0),
            )
        });
        let mut wanted: Vec<String> = mailboxes
            .iter()
            .map(|mailbox| format!("mailbox/{mailbox}"))
            .collect();
        acts.retain(|subject| wanted.contains(subject));
        acts.sort();
        wanted.sort();
        assert_eq!(acts, wanted, "{action}");
    }

    /// How many letters of each notice of a kind lie in how many mailboxes: (notices, letters, mailboxes that have one twice).
    fn letters(&self, kind: &'static str) -> (i64, i64, i64) {
        let notices = self.read(move |tx| {
            tx.all(
                "SELECT id FROM notice WHERE kind = $1 AND sent_at IS NOT NULL AND failed = ''",
                &[kind.into()],
                |row| row.int(0),
            )
        });
        let held = self.read(|tx| {
            tx.all(
                "SELECT m.message_id, e.mailbox_id FROM entry e JOIN message m ON m.id = e.message_id
                 WHERE m.message_id LIKE '%thong-bao.%' ORDER BY 1, 2",
                &[],
                |row| Ok((row.text(0)?, row.int(1)?)),
            )
        });
        let (mut letters, mut twice) = (0, 0);
        for id in &notices {
            let mark = format!("thong-bao.{id}@");
            let mut of: Vec<i64> = held
                .iter()
                .filter(|(name, _)| name.contains(&mark))
                .map(|(_, mailbox)| *mailbox)
                .collect();
            letters += i64::try_from(of.len()).unwrap();
            let all = of.len();
            of.dedup();
            twice += i64::try_from(all - of.len()).unwrap();
        }
        (i64::try_from(notices.len()).unwrap(), letters, twice)
    }

    #[track_caller]
    fn tool(&self, arguments: &[&str]) -> String {
        let config = self.system.config();
        let (first, more) = arguments.split_first().unwrap();
        congvu([first, "--config", config.to_str().unwrap()])
            .args(more)
            .within(LONG)
            .run()
            .ok()
    }

    /// What the tools that look at everything say.
    fn must_be_sound(self) {
        self.tool(&["verify"]);
        let said = self.tool(&["audit", "verify"]);
        assert!(said.contains("Nhật ký nguyên vẹn."), "{said}");
        let said = self.tool(&["directory", "rebuild", "--check"]);
        assert!(said.contains("0 mục khác"), "{said}");
        let given_up = "SELECT COUNT(*) FROM notice WHERE failed <> ''";
        assert_eq!(self.number(given_up), 0);
        self.store.close();
    }
}

/// A person's mailbox, its address agreed upon.
fn official(agency: OrganisationId, n: usize) -> congvu_governance::mailbox::Issue {
    use congvu_governance::mailbox::{Holder, Issue, Person};
    Issue {
        organisation: agency.0,
        holder: Holder::Person(Person {
            family: "Nguyễn".to_owned(),
            middle: format!("Thứ {n}"),
            given: "Cán".to_owned(),
            title: "Chuyên viên".to_owned(),
            ..Person::default()
        }),
        local_part: Some(format!("canbo{n}.skhcn")),
        former: None,
        quota: None,
    }
}
