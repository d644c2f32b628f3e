//! When what could not be sent is tried again (RFC 5321 §4.5.4.1). Pure.

use std::time::Duration;

/// When what could not be sent is tried again, and when it is given up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Schedule {
    /// After the first failed attempt, the second, …; the last one again and again.
    pub retries: Vec<Duration>,
    /// How long it is tried in all.
    pub expire: Duration,
    /// After so long the sender is told that it waits.
    pub delay_notice: Duration,
    /// A destination that cannot be reached is left alone for so long, and twice as long each further time.
    pub backoff: Duration,
    /// But no longer than this.
    pub backoff_most: Duration,
}

const MINUTE: u64 = 60;

impl Default for Schedule {
    fn default() -> Self {
        Self {
            retries: [5, 10, 20, 40, 60, 120]
                .map(|minutes| Duration::from_secs(minutes * MINUTE))
                .to_vec(),
            expire: Duration::from_secs(5 * 24 * 60 * MINUTE),
            delay_notice: Duration::from_secs(4 * 60 * MINUTE),
            backoff: Duration::from_secs(MINUTE),
            backoff_most: Duration::from_secs(30 * MINUTE),
        }
    }
}

pub(crate) fn ms(span: Duration) -> i64 {
    i64::try_from(span.as_millis()).unwrap_or(i64::MAX)
}

/// Moves a span by up to a tenth either way: what failed together is not tried together again.
fn jittered(span: i64, jitter: u8) -> i64 {
    span - span / 10 + (span / 5).saturating_mul(i64::from(jitter)) / 255
}

impl Schedule {
    /// When the attempt after `attempts` failed ones is made; never after the end, at which it is
    /// tried for a last time. `jitter` is drawn by the caller.
    pub(crate) fn next_at(&self, attempts: u32, now: i64, expires_at: i64, jitter: u8) -> i64 {
        let step = usize::try_from(attempts.saturating_sub(1)).unwrap_or(usize::MAX);
        let span = self.retries.get(step).or(self.retries.last());
        let span = span.map_or(3_600_000, |span| ms(*span));
        let next = now.saturating_add(jittered(span, jitter));
        if now < expires_at {
            next.min(expires_at)
        } else {
            next
        }
    }

    /// When what was accepted at `created_at` is given up.
    pub(crate) fn expires_at(&self, created_at: i64) -> i64 {
        created_at.saturating_add(ms(self.expire))
    }

    /// When a sender that wants to hear of delays (`delay`) must be told something.
    pub(crate) fn notice_at(&self, created_at: i64, expires_at: i64, delay: bool) -> i64 {
        if delay {
            created_at
                .saturating_add(ms(self.delay_notice))
                .min(expires_at)
        } else {
            expires_at
        }
    }

    /// How long a destination is left alone after so many failures in a row (ms).
    pub(crate) fn backoff_ms(&self, failures: u32, jitter: u8) -> i64 {
        let doubled = ms(self.backoff).saturating_mul(1 << failures.saturating_sub(1).min(20));
        jittered(doubled.min(ms(self.backoff_most)), jitter)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTES: i64 = 60_000;

    #[test]
    fn five_minutes_then_ten_then_ever_longer() {
        let schedule = Schedule::default();
        let expires = 5 * 24 * 60 * MINUTES;
        for (attempts, minutes) in [
            (1, 5),
            (2, 10),
            (3, 20),
            (4, 40),
            (5, 60),
            (6, 120),
            (60, 120),
        ] {
            let earliest = schedule.next_at(attempts, 0, expires, 0);
            let latest = schedule.next_at(attempts, 0, expires, 255);
            assert_eq!(earliest, minutes * MINUTES * 9 / 10, "{attempts}");
            assert_eq!(latest, minutes * MINUTES * 11 / 10, "{attempts}");
        }
    }

    #[test]
    fn the_last_attempt_is_made_at_the_end() {
        let schedule = Schedule::default();
        let now = 5 * 24 * 60 * MINUTES - 7 * MINUTES;
        assert_eq!(
            schedule.next_at(70, now, now + 7 * MINUTES, 0),
            now + 7 * MINUTES
        );
    }

    #[test]
    fn a_dead_destination_is_left_alone_for_longer_and_longer() {
        let schedule = Schedule::default();
        let spans: Vec<i64> = [1, 2, 3, 6, 40]
            .map(|failures| schedule.backoff_ms(failures, 127) / MINUTES)
            .to_vec();
        assert_eq!(spans, [0, 1, 3, 29, 29]);
    }
}
