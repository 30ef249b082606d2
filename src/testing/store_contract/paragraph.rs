use core::fmt;

/// A paragraph of [what a store has to do to be correct](crate::store#to-be-correct), or of
/// [its outbox](crate::testing::store_contract#an-outbox).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Paragraph(pub(super) u8);

/// The documentation of the traits, and what that of an outbox adds.
const CONTRACT: &str = concat!(include_str!("../../store/to-be-correct.md"), include_str!("outbox.md"));

impl Paragraph {
    /// Its number there.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// What it is about: its bold words.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.text().split("**").nth(1).unwrap_or_default()
    }

    /// Its text there, in Markdown, with its line ends.
    #[must_use]
    pub fn text(self) -> &'static str {
        let from = |number: u8| CONTRACT.find(&alloc::format!("{number}. **"));
        let (start, end) = (from(self.0).unwrap_or(0), from(self.0 + 1).unwrap_or(CONTRACT.len()));
        CONTRACT.get(start..end).and_then(|text| text.split_once(". ")).map_or("", |(_, text)| text.trim_end())
    }
}

impl fmt::Display for Paragraph {
    /// The number and the text, on one line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.", self.0)?;
        self.text().split_whitespace().try_for_each(|word| write!(f, " {word}"))
    }
}
