//! What is said on the wire to pressure controllers, balances, transmitters, meters and
//! programmable controllers, as literal bytes.
//!
//! Nothing here is made from the catalogue. The forms of replies are those of the research on
//! instruments (section 5) and of the dossiers; no instrument was at hand.

use etalon_instruments::{instrument::InstrumentError, transport::Remedy};

#[path = "models/script.rs"]
mod script;

use script::{Talk, open, quantity, reads};

const NO_ERROR: &[u8] = b"0,\"No error\"\n";

#[tokio::test(start_paused = true)]
async fn druck_pace_5000_and_6000_echo_their_header_and_vent() {
    for (model, idn) in [
        ("druck-pace5000", b"*IDN Druck,PACE5000,1234567,02.00.10\n".as_slice()),
        ("druck-pace6000", b"Druck,PACE6000,1234568,02.00.10\n".as_slice()),
    ] {
        let talk: Talk = Box::leak(Box::new([
            (b"*IDN?\n".as_slice(), idn),
            (b":SYST:ERR?\n".as_slice(), b":SYST:ERR 0,\"No error\"\n".as_slice()),
            (b":UNIT:PRES KPA\n:SYST:ERR?\n".as_slice(), NO_ERROR),
            (b":SOUR:PRES:LEV:IMM:AMPL 5.00000E2\n:SYST:ERR?\n".as_slice(), NO_ERROR),
            (b":OUTP:STAT 1\n:SYST:ERR?\n".as_slice(), NO_ERROR),
            (b":SENS:PRES?\n".as_slice(), b":SENS:PRES 500.0012\n".as_slice()),
            (b":SENS:PRES:INL?\n".as_slice(), b":SENS:PRES:INL 500.0012, 1\n".as_slice()),
            (b":SOUR:PRES:LEV:IMM:AMPL:VENT 1\n:SYST:ERR?\n".as_slice(), NO_ERROR),
            (b":SENS:PRES?\n".as_slice(), b"0.0021\n".as_slice()),
        ]));
        let (controller, speaking) = open(model, talk).await;
        let controller = controller.unwrap();
        controller.choose("unit", "kPa").await.unwrap();
        controller.set("p", &quantity("0.5 MPa")).await.unwrap();
        controller.switch(true).await.unwrap();
        assert_eq!(controller.read("p").await.unwrap().value.to_string(), "500.0012");
        assert_eq!(controller.read("in_limits").await.unwrap().value.to_string(), "1");
        assert!(controller.make_safe().await.confirmed);
        drop(controller);
        speaking.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn mensor_cpc6050_replies_behind_a_blank_and_reports_errors_with_e() {
    let talk: Talk = &[
        (b"*IDN?\n", b" MENSOR,CPC6050,41000001,1.02\r\n"),
        (b"Units 22\n", b""),
        (b"Mode Control\n", b""),
        (b"Setpt 500\n", b""),
        (b"Setpt 31.5\n", b""),
        (b"A?\n", b" 500.0012\r\n"),
        (b"A?\n", b"E500.0013\r\n"),
    ];
    let (controller, speaking) = open("mensor-cpc6050", talk).await;
    let controller = controller.unwrap();
    controller.choose("unit", "kPa").await.unwrap();
    controller.choose("mode", "control").await.unwrap();
    controller.set("p", &quantity("500 kPa")).await.unwrap();
    controller.set("p", &quantity("31.5 kPa")).await.unwrap();
    assert_eq!(controller.read("p").await.unwrap().value.to_string(), "500.0012");
    let refusal = controller.read("p").await.unwrap_err();
    assert!(refusal.to_string().contains("error queue"), "{refusal}");
    drop(controller);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn dhi_ppc4_gives_a_reading_only_when_it_is_ready() {
    let talk: Talk = &[
        // As the manual of 2009 prints it, page 179: four numbers are those of its transducers
        // and boards.
        (b"*IDN?\n", b"DH INSTRUMENTS INC, PPC4, 123,100951,63041, Ver1.00E, 1.00a,1.00a\r\n"),
        (b"PRR?\n", b"R, 100.0012 kPa a\r\n"),
        (b"PRR?\n", b"NR, 99.2012 kPa a\r\n"),
    ];
    let (controller, speaking) = open("dhi-ppc4", talk).await;
    let controller = controller.unwrap();
    let identity = controller.identity().unwrap();
    let said = [&identity.maker, &identity.model, &identity.serial, &identity.firmware];
    assert_eq!(said, ["DH INSTRUMENTS INC", "PPC4", "123", "Ver1.00E"]);
    let ready = controller.read("p").await.unwrap();
    assert_eq!((ready.value.to_string().as_str(), ready.unit.as_str()), ("100.0012", "kPa"));
    let moving = controller.read("p").await.unwrap_err();
    assert!(moving.to_string().contains("not stable"), "{moving}");
    drop(controller);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn fluke_7250_and_6270a_control_and_vent() {
    for (model, idn) in [
        ("fluke-7250", b"RUSKA,7250,51234,V3.00\n".as_slice()),
        ("fluke-6270a", b"FLUKE,6270A,3412001,1.10\n".as_slice()),
    ] {
        let talk: Talk = Box::leak(Box::new([
            (b"*IDN?\n".as_slice(), idn),
            (b"SYST:ERR?\n".as_slice(), NO_ERROR),
            (b"UNIT:PRES KPA\nSYST:ERR?\n".as_slice(), NO_ERROR),
            (b"SOUR:PRES:LEV:IMM:AMPL 2.50000E2\nSYST:ERR?\n".as_slice(), NO_ERROR),
            (b"OUTP:PRES:MODE CONT\nSYST:ERR?\n".as_slice(), NO_ERROR),
            (b"STAT:OPER:COND?\n".as_slice(), b"16\n".as_slice()),
            (b"MEAS:PRES?\n".as_slice(), b"2.500012E+02\n".as_slice()),
            (b"OUTP:PRES:MODE VENT\nSYST:ERR?\n".as_slice(), NO_ERROR),
            (b"MEAS:PRES?\n".as_slice(), b"1.200000E-02\n".as_slice()),
        ]));
        let (controller, speaking) = open(model, talk).await;
        let controller = controller.unwrap();
        controller.choose("unit", "kPa").await.unwrap();
        controller.set("p", &quantity("250 kPa")).await.unwrap();
        controller.choose("mode", "control").await.unwrap();
        assert_eq!(controller.read("condition").await.unwrap().value.to_string(), "16");
        assert_eq!(controller.read("p").await.unwrap().value.to_string(), "250.0012");
        assert!(controller.make_safe().await.confirmed);
        drop(controller);
        speaking.await.unwrap();
    }
}

#[tokio::test(start_paused = true)]
async fn mt_sics_weighs_only_what_stands_still() {
    let talk: Talk = &[
        (b"I2\r\n", b"I2 A \"XP2003S Excellence 2100.0 g\"\r\n"),
        (b"I4\r\n", b"I4 A \"B021002593\"\r\n"),
        (b"S\r\n", b"S S     125.312 kg\r\n"),
        (b"SI\r\n", b"S D     125.300 kg\r\n"),
        (b"S\r\n", b"S I\r\n"),
        (b"S\r\n", b"S +\r\n"),
    ];
    let (balance, speaking) = open("mt-sics", talk).await;
    let balance = balance.unwrap();
    let identity = balance.identity().unwrap();
    assert_eq!(identity.serial, "B021002593");
    assert_eq!(identity.model, "XP2003S Excellence 2100.0 g");
    assert_eq!(balance.read("m").await.unwrap().value.to_string(), "125312");
    let moving = balance.read("m_now").await.unwrap_err();
    assert!(moving.to_string().contains("not stable"), "{moving}");
    let busy = balance.read("m").await.unwrap_err();
    assert!(matches!(busy, InstrumentError::Refused { .. }), "{busy}");
    let over = balance.read("m").await.unwrap_err();
    assert!(over.to_string().contains("overload"), "{over}");
    drop(balance);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn sartorius_sbi_weighs_only_what_has_a_unit() {
    let talk: Talk = &[
        (b"\x1bx1_\r\n", b"MSE5201S\r\n"),
        (b"\x1bx2_\r\n", b"31234567\r\n"),
        (b"\x1bP\r\n", b"N     +   123.45 g  \r\n"),
        (b"\x1bP\r\n", b"N     +   123.46    \r\n"),
    ];
    let (balance, speaking) = open("sartorius-sbi", talk).await;
    let balance = balance.unwrap();
    assert_eq!(balance.identity().unwrap().serial, "31234567");
    assert_eq!(balance.read("m").await.unwrap().decimal.to_string(), "123.45");
    let moving = balance.read("m").await.unwrap_err();
    assert!(moving.to_string().contains("not stable"), "{moving}");
    drop(balance);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn vaisala_ptu300_names_its_three_quantities() {
    const SENT: &[u8] = b"P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH\r\n";
    let talk: Talk = &[(b"SEND\r", SENT), (b"SEND\r", SENT), (b"SEND\r", SENT), (b"SEND\r", SENT)];
    let wanted = [("p_amb", "1013.2", "hPa"), ("t_amb", "31.1", "degC"), ("rh", "38.3", "%RH")];
    reads("vaisala-ptu300", talk, &wanted).await;
}

#[tokio::test(start_paused = true)]
async fn zera_mt_reads_one_value_out_of_many_lines() {
    const ALL: &[u8] = b"0;230.001\r1;230.002\r2;230.003\r3;5.00012\r4;5.0\r5;5.0\r12;0.50001\r\
                         15;575.012\r16;1.0\r28;50.0012\rAMEACK\r";
    let talk: Talk = &[
        (b"AAV\r", b"MT793V05.52\rAAVACK\r"),
        (b"AME\r", ALL),
        (b"AME\r", ALL),
        (b"AME\r", ALL),
        (b"AME\r", ALL),
        (b"AME\r", b"AMENAK\r"),
    ];
    let (comparator, speaking) = open("zera-mt", talk).await;
    let comparator = comparator.unwrap();
    assert_eq!(comparator.identity().unwrap().model, "MT793V05.52");
    for (quantity, shown) in
        [("U", "230.001"), ("I", "5.00012"), ("P", "575.012"), ("f", "50.0012")]
    {
        assert_eq!(comparator.read(quantity).await.unwrap().decimal.to_string(), shown);
    }
    let refusal = comparator.read("U").await.unwrap_err();
    assert!(matches!(refusal, InstrumentError::Refused { .. }), "{refusal}");
    drop(comparator);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn dlt645_meter_answers_with_the_frames_of_the_dossier() {
    // To the wildcard address; the answers are those of meter 123456789012.
    let talk: Talk = &[
        (
            b"\x68\xAA\xAA\xAA\xAA\xAA\xAA\x68\x13\x00\xDF\x16",
            b"\xFE\xFE\x68\x12\x90\x78\x56\x34\x12\x68\x93\x06\x45\xC3\xAB\x89\x67\x45\x07\x16",
        ),
        (
            b"\x68\xAA\xAA\xAA\xAA\xAA\xAA\x68\x11\x04\x33\x33\x34\x33\xAE\x16",
            b"\x68\x12\x90\x78\x56\x34\x12\x68\x91\x08\x33\x33\x34\x33\x89\x67\x45\x33\x54\x16",
        ),
        (
            b"\x68\xAA\xAA\xAA\xAA\xAA\xAA\x68\x11\x04\x33\x34\x34\x35\xB1\x16",
            b"\x68\x12\x90\x78\x56\x34\x12\x68\xD1\x01\x35\x8D\x16",
        ),
    ];
    let (meter, speaking) = open("dlt645-meter", talk).await;
    let meter = meter.unwrap();
    assert_eq!(meter.identity().unwrap().serial, "123456789012");
    assert_eq!(meter.read("E").await.unwrap().decimal.to_string(), "1234.56");
    let refusal = meter.read("U").await.unwrap_err();
    assert!(refusal.to_string().contains("no such data"), "{refusal}");
    assert_eq!(refusal.remedy(), Remedy::Stop);
    drop(meter);
    speaking.await.unwrap();
}

#[tokio::test(start_paused = true)]
async fn dlms_meter_is_read_with_the_frames_of_the_dossier() {
    // The identifier is asked for first: SNRM, AARQ, GET 0-0:96.1.0, DISC; then the register.
    // The frames of the register are those of the dossier; AARE and the answer to the identifier
    // are built from the standard, their check sequences by a separate script of CRC-16/X.25.
    let talk: Talk = &[
        (SNRM, UA),
        (AARQ, AARE),
        (
            b"\x7E\xA0\x19\x03\x21\x32\x6F\xD8\xE6\xE6\x00\xC0\x01\xC1\x00\x01\x00\x00\x60\x01\x00\xFF\x02\x00\x89\xA0\x7E",
            b"\x7E\xA0\x16\x21\x03\x52\x90\xAF\xE6\xE7\x00\xC4\x01\xC1\x00\x09\x04\x31\x32\x33\x34\xA9\xC0\x7E",
        ),
        (b"\x7E\xA0\x07\x03\x21\x53\x03\xC7\x7E", UA),
        (SNRM, UA),
        (AARQ, AARE),
        (
            b"\x7E\xA0\x19\x03\x21\x32\x6F\xD8\xE6\xE6\x00\xC0\x01\xC1\x00\x03\x01\x00\x01\x08\x00\xFF\x02\x00\x32\x68\x7E",
            b"\x7E\xA0\x15\x21\x03\x52\x5D\x8A\xE6\xE7\x00\xC4\x01\xC1\x00\x06\x00\x01\xE2\x40\x8C\xDA\x7E",
        ),
        (
            b"\x7E\xA0\x19\x03\x21\x54\x5F\xDE\xE6\xE6\x00\xC0\x01\xC1\x00\x03\x01\x00\x01\x08\x00\xFF\x03\x00\xEA\x71\x7E",
            b"\x7E\xA0\x16\x21\x03\x74\xA4\xEB\xE6\xE7\x00\xC4\x01\xC1\x00\x02\x02\x0F\x01\x16\x1E\xBD\x8E\x7E",
        ),
        (b"\x7E\xA0\x07\x03\x21\x53\x03\xC7\x7E", UA),
    ];
    let (meter, speaking) = open("dlms-meter", talk).await;
    let meter = meter.unwrap();
    assert_eq!(meter.identity().unwrap().serial, "1234");
    let energy = meter.read("E").await.unwrap();
    assert_eq!((energy.value.to_string().as_str(), energy.unit.as_str()), ("1234.56", "kW*h"));
    drop(meter);
    speaking.await.unwrap();
}

const SNRM: &[u8] = b"\x7E\xA0\x07\x03\x21\x93\x0F\x01\x7E";
const UA: &[u8] =
    b"\x7E\xA0\x1E\x21\x03\x73\xC3\x7A\x81\x80\x12\x05\x01\x80\x06\x01\x80\x07\x04\x00\x00\
    \x00\x01\x08\x04\x00\x00\x00\x01\x53\x3B\x7E";
const AARQ: &[u8] = b"\x7E\xA0\x2B\x03\x21\x10\xFB\xAF\xE6\xE6\x00\x60\x1D\xA1\x09\x06\x07\x60\x85\x74\x05\
    \x08\x01\x01\xBE\x10\x04\x0E\x01\x00\x00\x00\x06\x5F\x1F\x04\x00\x00\x7E\x1F\xFF\xFF\x99\xC8\x7E";
const AARE: &[u8] = b"\x7E\xA0\x37\x21\x03\x30\x6C\x7C\xE6\xE7\x00\x61\x29\xA1\x09\x06\x07\x60\x85\x74\x05\x08\x01\x01\xA2\x03\x02\x01\x00\xA3\x05\xA1\x03\x02\x01\x00\xBE\x10\x04\x0E\x08\x00\x06\x5F\x1F\x04\x00\x00\x7E\x1F\x04\xB0\x00\x07\x9B\xBD\x7E";

#[tokio::test(start_paused = true)]
async fn modbus_plc_reads_sets_and_is_made_safe_by_names() {
    let talk: Talk = &[
        (b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\0\x2A"),
        // 20.5 is 0x41A40000; the lower word comes first.
        (b"\0\x01\0\0\0\x06\x01\x04\0\0\0\x02", b"\0\x01\0\0\0\x07\x01\x04\x04\0\0\x41\xA4"),
        // 30 % is 0x41F00000.
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\x41\xF0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\xFF\0"),
        (b"\0\x01\0\0\0\x06\x01\x05\0\x01\xFF\0", b"\0\x01\0\0\0\x03\x01\x85\x04"),
        (b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0", b"\0\x01\0\0\0\x06\x01\x05\0\0\0\0"),
        (
            b"\0\x01\0\0\0\x0B\x01\x10\0\x0A\0\x02\x04\0\0\0\0",
            b"\0\x01\0\0\0\x06\x01\x10\0\x0A\0\x02",
        ),
        (b"\0\x01\0\0\0\x06\x01\x01\0\0\0\x01", b"\0\x01\0\0\0\x04\x01\x01\x01\0"),
    ];
    let (plc, speaking) = open("modbus-plc", talk).await;
    let plc = plc.unwrap();
    assert_eq!(plc.identity().unwrap().model, "42");
    assert_eq!(plc.read("t_water").await.unwrap().value.to_string(), "20.5");
    plc.set("valve", &quantity("30 %")).await.unwrap();
    plc.choose("diverter", "tank").await.unwrap();
    let refusal = plc.choose("drain", "open").await.unwrap_err();
    assert!(refusal.to_string().contains("device failure"), "{refusal}");
    assert!(plc.make_safe().await.confirmed);
    drop(plc);
    speaking.await.unwrap();
}
