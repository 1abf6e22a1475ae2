//! Laws that hold for every budget, tried on budgets nobody thought of.

use std::num::NonZeroUsize;

use etalon_uncertainty::budget::{self, Answer, Method, Options, OutputAnswer, Trials};
use etalon_uncertainty::budget_file;
use proptest::prelude::*;

/// One input: estimate, standard uncertainty, degrees of freedom.
type Known = (f64, f64, u32);

fn known() -> impl Strategy<Value = Known> {
    (0.5..20.0, 0.001..0.05, 2..60_u32).prop_map(|(x, relative, dof)| (x, x * relative, dof))
}

fn input(name: &str, (value, u, dof): Known) -> String {
    format!(
        "[[input]]\nname = \"{name}\"\nvalue = {value:e}\ndist = \"normal\"\nu = {u:e}\ndof = {dof}\n"
    )
}

fn model(expression: &str) -> String {
    format!("[[model]]\nname = \"y\"\nexpr = \"{expression}\"\n")
}

fn answer(text: &str, options: &Options) -> Answer {
    let (file, _) = budget_file::parse(text).unwrap_or_else(|f| panic!("{f:#?}\n{text}"));
    budget::evaluate("law", &file, options).expect("the model has a value")
}

fn gum(text: &str) -> OutputAnswer {
    let options = Options { method: Method::Gum, ..Options::default() };
    answer(text, &options).outputs.remove(0)
}

fn near(a: f64, b: f64, relative: f64) -> bool {
    (a - b).abs() <= relative * a.abs().max(b.abs())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    /// A factor on a result is a factor on its uncertainty, and on nothing else.
    #[test]
    fn a_result_in_another_scale_has_its_uncertainty_in_that_scale(
        a in known(), b in known(), factor in 1e-6..1e6_f64,
    ) {
        let inputs = input("a", a) + &input("b", b);
        let plain = gum(&(model("a^2*sqrt(b) - a") + &inputs));
        let scaled = gum(&(model(&format!("{factor:e}*(a^2*sqrt(b) - a)")) + &inputs));
        prop_assert!(near(scaled.value, factor * plain.value, 1e-12));
        prop_assert!(near(scaled.u, factor * plain.u, 1e-12));
        prop_assert!(near(scaled.dof_eff.unwrap(), plain.dof_eff.unwrap(), 1e-10));
        for (scaled, plain) in scaled.budget.iter().zip(&plain.budget) {
            prop_assert!(near(scaled.share, plain.share, 1e-10));
        }
    }

    /// A histogram that is cut more finely, or counted in another scale, is the
    /// same distribution.
    #[test]
    fn a_histogram_cut_more_finely_is_the_same_input(
        widths in prop::collection::vec(0.01..5.0_f64, 2..8), first in -50.0..50.0_f64, scale in 0.1..1e4_f64,
    ) {
        let counts: Vec<f64> = widths.iter().map(|w| 1.0 + (7.0 * w) % 3.0).collect();
        let mut edges = vec![first];
        widths.iter().for_each(|w| edges.push(edges[edges.len() - 1] + w));
        let (mut finer, mut halves) = (vec![first], Vec::new());
        for (pair, count) in edges.windows(2).zip(&counts) {
            finer.extend([0.5 * (pair[0] + pair[1]), pair[1]]);
            halves.extend([scale * count, scale * count]);
        }
        let histogram = |edges: &[f64], counts: &[f64]| {
            format!("[[input]]\nname = \"a\"\ndist = \"histogram\"\nedges = {edges:?}\ncounts = {counts:?}\n")
        };
        let coarse = gum(&(model("3*a") + &histogram(&edges, &counts)));
        let fine = gum(&(model("3*a") + &histogram(&finer, &halves)));
        prop_assert!((coarse.value - fine.value).abs() < 1e-12 * (1.0 + coarse.value.abs()));
        prop_assert!(near(coarse.u, fine.u, 1e-12));
    }

    /// The same function written in another way has the same budget.
    #[test]
    fn a_model_written_in_another_way_has_the_same_budget(a in known(), b in known(), c in known()) {
        let inputs = input("a", a) + &input("b", b) + &input("c", c);
        let plain = gum(&(model("a*b/c") + &inputs));
        let other = gum(&(model("exp(log(a) + log(b) - log(c))") + &inputs));
        prop_assert!(near(plain.value, other.value, 1e-12) && near(plain.u, other.u, 1e-11));
        prop_assert!(near(plain.u_second_order, other.u_second_order, 1e-9));
        for (plain, other) in plain.budget.iter().zip(&other.budget) {
            prop_assert!(near(plain.c, other.c, 1e-11), "{} {}", plain.c, other.c);
        }
    }

    /// Two independent inputs that only occur as their sum may be one input with
    /// two components.
    #[test]
    fn independent_inputs_merge_into_components_of_one(a in known(), b in known(), c in known()) {
        let apart = gum(&(model("(a + b)*c") + &input("a", a) + &input("b", b) + &input("c", c)));
        let component = |name: &str, (_, u, dof): Known| {
            format!(
                "[[input.component]]\nname = \"{name}\"\ndist = \"normal\"\nu = {u:e}\ndof = {dof}\n"
            )
        };
        let sum = format!("[[input]]\nname = \"s\"\nvalue = {:e}\n", a.0 + b.0);
        let merged = sum + &component("a", a) + &component("b", b) + &input("c", c);
        let merged = gum(&(model("s*c") + &merged));
        prop_assert!(near(apart.u, merged.u, 1e-12), "{} {}", apart.u, merged.u);
        prop_assert!(near(apart.dof_eff.unwrap(), merged.dof_eff.unwrap(), 1e-9));
    }

    /// An input that nothing depends on changes nothing.
    #[test]
    fn an_input_without_influence_changes_nothing(a in known(), b in known(), c in known()) {
        let inputs = input("a", a) + &input("b", b);
        let without = gum(&(model("a/b") + &inputs));
        let with = gum(&(model("a/b + 0*c") + &inputs + &input("c", c)));
        prop_assert!(near(without.u, with.u, 1e-14));
        prop_assert!(near(without.dof_eff.unwrap(), with.dof_eff.unwrap(), 1e-12));
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    /// For a linear model of normal inputs the GUM is exact, so Monte Carlo is
    /// within its own sampling deviation of it.
    #[test]
    fn gum_and_monte_carlo_agree_for_linear_models_of_normal_inputs(
        a in known(), b in known(), c in known(), seed in any::<u64>(), r in -0.95..0.95_f64,
    ) {
        let correlated = format!("[[correlation]]\na = \"a\"\nb = \"b\"\nr = {r:e}\n");
        let inputs = input("a", a) + &input("b", b) + &input("c", c) + &correlated;
        let trials = 50_000;
        let options = Options {
            seed, trials: Trials::Fixed(trials), probabilities: vec![0.95], ..Options::default()
        };
        let mut answer = answer(&(model("2*a - 3*b + c/4") + &inputs), &options);
        let output = answer.outputs.remove(0);
        let mcm = output.mcm.unwrap();
        // 5.2 deviations: one in ten million comparisons would fail by chance.
        let deviation = 5.2 / (trials as f64).sqrt();
        prop_assert!((mcm.mean - output.value).abs() < deviation * output.u);
        prop_assert!((mcm.u / output.u - 1.0).abs() < deviation / 2f64.sqrt());
        prop_assert!(mcm.skewness.abs() < 5.2 * (6.0 / trials as f64).sqrt());
        // JCGM 101, 5.9: 1.96 u is the end of the interval whatever the dof.
        let half = 0.5 * (mcm.ends.hi_sym - mcm.ends.lo_sym);
        prop_assert!((half / (1.959_963_985 * output.u) - 1.0).abs() < 3.0 * deviation);
    }

    /// The whole document, byte by byte.
    #[test]
    fn one_two_and_eight_threads_give_the_same_bytes(a in known(), b in known(), seed in any::<u64>()) {
        let text = model("a*exp(b/100)")
            + "[[model]]\nname = \"z\"\nexpr = \"a/b\"\n" + &input("a", a) + &input("b", b);
        let with = |threads: usize| {
            let options = Options {
                seed, threads: NonZeroUsize::new(threads).unwrap(),
                trials: Trials::Fixed(150_001), ..Options::default()
            };
            let answer = answer(&text, &options);
            (answer.json(), answer.svg(), answer.table())
        };
        let one = with(1);
        prop_assert_eq!(&one, &with(2));
        prop_assert_eq!(&one, &with(8));
    }
}
