//! Mail damaged at random, looked at by hand: `CONGVU_SEED=… cargo nextest run … --run-ignored only mutations`.

use super::corpus::{self, Message};
use super::{Both, CLEARTEXT};
use crate::harness::{Demo, Dovecot};

/// Numbers that look random (xorshift64*).
struct Dice(u64);

impl Dice {
    fn next(&mut self, below: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        let high = self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33;
        high as usize % below.max(1)
    }
}

/// What parsers stumble over.
const PIECES: &[&str] = &[
    "\r\n",
    "\r\n ",
    "\r\n\r\n",
    " ",
    "\t",
    "\"",
    "\\",
    "(",
    ")",
    "<",
    ">",
    "@",
    ",",
    ";",
    ":",
    "=",
    "/",
    "*",
    "%",
    "'",
    "[",
    "]",
    ".",
    "--",
    "=?",
    "?=",
    "\u{111}",
    "\r\n--b\r\n",
    "\r\n--b--\r\n",
    "\r\nContent-Type: ",
    "message/rfc822",
    "multipart/mixed; boundary=b",
    "multipart/digest; boundary=b",
    "*0",
    "*0*=",
    "\r\nTo: ",
    "a@b",
];

/// Damages a message in one to four places.
fn damaged(octets: &[u8], other: &[u8], dice: &mut Dice) -> Vec<u8> {
    let mut out = octets.to_vec();
    for _ in 0..=dice.next(4) {
        // Most of the grammar is in the header.
        let header = out
            .windows(4)
            .position(|four| four == b"\r\n\r\n")
            .unwrap_or(out.len());
        let reach = if dice.next(3) > 0 { header } else { out.len() };
        let at = dice.next(reach + 1).min(out.len());
        let length = dice.next(12).min(out.len() - at);
        match dice.next(5) {
            0 => drop(out.drain(at..at + length)),
            1 => out.truncate(at.max(1)),
            2 => {
                let copy = out[at..at + length].to_vec();
                let to = dice.next(reach + 1).min(out.len());
                drop(out.splice(to..to, copy));
            }
            3 => {
                let from = dice.next(other.len());
                let piece = &other[from..(from + 40).min(other.len())];
                drop(out.splice(at..at, piece.iter().copied()));
            }
            _ => drop(out.splice(at..at, PIECES[dice.next(PIECES.len())].bytes())),
        }
    }
    // Line ends stay whole: bare ones are cases of the corpus.
    let mut whole = Vec::with_capacity(out.len());
    for (index, octet) in out.iter().enumerate() {
        match octet {
            b'\r' if out.get(index + 1) != Some(&b'\n') => {}
            b'\n' if index == 0 || out[index - 1] != b'\r' => {}
            0 => {}
            octet => whole.push(*octet),
        }
    }
    if whole.is_empty() {
        b"\r\n".to_vec()
    } else {
        whole
    }
}

#[test]
#[ignore = "shows differences for a person to judge"]
fn mutations() {
    let seed = std::env::var("CONGVU_SEED").map_or(1, |seed| seed.parse().unwrap());
    let mut dice = Dice(0x9e37_79b9_7f4a_7c15_u64.wrapping_mul(seed));
    let mut corpus = corpus::everything();
    corpus.retain(|message| message.octets.len() < 20_000);
    let messages: Vec<Message> = (0..300)
        .map(|number| {
            let [one, other] = [0, 0].map(|_| &corpus[dice.next(corpus.len())]);
            Message::new(
                format!("{number} {}", one.name),
                damaged(&one.octets, &other.octets, &mut dice),
            )
        })
        .collect();
    let demo = Demo::start_with(None, &[CLEARTEXT]);
    let dovecot = Dovecot::start();
    let found = Both::sign_in(&demo, &dovecot).differences("thu", &messages);
    let folder = std::env::temp_dir().join(format!("congvu-mutations-{seed}"));
    std::fs::create_dir_all(&folder).unwrap();
    for one in &found {
        eprintln!("{one}");
        let message = corpus::named(&messages, &one.message);
        let number = one.message.split(' ').next().unwrap();
        std::fs::write(folder.join(number), &message.octets).unwrap();
    }
    eprintln!(
        "seed {seed}: {} differences; the messages lie in {}",
        found.len(),
        folder.display()
    );
}
