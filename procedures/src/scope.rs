//! What names mean: kinds while a procedure is checked, values while it runs.

use std::collections::{BTreeMap, BTreeSet};

use etalon_uncertainty::expression::{Kind, NumberKind, Scope, Value};

/// Names with their kinds, for checking before any value is known.
#[derive(Clone, Debug, Default)]
pub struct Kinds {
    names: BTreeMap<String, Kind>,
    broken: BTreeSet<String>,
    live: bool,
}

impl Kinds {
    /// Declares a name.
    pub fn declare(&mut self, name: impl Into<String>, kind: Kind) {
        self.names.insert(name.into(), kind);
    }

    /// Declares a name whose own definition has a finding: what uses it cannot be
    /// judged before that is repaired.
    pub fn declare_broken(&mut self, name: impl Into<String>) {
        self.broken.insert(name.into());
    }

    /// Takes a name back.
    pub(crate) fn forget(&mut self, name: &str) {
        self.names.remove(name);
    }

    /// Whether the definition of a name has a finding.
    #[must_use]
    pub fn is_broken(&self, name: &str) -> bool {
        self.broken.contains(name)
    }

    /// Also allows the functions that look at a running bench: `drift`,
    /// `instability`, `energised_within`.
    #[must_use]
    pub fn live(mut self) -> Self {
        self.live = true;
        self
    }

    /// The same names with those of another scope over them.
    #[must_use]
    pub fn with(&self, others: &Kinds) -> Self {
        let mut joined = self.clone();
        joined.names.extend(others.names.iter().map(|(name, kind)| (name.clone(), kind.clone())));
        joined.broken.extend(others.broken.iter().cloned());
        joined.live |= others.live;
        joined
    }

    /// The declared names.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.names.keys().map(String::as_str)
    }
}

impl Scope for Kinds {
    fn kind(&self, path: &str) -> Option<Kind> {
        if let Some(kind) = self.names.get(path) {
            return Some(kind.clone());
        }
        // A selection of a list, `E[up]` or `E[dir='down']`, is one of its values
        // for every value of the column it is taken over.
        let (list, _) = path.split_once('[')?;
        match self.names.get(list) {
            Some(Kind::List(of)) => Some((**of).clone()),
            _ => None,
        }
    }

    fn value(&self, _path: &str) -> Option<Value> {
        None
    }

    fn call_kind(&self, name: &str, args: &[Kind]) -> Option<Result<Kind, String>> {
        live_function(name, args, self.live)
    }

    fn known(&self) -> Vec<String> {
        self.names.keys().cloned().collect()
    }
}

/// Functions the engine answers: `drift(x, 'w')` is the largest minus the
/// smallest indication of x during the last w, `instability` the same relative
/// to their mean, `energised_within('w')` whether a role was energised during
/// the last w, `ran('stage')` whether a stage ran.
fn live_function(name: &str, args: &[Kind], live: bool) -> Option<Result<Kind, String>> {
    let wanted = |text: &str| Err(format!("{name} takes {text}"));
    match (name, args) {
        ("drift", [Kind::Number(of), Kind::Text]) if live => {
            Some(Ok(Kind::Number(NumberKind::of(of.dimension))))
        }
        ("instability", [Kind::Number(_), Kind::Text]) if live => {
            Some(Ok(Kind::Number(NumberKind::ONE)))
        }
        ("drift" | "instability", _) if live => {
            Some(wanted("role.quantity and a time: 'P', '10 s'"))
        }
        ("energised_within", [Kind::Text]) if live => Some(Ok(Kind::Truth)),
        ("ran", [Kind::Text]) => Some(Ok(Kind::Truth)),
        ("ran" | "energised_within", _) => Some(wanted("one quoted text")),
        _ => None,
    }
}

/// Names with their values.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Bindings(BTreeMap<String, Value>);

impl Bindings {
    /// Binds a name, replacing what it was bound to.
    pub fn bind(&mut self, name: impl Into<String>, value: Value) {
        self.0.insert(name.into(), value);
    }

    /// The value of a name.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.get(name)
    }

    /// All names with their values.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value))
    }
}

impl Scope for Bindings {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.0.get(path).map(Value::kind)
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.0.get(path).cloned()
    }

    fn known(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// Two scopes; the first is asked first.
pub struct Over<'a>(
    /// Asked first.
    pub &'a dyn Scope,
    /// Asked where the first does not know.
    pub &'a dyn Scope,
);

impl Scope for Over<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.0.kind(path).or_else(|| self.1.kind(path))
    }

    fn value(&self, path: &str) -> Option<Value> {
        self.0.value(path).or_else(|| self.1.value(path))
    }

    fn call_kind(&self, name: &str, args: &[Kind]) -> Option<Result<Kind, String>> {
        self.0.call_kind(name, args).or_else(|| self.1.call_kind(name, args))
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.0.call(name, args).or_else(|| self.1.call(name, args))
    }

    fn known(&self) -> Vec<String> {
        let mut known = self.0.known();
        known.extend(self.1.known());
        known
    }
}

/// The scope of one point: the point's values bare and as `point.NAME`, the
/// item's fields bare and as `dut.NAME`, `TABLE.COLUMN` looked up at the point,
/// and everything else from `outer` (external names, results).
pub struct PointScope<'a> {
    /// The procedure whose tables are looked up.
    pub procedure: &'a crate::procedure::Procedure,
    /// The unit under test.
    pub item: &'a crate::item::ItemFields,
    /// The point; `None` between points.
    pub point: Option<&'a crate::expand::Point>,
    /// Names from outside the procedure.
    pub outer: &'a dyn Scope,
}

impl Scope for PointScope<'_> {
    fn kind(&self, path: &str) -> Option<Kind> {
        self.value(path).map(|value| value.kind())
    }

    fn value(&self, path: &str) -> Option<Value> {
        let bare = path.strip_prefix("point.").unwrap_or(path);
        if let Some(value) = self.point.and_then(|point| point.values.get(bare)) {
            return Some(value.clone());
        }
        if let Some(value) = self.item.value(path).or_else(|| self.outer.value(path)) {
            return Some(value);
        }
        let (table, column) = path.split_once('.')?;
        self.procedure.table(table)?;
        crate::lookup::cell(self.procedure, table, column, self).ok()
    }

    fn call_kind(&self, name: &str, args: &[Kind]) -> Option<Result<Kind, String>> {
        self.outer.call_kind(name, args)
    }

    fn call(&self, name: &str, args: &[Value]) -> Option<Result<Value, String>> {
        self.outer.call(name, args)
    }

    fn known(&self) -> Vec<String> {
        let mut known = self.item.known();
        known.extend(self.point.iter().flat_map(|point| point.values.keys().cloned()));
        known.extend(self.outer.known());
        known
    }
}
