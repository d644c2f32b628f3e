//! An IP network: an address and the length of its prefix.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::str::FromStr;

/// An IP network such as `10.0.0.0/8` or `fd00::/8`, in CIDR notation (RFC 4632 §3.1).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Network {
    addr: IpAddr,
    prefix: u8,
}

/// The text or the numbers are not a network.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Not an IP address.
    #[error("not an IP address")]
    Address,
    /// Not a prefix length this kind of address can have (0..=32 or 0..=128).
    #[error("not a prefix length for this address")]
    Prefix,
    /// The text has bits behind its prefix (`10.0.0.7/8`): more likely a slip than a network.
    #[error("bits are set behind the prefix")]
    HostBits,
}

impl Network {
    /// The network of `addr` with a prefix of `prefix` bits; bits of `addr` behind it are cleared.
    ///
    /// # Errors
    /// [`NetworkError::Prefix`] above 32 (IPv4) or 128 (IPv6).
    pub fn new(addr: IpAddr, prefix: u8) -> Result<Self, NetworkError> {
        let addr = match addr {
            IpAddr::V4(_) if prefix > 32 => return Err(NetworkError::Prefix),
            IpAddr::V6(_) if prefix > 128 => return Err(NetworkError::Prefix),
            IpAddr::V4(v4) => Ipv4Addr::from_bits(v4.to_bits() & mask_v4(prefix)).into(),
            IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & mask_v6(prefix)).into(),
        };
        Ok(Self { addr, prefix })
    }

    /// The first address of the network.
    pub fn addr(&self) -> IpAddr {
        self.addr
    }

    /// The length of the prefix, in bits.
    pub fn prefix(&self) -> u8 {
        self.prefix
    }

    /// Whether `ip` lies in this network. An IPv4 address mapped into IPv6 (RFC 4291 §2.5.5.2)
    /// counts as the IPv4 address.
    pub fn contains(&self, ip: IpAddr) -> bool {
        match (self.addr, ip.to_canonical()) {
            (IpAddr::V4(net), IpAddr::V4(ip)) => {
                net.to_bits() == ip.to_bits() & mask_v4(self.prefix)
            }
            (IpAddr::V6(net), IpAddr::V6(ip)) => {
                net.to_bits() == ip.to_bits() & mask_v6(self.prefix)
            }
            _ => false,
        }
    }
}

fn mask_v4(prefix: u8) -> u32 {
    u32::MAX.checked_shl(32 - u32::from(prefix)).unwrap_or(0)
}

fn mask_v6(prefix: u8) -> u128 {
    u128::MAX.checked_shl(128 - u32::from(prefix)).unwrap_or(0)
}

impl FromStr for Network {
    type Err = NetworkError;

    /// Reads `address/prefix`, or a bare address as the network of that one address.
    fn from_str(text: &str) -> Result<Self, NetworkError> {
        let (addr, prefix) = match text.split_once('/') {
            Some((addr, prefix)) => (addr, Some(prefix)),
            None => (text, None),
        };
        let addr: IpAddr = addr.parse().map_err(|_| NetworkError::Address)?;
        let prefix = match prefix {
            Some(prefix) => prefix.parse().map_err(|_| NetworkError::Prefix)?,
            None if addr.is_ipv4() => 32,
            None => 128,
        };
        let network = Self::new(addr, prefix)?;
        if network.addr == addr {
            Ok(network)
        } else {
            Err(NetworkError::HostBits)
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.addr, self.prefix)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(network: &str, ip: &str, inside: bool) {
        let network: Network = network.parse().expect("network");
        let ip: IpAddr = ip.parse().expect("address");
        assert_eq!(network.contains(ip), inside, "{ip} in {network}");
    }

    #[test]
    fn contains() {
        check("10.0.0.0/8", "10.255.1.2", true);
        check("10.0.0.0/8", "11.0.0.1", false);
        check("10.0.0.0/8", "::ffff:10.1.2.3", true);
        check("0.0.0.0/0", "203.0.113.9", true);
        check("0.0.0.0/0", "::1", false);
        check("192.0.2.7", "192.0.2.7", true);
        check("192.0.2.7", "192.0.2.8", false);
        check("2001:db8::/32", "2001:db8:ffff::1", true);
        check("2001:db8::/32", "2001:db9::1", false);
        check("::/0", "2001:db9::1", true);
        check("::1", "::1", true);
    }

    #[test]
    fn refuses() {
        for (text, error) in [
            ("", NetworkError::Address),
            ("10.0.0/8", NetworkError::Address),
            ("10.0.0.0/33", NetworkError::Prefix),
            ("10.0.0.0/", NetworkError::Prefix),
            ("::1/129", NetworkError::Prefix),
            ("10.9.8.7/8", NetworkError::HostBits),
        ] {
            assert_eq!(text.parse::<Network>(), Err(error), "{text}");
        }
    }

    #[test]
    fn displays_the_first_address() {
        let network = Network::new([10, 9, 8, 7].into(), 8).expect("network");
        assert_eq!(network.to_string(), "10.0.0.0/8");
    }
}
