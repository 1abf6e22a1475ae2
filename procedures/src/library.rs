//! The shipped procedures, embedded: an installed program is complete.

/// File name and text of every shipped procedure.
pub const LIBRARY: &[(&str, &str)] = &[
    (
        "electricity/jjg596-direct-basic-error.toml",
        include_str!("../library/electricity/jjg596-direct-basic-error.toml"),
    ),
    (
        "electricity/jjg596-three-phase-basic-error.toml",
        include_str!("../library/electricity/jjg596-three-phase-basic-error.toml"),
    ),
    (
        "electricity/jjg596-three-phase-reactive.toml",
        include_str!("../library/electricity/jjg596-three-phase-reactive.toml"),
    ),
    (
        "electricity/jjg596-three-phase-register.toml",
        include_str!("../library/electricity/jjg596-three-phase-register.toml"),
    ),
    (
        "electricity/jjg596-three-wire-basic-error.toml",
        include_str!("../library/electricity/jjg596-three-wire-basic-error.toml"),
    ),
    (
        "flow/jjg1037-turbine-gravimetric.toml",
        include_str!("../library/flow/jjg1037-turbine-gravimetric.toml"),
    ),
    (
        "pressure/jjg52-bourdon-up-down.toml",
        include_str!("../library/pressure/jjg52-bourdon-up-down.toml"),
    ),
    ("pressure/jjg49-dead-weight.toml", include_str!("../library/pressure/jjg49-dead-weight.toml")),
    (
        "pressure/jjg882-transmitter.toml",
        include_str!("../library/pressure/jjg882-transmitter.toml"),
    ),
    ("flow/jjg577-gas-meter-bell.toml", include_str!("../library/flow/jjg577-gas-meter-bell.toml")),
    (
        "flow/jjg577-gas-meter-nozzle.toml",
        include_str!("../library/flow/jjg577-gas-meter-nozzle.toml"),
    ),
    (
        "flow/jjg643-liquid-meter-master.toml",
        include_str!("../library/flow/jjg643-liquid-meter-master.toml"),
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shipped_procedures_check_without_any_finding() {
        for (name, text) in LIBRARY {
            let checked = crate::check(text);
            let found: Vec<String> = checked
                .diagnostics
                .iter()
                .map(|finding| {
                    let start = finding.span.as_ref().map_or(0, |span| span.start);
                    let line = text.get(..start).map_or(0, |before| before.lines().count());
                    format!("{name}:{line}: {finding}")
                })
                .collect();
            assert!(found.is_empty(), "\n{}", found.join("\n"));
            assert!(checked.procedure.is_some());
        }
    }

    #[test]
    fn shipped_procedures_pass_their_golden_tests() {
        for (name, text) in LIBRARY {
            let procedure = crate::check(text).procedure.expect("checked above");
            for outcome in crate::run_tests(&procedure) {
                assert!(outcome.passed(), "{name}: {outcome:#?}");
            }
        }
    }
}
