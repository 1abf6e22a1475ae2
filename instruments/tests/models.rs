//! What is said on the wire to the instruments of other makers, as literal bytes.
//!
//! Nothing here is made from the catalogue. The forms of replies are those of the research on
//! instruments (section 5) and of the dossiers; no instrument was at hand.

use etalon_instruments::{catalogue, instrument::InstrumentError, transport::Remedy};

#[path = "models/script.rs"]
mod script;

use script::{Talk, open, quantity, reads};

const NO_ERROR: &[u8] = b"0,\"No error\"\n";

#[tokio::test(start_paused = true)]
async fn keysight_34401a_reads_and_reports_its_overload() {
    let talk: Talk = &[
        (b"*IDN?\n", b"HEWLETT-PACKARD,34401A,0,11-5-2\n"),
        (b"SYST:ERR?\n", b"+0,\"No error\"\n"),
        (b"MEAS:VOLT:DC?\n", b"+1.00001230E+01\n"),
        (b"MEAS:VOLT:AC?\n", b"+2.20012000E+02\n"),
        (b"MEAS:CURR:DC?\n", b"+1.00000000E-03\n"),
        (b"MEAS:CURR:AC?\n", b"+2.00000000E-03\n"),
        (b"MEAS:RES?\n", b"+1.00000000E+04\n"),
        (b"MEAS:FRES?\n", b"+1.00000000E+02\n"),
        (b"MEAS:FREQ?\n", b"+5.00000000E+01\n"),
        (b"MEAS:RES?\n", b"+9.90000000E+37\n"),
    ];
    let (meter, speaking) = open("keysight-34401a", talk).await;
    let meter = meter.unwrap();
    for (quantity, value) in [("U_dc", 10.000_123), ("U_ac", 220.012), ("I_dc", 1e-3)] {
        let read = meter.read(quantity).await.unwrap().value;
        assert!((read - value).abs() < 1e-12, "{quantity}: {read}");
    }
    for quantity in ["I_ac", "R", "R_4w", "f"] {
        meter.read(quantity).await.unwrap();
    }
    let open_leads = meter.read("R").await.unwrap_err().to_string();
    assert!(open_leads.contains("overload"), "{open_leads}");
    drop(meter);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn keysight_34461a_and_34465a_are_told_apart() {
    for (model, idn) in [
        ("keysight-34461a", b"Keysight Technologies,34461A,MY53200001,A.02.14\n".as_slice()),
        ("keysight-34465a", b"Keysight Technologies,34465A,MY54500001,A.02.14\n".as_slice()),
    ] {
        let talk: Talk = Box::leak(Box::new([
            (b"*IDN?\n".as_slice(), idn),
            (b"SYST:ERR?\n".as_slice(), b"+0,\"No error\"\n".as_slice()),
            (b"MEAS:VOLT:DC?\n".as_slice(), b"+9.99998700E-01\n".as_slice()),
        ]));
        reads(model, talk, &[("U_dc", "0.999998700", "V")]).await;
    }
    let talk: Talk = &[(b"*IDN?\n", b"Keysight Technologies,34465A,MY54500001,A.02.14\n")];
    let (other, _) = open("keysight-34461a", talk).await;
    assert!(matches!(other, Err(InstrumentError::NotTheOne { .. })));
}

#[tokio::test(start_paused = true)]
async fn keysight_53220a_and_53230a_count_under_an_external_gate() {
    for (model, idn) in [
        ("keysight-53220a", b"Agilent Technologies,53220A,MY50000001,02.05\n".as_slice()),
        ("keysight-53230a", b"Agilent Technologies,53230A,MY50000002,02.05\n".as_slice()),
    ] {
        let talk: Talk = Box::leak(Box::new([
            (b"*IDN?\n".as_slice(), idn),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
            (b"CONF:TOT:CONT (@1)\n".as_slice(), b"".as_slice()),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
            (
                b"INP1:COUP DC;:INP1:IMP 1E6;:INP1:LEV 2.5;:INP1:SLOP POS;:INP1:NREJ ON\n"
                    .as_slice(),
                b"".as_slice(),
            ),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
            (
                b"CONF:TOT:CONT (@1);:SENS:TOT:GATE:SOUR EXT;:SYST:TIM INF\n".as_slice(),
                b"".as_slice(),
            ),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
            (b"SENS:TOT:GATE:POL POS\n".as_slice(), b"".as_slice()),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
            (b"INIT\n".as_slice(), b"".as_slice()),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
            (b"SENS:TOT:DATA?\n".as_slice(), b"+1.2000000000000E+03\n".as_slice()),
            (b"FETC?\n".as_slice(), b"+1.5032000000000E+04\n".as_slice()),
            (b"ABOR\n".as_slice(), b"".as_slice()),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
        ]));
        let (counter, speaking) = open(model, talk).await;
        let counter = counter.unwrap();
        for (quantity, word) in [
            ("count", "free"),
            ("input_1", "pulses_5V"),
            ("gate", "external"),
            ("gate_polarity", "positive"),
            ("counting", "start"),
        ] {
            counter.choose(quantity, word).await.unwrap();
        }
        assert_eq!(counter.read("N_running").await.unwrap().value.to_string(), "1200");
        assert_eq!(counter.read("N").await.unwrap().value.to_string(), "15032");
        counter.choose("counting", "abort").await.unwrap();
        drop(counter);
        speaking.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn fluke_5522a_sets_operates_and_goes_to_standby() {
    let talk: Talk = &[
        (b"*IDN?\n", b"FLUKE,5522A,1234567,1.3+1.2+1.7+*\n"),
        (b"ERR?\n", b"0,\"No Error\"\n"),
        (b"OUT 1.00000E1 V\n*OPC?\n", b"1\n"),
        (b"ERR?\n", b"0,\"No Error\"\n"),
        (b"OPER\nERR?\n", b"0,\"No Error\"\n"),
        (b"OPER?\n", b"1\n"),
        (b"OUT 1.00000E-7 A\n*OPC?\n", b"1\n"),
        (b"ERR?\n", b"531,\"Present output is in use\"\n"),
        (b"ERR?\n", b"0,\"No Error\"\n"),
        (b"STBY\nERR?\n", b"0,\"No Error\"\n"),
        (b"OPER?\n", b"0\n"),
    ];
    let (calibrator, speaking) = open("fluke-5522a", talk).await;
    let calibrator = calibrator.unwrap();
    calibrator.set("U_dc", &quantity("10 V")).await.unwrap();
    calibrator.switch(true).await.unwrap();
    let refusal = calibrator.set("I_dc", &quantity("0.1 uA")).await.unwrap_err();
    assert!(matches!(&refusal, InstrumentError::Refused { .. }), "{refusal}");
    assert!(refusal.to_string().contains("531"), "{refusal}");
    let refusal = calibrator.set("U_dc", &quantity("1.1 kV")).await.unwrap_err();
    assert!(matches!(refusal, InstrumentError::OutOfRange { .. }), "{refusal}");
    let report = calibrator.make_safe().await;
    assert!(report.confirmed, "{report:?}");
    drop(calibrator);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn yokogawa_wt3000e_and_wt5000_read_with_and_without_header() {
    for (model, idn) in [
        ("yokogawa-wt3000e", b"YOKOGAWA,WT3000E,91N000001,F1.01\n".as_slice()),
        ("yokogawa-wt5000", b"YOKOGAWA,WT5000,91T000001,F3.01\n".as_slice()),
    ] {
        let talk: Talk = Box::leak(Box::new([
            (b"*IDN?\n".as_slice(), idn),
            (b":STATUS:ERROR?\n".as_slice(), b"0,\"No error\"\n".as_slice()),
            (b":COMMUNICATE:HEADER OFF\n:STATUS:ERROR?\n".as_slice(), NO_ERROR),
            (
                b":NUMERIC:FORMAT ASCII;:NUMERIC:NORMAL:ITEM1 U,1;:NUMERIC:NORMAL:VALUE? 1\n"
                    .as_slice(),
                b"220.01E+00\n".as_slice(),
            ),
            (
                b":NUMERIC:FORMAT ASCII;:NUMERIC:NORMAL:ITEM1 P,1;:NUMERIC:NORMAL:VALUE? 1\n"
                    .as_slice(),
                b":NUMERIC:NORMAL:VALUE 1.1000E+03\n".as_slice(),
            ),
            (
                b":NUMERIC:FORMAT ASCII;:NUMERIC:NORMAL:ITEM1 FU,1;:NUMERIC:NORMAL:VALUE? 1\n"
                    .as_slice(),
                b"NAN\n".as_slice(),
            ),
        ]));
        let (analyser, speaking) = open(model, talk).await;
        let analyser = analyser.unwrap();
        analyser.choose("header", "off").await.unwrap();
        assert_eq!(analyser.read("U").await.unwrap().value.to_string(), "220.01");
        assert_eq!(analyser.read("P").await.unwrap().value.to_string(), "1100");
        let nothing = analyser.read("f").await.unwrap_err();
        assert_eq!(nothing.remedy(), Remedy::Resynchronise, "{nothing}");
        drop(analyser);
        speaking.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn generic_scpi_source_sets_reads_back_and_switches_off() {
    let talk: Talk = &[
        (b"*IDN?\n", b"ACME,PSU1,1,1.0\n"),
        (b"SYST:ERR?\n", NO_ERROR),
        (b"SOUR:VOLT 2.40000E1\n*OPC?\n", b"1\n"),
        (b"SYST:ERR?\n", NO_ERROR),
        (b"OUTP ON\nSYST:ERR?\n", NO_ERROR),
        (b"OUTP?\n", b"1\n"),
        (b"MEAS:VOLT?\n", b"+2.399E+01\n"),
        (b"SOUR:VOLT 0\nSYST:ERR?\n", NO_ERROR),
        (b"OUTP OFF\nSYST:ERR?\n", NO_ERROR),
        (b"OUTP?\n", b"0\n"),
    ];
    let (source, speaking) = open("generic-scpi-source", talk).await;
    let source = source.unwrap();
    source.set("U_dc", &quantity("24 V")).await.unwrap();
    source.switch(true).await.unwrap();
    assert_eq!(source.read("U_dc").await.unwrap().value.to_string(), "23.99");
    assert!(source.make_safe().await.confirmed);
    drop(source);
    speaking.await.unwrap();
}

#[test]
fn models_whose_commands_are_not_public_are_read_by_a_person_and_say_why() {
    for id in ["fluke-8588a", "fluke-6105a", "fluke-1586a", "clou-cl3115"] {
        let model = catalogue::shipped(id).unwrap();
        assert!(model.is_by_hand() && model.functions.is_empty(), "{id}");
        assert!(!model.manual.note.is_empty(), "{id} does not say why");
    }
}
