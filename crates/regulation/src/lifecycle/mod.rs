//! The life of a mailbox: what state it is in, and what falls due when, by which clause.
//!
//! A profile holds *sweeps*: each watches one clock of a mailbox (unused, default password, first session, locked,
//! notice received) and says what is done when its term is over, and by whom. A stricter standard laid on the profile
//! brings further sweeps; whichever falls first acts, and names itself. Facts and a time go in, acts with their clauses
//! come out; nothing here reads a clock or a store, so a mailbox's future can be shown before it happens
//! ([`simulate`]).
//!
//! A term ends with its last day (Bộ luật Dân sự 2015, Điều 147 and 148); what a clause does "after" it is done from
//! the next day on.

mod clock;
mod due;
mod facts;
mod read;
mod restore;
mod rules;
mod show;
mod simulate;
mod sound;
mod state;
mod tell;

pub use due::{Due, What};
pub use facts::{
    Activity, Cause, Exemption, Facts, FirstSession, Lock, MustChange, Notice, Request, RequestKind,
};
pub(crate) use read::{overlay_sweeps, rules};
pub use restore::NotRestored;
pub use rules::{Act, By, Clock, Locks, Rules, Stop, Sweep};
pub(crate) use show::sweep_rows;
pub use simulate::{Case, Event, Happening, Row, Script, simulate};
pub use state::State;
