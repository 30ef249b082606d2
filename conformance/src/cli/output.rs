//! What every judging command takes and writes: the profile, the reports, the baseline.

use std::{
    env, fs,
    io::{self, IsTerminal as _, Write as _},
    path::{Path, PathBuf},
};

use account_connections_conformance::{Profile, Report};

// By what is judged, and where the reports go. No doc comment: clap would take it for what the command does.
#[derive(Debug, clap::Args)]
pub(crate) struct Output {
    /// What is permitted: `strict`, `default`, `documented`, or a file in TOML
    #[arg(long, value_name = "NAME|FILE", default_value = "default")]
    profile: String,
    /// Which broken rules fail the run: documented and API model, or also chosen; the profile says so otherwise
    #[arg(long, value_name = "BASIS")]
    fail_on: Option<FailOn>,
    /// Also write the report to a file, as JSON, JUnit's XML or HTML; can be given several times
    #[arg(long, value_name = "json|junit|html=FILE", value_parser = ReportFile::parse)]
    report: Vec<ReportFile>,
    /// Write a profile that permits what was found, with reasons to complete
    #[arg(long, value_name = "FILE")]
    write_baseline: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum FailOn {
    Documented,
    Chosen,
}

/// A report in a form other than text, and where it goes.
#[derive(Clone, Debug, PartialEq, Eq)]
struct ReportFile {
    form: Form,
    file: PathBuf,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    Json,
    Junit,
    Html,
}

impl Output {
    /// The profile to judge by.
    ///
    /// # Errors
    ///
    /// There is no such profile, or the file is not a profile.
    pub(crate) fn profile(&self) -> Result<Profile, String> {
        let mut profile = match Profile::built_in(&self.profile) {
            Some(profile) => profile,
            None => self.profile_in_file()?,
        };
        if let Some(fail_on) = self.fail_on {
            profile.fail_on_chosen = fail_on == FailOn::Chosen;
        }
        Ok(profile)
    }

    /// Writes the report as text to standard output, and all requested files. Returns the exit code.
    ///
    /// # Errors
    ///
    /// A file cannot be written: which, and why.
    pub(crate) fn write(&self, report: &Report, profile: &Profile) -> Result<u8, String> {
        self.write_files(report, profile)?;
        // A reader that has seen enough, such as `head`, is not a failure.
        match write!(io::stdout().lock(), "{}", report.text(coloured())) {
            Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(format!("cannot write the report: {error}")),
            _ => Ok(report.exit_code(profile.fail_on_chosen)),
        }
    }

    fn write_files(&self, report: &Report, profile: &Profile) -> Result<(), String> {
        for ReportFile { form, file } in &self.report {
            let text = match form {
                Form::Json => report.to_json(),
                Form::Junit => report.to_junit(profile.fail_on_chosen),
                Form::Html => report.to_html(),
            };
            write_file(file, &text)?;
        }
        match &self.write_baseline {
            Some(file) => write_file(file, &report.baseline(profile).to_toml()),
            None => Ok(()),
        }
    }

    fn profile_in_file(&self) -> Result<Profile, String> {
        let file = &self.profile;
        let text = fs::read_to_string(file).map_err(|error| {
            let known = Profile::BUILT_IN.map(|name| format!("`{name}`")).join(", ");
            format!("there is no profile `{file}`: it is not one of {known}, and cannot be read as a file: {error}")
        })?;
        Profile::from_toml(file, &text).map_err(|error| error.to_string())
    }
}

impl ReportFile {
    fn parse(text: &str) -> Result<Self, String> {
        let form = |name| match name {
            "json" => Some(Form::Json),
            "junit" => Some(Form::Junit),
            "html" => Some(Form::Html),
            _ => None,
        };
        match text.split_once('=') {
            Some((name, file)) if !file.is_empty() => match form(name) {
                Some(form) => Ok(Self { form, file: file.into() }),
                None => Err(format!("`{name}` is not a form of a report: use json, junit or html")),
            },
            _ => {
                Err("a form and a file are needed, such as json=report.json, junit=report.xml or html=report.html"
                    .into())
            }
        }
    }
}

fn write_file(file: &Path, text: &str) -> Result<(), String> {
    fs::write(file, text).map_err(|error| format!("cannot write {}: {error}", file.display()))
}

/// Whether standard output is a terminal, and the user has nothing against colours (<https://no-color.org>).
fn coloured() -> bool {
    io::stdout().is_terminal() && env::var_os("NO_COLOR").is_none_or(|value| value.is_empty())
}
