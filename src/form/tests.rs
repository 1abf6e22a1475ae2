//! Bad files: every finding at once, each at its place, with its code.

use etalon_uncertainty::diagnostic::Diagnostic;

use crate::kind;

/// The findings as `code at text-found-there`.
fn findings(text: &str) -> Vec<String> {
    let at = |found: &Diagnostic| {
        let place = found.span.clone().and_then(|span| text.get(span)).unwrap_or("");
        let first = place.lines().next().unwrap_or("");
        format!("{} {first}", found.code)
    };
    kind::findings(text).iter().map(at).collect()
}

fn changed(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from}");
    text.replacen(from, to, 1)
}

fn reference() -> String {
    let text = include_str!("../lab/demo/register/RM050001.toml");
    let dates =
        [("@bought@", "2025-10-20"), ("@performed@", "2026-05-25"), ("@issued@", "2026-06-01")];
    let dates = dates.iter().chain(&[("@reviewed@", "2026-06-06"), ("@due@", "2027-05-25")]);
    dates.fold(text.to_owned(), |text, (name, date)| text.replace(name, date))
}

fn bench() -> String {
    include_str!("../lab/demo/benches/meters-6.toml").replace("@characterised@", "2026-10-24")
}

#[test]
fn the_demonstrations_files_have_no_finding() {
    assert_eq!(findings(&reference()), [""; 0]);
    assert_eq!(findings(&bench()), [""; 0]);
}

#[test]
fn all_findings_of_a_register_file_come_at_once_in_the_order_of_the_text() {
    let text = changed(&reference(), "serial    =", "seriall   =");
    let text = changed(&text, "\"2026-05-25\"", "\"25 May 2026\"");
    let text = changed(
        &text,
        "[\"220\", \"5\", \"1.0\", \"0.007\", \"0.012\"]",
        "[\"220\", \"5\", \"1.0\", \"O.007\", \"0.012\"]",
    );
    let text = changed(&text, "\"0.002 %/K\"", "\"0.002 %/Kelvin\"");
    assert_eq!(
        findings(&text),
        [
            "R0104 [standard]",
            "R0103 seriall",
            "R0107 \"25 May 2026\"",
            "R0124 \"O.007\"",
            "R0106 \"0.002 %/Kelvin\"",
        ]
    );
    let hint = kind::findings(&text)[1].hint.clone().unwrap();
    assert_eq!(hint, "did you mean `serial`?");
}

#[test]
fn each_rule_of_a_register_file_has_its_finding() {
    for (from, to, finding) in [
        ("schema = \"etalon.register/1\"", "schema = \"etalon.register/1\"\nname = ", "R0101"),
        ("\"received\"", "\"bought\"", "R0108"),
        ("status = \"verified\"", "status = \"in service\"", "R0122"),
        ("\"0.007\", \"0.012\"]", "\"0.007\"]", "R0123"),
        ("[\"220\", \"30\", \"1.0\"", "[\"220\", \"60\", \"1.0\"", "R0125"),
        ("[\"V\", \"A\", \"-\"]", "[\"volts\", \"A\", \"-\"]", "R0126"),
        ("rule = \"exact\"", "rule = \"nearest-load\"", "R0127"),
        ("x-etalon:Measure.Energy.AC.Active", "Energy", "R0129"),
        ("\"Single-phase reference meter, class 0.05\"", "\" \"", "R0109"),
        ("id        = \"RM050001\"", "id        = \"../RM\"", "R0110"),
        ("traceable = true", "traceable = \"yes\"", "R0105"),
        ("from = \"25 A\"", "from = \"250 A\"", "R0130"),
    ] {
        let found = findings(&changed(&reference(), from, to));
        assert!(found.iter().any(|own| own.starts_with(finding)), "{finding} for {to}: {found:?}");
    }
}

#[test]
fn each_rule_of_a_bench_file_has_its_finding() {
    for (from, to, finding) in [
        ("\"SIM::source\"", "\"USB::source\"", "R0141 \"USB::source\""),
        ("line     = \"9600 8N1\"", "line     = \"9600 8X1\"", "R0141 \"9600 8X1\""),
        ("name   = \"phase\"", "name   = \"position\"", "R0142 \"position\""),
        ("channels = { counter = 2 }", "channels = { counter = 1 }", "R0142"),
        ("channels = { counter = 1 }", "channels = { counting = 1 }", "R0143"),
        ("number   = 3", "number   = 4", "R0144 4"),
        ("nu        = 1080", "nu        = 0", "R0145 0"),
        ("nu        = 1080", "nu        = \"nine\"", "R0105 \"nine\""),
        ("s         = \"0.0143 %\"", "s         = \"-0.0143 %\"", "R0145 \"-0.0143 %\""),
    ] {
        let found = findings(&changed(&bench(), from, to));
        assert!(found.iter().any(|own| own.starts_with(finding)), "{finding} for {to}: {found:?}");
    }
}
