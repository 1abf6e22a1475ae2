//! What is said on the wire to the models of the three-phase bench, as literal text.
//!
//! Nothing here is made from the catalogue: where a file changes, its dialogue is written
//! again by hand.

use etalon_instruments::{catalogue, instrument::Instrument};

#[path = "models/script.rs"]
#[expect(dead_code, reason = "the tests of other makers' models read by a list of quantities")]
mod script;

use script::quantity;

type Said = (&'static str, &'static str);

const NO_ERROR: &str = "0,\"No error\"\n";

/// Opens the model against `dialogue`, which begins behind `*IDN?` and the empty error queue.
async fn spoken(
    model: &str,
    identity: &'static str,
    dialogue: &'static [Said],
) -> (Instrument, tokio::task::JoinHandle<()>) {
    let opening = [("*IDN?\n", identity), ("SYST:ERR?\n", NO_ERROR)];
    let words =
        opening.iter().chain(dialogue).map(|(heard, said)| ((*heard).into(), (*said).into()));
    let model = catalogue::shipped(model).expect("the model is shipped");
    let (instrument, speaking) = script::spoken(model, words.collect()).await;
    (instrument.expect("it opens"), speaking)
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_ps3_sets_all_phases_or_one_and_is_made_safe() {
    let (source, speaking) = spoken(
        "etalon-sim-ps3",
        "ETALON,SIM-PS3,PS300001,1.0\n",
        &[
            ("SOUR:CURR:LIM 8.00000E1\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:VOLT 2.20000E2\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:L2:CURR 5.00000E0\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("SOUR:L3:PHAS -3.68700E1\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("OUTP ON\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("OUTP?\n", "1\n"),
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
    source.set_limit("I", &quantity("80 A")).await.unwrap();
    source.set("U", &quantity("220 V")).await.unwrap();
    source.set("I_L2", &quantity("5 A")).await.unwrap();
    source.set("phi_L3", &quantity("-36.87 deg")).await.unwrap();
    source.switch(true).await.unwrap();
    let beyond = source.set("I_L1", &quantity("101 A")).await.unwrap_err().to_string();
    assert!(beyond.contains("0 A to 100 A"), "{beyond}");
    let report = source.make_safe().await;
    assert!(report.confirmed && report.failures.is_empty(), "{report:?}");
    drop(source);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_rm3_reads_sums_and_phases_and_collects_energy() {
    let (reference, speaking) = spoken(
        "etalon-sim-rm3",
        "ETALON,SIM-RM3,RM300001,1.0\n",
        &[
            ("SENS:FUNC REAC\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("ENER 0.00000E0\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("MEAS:POW?\n", "+3.300094E+03\n"),
            ("MEAS:L1:POW?\n", "-1.100021E+03\n"),
            ("MEAS:L3:PHAS?\n", "+6.001000E+01\n"),
            ("MEAS:SEQ?\n", "-1\n"),
            ("CAL:CONS?\n", "+5.000000E+07\n"),
            ("ENER?\n", "+1.234567E+00\n"),
            // Somebody set it to kilowatts at its front panel.
            ("MEAS:POW?\n", "+3.300094E+00 KW\n"),
        ],
    )
    .await;
    reference.choose("pulses", "reactive").await.unwrap();
    reference.set("W_ref", &quantity("0 kW*h")).await.unwrap();
    for (quantity, shown, unit) in [
        ("P", 3_300.094, "W"),
        ("P_L1", -1_100.021, "W"),
        ("phi_L3", 60.01, "deg"),
        ("sequence", -1.0, "1"),
        ("C_ref_q", 50_000_000.0, "imp/(kvar*h)"),
        ("W_ref", 1.234_567, "kW*h"),
        ("P", 3_300.094, "W"),
    ] {
        let indication = reference.read(quantity).await.unwrap();
        assert!((indication.value - shown).abs() < 1e-9, "{quantity}: {}", indication.value);
        assert_eq!(indication.unit, unit, "{quantity}");
    }
    drop(reference);
    speaking.await.unwrap();
}

/// Two elements: at L2 it has nothing, and nobody asks for it.
#[tokio::test(start_paused = true)]
async fn etalon_sim_rm2_reads_its_two_elements_and_knows_no_third() {
    let (reference, speaking) = spoken(
        "etalon-sim-rm2",
        "ETALON,SIM-RM2,RM200001,1.0\n",
        &[
            ("MEAS:POW?\n", "+2.598076E+02\n"),
            ("MEAS:L1:POW?\n", "+1.299038E+02\n"),
            ("MEAS:L3:PHAS?\n", "-3.000100E+01\n"),
            ("CAL:CONS?\n", "+1.732051E+08\n"),
        ],
    )
    .await;
    for (quantity, shown, unit) in [
        ("P", 259.807_6, "W"),
        ("P_L1", 129.903_8, "W"),
        ("phi_L3", -30.001, "deg"),
        ("C_ref", 173_205_100.0, "imp/(kW*h)"),
    ] {
        let indication = reference.read(quantity).await.unwrap();
        assert!((indication.value - shown).abs() < 1e-9, "{quantity}: {}", indication.value);
        assert_eq!(indication.unit, unit, "{quantity}");
    }
    assert!(reference.read("P_L2").await.is_err());
    drop(reference);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn etalon_sim_pc12_leads_its_heads_to_the_other_lamps_and_counts() {
    let (counter, speaking) = spoken(
        "etalon-sim-pc12",
        "ETALON,SIM-PC12,PC120001,1.0\n",
        &[
            ("INP REAC\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("CONF:GATE 20,(@3)\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("INIT (@3)\n", ""),
            ("SYST:ERR?\n", NO_ERROR),
            ("STAT? (@3)\n", "DONE\n"),
            ("FETC? (@3)\n", "1,119605\n"),
        ],
    )
    .await;
    counter.choose("lamps", "reactive").await.unwrap();
    counter.count_arm(3, 20).await.unwrap();
    counter.count_state(3).await.unwrap();
    assert_eq!(counter.count_fetch(3).await.unwrap().indication.decimal.to_string(), "119605");
    drop(counter);
    speaking.await.unwrap();
}
