//! later
pub mod layout;
#[cfg(feature = "render")]
pub mod typesetting;

#[cfg(all(test, feature = "render"))]
mod tests {
    use super::typesetting::*;
    use crate::moment::Moment;
    use crate::key::*;
    #[test]
    fn peek() {
        let job = Job { template: "#pdf.attach(\"dcc.xml\", read(\"dcc.xml\", encoding: none), relationship: \"data\", mime-type: \"application/xml\", description: \"Digital Calibration Certificate (DCC 3.3.0)\")\n= Hello\n#pagebreak()\n two", words: vec![], dcc: b"<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<a>x</a>", identity: "x".into(), creator: "Etalon".into(), issued: Moment::parse("2026-11-23T04:00:00Z").unwrap() };
        let pdf = typeset(&job, &crate::fonts::Fonts::latin()).unwrap();
        let v = Validity{from:"2026-01-01".into(), until: "2036-01-01".into()};
        let ca = Authority::create(&Subject{country:"CN".into(), organisation:"Etalon, demo".into(), common_name:"Root".into()}, &v).unwrap();
        let s = ca.enrol(&Subject{country:"CN".into(), organisation:"Etalon, demo".into(), common_name:"李明 Signer".into()}, &v).unwrap();
        let t = std::time::Instant::now();
        let kp = s.key_pem("secret").unwrap(); println!("{:?}", t.elapsed());
        let s = Signer::open(&s.chain().to_pem(), &kp, "secret").unwrap(); println!("{:?}", t.elapsed());
        let signed = crate::signature::pades::sign(&pdf, &job.issued, &s).unwrap();
        std::fs::write("/tmp/peek.pdf", &signed).unwrap();
        std::fs::write("/tmp/ca.pem", ca.certificate_pem()).unwrap();
        std::fs::write("/tmp/key.pem", kp).unwrap();
        let back = crate::signature::pades::verify(&signed).unwrap();
        println!("{} {}", back.chain.signer_name(), back.signed_at);
        println!("{}", String::from_utf8(layout::Layout::read(back.base).unwrap().attachment().unwrap()).unwrap());
        let x = crate::signature::xmldsig::sign(crate::canonical::Element::new("dcc:digitalCalibrationCertificate").with("xmlns:dcc","https://ptb.de/dcc").with("xmlns:si","https://ptb.de/si").child(crate::canonical::Element::new("dcc:a").text("x<y")), &s).file();
        std::fs::write("/tmp/peek.xml", &x).unwrap();
        crate::signature::xmldsig::verify(&x).unwrap();
    }
    use super::layout;
}
