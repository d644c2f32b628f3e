//! A folder's list: its order, how close rows stand, what the keys do.

use axum::http::{StatusCode, header};
use congvu_store::keyword::flag;
use congvu_testing::Ground;

use crate::ground::World;

const AT: i64 = 1_795_136_400_000;

fn letter(subject: &str, size: usize) -> String {
    format!(
        "From: a@sonla.gov.vn\nSubject: {subject}\n\n{}\n",
        "x".repeat(size)
    )
}

fn subjects(page: &str) -> Vec<String> {
    let rows = page.split("class=\"subj\" aria-hidden=\"true\">").skip(1);
    rows.map(|row| row.split('<').next().unwrap().to_owned())
        .collect()
}

/// Where a link of the pager leads to.
fn turn(page: &str, words: &str) -> Option<String> {
    let pager = page.split("class=\"pager pane-head\"").nth(1)?;
    let pager = pager.split("</div>").next()?;
    let mut links = pager.split("<a ").skip(1);
    let link = links.find(|link| link.contains(words))?;
    let href = link.split("href=\"").nth(1)?;
    Some(href.split('"').next()?.replace("&#38;", "&"))
}

async fn a_list_goes_in_either_direction_and_by_size(ground: &Ground) {
    let world = World::new(&ground.store).await;
    let inbox = world.folder("INBOX", None).await;
    // Sizes fall and rise again: 7 divides no power of 2.
    for n in 0..120_usize {
        let size = n * 7 % 120 * 10;
        let flags = if n % 2 == 0 { flag::SEEN } else { 0 };
        world
            .put(inbox, AT + n as i64, flags, &letter(&n.to_string(), size))
            .await;
    }
    let list = format!("/thu/{}/{inbox}", world.mailbox);
    let all = async |first: &str, words: &str| {
        let (mut found, mut path) = (Vec::new(), Some(format!("{list}{first}")));
        while let Some(at) = path {
            let (status, _, page) = world.get(&at).await;
            assert_eq!(status, StatusCode::OK, "{at}");
            found.extend(subjects(&page));
            path = turn(&page, words);
        }
        found
    };
    let numbers = |order: Vec<usize>| order.iter().map(usize::to_string).collect::<Vec<_>>();
    assert_eq!(all("", "Cũ hơn").await, numbers((0..120).rev().collect()));
    assert_eq!(all("?xep=cu", "Mới hơn").await, numbers((0..120).collect()));
    let unread = numbers((0..120).filter(|n| n % 2 == 1).collect());
    assert_eq!(all("?xep=cu&loc=chua-doc", "Mới hơn").await, unread);
    let mut by_size: Vec<usize> = (0..120).collect();
    by_size
        .sort_by_key(|n| std::cmp::Reverse((letter(&n.to_string(), n * 7 % 120 * 10).len(), *n)));
    assert_eq!(all("?xep=lon", "Nhỏ hơn").await, numbers(by_size));
    // Back again, and a message keeps the order of the list beside it.
    let (_, _, page) = world.get(&format!("{list}?xep=cu")).await;
    assert_eq!(turn(&page, "Cũ hơn"), None);
    let second = turn(&page, "Mới hơn").unwrap();
    let (_, _, page) = world.get(&second).await;
    let back = turn(&page, "Cũ hơn").unwrap();
    let (_, _, first) = world.get(&back).await;
    assert_eq!(subjects(&first), numbers((0..50).collect()));
    assert!(
        page.contains(&format!("href=\"{list}/51?xep=cu&#38;sau=50\"")),
        "{page}"
    );
    for odd in ["?xep=lon&duoi=x", "?xep=lon&duoi=-1.5", "?xep=x&duoi=1.2"] {
        let (status, ..) = world.get(&format!("{list}{odd}")).await;
        assert_eq!(status, StatusCode::OK, "{odd}");
    }
}

async fn how_a_list_looks_is_remembered(ground: &Ground) {
    let world = World::new(&ground.store).await;
    for (fields, cookie) in [
        ([("mat-do", "gon")], "mat-do=gon"),
        ([("khung", "duoi")], "khung-doc=duoi"),
        ([("khung", "x")], "khung-doc=ben"),
        ([("mat-do", "x\r\nSet-Cookie: a=b")], "mat-do="),
        ([("phim", "tat")], "phim-tat=tat"),
        ([("phim", "x")], "phim-tat=bat"),
        ([("kieu", "thu")], "cach-xem=thu"),
    ] {
        let headers = world.headers("/cach-xem", &fields).await;
        let set = headers[header::SET_COOKIE].to_str().unwrap();
        assert_eq!(set.split(';').next().unwrap(), cookie);
    }
    let (_, _, page) = world.get("/phim-tat").await;
    assert!(page.contains("Phím tắt đang bật") && page.contains("<kbd>J</kbd>"));
    let (_, _, page) = world
        .with_cookie("phim-tat=tat; mat-do=gon")
        .get("/phim-tat")
        .await;
    assert!(page.contains("Phím tắt đang tắt"));
    assert!(page.contains("data-density=\"compact\" data-keys=\"off\""));
}

congvu_testing::both!(
    a_list_goes_in_either_direction_and_by_size,
    how_a_list_looks_is_remembered,
);
