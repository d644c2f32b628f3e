//! The search index answers as looking at each message does.

use std::time::Duration;

use congvu_delivery::indexing::Indexer;
use congvu_message::fold::fold;
use congvu_store::search::{self, Block, Segment};
use congvu_store::{FolderId, Store, StoreError, folder, verify};

use crate::support::{Client, World};

/// Always the same for a seed.
struct Chance(u64);

impl Chance {
    fn below(&mut self, most: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % most
    }

    fn one<'a>(&mut self, of: &[&'a str]) -> &'a str {
        of[self.below(of.len())]
    }

    fn words(&mut self, most: usize) -> String {
        let mut text = String::new();
        for _ in 0..=self.below(most) {
            text.push_str(self.one(WORDS));
            text.push_str(self.one(&[" ", " ", " ", "-", "/", ", ", ". ", "_", ": ", "  "]));
        }
        text
    }
}

const WORDS: &[&str] = &[
    "Quyết",
    "định",
    "quyet",
    "Kính",
    "gửi",
    "Ủy",
    "ban",
    "nhân",
    "dân",
    "hoà",
    "hòa",
    "hoa",
    "Hợp",
    "đồng",
    "họp",
    "ĐÓNG",
    "số",
    "12",
    "2026",
    "HĐND",
    "UBND",
    "a",
    "b",
    "ưu",
    "Straße",
    "ΟΔΟΣ",
    "công",
    "văn",
    "báo",
    "cáo",
    "x1y2",
    "report",
    "Mai",
    "maï",
    "thuỷ",
    "thủy",
    "e\u{302}\u{301}",
    "o\u{31b}\u{323}",
    "x\u{301}y",
    "\u{301}",
    "漢字",
    "²",
    "0123456789abcdefghijklmnopqrstuvwxyz0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789zyxwvutsrqponmlkjihgfedcba",
];

fn nfd(text: &str) -> String {
    use unicode_normalization::UnicodeNormalization;
    text.nfd().collect()
}

fn quoted_printable(text: &str) -> String {
    let mut out = String::new();
    for (n, byte) in text.bytes().enumerate() {
        if n % 20 == 19 {
            out.push_str("=\r\n");
        }
        out.push_str(&format!("={byte:02X}"));
    }
    out
}

/// A message, and the texts in it that needles are cut from.
fn mail(chance: &mut Chance, n: usize) -> (Vec<u8>, Vec<String>) {
    use base64::Engine;
    let base64 = |text: &str| base64::engine::general_purpose::STANDARD.encode(text);
    let (subject, name, body) = (chance.words(6), chance.words(2), chance.words(25));
    let mut head = format!(
        "From: =?utf-8?B?{}?= <{}@sonla.gov.vn>\r\nSubject: =?utf-8?B?{}?=\r\nMessage-ID: <{n}.abc-{}@sonla.gov.vn>\r\n",
        base64(&name),
        chance.one(&["an", "binh.tv", "chi-nt"]),
        base64(&subject),
        n % 7,
    );
    let plain = chance.words(3).replace("\u{301}", "");
    for _ in 0..chance.below(3) {
        let field = chance.one(&[
            "To",
            "Cc",
            "X-Số",
            "List-Id",
            "X-Note",
            "In-Reply-To",
            "Bcc",
        ]);
        head += &match field {
            "To" | "Cc" | "Bcc" => {
                format!("{field}: {}@son{}.vn\r\n", chance.one(&["an", "vu"]), n % 3)
            }
            "In-Reply-To" => format!("In-Reply-To: <{}.abc-1@sonla.gov.vn>\r\n", n / 2),
            _ => format!("{field}: {plain}\r\n"),
        };
    }
    if chance.below(4) > 0 {
        head += &format!("Date: {} Nov 2026 23:30:00 +0700\r\n", 1 + chance.below(28));
    }
    let body = if chance.below(3) == 0 {
        nfd(&body)
    } else {
        body
    };
    let long = match chance.below(12) {
        0 => "ự".repeat(70),
        1 => "k9".repeat(700),
        _ => String::new(),
    };
    let body = format!("{body}\r\n{long}\r\n");
    let (encoding, coded) = match chance.below(3) {
        0 => ("8bit", body.clone()),
        1 => ("quoted-printable", quoted_printable(&body)),
        _ => ("base64", base64(&body)),
    };
    let message = match chance.below(3) {
        0 => format!(
            "{head}MIME-Version: 1.0\r\nContent-Type: multipart/alternative; boundary=xx\r\n\r\n--xx\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{coded}\r\n\
             --xx\r\nContent-Type: text/html\r\n\r\n<p class=note>{plain}</p>\r\n--xx--\r\n"
        ),
        _ => format!(
            "{head}MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\n\
             Content-Transfer-Encoding: {encoding}\r\n\r\n{coded}\r\n"
        ),
    };
    (message.into_bytes(), vec![subject, name, body, plain])
}

/// A search key, its needle cut out of a text.
fn key(chance: &mut Chance, texts: &[String], depth: usize) -> String {
    if depth > 0 && chance.below(3) == 0 {
        let (a, b) = (key(chance, texts, depth - 1), key(chance, texts, depth - 1));
        return match chance.below(3) {
            0 => format!("NOT ({a} {b})"),
            1 => format!("OR ({a}) ({b})"),
            _ => format!("{a} {b}"),
        };
    }
    let text: Vec<char> = texts[chance.below(texts.len())].chars().collect();
    let from = chance.below(text.len());
    let len = match chance.below(6) {
        0 => 40,
        1 => 12,
        _ => 5,
    };
    let needle: String = text[from..].iter().take(1 + chance.below(len)).collect();
    let needle = match chance.below(6) {
        0 => fold(&needle),
        1 => needle.to_uppercase(),
        2 => needle.to_lowercase(),
        3 => nfd(&needle),
        _ => needle,
    };
    let needle = needle.replace(['\r', '\n'], " ");
    let literal = |needle: &str| format!("{{{}+}}\r\n{needle}", needle.len());
    let quoted = literal(&needle);
    match chance.below(14) {
        0 | 1 => format!("SUBJECT {quoted}"),
        2 => format!("FROM {quoted}"),
        3 => format!(
            "{} {}",
            chance.one(&["TO", "CC", "BCC", "FROM"]),
            chance.one(&["an", "vu@son1", "son2.vn", "\"\""])
        ),
        4 | 5 => format!("BODY {quoted}"),
        6 | 7 => format!("TEXT {quoted}"),
        8 => format!(
            "HEADER {} {quoted}",
            chance.one(&["X-Note", "subject", "list-id", "X-None", "Received"])
        ),
        9 => format!(
            "HEADER {} \"\"",
            chance.one(&["List-ID", "In-Reply-To", "X-None", "Date", "Message-ID"])
        ),
        10 => format!(
            "HEADER {} {}",
            chance.one(&["Message-ID", "In-Reply-To"]),
            literal(chance.one(&["<7.abc", "abc-3@", "1.", "<", "sonla"]))
        ),
        11 => format!(
            "{} {}",
            chance.one(&["LARGER", "SMALLER"]),
            300 + chance.below(900)
        ),
        12 => format!(
            "{} {}-Nov-2026",
            chance.one(&["SENTBEFORE", "SENTON", "SENTSINCE"]),
            1 + chance.below(28)
        ),
        _ => format!(
            "{} {}",
            chance.one(&["KEYWORD", "UNKEYWORD"]),
            chance.one(&["$Forwarded", "Gap", "$None"])
        ),
    }
}

async fn inbox(world: &World, name: &'static str) -> FolderId {
    let mailbox = world.mailbox;
    let found = world.store.read(move |tx| folder::find(tx, mailbox, name));
    found.await.unwrap().unwrap().id
}

async fn indexed(store: &Store, folder: FolderId) -> u32 {
    let read = store.read(move |tx| search::unindexed(tx, folder));
    read.await.unwrap().unwrap().0
}

/// Hides the index, or brings it back; false where it is not up to `from`. An indexer that was cut
/// off may still have a write under way, which moves it.
async fn set_indexed(store: &Store, folder: FolderId, from: u32, to: u32) -> bool {
    let set = store.write(move |tx| {
        tx.execute(
            "UPDATE folder SET indexed_uid = $3 WHERE id = $1 AND indexed_uid = $2",
            &[folder.into(), from.into(), to.into()],
        )
    });
    set.await.unwrap() == 1
}

async fn found(client: &mut Client, key: &str) -> String {
    let lines = client
        .ok(&format!("UID SEARCH RETURN (ALL) CHARSET UTF-8 {key}"))
        .await;
    let line = lines
        .into_iter()
        .find(|line| line.contains("ESEARCH"))
        .unwrap();
    line.split_once(" UID").unwrap().1.to_owned()
}

/// All searches find the same with the index and without.
async fn compare(world: &World, client: &mut Client, folder: FolderId, keys: &[String]) {
    let mut with = Vec::new();
    for key in keys {
        with.push(found(client, key).await);
    }
    let upto = loop {
        let upto = indexed(&world.store, folder).await;
        assert!(upto > 0);
        if set_indexed(&world.store, folder, upto, 0).await {
            break upto;
        }
    };
    let mut some = 0;
    for (key, with) in keys.iter().zip(with) {
        assert_eq!(with, found(client, key).await, "{key}");
        some += usize::from(!with.is_empty());
    }
    assert!(some * 4 > keys.len(), "{some} of {}", keys.len());
    assert!(set_indexed(&world.store, folder, 0, upto).await);
}

async fn assert_sound(store: &Store) {
    let report = verify::verify(store, |_| {}).await.unwrap();
    assert_eq!(report.findings, []);
}

fn keys(chance: &mut Chance, texts: &[String], count: usize) -> Vec<String> {
    (0..count).map(|_| key(chance, texts, 2)).collect()
}

async fn as_a_scan(world: World, seed: u64) {
    let mut chance = Chance(seed);
    let mut client = world.client().await;
    client.ok("CREATE Khac").await;
    let mut texts = Vec::new();
    for n in 0..160 {
        let (message, more) = mail(&mut chance, n);
        let flags = chance.one(&[
            "",
            "",
            "($Forwarded) ",
            "(Gap \\Seen) ",
            "(Gap $Forwarded) ",
        ]);
        let done = client.append("INBOX", flags, &message).await;
        assert!(done.starts_with("= OK"), "{done}");
        texts.extend(more.into_iter().filter(|text| !text.is_empty()));
    }
    let folder = inbox(&world, "INBOX").await;
    let mut client = world.selected("INBOX").await;
    let mut indexer = Indexer::new(&world.store);
    indexer.index_all().await.unwrap();
    assert_eq!(indexed(&world.store, folder).await, 160);
    compare(&world, &mut client, folder, &keys(&mut chance, &texts, 120)).await;
    assert_sound(&world.store).await;
    // A part of the mail again and again, some of it gone or moved: segments are merged, cut off at
    // any place.
    for round in 0..10_usize {
        let from = 1 + chance.below(30);
        client
            .ok(&format!("COPY {from}:{} INBOX", from + 129))
            .await;
        if chance.below(2) == 0 {
            let from = 1 + chance.below(100);
            client
                .ok(&format!("MOVE {from}:{} Khac", from + chance.below(20)))
                .await;
        }
        let (message, more) = mail(&mut chance, 1000 + round);
        client.append("INBOX", "", &message).await;
        texts.extend(more.into_iter().filter(|text| !text.is_empty()));
        let patience = Duration::from_micros(chance.below(60_000) as u64);
        let cut = tokio::time::timeout(patience, indexer.index_all()).await;
        if round % 3 == 0 {
            compare(&world, &mut client, folder, &keys(&mut chance, &texts, 15)).await;
        }
        if round == 4 {
            drop(cut);
            leftover(&world.store, folder).await;
            assert_sound(&world.store).await;
        }
    }
    indexer.index_all().await.unwrap();
    assert_eq!(swept(&world.store).await, 0);
    compare(&world, &mut client, folder, &keys(&mut chance, &texts, 40)).await;
    // Much of it goes, and then nearly all.
    for gone in ["1:250", "2:*"] {
        client
            .ok(&format!("STORE {gone} +FLAGS.SILENT (\\Deleted)"))
            .await;
        client.ok("EXPUNGE").await;
        indexer.index_all().await.unwrap();
        compare(&world, &mut client, folder, &keys(&mut chance, &texts, 15)).await;
        assert_sound(&world.store).await;
    }
    let other = inbox(&world, "Khac").await;
    client.ok("DELETE Khac").await;
    while world
        .store
        .write(|tx| folder::purge(tx, 500))
        .await
        .unwrap()
    {}
    indexer.index_all().await.unwrap();
    let left = world
        .store
        .read(move |tx| search::index(tx, other))
        .await
        .unwrap();
    assert!(left.is_none());
    assert_eq!(swept(&world.store).await, 0);
    assert_sound(&world.store).await;
}

/// Segments that are not live.
async fn swept(store: &Store) -> usize {
    let left = store.write(|tx| search::sweep(tx, 1)).await.unwrap();
    usize::from(left)
}

/// What a process that was killed while it merged would leave.
async fn leftover(store: &Store, folder: FolderId) {
    let written = store.write(move |tx| {
        let segment = Segment {
            id: 0,
            level: 3,
            first: 1,
            last: 200,
            messages: 10,
        };
        let id = search::begin(tx, folder, &segment)?;
        let blocks = [
            Block::Terms(b"\x01a".to_vec(), vec![9]),
            Block::Postings(0, vec![1]),
        ];
        search::put_blocks(tx, folder, id, &blocks)?;
        Ok::<_, StoreError>(())
    });
    written.await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_a_scan_on_sqlite() {
    for seed in [7, 0xdead_beef_1234] {
        as_a_scan(World::new().await, seed).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn as_a_scan_on_postgres() {
    if let Some(world) = World::on_postgres().await {
        as_a_scan(world, 99).await;
    }
}

/// The store closes in the middle and opens again: nothing is lost, nothing doubled.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn killed_in_the_middle() {
    let mut world = World::new().await;
    let mut chance = Chance(4711);
    {
        let mut client = world.client().await;
        let mut texts = Vec::new();
        for n in 0..140 {
            let (message, more) = mail(&mut chance, n);
            client.append("INBOX", "", &message).await;
            texts.extend(more);
        }
        client.ok("SELECT INBOX").await;
        for _ in 0..16 {
            client.ok("COPY 1:140 INBOX").await;
        }
    }
    let folder = inbox(&world, "INBOX").await;
    for n in 0..40 {
        let mut indexer = Indexer::new(&world.store);
        let patience = Duration::from_millis(n * 2);
        let cut = tokio::time::timeout(patience, indexer.index_all()).await;
        drop(cut);
        // As if its lease had run out.
        drop(indexer.release().await);
        world.reopen().await;
        assert_sound(&world.store).await;
    }
    Indexer::new(&world.store).index_all().await.unwrap();
    assert_eq!(indexed(&world.store, folder).await, 140 * 17);
    let mut client = world.selected("INBOX").await;
    let all = found(&mut client, "FROM sonla").await;
    assert_eq!(all, " ALL 1:2380");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_damaged_index_is_made_anew() {
    let world = World::new().await;
    let mut client = world.client().await;
    for n in 0..130 {
        client
            .append("INBOX", "", &crate::support::message(&format!("m{n}")))
            .await;
    }
    client.ok("SELECT INBOX").await;
    let folder = inbox(&world, "INBOX").await;
    let mut indexer = Indexer::new(&world.store);
    indexer.index_all().await.unwrap();
    let damage = world.store.write(|tx| {
        tx.execute(
            "UPDATE term_block SET data = substr(data, 1, length(data) - 3)",
            &[],
        )
    });
    damage.await.unwrap();
    let report = verify::verify(&world.store, |_| {}).await.unwrap();
    assert_eq!(report.findings.len(), 1, "{:?}", report.findings);
    assert_eq!(found(&mut client, "SUBJECT m77").await, " ALL 78");
    assert_eq!(indexed(&world.store, folder).await, 0);
    indexer.index_all().await.unwrap();
    assert_eq!(indexed(&world.store, folder).await, 130);
    assert_eq!(found(&mut client, "SUBJECT m77").await, " ALL 78");
    assert_sound(&world.store).await;
}
