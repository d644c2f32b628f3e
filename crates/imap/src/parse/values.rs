//! The larger values that several commands share.

use super::Fault;
use super::cursor::{Cursor, Parsed};
use crate::types::{
    DateTime, EntryName, Flag, FlagError, FlagList, MailboxName, MessageSet, PartialRange,
    SequenceSet, StatusItem, parse_date_time,
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
    /// [`Fault::Bad`] when there is none; `$` is none.
    pub fn sequence_set(&mut self) -> Parsed<SequenceSet> {
        Ok(SequenceSet::parse(self.set_text())?)
    }

    /// A sequence set, of UIDs or of message numbers, or `$` (RFC 5182).
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none.
    pub fn message_set(&mut self, uid: bool) -> Parsed<MessageSet> {
        let text = self.set_text();
        if text == b"$" {
            return Ok(MessageSet::Saved { uid });
        }
        let set = SequenceSet::parse(text)?;
        Ok(if uid {
            MessageSet::Uid(set)
        } else {
            MessageSet::Seq(set)
        })
    }

    /// A window on a list of results (RFC 9394 §4).
    ///
    /// # Errors
    /// [`Fault::Bad`] when there is none, or its ends count from different
    /// sides.
    pub fn partial_range(&mut self) -> Parsed<PartialRange> {
        let from_end = self.take(b'-');
        let first = self.nz_number()?;
        self.expect(b':', "expected two ends of a range")?;
        if self.take(b'-') != from_end {
            return Err(Fault::bad("both ends of a range count from one side"));
        }
        Ok(PartialRange {
            from_end,
            first,
            last: self.nz_number()?,
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

    /// A mailbox name, or the empty string, which means the server (RFC 5464 §4.1).
    ///
    /// # Errors
    /// [`Fault::Name`] for the rule it breaks.
    pub fn mailbox_or_server(&mut self) -> Parsed<Option<MailboxName>> {
        let wire = self.astring()?;
        if wire.is_empty() {
            return Ok(None);
        }
        self.name_of(&wire).map(Some)
    }

    /// The name of an annotation.
    ///
    /// # Errors
    /// [`Fault::Bad`] for the rule it breaks.
    pub fn entry_name(&mut self) -> Parsed<EntryName> {
        Ok(EntryName::new(&self.astring()?)?)
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
