//! Where extensions meet.
