//! The rows of the table, in its order.

/// Which way is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Better {
    More,
    Less,
}

/// One row. Its limit and what stands between are hand-written: `docs/benchmarks.toml`, by the row's id.
pub(super) struct Row {
    pub(super) id: &'static str,
    pub(super) work: &'static str,
    /// Behind the figure.
    pub(super) unit: &'static str,
    pub(super) better: Better,
}

const fn row(id: &'static str, work: &'static str, unit: &'static str, better: Better) -> Row {
    Row {
        id,
        work,
        unit,
        better,
    }
}

use Better::{Less, More};

pub(super) const ROWS: &[Row] = &[
    row(
        "accepted-4k",
        "4 kB, 20 connections, 200 mailboxes: accepted",
        "/s",
        More,
    ),
    row("delivered-4k", "… lying in the mailboxes", "/s", More),
    row("cpu-4k", "… server CPU for a message", " ms", Less),
    row("disk-4k", "… disk written for a message", " kB", Less),
    row("writes-4k", "… disk writes for a message", "", Less),
    row(
        "written-4k",
        "… of it, what the server's processes wrote (`write_bytes`)",
        " kB",
        Less,
    ),
    row("syscalls-4k", "… system calls for a message", "", Less),
    row(
        "delivered-200k",
        "200 kB, lying in the mailboxes",
        "/s",
        More,
    ),
    row(
        "copies",
        "4 kB to 10 recipients each: copies lying in the mailboxes",
        "/s",
        More,
    ),
    row(
        "login",
        "connect + LOGIN + SELECT of 10,000, password verified before",
        " ms",
        Less,
    ),
    row("flags", "`UID FETCH 1:* FLAGS` of 10,000", " ms", Less),
    row("envelope", "… `ENVELOPE`", " ms", Less),
    row("envelope-first", "… `ENVELOPE`, first time", " ms", Less),
    row("structure", "… `BODYSTRUCTURE`", " ms", Less),
    row(
        "structure-first",
        "… `BODYSTRUCTURE`, first time",
        " ms",
        Less,
    ),
    row("bodies", "200 random bodies", "/s", More),
    row("search-subject", "SEARCH SUBJECT in 10,000", " ms", Less),
    row("search-body", "SEARCH BODY", " ms", Less),
    row("search-text", "SEARCH TEXT", " ms", Less),
    row("store", "STORE +FLAGS on 1,000", " ms", Less),
    row("append", "APPEND 8 kB one by one", "/s", More),
    row("mix", "mixed load, 20 clients: commands", "/s", More),
    row(
        "idle-memory",
        "memory of an idle connection (IDLE, password verified before)",
        " KiB",
        Less,
    ),
    row("idle-kernel", "… in the kernel", " KiB", Less),
    row(
        "idle-500",
        "500 connect + LOGIN + SELECT + IDLE",
        " s",
        Less,
    ),
    row("idle-server", "idle server, just started", " MiB", Less),
];
