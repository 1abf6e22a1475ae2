//! DL/T 645-2007 against the golden frames of the electricity dossier, section 4.2.

use etalon_instruments::{
    framing::Progress,
    protocol::{
        dlt645::{
            Address, Frame, FrameError, framing,
            question::{self, Item, OutputFunction},
            value::{Form, ValueError},
        },
        scpi::ReplyError,
        tongue::{Tongue, dlt645::Dlt645},
    },
};

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("it holds on this bench"))
        .collect()
}

fn meter() -> Address {
    Address::parse("123456789012").expect("it holds on this bench")
}

fn read(item: &str) -> Vec<u8> {
    question::read(meter(), Item::parse(item).expect("it holds on this bench")).encode()
}

/// What the frame of the dossier says in the form of the item.
fn said(item: &str, form: &str, answer: &str) -> Result<String, ReplyError> {
    let tongue = Dlt645 { address: meter() };
    tongue.text(&format!("read {item} {form}"), &[bytes(answer)])
}

#[test]
fn dlt645_questions_are_the_golden_frames() {
    for (item, frame) in [
        ("00010000", "68 12 90 78 56 34 12 68 11 04 33 33 34 33 68 16"),
        ("02010100", "68 12 90 78 56 34 12 68 11 04 33 34 34 35 6B 16"),
        ("02020100", "68 12 90 78 56 34 12 68 11 04 33 34 35 35 6C 16"),
        ("02030000", "68 12 90 78 56 34 12 68 11 04 33 33 36 35 6C 16"),
        ("04000101", "68 12 90 78 56 34 12 68 11 04 34 34 33 37 6D 16"),
        ("04000102", "68 12 90 78 56 34 12 68 11 04 35 34 33 37 6E 16"),
    ] {
        assert_eq!(read(item), bytes(frame), "{item}");
    }
    assert_eq!(question::address().encode(), bytes("68 AA AA AA AA AA AA 68 13 00 DF 16"));
    let clock = question::output(meter(), OutputFunction::Clock).encode();
    assert_eq!(clock, bytes("68 12 90 78 56 34 12 68 1D 01 33 D7 16"));
    let demand = question::output(meter(), OutputFunction::Demand).encode();
    assert_eq!(demand, bytes("68 12 90 78 56 34 12 68 1D 01 34 D8 16"));
    let time = "2026-11-23T08:21:15".parse().unwrap();
    assert_eq!(
        question::broadcast_time(time).unwrap().encode(),
        bytes("68 99 99 99 99 99 99 68 08 06 48 54 3B 56 44 59 3E 16")
    );
    assert_eq!(question::broadcast_time("1999-11-23T08:21:15".parse().unwrap()), None);
}

#[test]
fn dlt645_an_independently_published_frame_is_made_alike() {
    let address = Address::parse("000102030425").unwrap();
    let frame = question::read(address, Item::parse("00010000").unwrap()).encode();
    assert_eq!(frame, bytes("68 25 04 03 02 01 00 68 11 04 33 33 34 33 E1 16"));
}

#[test]
fn dlt645_answers_are_the_values_of_the_dossier() {
    for (item, form, answer, value) in [
        (
            "00010000",
            "XXXXXX.XX",
            "68 12 90 78 56 34 12 68 91 08 33 33 34 33 89 67 45 33 54 16",
            "1234.56",
        ),
        ("02010100", "XXX.X", "68 12 90 78 56 34 12 68 91 06 33 34 34 35 34 55 76 16", "220.1"),
        (
            "02020100",
            "-XXX.XXX",
            "68 12 90 78 56 34 12 68 91 07 33 34 35 35 36 83 B3 5B 16",
            "-5.003",
        ),
        (
            "02030000",
            "-XX.XXXX",
            "68 12 90 78 56 34 12 68 91 07 33 33 36 35 37 43 34 9D 16",
            "1.1004",
        ),
        ("04000102", "XXXXXX", "68 12 90 78 56 34 12 68 91 07 35 34 33 37 48 54 3B C8 16", "82115"),
    ] {
        assert_eq!(said(item, form, answer), Ok(value.to_owned()), "{item}");
    }
}

#[test]
fn dlt645_the_refusal_of_the_meter_is_told_in_words() {
    let refusal = said("00010000", "XXXXXX.XX", "68 12 90 78 56 34 12 68 D1 01 35 8D 16");
    let reason = "the meter refuses: no such data".to_owned();
    assert_eq!(refusal, Err(ReplyError::Refused { reason }));
}

#[test]
fn dlt645_wake_up_bytes_are_skipped_and_a_frame_ends_by_its_length() {
    let framing = framing();
    let answer = "FE FE FE FE 68 12 90 78 56 34 12 68 91 06 33 34 34 35 34 55 76 16";
    let frame = bytes(answer);
    for length in 0..frame.len() {
        assert_eq!(framing.progress(&frame[..length]), Progress::Incomplete, "{length}");
    }
    let mut more = frame.clone();
    more.push(0x68);
    assert_eq!(framing.progress(&more), Progress::Complete(frame.len()));
    assert_eq!(said("02010100", "XXX.X", answer), Ok("220.1".to_owned()));
}

#[test]
fn dlt645_a_byte_68_inside_the_data_begins_no_frame() {
    // 35H in the data is 68H on the wire: 2 × 10 + … of a register that reads 35.35.
    let data = vec![0, 0, 1, 0, 0x35, 0x35];
    let frame = Frame { address: meter(), control: 0x91, data };
    let wire = frame.encode();
    assert_eq!(&wire[14..16], [0x68, 0x68]);
    assert_eq!(framing().progress(&wire), Progress::Complete(wire.len()));
    assert_eq!(Frame::decode(&wire), Ok(frame));
    // A frame whose head is lost is refused, not searched through for the next 68.
    assert!(matches!(framing().progress(&wire[1..]), Progress::Broken(_)));
    // One that begins at the second 68 happens to have another 68 in the right place: here it
    // is the length and the check sum that give it away.
    assert!(Frame::decode(&wire[7..]).is_err());
}

#[test]
fn dlt645_every_flipped_bit_is_refused() {
    let answer = bytes("68 12 90 78 56 34 12 68 91 06 33 34 34 35 34 55 76 16");
    let tongue = Dlt645 { address: meter() };
    for at in 0..answer.len() {
        for bit in 0..8 {
            let mut garbled = answer.clone();
            garbled[at] ^= 1 << bit;
            let said = tongue.text("read 02010100 XXX.X", &[garbled]);
            assert!(
                matches!(said, Err(ReplyError::Garbled { .. })),
                "byte {at}, bit {bit}: {said:?}"
            );
        }
    }
}

#[test]
fn dlt645_the_answer_of_another_meter_or_to_another_question_is_refused() {
    let asked = question::read(meter(), Item::parse("02010100").unwrap());
    let answer = |address: &str, control, data: &[u8]| Frame {
        address: Address::parse(address).unwrap(),
        control,
        data: data.to_vec(),
    };
    let volts = [0x00, 0x01, 0x01, 0x02, 0x01, 0x22];
    assert_eq!(asked.answered_by(&answer("123456789012", 0x91, &volts), 4), Ok(vec![0x01, 0x22]));
    let other_meter = answer("123456789013", 0x91, &volts);
    let other_item = answer("123456789012", 0x91, &[0x00, 0x02, 0x01, 0x02, 0x01, 0x22]);
    let other_control = answer("123456789012", 0x94, &volts);
    for wrong in [other_meter, other_item, other_control] {
        let refusal = asked.answered_by(&wrong, 4).unwrap_err();
        assert!(matches!(refusal, FrameError::NotTheAnswer { .. }), "{refusal}");
    }
    let sequel = answer("123456789012", 0xB1, &volts);
    assert_eq!(asked.answered_by(&sequel, 4), Err(FrameError::Sequel));
    let anybody = question::read(Address::ANY, Item::parse("02010100").unwrap());
    assert!(anybody.answered_by(&answer("123456789013", 0x91, &volts), 4).is_ok());
}

#[test]
fn dlt645_values_that_are_no_decimals_are_refused() {
    let form = Form::parse("XXX.X").unwrap();
    assert_eq!(form.read(&[0x0A, 0x22]), Err(ValueError::Digit("220A".into())));
    assert_eq!(form.read(&[0x01]), Err(ValueError::Width { found: 1, wanted: 2 }));
    assert_eq!(Form::parse("text 6").unwrap().read(b"V022\0\0"), Ok("220V".to_owned()));
    for text in ["", "XXX", "XX,XX", "text 0", "text", "0000.00", "-"] {
        assert_eq!(Form::parse(text), None, "{text}");
    }
    for text in ["XXX.X", "-XX.XXXX", "XXXXXX", "text 32"] {
        assert_eq!(Form::parse(text).unwrap().to_string(), text);
    }
}

#[test]
fn dlt645_only_what_the_language_has_is_said() {
    let tongue = Dlt645 { address: meter() };
    for sentence in ["address", "read 00010000 XXXXXX.XX", "output clock"] {
        assert!(tongue.steps(sentence).is_ok(), "{sentence}");
    }
    for sentence in ["", "read", "read 0001000 XX", "read 00010000 XXX", "output off", "write x"] {
        assert!(tongue.steps(sentence).is_err(), "{sentence}");
    }
    for text in ["", "1234567890123", "12345678901x", "-1"] {
        assert_eq!(Address::parse(text), None, "{text}");
    }
}
