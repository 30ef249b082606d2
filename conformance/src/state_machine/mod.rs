//! Random scripts, judged call by call, and shrunk: with [proptest-state-machine](self::Conformance), or [without](scripts).
//!
//! Give it a function that makes a fresh implementation, with nothing in it:
//!
//! ```
//! use account_connections::testing::subject::Model;
//! use account_connections_conformance::state_machine::scripts;
//!
//! // With `#[test]`.
//! fn it_conforms() {
//!     // An implementation of one's own would be here: anything that is a `Subject`.
//!     scripts(Model::default).cases(64).assert();
//! }
//! # it_conforms();
//! ```
//!
//! It finds a few calls and the rule that they break. [`Script`] reads the calls back from the failure's text, and
//! [`judged`] makes them again: a regression test consists of those lines.
#![cfg_attr(
    feature = "state-machine",
    doc = r#"
With the feature `state-machine`, the same as a test of proptest-state-machine, which keeps what failed in a file and can
be combined with other strategies:

```
use account_connections::testing::subject::Model;
use account_connections_conformance::state_machine::{Conformance, Service};
use proptest_state_machine::{StateMachineTest as _, prop_state_machine};

struct Mine;

impl Service for Mine {
    // A client of one's own service would be here.
    type Subject = Model;

    fn fresh() -> Model {
        Model::default()
    }
}

prop_state_machine! {
    # #![proptest_config(proptest::test_runner::Config::with_cases(16))]
    // With `#[test]`.
    fn my_service_conforms(sequential 60..180 => Conformance<Mine>);
}
# my_service_conforms();
```
"#
)]

mod beside;
mod found;
#[cfg(feature = "state-machine")]
mod machine;
mod scripts;
mod terms;

use account_connections::testing::{script::Script, subject::Subject};
pub use beside::Beside;
pub use found::Found;
#[cfg(feature = "state-machine")]
pub use machine::{Conformance, Machine, Service};
pub use scripts::{Scripts, scripts};
pub use terms::Terms;

use crate::report::Report;

/// Makes the calls of a script to an empty subject, and judges all its answers.
///
/// # Errors
///
/// The report, as soon as something is found that fails a run by the profile.
pub fn judged(script: &Script, subject: impl Subject, terms: &Terms) -> Result<Report, Box<Report>> {
    let mut beside = Beside::new(subject, script.limits, terms.clone());
    for call in &script.calls {
        beside.make(call)?;
    }
    beside.finish()
}
