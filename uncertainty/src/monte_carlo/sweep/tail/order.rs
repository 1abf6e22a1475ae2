//! Sorting an end of a sample: half a million values that fall off in one
//! direction, spread over narrow ranges first and sorted within them.

/// Values that are sorted as they are.
/// Chosen: below, spreading takes longer than it saves.
const FEW: usize = 4096;

/// Values in a range, if all ranges had as many.
/// Chosen: small enough for the sorting of short lists, large enough that the
/// places of all ranges stay in a cache.
const EACH: usize = 32;

/// Sorts finite values; the same order as [`f64::total_cmp`].
pub(super) fn ascending(values: &mut Vec<f64>) {
    if values.len() < FEW {
        values.sort_unstable_by(f64::total_cmp);
        return;
    }
    let ends = values
        .iter()
        .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), y| (low.min(*y), high.max(*y)));
    let ranges = values.len() / EACH;
    let per = ranges as f64 / (ends.1 - ends.0);
    if !per.is_finite() {
        values.sort_unstable_by(f64::total_cmp);
        return;
    }
    // Not falling with y, as every step of it; the cast saturates.
    let range_of = |y: f64| (((y - ends.0) * per) as usize).min(ranges - 1);
    let mut places = vec![0_u32; ranges + 1];
    for y in values.iter() {
        if let Some(count) = places.get_mut(range_of(*y) + 1) {
            *count += 1;
        }
    }
    let mut total = 0;
    for place in &mut places {
        total += *place;
        *place = total;
    }
    let mut spread = vec![0.0; values.len()];
    for y in values.iter() {
        if let Some(place) = places.get_mut(range_of(*y)) {
            if let Some(to) = spread.get_mut(*place as usize) {
                *to = *y;
            }
            *place += 1;
        }
    }
    // Every place now stands at the end of its range.
    let mut rest = spread.as_mut_slice();
    let mut before = 0;
    for end in places.iter().take(ranges) {
        let (range, others) = std::mem::take(&mut rest).split_at_mut((end - before) as usize);
        range.sort_unstable_by(f64::total_cmp);
        (rest, before) = (others, *end);
    }
    *values = spread;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spread_and_sorted_values_are_those_of_a_sort() {
        let part = |i: i32| libm::fmod(f64::from(i) * 0.618_033_988_749_895, 1.0);
        let shapes: [fn(f64) -> f64; 5] = [
            |x| x,
            |x| 1.0 / (x + 1e-9),
            |x| libm::floor(8.0 * x) - 4.0,
            |_| -0.0,
            |x| if x < 0.5 { -1e308 } else { 1e308 },
        ];
        for shape in shapes {
            for count in [3, 4097, 50_000] {
                let mut values: Vec<f64> = (0..count).map(|i| shape(part(i))).collect();
                let mut wanted = values.clone();
                wanted.sort_by(f64::total_cmp);
                ascending(&mut values);
                assert!(values.iter().zip(&wanted).all(|(a, b)| a.to_bits() == b.to_bits()));
            }
        }
    }
}
