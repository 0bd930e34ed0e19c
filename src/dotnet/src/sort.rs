//! Sorting with the comparisons of scripts, which may contradict themselves: the standard library's sort may panic then,
//! these do not.
//!
//! .NET's unstable sort is insertion sort for up to 16 items, median of three, heap sort where it goes too deep. Which of
//! several equal items comes first is visible, so the steps are the same.

use std::cmp::Ordering;

const SMALL: usize = 16;

/// The positions 0 to `length` in the order that .NET would put the items into.
pub fn introsort(length: usize, mut compare: impl FnMut(usize, usize) -> Ordering) -> Vec<usize> {
    let mut keys: Vec<usize> = (0..length).collect();
    let depth = length.checked_ilog2().unwrap_or(0).saturating_add(1).saturating_mul(2);
    sort(&mut keys, depth, &mut compare);
    keys
}

/// Sorts by merging; equal items keep their order.
pub fn stable<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let mut runs: Vec<Vec<T>> = items.drain(..).map(|item| vec![item]).collect();
    while runs.len() > 1 {
        let mut merged = Vec::with_capacity(runs.len().div_ceil(2));
        let mut rest = runs.into_iter();
        while let Some(left) = rest.next() {
            merged.push(match rest.next() {
                Some(right) => merge(left, right, &mut compare),
                None => left,
            });
        }
        runs = merged;
    }
    items.extend(runs.into_iter().flatten());
}

fn merge<T>(left: Vec<T>, right: Vec<T>, compare: &mut impl FnMut(&T, &T) -> Ordering) -> Vec<T> {
    let mut merged = Vec::with_capacity(left.len().saturating_add(right.len()));
    let (mut left, mut right) = (left.into_iter().peekable(), right.into_iter().peekable());
    while let (Some(a), Some(b)) = (left.peek(), right.peek()) {
        let from = if compare(a, b) == Ordering::Greater { &mut right } else { &mut left };
        merged.extend(from.next());
    }
    merged.extend(left);
    merged.extend(right);
    merged
}

/// Sorts as .NET's unstable sort does.
pub fn unstable<T>(items: &mut Vec<T>, mut compare: impl FnMut(&T, &T) -> Ordering) {
    let order = introsort(items.len(), |a, b| match (items.get(a), items.get(b)) {
        (Some(a), Some(b)) => compare(a, b),
        _ => Ordering::Equal,
    });
    let mut all: Vec<Option<T>> = items.drain(..).map(Some).collect();
    items.extend(order.into_iter().filter_map(|at| all.get_mut(at).and_then(Option::take)));
}

type Compare<'c> = &'c mut dyn FnMut(usize, usize) -> Ordering;

fn at(keys: &[usize], position: usize) -> usize {
    keys.get(position).copied().unwrap_or(0)
}

fn put(keys: &mut [usize], position: usize, key: usize) {
    if let Some(slot) = keys.get_mut(position) {
        *slot = key;
    }
}

fn swap_if_greater(keys: &mut [usize], i: usize, j: usize, compare: Compare<'_>) {
    if compare(at(keys, i), at(keys, j)) == Ordering::Greater {
        keys.swap(i, j);
    }
}

fn sort(keys: &mut [usize], mut depth: u32, compare: Compare<'_>) {
    let mut size = keys.len();
    while size > 1 {
        let Some(part) = keys.get_mut(..size) else { return };
        if size <= SMALL {
            match size {
                2 => swap_if_greater(part, 0, 1, compare),
                3 => {
                    swap_if_greater(part, 0, 1, compare);
                    swap_if_greater(part, 0, 2, compare);
                    swap_if_greater(part, 1, 2, compare);
                }
                _ => insertion_sort(part, compare),
            }
            return;
        }
        if depth == 0 {
            return heap_sort(part, compare);
        }
        depth = depth.saturating_sub(1);
        let pivot = partition(part, compare);
        if let Some(upper) = part.get_mut(pivot.saturating_add(1)..) {
            sort(upper, depth, compare);
        }
        size = pivot;
    }
}

fn partition(keys: &mut [usize], compare: Compare<'_>) -> usize {
    let high = keys.len().saturating_sub(1);
    let middle = high >> 1;
    swap_if_greater(keys, 0, middle, compare);
    swap_if_greater(keys, 0, high, compare);
    swap_if_greater(keys, middle, high, compare);
    let pivot = at(keys, middle);
    let last = high.saturating_sub(1);
    keys.swap(middle, last);
    let (mut left, mut right) = (0_usize, last);
    while left < right {
        loop {
            left = left.saturating_add(1);
            if left >= last || compare(at(keys, left), pivot) != Ordering::Less {
                break;
            }
        }
        loop {
            right = right.saturating_sub(1);
            if right == 0 || compare(pivot, at(keys, right)) != Ordering::Less {
                break;
            }
        }
        if left >= right {
            break;
        }
        keys.swap(left, right);
    }
    if left != last {
        keys.swap(left, last);
    }
    left
}

fn insertion_sort(keys: &mut [usize], compare: Compare<'_>) {
    for next in 1..keys.len() {
        let key = at(keys, next);
        let mut place = next;
        while let Some(before) = place.checked_sub(1) {
            if compare(key, at(keys, before)) != Ordering::Less {
                break;
            }
            let moved = at(keys, before);
            put(keys, place, moved);
            place = before;
        }
        put(keys, place, key);
    }
}

fn heap_sort(keys: &mut [usize], compare: Compare<'_>) {
    let count = keys.len();
    for root in (1..=count >> 1).rev() {
        sink(keys, root, count, compare);
    }
    for end in (2..=count).rev() {
        keys.swap(0, end.saturating_sub(1));
        sink(keys, 1, end.saturating_sub(1), compare);
    }
}

/// Lets a root sink in a heap whose positions begin at 1.
fn sink(keys: &mut [usize], mut root: usize, count: usize, compare: Compare<'_>) {
    let key = at(keys, root.saturating_sub(1));
    while root <= count >> 1 {
        let mut child = root.saturating_mul(2);
        if child < count && compare(at(keys, child.saturating_sub(1)), at(keys, child)) == Ordering::Less {
            child = child.saturating_add(1);
        }
        if compare(key, at(keys, child.saturating_sub(1))) != Ordering::Less {
            break;
        }
        let moved = at(keys, child.saturating_sub(1));
        put(keys, root.saturating_sub(1), moved);
        root = child;
    }
    put(keys, root.saturating_sub(1), key);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_come_as_in_dotnet() {
        let order = introsort(40, |a, b| ((a + 1) % 3).cmp(&((b + 1) % 3)));
        let shown: Vec<usize> = order.into_iter().map(|at| at + 1).collect();
        assert_eq!(
            shown,
            [
                30, 18, 24, 15, 27, 12, 21, 9, 39, 33, 6, 36, 3, 28, 34, 25, 22, 37, 31, 1, 40, 16, 4, 13, 10, 19, 7,
                17, 38, 2, 35, 5, 8, 29, 11, 26, 14, 23, 32, 20
            ]
        );
    }

    #[test]
    fn stable_keeps_the_order_of_equal_items() {
        for length in 0..70 {
            let mut items: Vec<(usize, usize)> = (0..length).map(|n| (n * 31 % 7, n)).collect();
            let mut expected = items.clone();
            stable(&mut items, |a, b| a.0.cmp(&b.0));
            expected.sort();
            assert_eq!(items, expected);
        }
    }

    #[test]
    fn contradictions_end() {
        let mut flip = 0_u32;
        let mut liar = |_: &u32, _: &u32| {
            flip = flip.wrapping_mul(1_103_515_245).wrapping_add(12_345);
            if flip & 0x1_0000 == 0 { Ordering::Less } else { Ordering::Greater }
        };
        for length in [2, 17, 50, 1_000] {
            for is_stable in [true, false] {
                let mut items: Vec<u32> = (0..length).collect();
                if is_stable {
                    stable(&mut items, &mut liar);
                } else {
                    unstable(&mut items, &mut liar);
                }
                items.sort_unstable();
                assert!(items.into_iter().eq(0..length), "{length}");
            }
        }
    }

    #[test]
    fn every_length_is_sorted() {
        for length in 0..200 {
            let keys: Vec<usize> = (0..length).map(|n| n * 7919 % 101).collect();
            let order = introsort(length, |a, b| keys[a].cmp(&keys[b]));
            assert!(order.windows(2).all(|pair| keys[pair[0]] <= keys[pair[1]]), "{length}");
        }
        let mut keys: Vec<usize> = vec![0; 1000];
        heap_sort(&mut keys, &mut |a, b| a.cmp(&b));
    }
}
