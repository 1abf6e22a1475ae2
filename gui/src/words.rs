//! Every word of the window, in both languages side by side.
//!
//! A word is a variant, so that none can be missing in one language and none can
//! be misspelt where it is used. Words of procedures and certificates do not
//! stand here: they come with their own texts.

/// A language of the window.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub enum Language {
    /// English.
    #[default]
    English,
    /// Chinese, simplified characters.
    Chinese,
}

impl Language {
    /// The language by its ISO 639-1 code.
    #[must_use]
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "en" => Some(Self::English),
            "zh" => Some(Self::Chinese),
            _ => None,
        }
    }

    /// The language's name for itself.
    #[must_use]
    pub fn own_name(self) -> &'static str {
        match self {
            Self::English => "English",
            Self::Chinese => "中文",
        }
    }

    /// Which of two texts is in this language; the other one where it is empty.
    #[must_use]
    pub fn choose<'a>(self, english: &'a str, chinese: &'a str) -> &'a str {
        match self {
            Self::Chinese if !chinese.is_empty() => chinese,
            Self::English if english.is_empty() => chinese,
            _ => english,
        }
    }

    /// A word in this language.
    #[must_use]
    pub fn say(self, word: Word) -> &'static str {
        let (english, chinese) = word.texts();
        match self {
            Self::English => english,
            Self::Chinese => chinese,
        }
    }
}

macro_rules! words {
    ($($name:ident: $english:literal, $chinese:literal;)*) => {
        /// A word of the window.
        #[derive(Clone, Copy, Debug, Eq, PartialEq)]
        #[expect(missing_docs, reason = "each word is its own explanation, in two languages")]
        pub enum Word {
            $($name,)*
        }

        impl Word {
            /// All words, in the order of their table.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// The word in English and in Chinese.
            #[must_use]
            pub const fn texts(self) -> (&'static str, &'static str) {
                match self {
                    $(Self::$name => ($english, $chinese),)*
                }
            }
        }
    };
}

words! {
    Aborted: "aborted", "已中止";
    Bench: "Bench", "装置";
    Busy: "The laboratory is busy: try again in a moment.", "实验室正忙，请稍后再试。";
    ByHand: "By hand", "人工处理";
    ConditionalFail: "conditional fail", "有条件不合格";
    ConditionalPass: "conditional pass", "有条件合格";
    Demonstration: "Start demonstration run", "开始演示运行";
    Done: "done", "已完成";
    DemonstrationOnly: "only in a demonstration laboratory", "仅限演示实验室";
    Elsewhere: "runs in another process: stop it there", "由另一进程运行，请在该处停止";
    Energised: "OUTPUT ON: dangerous voltage at the terminals", "输出已接通：端子带危险电压";
    Error: "Error", "误差";
    Fail: "fail", "不合格";
    Failed: "failed", "失败";
    Folder: "Folder of the laboratory", "实验室文件夹";
    Interrupted: "interrupted", "已中断";
    Laboratory: "Laboratory", "实验室";
    LargestU: "Largest U", "最大 U";
    LastSet: "last set", "最近设定";
    Limit: "Limit", "限值";
    NoLimit: "no limit", "无限值";
    NoLaboratory: "No laboratory is open.", "尚未打开实验室。";
    NoRun: "Choose a run on the left, or start one.", "请在左侧选择一次运行，或开始新的运行。";
    NoRuns: "No runs yet.", "尚无运行记录。";
    NotEvaluated: "not evaluated", "未评定";
    NothingRuns: "nothing runs", "无运行";
    Open: "Open", "打开";
    Operator: "Operator", "检定员";
    OutOfPicture: "outside the picture", "超出图幅";
    Overall: "Overall", "结论";
    Pass: "pass", "合格";
    Pending: "to come", "待测";
    Point: "Point", "测量点";
    Position: "Position", "表位";
    Procedure: "Procedure", "方法";
    Result: "Result", "结果";
    Remaining: "remaining", "剩余";
    Removed: "taken out", "已退出";
    Running: "running", "进行中";
    Runs: "Runs", "运行记录";
    SafeConfirmed: "Safe state confirmed", "安全状态已确认";
    SafeUnconfirmed: "Safe state NOT confirmed: look at the bench now", "安全状态未确认：请立即检查装置";
    Simulated: "simulated", "仿真时间";
    SimulatedTime: "simulated time", "仿真时间";
    Specimen: "SPECIMEN: from a simulated bench, not a calibration", "样张：来自仿真装置，不是校准结果";
    Stop: "STOP (Esc)", "停止 (Esc)";
    StopByPress: "STOP", "停止";
    Stopping: "Stopping: the bench is being made safe", "正在停止：装置正转入安全状态";
    Tolerance: "Limits", "允许误差限";
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_is_said_in_both_languages_and_differently() {
        for word in Word::ALL {
            let (english, chinese) = word.texts();
            assert!(english.is_ascii() && !english.is_empty(), "{word:?}: {english}");
            assert!(chinese.chars().any(|c| c >= '\u{4e00}'), "{word:?}: {chinese}");
        }
    }

    #[test]
    fn a_text_without_translation_is_shown_in_the_other_language() {
        assert_eq!(Language::Chinese.choose("error", "误差"), "误差");
        assert_eq!(Language::Chinese.choose("error", ""), "error");
        assert_eq!(Language::English.choose("", "误差"), "误差");
    }
}
