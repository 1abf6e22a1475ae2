//! Numbers that belong to one instant of a campaign alone.

/// From 0 to 1, for this instant and this purpose (SplitMix64, Steele and others 2014).
pub(crate) fn drawn(instant: u64, purpose: u64) -> f64 {
    let mut state = (instant * 16 + purpose + 1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    state = (state ^ (state >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    state = (state ^ (state >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    ((state ^ (state >> 31)) >> 11) as f64 / (1_u64 << 53) as f64
}

/// How many instants a campaign has: the second number with `ETALON_FULL`, the first without.
pub(crate) fn instants(usually: u64, in_full: u64) -> u64 {
    if std::env::var_os("ETALON_FULL").is_some() { in_full } else { usually }
}

/// Does the same for every number below `instants`, two at a time.
pub(crate) fn two_at_a_time(instants: u64, each: impl Fn(u64) + Sync) {
    let next = std::sync::atomic::AtomicU64::new(0);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                loop {
                    let instant = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
                    if instant >= instants {
                        break;
                    }
                    each(instant);
                }
            });
        }
    });
}
