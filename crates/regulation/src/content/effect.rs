//! What becomes of a message, and which way it goes.

use std::fmt;

use crate::{Origin, Value};

/// What a rule does with a message, from the mildest on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Effect {
    /// It goes, and nothing is said.
    Pass,
    /// It goes; whoever is about to send it, or reads it, is told.
    Warn,
    /// It waits until the operating centre lets it go or sends it back.
    Hold,
    /// It is not taken; the sender is told why.
    Refuse,
}

impl Effect {
    /// All, from the mildest on.
    pub const ALL: [Self; 4] = [Self::Pass, Self::Warn, Self::Hold, Self::Refuse];

    /// Its name in profiles: `refuse`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Warn => "warn",
            Self::Hold => "hold",
            Self::Refuse => "refuse",
        }
    }
}

/// As people read it: `từ chối`.
impl fmt::Display for Effect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Pass => "cho qua",
            Self::Warn => "cảnh báo",
            Self::Hold => "giữ lại chờ xem xét",
            Self::Refuse => "từ chối",
        })
    }
}

/// Which way a message goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// One of ours sends it, and somebody outside our domain is among those who get it.
    Sent,
    /// One of ours sends it, and only ours get it.
    Inside,
    /// It arrives from outside.
    Received,
}

impl Direction {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sent, Self::Inside, Self::Received];

    /// Its name in profiles: `sent`.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Sent => "sent",
            Self::Inside => "inside",
            Self::Received => "received",
        }
    }

    /// Whether one of ours sends it.
    #[must_use]
    pub fn is_ours(self) -> bool {
        self != Self::Received
    }
}

/// What is done in each direction, and what set it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Effects {
    sent: Value<Effect>,
    inside: Value<Effect>,
    received: Value<Effect>,
}

impl Effects {
    /// In the order of [`Direction::ALL`], all set by one.
    pub(super) fn new([sent, inside, received]: [Effect; 3], origin: &Origin) -> Self {
        let value = |value| Value {
            value,
            origin: origin.clone(),
        };
        Self {
            sent: value(sent),
            inside: value(inside),
            received: value(received),
        }
    }

    /// What is done with a message that goes this way.
    #[must_use]
    pub fn of(&self, direction: Direction) -> &Value<Effect> {
        match direction {
            Direction::Sent => &self.sent,
            Direction::Inside => &self.inside,
            Direction::Received => &self.received,
        }
    }

    /// The stricter in each direction; where they are equal, this one's origin stays.
    pub(super) fn stricter(&self, other: &Self) -> Self {
        let more = |one: &Value<Effect>, other: &Value<Effect>| {
            if other.value > one.value { other } else { one }.clone()
        };
        Self {
            sent: more(&self.sent, &other.sent),
            inside: more(&self.inside, &other.inside),
            received: more(&self.received, &other.received),
        }
    }
}

/// `từ chối`, or each direction where they differ.
impl fmt::Display for Effects {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [sent, inside, received] = Direction::ALL.map(|way| self.of(way).value);
        if sent == inside && inside == received {
            return write!(f, "{sent}");
        }
        write!(
            f,
            "gửi ra ngoài: {sent}; gửi trong hệ thống: {inside}; nhận từ ngoài: {received}"
        )
    }
}
