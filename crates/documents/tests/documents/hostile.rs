//! What people type is shown as they typed it, whatever it looks like to typst.

use congvu_documents::form::{FormData, read_form, render};
use congvu_documents::report::Report;
use congvu_documents::sheet::{Table, TableColumn};

use crate::support::{filled, form, info, keep, letterhead, letters, row, text};

const MARKUP: &[&str] = &[
    r#"#read("/etc/passwd")"#,
    r#"#read("page.json")"#,
    r#"#import "@preview/cetz:0.3.0""#,
    "#panic()",
    "*đậm* _nghiêng_ $x^2$ `mã`",
    "= Tiêu đề",
    "- mục / + mục",
    "<nhãn> @nhãn https://example.vn",
    r#""kép" 'đơn' \ \u{41} \n"#,
    "// chú thích /* chú thích */",
    "]) #{ } [ ( ;",
    "~ -- --- ...",
    "<script>alert(1)</script> &amp; %s {0}",
];

#[test]
fn markup_is_shown_as_it_was_typed() {
    let form = form("mau-01");
    for hostile in MARKUP {
        let mut data = filled(form);
        data.letterhead.number = (*hostile).into();
        data.about = Some((*hostile).into());
        data.fields.insert("requester".into(), (*hostile).into());
        data.signer_name = (*hostile).into();
        let rows = vec![row(&[
            ("full-name", hostile),
            ("title", "=1+1"),
            ("subunit", hostile),
            ("telephone", "0"),
        ])];
        data.tables.insert("persons".into(), rows);
        let pdf = render(form, &data).expect("what was typed never stops a document");
        let shown = letters(&pdf);
        let wanted: String = hostile.split_whitespace().collect();
        assert_eq!(shown.matches(&wanted).count(), 6, "{hostile}: {shown}");
        assert!(!shown.contains("root:"), "a file was read");
        assert_eq!(read_form(&pdf), Ok(data));
    }
}

#[test]
fn what_cannot_be_printed_is_a_box_and_stays_in_the_data() {
    let form = form("mau-03");
    let mut data = filled(form);
    let strange =
        "Lê\u{0} \u{202e}gnuD\u{202c} \u{1f600} 漢字 \u{e000} \u{fffe} e\u{302}\u{301}\u{7}";
    data.fields.insert("requester".into(), strange.into());
    data.letterhead.body = format!("Sở {strange}");
    let pdf = render(form, &data).expect("what was typed never stops a document");
    keep("hostile-boxes.pdf", &pdf);
    let shown = text(&pdf);
    assert!(shown.contains("Lê□ □gnuD□ □ □□ □ □ ế□"), "{shown}");
    assert_eq!(read_form(&pdf), Ok(data));
}

#[test]
fn long_words_stay_in_their_columns() {
    let form = form("mau-02");
    let mut data = filled(form);
    let long = "x".repeat(300);
    let address = format!(
        "{}@quangninh.gov.vn",
        "phongquanlydautu.sokehoachvadautu".repeat(2)
    );
    let rows = vec![row(&[
        ("full-name", &long),
        ("title", "Nghiêng nghiêng"),
        ("address", &address),
        ("what", "Dòng một\nDòng hai\r\nDòng ba"),
        ("new", &"Thông tin mới rất dài. ".repeat(40)),
        ("telephone", "0912345678"),
    ])];
    data.tables.insert("persons".into(), rows);
    let pdf = render(form, &data).expect("what was typed never stops a document");
    keep("hostile-long.pdf", &pdf);
    let shown = letters(&pdf);
    assert!(
        shown.contains("Dòngmột") && shown.contains("Dòngba"),
        "{shown}"
    );
    // Columns are set side by side, so a word that goes on over lines is taken apart by the others.
    assert_eq!(text(&pdf).matches('x').count(), 300);
    assert_eq!(info(&pdf, "Pages"), "2");
}

#[test]
fn a_report_shows_markup_too() {
    let report = Report {
        letterhead: letterhead(),
        kind: "BÁO CÁO".into(),
        about: MARKUP[12].into(),
        recipients: vec![MARKUP[1].into(), MARKUP[4].into()],
        paragraphs: vec![MARKUP[3].into()],
        tables: vec![Table {
            title: MARKUP[5].into(),
            columns: vec![TableColumn::left(MARKUP[8])],
            rows: vec![vec![MARKUP[9].into()]],
            total: Some(vec![MARKUP[11].into()]),
            ..Table::default()
        }],
        ..Report::default()
    };
    let shown = letters(
        &report
            .to_pdf()
            .expect("what was typed never stops a document"),
    );
    for at in [12, 1, 3, 4, 5, 8, 9, 11] {
        let wanted: String = MARKUP[at].split_whitespace().collect();
        assert!(shown.contains(&wanted), "{wanted}: {shown}");
    }
}

#[test]
fn an_empty_form_is_set_without_anything() {
    for id in ["mau-01", "mau-02", "mau-03", "mau-04"] {
        render(form(id), &FormData::default()).expect("an empty form is set");
    }
}
