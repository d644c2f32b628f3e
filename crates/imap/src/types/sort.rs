//! What SORT orders by and how THREAD threads (RFC 5256, RFC 5957).

/// What messages are compared by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SortKey {
    /// `ARRIVAL`: INTERNALDATE.
    Arrival,
    /// `CC`: the first address's local part.
    Cc,
    /// `DATE`: the Date field, else INTERNALDATE.
    Date,
    /// `DISPLAYFROM`: the first sender as people see him (RFC 5957).
    DisplayFrom,
    /// `DISPLAYTO`: the first recipient as people see him (RFC 5957).
    DisplayTo,
    /// `FROM`: the first address's local part.
    From,
    /// `SIZE`
    Size,
    /// `SUBJECT`: the base subject.
    Subject,
    /// `TO`: the first address's local part.
    To,
}

/// One criterion of SORT.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SortCriterion {
    /// What is compared.
    pub key: SortKey,
    /// `REVERSE`: the highest first.
    pub reverse: bool,
}

/// How THREAD threads.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ThreadAlgorithm {
    /// `ORDEREDSUBJECT`: by the base subject alone.
    OrderedSubject,
    /// `REFERENCES`: by what answers what, then by the base subject.
    References,
}
