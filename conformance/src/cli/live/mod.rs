//! `live`: asks a subject behind HTTP, and judges it.

mod cast;
mod http;
mod progress;

use std::{
    fs,
    num::NonZeroUsize,
    path::{Path, PathBuf},
    process::ExitCode,
    sync::atomic::{AtomicBool, Ordering},
};

use account_connections::operation::Limits;
use account_connections_conformance::{
    live::{self, Ran},
    script::{self, Outcomes, Phase, Script, Settings, WORLDS},
    trace::ClockUnit,
};
use clap::{Args, ValueEnum};

use self::{cast::Cast, http::Http};
use super::{output::Output, print};

// What is asked, and of whom. No doc comment: clap would take it for what the command does.
#[derive(Debug, Args)]
#[command(after_help = EXAMPLES)]
pub(super) struct Live {
    /// Where the subject is: calls of the API are sent to this address, signed
    #[arg(long, value_name = "URL")]
    endpoint_url: Option<String>,
    /// What the random parts of the script are drawn from: the same seed gives the same script for every subject
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// About how many calls the script has at the most
    #[arg(long, value_name = "NUMBER", default_value_t = 10_000)]
    max_calls: usize,
    /// How many calls are in flight at the most; those of a cast are made one by one
    #[arg(long, value_name = "NUMBER", default_value = "8", conflicts_with = "cast")]
    jobs: NonZeroUsize,
    /// Only what is about this: a phase, an operation or a rule; can be given several times
    #[arg(long, value_name = "RULE|OPERATION|PHASE")]
    only: Vec<String>,
    /// The subject's quota of connections: met where it is small
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().connections_per_account)]
    connections_per_account: u32,
    /// The subject's quota of environments: met where it is small
    #[arg(long, value_name = "NUMBER", default_value_t = Limits::default().environments_per_account)]
    environments_per_account: u32,
    /// How deployments come to their ends
    #[arg(long, value_enum, default_value_t)]
    outcomes: OutcomesFlag,
    /// Paths besides the API that may be used: the emulator's show resources and events, take reports and clean-ups, and
    /// move a clock that stands still otherwise
    #[arg(long, value_enum, default_value_t)]
    host_paths: HostPaths,
    /// The unit of the subject's clock
    #[arg(long, value_enum, default_value_t)]
    clock: Clock,
    /// The accounts to call from, with their credentials, in place of any account: a file in TOML, see below
    #[arg(long, value_name = "FILE")]
    cast: Option<PathBuf>,
    /// Run this script alone, as a run has saved it for a finding
    #[arg(long, value_name = "FILE")]
    script: Option<PathBuf>,
    /// Every transition of a small world
    #[arg(long, value_name = "WORLD", value_parser = WORLDS, conflicts_with = "script")]
    exhaustive: Option<String>,
    /// Where the script of each finding is saved
    #[arg(long, value_name = "DIRECTORY", default_value = "findings")]
    findings: PathBuf,
    /// Print what the script covers, and call nobody
    #[arg(long)]
    dry_run: bool,
    #[command(flatten)]
    output: Output,
}

const EXAMPLES: &str = "\
Against the emulator, with small quotas so that they are met:
  account-connections-emulator --listen 127.0.0.1:8787 --provisioner manual --connections-per-account 5 &
  account-connections-conformance live --endpoint-url http://127.0.0.1:8787 --outcomes emulator --host-paths emulator \\
    --connections-per-account 5 --report html=report.html

What would be asked, and of one rule only:
  account-connections-conformance live --dry-run
  account-connections-conformance live --endpoint-url http://127.0.0.1:8787 --only no-reject-while-in-use

A finding again, by its script:
  account-connections-conformance live --endpoint-url http://127.0.0.1:8787 --script findings/1-delete-frees.json

With real accounts, of which there are five, in cast.toml; they may have been used, so what they have is learned:
  [[role]]
  account = \"123456789111\"
  access-key-id = \"AKIAIOSFODNN7EXAMPLE\"
  secret-access-key = \"…\"
  session-token = \"…\"

Nothing that is there is reset or deleted: every episode takes accounts that were never used, and the access key id of a
call is its account. Exit status: 0 conforms, or deviates; 1 violates, or deviates where the profile or --fail-on says so;
2 wrong use, or the subject cannot be reached; 3 inconclusive, or stopped by Ctrl-C.";

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum OutcomesFlag {
    /// The subject ends them by itself, and answers show how
    #[default]
    Observed,
    /// The script also notifies of them, where an environment provisions by itself
    Notify,
    /// The script reports all of them by the emulator's paths, and nobody else does
    Emulator,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum HostPaths {
    /// None
    #[default]
    None,
    /// Those under /_emulator/
    Emulator,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
enum Clock {
    #[default]
    Millisecond,
    Second,
    /// It has nothing to do with this machine's
    None,
}

/// Set by Ctrl-C.
static STOP: AtomicBool = AtomicBool::new(false);

impl Live {
    /// Asks and judges.
    ///
    /// # Errors
    ///
    /// The flags cannot be combined, a file cannot be read or written, or the subject cannot be reached.
    pub(super) fn run(self) -> Result<ExitCode, String> {
        let profile = self.output.profile()?;
        if self.outcomes == OutcomesFlag::Emulator && self.host_paths != HostPaths::Emulator {
            return Err(
                "`--outcomes emulator` reports by the emulator's paths: `--host-paths emulator` is needed".into()
            );
        }
        let limits = profile.limits(Limits::new(self.connections_per_account, self.environments_per_account));
        let mut script = self.script(limits)?;
        if self.cast.is_some() {
            // A history is judged from its beginning, but these accounts have had others before.
            script.episodes.retain(|episode| episode.phase != Phase::AtOnce);
            script.left_out.push("not in the script: calls at once, because the cast's accounts have been used".into());
        }
        if self.dry_run {
            return print(&self.plan(&script)).map(|()| ExitCode::SUCCESS);
        }
        let url =
            self.endpoint_url.as_deref().ok_or("`--endpoint-url` says where the subject is; `--dry-run` needs none")?;
        let cast = self.cast.as_deref().map(Cast::read).transpose()?.unwrap_or_default();
        let accounts = cast.accounts();
        let mut http = Http::new(url, self.jobs.get(), self.host_paths == HostPaths::Emulator, cast)?;
        http.reach()?;
        // If no handler can be set, Ctrl-C ends the program as usual.
        drop(ctrlc::set_handler(|| STOP.store(true, Ordering::Relaxed)));
        let mut options = live::Options::new(limits);
        (options.subject, options.profile) = (Some(url.to_owned()), profile.clone());
        (options.outcomes, options.clock) = (self.outcomes.into(), self.clock.into());
        (options.stop, options.cast, options.jobs) = (Some(&STOP), accounts, self.jobs);
        let bar = progress::Bar::new(script.calls());
        let mut ran = live::run(&http, &script, &options, |progress| bar.show(&progress));
        bar.end();
        self.save(&mut ran)?;
        self.output.write(&ran.report, &profile).map(ExitCode::from)
    }

    fn script(&self, limits: Limits) -> Result<Script, String> {
        if let Some(file) = &self.script {
            let text = fs::read_to_string(file).map_err(|error| format!("cannot read {}: {error}", file.display()))?;
            let episode = script::read(&text).map_err(|error| format!("{}: {error}", file.display()))?;
            return Ok(Script::of(vec![episode]));
        }
        let mut settings = Settings::new(limits);
        (settings.seed, settings.max_calls) = (self.seed, self.max_calls);
        (settings.outcomes, settings.host) = (self.outcomes.into(), self.host_paths == HostPaths::Emulator);
        settings.only.clone_from(&self.only);
        match &self.exhaustive {
            Some(world) => Script::exhaustive(world, &settings).ok_or_else(|| format!("there is no world `{world}`")),
            None => Script::new(&settings).map_err(|error| error.to_string()),
        }
    }

    /// What a script covers, in words.
    fn plan(&self, script: &Script) -> String {
        let mut text =
            format!("script {}: {} calls in {} episodes\n\n", script.digest(), script.calls(), script.episodes.len());
        for phase in Phase::ALL {
            let of_phase = script.episodes.iter().filter(|episode| episode.phase == phase);
            let (episodes, calls) =
                of_phase.fold((0, 0), |(episodes, calls), episode| (episodes + 1, calls + episode.steps.len()));
            text += &format!("{phase:10} {calls:6} calls in {episodes} episodes\n");
        }
        text += &format!("\n{}", script.covers());
        for left_out in &script.left_out {
            text += &format!("{left_out}\n");
        }
        text
    }

    /// Saves the script of each finding that has one, and says in the report how to run it.
    fn save(&self, ran: &mut Ran) -> Result<(), String> {
        let directory = &self.findings;
        let findings = (1..).zip(ran.report.findings.iter_mut().zip(&ran.scripts));
        for (number, (finding, script)) in findings {
            let Some(steps) = script else { continue };
            fs::create_dir_all(directory).map_err(|error| format!("cannot make {}: {error}", directory.display()))?;
            let file = directory.join(format!("{number}-{}.json", finding.rule()));
            fs::write(&file, live::saved(finding, steps))
                .map_err(|error| format!("cannot write {}: {error}", file.display()))?;
            finding.again = Some(self.again(&file));
        }
        Ok(())
    }

    /// The command that runs a script alone.
    fn again(&self, file: &Path) -> String {
        let url = self.endpoint_url.as_deref().unwrap_or_default();
        let mut command =
            format!("account-connections-conformance live --endpoint-url {url} --script {}", file.display());
        if self.outcomes != OutcomesFlag::Observed {
            let name = if self.outcomes == OutcomesFlag::Notify { "notify" } else { "emulator" };
            command += &format!(" --outcomes {name}");
        }
        if self.host_paths == HostPaths::Emulator {
            command += " --host-paths emulator";
        }
        let default = Limits::default();
        if self.connections_per_account != default.connections_per_account {
            command += &format!(" --connections-per-account {}", self.connections_per_account);
        }
        if self.environments_per_account != default.environments_per_account {
            command += &format!(" --environments-per-account {}", self.environments_per_account);
        }
        command
    }
}

impl From<OutcomesFlag> for Outcomes {
    fn from(flag: OutcomesFlag) -> Self {
        match flag {
            OutcomesFlag::Observed => Self::Observed,
            OutcomesFlag::Notify => Self::Notify,
            OutcomesFlag::Emulator => Self::Host,
        }
    }
}

impl From<Clock> for ClockUnit {
    fn from(clock: Clock) -> Self {
        match clock {
            Clock::Millisecond => Self::Millisecond,
            Clock::Second => Self::Second,
            Clock::None => Self::None,
        }
    }
}
