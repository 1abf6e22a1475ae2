//! Two units of pymodbus on one serial line, both spoken to by our client: what becomes of one leaves the
//! other alone.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use etalon_instruments::{
    catalogue::Model, instrument::Instrument, resource::Resource, transport::Remedy,
};

use super::{
    process_control::{model, runtime, wiring},
    talk::Client,
};

/// What the registers of the two units hold, °C.
const TEMPERATURES: [f64; 2] = [23.5, 21.25];
/// So long the first is asked after the second has failed: a late answer comes into it.
const ASKED_ON: Duration = Duration::from_millis(800);

async fn two(port: &str, model: &Arc<Model>) -> [Instrument; 2] {
    let resource = Resource::parse(&format!("ASRL{port}::INSTR")).expect("a path makes an address");
    let first = Instrument::open_at("first", Arc::clone(model), resource, "1", &wiring()).await;
    let first = first.expect("the first unit answers");
    let second = first.beside("second", Arc::clone(model), "2").await;
    [first, second.expect("the second unit answers")]
}

/// How often it was read, and how often it had to be brought back into step.
async fn read_on(unit: &Instrument, wanted: f64) -> (u32, u32) {
    let (mut read, mut lost, began) = (0, 0, Instant::now());
    while began.elapsed() < ASKED_ON {
        match unit.read("t").await {
            Ok(reading) => {
                assert!((reading.value - wanted).abs() < 1e-9, "another unit's: {reading:?}");
                read += 1;
            }
            Err(failure) => {
                unit.recover(failure.remedy()).await.expect("the line stands");
                lost += 1;
            }
        }
    }
    (read, lost)
}

#[test]
fn two_units_of_pymodbus_share_a_line_and_a_bad_one_leaves_the_other_alone() {
    let mut row = Client::of("modbus_row.py", &[]);
    let port = row.line("ready").concat();
    let model = Arc::new(model("modbus rtu", "1 s"));
    let runtime = runtime();
    let [first, second] = runtime.block_on(two(&port, &model));
    runtime.block_on(async {
        let ask = |unit: Instrument, wanted: f64| async move {
            for _ in 0..20 {
                let value = unit.read("t").await.expect("a sound line").value;
                assert!((value - wanted).abs() < 1e-9, "{value}, wanted {wanted}");
            }
        };
        let [one, other] = TEMPERATURES;
        tokio::join!(ask(first.clone(), one), ask(second.clone(), other));
    });
    // No answer leaves the line out of step, which the first finds once; a late one breaks in as well.
    for (manner, costs) in [("silent", 1), ("garbled", 0), ("late", 2)] {
        assert_eq!(row.ask(manner), manner);
        runtime.block_on(async {
            let failure = second.read("t").await.expect_err(manner);
            assert_eq!(failure.remedy(), Remedy::Resynchronise, "{manner}: {failure}");
            let (read, lost) = read_on(&first, TEMPERATURES[0]).await;
            assert!(read > 5 && lost <= costs, "{manner}: {read} read, {lost} lost");
        });
        assert_eq!(row.ask("sound"), "sound");
        runtime.block_on(async {
            second.recover(Remedy::Resynchronise).await.expect("the line stands");
            let value = second.read("t").await.expect("it is sound again").value;
            assert!((value - TEMPERATURES[1]).abs() < 1e-9, "{manner}: {value}");
        });
    }
}
