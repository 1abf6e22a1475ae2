//! The record of one simulated energy meter.

use etalon_certificates::fonts::Fonts;
use etalon_certificates::key::{Authority, KeyError, Signer, Subject, Validity};
use etalon_certificates::record::*;
use etalon_uncertainty::evaluation::EvaluationError;

/// A demonstration authority with one signer.
pub(crate) fn signer(organisation: &str) -> Result<(Authority, Signer), KeyError> {
    let validity = Validity { from: "2026-01-01".into(), until: "2035-12-31".into() };
    let subject = |common_name: &str| Subject {
        country: "CN".into(),
        organisation: organisation.into(),
        common_name: common_name.into(),
    };
    let authority = Authority::create(&subject("Demonstration root"), &validity)?;
    let signer = authority.enrol(&subject("Demonstration signer"), &validity)?;
    Ok((authority, signer))
}

/// The record of a meter whose counts are shifted by `offset`.
pub(crate) fn record(fonts: &Fonts, offset: i64) -> Result<Record, EvaluationError> {
    Ok(Record {
        schema: SCHEMA.into(),
        specimen: true,
        title: Text::new("Calibration certificate", "校准证书"),
        laboratory: laboratory(),
        place: Place {
            kind: PlaceKind::Laboratory,
            text: Text::new("Electricity laboratory, bench 1", "电学实验室，1 号装置"),
        },
        number: "DEMO-2026-000001".into(),
        run: "20261123-093000-a1b2".into(),
        customer: customer(),
        methods: methods(),
        procedure: procedure(),
        item: item(),
        received: Some("2026-11-20".into()),
        performed_from: "2026-11-23".into(),
        performed_until: "2026-11-23".into(),
        issued: "2026-11-23".into(),
        issued_at: "2026-11-23T04:00:00Z".into(),
        results: vec![super::results::table(offset)?],
        deviations: vec![],
        persons: persons(),
        environment: environment(),
        standards: standards(),
        traceability: Text::new(
            "The results are traceable to the International System of Units (SI) through the reference standards listed.",
            "结果通过所列计量标准溯源至国际单位制（SI）。",
        ),
        agreement: Some(Agreement {
            rule: Text::new(
                "simple acceptance of the rounded error, agreed with the customer; no guard band, since U does not exceed one third of the limit",
                "与委托方约定按化整后误差直接判定；U 不超过限值的三分之一，不设保护带",
            ),
            specification: "JJG 596-2012".into(),
            clause: "Table 1".into(),
        }),
        software: Software { name: "Etalon".into(), version: env!("CARGO_PKG_VERSION").into() },
        page: Page {
            languages: if fonts.cjk_sha256().is_some() { Languages::Both } else { Languages::En },
            cjk_font_sha256: fonts.cjk_sha256().map(str::to_owned),
        },
        notes: vec![],
    })
}

fn laboratory() -> Organisation {
    Organisation {
        name: Text::new("Etalon Demonstration Laboratory", "Etalon 演示实验室"),
        address: Text::new(
            "18 Beisanhuan Donglu, Chaoyang District, Beijing 100029",
            "北京市朝阳区北三环东路18号 100029",
        ),
        country: "CN".into(),
        email: Some("laboratory@example.com".into()),
        phone: Some("+86 10 5550 0100".into()),
        code: None,
    }
}

fn customer() -> Organisation {
    Organisation {
        name: Text::new("Example Power Supply Company", "示例供电公司"),
        address: Text::new("1 Example Road, Shanghai 200000", "上海市示例路1号 200000"),
        country: "CN".into(),
        email: None,
        phone: None,
        code: None,
    }
}

fn methods() -> Vec<Method> {
    vec![
        Method {
            purpose: MethodPurpose::Calibration,
            name: Text::new("Electricity meters, basic error", "交流电能表，基本误差"),
            norm: "JJG 596-2012".into(),
            clause: Some("6.4.4".into()),
        },
        Method {
            purpose: MethodPurpose::Uncertainty,
            name: Text::new(
                "Evaluation and expression of uncertainty in measurement",
                "测量不确定度评定与表示",
            ),
            norm: "JJF 1059.1-2012".into(),
            clause: None,
        },
    ]
}

fn procedure() -> ProcedureIdentity {
    ProcedureIdentity {
        title: Text::new("Basic error, direct connection", "基本误差，直接接入式"),
        id: "cn.jjg596.direct.basic-error".into(),
        version: "1.0.0".into(),
        sha256: "3f1c6a0c5ad0f1f6b8f7f4f23c2a1a5b9f7ad4a0b5fd3ab16f33c5c3d6c4e5a7".into(),
    }
}

fn item() -> Item {
    Item {
        name: Text::new("Static single-phase energy meter", "单相静止式电能表"),
        manufacturer: "Simulated Meters".into(),
        model: "SM-1".into(),
        serial: "SM2026-0001".into(),
        inventory: Some("A-17".into()),
        condition: Text::new("Intact, seals unbroken", "外观完好，封印完整"),
        ratings: vec![
            Rating {
                name: Text::new("Rating", "规格"),
                value: Text::new("220 V, 5(60) A, 50 Hz", "220 V, 5(60) A, 50 Hz"),
            },
            Rating {
                name: Text::new("Accuracy class", "准确度等级"),
                value: Text::new("class 1", "1 级"),
            },
            Rating {
                name: Text::new("Meter constant", "电能表常数"),
                value: Text::new("1200 imp/kWh", "1200 imp/kWh"),
            },
        ],
    }
}

fn persons() -> Vec<Person> {
    vec![
        Person { name: Text::new("Li Ming", "李明"), part: Part::Performed },
        Person { name: Text::new("Wang Fang", "王芳"), part: Part::Checked },
        Person { name: Text::new("Zhao Lei", "赵磊"), part: Part::Approved },
    ]
}

fn environment() -> Vec<Condition> {
    vec![
        Condition {
            kind: ConditionKind::Temperature,
            lowest: "22.8".into(),
            highest: "23.4".into(),
        },
        Condition {
            kind: ConditionKind::RelativeHumidity,
            lowest: "44".into(),
            highest: "47".into(),
        },
        Condition {
            kind: ConditionKind::AirPressure,
            lowest: "1009.6".into(),
            highest: "1010.1".into(),
        },
    ]
}

fn standards() -> Vec<Standard> {
    vec![
        Standard {
            name: Text::new("Reference energy meter", "标准电能表"),
            id: "RM-05-01".into(),
            manufacturer: "ETALON".into(),
            model: "SIM-RM05".into(),
            serial: "RM050001".into(),
            characteristic: Text::new("class 0.05, 1 mA to 120 A", "0.05 级，1 mA～120 A"),
            certificate: "DLjl2026-01182".into(),
            issuer: "Simulated Institute".into(),
            due: "2027-03-01".into(),
        },
        Standard {
            name: Text::new("Thermohygrometer", "温湿度计"),
            id: "TH-01".into(),
            manufacturer: "ETALON".into(),
            model: "SIM-TH1".into(),
            serial: "TH100001".into(),
            characteristic: Text::new("U = 0.2 K, k = 2", "U = 0.2 K，k = 2"),
            certificate: "RGjl2026-00417".into(),
            issuer: "Simulated Institute".into(),
            due: "2027-05-14".into(),
        },
    ]
}
