//! What the server tells, taken into a mirror.

use super::cache::numbers;
use super::mirror::{Flags, Known, Mirror};

impl Mirror {
    pub(super) fn untagged(&mut self, response: &str, expunge: bool) {
        let Some(rest) = response.strip_prefix("* ") else {
            self.fail("no response");
        };
        let (first, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match first {
            "BYE" => self.fail("hung up"),
            "OK" => {
                self.coded(rest);
                return;
            }
            "SEARCH" => {
                if self.ways.rev2 {
                    self.fail("SEARCH in IMAP4rev2");
                }
                let numbers = rest.split_whitespace().map(|n| n.parse().unwrap());
                self.found = Some(numbers.collect());
                return;
            }
            "ESEARCH" => {
                let all = rest.split_once(" ALL ").map_or("", |(_, all)| all);
                self.found = Some(numbers(all.split(' ').next().unwrap()));
                return;
            }
            "VANISHED" => return self.vanished(rest, expunge),
            _ => {}
        }
        let Ok(number) = first.parse::<usize>() else {
            return;
        };
        let (what, rest) = rest.split_once(' ').unwrap_or((rest, ""));
        match what {
            "EXISTS" => {
                if number < self.messages.len() {
                    self.fail("EXISTS shrinks");
                }
                self.messages.resize(number, Known::default());
            }
            "EXPUNGE" => {
                if !expunge || self.ways.qresync {
                    self.fail("EXPUNGE where it may not be");
                }
                if number == 0 || number > self.messages.len() {
                    self.fail("EXPUNGE of nothing");
                }
                self.messages.remove(number - 1);
            }
            "FETCH" => self.fetched(number, rest),
            "RECENT" => {
                if self.ways.rev2 {
                    self.fail("RECENT in IMAP4rev2");
                }
                if number > self.messages.len() {
                    self.fail("more are recent than there are");
                }
            }
            _ => self.fail("what is this?"),
        }
    }

    /// Codes that are kept.
    pub(super) fn coded(&mut self, text: &str) {
        let value = |name: &str| -> Option<u64> {
            let (_, rest) = text.split_once(&format!("[{name} "))?;
            rest.split(']').next()?.parse().ok()
        };
        if let Some(uid_validity) = value("UIDVALIDITY") {
            self.uid_validity = uid_validity as u32;
        }
        self.coded = value("HIGHESTMODSEQ").or(self.coded);
    }

    /// At a tagged answer HIGHESTMODSEQ is known (RFC 7162 §6).
    pub(super) fn answered(&mut self) {
        self.highest = match self.coded.take() {
            Some(code) => code,
            None => self.highest.max(self.shown),
        };
        self.shown = 0;
    }

    fn vanished(&mut self, rest: &str, expunge: bool) {
        if !self.ways.qresync {
            self.fail("VANISHED was not enabled");
        }
        if let Some(set) = rest.strip_prefix("(EARLIER) ") {
            for uid in numbers(set) {
                if self.messages.iter().any(|known| known.uid == Some(uid)) {
                    self.fail("VANISHED (EARLIER) of what is there");
                }
                if let Some(returning) = &mut self.returning {
                    returning.known.remove(&uid);
                }
            }
            return;
        }
        if !expunge {
            self.fail("VANISHED where it may not be");
        }
        for uid in numbers(rest) {
            self.vanish(uid);
        }
    }

    fn vanish(&mut self, uid: u32) {
        if let Some(returning) = &mut self.returning {
            returning.known.remove(&uid);
        }
        let is = |known: &Known| known.uid == Some(uid);
        if let Some(at) = self.messages.iter().position(is) {
            self.messages.remove(at);
            return;
        }
        // Among those between its neighbours that no UID is known of; which one is not known.
        let below = |known: &Known| known.uid.is_some_and(|known| known < uid);
        let above = |known: &Known| known.uid.is_some_and(|known| known > uid);
        let begin = self.messages.iter().rposition(below).map_or(0, |at| at + 1);
        let end = self.messages.iter().position(above);
        let end = end.unwrap_or(self.messages.len());
        if begin >= end {
            self.fail(&format!("VANISHED {uid}, which is not there"));
        }
        self.messages.remove(begin);
        self.messages[begin..end - 1].fill(Known::default());
    }

    fn fetched(&mut self, number: usize, items: &str) {
        if number == 0 || number > self.messages.len() {
            self.fail("FETCH of nothing");
        }
        let value = |name: &str| {
            let at = items.find(&format!("{name} "))? + name.len() + 1;
            Some(items[at..].to_owned())
        };
        let plain = |text: String| -> u64 {
            let digits = text.trim_start_matches('(');
            let end = digits.find(|c: char| !c.is_ascii_digit());
            digits[..end.unwrap_or(digits.len())].parse().unwrap()
        };
        let uid = value("UID").map(|text| plain(text) as u32);
        let modseq = value("MODSEQ").map(plain);
        let flags = value("FLAGS").map(|text| {
            let list = text[1..].split(')').next().unwrap().to_owned();
            if self.ways.rev2 && list.contains("\\Recent") {
                self.fail("\\Recent in IMAP4rev2");
            }
            let flags = list.split_whitespace().filter(|flag| *flag != "\\Recent");
            flags.map(str::to_owned).collect::<Flags>()
        });
        if flags.is_some() {
            self.told.insert(number);
        }
        self.shown = self.shown.max(modseq.unwrap_or(0));
        if let (Some(returning), Some(uid), Some(flags)) = (&mut self.returning, uid, &flags) {
            returning.known.insert(uid, flags.clone());
        }
        let known = &mut self.messages[number - 1];
        if uid.is_some() && known.uid.is_some() && known.uid != uid {
            self.fail("another UID under the same number");
        }
        if modseq < known.modseq && modseq.is_some() {
            self.fail("MODSEQ goes back");
        }
        known.uid = known.uid.or(uid);
        known.modseq = modseq.or(known.modseq);
        known.flags = flags.or_else(|| known.flags.take());
    }
}
