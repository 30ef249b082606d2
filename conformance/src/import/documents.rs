use serde_json::{Deserializer, Value};

/// The JSON values in a text: one document, one per line, or one after the other.
///
/// After one that cannot be read, it continues with the next line that begins with an object or an array.
#[derive(Debug)]
pub(super) struct Documents<'t> {
    rest: &'t str,
    /// The line in which the rest begins, from 1.
    line: usize,
}

impl<'t> Documents<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        // Some editors put it at the beginning of a file.
        Self { rest: text.strip_prefix('\u{feff}').unwrap_or(text), line: 1 }
    }

    fn skip(&mut self, bytes: usize) {
        let (read, rest) = self.rest.split_at_checked(bytes).unwrap_or((self.rest, ""));
        self.line += read.matches('\n').count();
        self.rest = rest;
    }
}

impl Iterator for Documents<'_> {
    type Item = Result<Value, String>;

    fn next(&mut self) -> Option<Self::Item> {
        self.skip(self.rest.len() - self.rest.trim_ascii_start().len());
        let mut values = Deserializer::from_str(self.rest).into_iter();
        match values.next()? {
            Ok(value) => {
                self.skip(values.byte_offset());
                Some(Ok(value))
            }
            Err(error) => {
                let (begin, line) = (self.line, self.line + error.line() - 1);
                let next = ["\n{", "\n["].iter().filter_map(|begin| self.rest.find(begin)).min();
                self.skip(next.unwrap_or(self.rest.len()));
                let said = error.to_string();
                let what = said.split(" at line ").next().unwrap_or_default();
                Some(Err(format!("what begins in line {begin} is not JSON: {what} in line {line}")))
            }
        }
    }
}
