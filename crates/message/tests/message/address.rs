use congvu_message::address::{Address, AddressError};

#[test]
fn valid() {
    let table = [
        ("a@b", "a", "b", "a@b"),
        (
            "An.Nguyen+x@Bo.gov.vn",
            "An.Nguyen+x",
            "Bo.gov.vn",
            "An.Nguyen+x@Bo.gov.vn",
        ),
        ("\"an\"@b.vn", "an", "b.vn", "an@b.vn"),
        ("\"a\\n\"@b.vn", "an", "b.vn", "an@b.vn"),
        ("\"a b\"@c", "a b", "c", "\"a b\"@c"),
        ("\"a@b\"@c", "a@b", "c", "\"a@b\"@c"),
        ("\"a\\\"\\\\b\"@c", "a\"\\b", "c", "\"a\\\"\\\\b\"@c"),
        ("đỗ@bộ.gov.vn", "đỗ", "bộ.gov.vn", "đỗ@bộ.gov.vn"),
        ("a@[10.0.0.1]", "a", "[10.0.0.1]", "a@[10.0.0.1]"),
        ("a@[IPv6:::1]", "a", "[IPv6:::1]", "a@[IPv6:::1]"),
        ("a@xn--b-1ga.vn", "a", "xn--b-1ga.vn", "a@xn--b-1ga.vn"),
    ];
    for (text, local, domain, written) in table {
        let address = Address::parse(text).unwrap_or_else(|error| panic!("{text}: {error}"));
        assert_eq!(
            (
                address.local(),
                address.domain(),
                address.to_string().as_str()
            ),
            (local, domain, written)
        );
    }
}

#[test]
fn invalid() {
    use AddressError::{Domain, Local, NoAt, TooLong};
    let long_local = format!("{}@b", "a".repeat(65));
    let long_domain = format!("a@{}b", "bbbbbbb.".repeat(32));
    let long_label = format!("a@{}", "b".repeat(64));
    let table = [
        ("", NoAt),
        ("a", NoAt),
        ("@b", Local),
        (".a@b", Local),
        ("a.@b", Local),
        ("a..b@c", Local),
        ("a b@c", Local),
        ("a\r\n@c", Local),
        ("\"a@c", Local),
        ("\"\"@c", Local),
        ("\"a\u{0}\"@c", Local),
        ("\"a\"b@c", NoAt),
        ("a@", Domain),
        ("a@b@c", Domain),
        ("a@b..c", Domain),
        ("a@b.", Domain),
        ("a@-b", Domain),
        ("a@b-", Domain),
        ("a@b_c", Domain),
        ("a@b c", Domain),
        ("a@[10.0.0]", Domain),
        ("a@[10.0.0.1", Domain),
        ("a@[IPv6:x]", Domain),
        ("<a@b>", Local),
        (long_local.as_str(), TooLong),
        (long_domain.as_str(), TooLong),
        (long_label.as_str(), Domain),
    ];
    for (text, error) in table {
        assert_eq!(Address::parse(text), Err(error), "{text:?}");
    }
}

#[test]
fn lookup_ignores_case() {
    let one = Address::parse("An.ĐỖ@Bo.GOV.vn").expect("valid");
    assert_eq!(
        one.lookup_key(),
        ("an.đỗ".to_owned(), "bo.gov.vn".to_owned())
    );
}

#[test]
fn a_look_alike_is_another() {
    // The Kelvin sign, whose lower case is an ASCII k.
    let other = Address::parse("s\u{212a}hcn@bo.gov.vn").expect("valid");
    assert_eq!(other.lookup_key().0, "s\u{212a}hcn");
}
