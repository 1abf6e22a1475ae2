//! How a model is known.

use crate::protocol::{pattern::Pattern, template::Template};

/// How a model says who it is.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Identification {
    /// The question.
    pub query: Template,
    /// The reply, with any of `{maker}`, `{model}`, `{serial}`, `{firmware}`.
    pub reply: Pattern,
    /// Further questions, where one does not tell everything.
    pub also: Vec<(Template, Pattern)>,
    /// The maker as the reply must give it.
    pub maker: String,
    /// The model numbers the reply may give.
    pub model: Vec<String>,
}

impl Identification {
    /// Every question with the form of its answer, in the order in which they are put.
    pub fn questions(&self) -> impl Iterator<Item = (&Template, &Pattern)> {
        let also = self.also.iter().map(|(query, reply)| (query, reply));
        std::iter::once((&self.query, &self.reply)).chain(also)
    }

    /// Whether somebody of this identity is the model.
    #[must_use]
    pub fn fits(&self, maker: &str, model: &str) -> bool {
        let fits = |wanted: &str, said: &str| wanted == "*" || wanted.eq_ignore_ascii_case(said);
        fits(&self.maker, maker) && self.model.iter().any(|wanted| fits(wanted, model))
    }

    /// Whether it names a maker and a model, rather than taking everybody.
    #[must_use]
    pub fn is_particular(&self) -> bool {
        self.maker != "*" || !self.model.iter().any(|model| model == "*")
    }
}
