//! Lanes drawn as text: one per client, time from left to right.

use alloc::{collections::BTreeSet, format, string::String, vec::Vec};
use core::fmt;

use super::{Drawn, Fate, Lane, Made};

/// Draws those of the calls that are to be shown: each from its start to its end, with its place in the order, or with
/// a question mark where it is stuck. Times are equally spaced, however far apart they are.
///
/// ```text
///   client 0   [1------------]     [?--------]
///   client 1       [2----]             [?--------]
/// ```
pub(super) fn write(f: &mut fmt::Formatter<'_>, lanes: &[Lane<'_>], shown: &[&Drawn]) -> fmt::Result {
    let is_shown = |call: &Drawn| shown.iter().any(|other| core::ptr::eq(*other, call));
    let calls = lanes.iter().flat_map(|lane| &lane.calls).filter(|(_, call)| is_shown(call));
    let times = calls.clone().flat_map(|(made, _)| [made.start, made.end]).collect::<BTreeSet<_>>();
    let longest = calls.map(|(_, call)| label(call).len()).max().unwrap_or_default();
    let column = |time: u64| times.range(..time).count() * (longest + EDGES);
    for Lane { client, calls } in lanes {
        let mut rows = Vec::<Row>::new();
        for (Made { start, end, .. }, call) in calls.iter().filter(|(_, call)| is_shown(call)) {
            let width = column(*end) - column(*start) + longest;
            let text = format!("[{:-<width$}]", label(call));
            // One client's calls do not overlap, unless its clock stood still in the meantime.
            if !rows.iter_mut().any(|row| row.draw(column(*start), &text)) {
                let mut row = Row::default();
                row.draw(column(*start), &text);
                rows.push(row);
            }
        }
        for Row(text) in rows {
            writeln!(f, "  client {client:<3} {}", text.trim_end())?;
        }
    }
    Ok(())
}

/// Two brackets, and a space to the next column.
const EDGES: usize = 3;

fn label(call: &Drawn) -> String {
    match call.fate {
        Fate::Placed(place) => format!("{place}"),
        _ => "?".into(),
    }
}

/// A line of text; the rest of it is blank.
#[derive(Default)]
struct Row(String);

impl Row {
    /// Appends the text at a column; `false` if the row is already longer.
    fn draw(&mut self, column: usize, text: &str) -> bool {
        let Some(gap) = column.checked_sub(self.0.len()) else { return false };
        self.0.extend(core::iter::repeat_n(' ', gap));
        self.0.push_str(text);
        true
    }
}
