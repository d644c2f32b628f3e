//! QN Mẫu 01–04: as printed, filled in, back as data.

use congvu_documents::form::{
    FormData, Placeholders, blank_lists, check, from_list, from_lists, read_form, render, to_xlsx,
};
use congvu_documents::{DocumentError, sheet};
use congvu_regulation::Date;

use crate::support::{
    filled, fonts, form, info, keep, letters, page, quang_ninh, row, squeezed, text,
};

/// The four forms as the regulation prints them, up to the next one.
fn printed(number: usize) -> Vec<String> {
    let all = include_str!("printed.txt");
    let part = all
        .split("Mẫu số 0")
        .nth(number)
        .expect("the form is printed");
    let lines = part
        .lines()
        .skip(1)
        .map(squeezed)
        .filter(|line| !line.is_empty());
    std::iter::once(format!("Mẫu số 0{number}"))
        .chain(lines)
        .collect()
}

#[track_caller]
fn is_as_printed(number: usize) {
    let form = form(&format!("mau-0{number}"));
    let pdf = render(form, &FormData::empty(form.id())).expect("an empty form is set");
    keep(&format!("{}-empty.pdf", form.id()), &pdf);
    let shown = letters(&pdf);
    for line in printed(number) {
        // The rule is drawn.
        if line.starts_with("---") {
            continue;
        }
        let line: String = match line.as_str() {
            // The place is whoever's issues it, and the room for the day is what is between the words.
            "Quảng Ninh, ngày tháng năm" => ",ngàythángnăm".to_owned(),
            _ => line.split_whitespace().collect(),
        };
        assert!(shown.contains(&line), "“{line}” is not in {shown}");
    }
    assert_eq!(info(&pdf, "Pages"), "1");
}

#[test]
fn qn_mau_1_is_set_as_printed() {
    is_as_printed(1);
}

#[test]
fn qn_mau_2_is_set_as_printed() {
    is_as_printed(2);
}

#[test]
fn qn_mau_3_is_set_as_printed() {
    is_as_printed(3);
}

#[test]
fn qn_mau_4_is_set_as_printed() {
    is_as_printed(4);
}

#[test]
fn qn_6_3_a_qn_6_3_b_qn_7_3_qn_13_10_what_is_filled_in_is_on_the_page() {
    for form in quang_ninh().forms() {
        let data = filled(form);
        assert_eq!(check(form, &data), [], "{}", form.id());
        let pdf = render(form, &data).expect("a filled form is set");
        keep(&format!("{}.pdf", form.id()), &pdf);
        let shown = letters(&pdf);
        let has = |what: &str| {
            let what: String = what.split_whitespace().collect();
            assert!(
                shown.contains(&what),
                "{}: “{what}” is not in {shown}",
                form.id()
            );
        };
        has("ỦY BAN NHÂN DÂN TỈNH QUẢNG NINH");
        has("SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH");
        has("Số: 05/SVHTTDL-VP");
        has("Quảng Ninh, ngày 05 tháng 02 năm 2027");
        has("Kính gửi: Sở Thông tin và Truyền thông");
        has("Phạm Ngọc Thủy");
        data.fields.values().for_each(|value| has(value));
        data.about
            .iter()
            .for_each(|about| has(&format!("V/v {about}")));
        for value in data.tables.values().flatten().flat_map(|row| row.values()) {
            has(value);
        }
    }
}

#[test]
fn nghi_dinh_30_pages_are_a4_and_all_fonts_are_embedded() {
    for form in quang_ninh().forms() {
        let pdf = render(form, &filled(form)).expect("a filled form is set");
        // Eight columns go across the page.
        let size = if form.id() == "mau-02" {
            "841.89 x 595.276 pts (A4)"
        } else {
            "595.276 x 841.89 pts (A4)"
        };
        assert_eq!(info(&pdf, "Page size"), size, "{}", form.id());
        let fonts = fonts(&pdf);
        assert!(fonts.len() >= 2);
        for (name, embedded) in fonts {
            assert!(name.contains("LiberationSerif"), "{name}");
            assert!(embedded, "{name} is not embedded");
        }
    }
}

#[test]
fn nghi_dinh_30_pages_are_numbered_from_the_second_on() {
    let form = form("mau-01");
    let mut data = filled(form);
    let person = data.rows("persons")[0].clone();
    data.tables.insert("persons".into(), vec![person; 120]);
    let pdf = render(form, &data).expect("a long form is set");
    keep("mau-01-long.pdf", &pdf);
    let pages: usize = info(&pdf, "Pages").parse().expect("a number of pages");
    assert!((4..10).contains(&pages), "{pages} pages");
    assert!(page(&pdf, 1).starts_with("Mẫu số 01"));
    for number in 2..=pages {
        let page = page(&pdf, number);
        assert!(page.starts_with(&format!("{number} ")), "{page}");
        // The header comes again as long as the table goes on.
        assert!(
            number == pages || page.contains("Bộ phận công tác"),
            "{page}"
        );
    }
}

#[test]
fn qn_mau_1_qn_mau_2_qn_mau_3_qn_mau_4_come_back_as_data() {
    for form in quang_ninh().forms() {
        let mut data = filled(form);
        data.placeholders.decided = Date::new(2022, 11, 8);
        data.fields
            .insert("hostile".into(), "\u{0}\u{202e}\n\"#panic()\" ".into());
        let pdf = render(form, &data).expect("a filled form is set");
        assert_eq!(read_form(&pdf), Ok(data.clone()), "{}", form.id());
        // A signature is added behind the bytes that were there.
        let mut signed = pdf.clone();
        signed.extend_from_slice(b"\n99 0 obj\n<</Type /Sig /Contents <00>>>\nendobj\nxref\n0 0\ntrailer\n<<>>\nstartxref\n0\n%%EOF\n");
        assert_eq!(read_form(&signed), Ok(data));
    }
}

#[test]
fn the_same_data_make_the_same_bytes_on_many_threads() {
    let form = form("mau-01");
    let data = filled(form);
    let first = render(form, &data).expect("a filled form is set");
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..4)
            .map(|_| scope.spawn(|| render(form, &data).expect("a filled form is set")))
            .collect();
        for thread in threads {
            assert!(
                thread.join().expect("no panic") == first,
                "the bytes differ"
            );
        }
    });
    assert!(first.windows(5).any(|word| word == b"PDF/A") || text(&first).contains("Mẫu số 01"));
}

#[test]
fn a_pdf_is_pdf_a_3() {
    let form = form("mau-03");
    let pdf = render(form, &filled(form)).expect("a filled form is set");
    let pdf = String::from_utf8_lossy(&pdf);
    assert!(
        pdf.contains("<pdfaid:part>3</pdfaid:part>"),
        "no mark of PDF/A-3"
    );
}

#[test]
fn what_is_no_form_is_refused_in_plain_words() {
    let pdf = render(form("mau-04"), &filled(form("mau-04"))).expect("a filled form is set");
    assert_eq!(read_form(b"PK\x03\x04"), Err(DocumentError::NotAPdf));
    assert_eq!(read_form(b"%PDF-1.7\n%%EOF"), Err(DocumentError::NoData));
    assert_eq!(
        read_form(b"%PDF-1.7\ntrailer <</Encrypt 5 0 R>>"),
        Err(DocumentError::Encrypted)
    );
    let two = [
        pdf.clone(),
        render(form("mau-03"), &filled(form("mau-03"))).expect("set"),
    ]
    .concat();
    assert_eq!(read_form(&two), Err(DocumentError::Ambiguous));
    let embed =
        |data: &str| format!("%PDF-1.7\n1 0 obj <</Type /EmbeddedFile>> stream\n{data}\nendstream");
    assert_eq!(
        read_form(embed(r#"{"kind":"invoice","version":1}"#).as_bytes()),
        Err(DocumentError::NoData)
    );
    assert_eq!(
        read_form(embed(r#"{"kind":"congvu-form","version":7,"data":{}}"#).as_bytes()),
        Err(DocumentError::LaterVersion(7))
    );
    let strange = embed(r#"{"kind":"congvu-form","version":1,"data":{"form":7}}"#);
    assert!(matches!(
        read_form(strange.as_bytes()),
        Err(DocumentError::DamagedData(_))
    ));
    let message = DocumentError::NoData.to_string();
    assert!(message.contains("không kèm dữ liệu"), "{message}");
}

#[test]
fn a_bomb_in_a_pdf_is_not_inflated() {
    use std::io::Write;
    let mut zlib = flate2::write::ZlibEncoder::new(Vec::new(), flate2::Compression::best());
    let nothing = vec![b' '; 1 << 20];
    for _ in 0..64 {
        zlib.write_all(&nothing).expect("writing to memory");
    }
    let bomb = zlib.finish().expect("writing to memory");
    let mut pdf =
        b"%PDF-1.7\n1 0 obj <</Type /EmbeddedFile /Filter /FlateDecode>> stream\n".to_vec();
    pdf.extend_from_slice(&bomb);
    assert_eq!(read_form(&pdf), Err(DocumentError::NoData));
}

#[test]
fn qn_13_10_the_year_and_the_decision_are_filled_into_mau_04() {
    let form = form("mau-04");
    let mut data = filled(form);
    data.placeholders = Placeholders {
        year: Some(2026),
        decision: Some("40/2022/QĐ-UBND".into()),
        decided: Date::new(2022, 11, 8),
        period: Some("năm 2026".into()),
    };
    let shown = text(&render(form, &data).expect("a filled form is set"));
    for part in [
        "Hoạt động sử dụng hệ thống thư điện tử công vụ năm 2026",
        "Thực hiện Quy chế số 40/2022/QĐ-UBND ngày 08 tháng 11 năm 2022 của Ủy ban nhân dân tỉnh",
        "Sở Văn hóa, Thể thao và Du lịch báo cáo kết quả hoạt động sử dụng hệ thống thư điện tử năm 2026 như sau:",
        "- Số hộp thư điện tử công vụ không đăng nhập trong năm 2026: 07",
        "- Tổng số hộp thư điện tử công vụ được cấp: 152",
    ] {
        assert!(shown.contains(part), "“{part}” is not in {shown}");
    }
}

#[test]
fn qn_6_3_a_what_is_missing_is_told_all_at_once() {
    let form = form("mau-01");
    let mut data = filled(form);
    data.letterhead.date = None;
    data.fields.remove("telephone");
    data.fields.insert("colour".into(), "đỏ".into());
    data.tables.insert("units".into(), Vec::new());
    data.tables.insert(
        "persons".into(),
        vec![row(&[("full-name", "Lê A"), ("title", " ")])],
    );
    let faults: Vec<String> = check(form, &data).iter().map(ToString::to_string).collect();
    let persons =
        "Bảng “2. Đề nghị cấp mới hộp thư điện tử công vụ cá nhân trong danh sách:”, dòng 1, mục";
    assert_eq!(
        faults,
        [
            "Mục “Ngày tháng năm”: Chưa điền.".to_owned(),
            "Mục “Điện thoại liên lạc”: Chưa điền.".to_owned(),
            "Mục “colour”: Biểu mẫu không có mục này.".to_owned(),
            format!("{persons} “Chức vụ”: Chưa điền."),
            format!("{persons} “Bộ phận công tác”: Chưa điền."),
            format!("{persons} “Số ĐT”: Chưa điền."),
        ]
    );
    let other = check(form, &FormData::empty("mau-02"));
    assert_eq!(other.len(), 1);
    data.tables.clear();
    assert!(
        check(form, &data)
            .iter()
            .any(|fault| fault.what.contains("Chưa điền dòng nào"))
    );
}

#[test]
fn qn_6_2_qn_6_3_a_tables_go_to_lists_and_back() {
    for form in quang_ninh()
        .forms()
        .iter()
        .filter(|form| !form.tables().is_empty())
    {
        let data = filled(form);
        let xlsx = to_xlsx(form, &data).expect("lists are written");
        let mut back = FormData::empty(form.id());
        assert_eq!(
            from_lists(form, &xlsx, &mut back),
            Ok(Vec::new()),
            "{}",
            form.id()
        );
        assert_eq!(back.tables, data.tables);
        // One table alone, from CSV.
        let table = form.tables().last().expect("a table");
        let grids = sheet::grids(&xlsx).expect("what was written is read");
        let lines = grids.last().expect("a sheet").rows.iter().map(|row| {
            let cells = row.cells.iter().map(|cell| format!("\"{}\"", cell.text()));
            cells.collect::<Vec<_>>().join(";")
        });
        let csv = lines.collect::<Vec<_>>().join("\r\n");
        let (rows, faults) = from_list(table, csv.as_bytes()).expect("the list is read");
        assert_eq!(faults, []);
        assert_eq!(rows, data.rows(&table.id));
    }
}

#[test]
fn qn_6_2_an_empty_list_says_what_goes_into_it() {
    let form = form("mau-01");
    for table in form.tables() {
        let xlsx = blank_lists(form, table).expect("an empty list is written");
        let grids = sheet::grids(&xlsx).expect("what was written is read");
        assert_eq!(grids[0].name, "Danh sách");
        let header: Vec<&str> = grids[0].rows[0]
            .cells
            .iter()
            .map(sheet::Cell::text)
            .collect();
        let expected = table.columns.iter().map(|column| {
            format!(
                "{}{}",
                column.label,
                if column.required { " *" } else { "" }
            )
        });
        assert_eq!(
            header,
            std::iter::once("STT".to_owned())
                .chain(expected)
                .collect::<Vec<_>>()
        );
        assert_eq!(grids[1].name, "Hướng dẫn");
        let (rows, faults) = from_list(table, &xlsx).expect("an empty list is read");
        assert_eq!((rows.len(), faults.len()), (0, 1), "{faults:?}");
        assert_eq!(faults[0].what, "Danh sách không có dòng nào.");
    }
}
