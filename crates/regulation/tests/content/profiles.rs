//! What each profile sets, and that people can read it.

use super::*;

fn effects(id: &str, concern: Concern) -> String {
    let effects = rule(id).effects(concern);
    let told = Direction::ALL.map(|way| {
        let effect = effects.of(way);
        let clause = effect.origin.clause().map_or("local", ClauseId::as_str);
        format!("{} {clause}", effect.value.name())
    });
    if told.iter().all(|one| *one == told[0]) {
        told[0].clone()
    } else {
        told.join(", ")
    }
}

#[test]
fn qn_15_6_qn_11_2_qn_12_2_qn_8_1_qn_11_1_cn_bs_4_bs_6_hcm_4_2_hcm_7_1_tq_4_tq_3_3_sl_4_2_c_sl_3_3_values()
 {
    let all = |concern| FIVE.map(|id| effects(id, concern));
    let local = |value: &str| format!("{value} local");
    assert_eq!(
        all(Concern::Executable),
        [
            "refuse QN.15.6",
            "refuse local",
            "refuse local",
            "refuse local",
            "refuse local"
        ]
    );
    let archives = effects("quang-ninh", Concern::EncryptedArchive);
    assert_eq!(archives, "warn QN.15.6, warn QN.15.6, hold QN.15.6");
    assert_eq!(
        all(Concern::Size),
        [
            "refuse QN.8.1",
            "refuse BS.6",
            "refuse local",
            "refuse HCM.4.2",
            "refuse local"
        ]
    );
    assert_eq!(
        all(Concern::SecrecyMention),
        [
            "warn QN.11.2",
            "warn BS.4",
            "warn TQ.4",
            "warn HCM.7.1",
            "warn SL.4.2.c"
        ]
    );
    assert_eq!(
        effects("son-la", Concern::SecrecyStamp),
        "refuse SL.4.2.c, refuse SL.4.2.c, warn SL.4.2.c"
    );
    assert_eq!(
        all(Concern::Kind),
        [
            "warn QN.12.2",
            "pass local",
            "warn TQ.3.3",
            "pass local",
            "warn SL.3.3"
        ]
    );
    assert_eq!(
        all(Concern::PersonalMailbox),
        [
            "warn QN.11.1.cn",
            "pass local",
            "pass local",
            "pass local",
            "pass local"
        ]
    );
    for concern in [Concern::Disguise, Concern::Outside] {
        assert_eq!(all(concern), FIVE.map(|_| local("warn")));
    }
    assert_eq!(all(Concern::Unreadable), FIVE.map(|_| local("hold")));
}

#[test]
fn qn_2_7_the_printed_names_cite_it_and_the_rest_is_local() {
    let rule = rule("quang-ninh");
    let printed: Vec<String> = rule
        .executable_names()
        .iter()
        .filter(|name| name.origin.clause().map(ClauseId::as_str) == Some("QN.2.7"))
        .map(|name| name.value.to_string())
        .collect();
    assert_eq!(printed, ["*.exe", "*.com", "*.dll", "*.net"]);
    assert!(rule.executable_names().len() > 40);
}

#[test]
fn people_can_read_each_value_with_what_set_it() {
    for id in FIVE {
        let profile = profile(id).expect(id);
        let sections = profile.sections();
        for title in ["Nội dung thư", "Chuyển thư tự động"] {
            let section = sections
                .iter()
                .find(|section| section.title == title)
                .expect(title);
            for row in &section.rows {
                assert!(!row.label.is_empty() && !row.value.is_empty(), "{row:?}");
                let foreign = row
                    .origin
                    .clause()
                    .is_some_and(|id| id.regulation() != profile.code());
                assert!(!foreign, "{row:?}");
                let same = section.rows.iter().filter(|other| other.key == row.key);
                assert_eq!(same.count(), 1, "{}", row.key);
            }
        }
    }
    let rows: Vec<_> = profile("quang-ninh")
        .expect("a profile")
        .sections()
        .into_iter()
        .flat_map(|section| section.rows)
        .collect();
    let row = |key: &str| {
        let row = rows.iter().find(|row| row.key == key).expect(key);
        format!("{}: {} ({})", row.label, row.value, row.origin)
    };
    assert_eq!(
        row("content.executables.effect"),
        "Tệp thực thi: từ chối (QN.15.6)"
    );
    assert_eq!(
        row("content.executables.printed"),
        "Tên tệp thực thi nêu trong văn bản: *.exe, *.com, *.dll, *.net (QN.2.7)"
    );
    assert_eq!(
        row("content.encrypted.archives"),
        "Tệp nén có mã hóa: gửi ra ngoài: cảnh báo; gửi trong hệ thống: cảnh báo; nhận từ ngoài: giữ lại chờ xem xét (QN.15.6)"
    );
    assert_eq!(
        row("content.size.personal"),
        "Giới hạn tệp đính kèm của hộp thư cá nhân: 20 MB mỗi thư (QN.8.1)"
    );
    assert_eq!(
        row("forwarding.elsewhere"),
        "Chuyển thư tự động tới nơi khác: từ chối (QN.14.8)"
    );
}
