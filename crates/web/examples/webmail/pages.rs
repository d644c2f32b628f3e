//! Asking for pages.

use std::time::Instant;

use axum::body::to_bytes;
use axum::http::{Request, header};
use tower_service::Service;

use crate::ground::World;
use crate::letters::Filled;
use crate::names::{GIVEN, Lot};
use crate::told_times;

/// How long a page takes, in milliseconds, and its bytes as they go over the wire.
async fn ask(world: &World, path: &str) -> (f64, usize) {
    let request = match path {
        // Who is signed in is led on.
        "/dang-nhap" => Request::builder().uri(path),
        path => world.request("GET", path),
    };
    let request = request
        .header(header::ACCEPT_ENCODING, "gzip")
        .body(axum::body::Body::empty())
        .unwrap();
    let mut router = world.router.clone();
    let began = Instant::now();
    let response = router.call(request).await.unwrap();
    let status = response.status();
    let bytes = to_bytes(response.into_body(), 16 << 20).await.unwrap();
    let took = began.elapsed().as_secs_f64() * 1e3;
    assert!(status.is_success(), "{path}: {status}");
    (took, bytes.len())
}

pub(crate) async fn measure(world: &World, filled: &Filled, times: usize) {
    let inbox = format!("/thu/{}/{}", world.mailbox, filled.inbox);
    let mut lot = Lot::new(5);
    let mut below = |most: u32| u32::try_from(lot.below(most as usize)).unwrap();
    let last = filled.messages;
    // Each kind of page, for so many different ones.
    let mut paths: Vec<(&str, Vec<String>)> = Vec::new();
    let mut of = |row, path: &mut dyn FnMut(usize) -> String| {
        paths.push((row, (0..times).map(path).collect()));
    };
    of("list-first", &mut |_| inbox.clone());
    of("list-deep", &mut |_| {
        format!("{inbox}?truoc={}", 1 + below(last))
    });
    of("list-unread", &mut |_| {
        format!("{inbox}?loc=chua-doc&truoc={}", 1 + below(last))
    });
    // What was read before; then what is marked as read by opening it.
    of("open", &mut |_| {
        format!("{inbox}/{}", 2 + below(last / 25) * 25)
    });
    of("open-unread", &mut |n| {
        let step = (last as usize / 25 / times).max(1) * 25;
        format!("{inbox}/{}", 1 + (n * step) % last as usize)
    });
    of("search-common", &mut |_| search("bao cao"));
    of("search-marks", &mut |n| {
        search(&format!("nghiệm thu {}", GIVEN[n % 40]))
    });
    of("search-rare", &mut |_| {
        search(&format!("{}/UBND", below(4_000)))
    });
    of("search-phrase", &mut |n| {
        search(&format!("\"kế hoạch {}\"", GIVEN[n % 40]))
    });
    of("search-operators", &mut |n| {
        search(&format!("từ:{} có:tệp sau:1/7/2024 -kỷ", GIVEN[n % 40]))
    });
    of("search-unread", &mut |_| search("là:chưađọc hợp đồng"));
    of("search-files", &mut |_| search("có:tệp"));
    of("search-none", &mut |n| search(&format!("khongcogi{n}")));
    of("sign-in", &mut |_| "/dang-nhap".to_owned());
    for (row, paths) in &paths {
        // The first ones fill the caches of a server that was just started; what an opening changes is changed once.
        let warm = if *row == "open-unread" {
            0
        } else {
            times.min(20)
        };
        for path in &paths[..warm] {
            ask(world, path).await;
        }
        let (mut took, mut longest, mut largest) = (Vec::with_capacity(times), (0.0, ""), 0);
        for path in paths {
            let (ms, bytes) = ask(world, path).await;
            took.push(ms);
            largest = largest.max(bytes);
            if ms > longest.0 {
                longest = (ms, path);
            }
        }
        eprintln!(
            "{row}: at most {largest} bytes, longest {:.2} ms for {}",
            longest.0, longest.1
        );
        told_times(row, took);
    }
}

fn search(text: &str) -> String {
    let mut query = form_urlencoded::Serializer::new(String::new());
    query.append_pair("q", text);
    format!("/tim?{}", query.finish())
}
