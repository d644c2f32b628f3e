//! `congvu statistics`

use anyhow::{Result, anyhow};
use congvu_governance::report::{self, Statistic, Table};
use congvu_governance::{Actor, Refused};
use congvu_papers::reports::{self as papers, Format};
use congvu_regulation::Date;
use congvu_store::{OrganisationId, Store, Tx, organisation};

use super::request::date;
use crate::cli::{Shown, StatisticsCommand};
use crate::console::{self, Columns};
use crate::profiles::law;
use crate::{acting, directory, files};

pub(super) async fn run(store: &Store, command: StatisticsCommand) -> Result<()> {
    let (what, asked) = match command {
        StatisticsCommand::Use(asked) => (Statistic::Use, asked),
        StatisticsCommand::Checks(asked) => (Statistic::Checks, asked),
        StatisticsCommand::Categories(asked) => (Statistic::Categories, asked),
        StatisticsCommand::Overdue(shown) => return tell(store, shown, report::overdue).await,
    };
    let days: (Date, Date) = (date(&asked.from)?, date(&asked.to)?);
    tell(store, asked.shown, move |tx, actor, place| {
        report::measure(tx, law(), actor, what, (place, days))
    })
    .await
}

/// Makes a table of a place, and prints or writes it.
async fn tell(
    store: &Store,
    shown: Shown,
    make: impl Fn(&mut Tx<'_>, &Actor, OrganisationId) -> Result<Table, Refused> + Send + 'static,
) -> Result<()> {
    let actor = acting::actor(store, &shown.who).await?;
    let organisation = shown.organisation;
    let (body, table) = directory::change(store, move |tx| {
        let place = directory::place(tx, organisation.as_deref())?;
        let body = organisation::get(tx, place)?.map_or_else(String::new, |place| place.name);
        Ok((body, make(tx, &actor, place)?))
    })
    .await?;
    if let Some(file) = &shown.file {
        let format = Format::parse(&files::extension(file))
            .ok_or_else(|| anyhow!("tệp phải là .pdf, .xlsx hoặc .csv"))?;
        let bytes = files::aside(move || papers::alone(&body, &table, format)).await??;
        return files::write(file, &bytes);
    }
    if shown.json {
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
