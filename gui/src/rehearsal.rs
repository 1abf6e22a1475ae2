//! A run as the window might see it, for tests of what is shown.
//!
//! The first value is the worked example of the electricity dossier, 3.1; the
//! others are numbers of the same size. No laboratory measured them.

use std::collections::BTreeMap;

use crate::{
    mark::Mark,
    state::{
        Bilingual, CellState, EndState, Outcome, PointState, PositionState, ProgressState,
        RunState, TimeState,
    },
};

/// Errors in per cent, a row for each point, a column for each position.
const ERRORS: [[f64; 6]; 3] = [
    [0.318_931_877_972_876, -0.16, 0.29, 1.42, -24.93, -0.22],
    [0.11, -0.21, 0.33, 1.39, -24.91, -0.31],
    [0.08, -0.19, 0.36, 1.37, -24.89, -0.27],
];

fn point(key: &str, label: &str, limit: f64) -> PointState {
    PointState {
        key: format!("basic_error/{key}"),
        label: label.to_owned(),
        unit: "%".to_owned(),
        stated: format!("±{limit:.1} %"),
        lower: Some(-limit),
        upper: Some(limit),
    }
}

fn run() -> RunState {
    RunState {
        run: "20261123-1".to_owned(),
        title: Bilingual {
            en: "AC energy meter, direct connected: basic error".to_owned(),
            zh: "交流电能表（直接接入式）基本误差".to_owned(),
        },
        procedure: "cn.jjg596.direct.basic-error 1.3.0".to_owned(),
        bench: "meters-6".to_owned(),
        operator: "li".to_owned(),
        is_specimen: true,
        time: TimeState::Simulated { times: None },
        positions: (1..=6)
            .map(|number| PositionState {
                number,
                item: format!("DD2600000{number}"),
                removed: None,
            })
            .collect(),
        points: vec![
            point("imax-1", "Imax, 1.0", 1.0),
            point("ib-1", "Ib, 1.0", 1.0),
            point("005ib-1", "0.05 Ib, 1.0", 1.5),
        ],
        conditions: vec!["23.4 °C".to_owned(), "46 %RH".to_owned()],
        ..RunState::default()
    }
}

/// A run in which the first point is done and the second one begun.
#[must_use]
pub fn begun() -> RunState {
    let mut state = run();
    state.is_energised = true;
    state.time = TimeState::Simulated { times: Some(60.0) };
    state.settings = vec!["I = 60 A".to_owned(), "U = 220 V".to_owned()];
    state.progress = Some(ProgressState {
        share: 0.4,
        remaining_s: 125.0,
        points_done: 1,
        step: "count pulses".to_owned(),
    });
    for position in 1..=6 {
        put(&mut state, 0, position, Mark::Live);
    }
    put(&mut state, 1, 1, Mark::Live);
    state
}

/// A run that is over and evaluated: position 4 is out of tolerance, position 5
/// has the wrong constant.
#[must_use]
pub fn finished() -> RunState {
    let mut state = run();
    let judge = |position| if matches!(position, 4 | 5) { Mark::Fail } else { Mark::Pass };
    for row in 0..ERRORS.len() {
        for position in 1..=6 {
            put(&mut state, row, position, judge(position));
        }
    }
    state.overall = (1..=6).map(|position| (position, judge(position))).collect::<BTreeMap<_, _>>();
    state.end = Some(EndState { outcome: Outcome::Done, is_safe: true, reason: String::new() });
    state
}

fn put(state: &mut RunState, row: usize, position: u32, mark: Mark) {
    let column = usize::try_from(position).unwrap_or_default().saturating_sub(1);
    let value = ERRORS.get(row).and_then(|errors| errors.get(column)).copied();
    let (Some(value), Some(point)) = (value, state.points.get(row)) else { return };
    let is_judged = mark != Mark::Live;
    let cell = CellState {
        value: Some(value),
        printed: is_judged.then(|| format!("{value:+.2}")),
        expanded: is_judged.then(|| "0.09".to_owned()),
        mark,
    };
    state.cells.insert((point.key.clone(), position), cell);
}
