//! `import`: files in, a trace out.

use std::{fs, io, io::Read as _, path::Path, path::PathBuf, process::ExitCode};

use account_connections::id::AccountId;
use account_connections_conformance::{
    import::{Accounts, AwsCli, Boto3, CloudTrail, EventBridge, Imported},
    trace::{ClockUnit, Header},
};
use clap::{Args, Subcommand, ValueEnum};

use super::{Beginning, WRONG_USE, complain, history, print};

/// Who recorded.
#[derive(Debug, Subcommand)]
pub(super) enum Source {
    /// The AWS CLI's own history: with `cli_history = enabled` in its configuration, ~/.aws/cli/history/history.db.
    AwsCli {
        /// The database of a history.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        known: Known,
    },
    /// What a hook for boto3 wrote.
    Boto3 {
        /// What the hook wrote; `-` is standard input.
        #[arg(required_unless_present = "hook", value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Print the hook, a module of Python that says how it is used.
        #[arg(long, exclusive = true)]
        hook: bool,
        #[command(flatten)]
        keys: Keys,
        #[command(flatten)]
        known: Known,
    },
    /// Records of CloudTrail, of all accounts that took part.
    Cloudtrail {
        /// What a trail delivered (unpacked), or `aws cloudtrail lookup-events` printed; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        #[command(flatten)]
        known: Known,
    },
    /// Events as EventBridge delivers them.
    Eventbridge {
        /// Events in JSON; `-` is standard input.
        #[arg(required = true, value_name = "FILE")]
        files: Vec<PathBuf>,
        /// Put the events after the calls of this trace.
        #[arg(long, value_name = "FILE")]
        trace: Option<PathBuf>,
        /// No event is missing: one that is missing is a finding.
        #[arg(long)]
        complete: bool,
        #[command(flatten)]
        known: Known,
    },
}

/// Whose the access keys are.
#[derive(Debug, Args)]
pub(super) struct Keys {
    /// The account of an access key; a key id of 12 digits is one by itself. `aws sts get-access-key-info` knows it.
    #[arg(long = "account", value_name = "KEY=ACCOUNT", value_parser = key_and_account)]
    accounts: Vec<(String, AccountId)>,
}

/// What is known of a recording and not in it: the trace's header.
#[derive(Debug, Args)]
pub(super) struct Known {
    /// What was recorded, for the reader of a report.
    #[arg(long, value_name = "TEXT")]
    subject: Option<String>,
    /// What was there before the first call: nothing at all, or anything.
    #[arg(long, value_enum)]
    begins: Option<Beginning>,
    /// The unit of the times in answers; `none` where that clock is not the recorder's.
    #[arg(long, value_enum)]
    clock: Option<Clock>,
    /// The quota of connections per environment account and Region.
    #[arg(long, value_name = "NUMBER")]
    connections_per_account: Option<u32>,
    /// The quota of environments per management account and Region.
    #[arg(long, value_name = "NUMBER")]
    environments_per_account: Option<u32>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Clock {
    Millisecond,
    Second,
    None,
}

impl Source {
    pub(super) fn run(self) -> Result<ExitCode, String> {
        match self {
            Self::AwsCli { files, keys, known } => {
                let mut source = AwsCli::new(keys.accounts());
                for file in &files {
                    history::read(file, &mut source)?;
                }
                known.print(source.finish(), "does the configuration of the AWS CLI have `cli_history = enabled`?")
            }
            Self::Boto3 { hook: true, .. } => print(Boto3::HOOK).map(|()| ExitCode::SUCCESS),
            Self::Boto3 { files, keys, known, .. } => {
                let mut source = Boto3::new(keys.accounts());
                each(&files, |file, text| source.read(file, text))?;
                known.print(source.finish(), "was the hook there before the client was made?")
            }
            Self::Cloudtrail { files, known } => {
                let mut source = CloudTrail::new();
                each(&files, |file, text| source.read(file, text))?;
                known.print(source.finish(), "the trail must have management events, of writing at least")
            }
            Self::Eventbridge { files, trace, complete, known } => {
                let mut source = EventBridge::new();
                each(trace.as_slice(), |file, text| source.after(file, text))?;
                each(&files, |file, text| source.read(file, text))?;
                let mut imported = source.finish();
                imported.header.events_complete |= complete;
                known.print(imported, "the archive must have events with the source `aws.proton`")
            }
        }
    }
}

impl Keys {
    fn accounts(self) -> Accounts {
        self.accounts.into_iter().collect()
    }
}

impl Known {
    /// Prints a trace, and says what is missing from it.
    fn print(self, mut imported: Imported, why_empty: &str) -> Result<ExitCode, String> {
        /// Nobody reads more than this many one by one.
        const SHOWN: usize = 20;
        self.tell(&mut imported.header);
        let problems = &imported.problems;
        problems.iter().take(SHOWN).for_each(|problem| complain(&problem.to_string()));
        if imported.lines.is_empty() && problems.is_empty() {
            return Err(format!("nothing of AWS Proton is in there: {why_empty}"));
        }
        print(&imported.to_string())?;
        match problems.len() {
            0 => Ok(ExitCode::SUCCESS),
            count => {
                complain(&format!("error: the trace lacks what could not be read, records: {count}"));
                Ok(ExitCode::from(WRONG_USE))
            }
        }
    }

    fn tell(self, header: &mut Header) {
        let Self { subject, begins, clock, connections_per_account, environments_per_account } = self;
        if subject.is_some() {
            header.subject = subject;
        }
        if let Some(begins) = begins {
            header.begins = begins.into();
        }
        if let Some(clock) = clock {
            header.clock = match clock {
                Clock::Millisecond => ClockUnit::Millisecond,
                Clock::Second => ClockUnit::Second,
                Clock::None => ClockUnit::None,
            };
        }
        let limits = &mut header.limits;
        limits.connections_per_account = connections_per_account.unwrap_or(limits.connections_per_account);
        limits.environments_per_account = environments_per_account.unwrap_or(limits.environments_per_account);
    }
}

fn key_and_account(text: &str) -> Result<(String, AccountId), String> {
    let (key, account) = text.split_once('=').filter(|(key, _)| !key.is_empty()).ok_or(
        "must be the id of an access key and the account that it is of, e.g. `AKIAIOSFODNN7EXAMPLE=123456789012`",
    )?;
    Ok((key.into(), account.parse().map_err(|error| format!("{error}"))?))
}

/// Reads the text of each file; `-` is standard input.
fn each(files: &[PathBuf], mut read: impl FnMut(&str, &str)) -> Result<(), String> {
    for file in files {
        let name = file.display().to_string();
        let text = text(file).map_err(|error| format!("cannot read {name}: {error}"))?;
        read(&name, &text);
    }
    Ok(())
}

fn text(file: &Path) -> io::Result<String> {
    let mut bytes = Vec::new();
    if file == Path::new("-") {
        io::stdin().lock().read_to_end(&mut bytes)?;
    } else {
        bytes = fs::read(file)?;
    }
    // As CloudTrail delivers it.
    if bytes.starts_with(&[0x1f, 0x8b]) {
        return Err(io::Error::other("it is compressed, `gunzip` unpacks it"));
    }
    String::from_utf8(bytes).map_err(io::Error::other)
}
