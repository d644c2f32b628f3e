//! Asking the search index.

use congvu_message::search::Needle;
use congvu_message::search::terms::{self, Field};
use congvu_store::search::{self, Budget, Index, Uids};
use congvu_store::{StoreResult, Tx};

use super::DateTest;
use super::ranges::{Ranges, common, merge};
use super::set::Set;

/// A question to the index of a folder; every answer is `None` where it would cost more than the
/// budget.
pub(crate) struct Question<'a, 'b, 'tx> {
    pub(crate) tx: &'a mut Tx<'tx>,
    pub(crate) index: &'b Index,
    pub(crate) budget: Budget,
}

impl Question<'_, '_, '_> {
    /// Whose `field` holds the needle.
    pub(crate) fn holds(&mut self, field: Field, needle: &Needle) -> StoreResult<Option<Set>> {
        let Some(needle) = needle.runs() else {
            return Ok(Some(Set::unknown()));
        };
        let mut hits: Vec<Uids> = needle.runs.iter().map(|_| Uids::default()).collect();
        let mut folded = String::new();
        let matches = |term: &[u8]| {
            let Ok(term) = std::str::from_utf8(term) else {
                return 0;
            };
            let has = needle.runs.iter().enumerate();
            has.fold(0, |sets, (n, run)| {
                sets | u32::from(run.is_in(term, &mut folded)) << n
            })
        };
        let (tx, budget) = (&mut *self.tx, &mut self.budget);
        if !search::find(tx, self.index, field as u8, budget, &mut hits, matches)? {
            return Ok(None);
        }
        let all = hits.into_iter().map(Uids::into_ranges);
        let found = all.reduce(|a, b| common(&a, &b)).unwrap_or_default();
        let set = Set::exactly(found);
        let set = if needle.exact { set } else { set.perhaps() };
        self.with_open(field, &set)
    }

    /// Adds those whose terms do not tell all.
    fn with_open(&mut self, field: Field, set: &Set) -> StoreResult<Option<Set>> {
        let byte = field as u8;
        let Some(open) = self.between(Field::Open, &[byte], Some(&[byte + 1]))? else {
            return Ok(None);
        };
        let most = merge([set.most(), &open].concat());
        let set = Set::between(set.sure().to_vec(), most);
        Ok(Some(set.up_to(self.index.upto)))
    }

    fn between(
        &mut self,
        field: Field,
        low: &[u8],
        high: Option<&[u8]>,
    ) -> StoreResult<Option<Ranges>> {
        let mut uids = Uids::default();
        let within = (low, high);
        let (tx, budget) = (&mut *self.tx, &mut self.budget);
        let done = search::between(tx, self.index, field as u8, within, budget, &mut uids)?;
        Ok(done.then(|| uids.into_ranges()))
    }

    fn exactly(
        &mut self,
        field: Field,
        low: &[u8],
        high: Option<&[u8]>,
    ) -> StoreResult<Option<Set>> {
        let found = self.between(field, low, high)?;
        Ok(found.map(|uids| Set::exactly(uids).up_to(self.index.upto)))
    }

    /// Which header has a field of this name that holds the needle.
    pub(crate) fn header(&mut self, name: &str, needle: &Needle) -> StoreResult<Option<Set>> {
        let Some(name) = terms::name(name.as_bytes()) else {
            return Ok(Some(Set::unknown()));
        };
        let after = [name.as_slice(), &[0]].concat();
        let Some(has) = self.between(Field::Name, &name, Some(&after))? else {
            return Ok(None);
        };
        let Some(has) = self.with_open(Field::Name, &Set::exactly(has))? else {
            return Ok(None);
        };
        if needle.is_empty() {
            return Ok(Some(has));
        }
        let lines = self.holds(Field::Header, needle)?;
        Ok(lines.map(|lines| has.and(&lines.perhaps())))
    }

    /// Whose header or text holds the needle.
    pub(crate) fn anywhere(&mut self, needle: &Needle) -> StoreResult<Option<Set>> {
        let Some(header) = self.holds(Field::Header, needle)? else {
            return Ok(None);
        };
        let body = self.holds(Field::Body, needle)?;
        Ok(body.map(|body| header.or(&body)))
    }

    /// Whose Date field is of such days.
    pub(crate) fn sent(&mut self, test: DateTest, day: i64) -> StoreResult<Option<Set>> {
        let (this, next) = (terms::day(day), terms::day(day.saturating_add(1)));
        match test {
            DateTest::Before => self.exactly(Field::Sent, &[], Some(&this)),
            DateTest::On => self.exactly(Field::Sent, &this, Some(&next)),
            DateTest::Since => self.exactly(Field::Sent, &this, None),
        }
    }

    /// Who has a file.
    pub(crate) fn has_file(&mut self) -> StoreResult<Option<Set>> {
        self.exactly(Field::Has, terms::A_FILE, None)
    }

    /// Who is larger.
    pub(crate) fn larger(&mut self, size: u64) -> StoreResult<Option<Set>> {
        match size.checked_add(1) {
            Some(least) => self.exactly(Field::Size, &terms::size(least), None),
            None => Ok(Some(Set::exactly(Vec::new()))),
        }
    }

    /// Who is smaller.
    pub(crate) fn smaller(&mut self, size: u64) -> StoreResult<Option<Set>> {
        self.exactly(Field::Size, &[], Some(&terms::size(size)))
    }
}
