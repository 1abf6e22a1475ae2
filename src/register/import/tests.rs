//! Stories of imports.

use super::msl::Said;
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
fn msl_register_gives_identities_and_names_what_it_leaves_out_with_its_line() {
    let xml = r#"<?xml version="1.0"?><register team="Light" xmlns="https://measurement.govt.nz/equipment-register">
      <equipment enteredBy="A" traceable="true"><id>MSLE.L.001</id><manufacturer>OMEGA</manufacturer><model>iTHX-W3</model>
        <serial>4070777</serial><description>Thermohygrometer</description><location>CMM Lab</location><status>Active</status>
        <calibrations><measurand quantity="Humidity"><component><report id="H502"><equation/></report></component></measurand></calibrations></equipment>
      <equipment><id>MSLE.L.002</id><manufacturer>X</manufacturer><model>Y</model><serial/><description>Z</description></equipment>
      </register>"#;
    let found = msl::read(xml, Said::default(), arrival());
    let wanted = [
        "MSLE.L.001, line 4: report H502, equation in line 4 is not taken over: name its value and variables",
        "MSLE.L.002: serial is not stated",
    ];
    assert_eq!(said(&found), wanted);
    let standard = check(&found.files["MSLE.L.001"]).value.unwrap();
    assert_eq!((standard.serial.as_str(), standard.traceable), ("4070777", true));
    assert!(msl::read("<other/>", Said::default(), arrival()).files.is_empty());
}

/// An invented lamp in MSL's form: two reports of one component, newest first.
const LAMP: &str = r#"<register team="Light" xmlns="https://measurement.govt.nz/equipment-register">
<equipment traceable="true"><id>MSLE.L.010</id><manufacturer>Maker</manufacturer><model>FEL</model><serial>7</serial>
<description>Lamp</description><location>Dark room</location><status>Active</status>
<calibrations><measurand quantity="Irradiance" calibrationInterval="2"><component name="">
<report id="L/2025/2" enteredBy="A"><reportIssueDate>2025-03-02</reportIssueDate><measurementStartDate>2025-02-01</measurementStartDate>
<measurementStopDate>2025-02-03</measurementStopDate><issuingLaboratory>MSL</issuingLaboratory><technicalProcedure>MSLT.L.1</technicalProcedure>
<conditions><lab_temperature>21.0</lab_temperature></conditions><acceptanceCriteria/>
<table><type>int, double, double</type><unit>nm, W/m^2, W/m^2</unit><header>Wavelength, Irradiance, Std. uncertainty</header>
<data>
250, 0.01820, 0.00033
300, 0.18478, 0.00180
</data></table></report>
<report id="L/2023/1" enteredBy="A"><reportIssueDate>2023-03-02</reportIssueDate><measurementStartDate>2023-02-01</measurementStartDate>
<measurementStopDate>2023-02-03</measurementStopDate><issuingLaboratory>MSL</issuingLaboratory><technicalProcedure>MSLT.L.1</technicalProcedure>
<conditions/><acceptanceCriteria/>
<table><type>int, double, double</type><unit>nm, W/m^2, W/m^2</unit><header>Wavelength, Irradiance, Std. uncertainty</header>
<data>250, 0.01818, 0.00033</data></table></report>
</component></measurand></calibrations></equipment></register>"#;

fn tables<'a>(columns: &'a str, level: Option<&'a str>) -> Said<'a> {
    Said { columns: Some(columns), level, ..Said::default() }
}

const COLUMNS: &str = "load.wavelength=Wavelength,irradiance=Irradiance,U=Std. uncertainty";

#[test]
fn msl_tables_become_calibrations_oldest_first_with_the_columns_that_were_named() {
    let found = msl::read(LAMP, tables(COLUMNS, Some("k=1,p=0.68")), arrival());
    assert!(found.findings.is_empty(), "{:?}", said(&found));
    let standard = check(&found.files["MSLE.L.010"]).value.unwrap();
    let [earlier, later] = standard.calibrations.as_slice() else { panic!("two reports") };
    assert_eq!(
        (earlier.certificate.as_str(), later.certificate.as_str()),
        ("L/2023/1", "L/2025/2")
    );
    assert_eq!(
        (later.performed.to_string(), later.issued.to_string()),
        ("2025-02-03".into(), "2025-03-02".into())
    );
    assert_eq!(
        (later.k.to_string(), later.conditions.as_str()),
        ("1".to_owned(), "lab_temperature 21.0")
    );
    let row = &later.table.rows[0];
    let stated: Vec<String> = row.stated.iter().map(ToString::to_string).collect();
    assert_eq!(stated, ["0.01820 W/m^2", "0.00033 W/m^2"], "as written, trailing zero and all");
    assert!(later.reviewed.is_none() && standard.status() == Status::Received);
}

#[test]
fn msl_tables_that_leave_something_to_guess_are_named_and_left() {
    let left = |text: &str, columns: &str, level: Option<&str>| {
        let found = msl::read(text, tables(columns, level), arrival());
        found.findings.iter().map(|own| own.message.clone()).collect::<Vec<_>>().join("\n")
    };
    let level = Some("k=1,p=0.68");
    for (text, wanted) in [
        (LAMP.replace("nm, W", "C, W"), "may be coulomb or degree Celsius"),
        (LAMP.replace("int, double", "int, double, double"), "3 headings, 4 types, 3 units"),
        (LAMP.replace("0.18478", "0.18478, 5"), "row 2 has 4 cells for 3 columns"),
        (LAMP.replace("0.18478", "high"), "row 2: `Irradiance` is `high`, wanted a number"),
        (
            LAMP.replace("<issuingLaboratory>MSL</issuingLaboratory>", ""),
            "`issuingLaboratory` is not stated",
        ),
        (
            LAMP.replace("Std. uncertainty</header>", "u</header>"),
            "it has no column `Std. uncertainty`, but Wavelength, Irradiance, u",
        ),
    ] {
        let said = left(&text, COLUMNS, level);
        assert!(said.contains(wanted) && said.contains("MSLE.L.010, line "), "{wanted}: {said}");
    }
    assert!(left(LAMP, COLUMNS, None).contains("k=1,p=0.68"), "no coverage is assumed");
    assert!(left(LAMP, "load.wavelength=Wavelength", level).contains("at least one"));
    let second = LAMP.replace("</component>", "</component><component name=\"2\"/>");
    let second = second.replace(
        "</report>\n<report id=\"L/2023/1\"",
        "</report></component><component name=\"1\"><report id=\"L/2023/1\"",
    );
    assert!(left(&second, COLUMNS, level).contains("one component, and another has been taken"));
    assert!(
        msl::read(LAMP, Said::default(), arrival()).findings[0]
            .message
            .ends_with("name its columns")
    );
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
