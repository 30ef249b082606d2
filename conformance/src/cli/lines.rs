//! A file of a recording, line by line: no more than one line of it is in memory at a time.

use std::{
    fs::File,
    io::{self, BufRead, BufReader, Read as _},
    path::Path,
};

use account_connections_conformance::{
    report::Place,
    trace::{self, Read},
};

/// A longer line is not read. The longest that the API can give, a page of 100 environments, is far shorter.
const LONGEST_LINE: u64 = 16 << 20;

/// The lines of a file that are not blank.
pub(super) struct Lines {
    name: String,
    input: Box<dyn BufRead>,
    number: u64,
    line: Vec<u8>,
}

/// A line: what it says, or why it cannot be read.
pub(super) type Line = (Place, Result<Read, String>);

impl Lines {
    /// Opens a file; `-` is standard input.
    ///
    /// # Errors
    ///
    /// The file cannot be opened; says which, and why.
    pub(super) fn open(path: &Path) -> Result<Self, String> {
        let name = path.display().to_string();
        let input: Box<dyn BufRead> = match name.as_str() {
            "-" => Box::new(io::stdin().lock()),
            _ => Box::new(BufReader::new(File::open(path).map_err(|error| format!("cannot read {name}: {error}"))?)),
        };
        Ok(Self { name, input, number: 0, line: Vec::new() })
    }

    fn next_line(&mut self) -> io::Result<Option<Result<Read, String>>> {
        loop {
            self.line.clear();
            let count = (&mut self.input).take(LONGEST_LINE).read_until(b'\n', &mut self.line)?;
            if count == 0 {
                return Ok(None);
            }
            self.number += 1;
            if count as u64 == LONGEST_LINE && !self.line.ends_with(b"\n") {
                self.input.skip_until(b'\n')?;
                return Ok(Some(Err(format!("the line is longer than {LONGEST_LINE} bytes"))));
            }
            let line = self.line.trim_ascii();
            if !line.is_empty() {
                return Ok(Some(read(line)));
            }
        }
    }
}

impl Iterator for Lines {
    /// An error if the file cannot be read further.
    type Item = Result<Line, String>;

    fn next(&mut self) -> Option<Self::Item> {
        let read = self.next_line().map_err(|error| format!("cannot read {}: {error}", self.name)).transpose()?;
        Some(read.map(|line| {
            let mut place = Place::default();
            (place.file, place.line) = (self.name.clone(), self.number);
            (place, line)
        }))
    }
}

fn read(line: &[u8]) -> Result<Read, String> {
    let text = str::from_utf8(line).map_err(|error| format!("the line is not UTF-8: {error}"))?;
    trace::read(text).map_err(|malformed| malformed.to_string())
}
