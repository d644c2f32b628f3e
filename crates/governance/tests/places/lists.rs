use congvu_governance::Law;
use congvu_governance::lists::Row;
use congvu_governance::organisation::{self as places, Imported, Kind, Outcome};
use congvu_store::{Store, place};
use congvu_testing::{Ground, both};

use crate::fixture::{act, acts, add, console, person, top, unit};

both!(
    a_list_becomes_a_tree_in_any_order,
    all_faults_are_told_by_row_and_nothing_is_done,
    the_same_list_again_changes_nothing,
    what_is_exported_is_what_is_imported,
    a_trial_leaves_nothing,
    three_thousand_rows_in_one_go,
);

fn row(number: u32, values: &[(&'static str, &str)]) -> Row {
    values.iter().fold(
        Row {
            number,
            ..Row::default()
        },
        |row, (id, value)| row.with(id, value),
    )
}

fn tree() -> Vec<Row> {
    vec![
        row(
            2,
            &[
                ("code", "H01.2.1"),
                ("name", "Văn phòng"),
                ("kind", "Phòng, ban"),
                ("parent", "H01.2"),
                ("short_name", "vanphong.snv"),
            ],
        ),
        row(
            3,
            &[
                ("code", "H01.2"),
                ("name", "Sở Nội vụ"),
                ("kind", "cap tinh"),
                ("short_name", "snv"),
            ],
        ),
        row(
            4,
            &[
                ("name", "Ủy ban nhân dân xã Nà Sơn"),
                ("kind", "commune"),
                ("short_name", "ubndnason"),
                ("suffix", "ns"),
            ],
        ),
        row(
            5,
            &[
                ("name", "Phòng Kinh tế"),
                ("kind", "subunit"),
                ("parent", "Ủy ban nhân dân xã Nà Sơn"),
                ("short_name", "phongkt.ubndnason"),
            ],
        ),
    ]
}

async fn import(store: &Store, rows: Vec<Row>, dry: bool) -> Outcome {
    places::import(store, Law::default(), &console(), rows, Some("5/QĐ"), dry)
        .await
        .unwrap()
}

async fn a_list_becomes_a_tree_in_any_order(ground: &Ground) {
    let store = &ground.store;
    top(store, "quang-ninh", "quangninh.gov.vn").await;
    let outcome = import(store, tree(), false).await;
    assert_eq!(outcome.faults, []);
    assert_eq!(outcome.count(Imported::Added), 4);
    let office = act(store, |tx| Ok(place::by_code(tx, "H01.2.1")?.unwrap()))
        .await
        .unwrap();
    let above = act(store, |tx| Ok(place::by_code(tx, "H01.2")?.unwrap()))
        .await
        .unwrap();
    assert_eq!(office.parent, Some(above.id));
    assert!(
        acts(store)
            .await
            .contains(&"organisation.import".to_owned())
    );
}

async fn all_faults_are_told_by_row_and_nothing_is_done(ground: &Ground) {
    let store = &ground.store;
    top(store, "hcm-donre", "tphcm.gov.vn").await;
    let before = acts(store).await;
    let mut rows = tree();
    rows.extend([
        row(6, &[("name", "Không loại"), ("kind", "sở")]),
        row(7, &[("kind", "subunit"), ("parent", "không có")]),
        row(
            8,
            &[
                ("code", "H01.2"),
                ("name", "Trùng mã"),
                ("kind", "provincial"),
                ("short_name", "tm"),
            ],
        ),
        row(
            9,
            &[
                ("name", "Hội Nông dân"),
                ("kind", "Đoàn thể"),
                ("short_name", "hnd"),
            ],
        ),
        row(
            10,
            &[
                ("name", "Vòng một"),
                ("kind", "subunit"),
                ("parent", "Vòng hai"),
                ("short_name", "v1"),
            ],
        ),
        row(
            11,
            &[
                ("name", "Vòng hai"),
                ("kind", "subunit"),
                ("parent", "Vòng một"),
                ("short_name", "v2"),
            ],
        ),
        row(
            12,
            &[
                ("name", "Chi cục"),
                ("kind", "attached"),
                ("parent", "Hội Nông dân"),
                ("short_name", "cc.hnd"),
            ],
        ),
        row(
            13,
            &[
                ("name", "Lạ"),
                ("kind", "other"),
                ("domain", "la.vn"),
                ("profile", "la"),
                ("short_name", "L Ạ"),
            ],
        ),
    ]);
    let outcome = import(store, rows, false).await;
    let told: Vec<(u32, &str)> = outcome
        .faults
        .iter()
        .map(|fault| (fault.row, fault.column))
        .collect();
    assert_eq!(
        told,
        [
            (6, "Loại"),
            (7, "Cơ quan cấp trên"),
            (7, "Tên cơ quan, đơn vị"),
            (8, "Mã"),
            (9, ""),
            (10, "Cơ quan cấp trên"),
            (11, "Cơ quan cấp trên"),
            (12, ""),
            (13, "Quy chế"),
            (13, "Tên miền"),
            (13, "Tên viết tắt"),
        ]
    );
    // The clause of who is not covered is told with it.
    assert!(
        outcome.faults[4].what.contains("Đoàn thể"),
        "{}",
        outcome.faults[4]
    );
    assert!(
        outcome.faults[7].what.contains("dòng 9"),
        "{}",
        outcome.faults[7]
    );
    assert_eq!(acts(store).await, before);
    assert_eq!(act(store, |tx| Ok(place::all(tx)?.len())).await.unwrap(), 1);
}

async fn the_same_list_again_changes_nothing(ground: &Ground) {
    let store = &ground.store;
    top(store, "quang-ninh", "quangninh.gov.vn").await;
    import(store, tree(), false).await;
    let before = acts(store).await;
    let outcome = import(store, tree(), false).await;
    assert_eq!(
        (outcome.faults.len(), outcome.count(Imported::Unchanged)),
        (0, 4)
    );
    assert_eq!(acts(store).await, before);
    // A name that changed is found by the code; whom the list does not name stays and is told.
    let mut rows = tree();
    rows.truncate(2);
    rows[1] = row(
        3,
        &[
            ("code", "H01.2"),
            ("name", "Sở Nội vụ và Lao động"),
            ("kind", "provincial"),
        ],
    );
    let outcome = import(store, rows, false).await;
    assert_eq!(
        (
            outcome.count(Imported::Changed),
            outcome.count(Imported::Unchanged)
        ),
        (1, 1)
    );
    assert_eq!(
        outcome.missing,
        ["Ủy ban nhân dân xã Nà Sơn", "Phòng Kinh tế"]
    );
    let now = act(store, |tx| Ok(place::by_code(tx, "H01.2")?.unwrap()))
        .await
        .unwrap();
    assert_eq!(
        (now.name.as_str(), now.short_name.as_str()),
        ("Sở Nội vụ và Lao động", "snv")
    );
}

async fn what_is_exported_is_what_is_imported(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    import(store, tree(), false).await;
    let agency = act(store, |tx| Ok(place::by_code(tx, "H01.2")?.unwrap().id))
        .await
        .unwrap();
    unit(store, agency, "snv").await;
    person(
        store,
        agency,
        ("Phạm", "Văn", "An"),
        "Giám đốc",
        "phamvanan",
    )
    .await;
    let rows = act(store, move |tx| places::export(tx, None))
        .await
        .unwrap();
    assert_eq!(rows.len(), 5);
    let before = acts(store).await;
    let outcome = import(store, rows, false).await;
    assert_eq!(outcome.faults, []);
    assert_eq!(outcome.count(Imported::Unchanged), 5);
    assert_eq!(acts(store).await, before);
    let people = act(store, move |tx| places::export_people(tx, Some(top)))
        .await
        .unwrap();
    let addresses: Vec<_> = people.iter().filter_map(|row| row.get("address")).collect();
    assert_eq!(
        addresses,
        ["phamvanan@quangninh.gov.vn", "snv@quangninh.gov.vn"]
    );
}

async fn a_trial_leaves_nothing(ground: &Ground) {
    let store = &ground.store;
    top(store, "quang-ninh", "quangninh.gov.vn").await;
    let before = acts(store).await;
    let outcome = import(store, tree(), true).await;
    assert_eq!(outcome.count(Imported::Added), 4);
    assert_eq!(acts(store).await, before);
}

async fn three_thousand_rows_in_one_go(ground: &Ground) {
    let store = &ground.store;
    let top = top(store, "quang-ninh", "quangninh.gov.vn").await;
    add(store, top, Kind::Provincial, "Sở Nội vụ", "snv").await;
    let mut rows = Vec::new();
    for n in 0..300_u32 {
        rows.push(row(
            n + 2,
            &[
                ("code", &format!("A{n}")),
                ("name", &format!("Cơ quan {n}")),
                ("kind", "provincial"),
                ("short_name", &format!("cq{n}")),
            ],
        ));
    }
    for n in 0..2_700_u32 {
        rows.push(row(
            n + 302,
            &[
                ("name", &format!("Phòng {n}")),
                ("kind", "subunit"),
                ("parent", &format!("A{}", n % 300)),
                ("short_name", &format!("p{n}.cq{}", n % 300)),
            ],
        ));
    }
    let outcome = import(store, rows, false).await;
    assert_eq!(outcome.faults, []);
    assert_eq!(outcome.count(Imported::Added), 3_000);
}
