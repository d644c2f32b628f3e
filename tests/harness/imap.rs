//! An IMAP client that reads answers as lists, so that it does not matter which way a string was written.

use std::collections::BTreeMap;
use std::fmt;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{TcpStream, ToSocketAddrs};
use std::time::Duration;

/// Literals longer than this are no answer to anything asked here.
const MOST: usize = 64 << 20;

/// A value of an answer (RFC 9051 §4).
#[derive(Clone, PartialEq, Eq)]
pub enum Value {
    Nil,
    /// Whatever is no string: numbers, flags, names.
    Atom(String),
    /// Quoted or a literal.
    Text(Vec<u8>),
    List(Vec<Value>),
}

impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Nil => write!(f, "NIL"),
            Self::Atom(atom) => write!(f, "{atom}"),
            Self::Text(text) => write!(f, "\"{}\"", text.escape_ascii()),
            Self::List(values) => {
                write!(f, "(")?;
                for (index, value) in values.iter().enumerate() {
                    write!(f, "{}{value:?}", if index > 0 { " " } else { "" })?;
                }
                write!(f, ")")
            }
        }
    }
}

/// What a FETCH told of one message, by the name of the item.
pub type Fetched = BTreeMap<String, Value>;

/// A signed-in connection without TLS.
pub struct Imap {
    stream: BufReader<TcpStream>,
    tag: u32,
}

impl Imap {
    #[track_caller]
    pub fn sign_in(address: impl ToSocketAddrs, user: &str, password: &str) -> Self {
        let stream = TcpStream::connect(address).unwrap();
        stream
            .set_read_timeout(Some(Duration::from_secs(60)))
            .unwrap();
        stream.set_nodelay(true).unwrap();
        let mut imap = Self {
            stream: BufReader::new(stream),
            tag: 0,
        };
        let greeting = imap.answer();
        assert!(greeting.starts_with(b"* OK"), "{}", greeting.escape_ascii());
        imap.command(format!("LOGIN \"{user}\" \"{password}\"").as_bytes());
        imap
    }

    /// The untagged answers to a command, which must succeed.
    #[track_caller]
    pub fn command(&mut self, command: &[u8]) -> Vec<Vec<u8>> {
        let tag = self.send(command);
        self.until(&tag, command)
    }

    fn send(&mut self, command: &[u8]) -> String {
        self.tag += 1;
        let tag = format!("t{} ", self.tag);
        let line = [tag.as_bytes(), command, b"\r\n"].concat();
        self.stream.get_mut().write_all(&line).unwrap();
        tag
    }

    #[track_caller]
    fn until(&mut self, tag: &str, command: &[u8]) -> Vec<Vec<u8>> {
        let mut answers = Vec::new();
        loop {
            let answer = self.answer();
            let Some(end) = answer.strip_prefix(tag.as_bytes()) else {
                answers.push(answer);
                continue;
            };
            let (asked, end) = (command.escape_ascii(), end.escape_ascii().to_string());
            assert!(end.starts_with("OK"), "{asked}: {end}");
            return answers;
        }
    }

    /// Appends a message to a folder; one that holds NUL goes as a literal8 (RFC 9051 §6.3.12).
    #[track_caller]
    pub fn append(&mut self, folder: &str, octets: &[u8]) {
        let tilde = if octets.contains(&0) { "~" } else { "" };
        let command = format!("APPEND {folder} {tilde}{{{}}}", octets.len());
        let tag = self.send(command.as_bytes());
        let go_on = self.answer();
        assert!(
            go_on.starts_with(b"+"),
            "{command}: {}",
            go_on.escape_ascii()
        );
        self.stream
            .get_mut()
            .write_all(&[octets, b"\r\n"].concat())
            .unwrap();
        self.until(&tag, command.as_bytes());
    }

    /// What FETCH tells of all messages of the selected folder, in order.
    #[track_caller]
    pub fn fetch(&mut self, items: &str) -> Vec<Fetched> {
        let answers = self.command(format!("FETCH 1:* ({items})").as_bytes());
        let mut found = BTreeMap::new();
        for answer in answers {
            let mut cursor = Cursor {
                octets: &answer,
                at: 0,
            };
            let values = cursor.values();
            let [
                Value::Atom(_),
                Value::Atom(number),
                Value::Atom(fetch),
                Value::List(list),
            ] = &values[..]
            else {
                continue;
            };
            if fetch != "FETCH" {
                continue;
            }
            let message: &mut Fetched = found.entry(number.parse::<u32>().unwrap()).or_default();
            for pair in list.chunks(2) {
                let [Value::Atom(name), value] = pair else {
                    panic!("no pairs: {list:?}");
                };
                message.insert(name.clone(), value.clone());
            }
        }
        found.into_values().collect()
    }

    /// One answer with its literals.
    fn answer(&mut self) -> Vec<u8> {
        let mut answer = Vec::new();
        loop {
            let start = answer.len();
            let read = self.stream.read_until(b'\n', &mut answer).unwrap();
            assert!(read > 0, "the server hung up");
            let Some(length) = literal(&answer[start..]) else {
                return answer;
            };
            assert!(length <= MOST, "a literal of {length} octets");
            let mut octets = vec![0; length];
            self.stream.read_exact(&mut octets).unwrap();
            answer.append(&mut octets);
        }
    }
}

/// The length of the literal that a line announces at its end.
fn literal(line: &[u8]) -> Option<usize> {
    let line = line.strip_suffix(b"}\r\n")?;
    let open = line.iter().rposition(|byte| *byte == b'{')?;
    std::str::from_utf8(&line[open + 1..]).ok()?.parse().ok()
}

/// Reads values off an answer; panics where it is none, as only a server at fault writes.
struct Cursor<'a> {
    octets: &'a [u8],
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.octets
            .get(self.at)
            .copied()
            .filter(|byte| !matches!(byte, b'\r' | b'\n'))
    }

    /// The values up to the closing bracket or the end.
    fn values(&mut self) -> Vec<Value> {
        let mut values = Vec::new();
        loop {
            match self.peek() {
                None | Some(b')') => return values,
                Some(b' ') => self.at += 1,
                Some(_) => values.push(self.value()),
            }
        }
    }

    fn value(&mut self) -> Value {
        match self.octets[self.at] {
            b'(' => {
                self.at += 1;
                let list = self.values();
                assert_eq!(
                    self.peek(),
                    Some(b')'),
                    "an open list: {}",
                    self.octets.escape_ascii()
                );
                self.at += 1;
                Value::List(list)
            }
            b'"' => self.quoted(),
            b'{' => {
                let end = self.octets[self.at..]
                    .iter()
                    .position(|byte| *byte == b'\n')
                    .unwrap();
                let start = self.at + end + 1;
                let length = literal(&self.octets[self.at..start]).unwrap();
                self.at = start + length;
                Value::Text(self.octets[start..self.at].to_vec())
            }
            _ => self.atom(),
        }
    }

    fn quoted(&mut self) -> Value {
        let mut text = Vec::new();
        loop {
            self.at += 1;
            match self.octets[self.at] {
                b'"' => break,
                b'\\' => {
                    self.at += 1;
                    text.push(self.octets[self.at]);
                }
                octet => {
                    assert!(
                        !matches!(octet, b'\r' | b'\n' | 0),
                        "in a quoted string: {octet}"
                    );
                    text.push(octet);
                }
            }
        }
        self.at += 1;
        Value::Text(text)
    }

    /// An atom; what stands between `[` and `]` belongs to it.
    fn atom(&mut self) -> Value {
        let start = self.at;
        let mut inside = false;
        while let Some(octet) = self.peek() {
            match octet {
                b'[' => inside = true,
                b']' => inside = false,
                b' ' | b'(' | b')' if !inside => break,
                _ => {}
            }
            self.at += 1;
        }
        let atom = String::from_utf8_lossy(&self.octets[start..self.at]).into_owned();
        if atom == "NIL" {
            Value::Nil
        } else {
            Value::Atom(atom)
        }
    }
}
