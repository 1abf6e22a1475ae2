//! The kinds of entry a form may hold: text, words, dates, quantities, counts, truth, lists.

use etalon_uncertainty::{diagnostic::Diagnostic, quantity::Quantity, text::Text, unit::Unit};
use jiff::civil::Date;
use toml::{Spanned, de::DeValue};

use super::{Form, MAX_ROWS, Placed};

impl<'t> Form<'t> {
    /// A text that must be there and not be empty.
    #[must_use]
    pub fn text(&self, key: &str) -> Option<Placed<String>> {
        let value = self.wanted(key)?;
        self.as_text(key, value)
    }

    /// A text, or `None` where it is not there.
    #[must_use]
    pub fn optional_text(&self, key: &str) -> Option<Placed<String>> {
        let value = self.taken(key)?;
        self.as_text(key, value)
    }

    /// A name of the laboratory: letters, digits, `.`, `_` and `-`, beginning with a letter or digit,
    /// because files and locks are named after it.
    #[must_use]
    pub fn name(&self, key: &str) -> Option<Placed<String>> {
        let text = self.text(key)?;
        let fits = |c: char| c.is_alphanumeric() || matches!(c, '.' | '_' | '-');
        let is_name = text.value.starts_with(char::is_alphanumeric) && text.value.chars().all(fits);
        if !is_name {
            let message = format!(
                "`{}` is `{}`, wanted letters, digits, `.`, `_` and `-`",
                self.named(key),
                text.value
            );
            self.finding(Diagnostic::error("R0110", message).at(text.span.clone()));
        }
        is_name.then_some(text)
    }

    /// A text in English and Chinese: `{ en = "…", zh = "…" }`.
    #[must_use]
    pub fn bilingual(&self, key: &str) -> Option<Text> {
        let section = self.section(key)?;
        let (en, zh) = (section.text("en"), section.text("zh"));
        section.close();
        Some(Text { en: en?.value, zh: zh?.value })
    }

    /// A bilingual text, or `None` where it is not there.
    #[must_use]
    pub fn optional_bilingual(&self, key: &str) -> Option<Text> {
        self.taken(key)?;
        self.bilingual(key)
    }

    /// The ISO 3166-1 code of a country: two capital letters.
    pub fn country(&self, key: &str) -> Option<String> {
        let written = self.text(key)?;
        let is_code =
            written.value.len() == 2 && written.value.bytes().all(|b| b.is_ascii_uppercase());
        if !is_code {
            let message =
                format!("`{}` is no ISO 3166-1 code, wanted two capitals like `CN`", written.value);
            self.finding(Diagnostic::error("R0114", message).at(written.span));
            return None;
        }
        Some(written.value)
    }

    /// A civil date, written as text: `"2026-09-15"`.
    #[must_use]
    pub fn date(&self, key: &str) -> Option<Placed<Date>> {
        let text = self.text(key)?;
        self.as_date(key, text)
    }

    /// A civil date, or `None` where it is not there.
    #[must_use]
    pub fn optional_date(&self, key: &str) -> Option<Placed<Date>> {
        let text = self.optional_text(key)?;
        self.as_date(key, text)
    }

    fn as_date(&self, key: &str, text: Placed<String>) -> Option<Placed<Date>> {
        match text.value.parse() {
            Ok(value) => Some(Placed { value, span: text.span }),
            Err(_) => {
                let found = &text.value;
                let message = format!(
                    "`{}` is `{found}`, wanted a date such as `2026-09-15`",
                    self.named(key)
                );
                self.finding(Diagnostic::error("R0107", message).at(text.span));
                None
            }
        }
    }

    /// A quantity that must be there, of the dimension of `like` (a unit such as `V`).
    #[must_use]
    pub fn quantity(&self, key: &str, like: &str) -> Option<Placed<Quantity>> {
        let text = self.text(key)?;
        self.as_quantity(key, &text, like)
    }

    /// A quantity of the dimension of `like`, or `None` where it is not there.
    #[must_use]
    pub fn optional_quantity(&self, key: &str, like: &str) -> Option<Placed<Quantity>> {
        let text = self.optional_text(key)?;
        self.as_quantity(key, &text, like)
    }

    /// A quantity of any dimension.
    #[must_use]
    pub fn any_quantity(&self, key: &str) -> Option<Placed<Quantity>> {
        let text = self.text(key)?;
        self.parsed(key, &text)
    }

    fn parsed(&self, key: &str, text: &Placed<String>) -> Option<Placed<Quantity>> {
        match Quantity::parse(&text.value) {
            Ok(value) => Some(Placed { value, span: text.span.clone() }),
            Err(refused) => {
                let message = format!("`{}` is not a quantity: {refused}", self.named(key));
                self.finding(Diagnostic::error("R0106", message).at(text.span.clone()));
                None
            }
        }
    }

    fn as_quantity(
        &self,
        key: &str,
        text: &Placed<String>,
        like: &str,
    ) -> Option<Placed<Quantity>> {
        let quantity = self.parsed(key, text)?;
        let fits = Unit::parse(like).is_ok_and(|unit| quantity.value.in_unit(&unit).is_ok());
        if !fits {
            let message = format!(
                "`{}` is `{}`, wanted a quantity in {like} or like it",
                self.named(key),
                text.value
            );
            self.finding(Diagnostic::error("R0106", message).at(text.span.clone()));
        }
        fits.then_some(quantity)
    }

    /// One of the words allowed.
    #[must_use]
    pub fn word<T: Copy>(&self, key: &str, allowed: &[(&str, T)]) -> Option<Placed<T>> {
        let text = self.text(key)?;
        let value = self.allowed(key, &text, allowed)?;
        Some(Placed { value, span: text.span })
    }

    fn allowed<T: Copy>(
        &self,
        key: &str,
        text: &Placed<String>,
        allowed: &[(&str, T)],
    ) -> Option<T> {
        let found = allowed.iter().find(|(word, _)| *word == text.value).map(|(_, value)| *value);
        if found.is_none() {
            let words: Vec<_> = allowed.iter().map(|(word, _)| format!("`{word}`")).collect();
            let message = format!(
                "`{}` is `{}`, wanted one of {}",
                self.named(key),
                text.value,
                words.join(", ")
            );
            self.finding(Diagnostic::error("R0108", message).at(text.span.clone()));
        }
        found
    }

    /// A list of words, each one of those allowed; empty where it is not there.
    #[must_use]
    pub fn words<T: Copy>(&self, key: &str, allowed: &[(&str, T)]) -> Vec<T> {
        let texts = self.texts(key);
        texts.iter().filter_map(|text| self.allowed(key, text, allowed)).collect()
    }

    /// A count: a bare whole number, not negative.
    #[must_use]
    pub fn count(&self, key: &str) -> Option<Placed<u32>> {
        let value = self.wanted(key)?;
        self.as_count(key, value)
    }

    /// A count, or `None` where it is not there.
    #[must_use]
    pub fn optional_count(&self, key: &str) -> Option<Placed<u32>> {
        let value = self.taken(key)?;
        self.as_count(key, value)
    }

    fn as_count(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Placed<u32>> {
        let number = value.get_ref().as_integer().and_then(|integer| integer.as_str().parse().ok());
        if number.is_none() {
            self.wrong_kind(key, value, "a whole number from 0");
        }
        number.map(|number| Placed { value: number, span: value.span() })
    }

    /// `true` or `false`; `false` where it is not there.
    #[must_use]
    pub fn flag(&self, key: &str) -> bool {
        let Some(value) = self.taken(key) else { return false };
        let truth = value.get_ref().as_bool();
        if truth.is_none() {
            self.wrong_kind(key, value, "true or false");
        }
        truth.unwrap_or(false)
    }

    /// A list of texts; empty where it is not there.
    #[must_use]
    pub fn texts(&self, key: &str) -> Vec<Placed<String>> {
        let Some(value) = self.taken(key) else { return Vec::new() };
        self.as_texts(key, value)
    }

    /// A list of rows of texts (`rows = [["…", "…"], …]`); empty where it is not there.
    #[must_use]
    pub fn rows(&self, key: &str) -> Vec<Placed<Vec<Placed<String>>>> {
        let Some(value) = self.taken(key) else { return Vec::new() };
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_kind(key, value, "a list of rows");
            return Vec::new();
        };
        let row = |value: &'t Spanned<DeValue<'t>>| Placed {
            value: self.as_texts(key, value),
            span: value.span(),
        };
        if array.len() > MAX_ROWS {
            let message = format!(
                "`{}` has {} rows; a table has at most {MAX_ROWS}",
                self.named(key),
                array.len()
            );
            self.finding(Diagnostic::error("R0113", message).at(value.span()));
        }
        array.iter().take(MAX_ROWS).map(row).collect()
    }

    fn as_texts(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Vec<Placed<String>> {
        let Some(array) = value.get_ref().as_array() else {
            self.wrong_kind(key, value, "a list of texts");
            return Vec::new();
        };
        let text = |value: &Spanned<DeValue<'_>>| match value.get_ref().as_str() {
            Some(text) => Some(Placed { value: text.to_owned(), span: value.span() }),
            None => {
                self.wrong_kind(key, value, "text");
                None
            }
        };
        array.iter().filter_map(text).collect()
    }

    fn as_text(&self, key: &str, value: &Spanned<DeValue<'_>>) -> Option<Placed<String>> {
        let Some(text) = value.get_ref().as_str() else {
            self.wrong_kind(key, value, "text");
            return None;
        };
        if text.trim().is_empty() {
            let message = format!("`{}` is empty", self.named(key));
            self.finding(Diagnostic::error("R0109", message).at(value.span()));
            return None;
        }
        Some(Placed { value: text.to_owned(), span: value.span() })
    }
}
