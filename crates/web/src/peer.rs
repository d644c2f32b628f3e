//! Who is at the other end of a connection.

use std::net::IpAddr;

use axum::http::HeaderMap;

use crate::api::Among;

/// Who is at the other end of a connection.
#[derive(Clone, Copy, Debug)]
pub struct Peer {
    /// Its address.
    pub ip: IpAddr,
    /// The connection is enciphered.
    pub is_tls: bool,
}

/// Whom a request comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Client {
    /// Where they are.
    pub(crate) ip: IpAddr,
    /// What they send is enciphered all the way.
    pub(crate) is_secure: bool,
}

impl Client {
    /// Whom a request comes from: what a proxy of ours says, or the peer itself. `None` where it came in the clear: then only the
    /// machine itself and our proxies are heard, for what is sent in the clear is anybody's.
    pub(crate) fn of(proxies: &Among, peer: Peer, headers: &HeaderMap) -> Option<Self> {
        let ip = peer.ip.to_canonical();
        if !proxies(ip) {
            return (peer.is_tls || ip.is_loopback()).then_some(Self {
                ip,
                is_secure: peer.is_tls,
            });
        }
        let is_secure = peer.is_tls
            || headers
                .get("x-forwarded-proto")
                .is_some_and(|proto| proto == "https");
        // Each proxy adds whom it saw; the last one that is none of ours is the client.
        let told: Vec<&str> = headers
            .get_all("x-forwarded-for")
            .iter()
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(','))
            .collect();
        for part in told.into_iter().rev() {
            match part.trim().parse::<IpAddr>() {
                Ok(told) if proxies(told.to_canonical()) => {}
                Ok(told) => {
                    return Some(Self {
                        ip: told.to_canonical(),
                        is_secure,
                    });
                }
                Err(_) => break,
            }
        }
        Some(Self { ip, is_secure })
    }
}
