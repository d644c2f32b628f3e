//! EXPUNGE (RFC 9051 §6.4.3) and UID EXPUNGE (RFC 4315 §2.1).

use crate::types::MessageSet;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expunge {
    /// Among which UIDs; all, if there is none.
    pub uids: Option<MessageSet>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};
    use crate::types::SequenceSet;

    #[test]
    fn grammar() {
        assert_eq!(
            read("EXPUNGE"),
            Ok(CommandBody::Expunge(Expunge { uids: None }))
        );
        // RFC 4315 §2.1
        let uids = SequenceSet::parse(b"3000:3002").ok().map(MessageSet::Uid);
        assert_eq!(
            read("UID EXPUNGE 3000:3002"),
            Ok(CommandBody::Expunge(Expunge { uids }))
        );
        // RFC 5182 §2.1
        let uids = Some(MessageSet::Saved { uid: true });
        assert_eq!(
            read("UID EXPUNGE $"),
            Ok(CommandBody::Expunge(Expunge { uids }))
        );
        all_bad(&[
            "EXPUNGE 1",
            "EXPUNGE $",
            "UID EXPUNGE",
            "UID EXPUNGE ",
            "UID EXPUNGE x",
            "UID EXPUNGE 0",
        ]);
    }
}
