//! How the result and its uncertainty come about, and how it is judged.

use etalon_uncertainty::evaluation::Outcome;
use etalon_uncertainty::text::Text;

use super::{Block, fact, heading, number, same, significant, table};
use crate::golden;
use crate::procedure::{
    Activity, Confidence, Contribution, Decision, Distribution, Input, InputSource, JudgedOn,
    Model, Procedure, Rule, Scale,
};

/// Models, a budget, decisions, sources.
pub(super) fn blocks(procedure: &Procedure) -> Vec<Block> {
    let mut blocks = Vec::new();
    for model in &procedure.models {
        blocks.extend(of_model(model));
    }
    blocks.extend(budget(procedure));
    for decision in &procedure.decisions {
        blocks.extend(of_decision(decision));
    }
    blocks.extend(sources(procedure));
    blocks
}

fn of_model(model: &Model) -> Vec<Block> {
    let title = model.title.clone().unwrap_or_else(|| same(&model.name));
    let unit = model.unit.symbol();
    let rows = model.inputs.iter().map(|input| {
        let label = input.label.clone().unwrap_or_else(|| same(&input.name));
        vec![
            same(&input.name),
            label,
            same(input.unit.symbol()),
            origin(input),
            contributions(input),
        ]
    });
    let heads = [
        ("input", "输入量"),
        ("what it is", "名称"),
        ("unit", "单位"),
        ("from", "来源"),
        ("uncertainty", "不确定度"),
    ];
    vec![
        Block::Heading(Text::new(
            format!("Model: {}", title.en()),
            format!("测量模型：{}", title.zh()),
        )),
        Block::Paragraph(same(format!("{} = {}   [{unit}]", model.name, model.equation.text))),
        table(&heads, rows.collect()),
    ]
}

fn origin(input: &Input) -> Text {
    match &input.source {
        InputSource::Value(value) => same(value.to_string()),
        InputSource::Reading(name) => Text::new(format!("reading {name}"), format!("读数 {name}")),
        InputSource::Answer(name) => Text::new(format!("answer {name}"), format!("录入 {name}")),
        InputSource::Formula(formula) => same(&formula.text),
    }
}

fn contributions(input: &Input) -> Text {
    if input.exact {
        return Text::new("exact", "视为精确");
    }
    let each: Vec<(String, String)> = input.contributions.iter().map(contribution).collect();
    let join = |words: Vec<&str>, by: &str| words.join(by);
    Text::new(
        join(each.iter().map(|(en, _)| en.as_str()).collect(), "; "),
        join(each.iter().map(|(_, zh)| zh.as_str()).collect(), "；"),
    )
}

fn contribution(one: &Contribution) -> (String, String) {
    let (en, zh) = match &one.distribution {
        Distribution::Normal(Scale::Standard { u, .. }) => {
            (format!("normal, u = {}", u.text), format!("正态，u = {}", u.text))
        }
        Distribution::Normal(Scale::Expanded { expanded, k }) => (
            format!("normal, U = {}, k = {}", expanded.text, k.text),
            format!("正态，U = {}，k = {}", expanded.text, k.text),
        ),
        Distribution::Rectangular(half) => {
            (format!("rectangular, ±{}", half.text), format!("矩形，±{}", half.text))
        }
        Distribution::Triangular(half) => {
            (format!("triangular, ±{}", half.text), format!("三角，±{}", half.text))
        }
        Distribution::Arcsine(half) => {
            (format!("arcsine, ±{}", half.text), format!("反正弦，±{}", half.text))
        }
        Distribution::Pooled { min_n, .. } => (
            format!("Type A, pooled from at least {min_n} earlier repeats"),
            format!("A 类，合并样本，不少于 {min_n} 次"),
        ),
        Distribution::Repeats { min_n, earlier: Some(_), .. } => (
            format!("Type A, at least {min_n} repeats of the point pooled with earlier ones"),
            format!("A 类，本点不少于 {min_n} 次，与历史数据合并"),
        ),
        Distribution::Repeats { min_n, .. } => (
            format!("Type A, at least {min_n} repeats of the point"),
            format!("A 类，本点不少于 {min_n} 次"),
        ),
    };
    let activity = one.only_for.map(|only| only.word());
    let only = activity.map(|word| format!(" ({word} only)")).unwrap_or_default();
    (format!("{} ({en}){only}", one.name), format!("{}（{zh}）{only}", one.name))
}

/// The budget of the first golden test that can be evaluated.
fn budget(procedure: &Procedure) -> Vec<Block> {
    let found = procedure.tests.iter().find_map(|test| {
        test.value.as_ref()?;
        let evaluation = golden::evaluation(procedure, test).ok()?;
        Some((test, evaluation.evaluate().ok()?))
    });
    let Some((test, outcome)) = found else { return Vec::new() };
    let rows = outcome.budget.iter().map(|row| {
        vec![
            same(&row.input),
            row.label.clone(),
            same(format!("{} {}", number(row.value), row.unit)),
            same(significant(row.u, 3)),
            same(row.dof.map_or_else(|| "∞".to_owned(), |dof| format!("{dof:.0}"))),
            same(significant(row.c, 4)),
            same(significant(row.u_y, 3)),
            same(format!("{:.1} %", row.share * 100.0)),
        ]
    });
    let heads = [
        ("input", "输入量"),
        ("what it is", "名称"),
        ("estimate", "估计值"),
        ("u", "u"),
        ("ν", "ν"),
        ("c", "c"),
        ("|c| u", "|c| u"),
        ("share", "占比"),
    ];
    let Outcome { printed_value, printed_expanded, unit, .. } = &outcome;
    vec![
        heading("Budget of a typical point", "典型点的不确定度评定"),
        Block::Paragraph(Text::new(
            format!(
                "Golden test `{}`, computed by {}: {printed_value} {unit}, U = {printed_expanded} {unit}.",
                test.name, test.origin
            ),
            format!(
                "算例 `{}`（来源：{}）：{printed_value} {unit}，U = {printed_expanded} {unit}。",
                test.name, test.origin
            ),
        )),
        table(&heads, rows.collect()),
    ]
}

fn of_decision(decision: &Decision) -> Vec<Block> {
    let (en, zh) = match decision.activity.word() {
        "verification" => ("Decision in verification", "检定判定"),
        _ => ("Decision in calibration", "校准判定"),
    };
    let mut blocks = vec![heading(en, zh)];
    blocks.extend(decision.statement.clone().map(Block::Paragraph));
    let mut rows =
        if decision.is_shared { vec![shared(decision.activity)] } else { rules(decision) };
    rows.push(fact("source", "依据", same(&decision.source)));
    blocks.push(table(&[("", ""), ("", "")], rows));
    blocks
}

/// That the numbers and rules are those of the other activity.
fn shared(activity: Activity) -> Vec<Text> {
    let (en, zh) = match activity {
        Activity::Verification => ("in calibration", "校准"),
        Activity::Calibration => ("in verification", "检定"),
    };
    let words = Text::new(format!("the same as {en}"), format!("与{zh}判定相同"));
    fact("numbers and rules", "量值与规则", words)
}

/// Everything that a decision says itself, a row for each.
fn rules(decision: &Decision) -> Vec<Vec<Text>> {
    let mut rows = Vec::new();
    let formulas = [
        ("judged", "判定量", &decision.quantity),
        ("limit ±", "限值 ±", &decision.tolerance),
        ("requires", "前提", &decision.require),
    ];
    for (en, zh, formula) in formulas {
        rows.extend(formula.iter().map(|formula| fact(en, zh, same(&formula.text))));
    }
    let judged = match decision.judged_on {
        JudgedOn::Rounded => Text::new("the rounded number", "修约值"),
        JudgedOn::Raw => Text::new("the number as computed", "未修约值"),
    };
    rows.push(fact("on", "依据数值", judged));
    rows.extend(decision.rounding.iter().map(|one| {
        fact("rounding", "修约", same(format!("{}, {} ({})", one.step.text, one.rule, one.source)))
    }));
    let rule = match &decision.rule {
        Rule::Simple => Text::new("simple acceptance", "简单接受"),
        Rule::Guarded(guard) => {
            let width = format!("w = {} U", guard.factor);
            Text::new(format!("guarded acceptance, {width}"), format!("带保护带，{width}"))
        }
    };
    rows.push(fact("rule", "规则", rule));
    for check in &decision.checks {
        let title = check.title.clone().unwrap_or_else(|| same(&check.id));
        rows.push(vec![title, same(format!("{} ≤ {}", check.value.text, check.limit.text))]);
    }
    rows
}

fn sources(procedure: &Procedure) -> Vec<Block> {
    if procedure.provenance.is_empty() {
        return Vec::new();
    }
    let rows = procedure.provenance.iter().map(|entry| {
        let state = match entry.confidence {
            Confidence::Unchecked => Text::new("not compared yet", "尚未核对"),
            Confidence::Checked => {
                let by = entry.checked_by.as_deref().unwrap_or_default();
                let on = entry.checked_on.as_deref().unwrap_or_default();
                Text::new(format!("compared by {by} on {on}"), format!("{by} 于 {on} 核对"))
            }
        };
        vec![same(&entry.part), same(&entry.source), state]
    });
    let heads = [("part", "部分"), ("source", "依据"), ("compared with the text", "与原文核对")];
    vec![heading("Sources", "依据来源"), table(&heads, rows.collect())]
}
