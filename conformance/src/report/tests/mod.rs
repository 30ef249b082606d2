//! After a change that is meant, `UPDATE=1 cargo test -p account-connections-conformance forms` writes the files in `forms/` anew.

#![expect(clippy::unwrap_used, reason = "a test that goes wrong is to stop")]

mod baseline;
mod escapes;
mod forms;
mod sample;
mod shown;
mod standing;
