//! Marks of secrecy, as marks and not as words.

use congvu_regulation::content::secrecy::{Certainty, Found, Mark, Place, find};
use unicode_normalization::UnicodeNormalization;

use super::*;

/// What is found, in short: `MẬT stamp`.
fn told(text: &str, place: Place) -> Vec<String> {
    let told = |found: &Found| {
        assert_eq!(found.place, place);
        let sure = found.certainty == Certainty::Stamp;
        format!("{} {}", found.mark, if sure { "stamp" } else { "mention" })
    };
    find(text, place).iter().map(told).collect()
}

/// The same in both Unicode forms.
#[track_caller]
fn finds(text: &str, place: Place, expected: &[&str]) {
    for text in [
        text.to_owned(),
        text.nfc().collect(),
        text.nfd().collect(),
        text.nfkc().collect(),
    ] {
        assert_eq!(told(&text, place), expected, "{place:?}: {text:?}");
    }
}

#[test]
fn qn_11_2_a_mark_alone_on_its_line_is_a_stamp() {
    for (line, mark) in [
        ("MẬT", "MẬT stamp"),
        ("  MẬT  ", "MẬT stamp"),
        ("TỐI MẬT", "TỐI MẬT stamp"),
        ("TUYỆT MẬT", "TUYỆT MẬT stamp"),
        ("Tối mật", "TỐI MẬT stamp"),
        ("TUYỆT  MẬT", "TUYỆT MẬT stamp"),
        ("*** MẬT ***", "MẬT stamp"),
        ("> MẬT", "MẬT stamp"),
        ("[MẬT]", "MẬT stamp"),
        ("“MẬT”", "MẬT stamp"),
        ("M Ậ T", "MẬT stamp"),
        ("M.Ậ.T", "MẬT stamp"),
        ("M - Ậ - T", "MẬT stamp"),
        ("T Ố I   M Ậ T", "TỐI MẬT stamp"),
        ("T U Y Ệ T  M Ậ T", "TUYỆT MẬT stamp"),
        ("M\u{200b}ẬT", "MẬT stamp"),
        ("ＭẬＴ", "MẬT stamp"),
        ("МẬТ", "MẬT stamp"),
        ("MÂT\u{323}", "MẬT stamp"),
        ("MẠ\u{302}T", "MẬT stamp"),
        ("TUỴÊT MẬT", "TUYỆT MẬT stamp"),
        ("TỐIMẬT", "TỐI MẬT stamp"),
        ("MẬT\tBản số: 01", "MẬT stamp"),
        ("TỐI MẬT (Bản số 02)", "TỐI MẬT stamp"),
        ("ỦY BAN NHÂN DÂN TỈNH\tMẬT", "MẬT stamp"),
        ("| UBND TỈNH | TUYỆT MẬT |", "TUYỆT MẬT stamp"),
        ("UBND TỈNH        MẬT", "MẬT stamp"),
    ] {
        finds(
            &format!("Kính gửi ông,\n{line}\r\nTrân trọng."),
            Place::Body,
            &[mark],
        );
    }
}

#[test]
fn qn_11_2_fields_and_numbers_of_documents() {
    for (text, mark) in [
        ("Độ mật: Mật", "MẬT stamp"),
        ("Độ mật: Tối mật", "TỐI MẬT stamp"),
        ("ĐỘ MẬT: TUYỆT MẬT", "TUYỆT MẬT stamp"),
        ("Mức độ mật = tối mật", "TỐI MẬT stamp"),
        ("Độ bảo mật : Mật", "MẬT stamp"),
        ("Dấu mật: MẬT", "MẬT stamp"),
        ("Độ khẩn: Hỏa tốc; Độ mật: Mật; Số trang: 3", "MẬT stamp"),
        ("Độ mật: Mật Độ khẩn: Thượng khẩn", "MẬT stamp"),
        ("Công văn số 12/BC-UBND (MẬT) ngày 03/4", "MẬT stamp"),
        ("Công văn số 12/BC-UBND(Mật) ngày 03/4", "MẬT stamp"),
        ("theo 12/BC-UBND (mật) đã gửi", "MẬT stamp"),
        ("số 12/BC-UBND-MẬT", "MẬT stamp"),
        ("số 7/KH-BCH-TỐI MẬT", "TỐI MẬT stamp"),
    ] {
        finds(text, Place::Body, &[mark]);
    }
}

#[test]
fn qn_11_2_subjects_and_names() {
    for (text, mark) in [
        ("[MẬT] Kế hoạch phòng thủ", "MẬT stamp"),
        ("Re: Fwd: (TỐI MẬT) Kế hoạch", "TỐI MẬT stamp"),
        ("MẬT: Kế hoạch phòng thủ", "MẬT stamp"),
        ("MẬT - Kế hoạch", "MẬT stamp"),
        ("MẬT- Kế hoạch", "MẬT stamp"),
        ("Kế hoạch - TUYỆT MẬT", "TUYỆT MẬT stamp"),
        ("Tối mật: kế hoạch", "TỐI MẬT stamp"),
        ("【MẬT】Kế hoạch", "MẬT stamp"),
        ("（MẬT） Kế hoạch", "MẬT stamp"),
        ("[M Ậ T] Kế hoạch", "MẬT stamp"),
        ("Báo cáo 12/BC-UBND (Mật)", "MẬT stamp"),
        ("Mật: kế hoạch", "MẬT mention"),
    ] {
        finds(text, Place::Subject, &[mark]);
    }
    for (name, mark) in [
        ("[MẬT] ke hoach.pdf", "MẬT stamp"),
        ("ke hoach (MẬT).pdf", "MẬT stamp"),
        ("MẬT_ke-hoach.docx", "MẬT stamp"),
        ("12-BC-UBND-MẬT.pdf", "MẬT stamp"),
        ("TỐI_MẬT.pdf", "TỐI MẬT stamp"),
        ("TUYỆT MẬT - phuong an.pdf", "TUYỆT MẬT stamp"),
        ("thu muc/MẬT/ke-hoach.pdf", "MẬT stamp"),
        ("ke hoach (MAT).pdf", "MẬT mention"),
        ("TOI MAT - phuong an.pdf", "TỐI MẬT mention"),
    ] {
        finds(name, Place::Name, &[mark]);
    }
}

#[test]
fn qn_11_2_in_brackets_in_running_text_it_may_only_be_spoken_of() {
    finds(
        "đề nghị xem lại tài liệu (MẬT) đã nhận",
        Place::Body,
        &["MẬT mention"],
    );
    finds("TÀI LIỆU MẬT", Place::Body, &["MẬT mention"]);
    finds("Mật", Place::Body, &["MẬT mention"]);
}

#[test]
fn qn_11_2_words_are_no_marks() {
    for text in [
        "mật khẩu",
        "Mật khẩu",
        "MẬT KHẨU",
        "MẬT KHẨU WIFI: 12345678",
        "Mật khẩu: Abc@123",
        "bảo mật",
        "BẢO MẬT",
        "An toàn, bảo mật thông tin",
        "AN TOÀN VÀ BẢO MẬT",
        "chính sách bảo mật (Privacy)",
        "bí mật",
        "BÍ MẬT",
        "BÍ MẬT NHÀ NƯỚC",
        "Luật Bảo vệ bí mật nhà nước",
        "bí mật kinh doanh",
        "mật độ",
        "MẬT ĐỘ DÂN SỐ",
        "Mật độ dân số: 120",
        "mật ong",
        "MẬT ONG",
        "MẬT ONG RỪNG",
        "mật mía",
        "túi mật",
        "THƯ MẬT",
        "MẬT THƯ",
        "CƠ MẬT",
        "MẬT MÃ",
        "Ban Cơ yếu, mật mã",
        "mật vụ",
        "thân mật",
        "BUỔI GẶP MẶT THÂN MẬT",
        "gặp mặt",
        "GẶP MẶT",
        "MẶT BẰNG",
        "MẮT",
        "MẤT",
        "TÔI MẤT",
        "Tôi mất máy",
        "tối mặt",
        "MAT",
        "mat",
        "B Ả O M Ậ T",
        "M Ậ T K H Ẩ U",
        "mật",
        "tài liệu mật",
        "văn bản mật theo quy định",
        "đóng dấu MẬT theo quy định",
        "dấu “MẬT” được đóng ở góc trái",
        "đóng dấu TỐI MẬT lên văn bản",
        "tài liệu thuộc độ Tối mật phải được lưu giữ riêng",
        "Độ mật: Không",
        "Độ mật: Thường",
        "Độ mật:",
        "Độ mật: Tuyệt mật, Tối mật, Mật",
        "Độ mật: Tuyệt mật/Tối mật/Mật",
        "Độ mật: Mật hoặc Tối mật",
        "độ mật: mật khẩu không thuộc danh mục",
        "gồm ba độ mật: Tuyệt mật, Tối mật và Mật",
        "(Mật, Tối mật, Tuyệt mật)",
        "1. MẬT 2. TỐI MẬT 3. TUYỆT MẬT",
        "(mật)",
        "pha mật ong (mật) với nước",
        "MẬT KHẨU (WIFI)",
        "https://sonla.gov.vn/12/tin-BẢO-MẬT",
        "12/KH-BẢO-MẬT",
        "Số 05/QĐ-BMNN",
        "XMẬT",
        "MẬTX",
        "",
    ] {
        finds(text, Place::Body, &[]);
        finds(text, Place::Attachment, &[]);
    }
    for text in [
        "Cấp lại mật khẩu",
        "MẬT KHẨU WIFI",
        "[BẢO MẬT] Cảnh báo",
        "Cảnh báo: MẬT KHẨU - hết hạn",
        "Thư mời: GẶP MẶT",
        "Hội nghị BẢO VỆ BÍ MẬT NHÀ NƯỚC",
        "Báo cáo mật độ dân số",
        "Re: mật ong",
        "HƯỚNG DẪN QUẢN LÝ TÀI LIỆU MẬT",
        "Về các độ mật (Mật, Tối mật, Tuyệt mật)",
        "BẢO-MẬT - tháng 5",
    ] {
        finds(text, Place::Subject, &[]);
    }
    for name in [
        "BẢO_MẬT.docx",
        "bao-mat.docx",
        "BAO MAT.docx",
        "BÍ-MẬT-NHÀ-NƯỚC.pdf",
        "MẬT_KHẨU.txt",
        "MẬT-ĐỘ-DÂN-SỐ.xlsx",
        "mat khau.txt",
        "mat.pdf",
        "Quy chế bảo mật.pdf",
        "MẬT ONG.jpg",
        "12-BC-BẢO-MẬT.pdf",
        "THƯ MẬT.doc",
    ] {
        finds(name, Place::Name, &[]);
    }
}

#[test]
fn qn_11_2_several_marks_are_told_each_as_surely_as_it_stands() {
    finds(
        "xem (MẬT)\tTUYỆT MẬT",
        Place::Body,
        &["MẬT mention", "TUYỆT MẬT stamp"],
    );
    finds(
        "về (MẬT) và\nMẬT\nTỐI MẬT",
        Place::Body,
        &["MẬT stamp", "TỐI MẬT stamp"],
    );
}

/// The form of a long line does not hide a mark, wherever it lies.
#[test]
fn qn_11_2_a_mark_in_a_very_long_line_is_found() {
    for before in [0, 100, 4000, 4090, 4096, 5000, 8190, 20_000] {
        let text = format!(
            "{} 12/BC-UBND (MẬT) {}",
            "ộ ".repeat(before),
            "a ".repeat(9000)
        );
        assert_eq!(told(&text, Place::Body), ["MẬT stamp"], "{before}");
        let text = format!(
            "{} Độ mật: Tối mật. {}",
            "ab ".repeat(before),
            "a ".repeat(9000)
        );
        assert_eq!(told(&text, Place::Body), ["TỐI MẬT stamp"], "{before}");
    }
}

#[test]
fn qn_11_2_bs_4_tq_4_sl_4_2_c_hcm_7_1_a_stamp_is_refused_before_sending() {
    for (id, clause) in [
        ("quang-ninh", "QN.11.2"),
        ("bim-son", "BS.4"),
        ("tuyen-quang", "TQ.4"),
        ("son-la", "SL.4.2.c"),
        ("hcm-donre", "HCM.7.1"),
    ] {
        for (direction, effect) in [
            (Direction::Sent, Effect::Refuse),
            (Direction::Inside, Effect::Refuse),
            (Direction::Received, Effect::Warn),
        ] {
            let mut message = Description::new(direction);
            message.saw(&find("[MẬT] Kế hoạch phòng thủ", Place::Subject));
            let verdict = rule(id).decide(&message);
            let finding = check(&verdict, Concern::SecrecyStamp, effect, clause);
            assert!(
                finding.text.starts_with("Tiêu đề thư có dấu “MẬT”."),
                "{finding}"
            );
        }
        let mut message = Description::new(Direction::Sent);
        message.saw(&find("tài liệu (TỐI MẬT) đã nhận", Place::Body));
        let verdict = rule(id).decide(&message);
        check(&verdict, Concern::SecrecyMention, Effect::Warn, clause);
    }
}

/// QN.11.2: what is found is told without the text, and the names of files that bear a mark are not told either.
#[test]
fn qn_11_2_no_third_reader_learns_the_text() {
    let mut message = Description::new(Direction::Sent);
    message.attach(named("cong-van.pdf"));
    let outer = message.attach(of_type("ngoai.zip", RealType::Zip));
    let marked = message.within(outer, of_type("[MẬT] vị trí kho đạn.zip", RealType::Zip));
    message.within(marked, named("danh sách cơ sở.exe"));
    let verdict = rule("quang-ninh").decide(&message);
    let finding = check(&verdict, Concern::SecrecyStamp, Effect::Refuse, "QN.11.2");
    assert!(
        finding
            .text
            .starts_with("Tên của một tệp nằm trong tệp đính kèm thứ 2 có dấu “MẬT”."),
        "{finding}"
    );
    assert!(about(&verdict, Concern::Executable).len() == 1);
    assert!(!format!("{verdict:?}").contains("kho đạn"), "{verdict:#?}");
    assert_eq!(Mark::TopSecret.max(Mark::Secret), Mark::TopSecret);
}

/// Nobody may set that what bears a mark is held: whoever lets it go would read it.
#[test]
fn qn_11_2_a_marked_message_is_never_held() {
    for id in FIVE {
        for concern in [Concern::SecrecyStamp, Concern::SecrecyMention] {
            for direction in Direction::ALL {
                assert_ne!(rule(id).effects(concern).of(direction).value, Effect::Hold);
            }
        }
    }
}
