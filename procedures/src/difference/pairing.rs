//! Which element of the old list is which element of the new one.

use std::collections::{BTreeMap, VecDeque};

/// One element of either list or of both.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Pair {
    /// Its number in the old list.
    pub(super) old: Option<usize>,
    /// Its number in the new list.
    pub(super) new: Option<usize>,
    /// Whether others overtook it.
    pub(super) is_moved: bool,
}

/// Pairs elements by their marks, the strongest mark first: whole content, then
/// identity, then kind. What finds no partner was added or removed.
pub(super) fn pairs(old: &[Vec<String>], new: &[Vec<String>]) -> Vec<Pair> {
    let mut partner: Vec<Option<usize>> = vec![None; new.len()];
    let mut is_taken = vec![false; old.len()];
    let levels = old.iter().chain(new).map(Vec::len).max().unwrap_or(0);
    for level in 0..levels {
        let mut free: BTreeMap<&str, VecDeque<usize>> = BTreeMap::new();
        for (number, marks) in old.iter().enumerate() {
            if let (Some(mark), Some(false)) = (marks.get(level), is_taken.get(number)) {
                free.entry(mark).or_default().push_back(number);
            }
        }
        for (marks, partner) in new.iter().zip(&mut partner).filter(|(_, found)| found.is_none()) {
            let found = marks.get(level).and_then(|mark| free.get_mut(mark.as_str())?.pop_front());
            if let Some(taken) = found.and_then(|number| is_taken.get_mut(number)) {
                *taken = true;
                *partner = found;
            }
        }
    }
    let stays = rising(&partner);
    let kept = partner.iter().enumerate().map(|(number, old)| Pair {
        old: *old,
        new: Some(number),
        is_moved: old.is_some_and(|old| stays.binary_search(&old).is_err()),
    });
    let gone = is_taken.iter().enumerate().filter(|(_, taken)| !**taken);
    kept.chain(gone.map(|(number, _)| Pair { old: Some(number), new: None, is_moved: false }))
        .collect()
}

/// The longest rising subsequence: the elements that did not move, ascending.
fn rising(partner: &[Option<usize>]) -> Vec<usize> {
    let sequence: Vec<usize> = partner.iter().flatten().copied().collect();
    // `ends[n]`: the element that ends the best run of length n + 1 so far.
    let mut ends: Vec<usize> = Vec::new();
    let mut before: BTreeMap<usize, Option<usize>> = BTreeMap::new();
    for &element in &sequence {
        let length = ends.partition_point(|end| *end < element);
        before.insert(element, length.checked_sub(1).and_then(|n| ends.get(n).copied()));
        match ends.get_mut(length) {
            Some(end) => *end = element,
            None => ends.push(element),
        }
    }
    let mut run = Vec::with_capacity(ends.len());
    let mut last = ends.last().copied();
    while let Some(element) = last {
        run.push(element);
        last = before.get(&element).copied().flatten();
    }
    run.reverse();
    run
}

#[cfg(test)]
mod tests {
    use super::*;

    fn marks(words: &[&str]) -> Vec<Vec<String>> {
        words.iter().map(|word| vec![(*word).to_owned()]).collect()
    }

    #[test]
    fn one_element_that_overtakes_three_is_the_one_that_moved() {
        let pairs = pairs(&marks(&["a", "b", "c", "d"]), &marks(&["d", "a", "b", "c"]));
        let moved: Vec<_> = pairs.iter().filter(|pair| pair.is_moved).collect();
        assert_eq!(moved, [&Pair { old: Some(3), new: Some(0), is_moved: true }]);
    }

    #[test]
    fn equal_elements_are_paired_in_their_order() {
        let pairs = pairs(&marks(&["wait", "wait"]), &marks(&["set", "wait", "wait"]));
        assert_eq!(
            pairs.iter().map(|pair| (pair.old, pair.new)).collect::<Vec<_>>(),
            [(None, Some(0)), (Some(0), Some(1)), (Some(1), Some(2))]
        );
        assert!(pairs.iter().all(|pair| !pair.is_moved));
    }
}
