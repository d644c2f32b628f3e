//! Lists that people send: XLSX and CSV as Excel and people write them.

use std::io::{Cursor, Write};

use congvu_documents::sheet::{
    Cell, Column, Columns, MAX_BYTES, MAX_CELL, MAX_ROWS, Record, find, grids, open, read,
};
use congvu_documents::{DocumentError, Fault, fuzzing};
use proptest::prelude::*;
use rust_xlsxwriter::{ExcelDateTime, Format, Workbook};

fn columns() -> Columns {
    Columns {
        columns: vec![
            Column::required("full-name", "Họ và tên"),
            Column::optional("born", "Ngày sinh"),
            Column::required("telephone", "Số ĐT").also(&["Điện thoại"]),
        ],
    }
}

fn told(faults: &[Fault]) -> Vec<String> {
    faults.iter().map(ToString::to_string).collect()
}

fn cells(record: &Record) -> Vec<&str> {
    let ids = ["full-name", "born", "telephone"];
    ids.iter()
        .map(|id| record.values.get(*id).map_or("", String::as_str))
        .collect()
}

fn values(records: &[Record]) -> Vec<(u32, Vec<&str>)> {
    records
        .iter()
        .map(|record| (record.row, cells(record)))
        .collect()
}

#[test]
fn qn_6_2_a_list_as_people_make_it_is_read() {
    let mut book = Workbook::new();
    book.add_worksheet()
        .set_name("Bìa")
        .expect("a name")
        .write(0, 0, "Họ và tên")
        .expect("a cell");
    let sheet = book.add_worksheet();
    let date = Format::new().set_num_format("dd/mm/yyyy");
    sheet
        .write(0, 0, "ỦY BAN NHÂN DÂN THÀNH PHỐ")
        .expect("a cell");
    sheet
        .merge_range(
            2,
            0,
            2,
            4,
            "DANH SÁCH CÁN BỘ ĐỀ NGHỊ CẤP HỘP THƯ",
            &Format::new(),
        )
        .expect("a title");
    for (place, label) in ["STT", "HO VA TEN (*)", "Ngày  sinh:", "ĐIỆN THOẠI"]
        .iter()
        .enumerate()
    {
        sheet
            .write(4, u16::try_from(place).expect("a column"), *label)
            .expect("a cell");
    }
    sheet.write(5, 0, 1).expect("a cell");
    sheet
        .write(5, 1, " Nguye\u{302}\u{303}n Văn A ")
        .expect("a cell");
    let born = ExcelDateTime::from_ymd(1985, 2, 5).expect("a day");
    sheet
        .write_datetime_with_format(5, 2, &born, &date)
        .expect("a cell");
    sheet.write(5, 3, "0912345678").expect("a cell");
    // A row left out, and one that is numbered and empty.
    sheet.write(7, 0, 2).expect("a cell");
    sheet.write(8, 1, "Lê Thị Bê").expect("a cell");
    sheet.write(8, 2, "1990").expect("a cell");
    sheet.write(8, 3, 912_345_679).expect("a cell");
    let xlsx = book.save_to_buffer().expect("a book");

    let list = open(&xlsx, &columns()).expect("the list is found");
    let (records, faults) = read(&list, &columns());
    assert_eq!(told(&faults), [""; 0]);
    assert_eq!(
        values(&records),
        [
            (6, vec!["Nguyễn Văn A", "05/02/1985", "0912345678"]),
            (9, vec!["Lê Thị Bê", "1990", "912345679"])
        ]
    );
}

#[test]
fn qn_6_2_all_faults_are_told_at_once_by_row() {
    let csv = "Họ tên người dùng;Số ĐT;Số ĐT;Ghi chú\n;0912;;\nA;;;x\n;;;y\n";
    let list = open(csv.as_bytes(), &columns()).expect("the list is found");
    let (records, faults) = read(&list, &columns());
    assert_eq!(
        told(&faults),
        [
            "Mục “Họ tên người dùng”: Không biết cột này.",
            "Mục “Số ĐT”: Cột này có hai lần.",
            "Mục “Ghi chú”: Không biết cột này.",
            "Mục “Họ và tên”: Thiếu cột này.",
        ]
    );
    assert_eq!(values(&records), [(2, vec!["", "", "0912"])]);

    let csv = "Họ và tên,Số ĐT\r\nA,\r\n,012\r\n\r\nB,013\r\n";
    let list = open(csv.as_bytes(), &columns()).expect("the list is found");
    let (records, faults) = read(&list, &columns());
    assert_eq!(
        told(&faults),
        [
            "Dòng 2, mục “Số ĐT”: Chưa điền.",
            "Dòng 3, mục “Họ và tên”: Chưa điền."
        ]
    );
    assert_eq!(records.last().map(|record| record.row), Some(5));
}

#[test]
fn qn_6_2_a_formula_that_failed_is_told() {
    let mut book = Workbook::new();
    let sheet = book.add_worksheet();
    sheet
        .write(0, 0, "Họ và tên")
        .expect("a cell")
        .write(0, 1, "Số ĐT")
        .expect("a cell");
    sheet
        .write_formula(
            1,
            0,
            rust_xlsxwriter::Formula::new("=A9&B9").set_result("Lê A"),
        )
        .expect("a cell")
        .write_formula(
            1,
            1,
            rust_xlsxwriter::Formula::new("=1/0").set_result("#DIV/0!"),
        )
        .expect("a cell");
    let xlsx = book.save_to_buffer().expect("a book");
    let list = open(&xlsx, &columns()).expect("the list is found");
    let (records, faults) = read(&list, &columns());
    assert_eq!(values(&records), [(2, vec!["Lê A", "", ""])]);
    assert_eq!(
        told(&faults),
        ["Dòng 2, mục “Số ĐT”: Công thức trong ô bị lỗi (#DIV/0!)."]
    );
}

#[test]
fn csv_is_read_in_the_encodings_and_delimiters_that_excel_writes() {
    let plain = "Họ và tên;Số ĐT\r\n\"Nguyễn; \"\"Hòa\"\"\nThị\";0912\r\nLê Đức;'=1\r\n";
    let utf16: Vec<u8> = [0xfeff]
        .into_iter()
        .chain(plain.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let tabs = plain
        .replace("0912", "0912\t")
        .replace(';', "\t")
        .replace("\tHòa", ";Hòa");
    let said = format!("sep=;\r\n{plain}");
    // windows-1258 writes a letter and its tone: "ờ" as "ơ" and U+0300, "ễ" as "ê" and U+0303.
    let (old, _, lost) = encoding_rs::WINDOWS_1258
        .encode("Ho\u{323} va\u{300} tên;Sô\u{301} ĐT\r\nNguyê\u{303}n Ho\u{300}a;0912\r\n");
    assert!(!lost);
    let mac = "Họ và tên\tSố ĐT\rNguyễn Hòa\t0912\r\rLê\t1";
    let lists: [(&str, &[u8], &str, u32); 6] = [
        ("CR alone", mac.as_bytes(), "Nguyễn Hòa", 4),
        ("UTF-8", plain.as_bytes(), "Nguyễn; \"Hòa\"\nThị", 3),
        (
            "UTF-8 with a mark",
            &[b"\xef\xbb\xbf", plain.as_bytes()].concat(),
            "Nguyễn; \"Hòa\"\nThị",
            3,
        ),
        ("UTF-16", &utf16, "Nguyễn; \"Hòa\"\nThị", 3),
        ("sep=", said.as_bytes(), "Nguyễn; \"Hòa\"\nThị", 3),
        ("windows-1258", &old, "Nguyễn Hòa", 2),
    ];
    for (name, bytes, first, last) in lists {
        let list = open(bytes, &columns()).unwrap_or_else(|error| panic!("{name}: {error}"));
        let (records, faults) = read(&list, &columns());
        assert_eq!(told(&faults), [""; 0], "{name}");
        assert_eq!(values(&records)[0], (2, vec![first, "", "0912"]), "{name}");
        assert_eq!(
            records.last().map(|record| record.row),
            Some(last),
            "{name}"
        );
    }
    assert!(open(tabs.as_bytes(), &columns()).is_ok());
}

#[test]
fn the_bounds_hold() {
    let check = |bytes: &[u8], expected: DocumentError| assert_eq!(grids(bytes), Err(expected));
    check(
        &vec![b'a'; MAX_BYTES + 1],
        DocumentError::TooLarge { limit: 10 },
    );
    check(
        "a\n".repeat(MAX_ROWS + 1).as_bytes(),
        DocumentError::TooManyRows { limit: MAX_ROWS },
    );
    check(
        format!("{}b", ",".repeat(100)).as_bytes(),
        DocumentError::TooManyColumns { limit: 100 },
    );
    let long = format!("a\nb,{}", "ệ".repeat(MAX_CELL + 1));
    let expected = DocumentError::CellTooLong {
        row: 2,
        column: "B".into(),
        limit: MAX_CELL,
    };
    check(long.as_bytes(), expected);
    check(
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
        DocumentError::NotASheet,
    );
    check(b"%PDF-1.7", DocumentError::NotASheet);
    assert!(matches!(
        grids(b"PK\x03\x04broken"),
        Err(DocumentError::DamagedXlsx(_))
    ));
    let none = open(b"a,b\nc,d\n", &columns()).map(|_| ());
    let labels = ["Họ và tên", "Ngày sinh", "Số ĐT"]
        .map(str::to_owned)
        .to_vec();
    assert_eq!(none, Err(DocumentError::NoHeader { columns: labels }));
    assert!(grids(format!("{}b", ",".repeat(99)).as_bytes()).is_ok());
}

/// A book with one sheet of this XML.
fn book(sheet: &str) -> Vec<u8> {
    book_of(1, sheet, "")
}

/// A book with so many sheets of this XML, and these shared strings.
fn book_of(sheets: usize, sheet: &str, strings: &str) -> Vec<u8> {
    let mut zip = zip::ZipWriter::new(Cursor::new(Vec::new()));
    let numbers = || 1..=sheets;
    let named: String = numbers()
        .map(|n| format!(r#"<sheet name="A{n}" sheetId="{n}" r:id="rId{n}"/>"#))
        .collect();
    let related: String = numbers()
        .map(|n| {
            format!(
                r#"<Relationship Id="rId{n}" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet" Target="worksheets/sheet{n}.xml"/>"#
            )
        })
        .collect();
    let workbook = format!(
        r#"<?xml version="1.0"?><workbook xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"><sheets>{named}</sheets></workbook>"#
    );
    let relations = format!(
        r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{related}</Relationships>"#
    );
    let shared = format!(
        r#"<?xml version="1.0"?><sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">{strings}</sst>"#
    );
    let parts = [
        (
            "[Content_Types].xml",
            r#"<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>"#,
        ),
        (
            "_rels/.rels",
            r#"<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="xl/workbook.xml"/></Relationships>"#,
        ),
        ("xl/workbook.xml", &workbook),
        ("xl/_rels/workbook.xml.rels", &relations),
        ("xl/sharedStrings.xml", &shared),
    ];
    let parts = parts.map(|(name, content)| (name.to_owned(), content));
    let sheets = numbers().map(|n| (format!("xl/worksheets/sheet{n}.xml"), sheet));
    for (name, content) in parts.into_iter().chain(sheets) {
        zip.start_file(name, zip::write::SimpleFileOptions::default())
            .expect("a part");
        zip.write_all(content.as_bytes()).expect("its content");
    }
    zip.finish().expect("a book").into_inner()
}

#[test]
fn a_sheet_that_claims_all_cells_costs_nothing() {
    let xml = |rows: &str| {
        format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><dimension ref="A1:XFD1048576"/><sheetData>{rows}</sheetData></worksheet>"#
        )
    };
    let cell = |at: &str, row: u32| {
        format!(r#"<row r="{row}"><c r="{at}{row}" t="inlineStr"><is><t>x</t></is></c></row>"#)
    };
    let far = book(&xml(&[cell("A", 1), cell("XFD", 1_048_576)].concat()));
    assert_eq!(
        grids(&far),
        Err(DocumentError::TooManyColumns { limit: 100 })
    );
    let deep = book(&xml(&[cell("A", 1), cell("B", 1_048_576)].concat()));
    let read = grids(&deep).expect("two rows are few");
    let numbers: Vec<u32> = read[0].rows.iter().map(|row| row.number).collect();
    assert_eq!(numbers, [1, 1_048_576]);
    assert_eq!(read[0].rows[1].cells, [Cell::Empty, Cell::Text("x".into())]);
}

#[test]
fn a_zip_bomb_is_not_kept() {
    let spaces = " ".repeat(100 << 20);
    let bomb = book(&format!("<worksheet>{spaces}</worksheet>"));
    assert!(bomb.len() < MAX_BYTES / 10);
    assert_eq!(
        grids(&bomb),
        Err(DocumentError::InflatesTooFar { limit: 64 })
    );
}

#[test]
fn what_all_sheets_hold_together_is_bounded() {
    let rows = |shown: &str| -> String {
        (1..=1_500)
            .map(|row| format!(r#"<row r="{row}"><c r="CV{row}" t="s"><v>{shown}</v></c></row>"#))
            .collect()
    };
    let sheet = |shown| {
        format!(
            r#"<?xml version="1.0"?><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>{}</sheetData></worksheet>"#,
            rows(shown)
        )
    };
    let strings = format!("<si><t>x</t></si><si><t>{}</t></si>", "x".repeat(2_000));
    let too_far = Err(DocumentError::InflatesTooFar { limit: 64 });
    // Each of them alone is a list.
    assert_eq!(
        grids(&book_of(1, &sheet("1"), &strings)).map(|read| read.len()),
        Ok(1)
    );
    // One text in each row; one cell far to the right in each row.
    assert_eq!(grids(&book_of(8, &sheet("1"), &strings)), too_far);
    assert_eq!(grids(&book_of(8, &sheet("0"), &strings)), too_far);
    // Texts that no cell shows.
    let many = "<si/>".repeat(2_000_001);
    assert_eq!(grids(&book_of(1, &sheet("0"), &many)), too_far);
}

#[test]
fn the_row_that_names_most_columns_is_the_header() {
    let csv = "Đơn vị có số ĐT\nSố ĐT,cơ quan\nHọ và tên,Ngày sinh,Số ĐT\nA,b,1\n";
    let found = find(&grids(csv.as_bytes()).expect("a list"), &columns()).expect("a header");
    assert_eq!(found.header.len(), 3);
    assert_eq!(found.rows.len(), 1);
    assert_eq!(found.rows[0].number, 4);
}

#[test]
fn random_lists_and_pdfs_are_answered() {
    let seeds: [&[u8]; 3] = [
        b"Ho va ten,So DT\na,b\n\"c\nd\",e",
        b"PK\x03\x04",
        b"/Filter /FlateDecode>>\nstream\nendstream",
    ];
    for seed in seeds {
        fuzzing::list(seed);
        fuzzing::pdf(seed);
    }
    let xlsx = book(
        "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><v>1</v></c></row></sheetData></worksheet>",
    );
    proptest!(ProptestConfig::with_cases(200), |(bytes in prop::collection::vec(any::<u8>(), 0..300), at in 0..xlsx.len(), byte: u8)| {
        fuzzing::list(&bytes);
        fuzzing::pdf(&bytes);
        let mut damaged = xlsx.clone();
        damaged[at] = byte;
        fuzzing::list(&damaged);
    });
}
