//! What the calendar answers, and whether it can still change.

/// An answer of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<T> {
    /// The answer; by the law's own rules where a year is not decided.
    pub value: T,
    /// The first year looked at for which no decision is known.
    pub undecided: Option<u16>,
}

impl<T> Answer<T> {
    /// Whether every year it rests on is decided.
    #[must_use]
    pub fn decided(&self) -> bool {
        self.undecided.is_none()
    }

    /// What to tell a person beside an answer that can still change.
    #[must_use]
    pub fn note(&self) -> Option<String> {
        self.undecided.map(|year| {
            format!(
                "Lịch nghỉ năm {year} chưa có quyết định trong dữ liệu; kết quả này tính theo Điều 111 và Điều 112 Bộ luật \
                 Lao động 2019, có thể thay đổi khi có quyết định hoán đổi ngày làm việc."
            )
        })
    }

    /// The same answer about something that follows from it.
    pub fn map<U>(self, change: impl FnOnce(T) -> U) -> Answer<U> {
        Answer {
            value: change(self.value),
            undecided: self.undecided,
        }
    }
}
