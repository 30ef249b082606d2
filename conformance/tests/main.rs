//! The tests of the judge, in one executable.

mod import;
