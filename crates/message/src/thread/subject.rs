//! The base subject (RFC 5256 §2.1).

/// A subject without what replying and forwarding put around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BaseSubject {
    /// The base subject; may be empty.
    pub text: String,
    /// A `Re:`, `Fwd:`, `(fwd)` or `[Fwd: …]` was taken off.
    pub is_reply: bool,
}

/// The base subject of a decoded subject.
pub fn base_subject(subject: &str) -> BaseSubject {
    let folded = single_spaces(subject);
    let mut rest = folded.as_str();
    let mut is_reply = false;
    loop {
        // (2)
        loop {
            rest = rest.trim_end_matches(' ');
            let Some(before) = strip_suffix(rest, "(fwd)") else {
                break;
            };
            rest = before;
            is_reply = true;
        }
        loop {
            let before = rest.len();
            // (3)
            while let Some((after, reply)) = leader(rest) {
                rest = after;
                is_reply |= reply;
            }
            // (4); as no leader is here, none is behind the next of these either.
            while let Some(after) = blob(rest)
                && !after.is_empty()
            {
                rest = after;
            }
            // (5)
            if rest.len() == before {
                break;
            }
        }
        // (6)
        let inner = strip_prefix(rest, "[fwd:").and_then(|inner| inner.strip_suffix(']'));
        let Some(inner) = inner else {
            break;
        };
        rest = inner;
        is_reply = true;
    }
    BaseSubject {
        text: rest.to_owned(),
        is_reply,
    }
}

/// Step (1); encoded words are decoded already.
fn single_spaces(subject: &str) -> String {
    let mut out = String::with_capacity(subject.len());
    for c in subject.chars() {
        let c = if matches!(c, '\t' | '\r' | '\n') {
            ' '
        } else {
            c
        };
        if c != ' ' || !out.ends_with(' ') {
            out.push(c);
        }
    }
    out
}

/// What follows one `subj-leader`, and whether that was more than a space.
fn leader(text: &str) -> Option<(&str, bool)> {
    if let Some(after) = text.strip_prefix(' ') {
        return Some((after, false));
    }
    let mut rest = text;
    while let Some(after) = blob(rest) {
        rest = after;
    }
    refwd(rest).map(|after| (after, true))
}

/// What follows `subj-refwd`.
fn refwd(text: &str) -> Option<&str> {
    let after = strip_prefix(text, "re")
        .or_else(|| strip_prefix(text, "fwd"))
        .or_else(|| strip_prefix(text, "fw"))?;
    let after = after.trim_start_matches(' ');
    let after = blob(after).unwrap_or(after);
    after.strip_prefix(':')
}

/// What follows `subj-blob`.
fn blob(text: &str) -> Option<&str> {
    let inside = text.strip_prefix('[')?;
    let end = inside.find(['[', ']'])?;
    let after = inside[end..].strip_prefix(']')?;
    Some(after.trim_start_matches(' '))
}

fn strip_prefix<'a>(text: &'a str, prefix: &str) -> Option<&'a str> {
    let (head, rest) = text.split_at_checked(prefix.len())?;
    head.eq_ignore_ascii_case(prefix).then_some(rest)
}

fn strip_suffix<'a>(text: &'a str, suffix: &str) -> Option<&'a str> {
    let at = text.len().checked_sub(suffix.len())?;
    let (rest, tail) = text.split_at_checked(at)?;
    tail.eq_ignore_ascii_case(suffix).then_some(rest)
}
