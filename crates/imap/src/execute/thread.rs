//! THREAD (RFC 5256).

use crate::command::Thread;
use crate::response::untagged;
use crate::search::hunt_for;
use crate::session::{Done, Failure, Session};

impl Session {
    pub(super) async fn thread(&mut self, thread: Thread) -> Result<Done, Failure> {
        if thread.key.has_mod_seq() {
            self.enable_condstore();
        }
        let hunt = hunt_for(self.open()?, &thread.key);
        let found = self.hunt(hunt).await?.uids;
        let threads = self.threaded(&found, thread.algorithm, thread.uid).await?;
        untagged(self.conn.out(), |out| {
            out.extend_from_slice(b"THREAD");
            if !threads.is_empty() {
                out.push(b' ');
                out.extend_from_slice(&threads);
            }
        });
        Ok(Done::plain("THREAD completed"))
    }
}
