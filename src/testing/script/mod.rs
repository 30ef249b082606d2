//! Scripts: calls in which `$3` stands for the id that call 3 took, so that they can be made to any implementation and
//! any call can be left out.
//!
//! A script is [written](Reference) alongside the model, which answers the calls as they are chosen, so that they are
//! about what is there. It is made to a [`Subject`](super::subject::Subject) by a [`Driver`], which replaces the
//! symbols by the subject's ids. A failing script is [shrunk]: calls are left out, then members of their inputs. The
//! strategies of the feature `proptest` do the same within that framework, and `account-connections-conformance` has
//! the judge compare the answers.
//!
//! ```
//! use account_connections::testing::{
//!     script::{Driver, Script, shrunk},
//!     session::{Choices, Options},
//!     subject::{Model, Reply},
//! };
//!
//! let script = Script::random(Options::new(), &mut Choices::from_seed(1), 60);
//! // What a test would look for; here: that somebody has a connection accepted.
//! let fails = |script: &Script| {
//!     let mut driver = Driver::new(Model::default().with_limits(script.limits));
//!     script.calls.iter().any(|call| match driver.make(call).map(|made| made.reply) {
//!         Some(Reply::Answer(answer)) => answer.to_string().contains(r#""status":"CONNECTED""#),
//!         _ => false,
//!     })
//! };
//! let shortest = shrunk(script, fails);
//! assert_eq!(shortest.calls.len(), 2, "{shortest}");
//! assert_eq!(shortest.to_string().parse(), Ok(shortest));
//! ```
//!
//! In the texts of inputs, `$3` stands for the id of the connection that call 3 created, or of the deployment that it
//! began; `$token3` for the page token that was answered to it; `$$` for a dollar. A symbol for something that no call
//! has made so far stands for an id, or a token, that nobody has.

mod bindings;
mod call;
mod change;
mod driver;
mod history;
mod reference;
mod shrink;
mod text;
mod writing;

use alloc::vec::Vec;

pub use bindings::Bindings;
pub use call::SymbolicCall;
pub use driver::{Driver, Made};
pub use reference::Reference;
pub use shrink::{Shrinking, shrunk};
pub use text::ParseError;

use writing::Writing;

use super::session::{Choices, Options};
use crate::operation::Limits;

/// How many bytes stand for a call: beyond them, a call always chooses the first option.
pub(super) const CALL_BYTES: usize = 20;

/// Calls that are made one after the other to an empty implementation.
///
/// Its text, which can be read back, has the quotas on its first line, then a line for each call.
#[derive(Clone, Debug, PartialEq)]
#[expect(clippy::exhaustive_structs, reason = "whoever writes one by hand builds it")]
pub struct Script {
    /// The quotas of all accounts.
    pub limits: Limits,
    /// The calls.
    pub calls: Vec<SymbolicCall>,
}

impl Script {
    /// A script of this many calls, or more if it begins with a [crowd](Options::crowded).
    #[must_use]
    pub fn random(options: Options, choices: &mut Choices, calls: usize) -> Self {
        let mut writing = Writing::new(options, choices);
        (0..calls).for_each(|_| writing.go_on(choices));
        writing.script
    }

    /// The script that these bytes, such as a fuzzer's, stand for: the first decide what it is about, and every twenty
    /// of the rest are a call. Calls beyond this many are ignored.
    #[must_use]
    pub fn from_bytes(options: Options, bytes: &[u8], most: usize) -> Self {
        let mut chunks = bytes.chunks(CALL_BYTES);
        let mut choices = Choices::from_bytes(chunks.next().unwrap_or_default());
        let mut writing = Writing::new(options, &mut choices);
        for bytes in chunks.take(most) {
            writing.go_on(&mut Choices::from_bytes(bytes));
        }
        writing.script
    }
}
