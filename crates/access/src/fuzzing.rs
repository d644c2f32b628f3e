//! Fuzz bodies; they run as ordinary tests too.

use crate::scram;

/// A SCRAM client's messages: nothing a client sends may panic, and no proof made without a
/// password fits.
pub fn scram(bytes: &[u8]) {
    let middle = bytes.len() / 2;
    let Some(first) = scram::client_first(&bytes[..middle]).or_else(|| scram::client_first(bytes))
    else {
        return;
    };
    let exchange = scram::Exchange::begin(first, b"nonce", b"salt");
    let keys = scram::Keys::derive("password", b"salt");
    let fits = exchange.finish(&bytes[middle..], [(&keys.stored[..], &keys.server[..])]);
    assert!(fits.is_none(), "a proof out of nothing");
}

#[cfg(test)]
mod tests {
    #[test]
    fn corpus_and_its_mutilations() {
        let seeds: [&[u8]; 4] = [
            b"n,,n=user,r=rOprNGfwEbeRWgbNEkqO",
            b"n,,n=user,r=abcc=biws,r=abcbm9uY2U=,p=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
            b"y,,n=a=2Cb=3Dc,r=\xff",
            b"p=tls-unique,,n=user,r=abc",
        ];
        for seed in seeds {
            for end in 0..=seed.len() {
                super::scram(&seed[..end]);
                let mut changed = seed.to_vec();
                if let Some(byte) = changed.get_mut(end) {
                    *byte ^= 0x15;
                }
                super::scram(&changed);
            }
        }
    }
}
