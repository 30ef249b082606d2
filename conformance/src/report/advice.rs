use super::{Lines, Report, Verdict};

impl Report {
    /// What would help, if the verdict is `inconclusive`.
    #[must_use]
    pub fn advice(&self) -> Vec<String> {
        if self.verdict != Verdict::Inconclusive {
            return Vec::new();
        }
        let mut advice = Vec::new();
        let Lines { checked, narrowed, not_checkable, .. } = self.lines;
        if self.lines.calls() == 0 {
            advice.push("give a recording that has calls: one a line, after a header `{\"trace\":1}`".into());
        } else if checked + narrowed == 0 && not_checkable > 0 {
            advice.push(
                "record from the beginning, with `\"begins\":\"empty\"` in the header, or record reads too: the answers of \
                 the Get and List operations show what was there before"
                    .into(),
            );
        }
        if !self.unreadable.is_empty() {
            advice.push(
                "correct the lines that could not be read: what follows one is judged as if the recording began there"
                    .into(),
            );
        }
        advice
    }
}
