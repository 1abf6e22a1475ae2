//! Pages of the file, its keys and its modules.

use super::{Page, page};

/// The pages, by code.
pub(crate) const PAGES: &[Page] = &[
    page(
        "E0101",
        "the file is TOML",
        "The text cannot be read as TOML, so nothing else was looked at. Correct the place that is underlined; a missing quote often shows one line later.",
    ),
    page(
        "E0102",
        "a procedure has at most 1 MiB",
        "A procedure of two thousand points has about 100 kB. A larger file is something else and is not read.",
    ),
    page(
        "E0103",
        "every key is known",
        "A misspelt key would otherwise be ignored in silence, and a limit with it. The hint names the nearest known key or lists those known in this table.",
    ),
    page(
        "E0104",
        "what is needed is written",
        "Nothing metrological is inferred: resolution, coverage, order and units have no silent defaults. Add the key that is named.",
    ),
    page(
        "E0105",
        "values have the type of their key",
        "Numbers with a unit are strings, `\"0.10 %\"`: they keep their unit and the last zero, which a binary number loses. Bare numbers are for counts only.",
    ),
    page(
        "E0106",
        "words come from closed lists",
        "The value is none of the words this key knows. The hint gives the nearest one or all of them.",
    ),
    page(
        "E0107",
        "the schema is etalon.procedure/1",
        "The first line says which format the file has. A newer format needs a newer program.",
    ),
    page(
        "E0108",
        "counts are whole numbers from 1",
        "Repeats, samples and positions are counted; zero of them is no procedure.",
    ),
    page(
        "E0109",
        "names can stand in expressions",
        "A name begins with a letter and has letters, digits and underscores; a procedure's id has lower-case words between dots. Words for people belong into labels, in two languages.",
    ),
    page(
        "E0110",
        "the version is MAJOR.MINOR.PATCH",
        "Semantic Versioning, three numbers without leading zeros. Certificates print it beside the id and the hash.",
    ),
    page(
        "E0111",
        "names are given once",
        "The second of two columns or points with the same name could never be meant reliably.",
    ),
    page(
        "E0112",
        "functions are named by the taxonomy",
        "`Measure.Temperature`, `Source.Voltage.DC`; what the NCSLI taxonomy lacks has a namespace of its own, `x-etalon:Source.Power.AC.Sinewave.Phantom`.",
    ),
    page(
        "E0113",
        "rows are as long as their head",
        "Every row has one cell for every column, and every column one unit. The unit `text` marks words, `-` plain numbers.",
    ),
    page(
        "E0114",
        "every module that is used is there, and every one that is there is used",
        "`use` names a module that lies in the folder `modules` beside the procedure; a whole text carries none but those.",
    ),
    page(
        "E0115",
        "a module is the one that was named, byte for byte",
        "`use` pins version and SHA-256: who changes a module changes no released procedure. Look at what changed (`etalon diff`), then name the new version and hash.",
    ),
    page(
        "E0116",
        "a module supplies needs, tables, models and derived quantities",
        "Points, stages, decisions and the safe state are the procedure's own: whoever reads it sees what will happen.",
    ),
    page(
        "E0117",
        "a module does not override",
        "What a module supplies, neither the procedure nor another module supplies again. There is no inheritance.",
    ),
];
