//! `congvu statistics`

use anyhow::Result;
use congvu_governance::report::{self, Table};
use congvu_regulation::Date;
use congvu_store::Store;

use crate::cli::{StatisticsAsked, StatisticsCommand};
use crate::console::{self, Columns};
use crate::profiles::law;
use crate::{acting, directory};

pub(super) async fn run(store: &Store, command: StatisticsCommand) -> Result<()> {
    let (asked, checks) = match command {
        StatisticsCommand::Checks(asked) => (asked, true),
        StatisticsCommand::Categories(asked) => (asked, false),
    };
    let StatisticsAsked {
        organisation,
        from,
        to,
        json,
        who,
    } = asked;
    let days: (Date, Date) = (from.parse()?, to.parse()?);
    let actor = acting::actor(store, &who).await?;
    let table = directory::change(store, move |tx| {
        let place = directory::place(tx, organisation.as_deref())?;
        Ok(if checks {
            report::checking(tx, law(), &actor, place, days)?
        } else {
            report::categories(tx, law(), &actor, place, days)?
        })
    })
    .await?;
    if json {
        console::line(&serde_json::to_string(&table)?);
    } else {
        show(&table);
    }
    Ok(())
}

fn show(table: &Table) {
    // Numbers need less room than names.
    let widths: Vec<usize> = table
        .columns
        .iter()
        .map(|column| if column.number { 1 } else { 3 })
        .collect();
    let columns = Columns::new(&widths);
    let headings: Vec<&str> = table
        .columns
        .iter()
        .map(|column| column.label.as_str())
        .collect();
    columns.line(&headings);
    columns.rule();
    for row in &table.rows {
        let cells: Vec<&str> = row.iter().map(String::as_str).collect();
        columns.line(&cells);
    }
}
