//! What the keys of the desk's files mean, for people.

/// File, table, key; English, Chinese.
type Meaning = (&'static str, &'static str, &'static str, &'static str, &'static str);

const REGISTER: &str = "etalon.register/1";
const BENCH: &str = "etalon.bench/1";
const SPECIFICATION: &str = "etalon.spec/1";
const SCOPE: &str = "etalon.scope/1";
const ITEM: &str = "etalon.item/1";

/// The meaning of a key of a table of a file, in English and in Chinese.
pub(super) fn of(schema: &str, table: &str, key: &str) -> Option<(&'static str, &'static str)> {
    let found = MEANINGS.iter().find(|own| own.0 == schema && own.1 == table && own.2 == key);
    // Both languages of a text mean the same wherever they stand.
    let found = found.or_else(|| WORDS.iter().find(|own| own.2 == key));
    found.map(|own| (own.3, own.4))
}

const WORDS: &[Meaning] = &[
    ("", "", "schema", "format of this file and its version", "本文件的格式及版本"),
    ("", "", "en", "the text in English", "英文文本"),
    ("", "", "zh", "the text in Chinese", "中文文本"),
];

#[rustfmt::skip]
const MEANINGS: &[Meaning] = &[
    (REGISTER, "standard", "id", "name by which benches and results cite it", "装置与结果引用它的编号"),
    (REGISTER, "standard", "name", "what it is", "名称"),
    (REGISTER, "standard", "maker", "maker on its plate", "制造厂"),
    (REGISTER, "standard", "model", "model on its plate", "型号"),
    (REGISTER, "standard", "serial", "serial number on its plate", "出厂编号"),
    (REGISTER, "standard", "location", "where it is kept or stands", "存放地点"),
    (REGISTER, "standard", "functions", "what it can measure or source, by the taxonomy", "功能（按分类命名）"),
    (REGISTER, "standard", "traceable", "whether results rest on its calibration", "结果是否依赖其校准"),
    (REGISTER, "standard", "restriction", "limited use, printed where it is used", "限用说明"),
    (REGISTER, "standard", "due", "day by which it is calibrated again", "下次校准日期"),
    (REGISTER, "standard", "specification", "its maker's specification in specifications/", "技术指标文件"),
    (REGISTER, "status", "on", "day from which it holds", "生效日期"),
    (REGISTER, "status", "status", "state in its life; the last entry holds", "状态，以最后一条为准"),
    (REGISTER, "status", "by", "who entered it", "记录人"),
    (REGISTER, "status", "reason", "why", "原因"),
    (REGISTER, "calibration", "certificate", "number of the certificate", "证书编号"),
    (REGISTER, "calibration", "laboratory", "who issued it", "出具机构"),
    (REGISTER, "calibration", "accreditation", "accreditation of that laboratory", "该机构的认可编号"),
    (REGISTER, "calibration", "performed", "day of the measurement: drift counts from here", "测量日期，漂移由此日起算"),
    (REGISTER, "calibration", "issued", "day of issue", "签发日期"),
    (REGISTER, "calibration", "procedure", "method it was calibrated by", "所依据的方法"),
    (REGISTER, "calibration", "conditions", "conditions as the certificate writes them", "证书所载的环境条件"),
    (REGISTER, "calibration", "reviewed", "who found it fit for use, and when (ISO/IEC 17025, 6.4.4)", "证书确认人及日期（ISO/IEC 17025 第 6.4.4 条）"),
    (REGISTER, "calibration", "specimen", "an invented certificate of a simulated standard", "模拟标准器的虚构证书"),
    (REGISTER, "calibration", "traceability", "text by which results state their traceability", "结果中的溯源性声明"),
    (REGISTER, "calibration", "k", "coverage factor of its U", "U 的包含因子"),
    (REGISTER, "calibration", "p", "coverage probability of its U", "U 的包含概率"),
    (REGISTER, "calibration", "group", "certificates of one group were issued against one standard: their errors go together", "同组证书由同一标准器校准，误差相关"),
    (REGISTER, "calibration", "interpolation", "rule between the rows; nothing is interpolated without one", "行间取值规则，未写明则不插值"),
    (REGISTER, "calibration", "load", "columns by which a row is found", "查表所用的列"),
    (REGISTER, "calibration", "load_units", "their units, `-` for words", "查表列的单位，文字用 `-`"),
    (REGISTER, "calibration", "states", "columns of what is stated: cert.ROLE.NAME", "证书给出的列：cert.ROLE.NAME"),
    (REGISTER, "calibration", "state_units", "their units", "给出列的单位"),
    (REGISTER, "calibration", "rows", "the values as printed, zeros and all", "按证书原样书写的数值"),
    (REGISTER, "calibration.reviewed", "by", "who reviewed it", "确认人"),
    (REGISTER, "calibration.reviewed", "on", "when", "确认日期"),
    (REGISTER, "calibration.interpolation", "rule", "exact, nearest-load or linear", "精确、最近负载点或线性"),
    (REGISTER, "calibration.interpolation", "column", "the column along which", "沿哪一列"),
    (REGISTER, "calibration.interpolation", "within", "how far the nearest row may be off", "最近行允许的偏离"),
    (REGISTER, "calibration.interpolation", "larger", "columns of which the larger of both rows counts", "取两行中较大者的列"),
    (REGISTER, "calibration.function", "name", "what procedures call cert.ROLE.NAME", "规程中的名称 cert.ROLE.NAME"),
    (REGISTER, "calibration.function", "unit", "unit of what it states", "结果单位"),
    (REGISTER, "calibration.function", "equation", "expression over the quantities of `over`", "以 `over` 各量表示的公式"),
    (REGISTER, "calibration.function", "polynomial", "coefficients in rising powers of the one quantity", "按升幂排列的系数"),
    (REGISTER, "calibration.function", "over", "range of every quantity, both ends in", "各量的范围（含两端）"),
    (REGISTER, "calibration.function.over", "quantity", "the quantity of the load", "负载量"),
    (REGISTER, "calibration.function.over", "from", "lower end, in", "下限（含）"),
    (REGISTER, "calibration.function.over", "to", "upper end, in", "上限（含）"),
    (REGISTER, "calibration.drift", "half", "half-width, constant until the next calibration or that of its first day", "半宽：至下次校准不变，或校准当日之值"),
    (REGISTER, "calibration.drift", "per_year", "growth of the half-width in a year", "半宽每年的增量"),
    (REGISTER, "calibration.drift", "unit", "unit of the polynomial", "多项式的单位"),
    (REGISTER, "calibration.drift", "polynomial", "half-width by rising powers of the years since the measurement", "半宽：自测量日起年数的升幂系数"),
    (REGISTER, "calibration.drift", "source", "how it is known", "依据"),
    (REGISTER, "specification", "name", "what procedures call spec.ROLE.NAME", "规程中的名称 spec.ROLE.NAME"),
    (REGISTER, "specification", "value", "the number with its unit", "数值及单位"),
    (REGISTER, "specification", "over", "loads for which it holds", "适用的负载范围"),
    (REGISTER, "specification", "source", "where it is written", "出处"),
    (REGISTER, "specification.over", "quantity", "the quantity of the load", "负载量"),
    (REGISTER, "specification.over", "from", "lower end, in", "下限（含）"),
    (REGISTER, "specification.over", "to", "upper end, out", "上限（不含）"),
    (REGISTER, "check", "on", "day of the intermediate check", "期间核查日期"),
    (REGISTER, "check", "by", "who checked", "核查人"),
    (REGISTER, "check", "procedure", "how", "核查方法"),
    (REGISTER, "check", "found", "difference that was found", "所得差值"),
    (REGISTER, "check", "limit", "largest difference allowed", "允许的最大差值"),
    (REGISTER, "upkeep", "on", "day", "日期"),
    (REGISTER, "upkeep", "kind", "all but maintenance end the values certified before", "除维护外均使此前的校准值失效"),
    (REGISTER, "upkeep", "by", "who did or found it", "经手人"),
    (REGISTER, "upkeep", "text", "what was done or happened", "内容"),
    (BENCH, "bench", "id", "name of the bench", "装置编号"),
    (BENCH, "bench", "name", "what it is", "装置名称"),
    (BENCH, "bench", "location", "where it stands", "所在地点"),
    (BENCH, "bench", "simulated", "whether its instruments are simulated", "是否为模拟装置"),
    (BENCH, "bench", "world", "file of the simulated world", "模拟世界文件"),
    (BENCH, "instrument", "id", "name on this bench", "本装置内的名称"),
    (BENCH, "instrument", "address", "its address on a line that several share; {channel} gives each position one", "共用线路上的地址，{channel} 按表位取值"),
    (BENCH, "instrument", "model", "model of the catalogue", "仪器目录中的型号"),
    (BENCH, "instrument", "resource", "address, `SIM::name`, or `by hand`", "地址、`SIM::名称` 或 `by hand`"),
    (BENCH, "instrument", "line", "serial line: `9600 8N1`", "串口设置：`9600 8N1`"),
    (BENCH, "instrument", "serial", "serial number it must answer with", "应答须相符的出厂编号"),
    (BENCH, "instrument", "standard", "its entry in the register", "台账中的编号"),
    (BENCH, "instrument", "range", "range of the standard that is used", "所用量程"),
    (BENCH, "instrument", "roles", "roles it may play; all that it can where left out", "可担任的角色，未写则不限"),
    (BENCH, "instrument", "limits", "largest values that may be set: quantity and value", "允许设定的最大值"),
    (BENCH, "instrument", "capacity", "what it holds at most: quantity and value", "最大容量"),
    (BENCH, "instrument", "watchdog_s", "seconds of silence after which it makes itself safe", "通信中断多少秒后自行进入安全状态"),
    (BENCH, "position", "number", "number on the bench's label, from 1", "表位号，自 1 起"),
    (BENCH, "position", "channels", "instrument → channel of this position", "仪器 → 本表位通道"),
    (BENCH, "contribution", "name", "what procedures call bench.NAME", "规程中的名称 bench.NAME"),
    (BENCH, "contribution", "value", "half-width or standard uncertainty, as the procedure takes it", "数值，按规程的用法"),
    (BENCH, "contribution", "source", "how it was found", "依据"),
    (BENCH, "repeatability", "procedure", "procedure it was found with", "所用规程"),
    (BENCH, "repeatability", "quantity", "result it is of", "所属结果"),
    (BENCH, "repeatability", "at", "values of the point for which it holds", "适用的点"),
    (BENCH, "repeatability", "s", "standard deviation of one repeat: history.s", "单次标准偏差：history.s"),
    (BENCH, "repeatability", "nu", "its degrees of freedom: history.nu", "自由度：history.nu"),
    (BENCH, "repeatability", "on", "when", "日期"),
    (BENCH, "repeatability", "source", "how it was found", "依据"),
    (SPECIFICATION, "spec", "id", "name of the specification", "技术指标编号"),
    (SPECIFICATION, "spec", "source", "document and place", "文件及出处"),
    (SPECIFICATION, "spec", "kind", "an uncertainty, or a maximum permissible error", "不确定度或最大允许误差"),
    (SPECIFICATION, "spec", "level", "level at which limits hold: k, p with dist, or rectangular", "限值的置信水平：k、p 或矩形分布"),
    (SPECIFICATION, "spec", "combine", "how the parts are combined: sum, rss, max", "各分项的合成方式：和、方和根、最大"),
    (SPECIFICATION, "spec", "value", "quantity that the shares are of", "各比例所对应的量"),
    (SPECIFICATION, "spec", "conditions", "what must be kept for it to hold", "成立的条件"),
    (SPECIFICATION, "spec", "columns", "fn, range, X_lo with X_hi, of_value, of_range, floor", "列：fn、range、X_lo 与 X_hi、of_value、of_range、floor"),
    (SPECIFICATION, "spec", "units", "unit of every column", "各列单位"),
    (SPECIFICATION, "spec", "rows", "what the maker promises", "厂家承诺的指标"),
    (SPECIFICATION, "spec", "on_gap", "between rows nothing is promised: error", "行间空隙：报错"),
    (SPECIFICATION, "spec", "on_overlap", "whether the first of two rows counts", "行重叠时是否取第一行"),
    (SPECIFICATION, "spec.level", "k", "coverage factor", "包含因子"),
    (SPECIFICATION, "spec.level", "p", "coverage probability", "包含概率"),
    (SPECIFICATION, "spec.level", "dist", "normal or rectangular", "正态或矩形分布"),
    (SCOPE, "capability", "measurand", "what may be measured, by the taxonomy", "被测量（按分类命名）"),
    (SCOPE, "capability", "method", "by which method", "方法"),
    (SCOPE, "capability", "quantity", "quantity of the range", "范围所指的量"),
    (SCOPE, "capability", "from", "lower end, in", "下限（含）"),
    (SCOPE, "capability", "to", "upper end, in", "上限（含）"),
    (SCOPE, "capability", "cmc", "smallest U (k = 2) that may be stated", "校准测量能力：可声明的最小 U（k = 2）"),
    (ITEM, "item", "id", "name of the item in this laboratory", "本实验室的样品编号"),
    (ITEM, "item", "name", "what it is", "名称"),
    (ITEM, "item", "maker", "maker on its plate", "制造厂"),
    (ITEM, "item", "model", "model on its plate", "型号"),
    (ITEM, "item", "serial", "serial number on its plate", "出厂编号"),
    (ITEM, "item", "received", "day it came", "接收日期"),
    (ITEM, "item", "condition", "condition on receipt", "接收时的状态"),
    (ITEM, "customer", "name", "whose it is", "委托方"),
    (ITEM, "customer", "address", "postal address", "地址"),
    (ITEM, "customer", "country", "country by its two letters (ISO 3166-1)", "国家（ISO 3166-1 两字母代码）"),
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::language_server::{context::context, readers};

    /// Texts with the cursor in every table of the five kinds of file.
    const TABLES: [(&str, &str, &str); 17] = [
        (REGISTER, "standard", "[standard]\n|"),
        (REGISTER, "status", "[[status]]\n|"),
        (REGISTER, "calibration", "[[calibration]]\n|"),
        (REGISTER, "calibration.reviewed", "[[calibration]]\nreviewed = { z|"),
        (REGISTER, "calibration.interpolation", "[[calibration]]\nrows = []\ninterpolation = { z|"),
        (REGISTER, "calibration.function", "[[calibration]]\n[[calibration.function]]\n|"),
        (REGISTER, "calibration.drift", "[[calibration]]\n[calibration.drift]\n|"),
        (REGISTER, "specification", "[[specification]]\n|"),
        (REGISTER, "check", "[[check]]\n|"),
        (REGISTER, "upkeep", "[[upkeep]]\n|"),
        (BENCH, "bench", "[bench]\n|"),
        (BENCH, "instrument", "[[instrument]]\n|"),
        (BENCH, "position", "[[position]]\n|"),
        (BENCH, "repeatability", "[[repeatability]]\n|"),
        (SPECIFICATION, "spec", "[spec]\n|"),
        (SCOPE, "capability", "[[capability]]\n|"),
        (ITEM, "item", "[item]\n|"),
    ];

    /// The readers themselves say which keys there are.
    #[test]
    fn every_key_that_a_reader_knows_has_a_meaning_in_both_languages() {
        let mut missing = Vec::new();
        for (schema, table, marked) in TABLES {
            let marked = format!("schema = \"{schema}\"\n{marked}");
            let byte = marked.find('|').expect("a cursor");
            let text = marked.replacen('|', "", 1);
            let keys = readers::keys(&text, byte, &context(&text, byte));
            assert!(!keys.is_empty(), "{schema} {table}");
            // A table below is told by its own keys.
            let is_table = |key: &String| {
                MEANINGS.iter().any(|own| own.0 == schema && own.1 == format!("{table}.{key}"))
            };
            missing.extend(
                keys.iter()
                    .filter(|key| of(schema, table, key).is_none() && !is_table(key))
                    .map(|key| format!("{schema} [{table}] {key}")),
            );
        }
        assert!(missing.is_empty(), "keys without a meaning: {missing:?}");
        assert!(MEANINGS.iter().chain(WORDS).all(|own| !own.3.is_empty() && !own.4.is_empty()));
    }
}
