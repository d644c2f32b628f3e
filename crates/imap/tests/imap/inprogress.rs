//! INPROGRESS (RFC 9585): each page of a long command is told where the time between two tellings is none.

use std::sync::mpsc;
use std::time::Duration;

use congvu_store::StoreError;

use crate::support::{Client, World, message};

/// More messages than a page of any command holds.
const MANY: usize = 10_240;

async fn mailbox(client: &mut Client) {
    for n in 0..10 {
        client.append("INBOX", "", &message(&format!("m{n}"))).await;
    }
    client.ok("SELECT INBOX").await;
    for _ in 0..10 {
        client.ok("COPY 1:* INBOX").await;
    }
}

/// The numbers told for `tag`: how far, of how much.
fn steps(lines: &[String], tag: &str) -> Vec<(u64, u64)> {
    let head = format!("* OK [INPROGRESS (\"{tag}\" ");
    let told = lines.iter().filter_map(|line| line.strip_prefix(&head));
    let numbers = told.filter_map(|rest| {
        let (numbers, _) = rest.split_once(")] ")?;
        let (done, goal) = numbers.split_once(' ')?;
        Some((done.parse().ok()?, goal.parse().ok()?))
    });
    numbers.collect()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn long_commands_say_how_far_they_are() {
    let mut world = World::new().await;
    world.config.progress_interval = Duration::from_secs(86_400);
    let mut quiet = world.client().await;
    mailbox(&mut quiet).await;
    world.config.progress_interval = Duration::ZERO;
    let mut client = world.client().await;
    client.ok("SELECT INBOX").await;
    for (n, command) in [
        "SEARCH RETURN (COUNT) SAVEDSINCE 1-Jan-2020 SMALLER 100000",
        "UID SORT RETURN (COUNT) (SUBJECT) UTF-8 ALL",
        "FETCH 1:* (FLAGS)",
        "UID THREAD REFERENCES UTF-8 ALL",
    ]
    .into_iter()
    .enumerate()
    {
        let tag = format!("p{n}");
        client.send(format!("{tag} {command}\r\n")).await;
        let lines = client.answer(&format!("{tag} ")).await;
        assert!(lines.last().unwrap().starts_with("= OK"), "{command}");
        let steps = steps(&lines, &tag);
        assert!(!steps.is_empty(), "{command}");
        assert!(steps.is_sorted_by(|a, b| a.0 < b.0), "{command}: {steps:?}");
        let sane = |&(done, goal): &(u64, u64)| done < goal && goal == MANY as u64;
        assert!(steps.iter().all(sane), "{command}: {steps:?}");
        // Who is not to hear so often hears nothing.
        let lines = quiet.ok(command).await;
        assert!(!lines.iter().any(|line| line.contains("INPROGRESS")));
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_copy_that_waits_is_told_without_numbers() {
    let mut world = World::new().await;
    world.config.progress_interval = Duration::ZERO;
    let mut client = world.client().await;
    client.append("INBOX", "", &message("m")).await;
    client.ok("SELECT INBOX").await;
    // The only writer waits for this test.
    let (go, wait) = mpsc::channel::<()>();
    let store = world.store.clone();
    let (began, has_begun) = mpsc::channel::<()>();
    let wait = std::sync::Mutex::new(wait);
    let busy = tokio::spawn(async move {
        let work = move |_: &mut congvu_store::Tx<'_>| {
            let _ = began.send(());
            let _ = wait.lock().unwrap().recv();
            Ok::<_, StoreError>(())
        };
        store.write(work).await
    });
    tokio::task::spawn_blocking(move || has_begun.recv())
        .await
        .unwrap()
        .unwrap();
    client.send("c]1 COPY 1 INBOX\r\n").await;
    assert_eq!(
        client.line().await,
        "* OK [INPROGRESS (NIL NIL NIL)] Still at it"
    );
    go.send(()).unwrap();
    busy.await.unwrap().unwrap();
    let lines = client.answer("c]1 ").await;
    assert!(
        lines.last().unwrap().starts_with("= OK [COPYUID"),
        "{lines:?}"
    );
}
