//! Reports and records of hand-over.

use std::time::Instant;

use congvu_documents::letter::{SIGN_AND_SEAL, Signer};
use congvu_documents::report::{Party, Report};
use congvu_documents::sheet::{self, Align, Cell, Table, TableColumn};

use crate::support::{fonts, info, keep, letterhead, letters, page, text};

fn monthly(rows: usize) -> Report {
    let names = [
        "Nguyễn Thị Hòa",
        "Trần Đình Ưng",
        "Hoàng Thị Kiều Oanh",
        "Lê Quý Đôn",
        "Đỗ Văn Quý",
    ];
    let rows = (0..rows).map(|at| {
        vec![
            names[at % names.len()].to_owned(),
            format!("nguyenthihoa{at}@quangninh.gov.vn"),
            "Phòng Quản lý văn hóa".to_owned(),
            if at % 3 == 0 {
                "Không đăng nhập"
            } else {
                "Đang hoạt động"
            }
            .to_owned(),
            format!("{:02}/11/2026", at % 28 + 1),
            (at * 7 % 500).to_string(),
        ]
    });
    Report {
        letterhead: letterhead(),
        kind: "BÁO CÁO".into(),
        about: "Danh sách hộp thư điện tử công vụ tháng 11 năm 2026".into(),
        recipients: vec!["Ủy ban nhân dân tỉnh".into(), "Các sở, ban, ngành".into()],
        paragraphs: vec!["Thực hiện điểm e khoản 1 Điều 9 Quy chế quản lý, khai thác, sử dụng Hệ thống thư điện tử công vụ tỉnh Quảng Ninh, Sở Văn hóa, Thể thao và Du lịch thông báo danh sách chi tiết các hộp thư điện tử công vụ như sau:".into()],
        tables: vec![Table {
            title: "1. Hộp thư cá nhân".into(),
            numbered: true,
            columns: vec![
                TableColumn::left("Họ và tên"),
                TableColumn::left("Địa chỉ thư"),
                TableColumn::left("Bộ phận công tác"),
                TableColumn::left("Tình trạng"),
                TableColumn::center("Đăng nhập lần cuối"),
                TableColumn { align: Align::Right, ..TableColumn::left("Dung lượng (MB)") },
            ],
            rows: rows.collect(),
            total: Some(vec!["Tổng cộng".into(), String::new(), String::new(), String::new(), String::new(), "12.345".into()]),
            ..Table::default()
        }],
        sums: vec![("Tổng số hộp thư".into(), "152".into()), ("Số hộp thư không đăng nhập".into(), "07".into())],
        closing: vec!["Đề nghị các cơ quan, đơn vị rà soát và phản hồi trước ngày 15 tháng 12 năm 2026./.".into()],
        receivers: vec!["- Như trên;".into(), "- Lưu: VT, VP.".into()],
        signers: vec![Signer {
            title: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC".into(),
            hint: Some(SIGN_AND_SEAL.into()),
            name: "Phạm Ngọc Thủy".into(),
        }],
    }
}

#[test]
fn qn_9_1_e_a_report_has_the_parts_of_an_administrative_document() {
    let report = monthly(12);
    let pdf = report.to_pdf().expect("a report is set");
    keep("report.pdf", &pdf);
    let shown = text(&pdf);
    for part in [
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập - Tự do - Hạnh phúc",
        "Số: 05/SVHTTDL-VP",
        "Quảng Ninh, ngày 05 tháng 02 năm 2027",
        "BÁO CÁO",
        "Danh sách hộp thư điện tử công vụ tháng 11 năm 2026",
        "- Ủy ban nhân dân tỉnh;",
        "- Các sở, ban, ngành.",
        "Tổng số hộp thư: 152",
        "Nơi nhận:",
        "- Lưu: VT, VP.",
        "KT. GIÁM ĐỐC PHÓ GIÁM ĐỐC",
        "Phạm Ngọc Thủy",
    ] {
        assert!(shown.contains(part), "“{part}” is not in {shown}");
    }
    assert!(fonts(&pdf).iter().all(|(_, embedded)| *embedded));
    assert_eq!(
        report.to_pdf().as_deref(),
        Ok(pdf.as_slice()),
        "the bytes differ"
    );
}

#[test]
fn five_thousand_rows_go_over_pages_in_reasonable_time() {
    let report = monthly(5_000);
    let started = Instant::now();
    let pdf = report.to_pdf().expect("a long report is set");
    let took = started.elapsed();
    keep("report-5000.pdf", &pdf);
    eprintln!("5,000 rows: {took:?}, {} kB", pdf.len() / 1024);
    let pages: usize = info(&pdf, "Pages").parse().expect("a number of pages");
    assert!((100..400).contains(&pages), "{pages} pages");
    for number in [2, 57, pages - 2] {
        let page = page(&pdf, number);
        assert!(page.starts_with(&format!("{number} STT")), "{page}");
    }
    assert!(letters(&pdf).contains("nguyenthihoa4999@quangninh.gov.vn"));
    assert!(pdf.len() < 2 << 20, "{} bytes", pdf.len());
    // A tenth of it here, in a program that is not optimised and shares the machine.
    assert!(took.as_secs() < 120, "{took:?}");
}

#[test]
fn a_report_is_xlsx_and_csv_too() {
    let report = monthly(3);
    let xlsx = report.to_xlsx().expect("tables are written");
    let grids = sheet::grids(&xlsx).expect("what was written is read");
    let names: Vec<&str> = grids.iter().map(|grid| grid.name.as_str()).collect();
    assert_eq!(names, ["1. Hộp thư cá nhân", "Tổng hợp"]);
    let first: Vec<&str> = grids[0].rows[1].cells.iter().map(Cell::text).collect();
    assert_eq!(
        first,
        [
            "1",
            "Nguyễn Thị Hòa",
            "nguyenthihoa0@quangninh.gov.vn",
            "Phòng Quản lý văn hóa",
            "Không đăng nhập",
            "01/11/2026",
            "0"
        ]
    );
    assert_eq!(grids[0].rows.len(), 5);
    assert_eq!(grids[1].rows[2].cells[1].text(), "07");
    let csv = report.to_csv(0).expect("there is a first table");
    assert_eq!(
        sheet::grids(&csv).expect("what was written is read")[0].rows,
        grids[0].rows
    );
    assert_eq!(report.to_csv(1), None);
}

#[test]
fn tq_11_3_hcm_12_2_a_record_of_hand_over_has_two_signers() {
    let party = |name: &str, title: &str| Party {
        name: name.into(),
        title: title.into(),
    };
    let handed = Table {
        numbered: true,
        columns: vec![
            TableColumn::left("Nội dung bàn giao"),
            TableColumn::right("Số lượng"),
            TableColumn::left("Ghi chú"),
        ],
        rows: vec![
            vec![
                "Hộp thư svhttdl@quangninh.gov.vn".into(),
                "01".into(),
                "Mật khẩu đã đặt lại".into(),
            ],
            vec!["Thư trong hộp thư".into(), "12.408".into(), String::new()],
            vec!["Ủy quyền đã kết thúc".into(), "03".into(), String::new()],
        ],
        ..Table::default()
    };
    let report = Report::hand_over(
        letterhead(),
        "Bàn giao hộp thư điện tử công vụ",
        &party("Trần Đình Ưng", "Chánh Văn phòng"),
        &party("Lê Quý Đôn", ""),
        handed,
    );
    let pdf = report.to_pdf().expect("a record is set");
    keep("hand-over.pdf", &pdf);
    let shown = text(&pdf);
    for part in [
        "BIÊN BẢN",
        "Bàn giao hộp thư điện tử công vụ",
        "Bên giao: Ông (bà): Trần Đình Ưng; chức vụ: Chánh Văn phòng.",
        "Bên nhận: Ông (bà): Lê Quý Đôn.",
        "12.408",
        "BÊN GIAO",
        "BÊN NHẬN",
    ] {
        assert!(shown.contains(part), "“{part}” is not in {shown}");
    }
    assert!(!shown.contains("Kính gửi") && !shown.contains("Nơi nhận"));
    assert_eq!(info(&pdf, "Pages"), "1");
}
