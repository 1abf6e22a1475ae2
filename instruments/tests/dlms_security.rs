//! Meters that want a password or keys: what goes over the line, what is taken down of it, and
//! what is refused. Other people's ciphering judges in `tests/peers/instruments/meters.rs`.

#![expect(clippy::unwrap_used, reason = "a test may stop where it cannot go on")]

use etalon_instruments::{
    catalogue,
    clock::Clock,
    instrument::Instrument,
    link::{Link, Step, Wiring},
    protocol::{
        dlms::{
            self,
            line::Carrier,
            security::{Authentication, Counter, MeterKeys, Secrets, Security, SecurityError},
        },
        tongue::{Tongue as _, dlms::Dlms},
    },
    resource::Resource,
    transcript::Recent,
    transport::{Connector, Pending, Transport, TransportError, in_process},
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    time::Duration,
};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

/// Numbers from here on; the test is over before they are given again.
struct Numbers(AtomicU32);

impl Counter for Numbers {
    fn take(&self) -> Result<u32, String> {
        Ok(self.0.fetch_add(1, Ordering::SeqCst))
    }
}

struct Exhausted;

impl Counter for Exhausted {
    fn take(&self) -> Result<u32, String> {
        Err("the numbers of this key are used up".to_owned())
    }
}

const KEYS: Secrets<'_> = Secrets {
    password: Some(b"12345678"),
    encryption: Some(*b"ENCRYPTION-KEY-1"),
    authentication: Some(*b"AUTHENTICATION-1"),
};

fn security(kind: (Authentication, bool), secrets: Secrets<'_>) -> Result<Security, SecurityError> {
    Security::new(1, kind, *b"ETL\0\0\0\0\x01", secrets, Arc::new(Numbers(AtomicU32::new(7))))
}

/// Origin: DLMS UA Green Book (IEC 62056-5-3), example of an AARQ with low-level security and the
/// password "12345678"; its last two bytes are the longest message taken, here FFFF.
#[test]
fn green_book_aarq_with_a_password_is_byte_for_byte_that_of_the_example() {
    let wanted = "60 36 A1 09 06 07 60 85 74 05 08 01 01 8A 02 07 80 8B 07 60 85 74 05 08 02 01 \
                  AC 0A 80 08 31 32 33 34 35 36 37 38 BE 10 04 0E 01 00 00 00 06 5F 1F 04 00 00 \
                  7E 1F FF FF";
    let wanted: Vec<u8> =
        wanted.split_whitespace().map(|byte| u8::from_str_radix(byte, 16).unwrap()).collect();
    assert_eq!(dlms::associate_by(b"12345678"), wanted);
}

#[test]
fn what_is_printed_of_a_security_shows_no_secret() {
    let gmac = security((Authentication::Gmac, true), KEYS).unwrap();
    let keys = MeterKeys::default().with("m1", gmac);
    let shown = format!("{keys:?} {KEYS:?}");
    assert!(shown.contains("m1") && shown.contains("45544C0000000001"), "{shown}");
    for secret in ["ENCRYPTION", "AUTHENTICATION-1", "12345678", "[69,", "45 4E"] {
        assert!(!shown.contains(secret), "{secret} stands in {shown}");
    }
}

#[test]
fn a_security_without_what_it_needs_is_refused() {
    let none = Secrets::default();
    let refusal = |kind, secrets| security(kind, secrets).unwrap_err();
    assert_eq!(refusal((Authentication::Gmac, false), none), SecurityError::Keys);
    assert_eq!(refusal((Authentication::Lowest, true), none), SecurityError::Keys);
    assert_eq!(refusal((Authentication::Low, false), none), SecurityError::Password);
    assert_eq!(refusal((Authentication::Low, true), KEYS), SecurityError::PasswordCiphered);
    let long = Secrets { password: Some(&[b'x'; 65]), ..none };
    assert_eq!(refusal((Authentication::Low, false), long), SecurityError::Password);
}

/// Takes whatever is said and answers nothing.
struct Mute;

impl Connector for Mute {
    fn connect<'a>(
        &'a self,
        resource: &'a Resource,
        _deadline: Duration,
    ) -> Pending<'a, Result<Box<dyn Transport>, TransportError>> {
        let (ours, mut theirs) = in_process::pair(resource.to_string());
        tokio::spawn(async move {
            let mut heard = Vec::new();
            // Said back, so that the test sees what went over the line.
            while let Ok(byte) = theirs.read_u8().await {
                heard.push(byte);
                if heard.ends_with(b"\xFF\xFF") {
                    theirs.write_all(&heard).await.unwrap();
                }
            }
        });
        Box::pin(async move { Ok(Box::new(ours) as Box<dyn Transport>) })
    }
}

fn wiring(recent: &Arc<Recent>) -> Wiring {
    let clock = Clock::virtual_from("2026-01-05T08:00:00Z".parse().unwrap());
    Wiring::new(Arc::new(Mute), clock).with_transcript(recent.clone())
}

#[tokio::test(start_paused = true)]
async fn a_password_goes_over_the_line_and_not_into_the_transcript() {
    let recent = Arc::new(Recent::new(100));
    let low = Arc::new(security((Authentication::Low, false), KEYS).unwrap());
    let steps = Dlms::secured(Carrier::Wrapper, low).steps("text 0-0:96.1.0.255").unwrap();
    let Some(Step::WriteSecret { bytes, shown }) = steps.first() else { panic!("{steps:?}") };
    assert_eq!(bytes.len(), shown.len());
    assert!(bytes.windows(8).any(|window| window == b"12345678"));
    assert!(shown.windows(8).any(|window| window == b"********"));
    let resource = Resource::parse("SIM::meter").unwrap();
    let link = Link::open(resource, &wiring(&recent), Duration::from_secs(1)).await.unwrap();
    drop(link.exchange(vec![steps.first().unwrap().clone()], Duration::from_secs(1)).await);
    let said = recent.utterances();
    assert_eq!(said.len(), 1);
    let said = said.first().unwrap().to_string();
    assert!(said.contains("********") && !said.contains("12345678"), "{said}");
}

#[tokio::test(start_paused = true)]
async fn a_meter_whose_keys_are_not_at_hand_is_refused_before_anything_is_said() {
    let recent = Arc::new(Recent::new(100));
    let model = Arc::new(catalogue::shipped("dlms-meter").unwrap());
    let resource = Resource::parse("SIM::meter").unwrap();
    let opened = Instrument::open_at("meter", model, resource, "keys m2", &wiring(&recent)).await;
    let refusal = opened.unwrap_err().to_string();
    assert!(refusal.contains("no keys named \"m2\" are at hand"), "{refusal}");
    assert!(recent.utterances().is_empty());
}

/// A number used twice under one key gives the key away, so that none is better.
#[tokio::test(start_paused = true)]
async fn without_a_fresh_number_nothing_is_said_to_a_meter_with_keys() {
    let recent = Arc::new(Recent::new(100));
    let title = *b"ETL\0\0\0\0\x01";
    let kind = (Authentication::Lowest, true);
    let used_up = Security::new(1, kind, title, KEYS, Arc::new(Exhausted)).unwrap();
    let wiring = wiring(&recent).with_meter_keys(MeterKeys::default().with("m1", used_up));
    let text = catalogue::LIBRARY.iter().find(|(name, _)| *name == "dlms-meter.toml").unwrap().1;
    let model = catalogue::parse(&text.replace("dlms hdlc", "dlms wrapper")).unwrap();
    let resource = Resource::parse("SIM::meter").unwrap();
    let opened = Instrument::open_at("meter", Arc::new(model), resource, "keys m1", &wiring).await;
    let refusal = opened.unwrap_err().to_string();
    assert!(refusal.contains("the numbers of this key are used up"), "{refusal}");
    assert!(recent.utterances().is_empty(), "{:?}", recent.utterances());
}
