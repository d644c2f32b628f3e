//! Regulations as data: profiles of the state bodies' rules (pure).
