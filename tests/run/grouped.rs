//! Certificates of one group, and what they state as functions, in plan and run.

use etalon::engine::session::preparation::prepare;
use etalon::plan::Plan;
use etalon_procedures::procedure::Activity;

use crate::bench::{Laboratory, only_listen};

const GROUPED: [&str; 2] = ["register/RM050001.toml", "register/TH100001.toml"];

/// The demonstration, in which leads and contacts are what the certificate of the second standard
/// states by an equation; both certificates belong to this group, or to none.
fn laboratory(group: &str) -> Laboratory {
    let laboratory = Laboratory::new();
    let lab = laboratory.folder().join("lab");
    for file in GROUPED {
        let path = lab.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        let mut text = text.replacen("performed    =", &format!("{group}performed    ="), 1);
        if file.contains("TH") {
            text.push_str(
                "\n[[calibration.function]]\nname = \"connection\"\nunit = \"%\"\nequation = \"0.01 % + 0.0002 %/A * I\"\nover = [{ quantity = \"I\", from = \"0.1 A\", to = \"100 A\" }]\n",
            );
        }
        std::fs::write(&path, text).unwrap();
    }
    let mut shipped = etalon_procedures::LIBRARY.iter();
    let (_, procedure) = shipped.find(|(name, _)| name.contains("jjg596")).unwrap();
    let procedure = procedure.replace("bench.connection", "cert.ambient.connection");
    std::fs::write(lab.join("procedures/jjg596-direct-basic-error.toml"), procedure).unwrap();
    laboratory
}

fn plan(laboratory: &Laboratory) -> Plan {
    let request = laboratory.request(&["DD26000001"], Activity::Calibration);
    prepare(&laboratory.lab, &request).unwrap().plan
}

/// GUM 5.2.2 with r = 1: u² grows by 2 c1 u1 c2 u2. By hand at 60 A: the reference's 0.012 % / 2, and
/// 0.01 % + 0.0002 %/A x 60 A = 0.022 % over the root of 3; both act on the ratio, which is 1 over
/// 1 + the known error of the reference (its certificate: 0.009 %) where the meter has none.
#[test]
fn gum_f_1_2_3_certificates_of_one_group_are_correlated() {
    let (alone, together) = (plan(&laboratory("")), plan(&laboratory("group = \"energy\"\n")));
    let at = |plan: &Plan| {
        let entry = plan.entries.iter().find(|entry| entry.key == "basic_error/imax-1").unwrap();
        (entry.prediction.expanded / 2.0, entry.evaluation.correlations.clone())
    };
    let (one, other) = (at(&alone), at(&together));
    assert!(one.1.is_empty());
    assert_eq!(other.1.len(), 1);
    assert_eq!((other.1[0].a.as_str(), other.1[0].b.as_str()), ("d_cal", "d_conn"));
    let by_hand = 2.0 * 0.006 * 0.022 / 3.0_f64.sqrt() / (1.00009 * 1.00009);
    let grown = other.0 * other.0 - one.0 * one.0;
    assert!((grown - by_hand).abs() < 1e-8, "{grown} against {by_hand}");
}

#[tokio::test(start_paused = true)]
async fn run_with_an_equation_and_a_group_is_evaluated_and_judged() {
    let laboratory = laboratory("group = \"energy\"\n");
    let bench = laboratory.bench(&[]);
    let conclusion = laboratory.run(&bench, &["DD26000001"], only_listen);
    let conclusion = conclusion.await.unwrap();
    let verdicts = laboratory.verdicts(&conclusion);
    assert_eq!(verdicts.get("DD26000001").map(String::as_str), Some("pass"));
}
