//! `rules [RULE]`: what the names in a report mean.

use std::process::ExitCode;

use account_connections_conformance::rules::{explain, find, table};

use super::print;

/// Prints all rules, or explains the one of this name.
///
/// # Errors
///
/// There is no rule of this name; says so, and names similar ones.
pub(super) fn run(rule: Option<&str>) -> Result<ExitCode, String> {
    let text = match rule {
        None => table(),
        Some(name) => find(name).map(|rule| explain(rule).to_string()).map_err(|unknown| unknown.to_string())?,
    };
    print(&text).map(|()| ExitCode::SUCCESS)
}
