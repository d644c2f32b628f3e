//! Two rules laid on one another: the stricter counts, and says which it was.

use congvu_regulation::content::Lock;
use congvu_regulation::{MB, MailboxKind, Origin};

use super::*;

#[test]
fn qn_15_6_bs_6_the_stricter_value_counts_and_keeps_its_origin() {
    let qn = rule("quang-ninh");
    let both = rule("bim-son").stricter(qn);
    // Where they are equal, the first one's origin stays; of the limit, the lower one.
    let executable = both.effects(Concern::Executable).of(Direction::Sent);
    assert_eq!(executable.value, Effect::Refuse);
    assert!(matches!(&executable.origin, Origin::Profile { code, .. } if code == "BS"));
    let limit = qn.stricter(rule("bim-son"));
    let limit = limit.limit(MailboxKind::Unit);
    assert_eq!(limit.value, 4 * MB);
    assert_eq!(limit.origin.clause().map(ClauseId::as_str), Some("BS.6"));
    // Where the other asks for more, it counts, with its clause.
    let verdict = both.decide(&with(Direction::Sent, &[named("phim.mkv")]));
    check(&verdict, Concern::Kind, Effect::Warn, "QN.12.2");
    let sixth = sixth();
    let both = qn.stricter(sixth.content());
    let locked = seen("a.zip", RealType::Zip, Look::Locked(Lock::Archive));
    let verdict = both.decide(&with(Direction::Inside, &[locked]));
    check(&verdict, Concern::EncryptedArchive, Effect::Hold, "SAU.5.2");
    // A file must be on both lists.
    for (name, effect) in [("a.docx", Effect::Refuse), ("a.pdf", Effect::Pass)] {
        assert_eq!(
            both.decide(&with(Direction::Sent, &[named(name)])).effect(),
            effect
        );
    }
    // A kind that only one of them names runs for both.
    check(
        &both.decide(&with(Direction::Sent, &[named("autorun.inf")])),
        Concern::Executable,
        Effect::Refuse,
        "QN.15.6",
    );
    assert_eq!(qn.stricter(qn), *qn);
}
