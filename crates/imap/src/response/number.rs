//! Numbers.

/// Writes a number in decimal, without allocating.
pub fn number(out: &mut Vec<u8>, mut n: u64) {
    // u64::MAX has 20 digits.
    let mut digits = [0u8; 20];
    let mut at = digits.len();
    loop {
        at -= 1;
        digits[at] = b'0' + u8::try_from(n % 10).expect("a digit is below 10");
        n /= 10;
        if n == 0 {
            break;
        }
    }
    out.extend_from_slice(&digits[at..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn written(n: u64) -> String {
        let mut out = Vec::new();
        number(&mut out, n);
        String::from_utf8(out).unwrap()
    }

    proptest! {
        #[test]
        fn as_the_library_writes_it(n in prop_oneof![any::<u64>(), 0u64..200, Just(u64::MAX)]) {
            prop_assert_eq!(written(n), n.to_string());
        }
    }
}
