//! What is needed: the item's facts, instruments, surroundings.

use etalon_uncertainty::text::Text;

use super::{Block, heading, same, table};
use crate::procedure::{FieldKind, Hazard, OnViolation, Procedure, Role};

/// Item, instruments, surroundings.
pub(super) fn blocks(procedure: &Procedure) -> Vec<Block> {
    let mut blocks = Vec::new();
    if !procedure.item.fields.is_empty() {
        blocks.push(heading("The item", "被校器具"));
        blocks.push(item(procedure));
    }
    if procedure.item.positions > 1 {
        let most = procedure.item.positions;
        blocks.push(Block::Paragraph(Text::new(
            format!("One run takes up to {most} items."),
            format!("一次最多 {most} 台。"),
        )));
    }
    if !procedure.roles.is_empty() {
        blocks.push(heading("Standards and equipment", "标准器与设备"));
        blocks.push(roles(procedure));
    }
    blocks.extend(wiring(procedure));
    if !procedure.environment.limits.is_empty() {
        blocks.push(heading("Surroundings", "环境条件"));
        blocks.push(surroundings(procedure));
    }
    blocks
}

fn item(procedure: &Procedure) -> Block {
    let rows = procedure.item.fields.iter().map(|field| {
        let kind = match &field.kind {
            FieldKind::Quantity(unit) => same(format!("in {}", unit.symbol())),
            FieldKind::List(unit) => Text::new(
                format!("a list in {}", unit.symbol()),
                format!("列表，{}", unit.symbol()),
            ),
            FieldKind::Enum(words) => same(words.join(" | ")),
            FieldKind::Text => Text::new("text", "文字"),
            FieldKind::Truth => Text::new("yes or no", "是或否"),
        };
        let kind = match &field.kind {
            FieldKind::Quantity(unit) => Text::new(kind.en(), format!("单位 {}", unit.symbol())),
            _ => kind,
        };
        let check = field.check.as_ref().map_or("", |check| check.text.as_str());
        let label = field.label.clone().unwrap_or_else(|| same(&field.name));
        vec![same(&field.name), label, kind, same(check)]
    });
    let heads =
        [("symbol", "符号"), ("what it is", "名称"), ("given as", "形式"), ("must hold", "须满足")];
    table(&heads, rows.collect())
}

fn roles(procedure: &Procedure) -> Block {
    let rows = procedure.roles.iter().map(|role| {
        let can: Vec<&str> = role.can.iter().map(|taxon| taxon.as_str()).collect();
        let quantities =
            role.quantities.iter().map(|one| format!("{} / {}", one.name, one.unit.symbol()));
        let choices =
            role.choices.iter().map(|one| format!("{}: {}", one.name, one.words.join(" | ")));
        let units: Vec<String> = quantities.chain(choices).collect();
        vec![same(&role.name), same(can.join(" | ")), same(units.join(", ")), demands(role)]
    });
    let heads = [("role", "角色"), ("able to", "功能"), ("quantities", "量"), ("demands", "要求")];
    table(&heads, rows.collect())
}

fn demands(role: &Role) -> Text {
    let (mut en, mut zh) = (Vec::new(), Vec::new());
    let mut both = |words: (String, String)| {
        en.push(words.0);
        zh.push(words.1);
    };
    if role.traceable {
        both(("traceable, within its due date".into(), "须溯源且在有效期内".into()));
    }
    if let Some(limit) = &role.max_u {
        both((format!("U (k = 2) ≤ {}", limit.text), format!("U（k = 2）≤ {}", limit.text)));
    }
    if let Some(limit) = &role.max_mpe {
        both((format!("MPE ≤ {}", limit.text), format!("最大允许误差 ≤ {}", limit.text)));
    }
    if let Some(drift) = &role.drift {
        let words = format!("{} ≤ {} / {}", drift.quantity, drift.max, drift.over);
        both((format!("stability of {words}"), format!("稳定性 {words}")));
    }
    if role.channel_per_position {
        both(("one channel per position".into(), "每表位一通道".into()));
    }
    if let Some(hazard) = role.hazard {
        let (word, words) = hazard_words(hazard);
        both((format!("HAZARD: {word}"), format!("危险：{words}")));
    }
    Text::new(en.join("; "), zh.join("；"))
}

/// How the roles that say so are connected.
fn wiring(procedure: &Procedure) -> Vec<Block> {
    let note = |role: &Role| Some(vec![same(&role.name), role.wiring.clone()?]);
    let rows: Vec<Vec<Text>> = procedure.roles.iter().filter_map(note).collect();
    if rows.is_empty() {
        return Vec::new();
    }
    let heads = [("role", "角色"), ("connected", "连接方式")];
    vec![heading("Wiring", "接线"), table(&heads, rows)]
}

fn hazard_words(hazard: Hazard) -> (&'static str, &'static str) {
    match hazard {
        Hazard::Energised => ("live conductors", "带电"),
        Hazard::Pressure => ("stored pressure", "压力"),
        Hazard::Flow => ("moving liquid", "流体"),
        Hazard::Temperature => ("hot or cold surfaces", "高温或低温"),
        Hazard::Radiation => ("ionising radiation", "电离辐射"),
    }
}

fn surroundings(procedure: &Procedure) -> Block {
    let rows = procedure.environment.limits.iter().map(|limit| {
        let outside = match limit.on_violation {
            OnViolation::Hold => Text::new("the run waits", "暂停等待"),
            OnViolation::Warn => Text::new("the record says so", "记录并提示"),
            OnViolation::Abort => Text::new("the run ends", "终止"),
        };
        let span = format!("{} … {}", limit.min, limit.max);
        let change = limit.max_change.clone().unwrap_or_default();
        vec![same(&limit.quantity), same(span), same(change), outside]
    });
    let heads =
        [("condition", "条件"), ("limits", "范围"), ("change", "变化"), ("outside", "超出时")];
    table(&heads, rows.collect())
}
