//! The larger values that several commands share.

use super::Fault;
use super::cursor::{Cursor, Parsed};
use crate::types::{
    DateTime, Flag, FlagError, FlagList, MailboxName, MessageSet, SequenceSet, StatusItem,
    parse_date_time,
};

impl Cursor<'_> {
    /// A mailbox name.
    ///
    /// # Errors
    /// [`Fault::Name`] for the rule it breaks.
    pub fn mailbox(&mut self) -> Parsed<MailboxName> {
        let wire = self.astring()?;
        self.name_of(&wire)
    }

    /// A string or atom in UTF-8.
    ///
    /// # Errors
    /// [`Fault::Bad`] when it is not UTF-8.
    pub fn text(&mut self) -> Parsed<String> {
        let bytes = self.astring()?.into_owned();
        String::from_utf8(bytes).map_err(|_| Fault::bad("text is not valid UTF-8"))
    }

    /// A sequence set.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none, [`Fault::Unsupported`] for `$`.
    pub fn sequence_set(&mut self) -> Parsed<SequenceSet> {
        Ok(SequenceSet::parse(self.set_text())?)
    }

    /// A sequence set, of UIDs or of message numbers.
    ///
    /// # Errors
    /// As [`Self::sequence_set`].
    pub fn message_set(&mut self, uid: bool) -> Parsed<MessageSet> {
        let set = self.sequence_set()?;
        Ok(if uid {
            MessageSet::Uid(set)
        } else {
            MessageSet::Seq(set)
        })
    }

    /// A flag that can be set; `None` for `\Recent`, which some clients send
    /// back although RFC 3501 §2.3.2 forbids it, and which changes nothing.
    ///
    /// # Errors
    /// [`Fault::Bad`] when it is no flag.
    pub fn flag(&mut self) -> Parsed<Option<Flag>> {
        match Flag::parse(self.flag_text()?) {
            Ok(flag) => Ok(Some(flag)),
            Err(FlagError::Recent) => Ok(None),
            Err(e) => Err(e.into()),
        }
    }

    /// Flags in parentheses.
    ///
    /// # Errors
    /// [`Fault::Bad`] when the list is not well formed.
    pub fn flag_list(&mut self) -> Parsed<FlagList> {
        let mut flags = FlagList::default();
        self.list(|c| {
            if let Some(flag) = c.flag()? {
                flags.push(flag)?;
            }
            Ok(())
        })?;
        Ok(flags)
    }

    /// A quoted date and time.
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn date_time(&mut self) -> Parsed<DateTime> {
        if self.peek() != Some(b'"') {
            return Err(Fault::bad("expected a quoted date and time"));
        }
        parse_date_time(&self.string()?).ok_or(Fault::bad("invalid date and time"))
    }

    /// STATUS data items in parentheses, at least one.
    ///
    /// # Errors
    /// [`Fault::Bad`] when the list is empty or an item is unknown.
    pub fn status_items(&mut self) -> Parsed<Vec<StatusItem>> {
        let mut items = Vec::new();
        self.list(|c| {
            let item = StatusItem::parse(c.word()?).ok_or(Fault::bad("unknown STATUS item"))?;
            if !items.contains(&item) {
                items.push(item);
            }
            Ok(())
        })?;
        if items.is_empty() {
            Err(Fault::bad("expected STATUS items"))
        } else {
            Ok(items)
        }
    }
}
