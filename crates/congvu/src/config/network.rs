//! A network of addresses: `10.0.0.0/8`, `::1/128`.

use std::fmt;
use std::net::IpAddr;
use std::str::FromStr;

/// A network: an address and the number of its leading bits that count. A single address is a network of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Network {
    address: IpAddr,
    bits: u8,
}

impl Network {
    /// Whether the address lies in the network. An IPv4 address in IPv6 clothes (`::ffff:10.0.0.1`) counts as IPv4.
    pub(crate) fn contains(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_ipv4() == self.address.is_ipv4()
            && leading(address, self.bits) == leading(self.address, self.bits)
    }
}

/// The first `bits` bits of the address.
fn leading(address: IpAddr, bits: u8) -> u128 {
    let (number, width) = match address {
        IpAddr::V4(address) => (u128::from(address.to_bits()), 32),
        IpAddr::V6(address) => (address.to_bits(), 128),
    };
    number.checked_shr(width - u32::from(bits)).unwrap_or(0)
}

impl FromStr for Network {
    type Err = ();

    /// Reads `address/bits` or an address; bits behind the network's own must be zero, as `10.0.0.7/8` is a slip.
    fn from_str(text: &str) -> Result<Self, ()> {
        let (address, bits) = text
            .split_once('/')
            .map_or((text, None), |(address, bits)| (address, Some(bits)));
        let address: IpAddr = address.trim().parse().map_err(|_| ())?;
        let width = if address.is_ipv4() { 32 } else { 128 };
        let bits: u8 = bits.map_or(Ok(width), |bits| bits.trim().parse().map_err(|_| ()))?;
        if bits > width {
            return Err(());
        }
        let behind = u32::from(width - bits);
        let whole = leading(address, width);
        let kept = leading(address, bits).checked_shl(behind).unwrap_or(0);
        if kept == whole {
            Ok(Self { address, bits })
        } else {
            Err(())
        }
    }
}

impl fmt::Display for Network {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.address, self.bits)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_lies_in_a_network() {
        for (network, address, inside) in [
            ("10.0.0.0/8", "10.255.1.2", true),
            ("10.0.0.0/8", "11.0.0.1", false),
            ("10.0.0.0/8", "::ffff:10.1.1.1", true),
            ("0.0.0.0/0", "1.2.3.4", true),
            ("0.0.0.0/0", "::1", false),
            ("127.0.0.1", "127.0.0.1", true),
            ("127.0.0.1", "127.0.0.2", false),
            ("::1/128", "::1", true),
            ("2001:db8::/32", "2001:db8:1::7", true),
            ("::/0", "2001:db9::", true),
        ] {
            let network: Network = network.parse().expect(network);
            assert_eq!(
                network.contains(address.parse().expect(address)),
                inside,
                "{network} {address}"
            );
        }
    }

    #[test]
    fn what_is_no_network() {
        for text in [
            "",
            "10.0.0.0/33",
            "10.0.0.7/8",
            "10.0.0/8",
            "::1/129",
            "/8",
            "localhost",
            "10.0.0.0/-1",
            "10.0.0.0/",
        ] {
            assert!(text.parse::<Network>().is_err(), "{text}");
        }
    }
}
