use proptest::prelude::*;

use super::*;

fn set(text: &str) -> SequenceSet {
    SequenceSet::parse(text.as_bytes()).unwrap()
}

#[test]
fn looks_up() {
    let view = View::from_holes(10, &[(8, 8), (2, 3)]);
    assert_eq!(view.ranges().collect::<Vec<_>>(), [(1, 1), (4, 7), (9, 9)]);
    assert_eq!((view.len(), view.highest()), (6, Some(9)));
    assert_eq!(
        (
            view.uid_of(0),
            view.uid_of(2),
            view.uid_of(6),
            view.uid_of(7)
        ),
        (None, Some(4), Some(9), None)
    );
    assert_eq!(
        (view.seq_of(3), view.seq_of(7), view.seq_of(10)),
        (None, Some(5), None)
    );
    assert_eq!(
        view.resolve_seq(&set("1:3,*")),
        Ok(vec![(1, 1), (4, 5), (9, 9)])
    );
    assert_eq!(view.resolve_seq(&set("7")), Err(BadSequence));
    assert_eq!(view.resolve_uid(&set("3:5,20:*")), [(4, 5), (9, 9)]);
    assert_eq!(view.seqs_of(&[(1, 4), (9, 9)]), [(1, 2), (6, 6)]);
}

#[test]
fn empty_views() {
    for view in [
        View::default(),
        View::from_holes(1, &[]),
        View::from_holes(0, &[]),
        View::from_holes(4, &[(1, 9)]),
    ] {
        assert_eq!(
            (view.len(), view.is_empty(), view.highest()),
            (0, true, None)
        );
        assert_eq!(view.resolve_seq(&set("*")), Err(BadSequence));
        assert_eq!(view.resolve_seq(&set("1:*")), Err(BadSequence));
        assert_eq!(view.resolve_uid(&set("1:*")), []);
    }
}

#[test]
fn removal_is_announced_from_the_highest() {
    let mut view = View::from_holes(11, &[]);
    assert_eq!(view.remove_ranges(&[(3, 4), (9, 20)]), [10, 9, 4, 3]);
    assert_eq!(view.remove(5), Some(3));
    assert_eq!(view.remove(5), None);
    assert_eq!(view.ranges().collect::<Vec<_>>(), [(1, 2), (6, 8)]);
}

#[test]
fn the_largest_uids_fit() {
    let mut view = View::default();
    assert_eq!(view.append(1, u32::MAX - 1), u32::MAX - 1);
    assert_eq!(view.append(5, u32::MAX), 1);
    assert_eq!((view.len(), view.append(1, u32::MAX)), (u32::MAX, 0));
    assert_eq!(view.uid_of(u32::MAX), Some(u32::MAX));
    assert_eq!(
        view.resolve_seq(&set("4294967295,1")),
        Ok(vec![(1, 1), (u32::MAX, u32::MAX)])
    );
    assert_eq!(view.remove(u32::MAX), Some(u32::MAX));
    assert_eq!(view.len(), u32::MAX - 1);
}

#[derive(Debug, Clone)]
enum Change {
    Append(u32, u32),
    Remove(Vec<(u32, u32)>),
}

fn changes() -> impl Strategy<Value = Vec<Change>> {
    let range = || (0u32..90, 0u32..8).prop_map(|(a, n)| (a, a + n));
    let change = prop_oneof![
        range().prop_map(|(a, b)| Change::Append(a, b)),
        prop::collection::vec(range(), 0..5).prop_map(Change::Remove),
    ];
    prop::collection::vec(change, 0..12)
}

fn spread(ranges: &[(u32, u32)]) -> Vec<u32> {
    ranges.iter().flat_map(|&(a, b)| a..=b).collect()
}

fn check(view: &View, model: &[u32]) {
    assert_eq!(view.len() as usize, model.len());
    assert_eq!(spread(&view.ranges().collect::<Vec<_>>()), model);
    let ranges: Vec<_> = view.ranges().collect();
    assert!(
        ranges.windows(2).all(|w| w[0].1 + 1 < w[1].0),
        "runs are as long as can be"
    );
    for n in 0..110 {
        let at = model.iter().position(|&uid| uid == n);
        assert_eq!(view.seq_of(n), at.map(|i| i as u32 + 1));
        let uid = (n as usize).checked_sub(1).and_then(|i| model.get(i));
        assert_eq!(view.uid_of(n), uid.copied());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(600))]

    #[test]
    fn from_holes_agrees(uid_next in 0u32..60, holes in prop::collection::vec((0u32..60, 0u32..9), 0..9)) {
        let holes: Vec<_> = holes.into_iter().map(|(a, n)| (a, a + n)).collect();
        let model: Vec<u32> = (1..uid_next).filter(|uid| !spread(&holes).contains(uid)).collect();
        check(&View::from_holes(uid_next, &holes), &model);
    }

    #[test]
    fn changes_agree(
        changes in changes(),
        asked in prop::collection::vec((1u32..100, 1u32..100), 1..5),
        star in any::<bool>(),
    ) {
        let mut view = View::from_holes(30, &[(4, 4), (10, 15), (17, 17)]);
        let mut model: Vec<u32> = view.ranges().flat_map(|(a, b)| a..=b).collect();
        for change in changes {
            match change {
                Change::Append(a, b) => {
                    let above = model.last().map_or(1, |last| last + 1);
                    let fresh: Vec<u32> = (a.max(above)..=b).collect();
                    prop_assert_eq!(view.append(a, b) as usize, fresh.len());
                    model.extend(fresh);
                }
                Change::Remove(ranges) => {
                    let gone = spread(&ranges);
                    for seq in view.remove_ranges(&ranges) {
                        let uid = model.remove(seq as usize - 1);
                        prop_assert!(gone.contains(&uid));
                    }
                    prop_assert!(!model.iter().any(|uid| gone.contains(uid)));
                }
            }
            check(&view, &model);
        }
        let text = SequenceSet::from_ranges(&asked).unwrap().to_string();
        let text = if star { format!("{text},*") } else { text };
        let last = model.last().copied().unwrap_or(0);
        let holds = |n: u32| asked.iter().any(|&(a, b)| (a.min(b)..=a.max(b)).contains(&n));
        let uids: Vec<u32> =
            model.iter().copied().filter(|&uid| holds(uid) || star && uid == last).collect();
        prop_assert_eq!(spread(&view.resolve_uid(&set(&text))), uids);
        let len = model.len() as u32;
        let bad = model.is_empty() || asked.iter().any(|&(a, b)| a.max(b) > len);
        let seqs: Vec<u32> = (1..=len)
            .filter(|&seq| holds(seq) || star && seq == len)
            .map(|seq| model[seq as usize - 1])
            .collect();
        let expected = if bad { Err(BadSequence) } else { Ok(seqs) };
        prop_assert_eq!(view.resolve_seq(&set(&text)).map(|found| spread(&found)), expected);
    }
}
