//! An overlay is laid on a profile: in each value the stricter counts, and says where it comes from.

use congvu_regulation::content::{
    Concern, Description, Direction, Effect, File, Look, RealType, Verdict,
};
use congvu_regulation::{MB, MailboxKind, Networks, Origin, Overlay, Profile, profile};

/// An invented standard.
const TEXT: &str = r#"
name = "Tiêu chuẩn thử"

[log_retention_months]
minimum = 12

[content]
executables.further = ["*.xyz"]
encrypted.archives = { sent = "hold", inside = "pass", received = "warn" }
size.limit = "3 MB"
kinds.effect = "refuse"
kinds.allowed = ["*.pdf", "*.xyz", "*.zip"]
secrecy.mention = "refuse"

[forwarding]
allowed = ["*.tinh.gov.vn"]
fetching = "warn"
"#;

fn standard() -> Overlay {
    Overlay::parse(TEXT).expect("the invented standard")
}

fn of_standard() -> Origin {
    Origin::Overlay("Tiêu chuẩn thử".to_owned())
}

fn the(id: &str) -> &'static Profile {
    profile(id).expect(id)
}

fn named(name: &str) -> File {
    File {
        names: vec![name.to_owned()],
        declared_type: String::new(),
        real_type: RealType::Unknown,
        size: 1024,
        look: Look::Whole,
    }
}

fn decided(rule: &congvu_regulation::content::Rule, way: Direction, file: File) -> Verdict {
    let mut message = Description::new(way);
    message.attach(file);
    rule.decide(&message)
}

#[test]
fn qn_15_6_content_the_stricter_counts_in_each_direction() {
    let (qn, both) = (
        the("quang-ninh").content(),
        standard().on_content(the("quang-ninh").content()),
    );
    let archives = both.effects(Concern::EncryptedArchive);
    for (way, effect, wins) in [
        (Direction::Sent, Effect::Hold, true),
        (Direction::Inside, Effect::Warn, false),
        (Direction::Received, Effect::Hold, false),
    ] {
        let value = archives.of(way);
        assert_eq!(value.value, effect);
        assert_eq!(value.origin == of_standard(), wins, "{way:?}");
    }
    // What it leaves open stays the profile's.
    assert_eq!(
        both.effects(Concern::Executable),
        qn.effects(Concern::Executable)
    );
    assert_eq!(both.categories(), qn.categories());
    let mention = both.effects(Concern::SecrecyMention).of(Direction::Sent);
    assert_eq!(
        (mention.value, &mention.origin),
        (Effect::Refuse, &of_standard())
    );
}

#[test]
fn a_finding_names_the_one_that_won() {
    let both = standard().on_content(the("quang-ninh").content());
    // QN.15.6 refuses it, the standard says that it runs.
    let verdict = decided(&both, Direction::Sent, named("a.xyz"));
    let finding = &verdict.findings()[0];
    assert_eq!(finding.concern, Concern::Executable);
    assert!(
        finding.to_string().ends_with("(QN.15.6; Tiêu chuẩn thử)"),
        "{finding}"
    );
    // QN.12.2 warns of other kinds, the standard refuses them and has fewer.
    let verdict = decided(&both, Direction::Sent, named("a.docx"));
    assert_eq!(verdict.effect(), Effect::Refuse);
    assert!(
        verdict.findings()[0]
            .to_string()
            .ends_with("(Tiêu chuẩn thử)")
    );
    let limit = both.limit(MailboxKind::Unit);
    assert_eq!((limit.value, &limit.origin), (3 * MB, &of_standard()));
}

#[test]
fn qn_14_8_forwarding_a_domain_must_be_on_both_lists() {
    let rule = standard().on_forwarding(the("quang-ninh").forwarding());
    assert_eq!(rule.decide("so.tinh.gov.vn").effect, Effect::Pass);
    assert_eq!(rule.decide("quangninh.gov.vn").effect, Effect::Pass);
    // QN.14.8 would let it go there: the standard's list is what bars it.
    let barred = rule.decide("sonla.gov.vn");
    assert_eq!(
        (barred.effect, barred.origin),
        (Effect::Refuse, of_standard())
    );
    // What both bar, QN.14.8 refuses.
    let barred = rule.decide("gmail.com");
    assert_eq!(
        barred.origin.clause().map(ToString::to_string).as_deref(),
        Some("QN.14.8")
    );
    // Milder than QN.14.8, and so without effect.
    assert_eq!(rule.decide_fetching("gmail.com").effect, Effect::Refuse);
}

#[test]
fn tq_9_1_the_log_is_kept_for_the_longer_time() {
    let standard = standard();
    for id in ["quang-ninh", "tuyen-quang", "son-la"] {
        let own = the(id).log_retention_months().value;
        let both = standard.on_log_retention(the(id));
        assert_eq!(both.value, own.max(12), "{id}");
        assert_eq!(both.origin == of_standard(), own < 12, "{id}");
        let none = Overlay::level_3().on_log_retention(the(id));
        assert_eq!(none.value, own);
        assert_eq!(
            none.origin.clause(),
            the(id).log_retention_months().clause()
        );
    }
}

/// An overlay of nothing but a name changes nothing.
#[test]
fn what_an_overlay_leaves_out_it_does_not_ask() {
    let nothing = Overlay::parse("name = \"không\"").expect("an overlay");
    for profile in congvu_regulation::profiles() {
        assert_eq!(
            nothing.on_content(profile.content()),
            *profile.content(),
            "{}",
            profile.id()
        );
        assert_eq!(
            nothing.on_forwarding(profile.forwarding()),
            *profile.forwarding()
        );
        for second in [true, false] {
            assert_eq!(nothing.on(profile.password(), second), *profile.password());
        }
    }
    assert!(nothing.sweeps().is_empty() && nothing.sections().is_empty());
    assert_eq!(nothing.administrators_networks(), Networks::Any);
    let second = nothing.second_factor();
    assert!(!second.internet && !second.administrators);
}

#[test]
fn level_3_asks_for_second_factors_and_listed_networks() {
    let level = Overlay::level_3();
    assert!(level.second_factor().internet && level.second_factor().administrators);
    assert_eq!(level.administrators_networks(), Networks::Listed);
    let keys: Vec<String> = level
        .sections()
        .into_iter()
        .flat_map(|section| section.rows)
        .map(|row| {
            assert_eq!(row.origin, Origin::Overlay(level.name().to_owned()));
            assert!(!row.label.is_empty() && !row.value.is_empty());
            row.key
        })
        .collect();
    assert_eq!(
        keys,
        [
            "second_factor.internet",
            "second_factor.administrators",
            "administrators.networks",
            "password.minimum_length",
            "password.minimum_length_with_second_factor",
            "sweep.idle",
        ]
    );
}

#[test]
fn an_overlay_tells_all_it_asks() {
    let standard = standard();
    let keys: Vec<String> = standard
        .sections()
        .into_iter()
        .flat_map(|section| section.rows)
        .map(|row| row.key)
        .collect();
    assert_eq!(
        keys,
        [
            "log_retention_months",
            "content.executables.further",
            "content.encrypted.archives",
            "content.size.personal",
            "content.size.unit",
            "content.secrecy.mention",
            "content.kinds.effect",
            "content.kinds.allowed",
            "forwarding.allowed",
            "forwarding.fetching",
        ]
    );
}

#[test]
fn each_fault_of_an_overlay_is_told() {
    for (old, new, key) in [
        (
            "minimum = 12",
            "minimum = 0",
            "log_retention_months.minimum",
        ),
        ("minimum = 12", "value = 12", "log_retention_months.value"),
        (
            "secrecy.mention = \"refuse\"",
            "secrecy.mention = \"hold\"",
            "content.secrecy.mention",
        ),
        (
            "secrecy.mention = \"refuse\"",
            "documents.categories = [\"công văn\"]",
            "content.documents.categories",
        ),
        (
            "[\"*.xyz\"]",
            "{ value = [\"*.xyz\"] }",
            "content.executables.further",
        ),
        ("\"3 MB\"", "\"3 megabyte\"", "content.size.limit"),
        ("kinds.effect", "kind.effect", "content.kind"),
        (
            "fetching = \"warn\"",
            "fetching = \"hold\"",
            "forwarding.fetching",
        ),
        ("fetching = \"warn\"", "local = true", "forwarding.local"),
        ("[\"*.tinh.gov.vn\"]", "[]", "forwarding.allowed"),
        (
            "name = \"Tiêu chuẩn thử\"",
            "name = \"thử\"\nsecond_factor = { internet = \"yes\" }",
            "second_factor.internet",
        ),
        (
            "name = \"Tiêu chuẩn thử\"",
            "name = \"thử\"\nadministrators = { networks = \"home\" }",
            "administrators.networks",
        ),
    ] {
        assert_eq!(TEXT.matches(old).count(), 1, "{old}");
        let faults = Overlay::parse(&TEXT.replace(old, new)).expect_err(new);
        let keys: Vec<&str> = faults.iter().map(|fault| fault.key.as_str()).collect();
        assert!(keys.contains(&key), "{new}: {keys:?}");
    }
}

/// Laid on a profile, each value tells which text won.
#[test]
fn a_profile_is_shown_with_what_is_laid_on_it() {
    let profile = congvu_regulation::profile("son-la").expect("a profile");
    let own = "name = \"Tiêu chuẩn riêng\"\n[password]\nminimum_length = 20\n[log_retention_months]\nminimum = 12\n\
        [[sweep]]\nid = \"unused\"\nclock = \"unused\"\ncounts = [\"read\"]\nafter = \"10 days\"\nday_off = \"stays\"\n\
        act = \"disable-sign-in\"\nby = \"system\"\nstopped_by = []\n";
    let own = Overlay::parse(own).expect("an overlay");
    let sections = profile.sections_under(&[Overlay::level_3(), &own]);
    let row = |key: &str| {
        let mut rows = sections.iter().flat_map(|section| &section.rows);
        let row = rows
            .find(|row| row.key == key)
            .unwrap_or_else(|| panic!("{key}"));
        format!("{} ({})", row.value, row.origin)
    };
    assert_eq!(
        row("password.minimum_length"),
        "20 ký tự (Tiêu chuẩn riêng)"
    );
    assert_eq!(
        row("log_retention_months"),
        "tối thiểu 12 tháng (Tiêu chuẩn riêng)"
    );
    assert!(row("second_factor.internet").contains(Overlay::level_3().name()));
    assert!(row("password.expires").contains("SL.6.1"));
    assert!(row("sweep.idle").contains(Overlay::level_3().name()));
    // Both rules of one name are told.
    assert!(row("sweep.unused").contains("SL.8.2.a"));
    assert!(row("sweep.unused+").contains("Tiêu chuẩn riêng"));
    assert_eq!(profile.sections_under(&[]), profile.sections());
}

#[test]
fn an_overlay_is_known_from_a_profile() {
    for (text, is) in [
        (
            include_str!("../../../regulations/overlays/level-3.toml"),
            true,
        ),
        (include_str!("../../../regulations/son-la.toml"), false),
        (include_str!("sixth/sixth.toml"), false),
        ("name = \"Tiêu chuẩn\"\n", true),
        ("#:schema ../overlay.schema.json\nnaem = \"A\"\n", true),
        ("", false),
    ] {
        assert_eq!(Overlay::is_meant_by(text), is, "{text:.40}");
    }
}
