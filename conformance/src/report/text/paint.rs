use std::fmt::{self, Display};

use anstyle::Style;

/// Styles, or none.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paint {
    pub(super) colour: bool,
}

/// Something as a line of text: what was recorded may contain control characters, which a terminal would obey.
pub(super) fn one_line(what: impl Display) -> String {
    let mut line = String::new();
    for character in what.to_string().chars() {
        match character {
            control if control.is_control() => line.extend(control.escape_default()),
            other => line.push(other),
        }
    }
    line
}

impl Paint {
    pub(super) fn bold<T>(self, what: T) -> Painted<T> {
        self.with(Style::new().bold(), what)
    }

    pub(super) fn dim<T>(self, what: T) -> Painted<T> {
        self.with(Style::new().dimmed(), what)
    }

    pub(super) fn with<T>(self, style: Style, what: T) -> Painted<T> {
        Painted { style: if self.colour { style } else { Style::new() }, what }
    }
}

/// Something in a style.
pub(super) struct Painted<T> {
    style: Style,
    what: T,
}

impl<T: Display> Display for Painted<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { style, what } = self;
        write!(f, "{style}{what}{style:#}")
    }
}
