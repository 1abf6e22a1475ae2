//! Hover in files of the desk.

use super::told;

const REGISTER: &str = include_str!("../../../tests/author/cases/register-clean.toml");
const SPECIFICATION: &str = include_str!("../../../tests/author/cases/specification-clean.toml");

fn at(schema: &str, text: &str, place: &str, offset: usize) -> String {
    let byte = text.find(place).expect("it is there") + offset;
    told(schema, text, byte).unwrap_or_else(|| panic!("nothing at {place}"))
}

#[test]
fn a_key_tells_its_meaning_in_both_languages() {
    let told = at("etalon.register/1", REGISTER, "performed ", 3);
    assert!(told.contains("drift counts from here") && told.contains("漂移由此日起算"), "{told}");
    let told = at("etalon.register/1", REGISTER, "half ", 1);
    assert!(told.contains("half-width"), "{told}");
    let told = at("etalon.spec/1", SPECIFICATION, "combine", 2);
    assert!(told.contains("方和根"), "{told}");
}

/// 0.006 % is 6e-5; the cell of the row of 5 A stands under `I` in A, that of the error under %.
#[test]
fn a_quantity_tells_its_si_value_and_a_cell_its_column_and_unit() {
    let told = at("etalon.register/1", REGISTER, "0.006 %", 2);
    assert!(told.contains("0.00006") && told.contains("`%`"), "{told}");
    let told = at("etalon.register/1", REGISTER, "[\"5\",", 2);
    assert!(told.contains("**I**: `5`") && told.contains("`A`"), "{told}");
    let told = at("etalon.register/1", REGISTER, "0.007", 2);
    assert!(told.contains("**error**: `0.007`") && told.contains("`%`"), "{told}");
    let told = at("etalon.spec/1", SPECIFICATION, "\"11\"", 2);
    assert!(told.contains("**of_value**: `11`") && told.contains("`uV/V`"), "{told}");
}

#[test]
fn words_and_broken_texts_tell_nothing_wrong() {
    let schema = "etalon.register/1";
    let byte = REGISTER.find("in service").expect("it is there") + 2;
    assert_eq!(told(schema, REGISTER, byte), None);
    for byte in 0..REGISTER.len() {
        if REGISTER.is_char_boundary(byte) {
            drop(told(schema, REGISTER.get(..byte).expect("a boundary"), byte));
        }
    }
}
