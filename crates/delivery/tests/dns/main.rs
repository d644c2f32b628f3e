//! The resolver asks a real name server: nsd, on ports of its own, with zones in a temporary folder.

#[path = "../../../../tests/harness/nsd.rs"]
#[allow(unreachable_pub, dead_code)]
mod nsd;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use congvu_delivery::outbound::{
    Dns, DnsConfig, DnsError, Family, Mx, Resolver, RouteConfig, Router,
};

use crate::nsd::Nsd;

fn resolver(server: SocketAddr) -> Resolver {
    Resolver::new(&DnsConfig {
        servers: vec![server],
        timeout: Duration::from_secs(1),
        attempts: 1,
    })
    .expect("a resolver")
}

fn mx(preference: u16, exchange: &str) -> Mx {
    Mx {
        preference,
        exchange: exchange.into(),
    }
}

const TINH: &str = "
@          MX    10 mx1
@          MX    20 MX2.tinh.test.
mx1        A     192.0.2.1
mx1        AAAA  2001:db8::1
mx2        CNAME real
real       A     192.0.2.2
null       MX    0 .
implicit   A     192.0.2.3
nothing    TXT   \"no addresses\"
alias      CNAME tinh.test.
lost       MX    10 gone
numeric    MX    10 192.0.2.44.
xn--tnh-dlz A 192.0.2.6
inside     MX    10 loopback
loopback   A     127.0.0.1
";

#[tokio::test]
async fn records() {
    let nsd = Nsd::start(&[("tinh.test", TINH)]);
    let dns = resolver(nsd.address);
    let mut found = dns.mx("tinh.test").await.expect("MX");
    found.sort_by_key(|mx| mx.preference);
    assert_eq!(found, [mx(10, "mx1.tinh.test"), mx(20, "mx2.tinh.test")]);
    assert_eq!(dns.mx("null.tinh.test").await, Ok(vec![mx(0, "")]));
    assert_eq!(dns.mx("implicit.tinh.test").await, Ok(vec![]));
    assert_eq!(dns.mx("no.such.tinh.test").await, Err(DnsError::NoSuchName));
    let through_alias = dns.mx("alias.tinh.test").await.expect("MX");
    assert_eq!(through_alias.len(), 2);
    let addresses = async |host: &str, family| dns.addresses(host, family).await;
    let ip = |text: &str| -> IpAddr { text.parse().expect("an address") };
    assert_eq!(
        addresses("mx1.tinh.test", Family::V4).await,
        Ok(vec![ip("192.0.2.1")])
    );
    assert_eq!(
        addresses("mx1.tinh.test", Family::V6).await,
        Ok(vec![ip("2001:db8::1")])
    );
    assert_eq!(
        addresses("mx2.tinh.test", Family::V4).await,
        Ok(vec![ip("192.0.2.2")])
    );
    assert_eq!(addresses("nothing.tinh.test", Family::V4).await, Ok(vec![]));
    let gone = addresses("gone.tinh.test", Family::V4).await;
    assert_eq!(gone, Err(DnsError::NoSuchName));
    assert_eq!(
        addresses("tỉnh.tinh.test", Family::V4).await,
        Ok(vec![ip("192.0.2.6")])
    );
}

#[tokio::test]
async fn texts_that_are_no_names() {
    let nsd = Nsd::start(&[("tinh.test", TINH)]);
    let dns = resolver(nsd.address);
    for name in ["a..b", &"x".repeat(64), &"abc.".repeat(70), "a b.vn\u{0}"] {
        let answer = dns.mx(name).await;
        assert!(
            matches!(answer, Err(DnsError::NoSuchName | DnsError::Temporary(_))),
            "{name:?}: {answer:?}"
        );
    }
}

#[tokio::test]
async fn routes() {
    let nsd = Nsd::start(&[("tinh.test", TINH)]);
    let router = Router::new(
        RouteConfig::new("mx.own.test"),
        Arc::new(resolver(nsd.address)),
    );
    for (domain, expected) in [
        ("tinh.test", "[2001:db8::1]:25 192.0.2.1:25 192.0.2.2:25"),
        ("implicit.tinh.test", "192.0.2.3:25"),
        ("null.tinh.test", "556 5.1.10"),
        ("nothing.tinh.test", "550 5.1.2"),
        ("no.tinh.test", "550 5.1.2"),
        ("lost.tinh.test", "550 5.4.4"),
        ("numeric.tinh.test", "192.0.2.44:25"),
        ("inside.tinh.test", "550 5.4.4"),
        // No zone of this server: it refuses.
        ("other.test", "451 4.4.3"),
    ] {
        let found = match router.hops(domain).await {
            Ok(hops) => {
                let hops: Vec<String> = hops.iter().map(|hop| hop.address.to_string()).collect();
                hops.join(" ")
            }
            Err(error) => format!("{} {}", error.reply.code, error.reply.status),
        };
        assert_eq!(found, expected, "{domain}");
    }
}

#[tokio::test]
async fn a_zone_that_cannot_be_loaded_is_a_temporary_matter() {
    let nsd = Nsd::start(&[
        ("tinh.test", TINH),
        ("broken.test", "@ MX not-a-number x\n("),
    ]);
    let dns = resolver(nsd.address);
    let answer = dns.mx("broken.test").await;
    assert!(matches!(answer, Err(DnsError::Temporary(_))), "{answer:?}");
    assert!(dns.mx("tinh.test").await.is_ok());
}

#[tokio::test]
async fn an_answer_too_large_for_a_datagram() {
    let many: String = (0..500)
        .map(|n| format!("@ MX {n} a-rather-long-name-{n}\n"))
        .collect();
    let nsd = Nsd::start(&[("large.test", &many)]);
    let found = resolver(nsd.address).mx("large.test").await.expect("MX");
    assert_eq!(found.len(), 500);
}

#[tokio::test]
async fn nobody_answers() {
    // A socket that takes questions and says nothing.
    let silent = std::net::UdpSocket::bind("127.0.0.1:0").expect("a port");
    let address = silent.local_addr().expect("bound");
    let begun = std::time::Instant::now();
    let answer = resolver(address).mx("tinh.test").await;
    assert!(matches!(answer, Err(DnsError::Temporary(_))), "{answer:?}");
    assert!(begun.elapsed() < Duration::from_secs(10));
}

#[tokio::test]
async fn answers_are_kept() {
    let nsd = Nsd::start(&[("tinh.test", TINH)]);
    let dns = resolver(nsd.address);
    let first = dns.mx("null.tinh.test").await;
    drop(nsd);
    assert_eq!(dns.mx("null.tinh.test").await, first);
    assert!(dns.mx("tinh.test").await.is_err());
}
