//! What is said on the wire, for every model of the catalogue, as literal text.
//!
//! Nothing here is made from the catalogue: where a file changes, its dialogue is
//! compared with the manual again and written again by hand.

use etalon_instruments::{
    catalogue::{self, model::CountState},
    clock::Clock,
    instrument::{Instrument, InstrumentError},
    link::Wiring,
    resource::Resource,
    transport::ports::Ports,
};
use std::{sync::Arc, time::Duration};

#[path = "models/script.rs"]
#[expect(dead_code, reason = "the tests of other makers' models read by a list of quantities")]
mod script;

use script::quantity;

type Said = (&'static str, &'static str);

/// Opens the model against `dialogue`, which begins behind `*IDN?` and the empty error queue.
/// The task ends when all was said; a line out of order fails the test.
async fn spoken(
    model: &str,
    identity: &'static str,
    dialogue: &'static [Said],
) -> (Instrument, tokio::task::JoinHandle<()>) {
    let opening = [("*IDN?\n", identity), ("SYST:ERR?\n", "0,\"No error\"\n")];
    let words =
        opening.iter().chain(dialogue).map(|(heard, said)| ((*heard).into(), (*said).into()));
    let model = catalogue::shipped(model).expect("the model is shipped");
    let (instrument, speaking) = script::spoken(model, words.collect()).await;
    (instrument.expect("it opens"), speaking)
}

const NO_ERROR: &str = "0,\"No error\"\n";

#[tokio::test(start_paused = true)]
async fn etalon_sim_ps1_sets_switches_limits_and_is_made_safe() {
    let (source, speaking) = spoken(
        "etalon-sim-ps1",
        "ETALON,SIM-PS1,PS100001,1.0\n",
        &[
            ("SOUR:VOLT:LIM 2.60000E2\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SYST:WATC 30\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:VOLT 2.20000E2\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:CURR 5.00000E-1\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:PHAS 6.00000E1\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:FREQ 5.00000E1\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("OUTP ON\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("OUTP?\n", "1\n"),
            ("SYST:WATC?\n", "+3.000000E+01\n"),
            ("SOUR:VOLT:LIM?\n", "+2.600000E+02\n"),
            ("SOUR:CURR:LIM?\n", "+1.000000E+02\n"),
            ("MEAS:VOLT?\n", "+2.200012E+02\n"),
            ("SOUR:CURR 0\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:VOLT 0\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("OUTP OFF\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("OUTP?\n", "0\n"),
            ("MEAS:VOLT?\n", "+1.000000E-02\n"),
            ("MEAS:CURR?\n", "+0.000000E+00\n"),
        ],
    )
    .await;
    assert_eq!(source.identity().unwrap().serial, "PS100001");
    source.set_limit("U", &quantity("0.26 kV")).await.unwrap();
    assert_eq!(source.arm_watchdog().await.unwrap(), Some(Duration::from_secs(30)));
    let applied = source.set("U", &quantity("220 V")).await.unwrap();
    assert_eq!(applied.command, "SOUR:VOLT 2.20000E2");
    assert_eq!(applied.settling, Duration::from_secs(3));
    source.set("I", &quantity("500 mA")).await.unwrap();
    source.set("phi", &quantity("60 deg")).await.unwrap();
    source.set("f", &quantity("50 Hz")).await.unwrap();
    source.switch(true).await.unwrap();
    source.heartbeat().await.unwrap();
    let limits = source.limits().await.unwrap();
    assert_eq!((limits[0].quantity.as_str(), limits[0].text.as_str()), ("U", "+2.600000E+02"));
    let indication = source.read("U").await.unwrap();
    assert_eq!(indication.value.to_string(), "220.0012");
    assert_eq!((indication.unit.as_str(), indication.text.as_str()), ("V", "+2.200012E+02"));
    let report = source.make_safe().await;
    assert!(report.confirmed && report.failures.is_empty(), "{report:?}");
    assert_eq!(report.sent, ["SOUR:CURR 0", "SOUR:VOLT 0", "OUTP OFF"]);
    drop(source);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_rm05_reads_power_and_the_constant_of_its_range() {
    let (reference, speaking) = spoken(
        "etalon-sim-rm05",
        "ETALON,SIM-RM05,RM050001,1.0\n",
        &[
            ("SENS:RANG:AUTO ON\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("MEAS:VOLT?\n", "+2.200100E+02\n"),
            ("MEAS:CURR?\n", "+5.000200E+00\n"),
            ("MEAS:POW?\n", "+1.100094E+03\n"),
            ("MEAS:PHAS?\n", "-1.000000E-02\n"),
            ("MEAS:FREQ?\n", "+5.000100E+01\n"),
            ("SENS:CURR:RANG?\n", "+1.000000E+01\n"),
            ("CAL:CONS?\n", "+1.200000E+07\n"),
        ],
    )
    .await;
    reference.choose("ranging", "auto").await.unwrap();
    for (quantity, shown, unit) in [
        ("U", "220.01", "V"),
        ("I", "5.0002", "A"),
        ("P", "1100.094", "W"),
        ("phi", "-0.01", "deg"),
        ("f", "50.001", "Hz"),
        ("I_range", "10", "A"),
        ("C_ref", "12000000", "imp/(kW*h)"),
    ] {
        let indication = reference.read(quantity).await.unwrap();
        assert_eq!(indication.value.to_string(), shown, "{quantity}");
        assert_eq!(indication.unit, unit, "{quantity}");
    }
    let refusal = reference.choose("ranging", "fast").await.unwrap_err().to_string();
    assert!(refusal.contains("auto or hold"), "{refusal}");
    drop(reference);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_pc6_counts_on_a_channel_and_gives_each_result_once() {
    let (counter, speaking) = spoken(
        "etalon-sim-pc6",
        "ETALON,SIM-PC6,PC600001,1.0\n",
        &[
            ("CONF:GATE 20,(@1)\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("INIT (@1)\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("STAT? (@1)\n", "ARMED\n"),
            ("STAT? (@1)\n", "RUNN\n"),
            ("COUN? (@1)\n", "7\n"),
            ("STAT? (@1)\n", "DONE\n"),
            ("FETC? (@1)\n", "3,119605\n"),
            ("FETC? (@1)\n", "3,119605\n"),
            ("CONF:GATE 20,(@1)\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("INIT (@1)\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("FETC? (@1)\n", "3,119605\n"),
            ("ABOR (@6)\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
        ],
    )
    .await;
    counter.count_arm(1, 20).await.unwrap();
    assert_eq!(counter.count_state(1).await.unwrap(), CountState::Armed);
    assert_eq!(counter.count_state(1).await.unwrap(), CountState::Running);
    assert_eq!(counter.count_seen(1).await.unwrap(), 7);
    assert_eq!(counter.count_state(1).await.unwrap(), CountState::Done);
    let count = counter.count_fetch(1).await.unwrap();
    assert_eq!((count.sequence, count.indication.text.as_str()), (3, "3,119605"));
    assert_eq!(count.indication.decimal.to_string(), "119605");
    let again = counter.count_fetch(1).await.unwrap_err();
    assert!(matches!(again, InstrumentError::StaleCount { sequence: 3, .. }), "{again}");
    counter.count_arm(1, 20).await.unwrap();
    let too_early = counter.count_fetch(1).await.unwrap_err();
    assert!(matches!(too_early, InstrumentError::StaleCount { .. }), "{too_early}");
    counter.count_abort(6).await.unwrap();
    let refusal = counter.count_arm(7, 20).await.unwrap_err().to_string();
    assert!(refusal.contains("channels 1 to 6"), "{refusal}");
    drop(counter);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_th1_reads_the_ambient_conditions() {
    let (ambient, speaking) = spoken(
        "etalon-sim-th1",
        "ETALON,SIM-TH1,TH100001,1.0\n",
        &[
            ("MEAS:TEMP?\n", "+2.312000E+01\n"),
            ("MEAS:HUM?\n", "+4.830000E+01\n"),
            ("MEAS:PRES?\n", "+1.013200E+03\n"),
        ],
    )
    .await;
    for (quantity, shown, unit) in
        [("t_amb", "23.12", "degC"), ("rh", "48.3", "%RH"), ("p_amb", "1013.2", "hPa")]
    {
        let indication = ambient.read(quantity).await.unwrap();
        assert_eq!(indication.value.to_string(), shown);
        assert_eq!(indication.unit, unit);
    }
    drop(ambient);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn generic_scpi_dmm_reads_from_any_maker() {
    let (meter, speaking) = spoken(
        "generic-scpi-dmm",
        "HEWLETT-PACKARD,34401A,0,11-5-2\r\n",
        &[
            ("MEAS:VOLT:DC?\n", "+1.00001230E+01\r\n"),
            ("MEAS:VOLT:AC?\n", "+9.90000000E+37\r\n"),
            ("MEAS:CURR:DC?\n", "+1.0E-03\r\n"),
            ("MEAS:CURR:AC?\n", "+2.0E-03\r\n"),
            ("MEAS:RES?\n", "+1.000000E+04\r\n"),
            ("MEAS:FREQ?\n", "+5.000000E+01\r\n"),
        ],
    )
    .await;
    assert_eq!(meter.identity().unwrap().model, "34401A");
    assert_eq!(meter.read("U_dc").await.unwrap().decimal.to_string(), "10.0001230");
    let overload = meter.read("U_ac").await.unwrap_err().to_string();
    assert!(overload.contains("overload"), "{overload}");
    for quantity in ["I_dc", "I_ac", "R", "f"] {
        meter.read(quantity).await.unwrap();
    }
    drop(meter);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn manual_is_read_and_set_by_a_person_and_says_so() {
    let model = Arc::new(catalogue::shipped("manual").unwrap());
    // Nothing is connected to.
    let wiring = Wiring::new(Arc::new(Ports), Clock::real());
    let nowhere = Resource::parse("SIM::nobody").unwrap();
    let gauge = Instrument::open("gauge", model, nowhere, &wiring).await.unwrap();
    assert!(gauge.is_by_hand() && gauge.identity().is_none());

    let asked = gauge.read("p").await.unwrap_err();
    assert!(matches!(asked, InstrumentError::ByHand { .. }), "{asked}");
    assert_eq!(asked.to_string(), "gauge: a person must read p");
    let asked = gauge.set("p", &quantity("1 MPa")).await.unwrap_err();
    assert!(matches!(asked, InstrumentError::ByHand { .. }), "{asked}");

    let megapascal = etalon_uncertainty::unit::Unit::parse("MPa").unwrap();
    let typed = gauge.entered("p", &megapascal, " 1.250 ").unwrap();
    assert_eq!((typed.decimal.to_string().as_str(), typed.unit.as_str()), ("1.250", "MPa"));
    let typed = gauge.entered("p", &megapascal, "1250 kPa").unwrap();
    assert_eq!(typed.value.to_string(), "1.25");
    for slip in ["1,25", "1.25 V", "", "one"] {
        assert!(gauge.entered("p", &megapascal, slip).is_err(), "{slip}");
    }
    assert!(!gauge.make_safe().await.confirmed);
}
