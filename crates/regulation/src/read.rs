//! From a file of `regulations/` to a profile, with every fault at once.

mod lists;
mod refers;
pub(crate) mod say;
mod sense;
mod similar;

use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;

use toml::Spanned;
use toml::de::{DeTable, DeValue, Error};

pub(crate) use self::lists::{day_off, number, term, texts, yes_or_no};
pub(crate) use self::refers::To;
use crate::clause::is_code;
use crate::naming::naming;
use crate::{Cited, ClauseId, Date, InForce, LockMode, MB, Profile, Source, parse_size};

/// Something in a profile's file that is not as it should be, told in Vietnamese to whoever writes the file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub struct Fault {
    /// The line in the file, from 1; 1 for a key that is missing from the whole file.
    pub line: usize,
    /// The key with its path (`quota.personal.value`); empty where the file is not TOML.
    pub key: String,
    /// What is wrong, or what should have stood there: `cần một ngày (2025-11-20)`.
    pub text: String,
}

/// `dòng 12: sweep[1].after: cần một thời hạn …`
impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "dòng {}: ", self.line)?;
        if !self.key.is_empty() {
            write!(f, "{}: ", self.key)?;
        }
        f.write_str(&self.text)
    }
}

impl Profile {
    /// Reads a profile.
    ///
    /// # Errors
    /// All faults of the file, by line: syntax, missing and unknown keys, values that do not fit, clauses that are not
    /// of this regulation.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        parse_file(text, Reader::profile)
    }
}

/// Reads a TOML file with `reading`, which takes out of the top table what it knows; all faults at once, by line.
pub(crate) fn parse_file<'t, T>(
    text: &'t str,
    reading: impl FnOnce(&mut Reader<'t>, &mut Table<'t>) -> Option<T>,
) -> Result<T, Vec<Fault>> {
    let (file, errors) = DeTable::parse_recoverable(text);
    let ends = text.match_indices('\n').map(|(at, _)| at).collect();
    let mut reader = Reader {
        ends,
        text: PhantomData,
        code: String::new(),
        faults: Vec::new(),
        places: HashMap::new(),
        references: Vec::new(),
    };
    if !errors.is_empty() {
        let mut faults: Vec<Fault> = errors.iter().map(|error| reader.syntax(error)).collect();
        faults.sort_by_key(|fault| fault.line);
        faults.dedup_by_key(|fault| fault.line);
        // Behind a text that has no end, all else is misread.
        if let Some(at) = faults
            .iter()
            .position(|fault| fault.text.contains("string"))
        {
            faults.truncate(at + 1);
        }
        return Err(faults);
    }
    let mut top = Table::new(String::new(), 1, file.into_inner());
    let read = reading(&mut reader, &mut top);
    reader.close(&top);
    reader
        .faults
        .sort_by(|one, other| (one.line, &one.key).cmp(&(other.line, &other.key)));
    match read {
        Some(read) if reader.faults.is_empty() => Ok(read),
        _ => Err(reader.faults),
    }
}

/// A table of the file; what has been read is taken out, what stays is unknown.
pub(crate) struct Table<'t> {
    pub(crate) path: String,
    pub(crate) line: usize,
    pub(crate) entries: DeTable<'t>,
    /// Keys that were asked for and are not there: an unknown one may be meant as one of them.
    missing: Vec<String>,
}

impl<'t> Table<'t> {
    pub(crate) fn new(path: String, line: usize, entries: DeTable<'t>) -> Self {
        Self {
            path,
            line,
            entries,
            missing: Vec::new(),
        }
    }

    pub(crate) fn name(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Whether a key is there that may be.
    pub(crate) fn has(&mut self, key: &str) -> bool {
        let is_there = self.entries.contains_key(key);
        if !is_there {
            self.missing.push(key.to_owned());
        }
        is_there
    }

    pub(crate) fn take(&mut self, key: &str) -> Option<Spanned<DeValue<'t>>> {
        self.has(key).then(|| self.entries.remove(key)).flatten()
    }
}

/// Reads tables of one text and gathers what is wrong.
pub(crate) struct Reader<'t> {
    /// Where the lines end.
    ends: Vec<usize>,
    text: PhantomData<&'t str>,
    code: String,
    faults: Vec<Fault>,
    /// The line of each value that was read, by its key with its path.
    places: HashMap<String, usize>,
    references: Vec<refers::Reference>,
}

/// A reading of one value: the value, or what is needed in its place: `một ngày (2025-11-20)`.
pub(crate) type Reading<T> = fn(&DeValue<'_>) -> Result<T, &'static str>;

impl<'t> Reader<'t> {
    fn profile(&mut self, top: &mut Table<'t>) -> Option<Profile> {
        let id = self.plain(top, "id", name);
        let code = self.plain(top, "code", code);
        self.code = code.clone().unwrap_or_default();
        let title = self.plain(top, "title", words);
        let decision = self.plain(top, "decision", words);
        let in_force = self.cited(top, "in_force", in_force);
        let domain = self.cited(top, "domain", domain);
        let address_suffix = if top.has("address_suffix") {
            self.cited(top, "address_suffix", name).map(Some)
        } else {
            Some(None)
        };
        let managing = self.cited(top, "managing", words);
        let operating = self.cited(top, "operating", words);
        let head = crate::head::head(self, top, in_force.as_ref().map(|cited| &cited.value));
        let quotas = crate::quota::quotas(self, top);
        let log_retention_months = self.cited(top, "log_retention_months", months);
        let lock_mode = self.cited(top, "lock_mode", lock_mode);
        let own = code.clone().unwrap_or_default();
        let password = crate::password::rule(self, top, &own);
        let requests = crate::requests::requests(self, top);
        let answered_within = requests
            .iter()
            .flatten()
            .find(|rule| rule.kind().value == crate::requests::RequestKind::Restore)
            .and_then(|rule| rule.deadline().cloned())
            // A local setting is told by the clock of requests alone.
            .filter(|deadline| deadline.clause().is_some());
        let lifecycle = crate::lifecycle::rules(
            self,
            top,
            &own,
            password,
            lock_mode.clone(),
            answered_within,
        );
        let naming = naming(self, top, address_suffix.as_ref());
        let forms = crate::forms::forms(self, top);
        let reports = crate::reports::reports(self, top);
        let violations = crate::violations::violations(self, top);
        let acceptable_use = crate::acceptable_use::acceptable_use(self, top, id.as_deref());
        let checks = crate::checks::checks(self, top);
        let planned_stop = crate::stops::planned_stop(self, top);
        let access = crate::access::access(self, top);
        let guidance = crate::guidance::guidance(self, top);
        let content = crate::content::rule(self, top, &own, quotas.as_ref());
        let our_domain = domain.as_ref().map(|domain| domain.value.as_str());
        let forwarding = crate::forwarding::rule(self, top, &own, our_domain);
        let profile = Profile {
            id: id?,
            code: code?,
            title: title?,
            decision: decision?,
            in_force: in_force?,
            domain: domain?,
            address_suffix: address_suffix?,
            managing: managing?,
            operating: operating?,
            head: head?,
            quotas: quotas?,
            log_retention_months: log_retention_months?,
            lock_mode: lock_mode?,
            lifecycle: lifecycle?,
            naming: naming?,
            requests: requests?,
            forms: forms?,
            reports: reports?,
            violations: violations?,
            acceptable_use: acceptable_use?,
            checks: checks?,
            planned_stop: planned_stop?,
            access: access?,
            guidance: guidance?,
            content: content?,
            forwarding: forwarding?,
        };
        self.check_references(&profile);
        self.check_sense(&profile);
        Some(profile)
    }

    pub(crate) fn fault(&mut self, line: usize, key: String, text: impl Into<String>) {
        self.faults.push(Fault {
            line,
            key,
            text: text.into(),
        });
    }

    /// Something else is needed there.
    pub(crate) fn needs(&mut self, line: usize, key: String, what: &str) {
        self.fault(line, key, say::needs(what));
    }

    /// The line of a value that was read; the first one for a key that is not there.
    fn place(&self, key: &str) -> usize {
        self.places.get(key).copied().unwrap_or(1)
    }

    /// The line, from 1, of a place in the text.
    pub(crate) fn line(&self, at: usize) -> usize {
        self.ends.partition_point(|end| *end < at) + 1
    }

    fn syntax(&self, error: &Error) -> Fault {
        let line = self.line(error.span().map_or(0, |span| span.start));
        Fault {
            line,
            key: String::new(),
            text: format!("không đúng cú pháp TOML ({})", error.message()),
        }
    }

    /// Every key that is left in a table is unknown.
    pub(crate) fn close(&mut self, table: &Table<'t>) {
        for key in table.entries.keys() {
            let line = self.line(key.span().start);
            let text = say::unknown(key.get_ref(), &table.missing);
            self.fault(line, table.name(key.get_ref()), text);
        }
    }

    pub(crate) fn plain<T>(
        &mut self,
        table: &mut Table<'t>,
        key: &str,
        reading: Reading<T>,
    ) -> Option<T> {
        let Some(value) = table.take(key) else {
            self.fault(table.line, table.name(key), say::MISSING);
            return None;
        };
        let line = self.line(value.span().start);
        match reading(value.get_ref()) {
            Ok(value) => {
                self.places.insert(table.name(key), line);
                Some(value)
            }
            Err(what) => {
                self.needs(line, table.name(key), what);
                None
            }
        }
    }

    pub(crate) fn table(&mut self, parent: &mut Table<'t>, key: &str) -> Option<Table<'t>> {
        if !parent.has(key) {
            self.fault(parent.line, parent.name(key), say::MISSING_TABLE);
        }
        let path = parent.name(key);
        let (name, value) = parent.entries.remove_entry(key)?;
        let line = self.line(name.span().start);
        if let DeValue::Table(entries) = value.into_inner() {
            return Some(Table::new(path, line, entries));
        }
        self.needs(line, path, say::TABLE);
        None
    }

    pub(crate) fn cited<T>(
        &mut self,
        parent: &mut Table<'t>,
        key: &str,
        reading: Reading<T>,
    ) -> Option<Cited<T>> {
        if !parent.has(key) {
            self.fault(parent.line, parent.name(key), say::MISSING);
            return None;
        }
        let mut table = self.table(parent, key)?;
        let value = self.plain(&mut table, "value", reading);
        let source = self.source(&mut table);
        self.close(&table);
        Some(Cited {
            value: value?,
            source: source?,
        })
    }

    /// Where the values of a table come from: its `clause` and `quote`, or `local = true`.
    pub(crate) fn source(&mut self, table: &mut Table<'t>) -> Option<Source> {
        if table.has("local") {
            return self.plain(table, "local", local).map(|()| Source::Local);
        }
        let has_clause = table.has("clause");
        if !has_clause {
            self.needs(table.line, table.name("clause"), say::SOURCE);
            // What is missing is told once.
            if !table.has("quote") {
                return None;
            }
        }
        let id = has_clause.then(|| self.clause(table)).flatten();
        let quote = self.plain(table, "quote", words);
        id.zip(quote)
            .map(|(id, quote)| Source::Clause { id, quote })
    }

    fn clause(&mut self, table: &mut Table<'t>) -> Option<ClauseId> {
        let line = self.line_of(table, "clause");
        let id = self.plain(table, "clause", clause)?;
        self.own(line, table.name("clause"), &id)?;
        Some(id)
    }

    /// A clause must be of this regulation.
    pub(crate) fn own(&mut self, line: usize, key: String, id: &ClauseId) -> Option<()> {
        if !self.code.is_empty() && id.regulation() != self.code {
            let what = format!("điều khoản của {}", self.code);
            self.needs(line, key, &what);
            return None;
        }
        Some(())
    }
}

pub(crate) fn words(value: &DeValue<'_>) -> Result<String, &'static str> {
    let text = value
        .as_str()
        .map(str::trim)
        .filter(|text| !text.is_empty());
    text.map(str::to_owned).ok_or("một chuỗi không rỗng")
}

pub(crate) fn name(value: &DeValue<'_>) -> Result<String, &'static str> {
    let is_name = |text: &&str| {
        !text.is_empty()
            && text
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    value
        .as_str()
        .filter(is_name)
        .map(str::to_owned)
        .ok_or("một tên gồm chữ thường a–z, chữ số, dấu gạch nối")
}

fn code(value: &DeValue<'_>) -> Result<String, &'static str> {
    value
        .as_str()
        .filter(|text| is_code(text))
        .map(str::to_owned)
        .ok_or("một mã gồm 2 đến 5 chữ in hoa A–Z")
}

fn domain(value: &DeValue<'_>) -> Result<String, &'static str> {
    let is_label = |label: &str| {
        (1..=63).contains(&label.len())
            && !label.starts_with('-')
            && !label.ends_with('-')
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
    };
    let is_domain =
        |text: &&str| text.len() <= 253 && text.contains('.') && text.split('.').all(is_label);
    value
        .as_str()
        .filter(is_domain)
        .map(str::to_owned)
        .ok_or("một tên miền viết thường (\"sonla.gov.vn\")")
}

fn in_force(value: &DeValue<'_>) -> Result<InForce, &'static str> {
    if value.as_str() == Some("undated") {
        return Ok(InForce::Undated);
    }
    date(value)
        .map(InForce::From)
        .map_err(|_| "một ngày (2025-11-20), hoặc \"undated\"")
}

pub(crate) fn date(value: &DeValue<'_>) -> Result<Date, &'static str> {
    let date = value
        .as_datetime()
        .filter(|moment| moment.time.is_none())
        .and_then(|moment| moment.date);
    date.and_then(|date| Date::new(date.year, date.month, date.day))
        .ok_or("một ngày (2025-11-20)")
}

pub(crate) fn size(value: &DeValue<'_>) -> Result<u64, &'static str> {
    let bytes = match value {
        DeValue::String(text) => parse_size(text),
        DeValue::Integer(number) => u64::from_str_radix(number.as_str(), number.radix()).ok(),
        _ => None,
    };
    bytes
        .filter(|bytes| (MB..=MB << 30).contains(bytes))
        .ok_or("một dung lượng từ 1 MB đến 1024 TB (\"1000 MB\", hoặc số byte)")
}

pub(crate) fn months(value: &DeValue<'_>) -> Result<u32, &'static str> {
    number(value)
        .filter(|number| (1..=1200).contains(number))
        .ok_or("một số tháng từ 1 đến 1200")
}

fn lock_mode(value: &DeValue<'_>) -> Result<LockMode, &'static str> {
    match value.as_str() {
        Some("receives") => Ok(LockMode::Receives),
        Some("closed") => Ok(LockMode::Closed),
        _ => Err("\"receives\" hoặc \"closed\""),
    }
}

fn local(value: &DeValue<'_>) -> Result<(), &'static str> {
    if value.as_bool() == Some(true) {
        Ok(())
    } else {
        Err("true, hoặc clause và quote thay cho local")
    }
}

pub(crate) fn clause(value: &DeValue<'_>) -> Result<ClauseId, &'static str> {
    value
        .as_str()
        .and_then(|text| text.parse().ok())
        .ok_or("mã điều khoản (\"QN.7.1.đ\")")
}
