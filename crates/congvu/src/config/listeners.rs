//! Checks on the addresses the servers listen on.

use std::net::SocketAddr;

use super::check::Checks;

/// The settings that hold addresses.
pub(super) const LISTENERS: [&str; 10] = [
    "smtp.listen",
    "submission.listen",
    "submissions.listen",
    "imap.listen",
    "imaps.listen",
    "pop3.listen",
    "pop3s.listen",
    "web.listen",
    "web.listen_tls",
    "operations.listen",
];

pub(super) fn check(checks: &mut Checks<'_>) {
    unique(checks);
    cleartext(checks);
    implicit_tls(checks);
    operations(checks);
}

/// Whether two listeners cannot both be bound: the same port, and the same address or one that covers it. IPv4 and
/// IPv6 are apart: the program binds `[::]` for IPv6 alone. Port 0 is any free port.
fn clash(one: SocketAddr, other: SocketAddr) -> bool {
    let (a, b) = (one.ip(), other.ip());
    one.port() != 0
        && one.port() == other.port()
        && a.is_ipv4() == b.is_ipv4()
        && (a == b || a.is_unspecified() || b.is_unspecified())
}

fn unique(checks: &mut Checks<'_>) {
    let mut seen: Vec<(&str, SocketAddr)> = Vec::new();
    for key in LISTENERS {
        if !checks.entries.are_known(&[key]) {
            continue;
        }
        for address in checks.entries.sockets(key) {
            match seen.iter().find(|(_, other)| clash(address, *other)) {
                Some((other_key, other)) => {
                    let wrong = format!("địa chỉ {address} trùng với {other} của {other_key}");
                    checks.find_beside(key, other_key, wrong, "mỗi địa chỉ:cổng chỉ dùng một lần");
                }
                None => seen.push((key, address)),
            }
        }
    }
}

fn cleartext(checks: &mut Checks<'_>) {
    for (key, listen) in [
        ("submission.cleartext_login", "submission.listen"),
        ("imap.cleartext_login", "imap.listen"),
        ("pop3.cleartext_login", "pop3.listen"),
    ] {
        if !checks.entries.are_known(&[key, listen]) || !checks.entries.bool(key) {
            continue;
        }
        if let Some(open) = checks
            .entries
            .sockets(listen)
            .iter()
            .find(|address| !is_loopback(**address))
        {
            let wrong = format!("không được cho đăng nhập không mã hóa trên {open}");
            checks.find(
                key,
                wrong,
                &format!("false, hoặc {listen} chỉ gồm địa chỉ loopback"),
            );
        }
    }
}

/// A listener that was asked for by name cannot do without a certificate; the defaults are quietly left out.
fn implicit_tls(checks: &mut Checks<'_>) {
    if !checks.entries.are_known(&["tls.certificate", "tls.key"]) || checks.config.tls.is_some() {
        return;
    }
    for key in [
        "submissions.listen",
        "imaps.listen",
        "pop3s.listen",
        "web.listen_tls",
    ] {
        let asked = checks.entries.is_set(key) && checks.entries.are_known(&[key]);
        if asked && !checks.entries.sockets(key).is_empty() {
            checks.find(
                key,
                "cần chứng thư TLS mà chưa có".to_owned(),
                "đặt tls.certificate và tls.key, hoặc để danh sách rỗng",
            );
        }
    }
}

fn operations(checks: &mut Checks<'_>) {
    let key = "operations.listen";
    if !checks.entries.are_known(&[key]) {
        return;
    }
    for address in checks.entries.sockets(key) {
        if !is_loopback(address) {
            let wrong = format!("địa chỉ {address} mở ra ngoài máy");
            checks.find(key, wrong, "địa chỉ loopback, ví dụ 127.0.0.1:9090");
        }
    }
}

fn is_loopback(address: SocketAddr) -> bool {
    address.ip().to_canonical().is_loopback()
}
