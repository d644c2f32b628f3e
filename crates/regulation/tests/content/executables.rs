//! Files that run, however they are named, wrapped and declared.

use super::*;

#[test]
fn qn_2_7_qn_15_6_an_executable_is_refused_by_name_type_and_inside_archives() {
    let verdict = sent(&[named("setup.exe")]);
    assert_eq!(verdict.effect(), Effect::Refuse);
    let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
    assert_eq!(
        finding.to_string(),
        "Tệp “setup.exe” là tệp thực thi (*.exe). Thư không được gửi. Hãy bỏ tệp này ra khỏi thư rồi gửi lại. (QN.15.6; QN.2.7)"
    );

    let verdict = sent(&[of_type("ghi-chu.txt", RealType::Pe)]);
    let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
    assert!(finding.text.contains("chương trình Windows"), "{finding}");
    assert!(
        finding.to_string().ends_with("(QN.15.6; QN.2.7)"),
        "{finding}"
    );

    let mut message = with(Direction::Sent, &[named("bao-cao.pdf")]);
    let outer = message.attach(of_type("tong-hop.zip", RealType::Zip));
    let middle = message.within(outer, of_type("lop-2.rar", RealType::Rar));
    let inner = message.within(middle, of_type("lop-3.zip", RealType::Zip));
    message.within(inner, named("baocao/setup.exe"));
    let verdict = rule("quang-ninh").decide(&message);
    let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
    assert_eq!(
        finding.file.as_deref(),
        Some("tong-hop.zip → lop-2.rar → lop-3.zip → baocao/setup.exe")
    );
    assert_eq!(finding.attachment, Some(2));
}

#[test]
fn qn_15_6_neither_sent_nor_received() {
    for direction in Direction::ALL {
        let verdict = rule("quang-ninh").decide(&with(direction, &[named("a.dll")]));
        check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
        let says = verdict.findings()[0].text.contains("Thư không được nhận.");
        assert_eq!(says, direction == Direction::Received);
    }
}

#[test]
fn qn_2_7_names_in_every_disguise() {
    for name in [
        "a.exe",
        "A.EXE",
        "a.com",
        "a.dll",
        "a.net",
        "a.ExE",
        ".exe",
        "bao-cao.pdf.exe",
        "bao cao.pdf                                   .exe",
        "a.exe.",
        "a.exe ",
        "a.exe. ",
        "a.exe . . ",
        "a.exe\u{a0}",
        "a.exe\u{3000}",
        "a.exe\t",
        "bao-cao\u{202e}fdp.exe",
        "\u{202e}xcod.exe",
        "a.e\u{200b}xe",
        "a\u{200d}.exe",
        "a.exe\u{feff}",
        "a.exe\u{ad}",
        "a.e\u{2060}xe",
        "a.\u{2066}exe\u{2069}",
        "a.exe\u{fe0f}",
        "a.exe\u{3164}",
        "a．ｅｘｅ",
        "a．exe",
        "a.ｅｘｅ",
        "a․exe",
        "a。exe",
        "a。ｅｘｅ",
        "ａ．ＥＸＥ",
        "a.𝐞𝐱𝐞",
        "a.exe\0.txt",
        "a.exe\u{1}.pdf",
        "a.exe\n.pdf",
        "a.txt\0.exe",
        "\"a.exe\"",
        "'a.exe'",
        "a.exe\"",
        "“a.exe”",
        "C:\\tmp\\a.exe",
        "../../a.exe",
        "thu muc/a.exe",
        "thu muc\\a.exe",
        "a.exe/",
        "a.exe\\",
        "a.exe::$DATA",
        "a.txt:b.exe",
        "a%2Eexe",
        "a.ex%65",
        "a.exe%00.txt",
        "a%E2%80%AE.exe",
        "a.exe%20",
    ] {
        let verdict = sent(&[named(name)]);
        let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
        let reading = finding.reading.expect("what names it");
        assert_eq!(
            reading.clause().map(ClauseId::as_str),
            Some("QN.2.7"),
            "{name:?}"
        );
    }
}

/// "như" leaves the printed list open; what stands beyond it is marked as our reading.
#[test]
fn qn_2_7_further_kinds_are_a_local_reading() {
    for name in [
        "a.scr",
        "a.lnk",
        "a.js",
        "a.vbs",
        "a.hta",
        "a.msi",
        "a.ps1",
        "a.bat",
        "a.cmd",
        "a.jar",
        "a.iso",
        "a.img",
        "a.pif",
        "a.cpl",
        "a.wsf",
        "a.jse",
        "a.vbe",
        "a.chm",
        "a.reg",
        "a.url",
        "a.vhd",
        "a.PDF.LNK",
    ] {
        let verdict = sent(&[named(name)]);
        let finding = check(&verdict, Concern::Executable, Effect::Refuse, "QN.15.6");
        let reading = finding.reading.as_ref().expect("what names it");
        assert_eq!(reading.clause(), None, "{name}");
        assert!(
            finding.to_string().contains("thiết lập tại chỗ"),
            "{finding}"
        );
    }
}

/// Every name that some mail program may use counts (RFC 2183 `filename`, RFC 2231 `filename*`, `name`).
#[test]
fn qn_15_6_one_of_several_names_is_enough() {
    let mut file = named("bao-cao.pdf");
    file.names.push("bao-cao.exe".to_owned());
    check(
        &sent(&[file]),
        Concern::Executable,
        Effect::Refuse,
        "QN.15.6",
    );
}

#[test]
fn qn_15_6_content_and_declared_type_count_whatever_the_name() {
    for real in [
        RealType::Pe,
        RealType::Dos,
        RealType::Msi,
        RealType::Shortcut,
        RealType::Script,
        RealType::Jar,
        RealType::Apk,
        RealType::Elf,
        RealType::MachO,
        RealType::DiskImage,
    ] {
        check(
            &sent(&[of_type("anh.jpg", real)]),
            Concern::Executable,
            Effect::Refuse,
            "QN.15.6",
        );
        let mut nameless = of_type("", real);
        nameless.names.clear();
        check(
            &sent(&[nameless]),
            Concern::Executable,
            Effect::Refuse,
            "QN.15.6",
        );
    }
    for declared in [
        "application/x-msdownload",
        "Application/X-MSDownload; name=x",
        "application/hta",
        "text/javascript",
    ] {
        let mut file = named("tai-lieu");
        file.declared_type = declared.to_owned();
        check(
            &sent(&[file]),
            Concern::Executable,
            Effect::Refuse,
            "QN.15.6",
        );
    }
}

#[test]
fn qn_2_7_what_does_not_run_is_not_taken_for_it() {
    for name in [
        "bao-cao.pdf",
        "exe.pdf",
        "a.exe.pdf",
        "a.executive.docx",
        "com",
        "lien-he-abc.com.pdf",
        "aexe",
        "a.exé",
        "Kế hoạch năm 2025.docx",
        "a.xlsx",
        "a.jpg",
        "Danh sách (sửa).ods",
        "a.zip",
        "a.net.docx",
        "100%.pdf",
        "a%zz.pdf",
        "\u{200e}ảnh.jpeg",
    ] {
        let verdict = sent(&[named(name)]);
        assert!(
            about(&verdict, Concern::Executable).is_empty(),
            "{name}: {verdict:?}"
        );
    }
}

/// The four others are silent: our default refuses too, and says that it is local.
#[test]
fn the_others_refuse_by_a_local_setting() {
    for id in ["bim-son", "tuyen-quang", "hcm-donre", "son-la"] {
        let verdict = rule(id).decide(&with(Direction::Inside, &[named("a.exe")]));
        let finding = check(&verdict, Concern::Executable, Effect::Refuse, "local");
        let code = profile(id).expect(id).code();
        assert!(
            finding
                .to_string()
                .ends_with(&format!("(thiết lập tại chỗ, {code} không quy định)")),
            "{finding}"
        );
    }
}
