//! The shipped procedures, embedded: an installed program is complete.

/// File name and text of every shipped procedure.
pub const LIBRARY: &[(&str, &str)] = &[(
    "electricity/jjg596-direct-basic-error.toml",
    include_str!("../library/electricity/jjg596-direct-basic-error.toml"),
)];
