//! Tables written as XLSX and CSV.

use congvu_documents::sheet::{self, Cell, Table, TableColumn, write, write_csv};
use proptest::prelude::*;

fn table(title: &str, rows: &[&[&str]]) -> Table {
    let width = rows.iter().map(|row| row.len()).max().unwrap_or(1);
    Table {
        title: title.into(),
        columns: (0..width)
            .map(|at| TableColumn::left(&format!("Cột {at}")))
            .collect(),
        rows: rows
            .iter()
            .map(|row| row.iter().map(|&cell| cell.to_owned()).collect())
            .collect(),
        ..Table::default()
    }
}

#[test]
fn texts_stay_texts_in_xlsx() {
    let cells = ["0912345678", "=1+1", "05/02/2027", "00", "@a", "1e5"];
    let xlsx = write(&[table("Danh sách", &[&cells])]).expect("a table is written");
    let grids = sheet::grids(&xlsx).expect("what was written is read");
    let read: Vec<&str> = grids[0].rows[1].cells.iter().map(Cell::text).collect();
    assert_eq!(read, cells);
    let mut archive = zip::ZipArchive::new(std::io::Cursor::new(&xlsx)).expect("a ZIP");
    let mut sheet = archive
        .by_name("xl/worksheets/sheet1.xml")
        .expect("a sheet");
    let xml = std::io::read_to_string(&mut sheet).expect("its XML");
    assert!(!xml.contains("<f>"), "a formula");
    assert!(
        xml.contains("<autoFilter ref=\"A1:F2\"/>") && xml.contains("state=\"frozen\""),
        "{xml}"
    );
}

#[test]
fn the_same_tables_are_the_same_bytes() {
    let tables = [table("A", &[&["1"]]), table("B", &[&["2", "3"]])];
    let first = write(&tables).expect("tables are written");
    // The clock of ZIP and of Excel's properties counts in seconds.
    std::thread::sleep(std::time::Duration::from_millis(2100));
    assert!(
        write(&tables).expect("tables are written") == first,
        "the bytes differ"
    );
}

#[test]
fn sheets_have_names_that_excel_takes() {
    let long = "Danh sách hộp thư điện tử công vụ không đăng nhập";
    let titles = [
        "[a]:*?/\\'",
        "",
        long,
        long,
        "History",
        "\u{1f600}".repeat(40).as_str(),
    ]
    .map(|title| table(title, &[&["x"]]));
    let xlsx = write(&titles).expect("tables are written");
    let names: Vec<String> = sheet::grids(&xlsx)
        .expect("what was written is read")
        .into_iter()
        .map(|grid| grid.name)
        .collect();
    assert_eq!(
        names,
        [
            "a",
            "Trang",
            "Danh sách hộp thư điện tử công",
            "Danh sách hộp thư điện t (2)",
            "History (2)",
            &"\u{1f600}".repeat(15)
        ]
    );
}

#[test]
fn csv_is_for_excel_and_calculates_nothing() {
    let rows: &[&[&str]] = &[
        &["=cmd|' /C calc'!A0", "+84", "-1", "@x", "\tx"],
        &["a,b", "\"c\"", "d\r\ne", "'=f", "'g"],
    ];
    let csv = String::from_utf8(write_csv(&table("A", rows))).expect("CSV is UTF-8");
    assert_eq!(
        csv,
        "\u{feff}Cột 0,Cột 1,Cột 2,Cột 3,Cột 4\r\n\
         '=cmd|' /C calc'!A0,'+84,'-1,'@x,\"'\tx\"\r\n\
         \"a,b\",\"\"\"c\"\"\",\"d\r\ne\",''=f,'g\r\n"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn csv_goes_out_and_comes_back(rows in prop::collection::vec(prop::collection::vec("[ -~àễĐ;\n'=+@-]{0,12}", 3), 1..8)) {
        let trimmed = |text: &str| text.trim().to_owned();
        let written = Table {
            columns: ["Họ và tên", "Số ĐT", "Chức vụ"].map(TableColumn::left).to_vec(),
            numbered: true,
            rows: rows.clone(),
            ..Table::default()
        };
        let grids = sheet::grids(&write_csv(&written)).expect("what was written is read");
        for (at, row) in rows.iter().enumerate() {
            let read = &grids[0].rows[at + 1];
            prop_assert_eq!(read.number, u32::try_from(at + 2).expect("few rows"));
            for (place, text) in row.iter().enumerate() {
                let cell = read.cells.get(place + 1).map_or("", Cell::text);
                prop_assert_eq!(cell, trimmed(text));
            }
        }
    }
}
