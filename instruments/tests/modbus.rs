//! Modbus against the examples printed in the specification.

use etalon_instruments::{
    framing::Progress,
    protocol::{
        modbus::{
            Carrier, ModbusError, Request, Response, framing,
            register::{Kind, Place, WordOrder},
        },
        scpi::ReplyError,
        tongue::{Tongue, modbus::Modbus},
    },
};

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("it holds on this bench"))
        .collect()
}

/// Modbus Application Protocol V1.1b3, 6.1, 6.3, 6.5, 6.6 and 6.12: the example of each.
#[test]
fn modbus_requests_are_those_of_the_specification() {
    let coils = Request::ReadBits { inputs: false, at: 0x13, count: 0x13 };
    assert_eq!(coils.pdu(), bytes("01 00 13 00 13"));
    let registers = Request::ReadRegisters { inputs: false, at: 0x6B, count: 3 };
    assert_eq!(registers.pdu(), bytes("03 00 6B 00 03"));
    let input = Request::ReadRegisters { inputs: true, at: 8, count: 1 };
    assert_eq!(input.pdu(), bytes("04 00 08 00 01"));
    assert_eq!(Request::WriteCoil { at: 0xAC, on: true }.pdu(), bytes("05 00 AC FF 00"));
    let one = Request::WriteRegisters { at: 1, values: vec![3] };
    assert_eq!(one.pdu(), bytes("06 00 01 00 03"));
    let two = Request::WriteRegisters { at: 1, values: vec![0x000A, 0x0102] };
    assert_eq!(two.pdu(), bytes("10 00 01 00 02 04 00 0A 01 02"));
}

/// The same sections: the answers.
#[test]
fn modbus_answers_are_those_of_the_specification() {
    let tcp = |pdu: &str| {
        let pdu = bytes(pdu);
        let length = u8::try_from(pdu.len() + 1).unwrap();
        [vec![0, 7, 0, 0, 0, length, 0x11], pdu].concat()
    };
    let answered =
        |request: &Request, pdu: &str| request.answered_by(Carrier::Tcp, 7, 0x11, &tcp(pdu));
    let registers = Request::ReadRegisters { inputs: false, at: 0x6B, count: 3 };
    let words = vec![0x022B, 0x0000, 0x0064];
    assert_eq!(answered(&registers, "03 06 02 2B 00 00 00 64"), Ok(Response::Registers(words)));
    let coils = Request::ReadBits { inputs: false, at: 0x13, count: 0x13 };
    let Ok(Response::Bits(bits)) = answered(&coils, "01 03 CD 6B 05") else {
        panic!("the answer of 6.1 is read");
    };
    let ones: Vec<usize> = (0..bits.len()).filter(|at| bits[*at]).map(|at| at + 20).collect();
    // "the status of outputs 27-20 is shown as the byte value CD hex", and so on.
    assert_eq!(ones, [20, 22, 23, 26, 27, 28, 29, 31, 33, 34, 36, 38]);
    assert_eq!(answered(&coils, "81 02"), Err(ModbusError::Exception(2)));
    let coil = Request::WriteCoil { at: 0xAC, on: true };
    assert_eq!(answered(&coil, "05 00 AC FF 00"), Ok(Response::Written));
    for wrong in ["05 00 AC 00 00", "06 00 AC FF 00", "05 00 AC", ""] {
        assert!(answered(&coil, wrong).is_err(), "{wrong}");
    }
    let stale = registers.answered_by(Carrier::Tcp, 8, 0x11, &tcp("03 06 02 2B 00 00 00 64"));
    assert!(matches!(stale, Err(ModbusError::NotTheAnswer { what: "the transaction", .. })));
}

/// The check of `02 07` is `41 12`: Modbus over Serial Line V1.02, appendix B.
#[test]
fn modbus_rtu_answers_are_checked_and_end_by_their_function() {
    let request = Request::ReadRegisters { inputs: false, at: 0, count: 1 };
    let wire = request.encode(Carrier::Rtu, 1, 1);
    assert_eq!(wire, bytes("01 03 00 00 00 01 84 0A"));
    let framing = framing(Carrier::Rtu);
    let answer = bytes("01 03 02 12 34 B5 33");
    for length in 0..answer.len() {
        assert_eq!(framing.progress(&answer[..length]), Progress::Incomplete);
    }
    assert_eq!(framing.progress(&answer), Progress::Complete(7));
    assert_eq!(
        request.answered_by(Carrier::Rtu, 1, 1, &answer),
        Ok(Response::Registers(vec![0x1234]))
    );
    assert_eq!(framing.progress(&bytes("01 83 02 C0 F1")), Progress::Complete(5));
    assert_eq!(
        request.answered_by(Carrier::Rtu, 1, 1, &bytes("01 83 02 C0 F1")),
        Err(ModbusError::Exception(2))
    );
    let mut garbled = answer.clone();
    garbled[3] ^= 1;
    let refusal = request.answered_by(Carrier::Rtu, 1, 1, &garbled);
    assert!(matches!(refusal, Err(ModbusError::Crc { .. })), "{refusal:?}");
    assert!(matches!(framing.progress(&[1, 0x2B, 0]), Progress::Broken(_)));
}

#[test]
fn modbus_numbers_keep_their_sign_and_their_order_of_words() {
    // 12.5 is 0x41480000 (IEEE 754).
    let [abcd, cdab] = [WordOrder::Abcd, WordOrder::Cdab];
    assert_eq!(Kind::F32(abcd).words(12.5), Ok(vec![0x4148, 0x0000]));
    assert_eq!(Kind::F32(cdab).words(12.5), Ok(vec![0x0000, 0x4148]));
    assert_eq!(Kind::F32(cdab).text(&[0x0000, 0x4148]), Some("12.5".to_owned()));
    assert_eq!(Kind::F32(abcd).text(&[0x7FC0, 0x0000]), Some("NAN".to_owned()));
    assert_eq!(Kind::I16.text(&[0xFFFE]), Some("-2".to_owned()));
    assert_eq!(Kind::I16.words(-2.0), Ok(vec![0xFFFE]));
    assert_eq!(Kind::U32(cdab).text(&[0x0001, 0x0002]), Some("131073".to_owned()));
    assert_eq!(Kind::I32(abcd).words(-1.0), Ok(vec![0xFFFF, 0xFFFF]));
    for (kind, number) in
        [(Kind::U16, -1.0), (Kind::U16, 65_536.0), (Kind::I16, 0.5), (Kind::U32(abcd), f64::NAN)]
    {
        assert!(kind.words(number).is_err(), "{kind:?} {number}");
    }
    assert_eq!(Kind::F32(abcd).text(&[1]), None);
}

#[test]
fn modbus_only_what_the_language_has_is_said() {
    let plc = Modbus { carrier: Carrier::Tcp, unit: 1 };
    let first = |sentence: &str| format!("{:?}", plc.steps(sentence).unwrap()[0]);
    let write = |hex: &str| format!("Write({:?})", bytes(hex));
    assert_eq!(first("coil 5 = on"), write("00 01 00 00 00 06 01 05 00 05 FF 00"));
    assert_eq!(first("holding 7 u16 = 2.00000E3"), write("00 01 00 00 00 06 01 06 00 07 07 D0"));
    assert_eq!(first("input 30 f32 cdab"), write("00 01 00 00 00 06 01 04 00 1E 00 02"));
    for sentence in [
        "",
        "coil",
        "coil x",
        "coil 5 = maybe",
        "coil 5 = 1",
        "discrete 5 = on",
        "holding 5",
        "holding 5 f32",
        "holding 5 u16 abcd",
        "input 5 u16 = 1",
        "holding 5 u16 = 0.5",
        "holding 70000 u16",
        "coil 5 6",
    ] {
        assert!(plc.steps(sentence).is_err(), "{sentence}");
    }
    assert!(matches!(Place::parse("coil 5"), Some(Place::Bit { input: false, at: 5 })));
    let text = plc.text("holding 2 i16", &[bytes("00 01 00 00 00 05 01 03 02 FF FE")]);
    assert_eq!(text, Ok("-2".to_owned()));
    let refusal = plc.text("holding 2 i16", &[bytes("00 01 00 00 00 03 01 83 02")]);
    let reason = "the device refuses: illegal data address".to_owned();
    assert_eq!(refusal, Err(ReplyError::Refused { reason }));
}
