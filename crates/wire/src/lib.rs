//! Sockets: listeners, TLS, lines, limits, time-outs.
