//! The codes of the findings in a procedure, each with its page.
//!
//! A code is stable for ever: it is printed, searched for and filtered by
//! editors. The hundreds group the rules: 1 file and keys, 2 texts and sources,
//! 3 numbers, units and expressions, 4 item, environment and needs, 5 roles,
//! 6 tables, 7 points, 8 models, 9 stages and actions, 10 decisions, 11 safe
//! state, 12 tests and report.

mod pages;

/// The largest procedure read, in bytes. A procedure of 2,000 points has about
/// a tenth of this; anything larger is not a procedure.
pub const MAX_BYTES: usize = 1 << 20;

/// The most findings kept of one file.
pub const MAX_FINDINGS: usize = 200;

/// The most points one procedure may have.
pub const MAX_POINTS: usize = 10_000;

/// The most work on points and tables of one check: a row compared with a point of
/// an item of the tests counts one, a point itself a hundred. Two thousand points, a
/// hundred rows and ten items count six million.
/// Chosen: about half a second.
pub const MAX_COMPARED: usize = 10_000_000;

/// The page of a code, for `etalon check --explain`.
#[must_use]
pub fn explain(code: &str) -> Option<&'static Page> {
    pages().find(|page| page.code == code)
}

/// Every page, by code.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    pages::ROOMS.into_iter().flatten()
}

/// What a code means.
#[derive(Clone, Copy, Debug)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// The rule in one line, English.
    pub rule: &'static str,
    /// The rule in one line, Chinese.
    pub rule_zh: &'static str,
    /// Why the rule exists and how to satisfy it, English.
    pub text: &'static str,
    /// The same, Chinese.
    pub text_zh: &'static str,
}

macro_rules! codes {
    ($($name:ident = $code:literal),* $(,)?) => {
        $(
            #[doc = concat!("`", $code, "`; its page is among the [`pages()`].")]
            pub const $name: &str = $code;
        )*
        /// Every code, for the test that each has a page.
        pub const ALL: &[&str] = &[$($code),*];
    };
}

codes! {
    SYNTAX = "E0101",
    TOO_LARGE = "E0102",
    UNKNOWN_KEY = "E0103",
    MISSING_KEY = "E0104",
    WRONG_TYPE = "E0105",
    WORD = "E0106",
    SCHEMA = "E0107",
    COUNT = "E0108",
    IDENTIFIER = "E0109",
    VERSION = "E0110",
    DUPLICATE = "E0111",
    TAXON = "E0112",
    CELLS = "E0113",
    MODULE_UNKNOWN = "E0114",
    MODULE_CHANGED = "E0115",
    MODULE_TABLE = "E0116",
    MODULE_OVERRIDES = "E0117",
    LANGUAGES = "E0201",
    NO_SOURCE = "E0202",
    UNSIGNED_CHECK = "E0203",
    QUANTITY = "E0301",
    UNIT = "E0302",
    DIMENSION = "E0303",
    SYMBOL = "E0304",
    KIND = "E0305",
    FUNCTION = "E0306",
    EXPRESSION = "E0307",
    ENVIRONMENT_LIMITS = "E0401",
    NEED_NAMESPACE = "E0402",
    NEED_UNUSED = "E0403",
    FIELD_UNUSED = "E0404",
    POOR_ITEM = "E0405",
    ROLE_UNKNOWN = "E0501",
    ROLE_UNUSED = "E0502",
    ROLE_QUANTITY = "E0503",
    ROLE_NEED = "E0504",
    ENVELOPE_MISSING = "E0505",
    ROLE_WORD = "E0506",
    TABLE_KEY = "E0601",
    TABLE_GAP = "E0602",
    TABLE_OVERLAP = "E0603",
    TABLE_BASE = "E0604",
    TABLE_LOOKUP = "E0605",
    TABLE_UNUSED = "E0606",
    TABLE_TOO_LARGE = "E0607",
    NO_POINTS = "E0701",
    TOO_MANY_POINTS = "E0702",
    NOMINAL_ZERO = "E0703",
    POINT_CHECK = "E0704",
    HOLD_POINT = "E0705",
    INPUT_WITHOUT_U = "E0801",
    INPUT_EXACT_AND_U = "E0802",
    INPUT_UNUSED = "E0803",
    READING_UNKNOWN = "E0804",
    TYPE_A_FEW = "E0805",
    NO_MODEL = "E0806",
    INPUT_SOURCE = "E0807",
    IMPOSSIBLE_NUMBER = "E0808",
    DERIVE_OVER = "E0809",
    TYPE_A_OF = "E0810",
    DERIVE_UNUSED = "E0811",
    ACTION_UNKNOWN = "E0901",
    UNBOUNDED_WAIT = "E0902",
    WAIT_ORDER = "E0903",
    PROMPT_RANGE = "E0904",
    READING_UNUSED = "E0905",
    REPEAT_BOUNDS = "E0906",
    RESULT_UNKNOWN = "E0907",
    STAGE_UNKNOWN = "E0908",
    SAMPLE_DURING = "E0909",
    TIME_TOO_SHORT = "E0910",
    EXPECTATION = "E0911",
    NO_DECISION = "E1001",
    ROUNDING_MISSING = "E1002",
    DOUBLE_ROUNDING = "E1003",
    NO_TOLERANCE = "E1004",
    CHECK_SCOPE = "E1005",
    DECISION_UNKNOWN = "E1006",
    HAZARD_UNCOVERED = "E1101",
    HAZARD_UNVERIFIED = "E1102",
    MODEL_UNTESTED = "E1201",
    DECISION_UNTESTED = "E1202",
    TEST_GIVEN = "E1203",
    ROW_UNTESTED = "E1204",
    DERIVE_UNTESTED = "E1205",
    CHECK_UNTESTED = "E1206",
    TEST_NAME = "E1207",
    TEST_UNKNOWN = "E1208",
}
