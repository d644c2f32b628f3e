//! Requests and reports: by mail, on the command line, as files.

use std::fs;
use std::path::PathBuf;

use congvu_governance::lists::Row;
use congvu_governance::request::columns;
use congvu_papers::lists;
use congvu_regulation::requests::RequestKind;
use serde_json::Value;

use crate::harness::{Demo, wait_until};

both!(
    hcm_6_1_hcm_6_2_hcm_3_a_unit_asks_by_mail = (
        "CONGVU_GOVERNANCE__REQUEST_MAILBOXES",
        "vpubnd@sonminh.gov.vn"
    ),
    qn_6_2_qn_6_3_qn_mau_1_a_list_becomes_a_request_and_its_form_one_again,
    qn_7_3_qn_mau_3_one_line_by_flags_and_withdrawn,
    hcm_14_1_qn_9_1_e_reports_are_made_mailed_and_handed_in_and_back,
);

const UNIT: &str = "snnvmt@sonminh.gov.vn";
const DOOR: &str = "vpubnd@sonminh.gov.vn";
const REFUSED: &str = "Không tiếp nhận đề nghị gửi qua thư";
const LETTER: &str = "Số: 12/SNNVMT-VP ngày 05/01/2026\nLý do: tuyển mới 02 công chức.\nNhu cầu: 02 hộp thư cá nhân.\n";

/// A list as XLSX.
fn list(demo: &Demo, name: &str, kind: RequestKind, rows: &[&[(&'static str, &str)]]) -> PathBuf {
    let rows: Vec<Row> = (2..)
        .zip(rows)
        .map(|(number, cells)| {
            let row = Row {
                number,
                ..Row::default()
            };
            cells
                .iter()
                .fold(row, |row, (id, value)| row.with(id, value))
        })
        .collect();
    let file = demo.scratch().join(name);
    fs::write(
        &file,
        lists::to_xlsx("Danh sách", &rows, columns(kind)).unwrap(),
    )
    .unwrap();
    file
}

/// Submits a letter; `-` as the sender: another server delivers it.
fn mail(demo: &Demo, (sender, author): (&str, &str), subject: &str, text: &str, more: &[&str]) {
    let mut arguments = vec![sender, author, DOOR, subject];
    arguments.extend(more);
    demo.script("request_mail.py", &arguments)
        .input(text)
        .run()
        .ok();
}

fn requests(demo: &Demo) -> Vec<Value> {
    let listed = demo.tool("request", &["list", "--json"]).ok();
    listed
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// HCM.6.1: read, opened, answered; HCM.3: passed on; HCM.6.2: nobody else is heard, and who is outside is not answered.
fn hcm_6_1_hcm_6_2_hcm_3_a_unit_asks_by_mail(demo: &Demo) {
    demo.tool("org", &["change", "snnvmt", "--profile", "hcm-donre"])
        .ok();
    let own = (UNIT, UNIT);
    let asked = "Đề nghị cấp mới hộp thư điện tử";
    let rows: [&[(&str, &str)]; 2] = [
        &[("full-name", "Lê Thị Bưởi"), ("wanted", "lethibuoi.stnmt")],
        &[("full-name", "Hà Văn Cam"), ("wanted", "havancam.stnmt")],
    ];
    let good = list(demo, "danh-sach.xlsx", RequestKind::Issue, &rows);
    let good = good.to_str().unwrap();
    mail(demo, own, asked, LETTER, &[good]);
    let receipt = demo.letter(UNIT, "Đã nhận đề nghị cấp mới hộp thư số 1");
    for text in ["2 dòng", "12/SNNVMT-VP ngày 05/01/2026", "HCM.6.1"] {
        assert!(
            receipt.text.contains(text),
            "no “{text}” in {}",
            receipt.text
        );
    }
    assert!(String::from_utf8_lossy(&receipt.raw).contains("Auto-Submitted: auto-generated"));
    // The mail itself lies where it was sent to.
    assert_eq!(demo.letter(DOOR, asked).attachments.len(), 1);

    // Passed on, then decided; what was granted is issued, what was refused is told with its reason.
    demo.tool("request", &["grant", "1"])
        .ended(1)
        .says(&["Văn phòng Sở"]);
    demo.tool("request", &["forward", "1", "--document", "7/VP"])
        .ended(0);
    demo.tool("request", &["grant", "1", "--line", "1"])
        .ended(0)
        .says(&["lethibuoi.stnmt@sonminh.gov.vn", "đã thực hiện"]);
    demo.tool("request", &["refuse", "1", "--line", "2", "--reason", " "])
        .ended(1)
        .says(&["phải nêu rõ lý do"]);
    demo.tool(
        "request",
        &["refuse", "1", "--reason", "Chưa có quyết định tuyển dụng"],
    )
    .ended(0);
    let result = demo.letter(UNIT, "Kết quả giải quyết đề nghị cấp mới hộp thư số 1");
    for text in [
        "lethibuoi.stnmt@sonminh.gov.vn",
        "Chưa có quyết định tuyển dụng",
    ] {
        assert!(result.text.contains(text), "no “{text}” in {}", result.text);
    }
    demo.tool("request", &["show", "1"]).ended(0).says(&[
        "đã giải quyết",
        "Tệp kèm: danh-sach.xlsx",
        "tuyển mới 02 công chức",
    ]);

    // All that is wrong is told, by row.
    let rows: [&[(&str, &str)]; 2] = [
        &[("born", "abc"), ("given", "Na")],
        &[("title", "Chuyên viên")],
    ];
    let bad = list(demo, "sai.xlsx", RequestKind::Issue, &rows);
    mail(
        demo,
        own,
        "Đề nghị cấp hộp thư (sai)",
        "Lý do: x\n",
        &[bad.to_str().unwrap()],
    );
    let told = demo.letter(UNIT, REFUSED);
    for text in [
        "“Nhu cầu: …”",
        "Dòng 2, cột “Năm sinh”",
        "Dòng 3, cột “Họ và tên”",
    ] {
        assert!(told.text.contains(text), "no “{text}” in {}", told.text);
    }
    // Another regulation knows no such way: its sender is told.
    let person = demo.person(0).to_owned();
    mail(demo, (&person, &person), asked, LETTER, &[good]);
    let told = demo.letter(&person, REFUSED);
    for text in ["chỉ được nhận qua", "QN.6.2"] {
        assert!(told.text.contains(text), "no “{text}” in {}", told.text);
    }
    // From elsewhere in the unit's name, by a machine, by the way, as an answer without a list: nothing.
    mail(demo, ("-", UNIT), asked, LETTER, &[good]);
    mail(demo, ("-", "xin@ngoai.example"), asked, LETTER, &[good]);
    mail(
        demo,
        own,
        asked,
        LETTER,
        &[good, "Auto-Submitted=auto-replied"],
    );
    mail(
        demo,
        own,
        "Gửi danh sách dự họp",
        "Kính gửi Văn phòng.",
        &[good],
    );
    mail(demo, own, "Re: Đề nghị cấp mới hộp thư", "Cảm ơn.", &[]);
    // Mail is looked at in its order, so with this one's receipt all of that was.
    mail(demo, own, "V/v yêu cầu cấp mới hộp thư", LETTER, &[good]);
    demo.letter(UNIT, "Đã nhận đề nghị cấp mới hộp thư số 2");
    assert_eq!(requests(demo).len(), 2);
    assert_eq!(demo.letters(UNIT, "INBOX", REFUSED).len(), 1);
    demo.tool("mail-log", &["--recipient", "ngoai.example"])
        .ended(0)
        .never_says("ngoai.example");
    demo.verify();
}

/// QN.6.2, QN.6.3, QN.Mẫu.1: a list in, all faults by row; its form out and in again; decided, issued.
fn qn_6_2_qn_6_3_qn_mau_1_a_list_becomes_a_request_and_its_form_one_again(demo: &Demo) {
    let scratch = demo.scratch();
    let path = |name: &str| scratch.join(name).to_str().unwrap().to_owned();
    let blank = path("trong.xlsx");
    demo.tool("request", &["template", "issue", &blank])
        .ended(0);
    assert!(lists::read(&fs::read(&blank).unwrap(), columns(RequestKind::Issue)).is_ok());
    demo.tool("request", &["template", "issue", &blank])
        .ended(1)
        .says(&["không ghi đè"]);
    let open = |arguments: &[&str]| {
        let own = ["open", "--organisation", "stc", "--kind", "issue"];
        let all: Vec<&str> = own.iter().chain(arguments).copied().collect();
        demo.tool("request", &all)
    };
    let document = ["--number", "5/STC-VP", "--date", "2026-01-05"];
    let bad = path("sai.csv");
    fs::write(&bad, "Họ và tên;Năm sinh;Ghi gì\n;1990;\nLê Văn Ổi;x;y\n").unwrap();
    open(&[&[bad.as_str()], &document[..]].concat())
        .ended(1)
        .says(&[
            "Cột “Ghi gì”: Không biết cột này.",
            "Dòng 2, cột “Họ và tên”",
            "Dòng 3, cột “Năm sinh”",
            "chưa ghi nhận dòng nào",
        ]);
    assert!(requests(demo).is_empty());
    let rows: [&[(&str, &str)]; 2] = [
        &[
            ("full-name", "Lê Văn Ổi"),
            ("title", "Chuyên viên"),
            ("telephone", "0912 000 111"),
            ("subunit", "Sở Tài chính"),
        ],
        &[
            ("full-name", "Bùi Thị Mận"),
            ("title", "Văn thư"),
            ("telephone", "0912 000 222"),
        ],
    ];
    let good = list(demo, "tot.xlsx", RequestKind::Issue, &rows);
    let good = good.to_str().unwrap();
    open(&[good]).ended(1).says(&["Thiếu số văn bản"]);
    let with_number = [&[good], &document[..]].concat();
    open(&with_number)
        .ended(0)
        .says(&["Đã nhận đề nghị cấp mới hộp thư số 1: 2 dòng"]);
    open(&with_number).ended(0).says(&["Đã nhận từ trước"]);

    demo.tool("request", &["grant", "1"])
        .ended(0)
        .says(&["levanoi", "buithiman", "đã giải quyết"]);
    demo.tool("request", &["grant", "1"])
        .ended(1)
        .says(&["không còn dòng nào"]);
    let addresses = demo.account(["list", "--json"]).ok();
    assert!(addresses.contains("buithiman"), "{addresses}");

    let pdf = path("mau-01.pdf");
    // Whoever asks is named on it: the contact person.
    let contact = ["change", "stc", "--contact", "buithiman@sonminh.gov.vn"];
    demo.tool("org", &contact).ended(0);
    demo.tool("request", &["form", "1", &pdf]).ended(0);
    assert!(fs::read(&pdf).unwrap().starts_with(b"%PDF-"));
    // The form knows its kind, number and day; another agency's is told.
    let other = ["open", &pdf, "--organisation", "syt"];
    demo.tool("request", &other)
        .ended(1)
        .says(&["Biểu mẫu ghi cơ quan “Sở Tài chính”"]);
    let again = ["open", &pdf, "--organisation", "stc", "--key", "lan-hai"];
    demo.tool("request", &again)
        .ended(0)
        .says(&["số 2: 2 dòng"]);
    let shown = demo.tool("request", &["show", "2", "--json"]).ok();
    let shown: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(shown["document"], "5/STC-VP");
    assert_eq!(shown["document_day"], "2026-01-05");
    assert_eq!(
        shown["asked"][1]["asked"]["holder"]["person"]["given"],
        "Mận"
    );
    let csv = path("danh-sach.csv");
    demo.tool("request", &["form", "2", &csv]).ended(0);
    assert!(fs::read_to_string(&csv).unwrap().contains("Bùi Thị Mận"));
}

/// QN.7.3, QN.Mẫu.3: one line typed, its term and form, taken back; who has no role sees nothing.
fn qn_7_3_qn_mau_3_one_line_by_flags_and_withdrawn(demo: &Demo) {
    let whose = demo.person(0).to_owned();
    let root = demo.tool("org", &["list", "--json"]).ok();
    let root: Value = serde_json::from_str(root.lines().next().unwrap()).unwrap();
    let place = root["short_name"].as_str().unwrap().to_owned();
    let set = format!("address={whose}");
    let open = |kind: &str, more: &[&str]| {
        let own = [
            "open",
            "--organisation",
            &place,
            "--kind",
            kind,
            "--number",
            "9/VP",
            "--date",
            "2026-01-05",
            "--set",
            &set,
        ];
        let all: Vec<&str> = own.iter().chain(more).copied().collect();
        demo.tool("request", &all)
    };
    open("revoke", &["--set", "Lý do=Nghỉ hưu"])
        .ended(0)
        .says(&["thu hồi hộp thư số 1: 1 dòng, hạn hết ngày", "QN.7.3"]);
    open("change", &["--set", "Màu=xanh"])
        .ended(1)
        .says(&["không có cột “Màu”"]);
    let pdf = demo.scratch().join("mau-03.pdf");
    let pdf = pdf.to_str().unwrap();
    demo.tool("request", &["form", "1", pdf]).ended(0);
    // Its contact has no telephone, so the form is not complete.
    let read = ["open", pdf, "--organisation", &place, "--key", "ban-in"];
    demo.tool("request", &read)
        .ended(1)
        .says(&["Cột “Điện thoại liên lạc”: Chưa điền."]);
    // Whoever has no role there neither sees nor decides.
    let stranger = demo.person(40).to_owned();
    let as_stranger = |arguments: &[&str]| {
        let config = demo.config();
        let own = ["request", "--config", config.to_str().unwrap()];
        let tool = crate::harness::congvu(own)
            .args(arguments)
            .args(["--as", &stranger]);
        tool.input(format!("{}\n", demo.password())).run()
    };
    as_stranger(&["show", "1"])
        .ended(1)
        .says(&["không có đề nghị số 1"]);
    as_stranger(&["grant", "1"]).ended(1).never_says(&whose);
    demo.tool("request", &["withdraw", "1"]).ended(0);
    demo.tool("request", &["withdraw", "1"])
        .ended(1)
        .says(&["đã kết thúc"]);
    demo.tool("request", &["list", "--state", "withdrawn"])
        .ended(0)
        .says(&["đã rút", "thu hồi hộp thư"]);
}

/// HCM.14.1, QN.9.1.e, QN.13.10, QN.Mẫu.4: made for a past period, mailed with its files, handed in, back and in again, summed up.
fn hcm_14_1_qn_9_1_e_reports_are_made_mailed_and_handed_in_and_back(demo: &Demo) {
    let scratch = demo.scratch();
    let tool = |arguments: &[&str]| demo.tool("report", arguments);
    tool(&["kinds"])
        .ended(0)
        .says(&["monthly-list", "QN.9.1.e", "yearly", "mau-04", "QN.13.10"]);
    // Told with its files to who decides there.
    demo.tool("org", &["change", "snnvmt", "--profile", "hcm-donre"])
        .ok();
    let decider = demo.person(1).to_owned();
    demo.tool(
        "role",
        &["grant", &decider, "decide", "--organisation", "snnvmt"],
    )
    .ok();
    let office = [
        "make",
        "office",
        "--organisation",
        "snnvmt",
        "--from",
        "2026-07-01",
    ];
    tool(&office).ended(0).says(&["Báo cáo số 1"]);
    tool(&office).ended(0).says(&["Báo cáo số 1"]);
    let told = demo.letter(
        UNIT,
        "Báo cáo số lượng và hoạt động của hộp thư, quý III/2026",
    );
    let names: Vec<&str> = told
        .attachments
        .iter()
        .map(|(name, _)| name.as_str())
        .collect();
    assert_eq!(names, ["office-2026-09-30.pdf", "office-2026-09-30.xlsx"]);
    for ((_, bytes), begins) in told.attachments.iter().zip([&b"%PDF-"[..], b"PK"]) {
        assert!(bytes.starts_with(begins));
    }
    for (at, end) in ["pdf", "xlsx", "csv", "json"].into_iter().enumerate() {
        let file = scratch.join(format!("bao-cao.{end}"));
        tool(&["export", "1", file.to_str().unwrap()]).ended(0);
        let bytes = fs::read(&file).unwrap();
        if let Some((_, mailed)) = told.attachments.get(at) {
            assert_eq!(&bytes, mailed, "{end}");
        }
        assert!(!bytes.is_empty());
    }
    tool(&["show", "1", "--remake"])
        .ended(0)
        .says(&["giống hệt"]);
    tool(&[
        "make",
        "office",
        "--organisation",
        "snnvmt",
        "--from",
        "2026-07-01",
        "--to",
        "2026-10-15",
    ])
    .ended(1)
    .says(&["từng kỳ đã qua"]);

    // Mau 04: filled in, handed in, back, and in again.
    tool(&[
        "make",
        "yearly",
        "--organisation",
        "stc",
        "--from",
        "2025-06-01",
    ])
    .ended(0)
    .says(&["Báo cáo số 2"]);
    let hand_in = |set: &str| tool(&["hand-in", "2", "--set", set]);
    hand_in("mau=đỏ").ended(1).says(&["không có mục “mau”"]);
    hand_in("contact=Lê Văn Ổi, 0912 000 111").ended(0);
    hand_in("proposals=Không").ended(1).says(&["đã nộp"]);
    tool(&["hand-back", "2", "--reason", ""])
        .ended(1)
        .says(&["phải nêu rõ lý do"]);
    tool(&["hand-back", "2", "--reason", "Thiếu kiến nghị"]).ended(0);
    let back = demo.letter(
        "stc@sonminh.gov.vn",
        "Trả lại: Báo cáo hoạt động sử dụng thư điện tử công vụ, năm 2025",
    );
    assert!(back.text.contains("Thiếu kiến nghị"), "{}", back.text);
    tool(&["show", "2"])
        .ended(0)
        .says(&["bị trả lại", "Ghi chú: Thiếu kiến nghị"]);
    hand_in("proposals=Tăng dung lượng").ended(0);
    tool(&["show", "2"])
        .ended(0)
        .says(&["contact = Lê Văn Ổi", "proposals = Tăng dung lượng"]);
    tool(&["accept", "2"]).ended(0);
    let form = scratch.join("mau-04.pdf");
    tool(&["export", "2", form.to_str().unwrap()]).ended(0);
    let data = congvu_documents::form::read_form(&fs::read(&form).unwrap()).unwrap();
    assert_eq!(data.field("proposals"), "Tăng dung lượng");
    assert_eq!(data.placeholders.year, Some(2025));
    tool(&["summary", "yearly", "--from", "2025-01-01"])
        .ended(0)
        .says(&["Sở Tài chính", "Tăng dung lượng", "Đã tiếp nhận"]);
    wait_until(10, "nothing waits for its files", || {
        let listed = tool(&["list", "--organisation", "stc"]).ok();
        listed.contains("đã tiếp nhận").then_some(())
    });
}
