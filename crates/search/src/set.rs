//! What an index says of a key: who surely passes, and who may.

use super::ranges::{Ranges, common, merge, minus};

/// Every UID there can be.
const ALL: [(u32, u32); 1] = [(1, u32::MAX)];

/// UIDs between two bounds.
#[derive(Debug)]
pub(crate) struct Set {
    /// These pass.
    sure: Ranges,
    /// No others pass than these, among which are the sure ones; nothing where the sure ones are all.
    most: Option<Ranges>,
}

impl Set {
    /// The whole answer.
    pub(crate) fn exactly(uids: Ranges) -> Self {
        Self {
            sure: uids,
            most: None,
        }
    }

    /// Everything passes.
    pub(crate) fn all() -> Self {
        Self::exactly(ALL.to_vec())
    }

    /// Nothing is known.
    pub(crate) fn unknown() -> Self {
        Self::between(Vec::new(), ALL.to_vec())
    }

    /// `most` holds `sure`.
    pub(crate) fn between(sure: Ranges, most: Ranges) -> Self {
        Self {
            sure,
            most: Some(most),
        }
    }

    /// The answer for UIDs up to one; above nothing is known.
    pub(crate) fn up_to(self, upto: u32) -> Self {
        let Some(next) = upto.checked_add(1) else {
            return self;
        };
        let mut most = self.most().to_vec();
        most.push((next, u32::MAX));
        let sure = common(&self.sure, &[(0, upto)]);
        Self::between(sure, merge(most))
    }

    /// Who has it is only a guess.
    pub(crate) fn perhaps(self) -> Self {
        let most = self.most.unwrap_or(self.sure);
        Self::between(Vec::new(), most)
    }

    pub(crate) fn sure(&self) -> &[(u32, u32)] {
        &self.sure
    }

    pub(crate) fn most(&self) -> &[(u32, u32)] {
        self.most.as_deref().unwrap_or(&self.sure)
    }

    pub(crate) fn not(self) -> Self {
        let sure = minus(&ALL, self.most());
        let most = self.most.is_some().then(|| minus(&ALL, &self.sure));
        Self { sure, most }
    }

    pub(crate) fn and(self, other: &Self) -> Self {
        let exact = self.most.is_none() && other.most.is_none();
        Self {
            most: (!exact).then(|| common(self.most(), other.most())),
            sure: common(&self.sure, &other.sure),
        }
    }

    pub(crate) fn or(self, other: &Self) -> Self {
        let exact = self.most.is_none() && other.most.is_none();
        let both = |a: &[(u32, u32)], b: &[(u32, u32)]| merge([a, b].concat());
        Self {
            most: (!exact).then(|| both(self.most(), other.most())),
            sure: both(&self.sure, &other.sure),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::ranges::holds;

    /// A set about UIDs 1 to 12, and one of the truths it allows.
    fn sets() -> impl Strategy<Value = (Vec<bool>, Vec<bool>, u32)> {
        let bits = || prop::collection::vec(any::<bool>(), 12);
        (bits(), bits(), 0_u32..14)
    }

    fn set((truth, known, upto): &(Vec<bool>, Vec<bool>, u32)) -> Set {
        let pick = |test: &dyn Fn(usize) -> bool| -> Ranges {
            merge(
                (0..12)
                    .filter(|n| test(*n))
                    .map(|n| (n as u32 + 1, n as u32 + 1))
                    .collect(),
            )
        };
        let sure = pick(&|n| truth[n] && known[n]);
        let most = pick(&|n| truth[n] || !known[n]);
        Set::between(sure, most).up_to(*upto)
    }

    fn allows(set: &Set, truth: impl Fn(usize) -> bool) {
        for n in 0..12 {
            let uid = n as u32 + 1;
            assert!(!holds(set.sure(), uid) || truth(n));
            assert!(holds(set.most(), uid) || !truth(n));
        }
    }

    proptest! {
        #[test]
        fn bounds_hold(a in sets(), b in sets()) {
            allows(&set(&a), |n| a.0[n]);
            allows(&set(&a).not(), |n| !a.0[n]);
            allows(&set(&a).perhaps().not().not(), |n| a.0[n]);
            allows(&set(&a).and(&set(&b)), |n| a.0[n] && b.0[n]);
            allows(&set(&a).or(&set(&b).not()), |n| a.0[n] || !b.0[n]);
            allows(&Set::exactly(set(&a).sure).and(&Set::all()).not(), |n| !(a.0[n] && a.1[n] && (n as u32) < a.2));
        }
    }
}
