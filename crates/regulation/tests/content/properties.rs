//! What holds for any message.

use congvu_regulation::content::secrecy::{Place, find};
use congvu_regulation::content::{Lock, Reach, Unseen};
use congvu_regulation::{MailboxKind, profiles};
use proptest::prelude::*;

use super::*;

fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[a-z\u{202e} .％%]{0,8}(\\.exe|\\.pdf|\\.zip|\\.ＥＸＥ|\\. )?",
        "(MẬT|TỐI MẬT|mật khẩu|12/BC-UBND|[ (_.:-]){0,6}",
    ]
}

fn look() -> impl Strategy<Value = Look> {
    prop_oneof![
        3 => Just(Look::Whole),
        1 => Just(Look::Locked(Lock::Archive)),
        1 => Just(Look::Locked(Lock::Document)),
        1 => Just(Look::Unseen(Unseen::TooDeep)),
        1 => Just(Look::Unseen(Unseen::Damaged)),
    ]
}

fn file() -> impl Strategy<Value = File> {
    let types: Vec<RealType> = RealType::all().collect();
    (
        prop::collection::vec(name(), 0..3),
        prop_oneof![
            Just(String::new()),
            any::<String>(),
            Just("application/x-msdownload".to_owned())
        ],
        prop::sample::select(types),
        any::<u64>().prop_map(|size| size >> 30),
        look(),
    )
        .prop_map(|(names, declared_type, real_type, size, look)| File {
            names,
            declared_type,
            real_type,
            size,
            look,
        })
}

fn message() -> impl Strategy<Value = Description> {
    (
        prop::sample::select(&Direction::ALL[..]),
        prop::option::of(prop::sample::select(
            &[MailboxKind::Personal, MailboxKind::Unit][..],
        )),
        prop::option::of("công văn|báo cáo|.{0,5}"),
        prop::collection::vec((file(), any::<prop::sample::Index>(), any::<bool>()), 0..6),
        prop::collection::vec(
            prop::sample::select(&[Reach::Ours, Reach::State, Reach::Outside][..]),
            0..3,
        ),
        name(),
    )
        .prop_map(
            |(direction, mailbox, category, files, recipients, subject)| {
                let mut message = Description::new(direction);
                if let Some(kind) = mailbox {
                    message.mailbox(kind);
                }
                if let Some(category) = category {
                    message.category(&category);
                }
                let mut placed = Vec::new();
                for (file, at, inside) in files {
                    placed.push(if inside && !placed.is_empty() {
                        message.within(*at.get(&placed), file)
                    } else {
                        message.attach(file)
                    });
                }
                recipients
                    .into_iter()
                    .for_each(|reach| message.recipient(reach));
                message.saw(&find(&subject, Place::Subject));
                message
            },
        )
}

proptest! {
    #[test]
    fn the_same_message_gets_the_same_answer_and_the_effect_is_the_strictest(message in message()) {
        for profile in profiles() {
            let verdict = profile.content().decide(&message);
            prop_assert_eq!(&verdict, &profile.content().decide(&message.clone()));
            let strictest = verdict.findings().iter().map(|finding| finding.effect).max();
            prop_assert_eq!(verdict.effect(), strictest.unwrap_or(Effect::Pass));
            prop_assert!(verdict.findings().is_sorted_by(|one, other| one.effect >= other.effect));
            for finding in verdict.findings() {
                prop_assert!(finding.effect > Effect::Pass && !finding.text.chars().any(char::is_control));
                let turned = finding.text.contains('\u{202e}');
                prop_assert!(!turned);
            }
        }
    }

    #[test]
    fn a_further_attachment_never_makes_it_milder(message in message(), file in file()) {
        for profile in profiles() {
            let before = profile.content().decide(&message).effect();
            let mut more = message.clone();
            more.attach(file.clone());
            prop_assert!(profile.content().decide(&more).effect() >= before);
        }
    }

    #[test]
    fn a_rule_laid_on_another_is_never_milder_than_either(message in message()) {
        let sixth = sixth();
        for profile in profiles() {
            let (one, other) = (profile.content(), sixth.content());
            let both = one.stricter(other).decide(&message).effect();
            prop_assert!(both >= one.decide(&message).effect());
            prop_assert!(both >= other.decide(&message).effect());
            prop_assert_eq!(both, other.stricter(one).decide(&message).effect());
        }
    }

    #[test]
    fn an_executable_ending_is_found_behind_any_name(name in any::<String>(), tail in "[. \u{200b}\u{202e}\u{a0}\"]{0,5}") {
        let verdict = sent(&[named(&format!("{name}.exe{tail}"))]);
        prop_assert_eq!(verdict.effect(), Effect::Refuse);
    }

    #[test]
    fn marks_are_found_in_any_surroundings(before in "[a-zà-ỹ ,.]{0,40}", after in "[a-zà-ỹ ,.]{0,40}") {
        let text = format!("{before}\nTUYỆT MẬT\n{after}");
        let found = find(&text, Place::Body);
        prop_assert!(found.iter().any(|found| found.mark.to_string() == "TUYỆT MẬT"));
    }

    #[test]
    fn the_fuzz_body_takes_any_bytes_and_any_lines(
        data in prop::collection::vec(any::<u8>(), 0..400),
        lines in prop::collection::vec(name(), 0..8),
    ) {
        congvu_regulation::fuzzing::content(&data);
        congvu_regulation::fuzzing::content(lines.join("\n").as_bytes());
    }

    #[test]
    fn any_text_comes_back(text in any::<String>()) {
        for place in [Place::Subject, Place::Body, Place::Name, Place::Attachment] {
            prop_assert!(find(&text, place).len() <= 3);
        }
        for profile in profiles() {
            let _ = profile.forwarding().decide(&text);
        }
    }
}
