//! What a search page was asked for, as its address says it.

use congvu_search::Place;
use congvu_store::{FolderId, MailboxId};

use crate::site::Fields;

/// Which folders of the mailbox.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Where {
    /// All but those for what was thrown away or is spam.
    Most,
    All,
    One(FolderId),
}

/// What was asked for.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Asked {
    pub(super) text: String,
    pub(super) mailbox: MailboxId,
    pub(super) within: Where,
}

impl Asked {
    pub(super) fn of_mailbox(mailbox: MailboxId) -> Self {
        Self {
            text: String::new(),
            mailbox,
            within: Where::Most,
        }
    }

    /// `scope` is `12`, `12-het` or `12-345`: a mailbox, and what of it; without one `own` is searched.
    pub(super) fn parse(text: &str, scope: &str, own: MailboxId) -> Self {
        let (mailbox, within) = scope.split_once('-').unwrap_or((scope, ""));
        Self {
            text: text.trim().to_owned(),
            mailbox: mailbox.parse().map_or(own, MailboxId),
            within: match within {
                "het" => Where::All,
                folder => folder
                    .parse()
                    .map_or(Where::Most, |folder| Where::One(FolderId(folder))),
            },
        }
    }

    pub(super) fn read(fields: &Fields, own: MailboxId) -> Self {
        Self::parse(fields.get("q"), fields.get("o"), own)
    }

    pub(super) fn scope(&self) -> String {
        let mailbox = self.mailbox;
        match self.within {
            Where::Most => mailbox.to_string(),
            Where::All => format!("{mailbox}-het"),
            Where::One(folder) => format!("{mailbox}-{folder}"),
        }
    }

    pub(super) fn query(&self, after: Option<Place>) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair("q", &self.text);
        query.append_pair("o", &self.scope());
        if let Some(Place { at, folder, uid }) = after {
            query.append_pair("sau", &format!("{at}.{folder}.{uid}"));
        }
        query.finish()
    }

    pub(super) fn href(&self, after: Option<Place>) -> String {
        format!("/tim?{}", self.query(after))
    }

    /// Where all of it is saved to the computer.
    pub(super) fn export(&self) -> String {
        format!("/xuat-thu/{}?{}", self.mailbox, self.query(None))
    }

    /// The same with another text.
    pub(super) fn with_text(&self, text: String) -> Self {
        Self {
            text,
            ..self.clone()
        }
    }

    /// The same elsewhere in the mailbox.
    pub(super) fn within(&self, within: Where) -> Self {
        Self {
            within,
            ..self.clone()
        }
    }
}

/// Behind which message a page begins.
pub(super) fn after(fields: &Fields) -> Option<Place> {
    let mut numbers = fields.get("sau").splitn(3, '.');
    Some(Place {
        at: numbers.next()?.parse().ok()?,
        folder: numbers.next()?.parse().ok()?,
        uid: numbers.next()?.parse().ok()?,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_says_all() {
        let place = Place {
            at: -5,
            folder: 7,
            uid: 9,
        };
        for within in [Where::Most, Where::All, Where::One(FolderId(345))] {
            let asked = Asked {
                text: "từ:syt & \"họp\"".to_owned(),
                mailbox: MailboxId(12),
                within,
            };
            let fields = Fields::parse(asked.query(Some(place)).as_bytes());
            assert_eq!(Asked::read(&fields, MailboxId(1)), asked);
            assert_eq!(after(&fields), Some(place));
        }
        let none = Asked::parse("", "x-y", MailboxId(1));
        assert_eq!(none, Asked::of_mailbox(MailboxId(1)));
        for broken in ["sau=1", "sau=1.2", "sau=a.b.c", ""] {
            assert_eq!(after(&Fields::parse(broken.as_bytes())), None);
        }
    }
}
