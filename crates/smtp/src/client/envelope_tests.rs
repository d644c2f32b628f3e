use std::io;

use congvu_delivery::outbound::{Body, Content};
use futures_util::future::BoxFuture;

use super::*;

struct Nothing;

impl Content for Nothing {
    fn open(&self) -> BoxFuture<'_, io::Result<Body>> {
        Box::pin(async { Err(io::ErrorKind::NotFound.into()) })
    }
}

fn parcel(sender: &str) -> Parcel {
    Parcel {
        sender: sender.into(),
        recipients: vec![recipient("b@c.vn")],
        ret: Some(Return::Headers),
        envelope_id: Some("QQ+2B1".into()),
        size: 1000,
        eight_bit: false,
        utf8: false,
        content: Box::new(Nothing),
    }
}

fn recipient(address: &str) -> ParcelRecipient {
    ParcelRecipient {
        address: address.into(),
        notify: Some(Notify {
            failure: true,
            delay: true,
            ..Notify::default()
        }),
        original: Some("rfc822;b@c.vn".into()),
    }
}

fn everything() -> Extensions {
    Extensions {
        pipelining: true,
        size: Some(0),
        eight_bit_mime: true,
        smtp_utf8: true,
        start_tls: true,
        dsn: true,
        auth_plain: true,
        auth_login: true,
    }
}

#[test]
fn parameters_where_they_are_understood() {
    let (all, none) = (everything(), Extensions::default());
    let mut parcel = parcel("a@b.vn");
    assert_eq!(mail(&parcel, &none).as_deref(), Ok("MAIL FROM:<a@b.vn>"));
    assert_eq!(
        mail(&parcel, &all).as_deref(),
        Ok("MAIL FROM:<a@b.vn> SIZE=1000 RET=HDRS ENVID=QQ+2B1")
    );
    parcel.eight_bit = true;
    parcel.sender = String::new();
    parcel.ret = Some(Return::Full);
    parcel.envelope_id = Some("a b".into());
    assert_eq!(mail(&parcel, &none).as_deref(), Ok("MAIL FROM:<>"));
    assert_eq!(
        mail(&parcel, &all).as_deref(),
        Ok("MAIL FROM:<> SIZE=1000 BODY=8BITMIME RET=FULL")
    );
    let one = recipient("b@c.vn");
    assert_eq!(rcpt(&one, &none).as_deref(), Ok("RCPT TO:<b@c.vn>"));
    assert_eq!(
        rcpt(&one, &all).as_deref(),
        Ok("RCPT TO:<b@c.vn> NOTIFY=FAILURE,DELAY ORCPT=rfc822;b@c.vn")
    );
}

#[test]
fn notices_that_are_wanted() {
    let case = |never, success, failure, delay| {
        words(Notify {
            never,
            success,
            failure,
            delay,
        })
    };
    assert_eq!(case(false, true, true, true), "SUCCESS,FAILURE,DELAY");
    assert_eq!(case(false, false, false, true), "DELAY");
    assert_eq!(case(true, true, false, false), "NEVER");
    assert_eq!(case(false, false, false, false), "NEVER");
}

#[test]
fn utf8_goes_where_it_is_taken() {
    let refused = |parcel: &Parcel| {
        let without = Extensions {
            smtp_utf8: false,
            ..everything()
        };
        mail(parcel, &without).expect_err("refused").status
    };
    let mut marked = parcel("a@b.vn");
    marked.utf8 = true;
    assert_eq!(refused(&marked), "5.6.7");
    assert_eq!(
        mail(&marked, &everything()).as_deref(),
        Ok("MAIL FROM:<a@b.vn> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1")
    );
    let mut plain_to_see = parcel("a@b.vn");
    plain_to_see.recipients.push(recipient("thủ@tỉnh.vn"));
    let without = Extensions {
        smtp_utf8: false,
        ..everything()
    };
    // One address alone that cannot be told to the server: the others can.
    assert_eq!(
        mail(&plain_to_see, &without).as_deref(),
        Ok("MAIL FROM:<a@b.vn> SIZE=1000 RET=HDRS ENVID=QQ+2B1")
    );
    let told = |address: &str| rcpt(&recipient(address), &without).map_err(|reply| reply.status);
    assert_eq!(told("thủ@tỉnh.vn"), Err("5.6.7".into()));
    assert!(told("b@c.vn").is_ok());
    assert_eq!(
        mail(&plain_to_see, &everything()).as_deref(),
        Ok("MAIL FROM:<a@b.vn> SIZE=1000 BODY=8BITMIME SMTPUTF8 RET=HDRS ENVID=QQ+2B1")
    );
    assert_eq!(refused(&parcel("thủ@tỉnh.vn")), "5.6.7");
}

#[test]
fn what_is_too_large_is_not_offered() {
    let server = |size| Extensions {
        size,
        ..everything()
    };
    let refused = mail(&parcel("a@b.vn"), &server(Some(999))).expect_err("too large");
    assert_eq!((refused.code, refused.status.as_str()), (552, "5.3.4"));
    for size in [None, Some(0), Some(1000)] {
        assert!(mail(&parcel("a@b.vn"), &server(size)).is_ok());
    }
}

#[test]
fn no_address_speaks_smtp() {
    for address in [
        "a@b\r\nRCPT TO:<x@y>",
        "a@b\n",
        "a@b>",
        "a@b> SIZE=1",
        "a b@c",
        "\"a@b",
        "\"a\\",
        "a@b\0",
        "",
        "<a@b",
    ] {
        assert!(
            rcpt(&recipient(address), &everything()).is_err(),
            "{address:?}"
        );
        if !address.is_empty() {
            let refused = mail(&parcel(address), &everything()).expect_err("refused");
            assert_eq!(refused.status, "5.1.7", "{address:?}");
        }
    }
    for address in [
        "a@b",
        "\"a b\"@c",
        "\"a>\\\"\"@c",
        "a+b=c@[IPv6:2001:db8::1]",
        "o'neil@x",
    ] {
        assert!(
            rcpt(&recipient(address), &everything()).is_ok(),
            "{address:?}"
        );
    }
}
