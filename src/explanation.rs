//! Explanations: one page for every code that any room prints.
//!
//! The procedure language keeps its own pages; here stand those of budget files,
//! expressions, model files of instruments, the laboratory's files and the plan.
//! `tests/house/codes.rs` finds every code in the source and demands its page.

mod budget;
mod desk;
mod expression;
mod instrument;
mod laboratory;
mod plan;
mod specification;

/// The page of one code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Page {
    /// The code.
    pub code: &'static str,
    /// The rule in one line, English.
    pub rule: &'static str,
    /// The rule in one line, Chinese.
    pub zh: &'static str,
    /// Why the rule exists and how to satisfy it.
    pub text: &'static str,
}

const fn page(
    code: &'static str,
    rule: &'static str,
    zh: &'static str,
    text: &'static str,
) -> Page {
    Page { code, rule, zh, text }
}

/// All pages of this room, by the order of the codes in each group.
pub fn pages() -> impl Iterator<Item = &'static Page> {
    let rooms = [
        budget::PAGES,
        expression::PAGES,
        instrument::PAGES,
        laboratory::PAGES,
        desk::PAGES,
        plan::PAGES,
        specification::PAGES,
    ];
    rooms.into_iter().flatten()
}

/// What a code means, as `etalon check --explain` prints it; `None` for no code of ours.
#[must_use]
pub fn explanation(code: &str) -> Option<String> {
    if let Some(page) = etalon_procedures::finding::explain(code) {
        return Some(format!("{}\n{}", page.rule, page.text));
    }
    if let Some(clause) = code.strip_prefix("certificate.") {
        return certificate(clause);
    }
    let page = pages().find(|page| page.code == code)?;
    Some(format!("{} · {}\n{}", page.rule, page.zh, page.text))
}

/// Findings of certificates are called by the clause that asks for what is missing.
fn certificate(clause: &str) -> Option<String> {
    let is_clause = clause.starts_with(|c: char| c.is_ascii_digit())
        && clause.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let asked = if is_clause {
        let (numbers, letter) = match clause.rsplit_once('-') {
            Some((numbers, letter)) if letter.chars().all(|c| c.is_ascii_lowercase()) => {
                (numbers, format!(" {letter})"))
            }
            _ => (clause, String::new()),
        };
        format!("what ISO/IEC 17025:2017, {}{letter} asks for", numbers.replace('-', "."))
    } else if clause == "schema" || clause.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
        format!("its part `{clause}`")
    } else {
        return None;
    };
    Some(format!(
        "a certificate states all it must · 证书须载明全部规定内容\n\
         The certificate would leave without {asked}, or state it in a form that cannot be printed. \
         Nothing was signed; complete the laboratory's files, the item or the record."
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained_in_both_languages_and_a_clause_by_its_number() {
        let page = explanation("R0103").expect("a page");
        assert!(page.contains("nobody asks for") && page.contains("未知"), "{page}");
        let clause = explanation("certificate.7-8-2-1-a").expect("a page");
        assert!(clause.contains("ISO/IEC 17025:2017, 7.8.2.1 a)"), "{clause}");
        assert!(explanation("E0301").expect("a page").contains("quantities"));
        assert_eq!(explanation("R9999"), None);
    }

    #[test]
    fn no_code_has_two_pages_and_none_is_empty() {
        let mut codes: Vec<&str> = pages().map(|page| page.code).collect();
        codes.extend(etalon_procedures::finding::pages().map(|page| page.code));
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert!(
            pages()
                .all(|page| !page.rule.is_empty() && !page.zh.is_empty() && page.text.len() > 15)
        );
    }
}
