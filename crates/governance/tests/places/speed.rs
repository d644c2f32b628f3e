//! How long a search of the directory takes with 20,000 mailboxes in 300 organisations:
//! `cargo nextest run -p congvu-governance --run-ignored only speed --no-capture`.

use std::time::Instant;

use congvu_governance::directory::{self as book, Search};
use congvu_governance::organisation::Kind;
use congvu_store::Store;
use congvu_testing::Ground;

use crate::fixture::{act, console, details, holder, top};

const PLACES: usize = 300;
const MAILBOXES: usize = 20_000;
const ROUNDS: usize = 21;

const FAMILY: [&str; 12] = [
    "Nguyễn", "Nguyễn", "Nguyễn", "Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Vũ", "Đặng", "Bùi",
    "Đỗ",
];
const MIDDLE: [&str; 6] = ["Văn", "Văn", "Thị", "Thị", "Minh", "Đức"];
const GIVEN: [&str; 17] = [
    "An", "Bình", "Chi", "Dũng", "Duyên", "Giang", "Hà", "Hải", "Hạnh", "Hòa", "Hùng", "Hương",
    "Lan", "Nam", "Nga", "Sơn", "Trang",
];
const TITLE: [&str; 4] = [
    "Chuyên viên",
    "Chuyên viên chính",
    "Trưởng phòng",
    "Văn thư",
];

async fn fill(store: &Store) {
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    for n in 0..PLACES {
        act(store, move |tx| {
            let new = congvu_governance::organisation::Details {
                short_name: format!("cq{n}"),
                ..details(
                    Some(top),
                    Kind::Provincial,
                    &format!("Sở Khoa học và Công nghệ số {n}"),
                )
            };
            let law = congvu_governance::Law::default();
            let place = congvu_governance::organisation::add(tx, law, &console(), &new, None)?.id;
            for k in 0..MAILBOXES / PLACES + usize::from(n < MAILBOXES % PLACES) {
                let at = n * 67 + k * 7 + n / 12;
                let names = (FAMILY[at % 12], MIDDLE[(at / 5) % 6], GIVEN[(at / 3) % 17]);
                holder(tx, place, names, TITLE[at % 4], &format!("nguoi{n}x{k}"))?;
            }
            Ok(())
        })
        .await
        .unwrap();
    }
}

async fn searches(ground: &Ground) {
    let store = &ground.store;
    let began = Instant::now();
    fill(store).await;
    eprintln!(
        "{MAILBOXES} mailboxes made in {:.1} s",
        began.elapsed().as_secs_f64()
    );
    for text in [
        "n",
        "nguyen",
        "nguyen van",
        "nguyen van h",
        "do thi hoa",
        "chuyen vien",
        "truong phong nguyen van hung",
        "so khoa hoc",
        "nguyen khoa hoc 117",
        "nguoi12x3",
        "cq299",
        "khongcoai",
        "",
    ] {
        let mut times = Vec::new();
        let mut found = 0;
        for _ in 0..ROUNDS {
            let asked = Search {
                text: text.to_owned(),
                limit: 20,
                ..Search::default()
            };
            let began = Instant::now();
            let page = store
                .read(move |tx| book::search(tx, &asked))
                .await
                .unwrap();
            times.push(began.elapsed().as_secs_f64() * 1e3);
            found = page.entries.len();
        }
        times.sort_by(f64::total_cmp);
        eprintln!(
            "{text:>30}: {found:>2} shown, median {:>6.2} ms, longest {:>6.2} ms",
            times[ROUNDS / 2],
            times[ROUNDS - 1]
        );
    }
}

#[test]
#[ignore = "prints how long searches take; asserts nothing"]
fn speed_on_sqlite() {
    congvu_testing::sqlite(searches);
}

#[test]
#[ignore = "prints how long searches take; asserts nothing"]
fn speed_on_postgres() {
    congvu_testing::postgres(searches);
}
