//! One page per code: the rule, why it exists, how to satisfy it; each in English and Chinese.

mod file;
mod judging;
mod measuring;
mod needs;
mod wording;

use super::Page;

const fn page(
    code: &'static str,
    rule: &'static str,
    rule_zh: &'static str,
    text: &'static str,
    text_zh: &'static str,
) -> Page {
    Page { code, rule, rule_zh, text, text_zh }
}

/// The rooms, in the order of the codes.
pub(super) const ROOMS: [&[Page]; 5] =
    [file::PAGES, wording::PAGES, needs::PAGES, measuring::PAGES, judging::PAGES];

#[cfg(test)]
mod tests {
    #[test]
    fn every_code_has_one_page_and_every_page_a_code() {
        let pages: Vec<&str> = crate::finding::pages().map(|page| page.code).collect();
        assert_eq!(pages, crate::finding::ALL);
    }
}
