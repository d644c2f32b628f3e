//! Passwords verified a short while ago, as keyed hashes bound to the account's epoch: argon2id
//! costs 20 ms, and a mail program signs in many times a minute.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use congvu_store::{AccountId, random};
use parking_lot::Mutex;
use ring::hmac;
use subtle::ConstantTimeEq;

const LIFE: Duration = Duration::from_secs(10 * 60);
const CAPACITY: usize = 50_000;

struct Entry {
    epoch: i64,
    tag: [u8; 32],
    until: Instant,
}

pub(crate) struct Verified {
    key: hmac::Key,
    entries: Mutex<HashMap<AccountId, Entry>>,
}

impl Default for Verified {
    fn default() -> Self {
        Self {
            key: hmac::Key::new(hmac::HMAC_SHA256, &random::<32>()),
            entries: Mutex::default(),
        }
    }
}

impl Verified {
    fn tag(&self, password: &str) -> [u8; 32] {
        let mut tag = [0; 32];
        tag.copy_from_slice(hmac::sign(&self.key, password.as_bytes()).as_ref());
        tag
    }

    pub(crate) fn knows(&self, account: AccountId, epoch: i64, password: &str) -> bool {
        let tag = self.tag(password);
        self.entries.lock().get(&account).is_some_and(|entry| {
            entry.epoch == epoch
                && entry.until > Instant::now()
                && bool::from(entry.tag.ct_eq(&tag))
        })
    }

    pub(crate) fn remember(&self, account: AccountId, epoch: i64, password: &str) {
        let (tag, now) = (self.tag(password), Instant::now());
        let mut entries = self.entries.lock();
        if entries.len() >= CAPACITY {
            entries.retain(|_, entry| entry.until > now);
        }
        if entries.len() < CAPACITY {
            entries.insert(
                account,
                Entry {
                    epoch,
                    tag,
                    until: now + LIFE,
                },
            );
        }
    }

    pub(crate) fn forget(&self, account: AccountId) {
        self.entries.lock().remove(&account);
    }
}
