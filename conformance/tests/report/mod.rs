//! Reports: their four forms, what these show and hide, and what a report says of a rule.
//!
//! After a change that is meant, `UPDATE=1 cargo test -p account-connections-conformance forms` writes the files in `forms/` anew.

mod baseline;
mod escapes;
mod forms;
mod sample;
mod shown;
mod standing;
