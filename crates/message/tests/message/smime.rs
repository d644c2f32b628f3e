//! Messages that OpenSSL signed (`tests/smime/make.sh`), RFC 8551.

use std::path::PathBuf;

use congvu_message::encoding::Decoder;
use congvu_message::smime::{
    AnchorError, Anchors, Inside, Measure, Report, Signed, Verdict, Why, check, form, inside,
};
use congvu_message::{Part, fuzzing};

use super::{crlf, raw};

/// 30 November 2026, after all of them were signed.
const ARRIVED: i64 = 1_796_000_000;
const AN: &str = "an@sonla.gov.vn";

fn file(name: &str) -> String {
    let path: PathBuf = [env!("CARGO_MANIFEST_DIR"), "tests/smime", name]
        .iter()
        .collect();
    std::fs::read_to_string(path).unwrap()
}

fn anchors() -> Anchors {
    Anchors::from_pem(file("authorities.pem").as_bytes()).unwrap()
}

fn decoded(message: &[u8], part: &Part) -> Vec<u8> {
    let (mut decoder, mut out) = (Decoder::new(&part.encoding), Vec::new());
    decoder.push(&message[range(part.body_start, part)], &mut out);
    decoder.finish(&mut out);
    out
}

fn range(start: u64, part: &Part) -> std::ops::Range<usize> {
    usize::try_from(start).unwrap()..usize::try_from(part.body_end).unwrap()
}

/// What is told of a message, and the CMS in it.
fn report(message: &[u8], sender: &str, anchors: &Anchors) -> (Report, Vec<u8>) {
    let top = raw(message).structure;
    let measure = Measure {
        sender,
        arrived: ARRIVED,
        anchors,
    };
    match form(&top).unwrap().signed {
        Signed::Beside { content, signature } => {
            let octets = decoded(message, signature);
            let beside = &message[range(content.header_start, content)];
            (check(&octets, Some(beside), measure), octets)
        }
        Signed::Around(part) => {
            let octets = decoded(message, part);
            (check(&octets, None, measure), octets)
        }
    }
}

fn verdict(name: &str) -> Verdict {
    let message = crlf(&file(&format!("{name}.eml")));
    report(&message, AN, &anchors()).0.verdict
}

#[test]
fn bs_8_signatures_that_hold() {
    for name in [
        "valid",
        "sha512",
        "key-id",
        "pkcs7",
        "pss",
        "pss-sha384",
        "pss-issued",
        "ecdsa",
        "ecdsa-p384",
        "no-attributes",
        "two-signers",
        "opaque",
        "opaque-der",
    ] {
        assert_eq!(verdict(name), Verdict::Valid, "{name}");
    }
}

#[test]
fn bs_8_signatures_that_do_not() {
    for (name, wanted) in [
        ("expired", Verdict::Expired),
        ("early", Verdict::NotYetValid),
        ("unknown", Verdict::UnknownIssuer),
        // Certified by somebody who may not, and deeper than may be.
        ("forged", Verdict::UnknownIssuer),
        ("deep", Verdict::UnknownIssuer),
        ("sha1-issued", Verdict::UnknownIssuer),
        ("nobody", Verdict::OtherAddress),
        ("server", Verdict::Unchecked(Why::Certificate)),
        ("sha1", Verdict::Unchecked(Why::Old("SHA-1"))),
        ("sha512-p256", Verdict::Unchecked(Why::Algorithm)),
        ("weak", Verdict::Unchecked(Why::WeakKey)),
        ("no-certificate", Verdict::Unchecked(Why::NoCertificate)),
    ] {
        assert_eq!(verdict(name), wanted, "{name}");
    }
}

#[test]
fn who_signed() {
    let message = crlf(&file("valid.eml"));
    let signer = report(&message, AN, &anchors()).0.signer.unwrap();
    assert_eq!(signer.name, "Lò Thị An, Sở Nội vụ tỉnh Sơn La");
    assert_eq!(signer.addresses, [AN]);
    assert_eq!(signer.issuer, "CA thử nghiệm cấp dưới, Tỉnh Sơn La");
    // From 1 January 2026 to 1 January 2046.
    assert_eq!(
        (signer.not_before, signer.not_after),
        (1_767_225_600, 2_398_377_600)
    );
    let signed_at = signer.signed_at.unwrap();
    assert!((1_767_225_600..ARRIVED).contains(&signed_at), "{signed_at}");
}

#[test]
fn the_address_is_the_senders() {
    let message = crlf(&file("valid.eml"));
    for (sender, wanted) in [
        ("An@SonLa.gov.vn", Verdict::Valid),
        ("binh@sonla.gov.vn", Verdict::OtherAddress),
        ("an@sonla.gov.vn.ke-xau.example", Verdict::OtherAddress),
        ("", Verdict::OtherAddress),
    ] {
        let told = report(&message, sender, &anchors()).0.verdict;
        assert_eq!(told, wanted, "{sender}");
    }
}

#[test]
fn nobody_is_trusted_unless_named() {
    let message = crlf(&file("valid.eml"));
    let told = report(&message, AN, &Anchors::default()).0.verdict;
    assert_eq!(told, Verdict::UnknownIssuer);
    // A certificate of the message is no anchor, though it came along.
    let told = report(&crlf(&file("unknown.eml")), AN, &anchors()).0;
    assert_eq!(told.signer.unwrap().issuer, "CA không ai biết");
}

/// Any letter of what is signed that is another, more or less, is told.
#[test]
fn bs_8_what_was_changed_is_told() {
    let anchors = anchors();
    for name in ["valid", "ecdsa", "no-attributes"] {
        let letter = file(&format!("{name}.eml"));
        for (from, to) in [
            ("quý IV", "quý III"),
            ("1,2,3", "1,2,4"),
            ("filename=so-lieu.csv", "filename=so-lieu.exe"),
            ("Sở Nội vụ.\n", "Sở Nội vụ. \n"),
        ] {
            let changed = letter.replacen(from, to, 1);
            assert_ne!(changed, letter);
            let told = report(&crlf(&changed), AN, &anchors).0.verdict;
            assert_eq!(told, Verdict::Changed, "{name}: {from}");
        }
        // What stands outside of it is not signed.
        let other = letter.replacen("Subject: ", "Subject: [x] ", 1);
        assert_eq!(
            report(&crlf(&other), AN, &anchors).0.verdict,
            Verdict::Valid
        );
    }
    // The signature of one message under another.
    let (one, two) = (file("valid.eml"), file("pkcs7.eml"));
    let (_, octets) = report(&crlf(&two), AN, &anchors);
    let measure = Measure {
        sender: AN,
        arrived: ARRIVED,
        anchors: &anchors,
    };
    assert_eq!(
        check(&octets, Some(one.as_bytes()), measure).verdict,
        Verdict::Changed
    );
}

/// Programs that keep mail with LF alone do not break it (RFC 8551 §3.1.1).
#[test]
fn line_ends_are_those_of_mail() {
    let message = file("valid.eml").into_bytes();
    assert_eq!(report(&message, AN, &anchors()).0.verdict, Verdict::Valid);
}

#[test]
fn what_lies_within() {
    for (name, wanted) in [("opaque", true), ("opaque-der", true), ("encrypted", false)] {
        let message = crlf(&file(&format!("{name}.eml")));
        let octets = decoded(&message, &raw(&message).structure);
        match inside(&octets) {
            Inside::Signed(content) => {
                assert!(wanted, "{name}");
                let within = raw(&content).structure;
                assert_eq!(within.shown().texts.len(), 1, "{name}");
                assert_eq!(within.file_names(), ["so-lieu.csv"]);
            }
            other => assert_eq!((other, wanted), (Inside::Encrypted, false), "{name}"),
        }
    }
    let message = crlf(&file("encrypted-gcm.eml"));
    let octets = decoded(&message, &raw(&message).structure);
    assert_eq!(inside(&octets), Inside::Encrypted);
    assert_eq!(inside(b""), Inside::Other);
}

#[test]
fn authorities_are_read_whole_or_not_at_all() {
    let good = file("authorities.pem");
    assert_eq!(anchors().len(), 1);
    assert_eq!(
        Anchors::from_pem(good.repeat(2).as_bytes()).unwrap().len(),
        2
    );
    let person = good.clone() + &file("person.pem");
    for (pem, wanted) in [
        (String::new(), AnchorError::Empty),
        ("chưa có gì\n".to_owned(), AnchorError::Empty),
        (good.replacen("MII", "NII", 1), AnchorError::Damaged(1)),
        (
            person,
            AnchorError::NoAuthority(2, "Lò Thị An, Sở Nội vụ tỉnh Sơn La".to_owned()),
        ),
    ] {
        assert_eq!(Anchors::from_pem(pem.as_bytes()).unwrap_err(), wanted);
    }
}

/// Every beginning of what was signed, and every byte of it changed: nothing fails, and nothing damaged is held for good unless
/// what changed is not signed, as the certificates that nobody needs.
#[test]
fn damaged_at_every_byte() {
    let anchors = anchors();
    let measure = Measure {
        sender: AN,
        arrived: ARRIVED,
        anchors: &anchors,
    };
    for name in ["ecdsa", "opaque"] {
        let message = crlf(&file(&format!("{name}.eml")));
        let top = raw(&message).structure;
        let beside = match form(&top).unwrap().signed {
            Signed::Beside { content, .. } => Some(&message[range(content.header_start, content)]),
            Signed::Around(_) => None,
        };
        let (_, octets) = report(&message, AN, &anchors);
        for end in 0..octets.len() {
            let told = check(&octets[..end], beside, measure).verdict;
            // What stands behind the signature itself is not looked at.
            assert!(
                told != Verdict::Valid || end + 16 > octets.len(),
                "{name}: {end} of {}",
                octets.len()
            );
            let mut changed = octets.clone();
            changed[end] ^= 1 << (end % 8);
            check(&changed, beside, measure);
            if end % 8 == 0 {
                fuzzing::smime(&changed);
            }
        }
    }
    fuzzing::smime(file("authorities.pem").as_bytes());
}
