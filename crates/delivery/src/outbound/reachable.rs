//! Which addresses a foreign domain may lead us to.
//!
//! Whoever writes to a domain chooses, through its DNS, whom this server connects to from inside. An
//! MX at 127.0.0.1 would reach services that take whatever comes from their own machine.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Addresses by their first bits: `10.0.0.0`, 8.
pub type Prefix = (IpAddr, u8);

/// What is allowed of addresses that the DNS or an address literal gives.
#[derive(Clone, Debug)]
pub struct Reach {
    /// Private networks (RFC 1918, RFC 4193, RFC 6598) as well: state bodies have one of their own.
    pub private: bool,
    /// Allowed whatever they are.
    pub networks: Vec<Prefix>,
}

impl Default for Reach {
    fn default() -> Self {
        Self {
            private: true,
            networks: Vec::new(),
        }
    }
}

impl Reach {
    /// Whether mail of a foreign domain may go to this address.
    #[must_use]
    pub fn allows(&self, address: IpAddr) -> bool {
        let address = innermost(address);
        if self
            .networks
            .iter()
            .any(|prefix| contains(*prefix, address))
        {
            return true;
        }
        match address {
            IpAddr::V4(v4) => {
                let never = v4.is_loopback()
                    || v4.octets()[0] == 0
                    || v4.is_link_local()
                    || v4.octets()[0] >= 224;
                let shared = v4.octets()[0] == 100 && v4.octets()[1] & 0xc0 == 64;
                !never && (self.private || !(v4.is_private() || shared))
            }
            IpAddr::V6(v6) => {
                let never = v6.is_loopback()
                    || v6.is_unspecified()
                    || v6.is_unicast_link_local()
                    || v6.is_multicast();
                !never && (self.private || !v6.is_unique_local())
            }
        }
    }
}

/// The IPv4 address that an IPv6 one leads to: mapped (RFC 4291 §2.5.5.2), compatible (§2.5.5.1) or
/// through a translator (RFC 6052 §2.1).
fn innermost(address: IpAddr) -> IpAddr {
    let IpAddr::V6(v6) = address.to_canonical() else {
        return address.to_canonical();
    };
    let carries = match v6.segments() {
        // `::` and `::1` are IPv6's own.
        [0, 0, 0, 0, 0, 0, high, _] => high != 0,
        [0x64, 0xff9b, 0, 0, 0, 0, _, _] => true,
        _ => false,
    };
    if carries {
        return Ipv4Addr::from_bits(v6.to_bits() as u32).into();
    }
    v6.into()
}

fn contains((network, length): Prefix, address: IpAddr) -> bool {
    match (network, address) {
        (IpAddr::V4(network), IpAddr::V4(address)) => {
            let mask = u32::MAX
                .checked_shl(32 - u32::from(length.min(32)))
                .unwrap_or(0);
            network.to_bits() & mask == address.to_bits() & mask
        }
        (IpAddr::V6(network), IpAddr::V6(address)) => {
            let shift = 128 - u32::from(length.min(128));
            let mask = u128::MAX.checked_shl(shift).unwrap_or(0);
            Ipv6Addr::to_bits(network) & mask == address.to_bits() & mask
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn allowed(reach: &Reach, addresses: &[&str]) -> Vec<bool> {
        addresses
            .iter()
            .map(|address| reach.allows(address.parse().expect("an address")))
            .collect()
    }

    #[test]
    fn nobody_is_led_to_this_machine() {
        let inside = [
            "127.0.0.1",
            "127.8.8.8",
            "0.0.0.0",
            "0.1.2.3",
            "169.254.169.254",
            "224.0.0.1",
            "255.255.255.255",
            "::1",
            "::",
            "fe80::1",
            "ff02::1",
            "::ffff:127.0.0.1",
            "::127.0.0.1",
            "64:ff9b::7f00:1",
        ];
        assert_eq!(allowed(&Reach::default(), &inside), [false; 14]);
        let everything = Reach {
            private: false,
            networks: vec![(IpAddr::from([0, 0, 0, 0]), 0), (IpAddr::from([0; 16]), 0)],
        };
        assert_eq!(allowed(&everything, &inside), [true; 14]);
    }

    #[test]
    fn private_networks() {
        let private = [
            "10.1.2.3",
            "172.16.0.1",
            "192.168.1.1",
            "100.64.0.1",
            "fd00::1",
            "::ffff:10.0.0.1",
        ];
        assert_eq!(allowed(&Reach::default(), &private), [true; 6]);
        let public = Reach {
            private: false,
            networks: vec![(IpAddr::from([10, 1, 0, 0]), 16)],
        };
        assert_eq!(
            allowed(&public, &private),
            [true, false, false, false, false, false]
        );
        let outside = ["203.113.1.1", "172.32.0.1", "100.128.0.1", "2001:ee0::1"];
        assert_eq!(allowed(&public, &outside), [true; 4]);
    }

    #[test]
    fn prefixes() {
        let v6 = (
            IpAddr::from([0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]),
            9,
        );
        assert!(contains(v6, "fd7f::1".parse().expect("one")));
        assert!(!contains(v6, "fd80::1".parse().expect("one")));
        let one = (IpAddr::from([10, 0, 0, 7]), 32);
        assert!(contains(one, "10.0.0.7".parse().expect("one")));
        assert!(!contains(one, "10.0.0.6".parse().expect("one")));
    }
}
