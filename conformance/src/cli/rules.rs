//! `rules [RULE]`

use account_connections_conformance::rules::{explain, find, table};

/// The text of all rules, or of the one of this name.
///
/// # Errors
///
/// There is no rule of this name: says so, and names those that are near.
pub(crate) fn run(rule: Option<&str>) -> Result<String, String> {
    match rule {
        None => Ok(table()),
        Some(name) => find(name).map(|rule| explain(rule).to_string()).map_err(|unknown| unknown.to_string()),
    }
}
