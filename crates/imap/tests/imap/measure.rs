//! Not a test: `cargo test --release -p congvu-imap --test imap -- --ignored --nocapture measure`.
#![allow(clippy::print_stdout)]

use std::time::Instant;

use congvu_delivery::indexing::Indexer;
use congvu_store::{folder, search};

use crate::support::{Client, World, message};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn ten_thousand_messages() {
    let world = World::new().await;
    let mut client = world.client().await;
    for n in 0..100 {
        client.append("INBOX", "", &message(&format!("m{n}"))).await;
    }
    client.ok("SELECT INBOX").await;
    for _ in 0..99 {
        client.ok("UID COPY 1:100 INBOX").await;
    }
    for command in [
        "SELECT INBOX",
        "FETCH 1:* FLAGS",
        "FETCH 1:* (UID FLAGS INTERNALDATE RFC822.SIZE)",
        "FETCH 1:* ENVELOPE",
        "FETCH 1:* BODYSTRUCTURE",
        "FETCH 1:* BODY.PEEK[HEADER.FIELDS (From To Subject Date Message-ID)]",
        "FETCH 1:* BODY.PEEK[]",
        "UID SEARCH RETURN (COUNT) ALL",
        "UID SEARCH RETURN (COUNT) UNSEEN",
        "UID SEARCH RETURN (COUNT) SUBJECT m7",
        "UID SEARCH RETURN (COUNT) FROM nguyen",
        "UID SEARCH RETURN (COUNT) BODY \"text of m7\"",
        "STORE 1:* +FLAGS.SILENT (\\Seen)",
        "STATUS INBOX (MESSAGES UNSEEN RECENT)",
        "FETCH 9999 (UID FLAGS)",
    ] {
        let mut best = f64::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            client.ok(command).await;
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{best:8.2} ms  {command}");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn a_hundred_thousand_messages() {
    let mut world = World::new().await;
    world.config.idle_timeout = std::time::Duration::from_secs(600);
    let mut client = world.client().await;
    for n in 0..100 {
        let date = format!("\"{:02}-Oct-2026 10:00:00 +0700\" ", n % 28 + 1);
        let flags = if n == 7 { "(\\Answered) " } else { "(\\Seen) " };
        client
            .append(
                "INBOX",
                &format!("{flags}{date}"),
                &message(&format!("m{n}")),
            )
            .await;
    }
    client.ok("SELECT INBOX").await;
    for _ in 0..9 {
        client.ok("UID COPY 1:100 INBOX").await;
    }
    let start = Instant::now();
    for _ in 0..9 {
        client.ok("UID COPY 1:1000 INBOX").await;
    }
    for _ in 0..9 {
        client.ok("UID COPY 1:10000 INBOX").await;
    }
    let each = start.elapsed().as_secs_f64() * 1000.0;
    println!("{each:8.2} ms  99,000 copies in 18 commands");
    client
        .append("INBOX", "(\\Deleted) ", &message("last"))
        .await;
    client.ok("UID STORE 5 -FLAGS.SILENT (\\Seen)").await;
    for command in [
        "SELECT INBOX",
        "UID SEARCH RETURN (COUNT) ALL",
        "UID SEARCH RETURN (COUNT) SEEN",
        "UID SEARCH RETURN (COUNT) UNSEEN",
        "UID SEARCH RETURN (COUNT) ANSWERED",
        "UID SEARCH RETURN (COUNT) UNANSWERED",
        "UID SEARCH RETURN (COUNT) DELETED",
        "UID SEARCH RETURN (COUNT) UNDELETED",
        "UID SEARCH RETURN (COUNT) DRAFT",
        "UID SEARCH RETURN (COUNT) UNDELETED UNDRAFT SEEN",
        "UID SEARCH RETURN (COUNT) SINCE 1-Nov-2026",
        "UID SEARCH RETURN (COUNT) SINCE 28-Oct-2026",
        "UID SEARCH RETURN (COUNT) SINCE 2-Oct-2026",
        "UID SEARCH RETURN (COUNT) BEFORE 1-Nov-2026",
        "UID SEARCH RETURN (COUNT) ON 9-Oct-2026",
        "UID SEARCH RETURN (COUNT) SINCE 9-Oct-2026 UNSEEN",
        "UID SEARCH RETURN (COUNT) DELETED SUBJECT last",
        "UID SEARCH RETURN (COUNT) OR DELETED DRAFT",
        "UID SEARCH RETURN (COUNT) KEYWORD $None",
        "UID SEARCH RETURN (COUNT) LARGER 100000",
        "STATUS INBOX (MESSAGES UNSEEN RECENT DELETED)",
    ] {
        let mut best = f64::MAX;
        for _ in 0..3 {
            let start = Instant::now();
            client.ok(command).await;
            best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        }
        println!("{best:8.2} ms  {command}");
    }
    for command in [
        "COPY 1:* Archive",
        "STORE 1:* +FLAGS.SILENT (\\Flagged)",
        "STORE 1:* +FLAGS.SILENT (\\Deleted)",
        "EXPUNGE",
    ] {
        let store = world.store.clone();
        let (stop, mut stopped) = tokio::sync::oneshot::channel::<()>();
        let waits = tokio::spawn(async move {
            let mut longest = 0.0_f64;
            while stopped.try_recv().is_err() {
                let start = Instant::now();
                let write = store.write(|_| Ok::<_, congvu_store::StoreError>(()));
                write.await.unwrap();
                longest = longest.max(start.elapsed().as_secs_f64() * 1000.0);
                tokio::time::sleep(std::time::Duration::from_millis(2)).await;
            }
            longest
        });
        let start = Instant::now();
        client.ok(command).await;
        let took = start.elapsed().as_secs_f64() * 1000.0;
        stop.send(()).unwrap();
        let longest = waits.await.unwrap();
        println!("{took:8.2} ms  {command}; another write waited at most {longest:.0} ms");
    }
}

/// Words by how often they come (Zipf), each a Vietnamese syllable, a number or a code.
struct Language {
    words: Vec<String>,
    state: u64,
}

impl Language {
    fn new() -> Self {
        let mut words = Vec::new();
        for rime in [
            "a", "ăn", "ân", "ông", "ươi", "ệt", "ộng", "ính", "yết", "ủy", "òa", "ướng", "iệm",
            "ảo", "ự",
        ] {
            for onset in [
                "", "b", "c", "ch", "d", "đ", "g", "gi", "h", "k", "kh", "l", "m", "n", "ng", "nh",
                "ph", "qu", "s", "t", "th", "tr", "v", "x",
            ] {
                words.push(format!("{onset}{rime}"));
            }
        }
        for n in 0..60_000_u32 {
            words.push(match n % 3 {
                0 => format!("{}", n * 7),
                1 => format!("term{n:x}"),
                _ => format!("từ{n:x}"),
            });
        }
        Self {
            words,
            state: 0x9e37_79b9_7f4a_7c15,
        }
    }

    fn random(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 11
    }

    fn word(&mut self) -> &str {
        let unit = self.random() as f64 / (1_u64 << 53) as f64;
        let at = (self.words.len() as f64).powf(unit) as usize;
        &self.words[at - 1]
    }

    fn text(&mut self, bytes: usize) -> String {
        let mut text = String::new();
        while text.len() < bytes {
            for _ in 0..12 {
                text.push_str(self.word());
                text.push(' ');
            }
            text.push_str("\r\n");
        }
        text
    }

    /// About 4 kB.
    fn mail(&mut self, n: usize) -> Vec<u8> {
        let (subject, body) = (self.text(30).replace("\r\n", ""), self.text(3_000));
        let (a, b, from) = (self.random(), self.random(), self.random() % 500);
        format!(
            "Received: from mx{from}.tinh.gov.vn (mx{from}.tinh.gov.vn [10.1.2.{}])\r\n\tby mx.sonla.gov.vn with ESMTPS id {a:x};\r\n\t\
             Sun, 22 Nov 2026 09:00:{:02} +0700\r\nDKIM-Signature: v=1; a=rsa-sha256; d=tinh.gov.vn; s=k1; bh={a:x}{b:x}=; b={b:x}{a:x}/{b:x}\r\n\
             From: =?utf-8?Q?C=C3=A1n_b=E1=BB=99_{from}?= <canbo{from}@tinh.gov.vn>\r\nTo: an@sonla.gov.vn\r\nSubject: {subject} {n}\r\n\
             Date: {} Nov 2026 09:00:00 +0700\r\nMessage-ID: <{a:x}.{n}@tinh.gov.vn>\r\nMIME-Version: 1.0\r\n\
             Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n\r\n{body}",
            from % 250,
            n % 60,
            1 + n % 28,
        )
        .into_bytes()
    }
}

async fn best(client: &mut Client, command: &str, times: usize) -> (f64, String) {
    let mut best = f64::MAX;
    let mut answer = String::new();
    for _ in 0..times {
        let start = Instant::now();
        let lines = client.ok(command).await;
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        answer = lines.last().cloned().unwrap_or_default();
    }
    (
        best,
        answer.rsplit(' ').next().unwrap_or_default().to_owned(),
    )
}

/// Searches by text, before and after indexing. `CONGVU_MEASURE` says how many messages.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn indexed_searches() {
    let count: usize =
        std::env::var("CONGVU_MEASURE").map_or(100_000, |count| count.parse().unwrap());
    let mut world = World::new().await;
    world.config.idle_timeout = std::time::Duration::from_secs(600);
    let quota = world
        .store
        .write(|tx| tx.execute("UPDATE mailbox SET quota_bytes = 1000000000000", &[]));
    quota.await.unwrap();
    let mut language = Language::new();
    let mut tasks = Vec::new();
    let mut bytes = 0;
    for part in 0..16 {
        let mails: Vec<_> = (0..count / 16)
            .map(|n| language.mail(n * 16 + part))
            .collect();
        bytes += mails.iter().map(Vec::len).sum::<usize>();
        let mut client = world.client().await;
        tasks.push(tokio::spawn(async move {
            for (n, mail) in mails.iter().enumerate() {
                let flags = if n % 97 == 0 { "($Forwarded) " } else { "" };
                client.append("INBOX", flags, mail).await;
            }
        }));
    }
    let start = Instant::now();
    for task in tasks {
        task.await.unwrap();
    }
    println!(
        "{:8.1} s   {count} messages of {bytes} bytes appended",
        start.elapsed().as_secs_f64()
    );
    let mut client = world.client().await;
    client.ok("SELECT INBOX").await;
    let commands = [
        "SUBJECT khongco",
        "SUBJECT 77777",
        "FROM canbo77@",
        "FROM \"canbo77\"",
        "FROM nobody",
        "HEADER Message-ID .4711@",
        "BODY khongco",
        "BODY term7a3",
        "BODY \"term7a3 a\"",
        "BODY ong",
        "BODY {7+}\r\nướng",
        "TEXT khongco",
        "TEXT 10.1.2.77",
        "KEYWORD $Forwarded",
        "LARGER 1000000",
        "SENTON 9-Nov-2026",
        "UNSEEN SUBJECT khongco",
        "NOT FROM canbo",
    ];
    let mut before = Vec::new();
    for command in commands {
        let times = if command.contains("BODY") || command.contains("TEXT") {
            1
        } else {
            3
        };
        before.push(
            best(
                &mut client,
                &format!("UID SEARCH RETURN (COUNT) CHARSET UTF-8 {command}"),
                times,
            )
            .await,
        );
    }
    let start = Instant::now();
    Indexer::new(&world.store).index_all().await.unwrap();
    println!("{:8.1} s   to index them", start.elapsed().as_secs_f64());
    let mailbox = world.mailbox;
    let read = world.store.read(move |tx| {
        let inbox = folder::find(tx, mailbox, "INBOX")?.unwrap();
        search::extent(tx, inbox.id)
    });
    let extent = read.await.unwrap();
    let share = (extent.terms + extent.lists) as f64 * 100.0 / bytes as f64;
    println!("         {share:.1} % of the text: {extent:?}");
    for (command, (was, found)) in commands.iter().zip(before) {
        let (now, again) = best(
            &mut client,
            &format!("UID SEARCH RETURN (COUNT) CHARSET UTF-8 {command}"),
            3,
        )
        .await;
        assert_eq!(found, again, "{command}");
        println!("{was:8.2} ms  {now:8.2} ms  {command}: {found}");
    }
}

/// Sorts and threads of many messages, each its own. `CONGVU_MEASURE` says how many.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
#[ignore = "a measurement"]
async fn sorting() {
    let count: usize =
        std::env::var("CONGVU_MEASURE").map_or(100_000, |count| count.parse().unwrap());
    let mut world = World::new().await;
    world.config.idle_timeout = std::time::Duration::from_secs(600);
    let quota = world
        .store
        .write(|tx| tx.execute("UPDATE mailbox SET quota_bytes = 1000000000000", &[]));
    quota.await.unwrap();
    let mut language = Language::new();
    let mut tasks = Vec::new();
    for part in 0..16 {
        let mut mails: Vec<Vec<u8>> = Vec::new();
        for n in 0..count / 16 {
            let n = n * 16 + part;
            let mut text = format!("From: Can bo {} <canbo{}@x.gov.vn>\r\n", n % 997, n % 997);
            text.push_str("To: phong@x.gov.vn, van.thu@x.gov.vn\r\n");
            text.push_str(&format!(
                "Date: {} Nov 2026 09:{:02}:00 +0700\r\n",
                n % 28 + 1,
                n % 60
            ));
            let re = if n % 3 == 0 { "" } else { "Re: " };
            text.push_str(&format!("Subject: {re}{}\r\n", language.text(20).trim()));
            text.push_str(&format!("Message-ID: <{n}@x.gov.vn>\r\n"));
            if n >= 64 && n % 3 > 0 {
                let up = n / 64 * 48;
                text.push_str(&format!(
                    "References: <{}@x.gov.vn> <{up}@x.gov.vn>\r\n",
                    up / 2
                ));
            }
            mails.push(format!("{text}\r\n{}", language.text(300)).into_bytes());
        }
        let mut client = world.client().await;
        tasks.push(tokio::spawn(async move {
            for mail in &mails {
                client.append("INBOX", "", mail).await;
            }
        }));
    }
    let start = Instant::now();
    for task in tasks {
        task.await.unwrap();
    }
    println!(
        "{:8.1} s   {count} messages appended",
        start.elapsed().as_secs_f64()
    );
    let mut client = world.client().await;
    client.ok("SELECT INBOX").await;
    for command in [
        "UID SEARCH RETURN (COUNT) SAVEDSINCE 1-Jan-2020",
        "UID SEARCH RETURN (PARTIAL -1:-50) ALL",
        "UID SORT RETURN (PARTIAL -1:-50) (ARRIVAL) UTF-8 ALL",
        "UID SORT RETURN (PARTIAL -1:-50) (DATE) UTF-8 ALL",
        "UID SORT RETURN (PARTIAL -1:-50) (REVERSE SIZE) UTF-8 ALL",
        "UID SORT RETURN (PARTIAL 1:50) (SUBJECT DATE) UTF-8 ALL",
        "UID SORT RETURN (PARTIAL 1:50) (FROM) UTF-8 ALL",
        "UID SORT RETURN (PARTIAL 1:50) (DISPLAYFROM DATE) UTF-8 ALL",
        "UID SORT (SUBJECT) UTF-8 ALL",
        "UID THREAD ORDEREDSUBJECT UTF-8 ALL",
        "UID THREAD REFERENCES UTF-8 ALL",
        "FETCH 1:1000 (PREVIEW)",
        "FETCH 1:1000 (ENVELOPE)",
    ] {
        let (time, _) = best(&mut client, command, 3).await;
        println!("{time:8.2} ms  {command}");
    }
}
