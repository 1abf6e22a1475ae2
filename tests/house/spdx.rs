//! SPDX licence expressions, as far as package manifests use them.
//!
//! Grammar: SPDX specification 2.3, annex D.4: `WITH` binds closer than `AND`,
//! `AND` closer than `OR`. The slash is what older manifests write for `OR`.

/// Whether a licence expression can be satisfied.
///
/// `allowed` answers for one licence, with its exception if it has one, for
/// example `Apache-2.0` or `Apache-2.0 WITH LLVM-exception`.
///
/// # Errors
/// A sentence, when the expression is not one.
pub(crate) fn satisfied(expression: &str, allowed: &dyn Fn(&str) -> bool) -> Result<bool, String> {
    let spaced = expression.replace('(', " ( ").replace(')', " ) ").replace('/', " OR ");
    let mut words = Words { rest: spaced.split_whitespace().collect(), allowed };
    words.rest.reverse();
    let answer = words.any_of().ok_or_else(|| format!("`{expression}` is no SPDX expression"))?;
    if words.rest.is_empty() { Ok(answer) } else { Err(format!("`{expression}` does not end")) }
}

/// The words not yet read, last one first.
struct Words<'a> {
    rest: Vec<&'a str>,
    allowed: &'a dyn Fn(&str) -> bool,
}

impl Words<'_> {
    fn take(&mut self, word: &str) -> bool {
        let is_next = self.rest.last() == Some(&word);
        if is_next {
            self.rest.pop();
        }
        is_next
    }

    fn any_of(&mut self) -> Option<bool> {
        let mut answer = self.all_of()?;
        while self.take("OR") {
            answer = self.all_of()? || answer;
        }
        Some(answer)
    }

    fn all_of(&mut self) -> Option<bool> {
        let mut answer = self.one()?;
        while self.take("AND") {
            answer = self.one()? && answer;
        }
        Some(answer)
    }

    fn one(&mut self) -> Option<bool> {
        if self.take("(") {
            let answer = self.any_of()?;
            return self.take(")").then_some(answer);
        }
        let licence = self.rest.pop().filter(|word| is_identifier(word))?;
        if self.take("WITH") {
            let exception = self.rest.pop().filter(|word| is_identifier(word))?;
            return Some((self.allowed)(&format!("{licence} WITH {exception}")));
        }
        Some((self.allowed)(licence))
    }
}

fn is_identifier(word: &str) -> bool {
    !["OR", "AND", "WITH"].contains(&word)
        && word.chars().all(|c| c.is_ascii_alphanumeric() || "-.+".contains(c))
}

#[cfg(test)]
mod tests {
    use super::satisfied;

    fn permissive(licence: &str) -> bool {
        ["MIT", "Apache-2.0", "Unicode-3.0"].contains(&licence)
    }

    #[test]
    fn spdx_d_4_or_is_satisfied_by_one_side_and_and_by_both() {
        for (expression, answer) in [
            ("MIT", true),
            ("GPL-3.0-only", false),
            ("MIT OR GPL-3.0-only", true),
            ("GPL-3.0-only OR MIT", true),
            ("MIT AND GPL-3.0-only", false),
            ("MIT/Apache-2.0", true),
            ("(MIT OR Apache-2.0) AND Unicode-3.0", true),
            ("(MIT OR Apache-2.0) AND OFL-1.1", false),
            // AND binds closer than OR: read as GPL, or both of the others.
            ("GPL-3.0-only OR MIT AND OFL-1.1", false),
            ("MIT OR GPL-3.0-only AND OFL-1.1", true),
            // An exception makes another licence of it.
            ("Apache-2.0 WITH LLVM-exception", false),
            ("Apache-2.0 WITH LLVM-exception OR MIT", true),
        ] {
            assert_eq!(satisfied(expression, &permissive), Ok(answer), "{expression}");
        }
    }

    #[test]
    fn spdx_d_4_an_expression_that_is_none_is_refused() {
        for expression in ["", "MIT OR", "(MIT", "MIT MIT", "OR MIT", "see LICENSE.txt, please"] {
            assert!(satisfied(expression, &permissive).is_err(), "{expression}");
        }
    }
}
