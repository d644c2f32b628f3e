//! `congvu mail-log` (TQ.9.1, SL.11.1)

use anyhow::{Context, Result, bail};
use congvu_documents::sheet;
use congvu_governance::logs::{Log, looked_into};
use congvu_message::date;
use congvu_regulation::Date;
use congvu_store::mail_log::{self, Filter, Logged};
use congvu_store::{Store, StoreError};

use crate::cli::{LogFormat, MailLog};
use crate::{console, directory};

const VIETNAM_MINUTES: i16 = 7 * 60;
const MINUTE_MS: i64 = 60_000;
const DAY_MS: i64 = 1_440 * MINUTE_MS;
/// Lines looked at in one transaction, whether they fit or not.
const LOOK: i64 = 5_000;

pub(super) async fn run(store: &Store, asked: MailLog) -> Result<()> {
    let sought = std::env::args().skip(1).collect::<Vec<_>>().join(" ");
    let is_file = asked.format == LogFormat::Csv;
    directory::change(store, move |tx| {
        Ok(looked_into(
            tx,
            &directory::actor(),
            Log::Mail,
            (&sought, is_file),
        )?)
    })
    .await?;
    if let Some(trace) = asked.trace {
        return of_trace(store, trace).await;
    }
    let filter = Filter {
        from: asked.since.as_deref().map(since).transpose()?,
        until: asked.until.as_deref().map(until).transpose()?,
        sender: asked.sender,
        recipient: asked.recipient,
        client_ip: asked.ip,
        size_least: asked.size_least,
        size_most: asked.size_most,
        code: asked.code,
        result: asked.result,
        direction: asked.direction,
        ..Filter::default()
    };
    let csv = asked.format == LogFormat::Csv;
    if csv {
        console::line("time,direction,trace,sender,recipient,client_ip,size,code,result");
    }
    let mut kept = Vec::new();
    let (mut left, mut before) = (asked.lines, None);
    while left > 0 {
        let filter = filter.clone();
        let found = store
            .read(move |tx| mail_log::search(tx, &filter, before, left, LOOK))
            .await
            .map_err(|error: StoreError| error)?;
        left -= found.lines.len();
        before = found.next;
        if csv {
            for line in &found.lines {
                console::line(&row(line));
            }
        } else {
            kept.extend(found.lines);
        }
        if before.is_none() {
            break;
        }
    }
    for line in kept.iter().rev() {
        console::line(&words(line));
    }
    Ok(())
}

/// Lines of one message read in one transaction.
const PAGE: i64 = 1000;

/// One message's whole way, from acceptance to the far server's reply.
async fn of_trace(store: &Store, trace: String) -> Result<()> {
    let mut after = 0;
    loop {
        let (of, from) = (trace.clone(), after);
        let page = store
            .read(move |tx| mail_log::of_trace(tx, &of, from, PAGE))
            .await
            .map_err(|error: StoreError| error)?;
        let Some(last) = page.last() else { break };
        after = last.id;
        for line in &page {
            console::line(&words(line));
        }
    }
    if after == 0 {
        bail!("nhật ký không có thư nào mang mã {trace}");
    }
    Ok(())
}

/// The time (ms) that somebody in Vietnam means.
pub(super) fn since(text: &str) -> Result<i64> {
    moment(text).map(|(at, _)| at)
}

/// The same; a day alone is meant with all its hours.
pub(super) fn until(text: &str) -> Result<i64> {
    moment(text).map(|(at, day)| if day { at + DAY_MS } else { at })
}

fn moment(text: &str) -> Result<(i64, bool)> {
    let read = || {
        let (day, time) = match text.trim().split_once(['T', ' ']) {
            Some((day, time)) => (day, Some(time)),
            None => (text.trim(), None),
        };
        let day: Date = day.parse().ok()?;
        let minutes = match time {
            Some(time) => {
                let (hour, minute) = time.split_once(':')?;
                let (hour, minute): (i64, i64) = (hour.parse().ok()?, minute.parse().ok()?);
                ((0..24).contains(&hour) && (0..60).contains(&minute))
                    .then_some(hour * 60 + minute)?
            }
            None => 0,
        };
        let at = day.epoch_day() * DAY_MS + (minutes - i64::from(VIETNAM_MINUTES)) * MINUTE_MS;
        Some((at, time.is_none()))
    };
    read().with_context(|| {
        format!("«{text}» không phải lúc nào cả: viết 2026-11-22 hoặc \"2026-11-22 08:30\"")
    })
}

fn row(line: &Logged) -> String {
    let cells = [
        &date::imap(line.at.div_euclid(1000), VIETNAM_MINUTES),
        &line.direction,
        &line.trace,
        &line.sender,
        &line.recipient,
        &line.client_ip,
        &line.size.to_string(),
        &line.code.to_string(),
        &line.result,
    ];
    sheet::csv_line(cells.map(String::as_str))
}

fn words(line: &Logged) -> String {
    format!(
        "{}  {}  {}  từ <{}>  đến <{}>  máy {}  {} byte  {} {}",
        date::rfc5322(line.at.div_euclid(1000), VIETNAM_MINUTES),
        line.direction,
        line.trace,
        line.sender,
        line.recipient,
        line.client_ip,
        line.size,
        line.code,
        line.result
    )
}

#[cfg(test)]
mod tests {
    use super::{since, until};

    #[test]
    fn times_are_vietnams() {
        let at = since("2026-11-22").expect("a day");
        assert_eq!(at, 1_795_280_400_000);
        assert_eq!(until("2026-11-22").ok(), Some(at + 86_400_000));
        assert_eq!(since("2026-11-22 08:30").ok(), Some(at + 510 * 60_000));
        assert_eq!(until("2026-11-22T08:30").ok(), Some(at + 510 * 60_000));
        for wrong in [
            "",
            "hôm qua",
            "2026-02-30",
            "2026-11-22 24:00",
            "2026-11-22 8",
        ] {
            assert!(since(wrong).is_err(), "{wrong}");
        }
    }
}
