//! Refusals in Chinese, beside the English of their messages.
//!
//! Names, numbers and texts of files stand in both as they are written there. What the standard library
//! or another file's reader said is quoted in the language it was said in.

use etalon_uncertainty::text::Text;

use super::{BeyondRange, Disagreement, Miss, PlanError, Shortfall, first};

impl PlanError {
    /// The refusal in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.to_string(), self.chinese())
    }

    fn chinese(&self) -> String {
        match self {
            Self::Findings { about, diagnostics } => {
                format!(
                    "规程与 {about} 之间有 {} 处问题：{}",
                    diagnostics.len(),
                    first(diagnostics)
                )
            }
            Self::NoActivity { procedure, activity } => {
                format!("规程 {procedure} 没有针对 {activity} 的判定规则")
            }
            Self::ItemCount { found, most } => {
                format!("给出 {found} 件被检器具，应为 1 至 {most} 件（装置与规程的表位数）")
            }
            Self::ItemTwice { item } => format!("被检器具 {item} 给出了两次"),
            Self::NoInstrument { bench, role, line, reasons } => {
                format!(
                    "装置 {bench} 中没有仪器能担任角色 {role}（规程第 {line} 行）：{}",
                    reasons.zh()
                )
            }
            Self::Rule { role, refusals } => {
                let each = refusals.iter().map(|refusal| refusal.text().zh);
                format!("角色 {role}：{}", each.collect::<Vec<_>>().join("；"))
            }
            Self::OutsideCertificate { reason, line, at, .. } => {
                format!("规则“结果须在证书范围之内”：{}（规程第 {line} 行，{at}）", reason.zh())
            }
            Self::OutsideSpecification { reason, line, at, .. } => {
                format!(
                    "规则“标准器须在技术指标之内使用”：{}（规程第 {line} 行，{at}）",
                    reason.zh()
                )
            }
            Self::NoneServes { bench, role, line, reasons, .. } => format!(
                "装置 {bench} 中没有仪器能在每个点上担任角色 {role}（规程第 {line} 行）：{}",
                reasons.zh()
            ),
            Self::Advised { source, advice } => {
                format!("{}；{}", source.chinese(), advice.text().zh)
            }
            Self::NotGoodEnough(shortfall) => shortfall.chinese(),
            Self::OutOfRange(beyond) => beyond.chinese(),
            Self::ItemsDisagree(disagreement) => disagreement.chinese(),
            Self::RequirementMissed(miss) => miss.chinese(),
            other => other.unreadable(),
        }
    }

    /// What is wrong in a file or in this version, not in the choice of standards.
    fn unreadable(&self) -> String {
        match self {
            Self::Unresolved { name, reason, line } => {
                format!("名称 {name} 无法确定：{}（规程第 {line} 行）", reason.zh())
            }
            Self::Unsupported { word, line } => {
                format!("本版本不执行动作“{word}”（规程第 {line} 行）")
            }
            Self::Unpredictable { key, item, reason } => {
                format!("器具 {item} 的 {key} 无法预计：{reason}")
            }
            Self::Model { model, instrument, reason } => {
                format!("仪器 {instrument} 的型号文件 {model} 不能使用：{}", reason.zh())
            }
            Self::Unreadable { reason } => format!("不是本版本认识的计划：{reason}"),
            other => other.to_string(),
        }
    }
}

impl Miss {
    fn chinese(&self) -> String {
        let Self { key, item, require, predicted, line, .. } = self;
        format!(
            "器具 {item} 的 {key}：规程要求 {require}，预计 U = {predicted} 时不成立（规程第 {line} 行）"
        )
    }
}

impl Shortfall {
    fn chinese(&self) -> String {
        let Self { role, at, what, standard, found, wanted, line, .. } = self;
        let what = match what.as_str() {
            super::MPE => "最大允许误差",
            other => other,
        };
        format!(
            "角色 {role} 在点 {at}：{standard} 的 {what} 为 {found}，应不大于 {wanted}（规程第 {line} 行）"
        )
    }
}

impl BeyondRange {
    fn chinese(&self) -> String {
        let Self { instrument, verb, quantity, value, range, line, at, .. } = self;
        let verb = match *verb {
            "set" => "设定",
            "read" => "测量",
            _ => "容纳",
        };
        format!(
            "{instrument} 不能{verb} {quantity} = {value}：其范围为 {range}（规程第 {line} 行，点 {at}）"
        )
    }
}

impl Disagreement {
    fn chinese(&self) -> String {
        let Self { role, quantity, first, item, second, other, line, at } = self;
        format!(
            "{role} 的 {quantity} 对器具 {item} 为 {first}，对 {other} 为 {second}：同一装置上的器具共用一个值（规程第 {line} 行，点 {at}）"
        )
    }
}
