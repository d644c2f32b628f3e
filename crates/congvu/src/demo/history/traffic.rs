//! The mail log of the last weeks, as deliveries would have written it.

use anyhow::Result;
use congvu_regulation::Date;
use congvu_store::StoreError;
use congvu_store::mail_log::{self, Line};

use super::World;

/// So many days have lines in the log.
const DAYS: i64 = 14;
/// So many messages go on a working day, for each hundred mailboxes.
const PER_HUNDRED: usize = 12;

/// Writes it.
pub(super) async fn write(world: &World, today: Date) -> Result<()> {
    let addresses: Vec<String> = world
        .agencies
        .iter()
        .flat_map(|agency| &agency.people)
        .map(|one| one.address.clone())
        .collect();
    for back in (1..=DAYS).rev() {
        let date = today.plus_days(-back);
        let is_working = world.law.calendar().is_working_day(date).value;
        let full = addresses.len() * PER_HUNDRED / 100 + 8;
        let number = if is_working { full } else { full / 6 };
        let addresses = addresses.clone();
        let done = world.store.write_bulk(move |tx| {
            for n in 0..number {
                let turn = n * 7919 + usize::try_from(date.epoch_day()).unwrap_or(0) * 31;
                let (sender, recipient) = (
                    &addresses[turn % addresses.len()],
                    &addresses[turn * 13 % addresses.len()],
                );
                // From 07:00 to 17:00.
                let minute = i64::try_from(420 + n * 600 / number.max(1)).unwrap_or(0);
                let at = date.start().0 + minute * 60_000;
                let trace = format!("demo{}x{n}", date.epoch_day());
                let line = Line {
                    at,
                    direction: "submit",
                    trace: &trace,
                    sender,
                    recipient,
                    client_ip: "10.1.2.3",
                    size: 4_096,
                    code: 250,
                    result: "đã nhận",
                    account: None,
                };
                if n % 2 == 0 {
                    mail_log::add(tx, &line)?;
                }
                mail_log::add(
                    tx,
                    &Line {
                        direction: "local",
                        result: "đã vào hộp thư",
                        ..line
                    },
                )?;
            }
            Ok::<_, StoreError>(())
        });
        done.await?;
    }
    Ok(())
}
