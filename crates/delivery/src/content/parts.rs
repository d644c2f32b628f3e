//! The parts of a message, looked at as its bytes pass: texts for marks of secrecy, files for what they are.

use congvu_message::encoding::Decoder;
use congvu_message::{Part, charset, header, safe_html};
use congvu_regulation::content::secrecy::{self, Place};
use congvu_regulation::content::{Description, File, Look, RealType};
use congvu_store::held;

use super::real_type::{Glimpse, describe};

/// So much of a text is looked through, as it is encoded …
const TEXT: u64 = 1 << 20;
/// … and of all together.
const TEXTS: u64 = 4 << 20;

/// Members of an archive that are told of a message that is held.
const MEMBERS: usize = 100;

/// Parts in the order in which they lie in the message.
pub(super) struct Parts {
    /// The next one at the end.
    waiting: Vec<Looked>,
    seen: Vec<Looked>,
    at: u64,
}

struct Looked {
    start: u64,
    end: u64,
    decoder: Option<Decoder>,
    what: What,
}

enum What {
    Text {
        bytes: Vec<u8>,
        charset: Option<String>,
        is_html: bool,
    },
    File {
        names: Vec<String>,
        media: String,
        glimpse: Glimpse,
    },
}

impl Parts {
    /// Those of a message, of nested ones too: a text within one may be stamped, a file in one may run.
    pub(super) fn of(top: &Part) -> Self {
        let mut left = TEXTS;
        let mut waiting: Vec<Looked> = top
            .leaves()
            .map(|part| Looked::of(part, &mut left))
            .collect();
        waiting.sort_by_key(|part| std::cmp::Reverse(part.start));
        Self {
            waiting,
            seen: Vec::new(),
            at: 0,
        }
    }

    pub(super) fn wants_more(&self) -> bool {
        !self.waiting.is_empty()
    }

    /// Takes the next bytes of the message. Leaves do not overlap, so one is read at a time.
    pub(super) fn push(&mut self, chunk: &[u8]) {
        let next = self.at + chunk.len() as u64;
        while let Some(part) = self.waiting.last_mut().filter(|part| part.start < next) {
            part.take(self.at, chunk);
            if part.end > next {
                break;
            }
            self.seen.extend(self.waiting.pop());
        }
        self.at = next;
    }

    /// Tells what was seen, to the rules and, by names and types alone, to people.
    pub(super) fn finish(self, message: &mut Description) -> Vec<held::Part> {
        let mut told = Vec::new();
        for part in self.seen.into_iter().chain(self.waiting) {
            part.tell(message, &mut told);
        }
        told
    }
}

impl Looked {
    fn of(part: &Part, left: &mut u64) -> Self {
        let mut end = part.body_end;
        let what = if part.is_readable() {
            end = end.min(part.body_start + TEXT.min(*left));
            *left -= end - part.body_start;
            What::Text {
                bytes: Vec::new(),
                charset: part.charset().map(str::to_owned),
                is_html: part.subtype.eq_ignore_ascii_case("html"),
            }
        } else {
            What::File {
                names: names(part),
                media: format!("{}/{}", part.type_, part.subtype).to_ascii_lowercase(),
                glimpse: Glimpse::default(),
            }
        };
        Self {
            start: part.body_start,
            end,
            decoder: Some(Decoder::new(&part.encoding)),
            what,
        }
    }

    /// Takes what is its own of a chunk that begins at `at`.
    fn take(&mut self, at: u64, chunk: &[u8]) {
        let within = |place: u64| {
            let past = place.saturating_sub(at).min(chunk.len() as u64);
            usize::try_from(past).unwrap_or(chunk.len())
        };
        let own = chunk.get(within(self.start)..within(self.end));
        let mut decoded = Vec::new();
        if let Some(decoder) = &mut self.decoder {
            decoder.push(own.unwrap_or_default(), &mut decoded);
        }
        self.what.take(&decoded);
    }

    fn tell(mut self, message: &mut Description, told: &mut Vec<held::Part>) {
        let mut rest = Vec::new();
        if let Some(decoder) = self.decoder.take() {
            decoder.finish(&mut rest);
        }
        self.what.take(&rest);
        match self.what {
            What::Text {
                bytes,
                charset,
                is_html,
            } => {
                told.push(held::Part {
                    name: String::new(),
                    declared: match is_html {
                        true => "text/html".to_owned(),
                        false => "text/plain".to_owned(),
                    },
                    kind: match is_html {
                        true => RealType::Html.to_string(),
                        false => RealType::Text.to_string(),
                    },
                    size: bytes.len() as u64,
                    inside: String::new(),
                });
                let mut text = charset::to_utf8(charset.as_deref(), &bytes);
                if is_html {
                    text = safe_html::to_text(&text);
                }
                message.saw(&secrecy::find(&text, Place::Body));
            }
            What::File {
                names,
                media,
                glimpse,
            } => {
                for name in &names {
                    message.saw(&secrecy::find(name, Place::Name));
                }
                let (file, within): (File, Vec<File>) = describe(names, &media, &glimpse);
                told.push(seen(&file, None));
                told.extend(
                    within
                        .iter()
                        .take(MEMBERS)
                        .map(|one| seen(one, Some(&file))),
                );
                let outer = message.attach(file);
                for member in within {
                    message.within(outer, member);
                }
            }
        }
    }
}

impl What {
    fn take(&mut self, decoded: &[u8]) {
        match self {
            Self::Text { bytes, .. } => bytes.extend_from_slice(decoded),
            Self::File { glimpse, .. } => glimpse.push(decoded),
        }
    }
}

/// A file, as people are told of it; `outer`: the one in which it lies.
fn seen(file: &File, outer: Option<&File>) -> held::Part {
    let name = |file: &File| {
        let name = file.names.first().map_or("", String::as_str);
        name.chars()
            .filter(|c| !c.is_control())
            .take(200)
            .collect::<String>()
    };
    held::Part {
        name: match outer {
            Some(outer) => format!("{} → {}", name(outer), name(file)),
            None => name(file),
        },
        declared: file.declared_type.clone(),
        kind: match outer {
            // What lies in an archive is known by its name alone.
            Some(_) => String::new(),
            None => file.real_type.to_string(),
        },
        size: file.size,
        inside: match file.look {
            Look::Whole => "",
            Look::Locked(_) => "locked",
            Look::Unseen(_) => "unseen",
        }
        .to_owned(),
    }
}

/// Each name under which some mail program may save it.
fn names(part: &Part) -> Vec<String> {
    let mut names: Vec<String> = part.file_name().map(str::to_owned).into_iter().collect();
    let told = part.disposition.iter().flat_map(|(_, params)| params);
    for (known, value) in told.chain(&part.params) {
        let known = known.trim_end_matches('*');
        if known.eq_ignore_ascii_case("filename") || known.eq_ignore_ascii_case("name") {
            let decoded = header::decode_text(value.as_bytes());
            if !names.contains(&decoded) {
                names.push(decoded);
            }
        }
    }
    if names.is_empty() {
        names.push(String::new());
    }
    names
}
