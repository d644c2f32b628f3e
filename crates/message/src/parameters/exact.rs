//! Parameters as BODYSTRUCTURE shows them: what the grammar lets be read (RFC 2045 §5.1), the pieces of RFC 2231 §3
//! joined.

use super::MAX;
use crate::charset;
use crate::header::grammar::{Broken, Grammar, MORE, Then};

/// `name*NUMBER`, or `name*NUMBER*` where it is percent-encoded.
struct Piece {
    name: Vec<u8>,
    number: u32,
    encoded: bool,
    value: Vec<u8>,
}

/// The parameters that follow; what is no parameter is passed over up to the next semicolon.
pub(crate) fn parameters(grammar: &mut Grammar<'_>) -> Vec<(String, String)> {
    let mut found = Vec::new();
    let mut pieces = Vec::new();
    while grammar.peek().is_some() && found.len() + pieces.len() < MAX {
        match parameter(grammar) {
            Err(Broken) => grammar.step(),
            Ok((name, value)) => match piece(&name) {
                Some((name, number, encoded)) => pieces.push(Piece {
                    name: name.to_vec(),
                    number,
                    encoded,
                    value,
                }),
                None => found.push(pair(&name, &value)),
            },
        }
    }
    join(pieces, &mut found);
    found
}

fn pair(name: &[u8], value: &[u8]) -> (String, String) {
    (charset::text(name), charset::text(value))
}

/// `; name=value`
fn parameter(grammar: &mut Grammar<'_>) -> Result<(Vec<u8>, Vec<u8>), Broken> {
    if !grammar.pass(b';') || grammar.space() != MORE {
        return Err(Broken);
    }
    let (mut name, mut value) = (Vec::new(), Vec::new());
    if grammar.token(&mut name) != MORE || !grammar.pass(b'=') {
        return Err(Broken);
    }
    if grammar.space()? == Then::End {
        return Ok((name, value));
    }
    match grammar.peek() {
        Some(b'"') => grammar.quoted(&mut value)?,
        // An encoded word without quotes: `name==?utf-8?B?...?=`.
        Some(b'=') => {
            grammar.until_blank_or_semicolon(&mut value);
            Then::More
        }
        _ => grammar.token(&mut value)?,
    };
    Ok((name, value))
}

/// Takes the name of a piece apart; `name*` is the only piece.
fn piece(name: &[u8]) -> Option<(&[u8], u32, bool)> {
    let star = name.iter().position(|byte| *byte == b'*')?;
    let (name, rest) = (&name[..star], &name[star + 1..]);
    if rest.is_empty() {
        return Some((name, 0, true));
    }
    let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let number = rest[..digits].iter().fold(0_u32, |number, digit| {
        number
            .wrapping_mul(10)
            .wrapping_add(u32::from(digit - b'0'))
    });
    match &rest[digits..] {
        b"" => Some((name, number, false)),
        b"*" => Some((name, number, true)),
        _ => None,
    }
}

/// Joins the pieces of each name that are numbered 0, 1, 2 ...; others are shown one by one.
fn join(mut pieces: Vec<Piece>, found: &mut Vec<(String, String)>) {
    pieces.sort_by(|one, other| (&one.name, one.number).cmp(&(&other.name, other.number)));
    for of_name in pieces.chunk_by(|one, other| one.name.eq_ignore_ascii_case(&other.name)) {
        let name = &of_name[0].name;
        let whole = of_name
            .iter()
            .zip(0..)
            .all(|(piece, number)| piece.number == number);
        if !whole {
            found.extend(of_name.iter().map(|piece| {
                let star = if piece.encoded { "*" } else { "" };
                let name = format!("{}*{}{star}", charset::text(name), piece.number);
                (name, charset::text(&piece.value))
            }));
            continue;
        }
        let encoded = of_name.iter().any(|piece| piece.encoded);
        let mut value = Vec::new();
        if encoded && !of_name[0].encoded {
            value.extend_from_slice(b"''");
        }
        for piece in of_name {
            if encoded && !piece.encoded {
                escape(&piece.value, &mut value);
            } else {
                value.extend_from_slice(&piece.value);
            }
        }
        let mut name = name.clone();
        if encoded {
            name.push(b'*');
        }
        found.push(pair(&name, &value));
    }
}

/// What stands among percent-encoded pieces and is not itself encoded must not be decoded.
fn escape(value: &[u8], out: &mut Vec<u8>) {
    for byte in value {
        match byte {
            b'%' => out.extend_from_slice(b"%25"),
            _ => out.push(*byte),
        }
    }
}
