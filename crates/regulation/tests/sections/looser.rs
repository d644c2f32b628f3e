//! A place's profile should be no looser than the one above it, where the text above sets a bound.

use congvu_regulation::{Profile, profiles};

use super::*;

const QN: &str = include_str!("../../../../regulations/quang-ninh.toml");
const SL: &str = include_str!("../../../../regulations/son-la.toml");
const TQ: &str = include_str!("../../../../regulations/tuyen-quang.toml");

/// The keys in which a text with one piece changed is looser than it was.
#[track_caller]
fn changed(text: &str, old: &str, new: &str) -> Vec<String> {
    assert!(text.contains(old), "{old}");
    let child = Profile::parse(&text.replacen(old, new, 1));
    let child = child.unwrap_or_else(|faults| panic!("{new}: {faults:#?}"));
    child.looser_than(&Profile::parse(text).expect("the text itself"))
}

#[test]
fn sl_6_2_a_child_looser_than_its_parent_is_told() {
    let (qn, sl) = (the("quang-ninh"), the("son-la"));
    assert_eq!(
        qn.looser_than(sl),
        [
            "password.minimum_length",
            "password.classes",
            "sweep.unused",
            "sweep.no-restore-request"
        ]
    );
    let keys = sl.looser_than(qn);
    for key in ["attachment.personal", "attachment.unit"] {
        assert!(keys.iter().any(|known| known == key), "{keys:?}");
    }
    assert!(
        the("tuyen-quang")
            .looser_than(sl)
            .contains(&"password.expires".to_owned())
    );
    for profile in profiles() {
        assert!(profile.looser_than(profile).is_empty());
    }
}

#[test]
fn qn_7_1_a_sweep_that_comes_later_or_never() {
    let term = "after = \"6 months\"";
    assert_eq!(changed(QN, term, "after = \"7 months\""), ["sweep.unused"]);
    assert!(changed(QN, term, "after = \"180 days\"").is_empty());
    // For personal mailboxes alone: units' are never locked.
    assert_eq!(
        changed(QN, term, "after = \"6 months\"\nmailboxes = [\"personal\"]"),
        ["sweep.unused"]
    );
    // What goes further is no looser; what only shuts off sign-in is no lock.
    let act = "act = \"lock\"";
    assert!(changed(QN, act, "act = \"delete\"").is_empty());
    assert_eq!(
        changed(QN, act, "act = \"disable-sign-in\""),
        ["sweep.unused"]
    );
    assert_eq!(
        changed(QN, "after = \"15 working days\"", "after = \"22 days\""),
        ["sweep.no-restore-request"]
    );
    // BS revokes after three months what QN.7.1 locks after six.
    let keys = the("bim-son").looser_than(the("quang-ninh"));
    assert!(!keys.contains(&"sweep.unused".to_owned()), "{keys:?}");
}

#[test]
fn tq_6_2_passwords_may_hold_names_or_lack_a_kind_of_sign() {
    assert_eq!(
        changed(TQ, "value = \"refused\"", "value = \"allowed\""),
        ["password.names"]
    );
    let classes = "[\"lower\", \"upper\", \"digit\", \"special\"]";
    assert_eq!(
        changed(QN, classes, "[\"lower\", \"upper\", \"digit\"]"),
        ["password.classes"]
    );
    // One of a few special signs is a special sign.
    assert!(
        changed(
            QN,
            classes,
            "[\"lower\", \"upper\", \"digit\", \"one of @#\"]"
        )
        .is_empty()
    );
    assert!(changed(SL, "value = 5\nlocal", "value = 0\nlocal").is_empty());
    assert_eq!(
        changed(QN, "value = \"3 months\"", "value = \"never\""),
        ["password.expires"]
    );
}

#[test]
fn a_history_that_the_text_above_sets() {
    let own = "[password.history]\nvalue = 5\nlocal = true";
    let set = "[password.history]\nvalue = 5\nclause = \"QN.15.2\"\nquote = \"năm mật khẩu\"";
    assert!(QN.contains(own));
    let parent = Profile::parse(&QN.replace(own, set)).expect("a parent");
    let child = Profile::parse(&QN.replace("value = 5", "value = 4")).expect("a child");
    assert_eq!(child.looser_than(&parent), ["password.history"]);
    assert!(parent.looser_than(&child).is_empty());
}

#[test]
fn qn_15_6_what_messages_may_carry() {
    assert_eq!(
        changed(
            QN,
            "[content.executables.effect]\nvalue = \"refuse\"",
            "[content.executables.effect]\nvalue = { sent = \"refuse\", inside = \"warn\", received = \"refuse\" }"
        ),
        ["content.executables.effect"]
    );
    assert_eq!(
        changed(QN, "\"*.dll\", \"*.net\"]", "\"*.dll\"]"),
        ["content.executables.printed"]
    );
    assert_eq!(
        changed(QN, "\"msi\", \"shortcut\"]", "\"msi\"]"),
        ["content.executables.types"]
    );
    // Our own reading binds no child.
    assert!(changed(QN, "\"*.scr\", ", "").is_empty());
    let (sixth, qn) = (sixth(), the("quang-ninh"));
    let keys = qn.looser_than(&sixth);
    assert!(
        keys.contains(&"content.kinds.allowed".to_owned()),
        "{keys:?}"
    );
}

#[test]
fn qn_14_8_where_mail_goes_on_to() {
    for key in ["elsewhere", "fetching"] {
        assert_eq!(
            changed(
                QN,
                &format!("[forwarding.{key}]\nvalue = \"refuse\""),
                &format!("[forwarding.{key}]\nvalue = \"warn\"")
            ),
            [format!("forwarding.{key}")]
        );
    }
    let own = "value = [\"gov.vn\", \"*.gov.vn\", \"dcs.vn\", \"*.dcs.vn\"]\nlocal = true";
    let set = |list: &str| {
        let set = format!("value = {list}\nclause = \"QN.14.8\"\nquote = \"cấp\"");
        assert!(QN.contains(own));
        Profile::parse(&QN.replace(own, &set)).expect(list)
    };
    let parent = set("[\"gov.vn\", \"*.gov.vn\"]");
    for (list, looser) in [
        ("\"none\"", false),
        ("[\"sonla.gov.vn\", \"*.sonla.gov.vn\"]", false),
        ("[\"*.gov.vn\"]", false),
        ("[\"gov.vn\", \"*.com.vn\"]", true),
        ("[\"evilgov.vn\"]", true),
    ] {
        let keys = set(list).looser_than(&parent);
        assert_eq!(
            keys,
            vec!["forwarding.allowed"; usize::from(looser)],
            "{list}"
        );
    }
}
