//! `trace`: a recording in, a verdict out.

use std::{
    iter::Peekable,
    path::{Path, PathBuf},
    process::ExitCode,
};

use account_connections_conformance::{
    Judge,
    trace::{self, ClockUnit, Header, Overlaps, Read},
};
use clap::Args;

use super::{
    Beginning,
    lines::{Line, Lines},
    output::Output,
};

// What is judged, and how. No doc comment: clap would take it for what the command does.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Trace {
    /// One call a line, in JSON; `-` is standard input. Several files are one recording, in this order
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// What was there before the first call, in place of what the recording says
    #[arg(long, value_enum)]
    begins: Option<Beginning>,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
A recording, and the smallest one:
  {\"trace\":1,\"begins\":\"empty\"}
  {\"account\":\"123456789222\",\"region\":\"us-east-1\",\"operation\":\"DeleteEnvironmentAccountConnection\",\
\"input\":{\"id\":\"a1b2c3d4-5678-90ab-cdef-111111111111\"},\"answer\":{}}

In a CI job, with deviations that are known:
  account-connections-conformance trace session.jsonl --write-baseline known.toml
  account-connections-conformance trace session.jsonl --profile known.toml --report junit=report.xml

Of something that was in use before it was recorded:
  zcat session.jsonl.gz | account-connections-conformance trace - --begins unknown

Exit status: 0 conforms, or deviates; 1 violates, or deviates where the profile or --fail-on says so; 2 wrong use, or a
file that cannot be read; 3 inconclusive: nothing was checked, or there are lines that cannot be read.";

/// A file, with what its first line says about it.
struct Part {
    header: Option<Header>,
    lines: Peekable<Lines>,
}

impl Trace {
    /// Judges the recording and writes the reports.
    ///
    /// # Errors
    ///
    /// A file cannot be read or written, or the files do not belong to one recording; says which, and why.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let profile = self.output.profile()?;
        if self.files.iter().filter(|file| file.as_os_str() == "-").count() > 1 {
            return Err("standard input, `-`, can be read once".into());
        }
        // All are opened before anything is judged, so that a wrong name is reported at once.
        let parts = self.files.iter().map(|file| Part::open(file)).collect::<Result<Vec<_>, _>>()?;
        let mut header = whole(&parts)?;
        if let Some(begins) = self.begins {
            header.begins = begins.into();
        }
        let mut judge = Judge::new(header, profile.clone());
        for part in parts {
            part.judge(&mut judge)?;
        }
        self.output.write(&judge.finish(), &profile).map(ExitCode::from)
    }
}

impl Part {
    fn open(path: &Path) -> Result<Self, String> {
        let mut lines = Lines::open(path)?.peekable();
        let header = match lines.next_if(|line| matches!(line, Ok((_, Ok(Read::Header(_)))) | Err(_))).transpose()? {
            Some((_, Ok(Read::Header(header)))) => Some(header),
            _ => None,
        };
        Ok(Self { header, lines })
    }

    fn judge(self, judge: &mut Judge) -> Result<(), String> {
        let mut together = Overlaps::default();
        for line in self.lines {
            let (place, said): Line = line?;
            let complete = match said {
                Ok(Read::Line(trace::Line::Call(call))) => {
                    drop(judge.at_once(together.next(place, *call)));
                    continue;
                }
                _ => together.finish(),
            };
            drop(judge.at_once(complete));
            match said {
                Ok(Read::Line(trace::Line::Call(_))) => {}
                Ok(Read::Line(trace::Line::Events(events))) => drop(judge.events(place, &events)),
                // As when files were joined before they came here.
                Ok(Read::Header(header)) if self.header.as_ref() == Some(&header) => {}
                Ok(Read::Header(_)) => {
                    let error = "a header that is not that of its file: give what follows as a file of its own";
                    judge.unreadable(place, error.into());
                }
                Err(error) => judge.unreadable(place, error),
            }
        }
        drop(judge.at_once(together.finish()));
        Ok(())
    }
}

/// What is known about a recording in several parts: it begins as the first one does, and is complete if all are. A
/// part without a header continues the one before.
fn whole(parts: &[Part]) -> Result<Header, String> {
    let (first, others) = parts.split_first().ok_or("a recording has at least one file")?;
    let mut whole = first.header.clone().unwrap_or_default();
    for part in others.iter().filter_map(|part| part.header.as_ref()) {
        if part.limits != whole.limits {
            return Err(
                "the files have headers with different quotas, so they are not one recording: judge each by itself"
                    .into(),
            );
        }
        whole.subject = whole.subject.or_else(|| part.subject.clone());
        whole.clock = coarser(whole.clock, part.clock);
        whole.events_complete &= part.events_complete;
        whole.host_complete &= part.host_complete;
    }
    Ok(whole)
}

const fn coarser(one: ClockUnit, other: ClockUnit) -> ClockUnit {
    match (one, other) {
        (ClockUnit::None, _) | (_, ClockUnit::None) => ClockUnit::None,
        (ClockUnit::Second, _) | (_, ClockUnit::Second) => ClockUnit::Second,
        (ClockUnit::Millisecond, ClockUnit::Millisecond) => ClockUnit::Millisecond,
    }
}
