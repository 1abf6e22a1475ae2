//! Pages of decisions, the safe state and tests.

use super::{Page, page};

/// The pages, by code.
pub(crate) const PAGES: &[Page] = &[
    page(
        "E1001",
        "every activity has its decision",
        "每项活动须有其判定",
        "Verification and calibration decide differently; each activity of the head has a [decision.NAME].",
        "检定与校准的判定不同；文件头所列的每项活动各有一个 [decision.NAME]。",
    ),
    page(
        "E1002",
        "rounded numbers have a named rounding",
        "修约后的数须写明修约规则",
        "judge = \"rounded\" needs the step, the rule and the source of the one rounding.",
        "judge = \"rounded\" 须给出那一次修约的间距、规则和出处。",
    ),
    page(
        "E1003",
        "numbers are rounded once",
        "数只修约一次",
        "Rounding a rounded number moves it twice. Leave the raw quantity and name one rounding.",
        "对已修约的数再修约，会把它移动两次。请保留原始量，只写一次修约。",
    ),
    page(
        "E1004",
        "decisions have a limit",
        "判定须有限值",
        "A decision compares a quantity with a tolerance, or consists of checks.",
        "判定是把一个量与允许误差限相比，或由若干项检查组成。",
    ),
    page(
        "E1005",
        "checks judge what there is one of",
        "检查须针对恰有一个值的量",
        "A check at each point cannot judge a quantity of another grouping: each = \"point\" goes with `repeat by point`, each = \"p\" with over = \"p\", each = \"item\" with `NAME = FORMULA by point`.",
        "逐点的检查不能判别按别的方式归组的量：each = \"point\" 配 `repeat by point`，each = \"p\" 配 over = \"p\"，each = \"item\" 配 `NAME = FORMULA by point`。",
    ),
    page(
        "E1006",
        "a shared decision exists and is said once",
        "共用的判定须存在且只写一次",
        "same_as = \"verification\" takes over quantity, limit, rounding, rule and checks of another [decision.NAME], which says them all itself. A statement and a source are this one's own, and nothing else.",
        "same_as = \"verification\" 沿用另一个 [decision.NAME] 的量、限值、修约、规则和检查，后者须自行写全。本判定自己只写声明和出处，别无其他。",
    ),
    page(
        "E1101",
        "what can hurt is made safe",
        "会伤人的须转入安全",
        "Every role with a hazard is brought to safety by an action of [safe_state]; every way out of a run goes through it.",
        "凡带危险（hazard）的角色，都由 [safe_state] 中的某个动作转入安全；运行的每一条出路都经过它。",
    ),
    page(
        "E1102",
        "safe is shown, not assumed",
        "安全须证实，不得假定",
        "`verify` reads back that the role is safe: { role = \"source\", that = \"abs(I) < 1 mA and U < 5 V\" }.",
        "`verify` 回读该角色确已安全：{ role = \"source\", that = \"abs(I) < 1 mA and U < 5 V\" }。",
    ),
    page(
        "E1201",
        "every model has a golden test",
        "每个模型须有算例",
        "A case whose expected value somebody else computed; approval refuses a version whose cases fail.",
        "算例的期望值由他人算出；算例不符的版本不予批准。",
    ),
    page(
        "E1202",
        "every decision has a golden test",
        "每项判定须有算例",
        "A case with its activity and the expected verdict.",
        "算例写明其活动和应得的结论。",
    ),
    page(
        "E1203",
        "tests describe a unit under test that fits",
        "算例的被校器具须与方法相符",
        "The fields of the test's `dut` are checked like those of a real one.",
        "算例中 `dut` 的字段与真实器具的字段同样检查。",
    ),
    page(
        "E1204",
        "every row is reached by a test",
        "每一行须有算例用到",
        "No item of the tests leads to this row, so a slip in it would go unseen. A warning.",
        "没有任何算例的器具用到这一行，其中的笔误便无人察觉。这是警告。",
    ),
    page(
        "E1205",
        "every derived quantity has a golden test",
        "每个导出量须有算例",
        "A case whose `results` are given and whose expect = { derived = { … } } somebody else computed.",
        "算例给出 `results`，其 expect = { derived = { … } } 由他人算出。",
    ),
    page(
        "E1206",
        "every check has a golden test",
        "每项检查须有算例",
        "A case whose `results` are given and whose expect = { checks = { … } } says what the check must find.",
        "算例给出 `results`，其 expect = { checks = { … } } 写明检查应得的结论。",
    ),
    page(
        "E1207",
        "tests have names of their own",
        "算例须各有名称",
        "Two tests with one name cannot be told apart in the report of the release.",
        "两个算例同名，在发布的报告中便无法区分。",
    ),
    page(
        "E1208",
        "the case that is shared stands before",
        "被沿用的算例须在前",
        "same_as names an earlier case of the file: its item, point, model and activity, and for the same model its given values, hold where this one says nothing else. What is expected is never shared.",
        "same_as 写文件中在前的一个算例：其器具、测量点、模型和活动（同一模型时还有给定值），凡本算例未另写的都照用。期望值从不沿用。",
    ),
];
