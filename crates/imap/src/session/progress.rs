//! Telling the client that a long command goes on (RFC 9585).

use std::time::Instant;

use super::{End, Failure, Session};
use crate::response::{Code, Condition, untagged_status};
use crate::types::Tag;

/// What the client knows of the command under way.
#[derive(Debug)]
pub(super) struct Progress {
    tag: Option<Tag>,
    last: Instant,
    /// What was told: how far, and of how much.
    told: Option<(u64, u64)>,
}

impl Default for Progress {
    fn default() -> Self {
        Self {
            tag: None,
            last: Instant::now(),
            told: None,
        }
    }
}

impl Progress {
    /// Of a command that begins.
    pub(super) fn of(tag: &Tag) -> Self {
        Self {
            tag: Some(tag.clone()),
            ..Self::default()
        }
    }

    /// What may be told of it: numbers never go back, and the goal is
    /// reached only with the answer (RFC 9585 §4).
    fn step(&mut self, done: u64, goal: u64) -> Option<(u64, u64)> {
        let onward = self
            .told
            .is_none_or(|(before, of)| goal == of && done > before);
        let step = (onward && done < goal).then_some((done, goal));
        self.told = step.or(self.told);
        step
    }
}

impl Session {
    /// Says how far the command has come, if the client heard nothing of it
    /// for a while.
    pub(crate) async fn tell_progress(&mut self, done: u64, goal: u64) -> Result<(), End> {
        let heard = self.progress.last.elapsed() < self.server.config.progress_interval;
        // What is told between commands (RFC 5465) is no command's progress.
        if heard || self.progress.tag.is_none() {
            return Ok(());
        }
        let step = self.progress.step(done, goal);
        self.tell_step(step).await
    }

    async fn tell_step(&mut self, step: Option<(u64, u64)>) -> Result<(), End> {
        let code = Code::InProgress {
            tag: self.progress.tag.as_ref(),
            step,
        };
        let out = self.conn.out();
        untagged_status(out, Condition::Ok, Some(&code), "Still at it");
        self.progress.last = Instant::now();
        self.flush().await
    }

    /// Waits for work of which nobody knows how far it is, and says now and
    /// then that it goes on.
    pub(crate) async fn with_patience<T>(
        &mut self,
        work: impl Future<Output = T>,
    ) -> Result<T, Failure> {
        let mut work = std::pin::pin!(work);
        loop {
            let pause = tokio::time::sleep(self.server.config.progress_interval);
            tokio::select! {
                biased;
                done = &mut work => return Ok(done),
                () = pause => {}
            }
            self.tell_step(None).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_never_go_back() {
        let mut progress = Progress::default();
        assert_eq!(progress.step(5, 10), Some((5, 10)));
        assert_eq!(progress.step(5, 10), None);
        assert_eq!(progress.step(4, 10), None);
        assert_eq!(progress.step(6, 20), None);
        assert_eq!(progress.step(10, 10), None);
        assert_eq!(progress.step(9, 10), Some((9, 10)));
    }
}
