//! NOTIFY (RFC 5465 §3.1).

use super::fetch;
use crate::parse::cursor::Parsed;
use crate::parse::{Cursor, Fault};
use crate::types::{FetchItem, MailboxName};

/// The most groups of events one command may have.
const MAX_GROUPS: usize = 100;
/// The most data items to be told of a new message.
const MAX_ITEMS: usize = 50;

/// The arguments.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Notify {
    /// `NONE`: nothing is to be told.
    None,
    /// `SET`: these events and no others.
    Set {
        /// `STATUS`: the state of the mailboxes is told at once.
        status: bool,
        /// Which events of which mailboxes.
        groups: Vec<EventGroup>,
    },
}

/// Events of some mailboxes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventGroup {
    /// Which mailboxes.
    pub filter: Filter,
    /// Which events.
    pub events: Events,
}

/// Mailboxes (RFC 5465 §6).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Filter {
    /// `SELECTED`
    Selected,
    /// `SELECTED-DELAYED`
    SelectedDelayed,
    /// `INBOXES`
    Inboxes,
    /// `PERSONAL`
    Personal,
    /// `SUBSCRIBED`
    Subscribed,
    /// `SUBTREE`: these and what lies below them.
    Subtree(Vec<MailboxName>),
    /// `MAILBOXES`: these alone.
    Mailboxes(Vec<MailboxName>),
}

/// Events (RFC 5465 §5); none at all is `NONE`.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Events {
    /// `MessageNew` and `MessageExpunge`, which go together.
    pub messages: bool,
    /// What to tell of a new message in the selected mailbox.
    pub items: Vec<FetchItem>,
    /// `FlagChange`
    pub flags: bool,
    /// `MailboxName`
    pub names: bool,
    /// `SubscriptionChange`
    pub subscriptions: bool,
    /// `MailboxMetadataChange`
    pub metadata: bool,
    /// `ServerMetadataChange`
    pub server_metadata: bool,
}

impl Notify {
    pub(super) fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        let word = c.atom()?.to_ascii_uppercase();
        match word.as_str() {
            "NONE" => return Ok(Self::None),
            "SET" => c.sp()?,
            _ => return Err(Fault::bad("expected SET or NONE")),
        }
        let status = c.take_word("STATUS ");
        let (mut groups, mut unsupported) = (Vec::new(), false);
        loop {
            groups.push(EventGroup::parse(c, &mut unsupported)?);
            if !c.take(b' ') {
                break;
            }
            if groups.len() >= MAX_GROUPS {
                return Err(Fault::bad("too many groups of events"));
            }
        }
        if groups
            .iter()
            .filter(|group| group.filter.is_selected())
            .count()
            > 1
        {
            return Err(Fault::bad("the selected mailbox is named twice"));
        }
        // The grammar first, so that a broken command is BAD whatever it asks.
        if unsupported {
            return Err(Fault::BadEvent);
        }
        Ok(Self::Set { status, groups })
    }
}

impl Filter {
    /// Whether it is the selected mailbox, whichever that is.
    #[must_use]
    pub fn is_selected(&self) -> bool {
        matches!(self, Self::Selected | Self::SelectedDelayed)
    }

    fn parse(c: &mut Cursor<'_>) -> Parsed<Self> {
        Ok(match c.atom()?.to_ascii_uppercase().as_str() {
            "SELECTED" => Self::Selected,
            "SELECTED-DELAYED" => Self::SelectedDelayed,
            "INBOXES" => Self::Inboxes,
            "PERSONAL" => Self::Personal,
            "SUBSCRIBED" => Self::Subscribed,
            "SUBTREE" => Self::Subtree(mailboxes(c)?),
            "MAILBOXES" => Self::Mailboxes(mailboxes(c)?),
            _ => return Err(Fault::bad("unknown mailboxes")),
        })
    }
}

/// One name, or a list of them. There are no patterns (RFC 5465 §6.6).
fn mailboxes(c: &mut Cursor<'_>) -> Parsed<Vec<MailboxName>> {
    c.sp()?;
    if c.peek() != Some(b'(') {
        return Ok(vec![c.mailbox()?]);
    }
    let names = c.list(Cursor::mailbox)?;
    if names.is_empty() {
        return Err(Fault::bad("expected mailboxes"));
    }
    Ok(names)
}

impl EventGroup {
    fn parse(c: &mut Cursor<'_>, unsupported: &mut bool) -> Parsed<Self> {
        c.expect(b'(', "expected a group of events")?;
        let filter = Filter::parse(c)?;
        c.sp()?;
        let events = if c.take_word("NONE") {
            Events::default()
        } else {
            Events::parse(c, filter.is_selected(), unsupported)?
        };
        c.expect(b')', "expected a closing parenthesis")?;
        Ok(Self { filter, events })
    }
}

impl Events {
    fn parse(c: &mut Cursor<'_>, selected: bool, unsupported: &mut bool) -> Parsed<Self> {
        let mut events = Self::default();
        let (mut new, mut expunge, mut annotation, mut of_mailboxes) = (false, false, false, false);
        let given = c.list(|c| {
            match c.atom()?.to_ascii_uppercase().as_str() {
                "MESSAGENEW" => {
                    new = true;
                    if c.take_word(" (") {
                        events.items = items(c)?;
                        if !selected {
                            return Err(Fault::bad("FETCH items are for the selected mailbox"));
                        }
                    }
                }
                "MESSAGEEXPUNGE" => expunge = true,
                "FLAGCHANGE" => events.flags = true,
                "ANNOTATIONCHANGE" => (annotation, *unsupported) = (true, true),
                "MAILBOXNAME" => (events.names, of_mailboxes) = (true, true),
                "SUBSCRIPTIONCHANGE" => (events.subscriptions, of_mailboxes) = (true, true),
                "MAILBOXMETADATACHANGE" => (events.metadata, of_mailboxes) = (true, true),
                "SERVERMETADATACHANGE" => (events.server_metadata, of_mailboxes) = (true, true),
                _ => *unsupported = true,
            }
            Ok(())
        })?;
        if given.is_empty() {
            return Err(Fault::bad("expected events"));
        }
        // RFC 5465 §5.
        if new != expunge || (events.flags || annotation) && !new {
            return Err(Fault::bad("MessageNew and MessageExpunge go together"));
        }
        if selected && of_mailboxes {
            return Err(Fault::bad(
                "the selected mailbox has events of messages alone",
            ));
        }
        events.messages = new;
        Ok(events)
    }

    /// Takes the events of another group too.
    pub fn add(&mut self, other: &Self) {
        self.messages |= other.messages;
        self.flags |= other.flags;
        self.names |= other.names;
        self.subscriptions |= other.subscriptions;
        self.metadata |= other.metadata;
        self.server_metadata |= other.server_metadata;
    }
}

/// The rest of a list of FETCH items after its parenthesis.
fn items(c: &mut Cursor<'_>) -> Parsed<Vec<FetchItem>> {
    let mut items = Vec::new();
    loop {
        let item = fetch::item(c)?;
        if !items.contains(&item) {
            items.push(item);
        }
        if items.len() > MAX_ITEMS {
            return Err(Fault::bad("too many FETCH items"));
        }
        if c.take(b')') {
            return Ok(items);
        }
        c.expect(b' ', "expected a space or a closing parenthesis")?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::command::CommandBody;
    use crate::command::testing::{all_bad, read};

    fn groups(text: &str) -> (bool, Vec<EventGroup>) {
        match read(&format!("NOTIFY SET {text}")) {
            Ok(CommandBody::Notify(Notify::Set { status, groups })) => (status, groups),
            other => panic!("{text}: {other:?}"),
        }
    }

    #[test]
    fn grammar() {
        assert_eq!(read("NOTIFY none"), Ok(CommandBody::Notify(Notify::None)));
        // RFC 5465 §3.1, its groups made whole.
        let (status, got) = groups(
            "status (selected (MessageNew (uid body.peek[header.fields (from to subject)]) \
             MessageExpunge)) (subtree Lists (MessageNew MessageExpunge))",
        );
        assert!(status);
        assert_eq!(got[0].filter, Filter::Selected);
        assert_eq!(got[0].events.items.len(), 2);
        assert_eq!(got[0].events.items[0], FetchItem::Uid);
        let lists = MailboxName::new("Lists").unwrap();
        assert_eq!(got[1].filter, Filter::Subtree(vec![lists]));
        let messages = Events {
            messages: true,
            ..Events::default()
        };
        assert_eq!(got[1].events, messages);
        // RFC 5465 §6
        let (status, got) =
            groups("(mailboxes INBOX (Messagenew messageExpunge)) (personal (SubscriptionChange))");
        assert!(!status && got[1].events.subscriptions && !got[1].events.messages);
        let (_, got) = groups(
            "(selected-delayed (Messagenew (uid flags) messageExpunge)) \
             (personal (MessageNew FlagChange MessageExpunge)) (mailboxes (a \"b c\") NONE) \
             (inboxes (MailboxName MailboxMetadataChange)) (subscribed (ServerMetadataChange))",
        );
        assert_eq!(got[0].filter, Filter::SelectedDelayed);
        assert!(got[1].events.flags);
        assert!(matches!(&got[2].filter, Filter::Mailboxes(names) if names.len() == 2));
        assert_eq!(got[2].events, Events::default());
        assert!(got[3].events.names && got[3].events.metadata);
        assert!(got[4].events.server_metadata);
    }

    #[test]
    fn unsupported_events_are_told_apart() {
        for text in [
            "(personal (MessageNew MessageExpunge AnnotationChange))",
            "(personal (Weather))",
        ] {
            let answer = read(&format!("NOTIFY SET {text}"));
            assert_eq!(answer, Err(Fault::BadEvent), "{text}");
        }
    }

    #[test]
    fn faults() {
        all_bad(&[
            "NOTIFY",
            "NOTIFY FOO",
            "NOTIFY NONE x",
            "NOTIFY SET",
            "NOTIFY SET STATUS",
            "NOTIFY SET (personal)",
            "NOTIFY SET (personal ())",
            "NOTIFY SET (personal MessageNew)",
            "NOTIFY SET (personal (MessageNew))",
            "NOTIFY SET (personal (MessageExpunge))",
            "NOTIFY SET (personal (FlagChange))",
            "NOTIFY SET (personal (AnnotationChange))",
            "NOTIFY SET (personal (MessageNew (uid) MessageExpunge))",
            "NOTIFY SET (selected (MessageNew (ALL) MessageExpunge))",
            "NOTIFY SET (selected (MessageNew () MessageExpunge))",
            "NOTIFY SET (selected (MailboxName))",
            "NOTIFY SET (selected NONE) (selected-delayed NONE)",
            "NOTIFY SET (subtree (MessageNew MessageExpunge))",
            "NOTIFY SET (mailboxes () NONE)",
            "NOTIFY SET (everything NONE)",
        ]);
    }
}
