//! What the tests share.

use std::fs;
use std::process::Command;

use congvu_documents::form::{FormData, FormRow};
use congvu_documents::letter::Letterhead;
use congvu_regulation::forms::Form;
use congvu_regulation::{Date, Profile, profile};

pub(crate) fn quang_ninh() -> &'static Profile {
    profile("quang-ninh").expect("the profile is there")
}

pub(crate) fn form(id: &str) -> &'static Form {
    quang_ninh().form(id).expect("the form is there")
}

pub(crate) fn letterhead() -> Letterhead {
    Letterhead {
        parent: Some("Ủy ban nhân dân tỉnh Quảng Ninh".into()),
        body: "Sở Văn hóa, Thể thao và Du lịch".into(),
        number: "05/SVHTTDL-VP".into(),
        place: "Quảng Ninh".into(),
        date: Date::new(2027, 2, 5),
    }
}

pub(crate) fn row(cells: &[(&str, &str)]) -> FormRow {
    cells
        .iter()
        .map(|(id, value)| ((*id).to_owned(), (*value).to_owned()))
        .collect()
}

/// The form with everything that it asks for, three rows in each table.
pub(crate) fn filled(form: &Form) -> FormData {
    let values = [
        ("requester", "Nguyễn Thị Hòa"),
        ("title", "Chánh Văn phòng"),
        ("organisation", "Sở Văn hóa, Thể thao và Du lịch"),
        ("telephone", "0203.3835.777"),
        ("mailboxes", "152"),
        ("not-signed-in", "07"),
        ("changes", "Thêm 12, sửa 04, thu hồi 03"),
        ("contact", "Đỗ Văn Quý, Văn phòng, 0912.345.678"),
    ];
    let mut data = FormData::empty(form.id());
    data.letterhead = letterhead();
    data.signer_name = "Phạm Ngọc Thủy".into();
    if form.about() {
        data.about = Some("đề nghị về hộp thư điện tử công vụ của cán bộ, công chức Sở".into());
    }
    for field in form.fields() {
        if let Some((_, value)) = values.iter().find(|(id, _)| *id == field.id) {
            data.fields.insert(field.id.clone(), (*value).to_owned());
        }
    }
    let persons = [
        ("Trần Đình Ưng", "Chuyên viên"),
        ("Hoàng Thị Kiều Oanh", "Phó Trưởng phòng"),
        ("Lê Quý Đôn", "Kế toán"),
    ];
    for table in form.tables() {
        let rows = persons.iter().enumerate().map(|(at, (name, title))| {
            let cell = |id: &str| match id {
                "full-name" => (*name).to_owned(),
                "title" => (*title).to_owned(),
                "organisation" => "Ban Quản lý Vịnh Hạ Long".to_owned(),
                "subunit" => "Phòng Quản lý văn hóa".to_owned(),
                "telephone" => format!("09123456{at}8"),
                "address" => format!(
                    "{}@quangninh.gov.vn",
                    ["trandinhung", "hoangthikieuoanh.svhttdl", "lequydon"][at]
                ),
                "account" => String::new(),
                "what" => "Họ và tên, chức vụ".to_owned(),
                _ => "Trưởng phòng từ ngày 01/02/2027".to_owned(),
            };
            let cells = table
                .columns
                .iter()
                .map(|column| (column.id.clone(), cell(&column.id)));
            cells.filter(|(_, value)| !value.is_empty()).collect()
        });
        data.tables.insert(table.id.clone(), rows.collect());
    }
    data
}

/// What a program of poppler-utils says of a PDF.
fn poppler(program: &str, arguments: &[&str], pdf: &[u8]) -> String {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("a.pdf");
    fs::write(&path, pdf).expect("writing the PDF");
    let out = Command::new(program)
        .args(arguments)
        .arg(&path)
        .args(if program == "pdftotext" {
            &["-"][..]
        } else {
            &[]
        })
        .output()
        .expect("poppler-utils is installed: .ci/prepare");
    assert!(
        out.status.success(),
        "{}",
        String::from_utf8_lossy(&out.stderr)
    );
    String::from_utf8(out.stdout).expect("its output is UTF-8")
}

/// The text, each run of spaces and line ends a single space.
pub(crate) fn text(pdf: &[u8]) -> String {
    squeezed(&poppler("pdftotext", &["-enc", "UTF-8"], pdf))
}

/// The text in the order in which it was set, without any spaces: what is broken over lines in a narrow column is found all the same.
pub(crate) fn letters(pdf: &[u8]) -> String {
    let raw = poppler("pdftotext", &["-raw", "-enc", "UTF-8"], pdf);
    raw.split_whitespace().collect()
}

/// The text of one page.
pub(crate) fn page(pdf: &[u8], number: usize) -> String {
    let number = number.to_string();
    squeezed(&poppler(
        "pdftotext",
        &["-enc", "UTF-8", "-f", &number, "-l", &number],
        pdf,
    ))
}

pub(crate) fn info(pdf: &[u8], key: &str) -> String {
    let all = poppler("pdfinfo", &[], pdf);
    let line = all
        .lines()
        .find_map(|line| line.strip_prefix(&format!("{key}:")));
    line.unwrap_or_default().trim().to_owned()
}

/// A line for each font: its name, and whether it is embedded.
pub(crate) fn fonts(pdf: &[u8]) -> Vec<(String, bool)> {
    let all = poppler("pdffonts", &[], pdf);
    let fonts = all.lines().skip(2).map(|line| {
        let mut words = line.split_whitespace();
        let name = words.next().unwrap_or_default().to_owned();
        // … emb sub uni object ID
        let last: Vec<&str> = line.split_whitespace().rev().take(5).collect();
        (name, last.get(4) == Some(&"yes"))
    });
    fonts.collect()
}

pub(crate) fn squeezed(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Keeps a PDF to look at where `CONGVU_KEEP_DOCUMENTS` names a folder.
pub(crate) fn keep(name: &str, bytes: &[u8]) {
    if let Some(folder) = std::env::var_os("CONGVU_KEEP_DOCUMENTS") {
        fs::write(std::path::Path::new(&folder).join(name), bytes).expect("keeping a document");
    }
}
