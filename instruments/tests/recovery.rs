//! A cable is pulled: every kind of instrument is known again by all that it told before, and
//! nobody else is.

#[allow(dead_code, reason = "other dialogues use the rest of it")]
#[path = "models/script.rs"]
mod script;

use etalon_instruments::{
    catalogue,
    instrument::{Instrument, InstrumentError},
    transport::{Cleared, Remedy},
};
use script::{Talk, Words, spoken_over};

/// Opens a shipped model, pulls its cable behind the first dialogue, and recovers.
async fn after_the_cable(
    model: &str,
    quantity: &str,
    before: Talk,
    after: Talk,
) -> (Instrument, Result<Cleared, InstrumentError>) {
    let words = |talk: Talk| -> Words {
        talk.iter().map(|(heard, said)| (heard.to_vec(), said.to_vec())).collect()
    };
    let shipped = catalogue::shipped(model).expect("the model is shipped");
    let (instrument, speaking) = spoken_over(shipped, vec![words(before), words(after)]).await;
    let instrument = instrument.unwrap_or_else(|failure| panic!("{model}: {failure}"));
    let gone = instrument.read(quantity).await.expect_err("the cable is pulled");
    assert_eq!(gone.remedy(), Remedy::Reestablish, "{model}: {gone}");
    let recovered = instrument.recover(gone.remedy()).await.map(|recovery| recovery.link);
    drop(speaking);
    (instrument, recovered)
}

const BALANCE: Talk = &[
    (b"I2\r\n", b"I2 A \"XP2003S Excellence 2100.0 g\"\r\n"),
    (b"I4\r\n", b"I4 A \"B021002593\"\r\n"),
];

#[tokio::test(start_paused = true)]
async fn a_balance_is_known_again_by_both_of_its_answers_and_weighs_on() {
    let after: Talk = &[
        (b"I2\r\n", b"I2 A \"XP2003S Excellence 2100.0 g\"\r\n"),
        (b"I4\r\n", b"I4 A \"B021002593\"\r\n"),
        (b"S\r\n", b"S S     125.312 kg\r\n"),
    ];
    let (balance, recovered) = after_the_cable("mt-sics", "m", BALANCE, after).await;
    assert_eq!(recovered.unwrap(), Cleared::MakeAgain);
    assert_eq!(balance.read("m").await.unwrap().value.to_string(), "125312");
}

/// A balance that was reset says `I4 A "…"`, and a weight ordered before may still come.
///
/// Source: pressure dossier 7.1 (MT-SICS reference manual, `@`).
#[tokio::test(start_paused = true)]
async fn what_a_balance_says_unasked_is_passed_over_and_not_another_instrument() {
    let after: Talk = &[
        (
            b"I2\r\n",
            b"I4 A \"B021002593\"\r\nS S     125.300 kg\r\nI2 A \"XP2003S Excellence 2100.0 g\"\r\n",
        ),
        (b"I4\r\n", b"I4 A \"B021002593\"\r\n"),
    ];
    let (_balance, recovered) = after_the_cable("mt-sics", "m", BALANCE, after).await;
    assert_eq!(recovered.unwrap(), Cleared::MakeAgain);
}

#[tokio::test(start_paused = true)]
async fn a_balance_of_the_same_model_with_another_number_is_refused() {
    let after: Talk = &[
        (b"I2\r\n", b"I2 A \"XP2003S Excellence 2100.0 g\"\r\n"),
        (b"I4\r\n", b"I4 A \"B999999999\"\r\n"),
    ];
    let (_balance, recovered) = after_the_cable("mt-sics", "m", BALANCE, after).await;
    let exchanged = recovered.unwrap_err();
    assert!(matches!(exchanged, InstrumentError::NotTheOne { .. }), "{exchanged}");
    assert!(exchanged.to_string().contains("B999999999"), "{exchanged}");
    assert_eq!(exchanged.remedy(), Remedy::Stop);
}

const SBI: Talk = &[(b"\x1bx1_\r\n", b"MSE5201S\r\n"), (b"\x1bx2_\r\n", b"31234567\r\n")];

#[tokio::test(start_paused = true)]
async fn a_balance_with_sbi_is_known_again_behind_a_late_weight() {
    let after: Talk = &[
        (b"\x1bx1_\r\n", b"N     +   123.45 g  \r\nMSE5201S\r\n"),
        (b"\x1bx2_\r\n", b"31234567\r\n"),
    ];
    let (_balance, recovered) = after_the_cable("sartorius-sbi", "m", SBI, after).await;
    assert_eq!(recovered.unwrap(), Cleared::MakeAgain);
}

const METER: Talk = &[(
    b"\x68\xAA\xAA\xAA\xAA\xAA\xAA\x68\x13\x00\xDF\x16",
    b"\xFE\xFE\x68\x12\x90\x78\x56\x34\x12\x68\x93\x06\x45\xC3\xAB\x89\x67\x45\x07\x16",
)];

#[tokio::test(start_paused = true)]
async fn a_meter_that_speaks_in_frames_is_asked_in_a_frame() {
    let (_meter, recovered) = after_the_cable("dlt645-meter", "E", METER, METER).await;
    assert_eq!(recovered.unwrap(), Cleared::MakeAgain);
}

const PLC: Talk = &[(b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\0\x2A")];

#[tokio::test(start_paused = true)]
async fn a_controller_on_modbus_is_known_again_by_its_register_and_another_is_refused() {
    let (_plc, recovered) = after_the_cable("modbus-plc", "t_water", PLC, PLC).await;
    assert_eq!(recovered.unwrap(), Cleared::MakeAgain);
    let other: Talk =
        &[(b"\0\x01\0\0\0\x06\x01\x03\0\0\0\x01", b"\0\x01\0\0\0\x05\x01\x03\x02\0\x2B")];
    let (_plc, recovered) = after_the_cable("modbus-plc", "t_water", PLC, other).await;
    let exchanged = recovered.unwrap_err();
    assert!(matches!(exchanged, InstrumentError::NotTheOne { .. }), "{exchanged}");
}
