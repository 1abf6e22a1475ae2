//! The three procedures of the design in their final language: they check clean, pass their tests
//! and plan on the benches they are meant for.

use crate::desk::{answer, json, lab};

struct Shipped {
    file: &'static str,
    id: &'static str,
    activities: &'static [&'static str],
    bench: &'static str,
    items: &'static [&'static str],
    /// Points of the demonstration's item.
    points: usize,
}

const THREE: [Shipped; 3] = [
    Shipped {
        file: "jjg596-direct-basic-error",
        id: "cn.jjg596.direct.basic-error",
        activities: &["calibration", "verification"],
        bench: "meters-6",
        items: &[
            "DD26000001",
            "DD26000002",
            "DD26000003",
            "DD26000004",
            "DD26000005",
            "DD26000006",
        ],
        points: 8,
    },
    Shipped {
        file: "jjg52-bourdon-up-down",
        id: "cn.jjg52.bourdon.up-down",
        activities: &["calibration", "verification"],
        bench: "pressure-1",
        items: &["BG26000001"],
        points: 10,
    },
    Shipped {
        file: "jjg1037-turbine-gravimetric",
        id: "cn.jjg1037.turbine.gravimetric",
        activities: &["calibration", "verification"],
        bench: "flow-gravimetric",
        items: &["TM26000001"],
        points: 5,
    },
];

#[test]
fn the_three_procedures_of_the_design_check_clean_pass_their_tests_and_plan() {
    let (_folder, lab) = lab();
    for Shipped { file, id, activities, bench, items, points } in THREE {
        let path = format!("procedures/{file}.toml");
        let (code, document) = json(&lab, &["check", &path]);
        assert_eq!(code, 0, "{document}");
        assert_eq!(document["diagnostics"].as_array().map(Vec::len), Some(0), "{document}");
        let (code, out, err) = answer(&lab, &["test", &path]);
        assert_eq!(code, 0, "{out}{err}");
        for activity in activities {
            let plan = ["plan", id, "--bench", bench, "--activity", activity, "--item"];
            let (code, document) = json(&lab, &[&plan[..], items].concat());
            assert_eq!(code, 0, "{id} {activity}: {document}");
            let planned = document["points"].as_array().expect("a list");
            assert!(planned.len() >= points * items.len(), "{id}: {} points", planned.len());
            assert!(planned.iter().all(|point| point["U"].as_f64().is_some_and(|u| u > 0.0)));
            assert!(document["duration_s"].as_f64().is_some_and(|seconds| seconds > 60.0));
            assert!(!document["standards"].as_array().expect("a list").is_empty());
        }
    }
}
