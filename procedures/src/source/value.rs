//! Values of the file as words, numbers, quantities, units and expressions.

use etalon_uncertainty::decimal::Decimal;
use etalon_uncertainty::diagnostic::{Diagnostic, nearest};
use etalon_uncertainty::quantity::Quantity;
use etalon_uncertainty::text::Text;
use etalon_uncertainty::unit::Unit;
use toml::de::DeValue;

use super::section::key_name;
use super::{Item, Section, Source};
use crate::finding;
use crate::formula::Formula;
use crate::procedure::Place;

impl Source<'_> {
    pub(crate) fn wrong_type(&self, name: &str, wanted: &str, found: &DeValue<'_>, place: Place) {
        let finding = Diagnostic::error(
            finding::WRONG_TYPE,
            format!("{name} must be {wanted}, found {}", found.type_str()),
        )
        .at(place);
        let number = matches!(found, DeValue::Float(_) | DeValue::Integer(_));
        self.report(if number && wanted.contains("string") {
            finding.hint(
                "numbers with a unit are strings: \"0.10 %\" keeps its unit and its last zero",
            )
        } else {
            finding
        });
    }

    /// A string with the place of its content and whether it is literal.
    pub(crate) fn string(&self, name: &str, value: &Item<'_>) -> Option<(String, Place, bool)> {
        match value.get_ref() {
            DeValue::String(text) => {
                let (place, literal) = self.content(text, value.span());
                Some((text.to_string(), place, literal))
            }
            other => {
                self.wrong_type(name, "a string", other, value.span());
                None
            }
        }
    }

    /// The elements of an array; a finding and none when it is no array.
    pub(crate) fn array<'t, 'i>(&self, name: &str, value: &'t Item<'i>) -> Vec<&'t Item<'i>> {
        match value.get_ref() {
            DeValue::Array(array) => array.iter().collect(),
            other => {
                self.wrong_type(name, "an array", other, value.span());
                Vec::new()
            }
        }
    }

    /// A quantity, such as `0.10 %`.
    pub(crate) fn quantity(&self, name: &str, value: &Item<'_>) -> Option<Quantity> {
        let (text, place, _) = self.string(name, value)?;
        match Quantity::parse(&text) {
            Ok(quantity) => Some(quantity),
            Err(error) => {
                self.report(Diagnostic::error(finding::QUANTITY, error.to_string()).at(place));
                None
            }
        }
    }

    /// A unit; `None` also for `-`, which stands for text.
    pub(crate) fn unit(&self, name: &str, value: &Item<'_>) -> Option<Unit> {
        let (text, place, _) = self.string(name, value)?;
        match Unit::parse(&text) {
            Ok(unit) => Some(unit),
            Err(error) => {
                self.report(Diagnostic::error(finding::UNIT, error.to_string()).at(place));
                None
            }
        }
    }

    /// An expression.
    pub(crate) fn formula(&self, name: &str, value: &Item<'_>) -> Option<Formula> {
        self.formula_in(name, value, "")
    }

    /// An expression in which a bare number takes `unit`.
    pub(crate) fn formula_in(&self, name: &str, value: &Item<'_>, unit: &str) -> Option<Formula> {
        let (text, place, literal) = self.string(name, value)?;
        match Formula::with_unit(&text, unit, place, literal) {
            Ok(formula) => Some(formula),
            Err(finding) => {
                self.report(finding);
                None
            }
        }
    }

    /// A whole number from 1.
    pub(crate) fn count(&self, name: &str, value: &Item<'_>) -> Option<u64> {
        let number = match value.get_ref() {
            DeValue::Integer(integer) => integer.as_str().parse::<u64>().ok(),
            other => {
                self.wrong_type(name, "a whole number", other, value.span());
                return None;
            }
        };
        match number {
            Some(number) if number >= 1 => Some(number),
            _ => {
                self.report(
                    Diagnostic::error(
                        finding::COUNT,
                        format!("{name} must be a whole number from 1"),
                    )
                    .at(value.span()),
                );
                None
            }
        }
    }

    /// A text in both languages, `{ en = "…", zh = "…" }`.
    pub(crate) fn both(&self, name: &str, value: &Item<'_>) -> Option<Text> {
        if let DeValue::String(en) = value.get_ref() {
            self.report(
                Diagnostic::error(finding::LANGUAGES, format!("{name} is written in one language"))
                    .at(value.span())
                    .hint(format!("write {{ en = \"{en}\", zh = \"…\" }}")),
            );
            return None;
        }
        let mut section = Section::of(self, name, value)?;
        let mut language = |key: &'static str| -> Option<String> {
            let text =
                section.get(key).and_then(|item| self.string(name, item)).map(|found| found.0);
            match text {
                Some(text) if !text.trim().is_empty() => Some(text),
                _ => {
                    self.report(
                        Diagnostic::error(
                            finding::LANGUAGES,
                            format!("{name} lacks its text in `{key}`"),
                        )
                        .at(value.span()),
                    );
                    None
                }
            }
        };
        let (en, zh) = (language("en"), language("zh"));
        section.finish(self);
        Some(Text::new(en?, zh?))
    }

    /// One word of a closed list.
    pub(crate) fn word<T: Copy>(
        &self,
        name: &str,
        value: &Item<'_>,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let (text, place, _) = self.string(name, value)?;
        if let Some((_, meaning)) = words.iter().find(|(word, _)| *word == text) {
            return Some(*meaning);
        }
        let finding =
            Diagnostic::error(finding::WORD, format!("`{text}` is no value of {name}")).at(place);
        let known: Vec<&str> = words.iter().map(|(word, _)| *word).collect();
        self.report(match nearest(&text, known.iter().copied()) {
            Some(near) => finding.hint(format!("did you mean `{near}`?")),
            None => finding.hint(format!("one of {}", known.join(", "))),
        });
        None
    }

    /// A plain decimal, for coverage factors and probabilities.
    pub(crate) fn decimal(&self, name: &str, value: &Item<'_>) -> Option<String> {
        let (text, place, _) = self.string(name, value)?;
        if Decimal::parse(&text).is_ok() {
            return Some(text);
        }
        self.report(
            Diagnostic::error(
                finding::QUANTITY,
                format!("{name} must be a decimal, found `{text}`"),
            )
            .at(place),
        );
        None
    }
}

/// The readers below take a key of a section; each reports what is wrong.
impl<'t, 'i> Section<'t, 'i> {
    fn label(&self, key: &str) -> String {
        format!("`{key}` in {}", self.name)
    }

    /// A string that must be written.
    pub(crate) fn need_string(&mut self, source: &Source<'_>, key: &'static str) -> Option<String> {
        let value = self.need(source, key)?;
        source.string(&self.label(key), value).map(|found| found.0)
    }

    /// A string.
    pub(crate) fn string(&mut self, source: &Source<'_>, key: &'static str) -> Option<String> {
        let value = self.get(key)?;
        source.string(&self.label(key), value).map(|found| found.0)
    }

    /// Strings with the places of their contents.
    pub(crate) fn strings(
        &mut self,
        source: &Source<'_>,
        key: &'static str,
    ) -> Vec<(String, Place)> {
        let Some(value) = self.get(key) else { return Vec::new() };
        let name = self.label(key);
        source
            .array(&name, value)
            .into_iter()
            .filter_map(|item| source.string(&name, item))
            .map(|(text, place, _)| (text, place))
            .collect()
    }

    /// A name or an array of names.
    pub(crate) fn names(&mut self, source: &Source<'_>, key: &'static str) -> Vec<(String, Place)> {
        match self.get(key).map(|value| (value, value.get_ref())) {
            Some((value, DeValue::String(_))) => source
                .string(&self.label(key), value)
                .map(|(text, place, _)| (text, place))
                .into_iter()
                .collect(),
            _ => self.strings(source, key),
        }
    }

    /// `true` or `false`; `false` when unwritten.
    pub(crate) fn truth(&mut self, source: &Source<'_>, key: &'static str) -> bool {
        let Some(value) = self.get(key) else { return false };
        if let DeValue::Boolean(truth) = value.get_ref() {
            return *truth;
        }
        source.wrong_type(&self.label(key), "true or false", value.get_ref(), value.span());
        false
    }

    /// A whole number from 1.
    pub(crate) fn count(&mut self, source: &Source<'_>, key: &'static str) -> Option<u64> {
        let value = self.get(key)?;
        source.count(&self.label(key), value)
    }

    /// A quantity that must be written.
    pub(crate) fn need_quantity(
        &mut self,
        source: &Source<'_>,
        key: &'static str,
    ) -> Option<Quantity> {
        let value = self.need(source, key)?;
        source.quantity(&self.label(key), value)
    }

    /// A quantity.
    pub(crate) fn quantity(&mut self, source: &Source<'_>, key: &'static str) -> Option<Quantity> {
        let value = self.get(key)?;
        source.quantity(&self.label(key), value)
    }

    /// A unit that must be written.
    pub(crate) fn need_unit(&mut self, source: &Source<'_>, key: &'static str) -> Option<Unit> {
        let value = self.need(source, key)?;
        source.unit(&self.label(key), value)
    }

    /// An expression that must be written.
    pub(crate) fn need_formula(
        &mut self,
        source: &Source<'_>,
        key: &'static str,
    ) -> Option<Formula> {
        let value = self.need(source, key)?;
        source.formula(&self.label(key), value)
    }

    /// An expression.
    pub(crate) fn formula(&mut self, source: &Source<'_>, key: &'static str) -> Option<Formula> {
        let value = self.get(key)?;
        source.formula(&self.label(key), value)
    }

    /// A text in both languages that must be written.
    pub(crate) fn need_both(&mut self, source: &Source<'_>, key: &'static str) -> Option<Text> {
        let value = self.need(source, key)?;
        source.both(&key_name(&self.name, key), value)
    }

    /// A text in both languages.
    pub(crate) fn both(&mut self, source: &Source<'_>, key: &'static str) -> Option<Text> {
        let value = self.get(key)?;
        source.both(&key_name(&self.name, key), value)
    }

    /// One word of a closed list.
    pub(crate) fn word<T: Copy>(
        &mut self,
        source: &Source<'_>,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = self.get(key)?;
        source.word(&self.label(key), value, words)
    }

    /// One word of a closed list that must be written.
    pub(crate) fn need_word<T: Copy>(
        &mut self,
        source: &Source<'_>,
        key: &'static str,
        words: &[(&'static str, T)],
    ) -> Option<T> {
        let value = self.need(source, key)?;
        source.word(&self.label(key), value, words)
    }
}
