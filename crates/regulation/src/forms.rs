//! The section `[[form]]`: printed forms as data (QN Mẫu 01–04).

use toml::de::DeValue;

use crate::read::{Reader, Table, To, name, texts, words, yes_or_no};
use crate::requests::{Field, RequestKind, fields, kind};
use crate::show::Rows;
use crate::{ClauseId, Profile, Source};

/// A printed form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Form {
    id: String,
    name: String,
    title: String,
    subtitle: Option<String>,
    about: bool,
    recipient: String,
    opening: Option<String>,
    fields: Vec<Field>,
    tables: Vec<FormTable>,
    receivers: Vec<String>,
    signer: String,
    requests: Vec<RequestKind>,
    reports: Vec<String>,
    source: Source,
}

/// A table of a form.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FormTable {
    /// Its name in the form: `units`.
    pub id: String,
    /// A line above its title that is not filled in, as printed.
    pub heading: Option<String>,
    /// What stands above it, as printed.
    pub title: String,
    /// Its columns, without the first one, "STT".
    pub columns: Vec<Field>,
}

impl Form {
    /// Its name in the profile: `mau-01`.
    #[must_use]
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Its name as printed: "Mẫu số 01".
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its title as printed.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }

    /// The line under the title, as printed.
    #[must_use]
    pub fn subtitle(&self) -> Option<&str> {
        self.subtitle.as_deref()
    }

    /// Whether a line "V/v" is printed under the number.
    #[must_use]
    pub fn about(&self) -> bool {
        self.about
    }

    /// Behind "Kính gửi:", as printed; [`Profile::body_now`] tells who that is today.
    #[must_use]
    pub fn recipient(&self) -> &str {
        &self.recipient
    }

    /// The paragraph before the fields, as printed.
    #[must_use]
    pub fn opening(&self) -> Option<&str> {
        self.opening.as_deref()
    }

    /// What is filled in, in the order printed; the tables stand behind.
    #[must_use]
    pub fn fields(&self) -> &[Field] {
        &self.fields
    }

    /// Its tables, in the order printed.
    #[must_use]
    pub fn tables(&self) -> &[FormTable] {
        &self.tables
    }

    /// The lines under "Nơi nhận:", as printed.
    #[must_use]
    pub fn receivers(&self) -> &[String] {
        &self.receivers
    }

    /// Who signs, as printed.
    #[must_use]
    pub fn signer(&self) -> &str {
        &self.signer
    }

    /// The requests it serves.
    #[must_use]
    pub fn requests(&self) -> &[RequestKind] {
        &self.requests
    }

    /// The ids of the reports it serves.
    #[must_use]
    pub fn reports(&self) -> &[String] {
        &self.reports
    }

    /// The clause that asks for it.
    #[must_use]
    pub fn clause(&self) -> Option<&ClauseId> {
        self.source.clause()
    }

    pub(crate) fn rows(&self, rows: &mut Rows<'_>) {
        let serves: Vec<&str> = self
            .requests
            .iter()
            .map(|kind| kind.title())
            .chain(self.reports.iter().map(|_| "báo cáo"))
            .collect();
        let value = format!(
            "{} ({}); gửi {}",
            self.title,
            serves.join(", "),
            self.recipient
        );
        rows.add(format!("form.{}", self.id), &self.name, value, &self.source);
    }
}

impl Profile {
    /// The printed forms.
    #[must_use]
    pub fn forms(&self) -> &[Form] {
        &self.forms
    }

    /// The form with this id.
    #[must_use]
    pub fn form(&self, id: &str) -> Option<&Form> {
        self.forms.iter().find(|form| form.id == id)
    }
}

/// Reads `[[form]]`.
pub(crate) fn forms<'t>(reader: &mut Reader<'t>, top: &mut Table<'t>) -> Option<Vec<Form>> {
    reader.each(top, "form", Some("id"), |reader, table| {
        let id = reader.plain(table, "id", name);
        let printed = reader.plain(table, "name", words);
        let title = reader.plain(table, "title", words);
        let subtitle = reader.optional(table, "subtitle", words);
        let about = reader.plain(table, "about", yes_or_no);
        let recipient = reader.plain(table, "to", words);
        let opening = reader.optional(table, "opening", words);
        let form_fields = fields(reader, table, "fields");
        let tables = reader.each(table, "tables", Some("id"), |reader, table| {
            let id = reader.plain(table, "id", name);
            let heading = reader.optional(table, "heading", words);
            let title = reader.plain(table, "title", words);
            let columns = fields(reader, table, "columns");
            Some(FormTable {
                id: id?,
                heading: heading?,
                title: title?,
                columns: columns?,
            })
        });
        let receivers = reader.optional(table, "receivers", texts);
        let signer = reader.plain(table, "signs", words);
        let lines_of = (
            reader.line_of(table, "requests"),
            reader.line_of(table, "reports"),
        );
        let requests = reader.optional(table, "requests", kinds);
        let reports = reader.optional(table, "reports", texts);
        for kind in requests.iter().flatten().flatten() {
            reader.refers(lines_of.0, table.name("requests"), To::Request(*kind));
        }
        for id in reports.iter().flatten().flatten() {
            reader.refers(lines_of.1, table.name("reports"), To::Report(id.clone()));
        }
        let source = reader.source(table);
        Some(Form {
            id: id?,
            name: printed?,
            title: title?,
            subtitle: subtitle?,
            about: about?,
            recipient: recipient?,
            opening: opening?,
            fields: form_fields?,
            tables: tables?,
            receivers: receivers?.unwrap_or_default(),
            signer: signer?,
            requests: requests?.unwrap_or_default(),
            reports: reports?.unwrap_or_default(),
            source: source?,
        })
    })
}

fn kinds(value: &DeValue<'_>) -> Result<Vec<RequestKind>, &'static str> {
    let what = "danh sách kind của các [[request]] ([\"issue\"])";
    let kinds: Result<Vec<RequestKind>, _> = value
        .as_array()
        .ok_or(what)?
        .iter()
        .map(|item| kind(item.get_ref()))
        .collect();
    kinds.map_err(|_| what)
}
