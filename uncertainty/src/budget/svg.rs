//! The picture of a budget: scalable vector graphics, the same bytes everywhere.
//!
//! Chosen: every size is in the units of the picture, for a column of text.

use super::table::number;
use super::{Answer, Ends, OutputAnswer};
use crate::normal;

/// Width of the picture in its own units.
const WIDTH: f64 = 760.0;
/// Height of one panel.
const HEIGHT: f64 = 330.0;
/// Edges of the drawing in a panel.
const LEFT: f64 = 30.0;
const RIGHT: f64 = 730.0;
const TOP: f64 = 74.0;
const BOTTOM: f64 = 250.0;

/// Points of the normal curve.
const POINTS: u32 = 160;

/// Half the width of the picture in standard uncertainties, where nothing was
/// drawn that is wider.
const HALF_WIDTH: f64 = 4.0;

const STYLE: &str = "text{font:13px 'Noto Sans','Noto Sans CJK SC','DejaVu Sans',sans-serif;\
    fill:#1f2933}.head{font-size:16px;font-weight:600}.note{fill:#52606d}.bar{fill:#b8d8ee;stroke:none}\
    .curve{fill:none;stroke:#c05621;stroke-width:2}.axis{stroke:#52606d}\
    .gum{stroke:#c05621;stroke-width:3}.mcm{stroke:#1f6f9f;stroke-width:3}\
    .gum-end{stroke:#c05621;stroke-dasharray:4 4}.mcm-end{stroke:#1f6f9f;stroke-dasharray:4 4}";

pub(super) fn svg(answer: &Answer) -> String {
    let panels = answer.outputs.len().max(1);
    #[expect(clippy::cast_precision_loss, reason = "a number of panels")]
    let height = panels as f64 * HEIGHT;
    let mut text = String::new();
    let head = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{WIDTH}\" height=\"{height}\" \
         viewBox=\"0 0 {WIDTH} {height}\" role=\"img\">\n<title>{}</title>\n<style>{STYLE}</style>\n\
         <rect width=\"{WIDTH}\" height=\"{height}\" fill=\"#ffffff\"/>\n",
        escaped(&answer.file)
    );
    text.push_str(&head);
    let mut top = 0.0;
    for output in &answer.outputs {
        text.push_str(&format!("<g transform=\"translate(0 {top})\">\n"));
        panel(output, &mut text);
        text.push_str("</g>\n");
        top += HEIGHT;
    }
    text.push_str("</svg>\n");
    text
}

/// From the numbers of an output to places in its panel.
struct Scale {
    from: f64,
    to: f64,
    highest: f64,
}

impl Scale {
    fn of(output: &OutputAnswer) -> Option<Self> {
        let reach = |u: f64, middle: f64| (middle - HALF_WIDTH * u, middle + HALF_WIDTH * u);
        let (mut from, mut to) = reach(output.u, output.value);
        let mut highest: f64 = 0.0;
        if output.u > 0.0 {
            highest = normal::density(0.0) / output.u;
        }
        if let Some(mcm) = &output.mcm {
            let (low, high) = reach(mcm.u, mcm.mean);
            (from, to) = (from.min(low), to.max(high));
        }
        if let Some(histogram) = &output.histogram {
            let most = histogram.density.iter().copied().fold(0.0, f64::max);
            // A curve far narrower than the sample is cut off at the top.
            highest = if most > 0.0 { highest.min(2.5 * most).max(most) } else { highest };
        }
        let fits = from.is_finite() && to.is_finite() && from < to && highest > 0.0;
        fits.then_some(Self { from, to, highest: 1.05 * highest })
    }

    fn x(&self, value: f64) -> f64 {
        let part = ((value - self.from) / (self.to - self.from)).clamp(0.0, 1.0);
        LEFT + part * (RIGHT - LEFT)
    }

    fn y(&self, density: f64) -> f64 {
        BOTTOM - (density / self.highest).clamp(0.0, 1.0) * (BOTTOM - TOP)
    }
}

fn panel(output: &OutputAnswer, text: &mut String) {
    let unit = match output.unit.as_str() {
        "" | "1" | "-" => String::new(),
        unit => format!(" {unit}"),
    };
    let coverage = output.p.map_or_else(|| "stated".to_owned(), |p| format!("p = {p}"));
    let head = format!(
        "{} = ({} ± {}){unit}   k = {:.2} ({coverage})",
        output.name, output.printed, output.printed_expanded, output.k
    );
    label(text, LEFT, 26.0, "head", "start", &head);
    if let Some(mcm) = &output.mcm {
        let verdict = if mcm.gum_validated { "GUM validated" } else { "GUM not validated" };
        label(text, LEFT, 48.0, "note", "start", &format!("{verdict}: {}", mcm.reason));
    }
    let Some(scale) = Scale::of(output) else {
        label(text, LEFT, 110.0, "note", "start", "the output has no spread to be drawn");
        return;
    };
    bars(output, &scale, text);
    curve(output, &scale, text);
    line(text, "axis", (LEFT, BOTTOM), (RIGHT, BOTTOM));
    intervals(output, &scale, text);
    ticks(output, &scale, text);
}

fn bars(output: &OutputAnswer, scale: &Scale, text: &mut String) {
    let Some(histogram) = &output.histogram else { return };
    let mut from = histogram.from;
    let mut path = String::new();
    for density in &histogram.density {
        let (left, right) = (scale.x(from), scale.x(from + histogram.width));
        let top = scale.y(*density);
        path.push_str(&format!("M{left:.2} {BOTTOM}V{top:.2}H{right:.2}V{BOTTOM}Z"));
        from += histogram.width;
    }
    text.push_str(&format!("<path class=\"bar\" d=\"{path}\"/>\n"));
}

fn curve(output: &OutputAnswer, scale: &Scale, text: &mut String) {
    if output.u <= 0.0 {
        return;
    }
    let mut points = String::new();
    for place in 0..=POINTS {
        let part = f64::from(place) / f64::from(POINTS);
        let value = scale.from + part * (scale.to - scale.from);
        let density = normal::density((value - output.value) / output.u) / output.u;
        points.push_str(&format!("{:.2},{:.2} ", scale.x(value), scale.y(density)));
    }
    let points = points.trim_end();
    text.push_str(&format!("<polyline class=\"curve\" points=\"{points}\"/>\n"));
}

/// Both coverage intervals: the GUM's on the axis, that of the trials below it.
fn intervals(output: &OutputAnswer, scale: &Scale, text: &mut String) {
    let (low, high) = (output.value - output.expanded, output.value + output.expanded);
    let mut rows = vec![("gum", BOTTOM + 10.0, low, high)];
    if let Some(Ends { lo_sym, hi_sym, .. }) = output.mcm.as_ref().map(|mcm| mcm.ends) {
        rows.push(("mcm", BOTTOM + 20.0, lo_sym, hi_sym));
    }
    for (class, y, low, high) in rows {
        line(text, class, (scale.x(low), y), (scale.x(high), y));
        for end in [low, high] {
            let x = scale.x(end);
            line(text, &format!("{class}-end"), (x, TOP), (x, y));
            line(text, class, (x, y - 4.0), (x, y + 4.0));
        }
    }
}

fn ticks(output: &OutputAnswer, scale: &Scale, text: &mut String) {
    let unit = if output.unit.is_empty() { String::new() } else { format!(" / {}", output.unit) };
    let u = output.mcm.as_ref().map_or(output.u, |mcm| mcm.u.max(output.u));
    let step = tick(scale.to - scale.from);
    let first = libm::ceil(scale.from / step);
    // Steps after the first one, as long as they lie on the axis.
    for place in 0..12_u32 {
        let value = (first + f64::from(place)) * step;
        if value > scale.to {
            break;
        }
        let x = scale.x(value);
        line(text, "axis", (x, BOTTOM), (x, BOTTOM - 4.0));
        label(text, x, BOTTOM + 42.0, "note", "middle", &written(value, step));
    }
    let y = BOTTOM + 64.0;
    let legend = format!("{}{unit}", output.name);
    label(text, RIGHT, y, "note", "end", &legend);
    label(text, LEFT, y, "note", "start", &format!("u = {}", number(u, 3)));
    line(text, "curve", (LEFT + 130.0, y - 4.0), (LEFT + 155.0, y - 4.0));
    label(text, LEFT + 162.0, y, "note", "start", "GUM: normal, interval");
    if output.mcm.is_some() {
        line(text, "mcm", (LEFT + 330.0, y - 4.0), (LEFT + 355.0, y - 4.0));
        label(text, LEFT + 362.0, y, "note", "start", "Monte Carlo: histogram, interval");
    }
}

/// A round step that divides a length into four to ten parts.
fn tick(length: f64) -> f64 {
    let power = libm::floor(libm::log10(length / 4.0));
    let unit = libm::pow(10.0, power);
    let round = [5.0, 2.0, 1.0].into_iter().find(|round| round * unit * 4.0 <= length);
    round.unwrap_or(1.0) * unit
}

/// A tick with the digits of its step.
fn written(value: f64, step: f64) -> String {
    let size = value.abs().max(step);
    if !(1e-4..1e7).contains(&size) && !(1e-4..1.0).contains(&step) {
        return number(value, 6);
    }
    let decimals = (-libm::floor(libm::log10(step * 1.000_001))).clamp(0.0, 12.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "between 0 and 12")]
    let text = format!("{value:.precision$}", precision = decimals as usize);
    if text.trim_start_matches('-').chars().all(|c| c == '0' || c == '.') {
        return text.trim_start_matches('-').to_owned();
    }
    text
}

fn line(text: &mut String, class: &str, from: (f64, f64), to: (f64, f64)) {
    text.push_str(&format!(
        "<line class=\"{class}\" x1=\"{:.2}\" y1=\"{:.2}\" x2=\"{:.2}\" y2=\"{:.2}\"/>\n",
        from.0, from.1, to.0, to.1
    ));
}

fn label(text: &mut String, x: f64, y: f64, class: &str, anchor: &str, words: &str) {
    text.push_str(&format!(
        "<text class=\"{class}\" x=\"{x:.2}\" y=\"{y:.2}\" text-anchor=\"{anchor}\">{}</text>\n",
        escaped(words)
    ));
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            // Control characters have no place in XML 1.0.
            c if c.is_control() => safe.push(' '),
            c => safe.push(c),
        }
    }
    safe
}
