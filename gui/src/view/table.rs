//! The table of a run: points down, positions across.

use crate::{
    mark::Mark,
    state::{CellState, PointState, RunState},
    view::{signed, with_sign},
    words::{Language, Word},
};

/// The table as it is shown.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct TableView {
    /// Heads of the columns: point, limit, uncertainty, then one for each position.
    pub heads: Vec<String>,
    /// One row for each point.
    pub rows: Vec<RowView>,
    /// The verdict over all points, one for each position.
    pub overall: Vec<CellView>,
    /// Name of the last row.
    pub overall_label: &'static str,
}

/// One point.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct RowView {
    /// What a person calls the point.
    pub label: String,
    /// Its limits with unit.
    pub limit: String,
    /// The largest expanded uncertainty at the point, as it is printed, with unit.
    pub expanded: String,
    /// One for each position.
    pub cells: Vec<CellView>,
    /// The whole row as one sentence, for whoever listens instead of looking.
    pub sentence: String,
}

/// One result.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct CellView {
    /// The value, or nothing.
    pub value: String,
    /// Glyph and, where there is a verdict, its word.
    pub said: String,
    /// The mark, for the colour.
    pub mark: Mark,
    /// Value and expanded uncertainty, for a closer look.
    pub detail: String,
}

/// Places after the point of a value that is not evaluated yet.
const LIVE_PLACES: usize = 3;

/// The table of a run.
#[must_use]
pub fn view(state: &RunState, language: Language) -> TableView {
    let mut heads =
        [Word::Point, Word::Limit, Word::LargestU].map(|word| say(language, word)).to_vec();
    heads.extend(state.positions.iter().map(|one| format!("{} · {}", one.number, one.item)));
    TableView {
        heads,
        rows: state.points.iter().map(|point| row(state, point, language)).collect(),
        overall: state.positions.iter().map(|one| overall(state, one.number, language)).collect(),
        overall_label: language.say(Word::Overall),
    }
}

fn say(language: Language, word: Word) -> String {
    language.say(word).to_owned()
}

fn row(state: &RunState, point: &PointState, language: Language) -> RowView {
    let nothing = CellState::default();
    let cells: Vec<CellView> = state
        .positions
        .iter()
        .map(|one| {
            let known = state.cells.get(&(point.key.clone(), one.number)).unwrap_or(&nothing);
            let is_out = one.removed.is_some() && known.mark == Mark::Pending;
            if is_out { taken_out(language) } else { cell(known, &point.unit, language) }
        })
        .collect();
    let limit = point.stated.clone();
    let spoken = state.positions.iter().zip(&cells).map(|(one, cell)| {
        let position = language.say(Word::Position);
        format!("{position} {} {} {}", one.number, cell.value, cell.said)
    });
    let sentence = format!("{}: {}", point.label, spoken.collect::<Vec<_>>().join("; "));
    let expanded = largest_expanded(state, point);
    RowView { label: point.label.clone(), limit, expanded, cells, sentence }
}

fn largest_expanded(state: &RunState, point: &PointState) -> String {
    let at_point = state
        .positions
        .iter()
        .filter_map(|one| state.cells.get(&(point.key.clone(), one.number))?.expanded.as_deref());
    let number = |text: &str| text.parse::<f64>().unwrap_or(f64::INFINITY);
    let largest = at_point.max_by(|one, other| number(one).total_cmp(&number(other)));
    largest.map(|printed| format!("{printed} {}", point.unit)).unwrap_or_default()
}

fn cell(known: &CellState, unit: &str, language: Language) -> CellView {
    let live = known.value.map(|value| signed(value, LIVE_PLACES));
    let value = known.printed.as_deref().map(with_sign).or(live).unwrap_or_default();
    let said = match known.mark {
        Mark::Pending | Mark::Live => known.mark.glyph().to_owned(),
        judged => judged.said(language),
    };
    let detail = match &known.expanded {
        Some(expanded) => format!("{value} {unit}, U = {expanded} {unit}"),
        None if value.is_empty() => language.say(known.mark.word()).to_owned(),
        None => format!("{value} {unit}"),
    };
    CellView { value, said, mark: known.mark, detail }
}

fn taken_out(language: Language) -> CellView {
    let said = format!("– {}", language.say(Word::Removed));
    CellView { value: String::new(), detail: said.clone(), said, mark: Mark::NotEvaluated }
}

fn overall(state: &RunState, position: u32, language: Language) -> CellView {
    let mark = state.overall.get(&position).copied().unwrap_or_default();
    let said = mark.said(language);
    CellView { value: String::new(), detail: said.clone(), said, mark }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rehearsal;

    #[test]
    fn a_judged_result_shows_its_value_its_glyph_and_its_word() {
        let table = view(&rehearsal::finished(), Language::English);
        assert_eq!(table.heads[3], "1 · DD26000001");
        assert_eq!(table.rows[0].expanded, "0.09 %");
        let cell = &table.rows[0].cells[0];
        assert_eq!((cell.value.as_str(), cell.said.as_str()), ("+0.32", "✔ pass"));
        assert_eq!(cell.detail, "+0.32 %, U = 0.09 %");
        assert_eq!(table.overall[3].said, "✖ fail");
    }

    #[test]
    fn a_row_can_be_listened_to() {
        let table = view(&rehearsal::finished(), Language::English);
        let sentence = &table.rows[0].sentence;
        assert!(sentence.starts_with("Imax, 1.0: Position 1 +0.32 ✔ pass; "), "{sentence}");
    }

    #[test]
    fn limits_are_shown_with_the_digits_of_the_procedure() {
        let table = view(&rehearsal::finished(), Language::English);
        assert_eq!(table.rows[2].limit, "±1.5 %");
        assert_eq!(table.rows[0].limit, "±1.0 %");
    }

    #[test]
    fn a_position_that_was_taken_out_has_nothing_to_come() {
        let mut state = rehearsal::begun();
        state.positions[4].removed = Some("no pulses".to_owned());
        let table = view(&state, Language::English);
        let last = table.rows.last().expect("a last point");
        assert_eq!(last.cells[4].said, "– taken out");
        assert_eq!(last.cells[0].said, "·");
    }
}
