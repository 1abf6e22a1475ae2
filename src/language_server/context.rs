//! Where the cursor stands in a TOML text that may be broken: in which table, at
//! which key, inside which string.

use etalon_procedures::description::{self, ROOT, Shape, Table};

/// The place of the cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Keys from the root to the table that is open here.
    pub path: Vec<String>,
    /// The key whose value is being written; none where a key is expected.
    pub key: Option<String>,
    /// What stands before the cursor: of a string, or of a bare word.
    pub begun: String,
    /// Whether the cursor stands inside a string.
    pub is_in_string: bool,
    /// Keys already written in this table, in front of the cursor.
    pub written: Vec<String>,
    /// The action of this table, where `act` stands in front of the cursor.
    pub act: Option<String>,
}

/// One open table or list.
#[derive(Debug, Default)]
struct Frame {
    is_list: bool,
    /// The key that it is the value of; none for an element of a list.
    name: Option<String>,
    key: Option<String>,
    written: Vec<String>,
    act: Option<String>,
}

/// The context at a byte of a text.
#[must_use]
pub fn context(text: &str, byte: usize) -> Context {
    let before = text.get(..byte).unwrap_or(text);
    let mut scan = Scan { path: Vec::new(), stack: vec![Frame::default()], word: String::new() };
    let is_in_string = scan.run(before);
    scan.context(is_in_string)
}

struct Scan {
    path: Vec<String>,
    stack: Vec<Frame>,
    word: String,
}

impl Scan {
    /// Reads up to the cursor; whether it stands inside a string.
    fn run(&mut self, text: &str) -> bool {
        let mut rest = text;
        while let Some(character) = rest.chars().next() {
            let mut after = rest.get(character.len_utf8()..).unwrap_or_default();
            let is_line_start =
                self.stack.len() == 1 && self.word.is_empty() && self.top_key().is_none();
            match character {
                '#' => after = after.find('\n').map_or("", |end| after.get(end..).unwrap_or("")),
                '"' | '\'' => match string(after, character) {
                    Some((content, behind)) => {
                        self.string(content);
                        after = behind;
                    }
                    None => {
                        // A string that is still open ends with its line at the latest.
                        match after.find('\n').filter(|_| !after.starts_with("\"\"")) {
                            Some(end) => after = after.get(end..).unwrap_or(""),
                            None => {
                                self.word = after.to_owned();
                                return true;
                            }
                        }
                    }
                },
                '[' if is_line_start => after = self.header(after),
                '[' => self.open(true),
                '{' => self.open(false),
                ']' | '}' => self.close(),
                '=' => self.equals(),
                ',' => self.next(),
                '\n' => self.line_ends(),
                other if other.is_whitespace() => {}
                other => self.word.push(other),
            }
            rest = after;
        }
        false
    }

    fn top(&mut self) -> Option<&mut Frame> {
        self.stack.last_mut()
    }

    fn top_key(&self) -> Option<&String> {
        self.stack.last().and_then(|frame| frame.key.as_ref())
    }

    fn string(&mut self, content: &str) {
        let Some(frame) = self.stack.last_mut() else { return };
        if frame.key.is_none() && !frame.is_list {
            // A key in quotation marks.
            self.word.push_str(content);
        } else if frame.key.as_deref() == Some("act") {
            frame.act = Some(content.to_owned());
        }
    }

    fn header<'t>(&mut self, after: &'t str) -> &'t str {
        let end = after.find('\n').unwrap_or(after.len());
        let line = after.get(..end).unwrap_or_default();
        let name = line.trim_start_matches('[').split(']').next().unwrap_or_default();
        self.path = name.split('.').map(|part| part.trim().trim_matches('"').to_owned()).collect();
        self.stack = vec![Frame::default()];
        after.get(end..).unwrap_or_default()
    }

    fn open(&mut self, is_list: bool) {
        let name = self.top_key().cloned();
        self.word.clear();
        self.stack.push(Frame { is_list, name, ..Frame::default() });
    }

    fn close(&mut self) {
        self.word.clear();
        if self.stack.len() > 1 {
            self.stack.pop();
        }
    }

    fn equals(&mut self) {
        let key = std::mem::take(&mut self.word);
        if let Some(frame) = self.top() {
            frame.written.push(key.clone());
            frame.key = Some(key);
        }
    }

    fn next(&mut self) {
        self.word.clear();
        if let Some(frame) = self.top().filter(|frame| !frame.is_list) {
            frame.key = None;
        }
    }

    fn line_ends(&mut self) {
        if self.stack.len() == 1 {
            self.word.clear();
            if let Some(frame) = self.top() {
                frame.key = None;
            }
        }
    }

    fn context(self, is_in_string: bool) -> Context {
        let mut path = self.path;
        let mut key = None;
        let mut list: Option<&String> = None;
        for (number, frame) in self.stack.iter().enumerate() {
            if frame.is_list {
                // A list within a list goes by the name of the outer one.
                list = frame.name.as_ref().or(list);
                key = list.cloned();
                continue;
            }
            if number > 0 {
                // An element of a list is reached by the key of the list.
                path.extend(frame.name.as_ref().or(list).cloned());
            }
            list = None;
            key.clone_from(&frame.key);
        }
        let own = self.stack.iter().rev().find(|frame| !frame.is_list);
        Context {
            path,
            key,
            begun: self.word,
            is_in_string,
            written: own.map(|frame| frame.written.clone()).unwrap_or_default(),
            act: own.and_then(|frame| frame.act.clone()),
        }
    }
}

/// The content of a string that ends, and what stands behind it.
fn string(text: &str, quote: char) -> Option<(&str, &str)> {
    let triple: String = std::iter::repeat_n(quote, 2).collect();
    if let Some(inner) = text.strip_prefix(&triple) {
        if let Some(end) = inner.find(&format!("{quote}{triple}")) {
            return Some((inner.get(..end)?, inner.get(end + 3..)?));
        }
        // Two quotation marks and no third: an empty string.
        return (!inner.starts_with(quote)).then_some(("", inner));
    }
    let mut is_escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            '\n' => return None,
            _ if is_escaped => is_escaped = false,
            '\\' if quote == '"' => is_escaped = true,
            other if other == quote => return Some((text.get(..at)?, text.get(at + 1..)?)),
            _ => {}
        }
    }
    None
}

impl Context {
    /// The table that is open here, as the procedure language describes it.
    #[must_use]
    pub fn table(&self) -> Option<&'static Table> {
        let mut table = &ROOT;
        for (number, key) in self.path.iter().enumerate() {
            table = match table.shape(key)? {
                Shape::Table(inner) | Shape::Tables(inner) => inner,
                Shape::Actions => {
                    let is_last = number + 1 == self.path.len();
                    let act = self.act.as_deref().filter(|_| is_last)?;
                    description::action(act)?
                }
                _ => return None,
            };
        }
        Some(table)
    }

    /// Whether the table that is open here is an action, whatever it does.
    #[must_use]
    pub fn is_action(&self) -> bool {
        self.path.last().is_some_and(|key| key == "do")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The context where `|` stands.
    fn at(text: &str) -> Context {
        let byte = text.find('|').expect("a cursor");
        context(&text.replacen('|', "", 1), byte)
    }

    fn words(path: &[String]) -> Vec<&str> {
        path.iter().map(String::as_str).collect()
    }

    #[test]
    fn a_key_below_a_header_is_expected_in_its_table() {
        let found = at("[procedure]\nid = \"a\"\nver|");
        assert_eq!((words(&found.path), found.key.as_deref()), (vec!["procedure"], None));
        assert_eq!((found.begun.as_str(), words(&found.written)), ("ver", vec!["id"]));
        assert_eq!(found.table().map(|table| table.name), Some("procedure"));
    }

    #[test]
    fn an_inline_table_in_a_list_belongs_to_the_key_of_the_list() {
        let found = at("[environment]\nlimits = [\n  { quantity = \"t\", on_violation = \"|");
        assert_eq!(words(&found.path), ["environment", "limits"]);
        assert_eq!((found.key.as_deref(), found.is_in_string), (Some("on_violation"), true));
        assert_eq!(found.table().map(|table| table.name), Some("condition"));
    }

    #[test]
    fn an_action_is_known_by_its_act() {
        let found = at(
            "[[stage]]\nid = \"a\" # it's open\ndo = [\n { act = \"wait\", for = \"1 s\" },\n { act = \"set\", role = \"|\" }",
        );
        assert_eq!(words(&found.path), ["stage", "do"]);
        assert_eq!(found.act.as_deref(), Some("set"));
        assert_eq!(found.table().map(|table| table.name), Some("set"));
    }

    #[test]
    fn contributions_stand_below_their_input() {
        let found =
            at("[model.E.inputs]\nn = { from = \"read.n\", u = [{ name = \"q\", dist = \"rec|");
        assert_eq!(words(&found.path), ["model", "E", "inputs", "n", "u"]);
        assert_eq!(found.table().map(|table| table.name), Some("contribution"));
        assert_eq!(found.begun, "rec");
    }

    #[test]
    fn a_broken_line_spoils_only_itself() {
        let found = at("[procedure]\nid = \"open\nversion = \"1\n[dut]\nfie|");
        assert_eq!((words(&found.path), found.begun.as_str()), (vec!["dut"], "fie"));
    }
}
