//! Explanations: one page for every code that any room prints.
//!
//! The procedure language keeps its own pages; here stand those of budget files,
//! expressions, model files of instruments, the laboratory's files and the plan.
//! `tests/house/codes.rs` finds every code in the source and demands its page.

use etalon_uncertainty::text::Text;

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
    /// Why the rule exists and how to satisfy it, English.
    pub text: &'static str,
    /// The same, Chinese.
    pub text_zh: &'static str,
}

const fn page(
    code: &'static str,
    rule: &'static str,
    zh: &'static str,
    text: &'static str,
    text_zh: &'static str,
) -> Page {
    Page { code, rule, zh, text, text_zh }
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

/// What a code means: the rule in one line, and why it exists and how to satisfy it.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Explanation {
    /// The rule.
    pub rule: Text,
    /// Why, and what to do.
    pub text: Text,
}

/// What a code means, for `etalon check --explain`; `None` for no code of ours.
#[must_use]
pub fn explanation(code: &str) -> Option<Explanation> {
    if let Some(page) = etalon_procedures::finding::explain(code) {
        let rule = Text::new(page.rule, page.rule_zh);
        return Some(Explanation { rule, text: Text::new(page.text, page.text_zh) });
    }
    if let Some(clause) = code.strip_prefix("certificate.") {
        return certificate(clause);
    }
    let page = pages().find(|page| page.code == code)?;
    let rule = Text::new(page.rule, page.zh);
    Some(Explanation { rule, text: Text::new(page.text, page.text_zh) })
}

/// Findings of certificates are called by the clause that asks for what is missing.
fn certificate(clause: &str) -> Option<Explanation> {
    let is_clause = clause.starts_with(|c: char| c.is_ascii_digit())
        && clause.chars().all(|c| c.is_ascii_alphanumeric() || c == '-');
    let (asked, required) = if is_clause {
        let (numbers, letter) = match clause.rsplit_once('-') {
            Some((numbers, letter)) if letter.chars().all(|c| c.is_ascii_lowercase()) => {
                (numbers, format!(" {letter})"))
            }
            _ => (clause, String::new()),
        };
        let clause = format!("ISO/IEC 17025:2017, {}{letter}", numbers.replace('-', "."));
        (format!("what {clause} asks for"), format!("{clause} 所要求的内容"))
    } else if clause == "schema" || clause.chars().all(|c| c.is_ascii_lowercase() || c == '-') {
        (format!("its part `{clause}`"), format!("`{clause}` 部分"))
    } else {
        return None;
    };
    let rule = Text::new("a certificate states all it must", "证书须载明全部规定内容");
    let text = Text::new(
        format!(
            "The certificate would leave without {asked}, or state it in a form that cannot be \
             printed. Nothing was signed; complete the laboratory's files, the item or the record."
        ),
        format!(
            "否则证书将缺少{required}，或以无法印出的形式给出。未作任何签名；请补全实验室的文件、器具或记录。"
        ),
    );
    Some(Explanation { rule, text })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_explained_in_both_languages_and_a_clause_by_its_number() {
        let page = explanation("R0103").expect("a page");
        assert!(page.rule.en().contains("nobody asks for") && page.rule.zh().contains("未知"));
        let clause = explanation("certificate.7-8-2-1-a").expect("a page").text;
        for own in [clause.en(), clause.zh()] {
            assert!(own.contains("ISO/IEC 17025:2017, 7.8.2.1 a)"), "{own}");
        }
        assert!(explanation("E0301").expect("a page").rule.en().contains("quantities"));
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
    }

    /// What stands between back-quotes or is code stands in both languages as it is written.
    #[test]
    fn every_page_has_its_rule_and_its_text_in_both_languages() {
        let own = pages().map(|page| page.code);
        let codes = own.chain(etalon_procedures::finding::pages().map(|page| page.code));
        let is_chinese = |c: char| ('\u{4e00}'..='\u{9fff}').contains(&c);
        for code in codes {
            let Explanation { rule, text } = explanation(code).expect("a page");
            for (en, zh) in [(rule.en(), rule.zh()), (text.en(), text.zh())] {
                // The example of one is a heading of a Chinese ledger.
                let is_english = code == "R0252" || !en.contains(is_chinese);
                assert!(!en.is_empty() && is_english, "{code}: {en}");
                // A list of the words of the language alone is the same in both.
                let is_list = code == "E0901" && zh.starts_with("set");
                let count = zh.chars().filter(|c| is_chinese(*c)).count();
                assert!(is_list || count >= 2, "{code}: {zh}");
            }
            let quotes = |text: &str| text.matches('`').count();
            assert_eq!(quotes(text.en()) % 2, 0, "{code}: {}", text.en());
            assert_eq!(quotes(text.zh()) % 2, 0, "{code}: {}", text.zh());
        }
    }
}
