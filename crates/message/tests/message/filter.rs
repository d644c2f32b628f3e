//! Filters: what they look at, what they refuse to be, and that whatever comes they answer.

use congvu_message::automatic::{Answerable, is_robot};
use congvu_message::filter::{
    Action, FieldName, Keyword, Look, Outcome, Rule, RuleError, Target, Test, Words,
};

use super::analyze;

fn look(text: &str) -> Look {
    let analysis = analyze(text);
    let header = super::crlf(text);
    Look::new(&header, &analysis.structure, analysis.size)
}

fn words(text: &str) -> Words {
    Words::new(text).unwrap()
}

fn rule(tests: Vec<Test>, all: bool) -> Rule {
    Rule::new(tests, all, vec![Action::Star]).unwrap()
}

const LETTER: &str = "From: =?utf-8?q?=C4=90=E1=BB=97_V=C4=83n_An?= <an@x.vn>\nTo: Van thu <vt@y.vn>, b@y.vn\nCc: c@z.vn\n\
     Subject: =?utf-8?q?Gi=E1=BA=A5y_m=E1=BB=9Di?= hop\nList-Id: Tin <tin.x.vn>\nX-Muc: =?utf-8?q?kh=E1=BA=A9n?=\n\
     MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n\n--b\n\nxin chao\n--b\n\
     Content-Type: application/pdf; name=a.pdf\nContent-Disposition: attachment\n\nx\n--b--\n";

#[test]
fn tests_see_what_people_see() {
    let look = look(LETTER);
    let field = |name: &str, text: &str| Test::Field(FieldName::new(name).unwrap(), words(text));
    for (test, holds) in [
        (Test::From(words("do van an")), true),
        (Test::From(words("AN@X.VN")), true),
        (Test::From(words("vt@y.vn")), false),
        (Test::To(words("văn thư")), false),
        (Test::To(words("van thu")), true),
        (Test::To(words("c@z.vn")), true),
        (Test::Subject(words("giấy mời")), true),
        (Test::Subject(words("giay moi hop")), true),
        (Test::Subject(words("giầy")), false),
        (Test::List(words("tin.x.vn")), true),
        (field("x-muc", "khẩn"), true),
        (field("X-Muc", "hỏa tốc"), false),
        (field("X-Khac", "khẩn"), false),
        (Test::HasFiles, true),
        (Test::Larger(100), true),
        (Test::Larger(100_000), false),
    ] {
        assert_eq!(
            rule(vec![test.clone()], true).holds(&look),
            holds,
            "{test:?}"
        );
    }
    let two = vec![Test::HasFiles, Test::Subject(words("hỏa tốc"))];
    assert!(rule(two.clone(), false).holds(&look));
    assert!(!rule(two, true).holds(&look));
    let bare = self::look("From: a@b\n\nx\n");
    assert!(!rule(vec![Test::HasFiles], true).holds(&bare));
}

#[test]
fn nothing_that_makes_no_sense_is_a_rule() {
    for bad in ["", "  ", "a\nb", &"x".repeat(201)] {
        assert_eq!(Words::new(bad), Err(RuleError::Words), "{bad:?}");
    }
    for bad in ["", "a b", "a:", "Đỏ"] {
        assert_eq!(FieldName::new(bad), Err(RuleError::FieldName), "{bad:?}");
        assert_eq!(Keyword::new(bad), Err(RuleError::Keyword), "{bad:?}");
    }
    for bad in ["", "a", "a@b", "a@b.vn\r\nBcc: x", "a b@c.vn"] {
        assert_eq!(Target::new(bad), Err(RuleError::Address), "{bad:?}");
    }
    let tests = || vec![Test::HasFiles];
    let to = |text: &str| Action::Forward(Target::new(text).unwrap());
    for (tests, actions, error) in [
        (vec![], vec![Action::Star], RuleError::Tests),
        (
            vec![Test::HasFiles; 13],
            vec![Action::Star],
            RuleError::Tests,
        ),
        (tests(), vec![], RuleError::Actions),
        (tests(), vec![Action::Star; 9], RuleError::Actions),
        (
            tests(),
            vec![Action::Move(1), Action::Move(2)],
            RuleError::Twice,
        ),
        (tests(), vec![to("a@b.vn"), to("c@b.vn")], RuleError::Twice),
    ] {
        assert_eq!(Rule::new(tests, true, actions), Err(error));
    }
}

#[test]
fn a_rule_is_read_as_it_was_written_and_nothing_else_is_one() {
    let keyword = Keyword::new("can-xu-ly").unwrap();
    let actions = vec![
        Action::Move(7),
        Action::Label(keyword),
        Action::Forward(Target::new("a@b.vn").unwrap()),
        Action::Stop,
    ];
    let rule = Rule::new(
        vec![Test::Larger(5), Test::From(words("đ"))],
        false,
        actions,
    )
    .unwrap();
    let bytes = rule.to_bytes();
    assert_eq!(Rule::from_bytes(&bytes), Ok(rule));
    for cut in 0..bytes.len() {
        assert_eq!(Rule::from_bytes(&bytes[..cut]), Err(RuleError::Damaged));
    }
    // What the values refuse is refused where it is read, too.
    let at = bytes
        .windows(9)
        .position(|nine| nine == b"can-xu-ly")
        .unwrap();
    let mut bad = bytes.clone();
    bad[at] = b' ';
    bad[at + 1] = b'"';
    assert_eq!(Rule::from_bytes(&bad), Err(RuleError::Damaged));
}

#[test]
fn filters_add_up_until_one_says_stop() {
    let label = |name: &str| Action::Label(Keyword::new(name).unwrap());
    let to = |text: &str| Action::Forward(Target::new(text).unwrap());
    let make = |actions| Rule::new(vec![Test::HasFiles], true, actions).unwrap();
    let mut outcome = Outcome::default();
    assert!(outcome.take(&make(vec![label("a"), to("x@y.vn"), Action::Read])));
    assert!(outcome.take(&make(vec![Action::Move(3), label("a"), to("x@y.vn")])));
    assert!(!outcome.take(&make(vec![Action::Move(4), Action::Stop, label("b")])));
    assert_eq!(outcome.folder, Some(3));
    assert_eq!(outcome.labels.len(), 2);
    assert_eq!(outcome.forwards.len(), 1);
    assert!(outcome.read && !outcome.star);
}

/// RFC 3834 §2, §5
#[test]
fn nothing_answers_lists_and_programs() {
    let automatic =
        |line: &str| Answerable::new(format!("From: a@b\r\n{line}\r\n").as_bytes()).automatic;
    for line in [
        "Auto-Submitted: auto-generated",
        "Auto-Submitted: Auto-Replied (vacation)",
        "Auto-Submitted:",
        "Precedence: Bulk",
        "List-Id: x",
        "LIST-unsubscribe: <mailto:x@y>",
        "X-Auto-Response-Suppress: DR, OOF",
        "X-Spam-Flag: YES",
    ] {
        assert!(automatic(line), "{line}");
    }
    for line in [
        "Auto-Submitted: no",
        "Auto-Submitted: no; x=y",
        "Precedence: first-class",
        "Listen: x",
        "Subject: bulk",
    ] {
        assert!(!automatic(line), "{line}");
    }
    for robot in [
        "MAILER-DAEMON@x",
        "owner-tin@x",
        "tin-request@x",
        "no-reply@x",
        "noreply.hr@x",
    ] {
        assert!(is_robot(robot), "{robot}");
    }
    assert!(!is_robot("owen@x") && !is_robot("an.nv@x"));
}

#[test]
fn an_answer_refers_to_what_it_answers() {
    let found = Answerable::new(
        b"To: An <AN@x.vn>\r\nCc: b@x.vn\r\nMessage-ID: <m@x>\r\nReferences: <a@x>\r\n <b@x>\r\nSubject: =?utf-8?q?H=E1=BB=8Dp?=\r\n",
    );
    assert_eq!(found.named, ["an@x.vn", "b@x.vn"]);
    assert_eq!(found.references, "<a@x> <b@x> <m@x>");
    assert_eq!(
        (found.message_id.as_str(), found.subject.as_str()),
        ("<m@x>", "Họp")
    );
    let long = format!(
        "Message-ID: <m@x>\r\nReferences: {}\r\n",
        "<aaaaaaaaaaaa@x> ".repeat(1_000)
    );
    let found = Answerable::new(long.as_bytes());
    assert!(found.references.len() <= 4096 && found.references.ends_with("<m@x>"));
}

/// Whatever comes is looked at, and no line breaks out of what an answer says of it.
#[test]
fn any_header() {
    const PIECES: [&str; 16] = [
        "From",
        "To",
        "List-Id",
        "Auto-Submitted",
        ":",
        " ",
        "\r\n",
        "\n",
        "\t",
        "<",
        ">",
        "@",
        ",",
        "=?utf-8?q?=C4?=",
        "\"",
        "\u{0}é",
    ];
    let mut seed = 7_u64;
    for _ in 0..5_000 {
        let mut text = String::new();
        for _ in 0..40 {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            text.push_str(PIECES[(seed >> 60) as usize]);
        }
        let analysis = super::raw(text.as_bytes());
        let look = Look::new(text.as_bytes(), &analysis.structure, analysis.size);
        let tests = vec![
            Test::From(words("a")),
            Test::To(words("@")),
            Test::List(words("é")),
            Test::Field(FieldName::new("from").unwrap(), words("<")),
        ];
        rule(tests, false).holds(&look);
        let found = Answerable::new(text.as_bytes());
        assert!(!found.references.contains(['\r', '\n']), "{text:?}");
    }
}
