//! The course: what is done, in order, with every word the operator will read.

use etalon_uncertainty::text::Text;

use super::{Block, heading, same};
use crate::procedure::{
    Action, Ask, Each, Otherwise, Procedure, Setting, Stage, Statistic, Step, Wait,
};

/// Stages and safe state.
pub(super) fn blocks(procedure: &Procedure) -> Vec<Block> {
    let mut blocks = vec![heading("Course", "操作步骤")];
    for stage in &procedure.stages {
        blocks.extend(of_stage(procedure, stage));
    }
    let safe = &procedure.safe_state;
    if !safe.steps.is_empty() || !safe.verify.is_empty() {
        blocks.push(heading("Safe state: every way out ends here", "安全状态：任何结束均须到达"));
        blocks.push(Block::Warning(safe.manual.clone()));
        if !safe.steps.is_empty() {
            blocks.push(Block::Steps(
                safe.steps.iter().map(|step| sentence(procedure, step)).collect(),
            ));
        }
        let conditions = safe.verify.iter().map(|one| format!("{}: {}", one.role, one.that.text));
        let conditions = conditions.collect::<Vec<_>>().join("; ");
        blocks.push(Block::Paragraph(Text::new(
            format!("Confirmed when {conditions}, at the latest after {}.", safe.timeout),
            format!("确认条件：{conditions}；最迟 {}。", safe.timeout),
        )));
    }
    blocks
}

fn of_stage(procedure: &Procedure, stage: &Stage) -> Vec<Block> {
    let steps = |steps: &[Step]| steps.iter().map(|step| sentence(procedure, step)).collect();
    let mut blocks = vec![Block::Stage(introduction(stage))];
    if !stage.steps.is_empty() {
        blocks.push(Block::Steps(steps(&stage.steps)));
    }
    if let Some(repeat) = &stage.repeat {
        let until = repeat.retry_if.as_ref().map(|formula| formula.text.as_str());
        let (mut en, mut zh) = (format!("{} times", repeat.n), format!("重复 {} 次", repeat.n));
        if let Some(condition) = until {
            en.push_str(&format!(
                ", then {} more while {condition}, at most {}",
                repeat.more, repeat.max
            ));
            zh.push_str(&format!(
                "；若 {condition}，每次追加 {} 次，至多 {} 次",
                repeat.more, repeat.max
            ));
        }
        blocks.push(Block::Paragraph(Text::new(format!("{en}:"), format!("{zh}："))));
        if !repeat.steps.is_empty() {
            blocks.push(Block::Steps(steps(&repeat.steps)));
        }
    }
    blocks
}

fn introduction(stage: &Stage) -> Text {
    let (mut en, mut zh) = (format!("Stage `{}`", stage.id), format!("步骤 `{}`", stage.id));
    if stage.over_points {
        en.push_str(", at every point");
        zh.push_str("，逐点进行");
    }
    if let Some(other) = &stage.same_as {
        en.push_str(&format!(", as stage `{other}`"));
        zh.push_str(&format!("，同步骤 `{other}`"));
    }
    if let Some(when) = &stage.when {
        en.push_str(&format!(", when {}", when.text));
        zh.push_str(&format!("，条件：{}", when.text));
    }
    Text::new(en, zh)
}

/// One action as a sentence.
fn sentence(procedure: &Procedure, step: &Step) -> Text {
    let text = match &step.action {
        Action::Ask(ask) => of_ask(procedure, ask),
        other => of_action(other),
    };
    match step.each {
        Each::Bench => text,
        Each::Position => Text::new(
            format!("{} (at every position)", text.en()),
            format!("{}（逐表位）", text.zh()),
        ),
    }
}

fn settings(settings: &[Setting]) -> String {
    let each = settings.iter().map(|one| format!("{} = {}", one.quantity, one.value.text));
    each.collect::<Vec<_>>().join(", ")
}

fn of_action(action: &Action) -> Text {
    let two = |en: String, zh: String| Text::new(en, zh);
    match action {
        Action::Set { role, settings: list } => {
            let list = settings(list);
            two(format!("Set {role} to {list}"), format!("设定 {role}：{list}"))
        }
        Action::Ramp { role, settings: list, rate } => {
            let list = settings(list);
            two(
                format!("Bring {role} to {list}, not faster than {}", rate.text),
                format!("将 {role} 以不超过 {} 的速率调至 {list}", rate.text),
            )
        }
        Action::Approach { role, target, overshoot_forbidden, .. } => {
            let (en, zh) = if *overshoot_forbidden {
                (", without overshoot", "，不得过冲")
            } else {
                ("", "")
            };
            two(
                format!("Approach {} with {role} from one side{en}", target.text),
                format!("用 {role} 单向趋近 {}{zh}", target.text),
            )
        }
        Action::Off { role } => two(format!("Switch {role} off"), format!("关闭 {role}")),
        Action::Vent { role, max_rate } => {
            let rate = max_rate.as_ref().map_or("", |rate| rate.text.as_str());
            let (en, zh) = if rate.is_empty() {
                (String::new(), String::new())
            } else {
                (format!(", not faster than {rate}"), format!("，速率不超过 {rate}"))
            };
            two(format!("Vent {role}{en}"), format!("{role} 泄压{zh}"))
        }
        Action::Divert { role, to, duration, .. } => {
            let time = duration.as_ref().map_or("", |time| time.text.as_str());
            let (en, zh) = if time.is_empty() {
                (String::new(), String::new())
            } else {
                (format!(" for {time}"), format!("，{time}"))
            };
            let place = if to == "tank" { "称量容器" } else { "旁通" };
            two(
                format!("Divert the flow with {role} to the {to}{en}"),
                format!("{role} 换向至{place}{zh}"),
            )
        }
        Action::Drain { role, below, at_most, .. } => two(
            format!("Drain with {role} until below {}, at most {at_most}", below.text),
            format!("{role} 排空至低于 {}，最长 {at_most}", below.text),
        ),
        other => of_reading(other),
    }
}

fn of_reading(action: &Action) -> Text {
    match action {
        Action::Read { role, quantity, samples, statistic, stable, .. } => {
            let (what, of) = statistic_words(*statistic);
            let (en, zh) = if *samples > 1 {
                (format!(", {what} of {samples}"), format!("，{samples} 次取{of}"))
            } else {
                (String::new(), String::new())
            };
            let (when, stable) = if *stable { (", when stable", "，稳定后") } else { ("", "") };
            Text::new(
                format!("Read {quantity} of {role}{en}{when}"),
                format!("读取 {role} 的 {quantity}{zh}{stable}"),
            )
        }
        Action::Sample { role, quantity, during, statistic, .. } => {
            let (what, of) = statistic_words(*statistic);
            Text::new(
                format!("Sample {quantity} of {role} while {during} is taken: {what}"),
                format!("在采集 {during} 期间对 {role} 的 {quantity} 采样，取{of}"),
            )
        }
        Action::Count(count) => Text::new(
            format!(
                "Count the pulses of {} with {} during {} pulses of the item, at most {}",
                count.of, count.role, count.gate_pulses.text, count.timeout.text
            ),
            format!(
                "用 {} 在被校器具 {} 个脉冲期间计数 {} 的脉冲，最长 {}",
                count.role, count.gate_pulses.text, count.of, count.timeout.text
            ),
        ),
        Action::Wait(wait) => of_wait(wait),
        Action::Exercise { role, quantity, to, times } => Text::new(
            format!(
                "Exercise the item with {role}: {quantity} to {} and back, {}",
                to.text,
                if *times == 1 { "once".to_owned() } else { format!("{times} times") }
            ),
            format!("用 {role} 将 {quantity} 升至 {} 再返回，共 {times} 次", to.text),
        ),
        other => of_operator(other),
    }
}

fn statistic_words(statistic: Statistic) -> (&'static str, &'static str) {
    match statistic {
        Statistic::Mean => ("the mean", "平均值"),
        Statistic::Last => ("the last", "末次值"),
        Statistic::Max => ("the largest", "最大值"),
        Statistic::Min => ("the smallest", "最小值"),
    }
}

fn of_wait(wait: &Wait) -> Text {
    match wait {
        Wait::For { duration, reason, .. } => {
            let reason = reason.as_ref().map(|reason| format!(" ({reason})")).unwrap_or_default();
            Text::new(format!("Wait {duration}{reason}"), format!("等待 {duration}{reason}"))
        }
        Wait::Until { condition, at_least, at_most, otherwise } => {
            let least = at_least.as_ref().map(ToString::to_string);
            let en = least.as_ref().map(|time| format!(", at least {time}")).unwrap_or_default();
            let zh = least.map(|time| format!("，至少 {time}")).unwrap_or_default();
            let (or, otherwise) = otherwise_words(*otherwise);
            Text::new(
                format!("Wait until {}{en}, at most {at_most}; else {or}", condition.text),
                format!("等待至 {}{zh}，最长 {at_most}；否则{otherwise}", condition.text),
            )
        }
    }
}

fn otherwise_words(otherwise: Otherwise) -> (&'static str, &'static str) {
    match otherwise {
        Otherwise::Abort => ("end the run", "终止"),
        Otherwise::SkipPoint => ("leave the point out", "跳过该点"),
        Otherwise::AskOperator => ("decide and write it down", "由操作者决定并记录"),
        Otherwise::Warn => ("go on, the record says so", "继续并记录"),
    }
}

fn of_operator(action: &Action) -> Text {
    let quoted = |word: &str, zh: &str, text: &Text| {
        Text::new(format!("{word}: {}", text.en()), format!("{zh}：{}", text.zh()))
    };
    match action {
        Action::Confirm { text, photo, .. } => {
            let text = quoted("Confirm", "确认", text);
            match photo.as_deref() {
                Some("required") => Text::new(
                    format!("{} (with a photograph)", text.en()),
                    format!("{}（须拍照）", text.zh()),
                ),
                _ => text,
            }
        }
        Action::Instruct { text, note_required: true } => {
            let text = quoted("Do", "操作", text);
            Text::new(
                format!("{} (a note is required)", text.en()),
                format!("{}（须填写记录）", text.zh()),
            )
        }
        Action::Instruct { text, .. } => quoted("Do", "操作", text),
        Action::Check { that, text, otherwise } => {
            let (or, zh) = otherwise_words(*otherwise);
            Text::new(
                format!("Check: {} ({}); else {or}", text.en(), that.text),
                format!("检查：{}（{}）；否则{zh}", text.zh(), that.text),
            )
        }
        Action::Note { text } => quoted("Note", "注", text),
        other => Text::english(other.word()),
    }
}

/// What is asked for: in its own words, or in those of the item's field.
fn of_ask(procedure: &Procedure, ask: &Ask) -> Text {
    let name = ask.field.strip_prefix("dut.").unwrap_or(&ask.field);
    let field = procedure.item.fields.iter().find(|field| field.name == name);
    let label = || field.and_then(|field| field.label.clone());
    let text = ask.text.clone().or_else(label).unwrap_or_else(|| same(name));
    let unit = ask.unit.as_ref().map_or("", |unit| unit.symbol());
    let (mut en, mut zh) = (format!("Enter: {}", text.en()), format!("录入：{}", text.zh()));
    if let Some((low, high)) = &ask.range {
        en.push_str(&format!(", {} … {} {unit}", low.text, high.text));
        zh.push_str(&format!("，{} … {} {unit}", low.text, high.text));
    } else if !unit.is_empty() {
        en.push_str(&format!(", in {unit}"));
        zh.push_str(&format!("，单位 {unit}"));
    }
    if let Some(tell) = &ask.tell {
        en.push_str(&format!(", told: {}", tell.text));
        zh.push_str(&format!("，提示值 {}", tell.text));
    }
    if ask.twice {
        en.push_str(", twice");
        zh.push_str("，录入两次");
    }
    if ask.blind {
        en.push_str(", without seeing what is expected");
        zh.push_str("，盲读");
    }
    Text::new(en, zh)
}
