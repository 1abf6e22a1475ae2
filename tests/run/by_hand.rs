//! A standard that a person reads: identified by its serial number, its readings typed.

use std::sync::Arc;

use etalon::demonstration::{self, SCENES};
use etalon::engine::operator::{
    Operator, OperatorError, Prompt, Words, answers::Answers, questions,
};
use etalon::engine::session::wiring;
use etalon::engine::{Conclusion, Outcome, Session, SessionError, control, run};
use etalon::evaluate;
use etalon::journal::Body;
use etalon::lab::demo;
use etalon_fixtures::in_process::{InProcessBench, in_process};
use etalon_fixtures::library;
use etalon_fixtures::world::World;
use etalon_instruments::clock::Clock;
use etalon_instruments::link::Wiring;

use crate::bench::Laboratory;

const BENCH: &str = "benches/pressure-1.toml";
const SEED: u64 = 7;

/// The demonstration's laboratory, in which the pressure standard has no line.
fn laboratory() -> Laboratory {
    let laboratory = Laboratory::new();
    let path = laboratory.folder().join("lab").join(BENCH);
    let text = std::fs::read_to_string(&path).unwrap();
    let wired = "model    = \"mensor-cpc6050\"\nresource = \"SIM::ref\"\nserial   = \"PR250001\"\n";
    assert!(text.contains(wired));
    let by_hand = "model    = \"manual\"\nresource = \"by hand\"\n";
    std::fs::write(&path, text.replace(wired, by_hand)).unwrap();
    laboratory
}

/// The bench's technician, who also reads the standard and the number on it.
struct Reader {
    bench: InProcessBench,
    serial: &'static str,
    others: Arc<dyn Operator>,
}

impl Operator for Reader {
    fn words<'a>(&'a self, prompt: &'a Prompt, remark: Option<&'a str>) -> Words<'a> {
        let found = match prompt.field.as_str() {
            "instrument.ref" => self.serial.to_owned(),
            "p_std" => self.bench.bench().with(|world| {
                let pressure = world.pressure().unwrap().true_pressure_kpa();
                format!("{:.4}", pressure / 1000.0)
            }),
            _ => return self.others.words(prompt, remark),
        };
        Box::pin(std::future::ready(Ok::<_, OperatorError>(found)))
    }

    fn source(&self) -> &'static str {
        "typed"
    }

    fn can_be_asked_again(&self) -> bool {
        true
    }
}

async fn run_with(
    laboratory: &Laboratory,
    serial: &'static str,
) -> Result<Conclusion, SessionError> {
    let scene = SCENES[1];
    let prepared = demonstration::prepare_scene(&laboratory.lab, scene, SEED).unwrap();
    let clock = Clock::virtual_from(laboratory.now());
    let world = World::from_toml(library::world(scene.bench).unwrap(), SEED).unwrap();
    let bench = in_process(world, clock);
    let (_controller, control) = control::pair();
    let others = Arc::new(wiring::technician(bench.clone()));
    let session = Session {
        locks: laboratory.folder().join("locks"),
        journal: laboratory.journal.clone(),
        wiring: Wiring::new(Arc::new(bench.clone()), clock),
        operator: Arc::new(Reader { bench, serial, others }),
        person: demo::PERSONS.0.to_owned(),
        control,
        sink: Arc::new(Silent),
    };
    run(&session, prepared.plan, prepared.papers).await
}

struct Silent;

impl etalon::engine::Sink for Silent {
    fn notice(&self, _notice: etalon::engine::Notice) {}
}

#[tokio::test(start_paused = true)]
async fn iso17025_6_4_13_a_standard_without_a_line_is_identified_by_the_number_on_it() {
    let laboratory = laboratory();
    let conclusion = run_with(&laboratory, "PR250001").await.unwrap();
    let events = laboratory.events(&conclusion);
    let last: Vec<_> = events.iter().rev().take(12).map(|event| &event.body).collect();
    assert_eq!(conclusion.outcome, Outcome::Done, "{last:#?}");
    let identified = events.iter().find_map(|event| match &event.body {
        Body::Identified { instrument, identity, resource, .. } if instrument == "ref" => {
            Some((identity.serial.clone(), resource.clone()))
        }
        _ => None,
    });
    assert_eq!(identified, Some(("PR250001".to_owned(), "by hand".to_owned())));
    let typed = events.iter().filter(|event| {
        matches!(&event.body, Body::Reading { input, role, .. } if input == "p_std" && role == "operator")
    });
    let plan =
        etalon::engine::session::recorded_plan(&laboratory.journal, &conclusion.run, &events);
    let results = evaluate::evaluate(&plan.unwrap(), &events).unwrap();
    let measured = results.items[0].results.len();
    // One reading of the standard serves both results of a point.
    assert_eq!((typed.count(), measured), (10, 20));
}

#[tokio::test(start_paused = true)]
async fn another_standard_in_the_hand_is_refused_before_anything_moves() {
    let laboratory = laboratory();
    let refused = run_with(&laboratory, "PR250009").await.err().map(|error| error.to_string());
    let words = refused.unwrap_or_default();
    assert!(words.contains("nothing was set"), "{words}");
    assert!(words.contains("PR250009") && words.contains("PR250001"), "{words}");
}

#[test]
fn the_plan_counts_the_identification_and_an_answers_file_must_answer_it() {
    let laboratory = laboratory();
    let plan = demonstration::prepare_scene(&laboratory.lab, SCENES[1], SEED).unwrap().plan;
    let prompts = questions::of(&plan);
    assert_eq!(prompts[0].field, "instrument.ref");
    assert_eq!(plan.prompts, prompts.len());
    let answers = "schema = \"etalon.answers/1\"\n[[answer]]\nfield = \"instrument.ref\"\nvalue = \"PR250001\"\n";
    let missing: Vec<String> = Answers::parse(answers)
        .unwrap()
        .missing(&prompts)
        .into_iter()
        .map(|prompt| prompt.field.clone())
        .collect();
    assert!(
        !missing.contains(&"instrument.ref".to_owned()) && missing.contains(&"p_std".to_owned())
    );
}
