//! TLS on the way: whatever the certificate where it is opportunistic, a valid one where it is demanded.

use congvu_wire::{SelfSigned, self_signed};
use tempfile::TempDir;

use super::{Far, Wanted, far};
use crate::harness::Database;

far!(
    a_right_certificate_is_said_to_be_verified,
    a_wrong_certificate_is_better_than_none,
    demanded_and_not_had_is_put_off,
    postfix_verifies_congvu,
);

const CHAIN: &str = "smtpd_tls_chain_files = {root}/etc/chain.pem";
const MAY: &str = "smtpd_tls_security_level = may";

fn made(name: &str) -> SelfSigned {
    self_signed(&[name.to_owned()]).unwrap()
}

/// A file with the authority of a certificate.
fn trusted(made: &SelfSigned) -> (TempDir, String) {
    let folder = TempDir::with_prefix("congvu-ca-").unwrap();
    let file = folder.path().join("ca.pem");
    std::fs::write(&file, &made.ca_pem).unwrap();
    let file = file.to_str().unwrap().to_owned();
    (folder, file)
}

fn with_certificate(database: Option<Database>, shown: &SelfSigned, ca: &str) -> Far {
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[CHAIN],
            outbound: &[("CA_FILE", ca)],
            ..Wanted::default()
        },
    );
    far.postfix.chain(&shown.cert_pem, &shown.key_pem);
    far.postfix.set(MAY);
    far
}

fn a_right_certificate_is_said_to_be_verified(database: Option<Database>) {
    let right = made("mx.far.example");
    let (_folder, ca) = trusted(&right);
    let far = with_certificate(database, &right, &ca);
    far.submit(0, &["a@far.example"], "ma hoa");
    let found = far.postfix.wait_for("a", 1);
    assert!(found[0].contains("(using TLSv1.3"), "{}", found[0]);
    let sent = far.sent("a@far.example");
    assert!(
        sent.contains(" 250 sent: mx.far.example (TLSv1.3 TLS_"),
        "{sent}"
    );
    assert!(sent.contains(", verified): 2.0.0 Ok"), "{sent}");
}

/// Neither a name that is not its own nor an authority nobody knows keeps mail back, or sends it in clear
/// (RFC 7435); the mail log says that nobody was authenticated.
fn a_wrong_certificate_is_better_than_none(database: Option<Database>) {
    let wrong = made("somebody.else.example");
    let (_folder, ca) = trusted(&wrong);
    let far = with_certificate(database, &wrong, &ca);
    far.submit(0, &["a@far.example"], "ten sai");
    let found = far.postfix.wait_for("a", 1);
    assert!(found[0].contains("(using TLSv1.3"), "{}", found[0]);
    let sent = far.sent("a@far.example");
    assert!(sent.contains(", unverified): 2.0.0 Ok"), "{sent}");

    // The right name, and nobody knows who signed it.
    let unknown = made("mx.far.example");
    far.postfix.chain(&unknown.cert_pem, &unknown.key_pem);
    far.postfix.stop();
    far.postfix.go_on();
    far.submit(0, &["b@far.example"], "khong ai biet");
    let found = far.postfix.wait_for("b", 1);
    assert!(found[0].contains("(using TLSv1.3"), "{}", found[0]);
    let sent = far.sent("b@far.example");
    assert!(sent.contains(", unverified): 2.0.0 Ok"), "{sent}");
}

/// A smart host must show who it is: until it does, nothing of the mail is sent.
fn demanded_and_not_had_is_put_off(database: Option<Database>) {
    let (right, wrong) = (made("mx.far.example"), made("somebody.else.example"));
    let (_folder, ca) = trusted(&right);
    let far = Far::start(
        database,
        &Wanted {
            postfix: &[CHAIN],
            outbound: &[
                ("CA_FILE", &ca),
                ("SMART_HOST", "mx.far.example"),
                ("SMART_HOST_PORT", "25"),
                ("SMART_HOST_TLS", "required"),
            ],
            ..Wanted::default()
        },
    );
    far.submit(0, &["a@far.example"], "phai ma hoa");
    // Not offered.
    far.put_off("a@far.example", "4.7.4");
    far.postfix.chain(&wrong.cert_pem, &wrong.key_pem);
    far.postfix.set(MAY);
    far.put_off("a@far.example", "4.7.5");
    assert_eq!(far.postfix.times(&["client="]), 0, "a message was begun");
    far.postfix.chain(&right.cert_pem, &right.key_pem);
    far.postfix.stop();
    far.postfix.go_on();
    far.postfix.wait_for("a", 1);
    let sent = far.sent("a@far.example");
    assert!(sent.contains(", verified): 2.0.0 Ok"), "{sent}");
}

/// Postfix sends nothing unless congvu proves its name.
fn postfix_verifies_congvu(database: Option<Database>) {
    let far = Far::start(database, &Wanted::default());
    for line in [
        "smtp_tls_security_level = verify",
        "smtp_tls_verify_cert_match = mail.sonminh.gov.vn",
        &format!("smtp_tls_CAfile = {}", far.demo.ca()),
    ] {
        far.postfix.set(line);
    }
    far.give_postfix(
        "a@far.example",
        &[far.demo.person(0)],
        &far.letter(0, "vao", "x\r\n"),
    );
    let found = far.demo.letter(far.demo.person(0), "vao");
    let head = String::from_utf8_lossy(&found.raw).into_owned();
    assert!(head.contains("TLS"), "{head}");
    far.postfix.logged(&["Verified TLS connection established"]);
}
