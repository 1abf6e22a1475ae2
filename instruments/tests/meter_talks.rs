//! IEC 62056-21 mode C, HDLC and DLMS against the vectors of the electricity dossier,
//! sections 4.3 and 4.4, and whole talks over a link.

use etalon_instruments::{
    clock::Clock,
    framing::Progress,
    link::{Link, Wiring},
    protocol::{
        dlms::{self, Attribute, DlmsError, Obis, line::Carrier, value::Value},
        hdlc,
        iec62056_21::{self, Identification, Mode, ReadoutError},
        scpi::ReplyError,
        tongue::{Tongue, dlms::Dlms, iec62056_21::ModeC},
    },
    resource::Resource,
    transcript::{Direction, Recent},
    transport::{Connector, Pending, Transport, TransportError, in_process},
};
use std::{sync::Arc, time::Duration};
use tokio::io::{AsyncReadExt, AsyncWriteExt};

fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace()
        .map(|byte| u8::from_str_radix(byte, 16).expect("it holds on this bench"))
        .collect()
}

/// A meter that hears exactly these bytes and answers with those.
#[derive(Clone)]
struct Meter(Arc<Vec<(Vec<u8>, Vec<u8>)>>);

impl Connector for Meter {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        let (ours, mut theirs) = in_process::pair(resource.to_string());
        let talk = Arc::clone(&self.0);
        tokio::spawn(async move {
            for (wanted, answer) in talk.iter() {
                let mut heard = vec![0; wanted.len()];
                theirs.read_exact(&mut heard).await.expect("the line stands");
                assert_eq!(heard, *wanted);
                theirs.write_all(answer).await.expect("the line stands");
            }
            // The line stands until the other side closes it.
            theirs.read_u8().await.map(drop).unwrap_or_default();
        });
        Box::pin(async move { Ok(Box::new(ours) as Box<dyn Transport>) })
    }
}

/// Says one sentence to a meter with this talk; its answer, and what the transcript has.
async fn said(
    tongue: &dyn Tongue,
    sentence: &str,
    talk: &[(&str, &str)],
) -> (Result<String, String>, Vec<String>) {
    let talk = talk.iter().map(|(heard, answer)| (bytes(heard), bytes(answer))).collect();
    let recent = Arc::new(Recent::new(100));
    let clock =
        Clock::virtual_from("2026-01-05T08:00:00Z".parse().expect("it holds on this bench"));
    let wiring =
        Wiring::new(Arc::new(Meter(Arc::new(talk))), clock).with_transcript(recent.clone());
    let soon = Duration::from_secs(2);
    let resource = Resource::parse("SIM::meter").expect("it holds on this bench");
    let link = Link::open(resource, &wiring, soon).await.expect("it holds on this bench");
    let messages =
        link.exchange(tongue.steps(sentence).expect("it holds on this bench"), soon).await;
    let text = messages
        .map_err(|failure| failure.to_string())
        .and_then(|messages| tongue.text(sentence, &messages).map_err(|e| e.to_string()));
    let events = recent.utterances().into_iter().filter(|said| said.direction == Direction::Event);
    (
        text,
        events.map(|said| String::from_utf8(said.bytes).expect("it holds on this bench")).collect(),
    )
}

#[test]
fn iec62056_21_messages_are_those_of_the_dossier() {
    assert_eq!(iec62056_21::sign_on(""), bytes("2F 3F 21 0D 0A"));
    let addressed = bytes("2F 3F 31 32 33 34 35 36 37 38 21 0D 0A");
    assert_eq!(iec62056_21::sign_on("12345678"), addressed);
    assert_eq!(iec62056_21::acknowledge(b'5', Mode::Readout), bytes("06 30 35 30 0D 0A"));
    assert_eq!(iec62056_21::acknowledge(b'5', Mode::Programming), bytes("06 30 35 31 0D 0A"));
    let read = bytes("01 52 31 02 31 2E 38 2E 30 28 29 03 5A");
    assert_eq!(iec62056_21::command("R1", "1.8.0()"), read);
    let prompt = bytes("01 50 30 02 28 31 32 33 34 35 36 37 38 29 03 68");
    assert_eq!(iec62056_21::command("P0", "(12345678)"), prompt);
    assert_eq!(iec62056_21::command("B0", ""), bytes("01 42 30 03 71"));
    assert_eq!(iec62056_21::block("1.8.0(001234.56*kWh)"), bytes(ENERGY));
}

const ENERGY: &str = "02 31 2E 38 2E 30 28 30 30 31 32 33 34 2E 35 36 2A 6B 57 68 29 03 6C";

#[test]
fn iec62056_21_a_readout_with_a_wrong_block_check_is_refused() {
    let readout = iec62056_21::text(&bytes(ENERGY)).unwrap();
    assert_eq!(iec62056_21::item(&readout, "1.8.0"), Ok("001234.56*kWh"));
    let missing = iec62056_21::item(&readout, "8.0").unwrap_err();
    assert_eq!(missing, ReadoutError::NoSuchItem("8.0".into()));
    for at in 1..bytes(ENERGY).len() {
        let mut garbled = bytes(ENERGY);
        garbled[at] ^= 0x10;
        assert!(iec62056_21::text(&garbled).is_err(), "byte {at}");
    }
    let whole = bytes(ENERGY);
    let framing = iec62056_21::framing();
    assert_eq!(framing.progress(&whole[..whole.len() - 1]), Progress::Incomplete);
    assert_eq!(framing.progress(&whole), Progress::Complete(whole.len()));
    assert!(matches!(framing.progress(b"/XXX5"), Progress::Broken(_)));
}

#[test]
fn iec62056_21_an_identification_names_maker_speed_and_type() {
    let meter = Identification::parse(b"/LGZ5ZMD4104407.B32\r\n").unwrap();
    assert_eq!((meter.maker.as_str(), meter.baud), ("LGZ", 9600));
    assert_eq!(meter.model, "ZMD4104407.B32");
    assert_eq!(Identification::parse(b"/XXX0x\r\n").unwrap().baud, 300);
    assert_eq!(Identification::parse(b"/XXX6x\r\n").unwrap().baud, 19200);
    for wrong in [b"/LG5x".as_slice(), b"LGZ5x", b"/LGZ7x", b"/LGZAx", b"", b"\x02"] {
        assert!(Identification::parse(wrong).is_err(), "{}", wrong.escape_ascii());
    }
}

#[tokio::test(start_paused = true)]
async fn iec62056_21_a_readout_begins_at_300_baud_and_changes_speed_behind_the_acknowledgement() {
    let mode_c = ModeC { address: String::new() };
    let (text, events) = said(
        &mode_c,
        "item 1.8.0",
        &[("2F 3F 21 0D 0A", "2F 45 54 4C 35 4D 31 0D 0A"), ("06 30 35 30 0D 0A", ENERGY)],
    )
    .await;
    assert_eq!(text, Ok("001234.56 kWh".to_owned()));
    assert_eq!(events, ["line at 300 7E1", "line at 9600 7E1"]);
}

#[tokio::test(start_paused = true)]
async fn iec62056_21_an_answer_that_is_no_identification_ends_the_talk() {
    let mode_c = ModeC { address: String::new() };
    let (text, _) = said(&mode_c, "item 1.8.0", &[("2F 3F 21 0D 0A", "7F 7F 0D 0A")]).await;
    assert!(text.as_ref().is_err_and(|reason| reason.contains("is no identification")), "{text:?}");
}

#[test]
fn hdlc_check_sequence_is_that_of_x_25() {
    assert_eq!(hdlc::check_sequence(b"123456789"), 0x906E);
}

const SNRM: &str = "7E A0 07 03 21 93 0F 01 7E";
const UA: &str = "7E A0 1E 21 03 73 C3 7A 81 80 12 05 01 80 06 01 80 07 04 00 00 00 01 08 04 00 \
                  00 00 01 53 3B 7E";
const AARQ: &str = "7E A0 2B 03 21 10 FB AF E6 E6 00 60 1D A1 09 06 07 60 85 74 05 08 01 01 BE 10 \
                    04 0E 01 00 00 00 06 5F 1F 04 00 00 7E 1F FF FF 99 C8 7E";
const GET_VALUE: &str =
    "7E A0 19 03 21 32 6F D8 E6 E6 00 C0 01 C1 00 03 01 00 01 08 00 FF 02 00 32 68 7E";
const VALUE: &str = "7E A0 15 21 03 52 5D 8A E6 E7 00 C4 01 C1 00 06 00 01 E2 40 8C DA 7E";
const GET_SCALE: &str =
    "7E A0 19 03 21 54 5F DE E6 E6 00 C0 01 C1 00 03 01 00 01 08 00 FF 03 00 EA 71 7E";
const SCALE: &str = "7E A0 16 21 03 74 A4 EB E6 E7 00 C4 01 C1 00 02 02 0F 01 16 1E BD 8E 7E";
const DISC: &str = "7E A0 07 03 21 53 03 C7 7E";

/// An association accepted (result 0) or refused. Built from the form in IEC 62056-53, 8.2;
/// the dossier prints no AARE.
fn aare(result: u8) -> Vec<u8> {
    let mut information = bytes("E6 E7 00 61 29 A1 09 06 07 60 85 74 05 08 01 01 A2 03 02 01");
    information.push(result);
    information.extend(bytes(
        "A3 05 A1 03 02 01 00 BE 10 04 0E 08 00 06 5F 1F 04 00 00 7E 1F 04 B0 00 07",
    ));
    said_by_meter(0x30, false, information)
}

fn said_by_meter(control: u8, is_segment: bool, information: Vec<u8>) -> Vec<u8> {
    hdlc::Frame { is_segment, destination: 16, source: 1, control, information }.encode()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02X} ")).collect()
}

#[test]
fn dlms_frames_of_the_dossier_are_read_and_written_alike() {
    for frame in [SNRM, UA, AARQ, GET_VALUE, VALUE, GET_SCALE, SCALE, DISC] {
        let frame = bytes(frame);
        assert_eq!(hdlc::Frame::decode(&frame).unwrap().encode(), frame);
        assert_eq!(hdlc::framing().progress(&frame), Progress::Complete(frame.len()));
        for at in 0..frame.len() {
            let mut garbled = frame.clone();
            garbled[at] ^= 0x01;
            assert!(hdlc::Frame::decode(&garbled).is_err(), "byte {at}");
        }
    }
}

#[tokio::test(start_paused = true)]
async fn dlms_a_register_is_read_with_exactly_the_frames_of_the_dossier() {
    let tongue = Dlms::public(Carrier::Hdlc);
    let accepted = hex(&aare(0));
    let (text, _) = said(
        &tongue,
        "register 1-0:1.8.0.255",
        &[(SNRM, UA), (AARQ, &accepted), (GET_VALUE, VALUE), (GET_SCALE, SCALE), (DISC, UA)],
    )
    .await;
    // 123456 with scaler 1 in Wh: 1234.56 kWh, as the dossier says.
    assert_eq!(text, Ok("123456E1 Wh".to_owned()));
}

#[tokio::test(start_paused = true)]
async fn dlms_a_refused_association_ends_the_talk() {
    let tongue = Dlms::public(Carrier::Hdlc);
    let refused = hex(&aare(1));
    let talk = [(SNRM, UA), (AARQ, refused.as_str())];
    let (text, _) = said(&tongue, "register 1-0:1.8.0.255", &talk).await;
    assert!(
        text.as_ref().is_err_and(|r| r.contains("refuses the association, result 1")),
        "{text:?}"
    );
}

#[tokio::test(start_paused = true)]
async fn dlms_the_wrapper_carries_the_same_messages_over_tcp() {
    let tongue = Dlms::public(Carrier::Wrapper);
    let (text, _) = said(
        &tongue,
        "text 0-0:96.1.0.255",
        &[
            (
                "00 01 00 10 00 01 00 1F 60 1D A1 09 06 07 60 85 74 05 08 01 01 BE 10 04 0E 01 00 \
                 00 00 06 5F 1F 04 00 00 7E 1F FF FF",
                "00 01 00 01 00 10 00 0F 61 0D A1 04 06 02 60 85 A2 03 02 01 00 A3 00",
            ),
            (
                "00 01 00 10 00 01 00 0D C0 01 C1 00 01 00 00 60 01 00 FF 02 00",
                "00 01 00 01 00 10 00 0A C4 01 C1 00 09 04 31 32 33 34",
            ),
        ],
    )
    .await;
    assert_eq!(text, Ok("1234".to_owned()));
}

const ASKED_OVER_TCP: (&str, &str) = (
    "00 01 00 10 00 01 00 1F 60 1D A1 09 06 07 60 85 74 05 08 01 01 BE 10 04 0E 01 00 00 00 06 5F \
     1F 04 00 00 7E 1F FF FF",
    "00 01 00 01 00 10 00 0F 61 0D A1 04 06 02 60 85 A2 03 02 01 00 A3 00",
);
const GET_OVER_TCP: &str = "00 01 00 10 00 01 00 0D C0 01 C1 00 01 00 00 60 01 00 FF 02 00";

/// The octet string of six characters 09 06 "123456" in blocks of three and five bytes.
///
/// IEC 62056-53:2006, 8.3: GET-Response-With-Datablock C4 02, GET-Request-Next C0 02.
#[tokio::test(start_paused = true)]
async fn dlms_a_value_in_blocks_is_asked_for_block_by_block_and_put_together() {
    let tongue = Dlms::public(Carrier::Wrapper);
    let first = "00 01 00 01 00 10 00 0D C4 02 C1 00 00 00 00 01 00 03 09 06 31";
    let next = "00 01 00 10 00 01 00 07 C0 02 C1 00 00 00 01";
    let last = "00 01 00 01 00 10 00 0F C4 02 C1 01 00 00 00 02 00 05 32 33 34 35 36";
    let sentence = "text 0-0:96.1.0.255";
    let talk = [ASKED_OVER_TCP, (GET_OVER_TCP, first), (next, last)];
    assert_eq!(said(&tongue, sentence, &talk).await.0, Ok("123456".to_owned()));

    // A block that is not the next one, that is shorter than it says, and a refusal behind a block.
    for (wrong, reason) in [
        (
            "00 01 00 01 00 10 00 0F C4 02 C1 01 00 00 00 03 00 05 32 33 34 35 36",
            "block 3, wanted 2",
        ),
        ("00 01 00 01 00 10 00 0F C4 02 C1 01 00 00 00 02 00 06 32 33 34 35 36", "5 of 6 bytes"),
        ("00 01 00 01 00 10 00 0A C4 02 C1 01 00 00 00 02 01 0E", "no such block"),
    ] {
        let talk = [ASKED_OVER_TCP, (GET_OVER_TCP, first), (next, wrong)];
        let refused = said(&tongue, sentence, &talk).await.0.unwrap_err();
        assert!(refused.contains(reason), "{refused}");
    }
}

/// An answer in two frames, the first with the bit of segmentation (IEC 62056-46:2002, 6.4.2.2);
/// the client says RECEIVE READY, 51, in between.
#[tokio::test(start_paused = true)]
async fn dlms_an_answer_in_segments_is_acknowledged_frame_by_frame_and_put_together() {
    let tongue = Dlms::public(Carrier::Hdlc);
    let accepted = hex(&aare(0));
    let get = "7E A0 19 03 21 32 6F D8 E6 E6 00 C0 01 C1 00 01 00 00 60 01 00 FF 02 00 89 A0 7E";
    let one = hex(&said_by_meter(0x52, true, bytes("E6 E7 00 C4 01 C1 00 09 06 31")));
    let ready = "7E A0 07 03 21 51 11 E4 7E";
    let two = hex(&said_by_meter(0x54, false, bytes("32 33 34 35 36")));
    let sentence = "text 0-0:96.1.0.255";
    let talk =
        [(SNRM, UA), (AARQ, &accepted), (get, one.as_str()), (ready, two.as_str()), (DISC, UA)];
    assert_eq!(said(&tongue, sentence, &talk).await.0, Ok("123456".to_owned()));

    // The same segment again is out of sequence: no value, and the talk ends in order.
    let talk =
        [(SNRM, UA), (AARQ, &accepted), (get, one.as_str()), (ready, one.as_str()), (DISC, UA)];
    let refused = said(&tongue, sentence, &talk).await.0.unwrap_err();
    assert!(refused.contains("control 52, wanted 54"), "{refused}");
}

#[test]
fn dlms_values_and_refusals_are_told_apart() {
    let get = Attribute { class: 3, object: Obis::parse("1-0:1.8.0.255").unwrap(), number: 2 };
    assert_eq!(dlms::get(get), bytes("C0 01 C1 00 03 01 00 01 08 00 FF 02 00"));
    assert_eq!(dlms::got(&bytes("C4 01 C1 00 06 00 01 E2 40")), Ok(Value::Whole(123_456)));
    assert_eq!(dlms::got(&bytes("C4 01 C1 00 10 FF FE")), Ok(Value::Whole(-2)));
    assert_eq!(dlms::got(&bytes("C4 01 C1 01 04")), Err(DlmsError::Access(4)));
    let scale = dlms::got(&bytes("C4 01 C1 00 02 02 0F FD 16 1E")).unwrap();
    assert_eq!(scale.scaler_and_unit(), Ok((-3, "Wh")));
    for broken in
        ["C4 01 C1 00 06 00 01 E2", "C4 01 C1 00 06 00 01 E2 40 00", "C4 02 C1 00", "D8 01", ""]
    {
        assert!(dlms::got(&bytes(broken)).is_err(), "{broken}");
    }
    // Structures inside structures do not make the reader run out of stack.
    let deep: Vec<u8> = bytes("C4 01 C1 00").into_iter().chain([2, 1].repeat(10_000)).collect();
    assert!(dlms::got(&deep).is_err());
    let accepted = bytes("00 01 00 01 00 10 00 0F 61 0D A1 04 06 02 60 85 A2 03 02 01 00 A3 00");
    let refusal = Dlms::public(Carrier::Wrapper)
        .text("text 0-0:96.1.0.255", &[accepted, bytes("00 01 00 01 00 10 00 05 C4 01 C1 01 03")]);
    assert!(matches!(refusal, Err(ReplyError::Refused { .. })), "{refusal:?}");
    for text in ["1-0:1.8.0", "1.8.0.255", "1-0:1.8.0.256", "1-0:1.8.0.255.1", ""] {
        assert_eq!(Obis::parse(text), None, "{text}");
    }
}
