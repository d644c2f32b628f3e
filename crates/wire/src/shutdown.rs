//! Graceful stop: one side says "stop", all others can see it and wait for it.

use tokio::sync::watch;

/// Sees whether the program is stopping; cheap to clone, one for each task.
#[derive(Debug, Clone)]
pub struct Shutdown {
    stopping: watch::Receiver<bool>,
}

/// Says "stop". Dropping it without a word stops nothing.
#[derive(Debug, Clone)]
pub struct Stopper {
    stop: watch::Sender<bool>,
}

impl Shutdown {
    /// A connected pair.
    pub fn new() -> (Stopper, Shutdown) {
        let (stop, stopping) = watch::channel(false);
        (Stopper { stop }, Shutdown { stopping })
    }

    /// Whether [`Stopper::stop`] was called.
    pub fn is_stopping(&self) -> bool {
        *self.stopping.borrow()
    }

    /// Waits until [`Stopper::stop`] is called; returns at once if it was. Cancel-safe.
    pub async fn stopping(&self) {
        let mut receiver = self.stopping.clone();
        if receiver.wait_for(|stop| *stop).await.is_err() {
            // No stopper is left, so nobody can ever say stop.
            std::future::pending::<()>().await;
        }
    }
}

impl Stopper {
    /// Tells every [`Shutdown`] of this pair to stop. Calling it again changes nothing.
    pub fn stop(&self) {
        self.stop.send_replace(true);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;
    use tokio::time::timeout;

    #[tokio::test]
    async fn stop_is_seen_by_all_and_stays() {
        let (stopper, shutdown) = Shutdown::new();
        let other = shutdown.clone();
        assert!(!shutdown.is_stopping());
        let waiter = tokio::spawn(async move { other.stopping().await });
        stopper.stop();
        waiter.await.expect("waiter ends");
        assert!(shutdown.is_stopping());
        shutdown.stopping().await;
    }

    #[tokio::test]
    async fn a_lost_stopper_stops_nothing() {
        let (stopper, shutdown) = Shutdown::new();
        drop(stopper);
        let wait = timeout(Duration::from_millis(20), shutdown.stopping()).await;
        assert!(wait.is_err());
        assert!(!shutdown.is_stopping());
    }
}
