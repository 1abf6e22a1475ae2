//! The rules in Chinese, beside the English of their messages.

use etalon_uncertainty::text::Text;

use super::RuleRefusal;

impl RuleRefusal {
    /// The refusal in both languages.
    #[must_use]
    pub fn text(&self) -> Text {
        Text::new(self.to_string(), self.chinese())
    }

    fn chinese(&self) -> String {
        match self {
            Self::NotInService { standard, status, day } => {
                format!("规则“只用在用的标准器”：{standard} 在 {day} 的状态为“{}”", status.word())
            }
            Self::PastDue { standard, due, day } => {
                format!("规则“标准器不得超期”：{standard} 应于 {due} 校准，今天是 {day}")
            }
            Self::NotCalibrated { standard, day } => {
                format!("规则“有溯源要求的标准器须经校准”：{standard} 在 {day} 没有校准记录")
            }
            Self::NotReviewed { standard, certificate } => {
                format!("规则“证书使用前须经确认”：{standard} 的证书 {certificate} 无人确认")
            }
            Self::Broken { standard, kind, on, certificate } => format!(
                "规则“维修或调整之后须重新校准”：{standard} 于 {on} 有“{kind}”记录，证书 {certificate} 早于此"
            ),
            Self::CheckFailed { standard, on, found, limit } => {
                format!("规则“期间核查须合格”：{standard} 于 {on} 核查所得为 {found}，允许 {limit}")
            }
        }
    }
}
