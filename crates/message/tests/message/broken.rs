use std::fmt::Write;

use congvu_message::{Kind, Part, limits};

use super::{analyze, body, raw};

/// `type/subtype[body]` of a tree, parts in brackets.
fn sketch(part: &Part, message: &[u8], out: &mut String) {
    let _ = write!(out, "{}", part.subtype);
    match &part.kind {
        Kind::Leaf => {
            let body = &message[part.body_start as usize..part.body_end as usize];
            let _ = write!(out, "[{}]", String::from_utf8_lossy(body).escape_debug());
        }
        Kind::Multipart(parts) => {
            out.push('(');
            for (index, part) in parts.iter().enumerate() {
                if index > 0 {
                    out.push(' ');
                }
                sketch(part, message, out);
            }
            out.push(')');
        }
        Kind::Message { part, .. } => {
            out.push('{');
            sketch(part, message, out);
            out.push('}');
        }
    }
}

fn check(message: &str, expected: &str) {
    for message in [message.as_bytes().to_vec(), super::crlf(message)] {
        let mut found = String::new();
        sketch(&raw(&message).structure, &message, &mut found);
        assert_eq!(
            found.replace("\\r\\n", "\\n"),
            expected,
            "\n{}",
            String::from_utf8_lossy(&message)
        );
    }
}

/// A multipart/mixed with boundary `b` and this body.
fn mixed(body: &str) -> String {
    format!("Content-Type: multipart/mixed; boundary=b\n\n{body}")
}

#[test]
fn line_end_before_a_boundary_belongs_to_it() {
    check(
        &mixed("--b\n\none\n--b\n\n\ntwo\n\n--b--\n"),
        "mixed(plain[one] plain[\\ntwo\\n])",
    );
}

#[test]
fn missing_last_boundary() {
    check(
        &mixed("--b\n\none\n--b\n\ntwo\n"),
        "mixed(plain[one] plain[two\\n])",
    );
    check(&mixed("--b\n\none"), "mixed(plain[one])");
    check(&mixed("--b\n\none\n--b--"), "mixed(plain[one])");
    check(&mixed("--b\n\none\n--b"), "mixed(plain[one])");
    check(&mixed("--b\n\none\n--"), "mixed(plain[one\\n--])");
}

#[test]
fn empty_parts() {
    check(&mixed(""), "mixed()");
    check(&mixed("--b--\n"), "mixed()");
    check(&mixed("--b\n"), "mixed(plain[])");
    check(
        &mixed("--b\n--b\n\n--b\nSubject: x\n--b--\n"),
        "mixed(plain[] plain[] plain[])",
    );
    assert_eq!(
        body(&analyze(&mixed(""))),
        r#"(("text" "plain" ("charset" "us-ascii") NIL NIL "7bit" 0 0) "mixed")"#
    );
}

#[test]
fn no_boundary_no_parts() {
    check("Content-Type: multipart/mixed\n\n--b\n\nx\n", "mixed()");
    check(
        "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n",
        "mixed(plain[x])",
    );
}

#[test]
fn preamble_and_epilogue_are_nobody_s() {
    check(
        &mixed("pre\n--b\n\none\n--b--\nepi\n--b\n\nlate\n"),
        "mixed(plain[one])",
    );
}

#[test]
fn boundary_with_white_space_and_tail() {
    check(&mixed("--b  \n\none\n--b-- \t\n"), "mixed(plain[one])");
    // RFC 2046 §5.1.1: the beginning of the line decides.
    check(&mixed("--bxyz\n\none\n--b--\n"), "mixed(plain[one])");
    check(
        &mixed(" --b\n\nnot yet\n--b\n\none\n --b--\n--b--\n"),
        "mixed(plain[one\\n --b--])",
    );
}

#[test]
fn boundaries_that_begin_alike() {
    check(
        "Content-Type: multipart/mixed; boundary=b\n\n--b\n\
         Content-Type: multipart/alternative; boundary=bb\n\n--bb\n\none\n--bb\n\ntwo\n--bb--\n--b\n\nthree\n--b--\n",
        "mixed(alternative(plain[one] plain[two]) plain[three])",
    );
    check(
        "Content-Type: multipart/mixed; boundary=bb\n\n--bb\n\
         Content-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b--\n--bb\n\nthree\n--bb--\n",
        "mixed(alternative(plain[one]) plain[three])",
    );
}

#[test]
fn nested_same_boundary() {
    check(
        &mixed(
            "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\none\n--b--\n--b\n\ntwo\n--b--\n",
        ),
        "mixed(alternative(plain[one]) plain[two])",
    );
}

#[test]
fn outer_boundary_ends_everything_within() {
    check(
        &mixed(
            "--b\nContent-Type: multipart/alternative; boundary=i\n\n--i\n\none\n--b\n\ntwo\n--b--\n",
        ),
        "mixed(alternative(plain[one]) plain[two])",
    );
    check(
        &mixed("--b\nContent-Type: message/rfc822\n\nSubject: x\n--b\n\ntwo\n--b--\n"),
        "mixed(rfc822{plain[]} plain[two])",
    );
    check(
        &mixed("--b\nContent-Type: message/rfc822\n--b\n\ntwo\n--b--\n"),
        "mixed(rfc822{plain[]} plain[two])",
    );
    check(
        &mixed("--b\nContent-Type: message/rfc822\n\n--b--"),
        "mixed(rfc822{plain[]})",
    );
}

#[test]
fn message_at_the_top() {
    check(
        "Content-Type: message/rfc822\n\nSubject: x\n\nhello\n",
        "rfc822{plain[hello\\n]}",
    );
    check("Content-Type: message/rfc822\n\n", "rfc822{plain[]}");
    check("Content-Type: message/global\n\n\nx", "global{plain[x]}");
}

#[test]
fn boundary_of_rfc2231_pieces() {
    check(
        "Content-Type: multipart/mixed; boundary*0=b; boundary*1=c\n\n--bc\n\none\n--bc--\n",
        "mixed(plain[one])",
    );
}

#[test]
fn long_boundary_is_compared_by_its_beginning() {
    let long = |count| "x".repeat(count);
    let message = format!(
        "Content-Type: multipart/mixed; boundary={}\n\n--{}\n\none\n--{}\n\ntwo\n",
        long(limits::BOUNDARY + 50),
        long(limits::BOUNDARY),
        long(limits::BOUNDARY - 1),
    );
    check(
        &message,
        &format!(
            "mixed(plain[one\\n--{}\\n\\ntwo\\n])",
            long(limits::BOUNDARY - 1)
        ),
    );
}

#[test]
fn too_deep_is_a_leaf() {
    let mut message = String::new();
    for depth in 0..limits::DEPTH + 70 {
        let _ = write!(
            message,
            "Content-Type: multipart/mixed; boundary=x{depth}x\n\n--x{depth}x\n"
        );
    }
    let mut part = &analyze(&message).structure;
    let mut depth = 1;
    while let Kind::Multipart(parts) = &part.kind {
        part = &parts[0];
        depth += 1;
    }
    assert_eq!(depth, limits::DEPTH);
    assert_eq!(part.body_end, super::crlf(&message).len() as u64);
}

#[test]
fn too_many_parts_end_in_one_leaf() {
    let analysis = analyze(&mixed(&"--b\n\nx\n".repeat(limits::PARTS + 2000)));
    let Kind::Multipart(parts) = &analysis.structure.kind else {
        panic!("multipart")
    };
    assert_eq!(parts.len(), limits::PARTS - 1);
    assert_eq!(parts[limits::PARTS - 2].body_end, analysis.size);
}

#[test]
fn long_header_is_cut_and_offsets_stay() {
    let message = format!(
        "Subject: s\n{}From: a@b\n\nbody\n",
        "X-Long: yyyyyyyyyyyyyyyyy\n".repeat(20_000)
    );
    let analysis = analyze(&message);
    assert!(analysis.facts.long_header);
    assert!(!analysis.facts.has_from);
    assert_eq!(analysis.facts.subject, "s");
    assert_eq!(analysis.structure.body_len(), 6);
    assert_eq!(analysis.header_len + 6, analysis.size);
}

#[test]
fn what_is_kept_is_bounded() {
    // The tree and, rendered, the same once more.
    const MOST: usize = 2 * (limits::TREE + 200_000);
    let one = format!(
        "--b\nContent-Type: text/plain; a={}\n\n\n",
        "z".repeat(100_000)
    );
    let analysis = analyze(&mixed(&one.repeat(900)));
    assert!(analysis.structure.to_bytes().len() < MOST);
    let nested = format!(
        "--b\nContent-Type: message/rfc822\n\nTo: {}\n\n",
        "a@b,".repeat(50_000)
    );
    let analysis = analyze(&mixed(&nested.repeat(50)));
    assert!(analysis.structure.to_bytes().len() < MOST);
}
