use std::collections::HashMap;

use futures_util::future::BoxFuture;
use parking_lot::Mutex;

use super::*;

/// Zones as lines: `name MX 10 host`, `name A 192.0.2.1`, `name AAAA …`, `name FAIL`, `name NONE` (it is
/// there and has no records). A name without a line does not exist.
struct Zone {
    lines: Vec<(String, String, String)>,
    asked: Mutex<HashMap<String, usize>>,
}

impl Zone {
    fn ask(&self, name: &str, kind: &str) -> Result<Vec<String>, DnsError> {
        *self.asked.lock().entry(name.to_owned()).or_default() += 1;
        let own = || self.lines.iter().filter(|(owner, _, _)| owner == name);
        if own().any(|(_, kind, _)| kind == "FAIL") {
            return Err(DnsError::Temporary("SERVFAIL".into()));
        }
        if own().next().is_none() {
            return Err(DnsError::NoSuchName);
        }
        let found = own().filter(|(_, own, _)| own == kind);
        Ok(found.map(|(_, _, value)| value.clone()).collect())
    }
}

impl Dns for Zone {
    fn mx<'a>(&'a self, domain: &'a str) -> BoxFuture<'a, Result<Vec<Mx>, DnsError>> {
        Box::pin(async move {
            let values = self.ask(domain, "MX")?;
            let mx = values.iter().map(|value| {
                let (preference, exchange) = value.split_once(' ').expect("two words");
                Mx {
                    preference: preference.parse().expect("a number"),
                    exchange: exchange.trim_end_matches('.').into(),
                }
            });
            Ok(mx.collect())
        })
    }

    fn addresses<'a>(
        &'a self,
        host: &'a str,
        family: Family,
    ) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        Box::pin(async move {
            let kind = match family {
                Family::V4 => "A",
                Family::V6 => "AAAA",
            };
            let values = self.ask(host, kind)?;
            Ok(values
                .iter()
                .map(|value| value.parse().expect("an address"))
                .collect())
        })
    }
}

const ZONE: &str = "
    plain.vn MX 20 second.vn
    plain.vn MX 10 first.vn
    first.vn A 192.0.2.1
    first.vn AAAA 2001:db8::1
    second.vn A 192.0.2.2
    implicit.vn A 192.0.2.3
    implicit.vn AAAA 2001:db8::3
    null.vn MX 0 .
    odd-null.vn MX 0 .
    odd-null.vn MX 10 second.vn
    empty.vn NONE
    broken.vn FAIL
    ghosts.vn MX 10 nowhere.vn
    ghosts.vn MX 20 empty.vn
    half.vn MX 10 broken.vn
    half.vn MX 20 second.vn
    dark.vn MX 10 broken.vn
    dark.vn MX 20 nowhere.vn
    backup.vn MX 10 first.vn
    backup.vn MX 20 mx.tinh.example
    backup.vn MX 20 second.vn
    backup.vn MX 30 second.vn
    ours.vn MX 10 MX.Tinh.Example.
    ours-later.vn MX 5 mx.later.vn.
    ours-later.vn MX 10 MX.Tinh.Example.
    mx.later.vn FAIL
    alias.vn MX 10 alias-of-us.vn
    alias.vn MX 20 second.vn
    alias-of-us.vn A 198.51.100.7
    inside.vn MX 10 localhost.vn
    localhost.vn A 127.0.0.1
    half-inside.vn MX 10 localhost.vn
    half-inside.vn MX 20 second.vn
    number.vn MX 10 192.0.2.9
    loop-number.vn MX 10 127.0.0.1
    many.vn MX 10 wide.vn
    many.vn MX 20 second.vn
    wide.vn A 192.0.2.11
    wide.vn A 192.0.2.12
    wide.vn A 192.0.2.13
    wide.vn AAAA 2001:db8::11
    wide.vn AAAA 2001:db8::12
    wide.vn AAAA 2001:db8::13
    relay.vn A 127.0.0.1
";

fn zone(text: &str) -> Arc<Zone> {
    let lines = text.lines().filter_map(|line| {
        let mut words = line.trim().splitn(3, ' ').map(str::to_owned);
        Some((
            words.next()?,
            words.next()?,
            words.next().unwrap_or_default(),
        ))
    });
    Arc::new(Zone {
        lines: lines.collect(),
        asked: Mutex::default(),
    })
}

fn config() -> RouteConfig {
    RouteConfig {
        own_addresses: vec!["198.51.100.7".parse().expect("an address")],
        ..RouteConfig::new("mx.tinh.example")
    }
}

/// The route as text: addresses, or the error's code and status.
async fn route(config: RouteConfig, domain: &str) -> String {
    let router = Router::new(config, zone(ZONE));
    match router.hops(domain).await {
        Ok(hops) => {
            let hops: Vec<String> = hops.iter().map(|hop| hop.address.to_string()).collect();
            hops.join(" ")
        }
        Err(error) => format!("{} {}", error.reply.code, error.reply.status),
    }
}

async fn check(domain: &str, expected: &str) {
    assert_eq!(route(config(), domain).await, expected, "{domain}");
}

#[tokio::test]
async fn preferences_and_families() {
    check("plain.vn", "[2001:db8::1]:25 192.0.2.1:25 192.0.2.2:25").await;
    check("PLAIN.VN.", "[2001:db8::1]:25 192.0.2.1:25 192.0.2.2:25").await;
    check("implicit.vn", "[2001:db8::3]:25 192.0.2.3:25").await;
    let v4 = RouteConfig {
        ipv6: false,
        ..config()
    };
    assert_eq!(route(v4, "plain.vn").await, "192.0.2.1:25 192.0.2.2:25");
    let v6 = RouteConfig {
        ipv4: false,
        ..config()
    };
    assert_eq!(route(v6, "plain.vn").await, "[2001:db8::1]:25");
}

#[tokio::test]
async fn no_mail_there() {
    check("nowhere.vn", "550 5.1.2").await;
    check("empty.vn", "550 5.1.2").await;
    check("null.vn", "556 5.1.10").await;
    check("odd-null.vn", "192.0.2.2:25").await;
    check("ghosts.vn", "550 5.4.4").await;
}

#[tokio::test]
async fn a_dns_that_does_not_answer() {
    check("broken.vn", "451 4.4.3").await;
    check("half.vn", "192.0.2.2:25").await;
    check("dark.vn", "451 4.4.3").await;
}

#[tokio::test]
async fn mail_does_not_come_back_to_us() {
    check("backup.vn", "[2001:db8::1]:25 192.0.2.1:25").await;
    check("ours.vn", "554 5.4.6").await;
    // One that stands before us cannot be found just now.
    check("ours-later.vn", "451 4.4.3").await;
    check("alias.vn", "554 5.4.6").await;
    check("[198.51.100.7]", "554 5.4.6").await;
}

#[tokio::test]
async fn nobody_leads_us_inside() {
    check("inside.vn", "550 5.4.4").await;
    check("half-inside.vn", "192.0.2.2:25").await;
    check("loop-number.vn", "550 5.4.4").await;
    check("[127.0.0.1]", "550 5.4.4").await;
    check("[IPv6:::ffff:127.0.0.1]", "550 5.4.4").await;
    let mut open = config();
    open.reach.networks = vec![(IpAddr::from([127, 0, 0, 0]), 8)];
    assert_eq!(route(open.clone(), "inside.vn").await, "127.0.0.1:25");
    assert_eq!(route(open, "[127.0.0.1]").await, "127.0.0.1:25");
}

#[tokio::test]
async fn addresses_in_place_of_names() {
    check("[192.0.2.8]", "192.0.2.8:25").await;
    check("[IPv6:2001:db8::8]", "[2001:db8::8]:25").await;
    check("number.vn", "192.0.2.9:25").await;
    for wrong in ["[192.0.2]", "[x]", "[192.0.2.8", "[IPv6:192.0.2.8]", "[]"] {
        check(wrong, "550 5.1.2").await;
    }
}

#[tokio::test]
async fn one_host_does_not_fill_the_list() {
    let expected = "[2001:db8::11]:25 192.0.2.11:25 [2001:db8::12]:25 192.0.2.12:25 192.0.2.2:25";
    check("many.vn", expected).await;
    let few = RouteConfig {
        max_hops: 2,
        ..config()
    };
    assert_eq!(
        route(few, "many.vn").await,
        "[2001:db8::11]:25 192.0.2.11:25"
    );
}

#[tokio::test]
async fn servers_that_are_set() {
    let server = |host: &str, port| SmartHost {
        host: host.into(),
        port,
        protocol: Protocol::Lmtp,
        tls: Tls::Required,
        credentials: None,
    };
    let mut set = config();
    set.smart_host = Some(server("relay.vn", 2525));
    set.domains
        .insert("chung.vn".into(), server("192.0.2.77", 26));
    // A server that is set may well be on this machine.
    assert_eq!(route(set.clone(), "plain.vn").await, "127.0.0.1:2525");
    assert_eq!(route(set.clone(), "[192.0.2.8]").await, "127.0.0.1:2525");
    assert_eq!(route(set.clone(), "Chung.VN").await, "192.0.2.77:26");
    set.smart_host = Some(server("nowhere.vn", 25));
    assert_eq!(route(set.clone(), "plain.vn").await, "451 4.4.3");
    let hops = Router::new(set, zone(ZONE))
        .hops("chung.vn")
        .await
        .expect("a route");
    assert_eq!(
        (hops[0].name.as_str(), hops[0].tls, hops[0].protocol),
        ("192.0.2.77", Tls::Required, Protocol::Lmtp)
    );
}

#[tokio::test]
async fn equal_ones_share_the_load() {
    let text = "
        equal.vn MX 10 a.vn
        equal.vn MX 10 b.vn
        equal.vn MX 20 c.vn
        a.vn A 192.0.2.1
        b.vn A 192.0.2.2
        c.vn A 192.0.2.3
    ";
    let router = Router::new(config(), zone(text));
    let mut firsts = HashMap::<IpAddr, usize>::new();
    for _ in 0..200 {
        let hops = router.hops("equal.vn").await.expect("a route");
        *firsts.entry(hops[0].address.ip()).or_default() += 1;
        assert_eq!(hops[2].name, "c.vn");
    }
    assert_eq!(firsts.len(), 2);
    assert!(firsts.values().all(|count| *count > 40), "{firsts:?}");
}

#[tokio::test]
async fn a_thousand_exchangers_cost_few_questions() {
    let many: String = (0..1000)
        .map(|n| format!("flood.vn MX {n} host{n}.vn\n"))
        .collect();
    let dns = zone(&many);
    let router = Router::new(config(), Arc::clone(&dns) as Arc<dyn Dns>);
    let error = router.hops("flood.vn").await.expect_err("no address");
    assert_eq!(error.reply.status, "5.4.4");
    assert!(dns.asked.lock().values().sum::<usize>() <= 21);
}

struct Silent;

impl Dns for Silent {
    fn mx<'a>(&'a self, _: &'a str) -> BoxFuture<'a, Result<Vec<Mx>, DnsError>> {
        Box::pin(std::future::pending())
    }

    fn addresses<'a>(
        &'a self,
        _: &'a str,
        _: Family,
    ) -> BoxFuture<'a, Result<Vec<IpAddr>, DnsError>> {
        Box::pin(std::future::pending())
    }
}

#[tokio::test(start_paused = true)]
async fn silence_ends() {
    let error = Router::new(config(), Arc::new(Silent))
        .hops("x.vn")
        .await
        .expect_err("silence");
    assert!(!error.is_permanent());
    assert_eq!(error.reply.status, "4.4.3");
}
