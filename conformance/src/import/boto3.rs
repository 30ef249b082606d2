use super::{Accounts, AwsCli, Imported, Problem};

/// What the [hook](Self::HOOK) for boto3 wrote: one record per line, with the columns of the AWS CLI's history.
#[derive(Clone, Debug, Default)]
pub struct Boto3(AwsCli);

impl Boto3 {
    /// A Python module that records what boto3 sends and receives; its first lines say how to use it.
    pub const HOOK: &str = include_str!("boto3_hook.py");

    /// An empty recording.
    #[must_use]
    pub fn new(accounts: Accounts) -> Self {
        Self(AwsCli::new(accounts))
    }

    /// Reads a file.
    pub fn read(&mut self, file: &str, text: &str) {
        let mut rows = Vec::new();
        for (record, line) in (1..).zip(text.lines()).filter(|(_, line)| !line.trim().is_empty()) {
            match serde_json::from_str(line) {
                Ok(row) => rows.push((record, row)),
                Err(error) => self.0.unreadable(Problem::new(file, record, format!("no line of the hook's: {error}"))),
            }
        }
        self.0.read(file, rows);
    }

    /// The trace.
    #[must_use]
    pub fn finish(self) -> Imported {
        self.0.finish()
    }
}
