//! A page of the newest of several folders is what looking at everything gives.

#![allow(clippy::unwrap_used)]

use std::time::{Duration, Instant};

use congvu_delivery::Intake;
use congvu_delivery::indexing::Indexer;
use congvu_message::search::Needle;
use congvu_message::search::envelope::Field;
use congvu_search::ranges::minus;
use congvu_search::{Hunt, Place, Test, Watch, all, newest};
use congvu_store::account::{self, NewAccount};
use congvu_store::entry::{self, NewEntry};
use congvu_store::mailbox::{self, NewMailbox};
use congvu_store::organisation::{self, NewOrganisation};
use congvu_store::{FolderId, MailboxId, Store, StoreError, StoreResult, folder, keyword, message};
use congvu_testing::Ground;
use tokio::sync::Semaphore;

const WORDS: [&str; 6] = [
    "hợp đồng",
    "họp giao ban",
    "Đường số",
    "quyết định",
    "lịch",
    "mời",
];

struct Patient;

impl Watch for Patient {
    type Error = StoreError;

    fn alive(&mut self) -> StoreResult<()> {
        Ok(())
    }

    async fn progress(&mut self, _: u64, _: u64) -> StoreResult<()> {
        Ok(())
    }
}

async fn mailbox(store: &Store) -> (MailboxId, Vec<FolderId>) {
    let made = store.write(|tx| {
        let organisation = organisation::create(
            tx,
            &NewOrganisation {
                parent: None,
                kind: "province",
                name: "Tỉnh Sơn La",
                short_name: "ubnd",
                profile: Some("son-la"),
            },
        )?;
        let domain = organisation::create_domain(tx, "sonla.gov.vn")?;
        let account = account::create(
            tx,
            &NewAccount {
                login: "an@sonla.gov.vn",
                organisation,
                person: None,
                role: "user",
                password: None,
                must_change: None,
            },
        )?;
        let mailbox = mailbox::create(
            tx,
            &NewMailbox {
                kind: "personal",
                organisation,
                account: Some(account),
                person: None,
                name: "An",
                quota: 1 << 30,
                local_part: "an",
                domain,
            },
        )?;
        folder::create(tx, mailbox, "Xa", None)?;
        folder::create(tx, mailbox, "Trống", None)?;
        let folders = folder::list(tx, mailbox)?;
        Ok::<_, StoreError>((mailbox, folders.iter().map(|folder| folder.id).collect()))
    });
    made.await.unwrap()
}

/// A message made of its number: what it says, when it came, its flags.
async fn put(store: &Store, folder: FolderId, n: i64) {
    let word = |at: i64| WORDS[usize::try_from((n * 7 + at * n / 3 + at).rem_euclid(6)).unwrap()];
    let text = match n % 5 {
        0 => format!(
            "From: So {n} <so{}@sonla.gov.vn>\r\nSubject: {}\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{}\r\n--x\r\nContent-Type: application/pdf\r\nContent-Disposition: attachment; filename=\"so-lieu-{}.pdf\"\r\n\r\nx\r\n--x--\r\n",
            n % 9,
            word(1),
            word(2),
            n % 4
        ),
        _ => format!(
            "From: So {n} <so{}@sonla.gov.vn>\r\nSubject: {}\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{} và {} {n}\r\n",
            n % 9,
            word(1),
            word(2),
            word(3)
        ),
    };
    let mut intake = Intake::new(store, 1 << 20, None);
    intake.write(text.as_bytes()).await.unwrap();
    let incoming = intake.finish().await.unwrap();
    let put = store.write(move |tx| {
        let stored = message::put(tx, &incoming.staged, &incoming.new_message())?;
        let flags = if n % 3 == 0 { keyword::flag::SEEN } else { 0 };
        entry::append(
            tx,
            &NewEntry {
                folder,
                message: stored.id,
                message_size: incoming.staged.size(),
                flags,
                // Not in the order of UIDs, and several of one moment.
                internal_at: 1_700_000_000_000 + (n * 7_919 % 100) * 60_000,
                prefix: b"",
            },
        )
    });
    let _: entry::Appended = put.await.map_err(|error: StoreError| error).unwrap();
}

fn tests() -> Vec<Test> {
    let needle = Needle::new;
    let any = |a, b| Test::Or(Box::new(a), Box::new(b));
    vec![
        Test::And(Vec::new()),
        Test::Uids(Vec::new().into()),
        Test::Subject(needle("dong")),
        Test::Body(needle("họp giao")),
        Test::Body(needle("hop dong")),
        Test::Not(Box::new(Test::Body(needle("duong so")))),
        Test::Address(Field::From, needle("so3@")),
        Test::Flag(keyword::flag::SEEN, false),
        Test::HasFile,
        Test::Not(Box::new(Test::HasFile)),
        Test::FileName(needle("lieu-2")),
        Test::And(vec![
            any(Test::Subject(needle("lịch")), Test::Body(needle("moi va"))),
            Test::Received(1_700_000_000_000 + 1_200_000, i64::MAX),
        ]),
        Test::Body(needle("nobody says this")),
    ]
}

async fn hunts(store: &Store, folders: &[FolderId], at: usize) -> Vec<Hunt> {
    let folders = folders.to_vec();
    let read = store.read(move |tx| {
        let mut hunts = Vec::new();
        for folder in folders {
            let next = folder::get(tx, folder)?.unwrap().uid_next;
            let uids = minus(&[(1, next - 1)], &entry::holes(tx, folder)?);
            hunts.push(Hunt::new(folder, uids, tests().remove(at)));
        }
        Ok::<_, StoreError>(hunts)
    });
    read.await.unwrap()
}

async fn pages_hold_what_there_is(ground: &Ground) {
    let store = &ground.store;
    let (_, folders) = mailbox(store).await;
    let (near, far) = (folders[0], folders[2]);
    for n in 0..330 {
        put(store, if n % 4 == 0 { far } else { near }, n).await;
        if n == 280 {
            // What came later stands above the index.
            Indexer::new(store).index_all().await.unwrap();
        }
    }
    store
        .write(move |tx| entry::remove(tx, near, &[(5, 9), (40, 40)]))
        .await
        .map(drop)
        .map_err(|error: StoreError| error)
        .unwrap();
    let readers = Semaphore::new(1);
    let long = || Instant::now() + Duration::from_secs(600);
    for at in 0..tests().len() {
        let mut expected = Vec::new();
        for hunt in hunts(store, &folders, at).await {
            // One folder's are the only ones a hunt tells of.
            let folder = folders[expected.len()];
            let finds = all(store, &readers, hunt, &mut Patient).await.unwrap();
            let read = store.read(move |tx| {
                let mut found = Vec::new();
                for range in finds.uids {
                    entry::dates(tx, folder, range, |at, uid| {
                        let folder = folder.0;
                        found.push(Place { at, folder, uid });
                    })?;
                }
                Ok::<_, StoreError>(found)
            });
            expected.push(read.await.unwrap());
        }
        let mut expected = expected.concat();
        expected.sort_unstable();
        expected.reverse();
        for most in [7, 1_000] {
            let (mut found, mut after) = (Vec::new(), None);
            loop {
                let hunts = hunts(store, &folders, at).await;
                let page = newest(store, &readers, hunts, after, (most, long())).await;
                let page = page.unwrap();
                assert!(!page.stopped && page.hits.len() <= most);
                if let Some(total) = page.total {
                    assert_eq!(total, expected.len() as u64, "{at}");
                }
                found.extend(page.hits);
                after = page.next;
                if after.is_none() {
                    break;
                }
            }
            assert_eq!(found, expected, "{at} {most}");
        }
    }
    assert!(matches!(tests()[8], Test::HasFile));
}

/// Where time is over the page says so, and from where to go on.
async fn time_is_bounded(ground: &Ground) {
    let store = &ground.store;
    let (_, folders) = mailbox(store).await;
    for n in 0..20 {
        put(store, folders[0], n).await;
    }
    let readers = Semaphore::new(1);
    let page = newest(
        store,
        &readers,
        hunts(store, &folders, 0).await,
        None,
        (7, Instant::now()),
    );
    let page = page.await.unwrap();
    assert!(page.stopped && page.hits.is_empty());
}

congvu_testing::both!(pages_hold_what_there_is, time_is_bounded);
