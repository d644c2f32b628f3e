//! The mirrors beside the store.

use congvu_store::entry::{self, Want};
use congvu_store::{StoreError, folder, keyword};

use super::Stress;
use super::mirror::{Flags, Kind, Mirror};

impl Mirror {
    /// After a lone UID SEARCH: what it found is what the mirror says.
    pub(super) fn check_search(&self, key: &str) {
        let Some(found) = &self.found else {
            self.fail("no answer to SEARCH");
        };
        let mut expected = Vec::new();
        for known in &self.messages {
            let (Some(uid), Some(flags)) = (known.uid, &known.flags) else {
                return;
            };
            let has = |flag: &str| flags.contains(flag);
            let wanted = match key {
                "ALL" => true,
                "SEEN" => has("\\Seen"),
                "UNSEEN" => !has("\\Seen"),
                "UNDELETED" => !has("\\Deleted"),
                "ANSWERED" => has("\\Answered"),
                "UNFLAGGED UNDRAFT" => !has("\\Flagged") && !has("\\Draft"),
                "OR FLAGGED UNSEEN" => has("\\Flagged") || !has("\\Seen"),
                "NOT (SEEN UNDELETED)" => !has("\\Seen") || has("\\Deleted"),
                "DRAFT SEEN" => has("\\Draft") && has("\\Seen"),
                "KEYWORD $Label" => has("$Label"),
                "SINCE 1-Jan-2000 DELETED" => has("\\Deleted"),
                _ => return,
            };
            if wanted {
                expected.push(uid);
            }
        }
        if *found != expected {
            self.fail(&format!("{key} found {found:?}, not {expected:?}"));
        }
    }
}

impl Stress {
    /// All mirrors are what the store holds.
    pub(super) async fn compare(&mut self) {
        for n in 0..self.sessions.len() {
            self.sessions[n].finish().await;
            self.noop(n).await;
            self.sessions[n].finish().await;
        }
        let id = self.world.mailbox;
        for n in 0..self.sessions.len() {
            let Some(name) = self.sessions[n].folder else {
                continue;
            };
            let read = self.world.store.read(move |tx| {
                let keywords = keyword::list(tx, id)?;
                let folder = folder::find(tx, id, name)?.unwrap();
                let mut held: Vec<(u32, Flags, u64)> = Vec::new();
                entry::scan(tx, folder.id, (1, u32::MAX), Want::Entry, |row| {
                    let bits = row.flags()?;
                    let system = ["\\Seen", "\\Answered", "\\Flagged", "\\Deleted", "\\Draft"];
                    let mut flags = Flags::new();
                    for (bit, name) in system.iter().enumerate() {
                        flags.extend((bits >> bit & 1 == 1).then(|| (*name).to_owned()));
                    }
                    for (bit, name) in &keywords {
                        flags.extend((bits >> bit & 1 == 1).then(|| name.clone()));
                    }
                    held.push((row.uid()?, flags, row.modseq()?.unsigned_abs()));
                    Ok(true)
                })?;
                Ok::<_, StoreError>((held, folder))
            });
            let (held, folder) = read.await.unwrap();
            let mirror = &self.sessions[n];
            assert_eq!(folder.total as usize, held.len());
            if mirror.messages.len() != held.len() {
                mirror.fail(&format!(
                    "{} messages, not {}",
                    mirror.messages.len(),
                    held.len()
                ));
            }
            for (known, (uid, flags, modseq)) in mirror.messages.iter().zip(&held) {
                if known.uid.is_some_and(|known| known != *uid) {
                    mirror.fail(&format!("{known:?} is UID {uid}"));
                }
                if known.flags.as_ref().is_some_and(|known| known != flags) {
                    mirror.fail(&format!("{known:?}: UID {uid} has {flags:?}"));
                }
                if known.modseq.is_some_and(|known| known > *modseq) {
                    mirror.fail(&format!("{known:?}: UID {uid} has modseq {modseq}"));
                }
            }
            if mirror.highest > folder.modseq.unsigned_abs() {
                mirror.fail(&format!("HIGHESTMODSEQ {} is too high", mirror.highest));
            }
            // From here on the session knows everything.
            let mirror = &mut self.sessions[n];
            let ways = mirror.ways;
            if !mirror.messages.is_empty() {
                // Asking for MODSEQ switches CONDSTORE on (RFC 7162 §3.1).
                let modseq = if ways.condstore { " MODSEQ" } else { "" };
                let all = format!("FETCH 1:* (UID FLAGS{modseq})");
                mirror.send(all, Kind::Plain, false).await;
                mirror.finish().await;
            }
            for (known, (uid, flags, modseq)) in mirror.messages.iter().zip(&held) {
                let same = known.uid == Some(*uid) && known.flags.as_ref() == Some(flags);
                if !same || ways.condstore && known.modseq != Some(*modseq) {
                    mirror.fail(&format!("{known:?} is {uid} {flags:?} {modseq}"));
                }
            }
            let begin = mirror.history.len().saturating_sub(2_000);
            mirror.history.drain(..begin);
        }
    }
}
