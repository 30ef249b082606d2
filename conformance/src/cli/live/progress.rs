//! The line on a terminal that shows how far a run has got.

use std::io::{self, IsTerminal as _};

use account_connections_conformance::live::Progress;
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};

pub(super) struct Bar(ProgressBar);

impl Bar {
    /// On standard error, if that is a terminal.
    pub(super) fn new(calls: usize) -> Self {
        let target =
            if io::stderr().is_terminal() { ProgressDrawTarget::stderr() } else { ProgressDrawTarget::hidden() };
        let bar = ProgressBar::with_draw_target(Some(calls as u64), target);
        let style = ProgressStyle::with_template("{prefix:8} [{bar:30}] {pos}/{len} calls, {elapsed}  {wide_msg}");
        Self(style.map_or_else(|_| bar.clone(), |style| bar.clone().with_style(style.progress_chars("=> "))))
    }

    pub(super) fn show(&self, progress: &Progress<'_>) {
        let findings = match progress.findings {
            0 => String::new(),
            1 => "1 finding  ".into(),
            many => format!("{many} findings  "),
        };
        self.0.set_prefix(progress.phase.map_or("shorter", |phase| phase.name()));
        self.0.set_position(progress.done as u64);
        self.0.set_message(format!("{findings}{}", progress.what));
    }

    pub(super) fn end(&self) {
        self.0.finish_and_clear();
    }
}
