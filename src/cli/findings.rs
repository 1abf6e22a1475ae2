//! Findings as a compiler draws them, and as JSON for editors.

use annotate_snippets::{AnnotationKind, Group, Level, Renderer, Snippet, renderer::DecorStyle};
use serde::Serialize;

use etalon_uncertainty::diagnostic::{Diagnostic, Severity};

use super::error::FileFindings;
use crate::form::MAX_BYTES;

/// The JSON document of `--format json`: `{"diagnostics":[…]}`.
#[derive(Debug, Serialize)]
pub struct FindingsDocument {
    diagnostics: Vec<Finding>,
}

/// One finding with its place; lines and columns count from 1, columns in characters.
#[derive(Debug, Serialize)]
struct Finding {
    code: String,
    severity: &'static str,
    message: String,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    hint: Option<String>,
}

/// The findings of all files as one document.
#[must_use]
pub fn document(files: &[FileFindings]) -> FindingsDocument {
    let diagnostics = files
        .iter()
        .flat_map(|file| file.diagnostics.iter().map(move |diagnostic| finding(file, diagnostic)))
        .collect();
    FindingsDocument { diagnostics }
}

fn finding(file: &FileFindings, diagnostic: &Diagnostic) -> Finding {
    let span = diagnostic.span.clone().unwrap_or(0..0);
    let (line, column) = place(&file.text, span.start);
    let (end_line, end_column) = place(&file.text, span.end);
    Finding {
        code: diagnostic.code.clone(),
        severity: word(diagnostic.severity),
        message: diagnostic.message.clone(),
        file: file.file.display().to_string(),
        line,
        column,
        end_line,
        end_column,
        hint: diagnostic.hint.clone(),
    }
}

/// The word for a severity, as printed.
fn word(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Note => "note",
    }
}

/// Line and column (both from 1, columns in characters) of a byte offset.
#[must_use]
pub fn place(text: &str, offset: usize) -> (usize, usize) {
    let mut end = offset.min(text.len());
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    let before = text.get(..end).unwrap_or_default();
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |tail| tail.chars().count()) + 1;
    (line, column)
}

/// Every finding of a file, drawn with its place underlined.
#[must_use]
pub fn drawings(file: &FileFindings, colour: bool) -> Vec<String> {
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii);
    let path = file.file.display().to_string();
    file.diagnostics
        .iter()
        .map(|diagnostic| draw(&renderer, &path, &file.text, diagnostic))
        .collect()
}

fn draw(renderer: &Renderer, path: &str, text: &str, diagnostic: &Diagnostic) -> String {
    let level = match diagnostic.severity {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
        Severity::Note => Level::NOTE,
    };
    let title = level.primary_title(&diagnostic.message).id(&diagnostic.code);
    let mut group: Group<'_> = Group::with_title(title);
    if let Some(span) = inside(text, diagnostic.span.as_ref()) {
        let mut snippet =
            Snippet::source(text).path(path).annotation(AnnotationKind::Primary.span(span));
        if let Some((other, label)) = diagnostic.other.as_deref()
            && let Some(other) = inside(text, Some(other))
        {
            snippet = snippet.annotation(AnnotationKind::Context.span(other).label(label));
        }
        group = group.element(snippet);
    } else {
        group = group.element(Level::NOTE.message(format!("in {path}")));
    }
    if let Some(hint) = &diagnostic.hint {
        group = group.element(Level::HELP.message(hint));
    }
    renderer.render(&[group]).to_string()
}

/// A span clipped to the text and to character boundaries: a drawing must never
/// be the thing that fails.
fn inside(text: &str, span: Option<&std::ops::Range<usize>>) -> Option<std::ops::Range<usize>> {
    // A text that is too large to be read is too large to be drawn.
    let span = span.filter(|_| text.len() <= MAX_BYTES)?;
    let start = (0..=span.start.min(text.len())).rev().find(|at| text.is_char_boundary(*at))?;
    let end = (span.end.min(text.len())..=text.len()).find(|at| text.is_char_boundary(*at))?;
    Some(start..end.max(start))
}
