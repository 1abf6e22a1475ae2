//! Stories of imports.

use super::{Arrival, Import, dcc, ledger, msl};
use crate::register::{RuleRefusal, Status, check};

fn arrival() -> Arrival<'static> {
    Arrival { by: "zhao.lei", on: "2026-11-23".parse().unwrap(), source: "file" }
}

fn said(import: &Import) -> Vec<&str> {
    import.findings.iter().map(|own| own.message.as_str()).collect()
}

#[test]
fn ledger_under_chinese_headings_becomes_received_standards() {
    let csv = "\u{feff}资产编号,设备名称,制造厂,型号,出厂编号,有效期至,备注\n\
               A-1,标准电能表,某厂,M1,001,2027-01-31,好\nA-2,温湿度计,某厂,T1,002,,\n";
    let found = ledger::read(csv, None, arrival());
    assert_eq!(said(&found), ["column `备注` is not taken over"]);
    let first = check(&found.files["A-1"]).value.unwrap();
    assert_eq!(
        (first.status(), first.due.unwrap().to_string()),
        (Status::Received, "2027-01-31".to_owned())
    );
    let refused = first.fit_on("2026-11-23".parse().unwrap()).unwrap_err();
    assert!(matches!(refused, RuleRefusal::NotInService { .. }));
    assert_eq!(check(&found.files["A-2"]).value.unwrap().due, None);
}

#[test]
fn ledger_is_mapped_and_every_flaw_of_it_is_found_at_once() {
    let csv = "No,What,Who,Kind,Plate\nA,Meter,Maker,M,1\nA,Meter,Maker,M,2\n,Meter,Maker,M,3\nB,Meter,Maker,M,\n";
    let unmapped = ledger::read(csv, None, arrival());
    assert_eq!(unmapped.findings.len(), 5, "{:?}", said(&unmapped));
    let mapping = "id=No,name=What,maker=Who,model=Kind,serial=Plate";
    let found = ledger::read(csv, Some(mapping), arrival());
    let wanted = [
        "line 3: `A` stands in the file already",
        "line 4: id is not stated",
        "line 5: serial is not stated",
    ];
    assert_eq!(said(&found), wanted);
    let wrong = ledger::read(csv, Some("id=Number"), arrival());
    assert_eq!(said(&wrong)[0], "`id=Number` maps no known field to a column");
}

/// The form of MSL's `equipment-register.xsd`, a register of two items.
#[test]
fn msl_register_gives_identities_and_names_the_reports_it_leaves_out() {
    let xml = r#"<?xml version="1.0"?><register team="Light" xmlns="https://measurement.govt.nz/equipment-register">
      <equipment enteredBy="A" traceable="true"><id>MSLE.L.001</id><manufacturer>OMEGA</manufacturer><model>iTHX-W3</model>
        <serial>4070777</serial><description>Thermohygrometer</description><location>CMM Lab</location><status>Active</status>
        <calibrations><measurand quantity="Humidity"><component><report id="H502"/></component></measurand></calibrations></equipment>
      <equipment><id>MSLE.L.002</id><manufacturer>X</manufacturer><model>Y</model><serial/><description>Z</description></equipment>
      </register>"#;
    let found = msl::read(xml, arrival());
    let wanted =
        ["MSLE.L.001: values of H502 are not taken over", "MSLE.L.002: serial is not stated"];
    assert_eq!(said(&found), wanted);
    let standard = check(&found.files["MSLE.L.001"]).value.unwrap();
    assert_eq!((standard.serial.as_str(), standard.traceable), ("4070777", true));
    assert!(msl::read("<other/>", arrival()).files.is_empty());
}

fn certificate(second: &str) -> String {
    format!(
        r#"<dcc:digitalCalibrationCertificate xmlns:dcc="https://ptb.de/dcc" xmlns:si="https://ptb.de/si" schemaVersion="3.3.0">
<dcc:administrativeData><dcc:coreData><dcc:uniqueIdentifier>PTB-0001</dcc:uniqueIdentifier>
<dcc:endPerformanceDate>2026-10-01</dcc:endPerformanceDate><dcc:issueDate>2026-10-08</dcc:issueDate></dcc:coreData>
<dcc:items><dcc:item><dcc:name><dcc:content lang="en">Reference meter</dcc:content><dcc:content lang="zh">标准表</dcc:content></dcc:name>
<dcc:manufacturer><dcc:name><dcc:content>Maker</dcc:content></dcc:name></dcc:manufacturer><dcc:model>RM</dcc:model>
<dcc:identifications><dcc:identification><dcc:issuer>manufacturer</dcc:issuer><dcc:value>SN 42</dcc:value></dcc:identification></dcc:identifications></dcc:item></dcc:items>
<dcc:calibrationLaboratory><dcc:contact><dcc:name><dcc:content lang="en">Institute</dcc:content></dcc:name></dcc:contact></dcc:calibrationLaboratory>
<dcc:statements><dcc:statement refType="basic_traceability"><dcc:declaration><dcc:content lang="en">to the SI</dcc:content></dcc:declaration></dcc:statement></dcc:statements></dcc:administrativeData>
<dcc:measurementResults><dcc:measurementResult><dcc:usedMethods><dcc:usedMethod><dcc:norm>JJG 1085</dcc:norm></dcc:usedMethod></dcc:usedMethods>
<dcc:results><dcc:result><dcc:data><dcc:list>
<dcc:quantity><dcc:name><dcc:content lang="en">I</dcc:content></dcc:name><si:realListXMLList><si:valueXMLList>5 0.25</si:valueXMLList><si:unitXMLList>\ampere</si:unitXMLList></si:realListXMLList></dcc:quantity>
<dcc:quantity><dcc:name><dcc:content lang="en">error</dcc:content></dcc:name><si:realListXMLList><si:valueXMLList>0.007 0.012</si:valueXMLList><si:unitXMLList>\percent</si:unitXMLList>{second}</si:realListXMLList></dcc:quantity>
</dcc:list></dcc:data></dcc:result></dcc:results></dcc:measurementResult></dcc:measurementResults></dcc:digitalCalibrationCertificate>"#
    )
}

/// Numbers are taken as written, trailing zeros and all, and nobody has reviewed the certificate yet.
#[test]
fn dcc_becomes_a_standard_whose_certificate_waits_for_its_review() {
    let spread = "<si:measurementUncertaintyUnivariateXMLList><si:expandedMUXMLList><si:valueExpandedMUXMLList>0.010</si:valueExpandedMUXMLList>\
        <si:coverageFactorXMLList>2</si:coverageFactorXMLList><si:coverageProbabilityXMLList>0.95</si:coverageProbabilityXMLList></si:expandedMUXMLList></si:measurementUncertaintyUnivariateXMLList>";
    let found = dcc::read(&certificate(spread), arrival());
    assert!(found.findings.is_empty(), "{:?}", said(&found));
    let standard = check(&found.files["SN-42"]).value.unwrap();
    let calibration = &standard.calibrations[0];
    assert_eq!((standard.name.zh(), calibration.certificate.as_str()), ("标准表", "PTB-0001"));
    assert_eq!(calibration.issued.to_string(), "2026-10-08");
    let row = &calibration.table.rows[1];
    assert_eq!(
        (row.stated[0].to_string(), row.stated[1].to_string()),
        ("0.012 %".into(), "0.010 %".into())
    );
    assert!(calibration.reviewed.is_none());
}

#[test]
fn dcc_whose_table_leaves_something_to_guess_is_not_taken() {
    let without = dcc::read(&certificate(""), arrival());
    assert!(without.files.is_empty());
    assert!(
        said(&without)[0].contains("no quantity has an expanded uncertainty"),
        "{:?}",
        said(&without)
    );
    let other = dcc::read("<a schemaVersion=\"2.4.0\"/>", arrival());
    assert_eq!(said(&other), ["no DCC of version 3: schemaVersion `2.4.0`"]);
}
