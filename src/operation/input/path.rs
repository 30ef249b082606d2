use core::fmt;

/// Where in the input a value is.
pub(in crate::operation) enum Path<'p> {
    /// It is the whole input.
    Whole,
    /// A member of an object.
    Member(&'p Self, &'static str),
    /// An item of a list.
    Item(&'p Self, usize),
}

impl Path<'_> {
    pub(in crate::operation) const fn member(&self, name: &'static str) -> Path<'_> {
        Path::Member(self, name)
    }

    pub(in crate::operation) const fn item(&self, place: usize) -> Path<'_> {
        Path::Item(self, place)
    }

    /// For a visitor's `expecting`: which JSON type the value has to have.
    pub(in crate::operation) fn expecting(&self, json_type: &str, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => f.write_str(json_type),
            Self::Member(..) | Self::Item(..) => write!(f, "`{self}` to be {json_type}"),
        }
    }
}

impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Whole => Ok(()),
            Self::Member(Self::Whole, name) => f.write_str(name),
            Self::Member(object, name) => write!(f, "{object}.{name}"),
            Self::Item(list, place) => write!(f, "{list}[{place}]"),
        }
    }
}
