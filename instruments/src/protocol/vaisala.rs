//! The language of Vaisala transmitters (PTU300 and its family).
//!
//! A reply names each quantity: `P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH`. Blanks stand
//! inside, a value that is not there is a row of stars, and a check sum may follow.
//!
//! The form of the reply is that of the PTU300 user's guide, serial line commands.

use super::scpi::ReplyError;

/// The value of `quantity` in a reply, with its unit: `1013.2 hPa` of `P`.
///
/// # Errors
/// [`ReplyError::NoValue`] for stars, [`ReplyError::Form`] where the quantity is not named.
pub fn value(reply: &str, quantity: &str) -> Result<String, ReplyError> {
    let form = || ReplyError::Form { wanted: format!("{quantity}= value unit") };
    let mut words = reply.split_whitespace().peekable();
    let name = format!("{quantity}=");
    words
        .find(|word| word.starts_with(&name))
        .map(|word| {
            // `P=1013.2` is written without a blank where the field is full.
            let glued = word.get(name.len()..).filter(|rest| !rest.is_empty());
            let number = glued.or_else(|| words.next()).unwrap_or_default().to_owned();
            if number.starts_with('*') {
                return Err(ReplyError::NoValue { found: number });
            }
            let unit = words.peek().filter(|word| !word.contains('=')).copied().unwrap_or_default();
            Ok(format!("{number} {unit}").trim().to_owned())
        })
        .unwrap_or_else(|| Err(form()))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of the PTU300 user's guide.
    const REPLY: &str = "P= 1013.2 hPa T= 31.1 'C RH= 38.3 %RH\r\n";

    #[test]
    fn vaisala_each_quantity_is_found_by_its_name() {
        assert_eq!(value(REPLY, "P"), Ok("1013.2 hPa".to_owned()));
        assert_eq!(value(REPLY, "T"), Ok("31.1 'C".to_owned()));
        assert_eq!(value(REPLY, "RH"), Ok("38.3 %RH".to_owned()));
        assert_eq!(value("P=1013.2 hPa", "P"), Ok("1013.2 hPa".to_owned()));
    }

    #[test]
    fn vaisala_stars_and_missing_quantities_are_no_values() {
        assert!(matches!(value("P= ****.* hPa", "P"), Err(ReplyError::NoValue { .. })));
        assert!(matches!(value(REPLY, "Td"), Err(ReplyError::Form { .. })));
        assert!(matches!(value("", "P"), Err(ReplyError::Form { .. })));
    }
}
