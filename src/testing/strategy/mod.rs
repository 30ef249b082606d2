//! Strategies for proptest (feature `proptest`): identifiers and texts, requests, records, keys, and scripts of calls.
//!
//! What `any` gives is well formed, and comes mostly from a few values, so that two of them are often the same. For
//! types made from a text, [`valid`], [`at_the_limit`] and [`one_step_wrong`] give what their names say, and [`texts`]
//! gives all of it.
//!
//! ```
//! use account_connections::{
//!     id::EnvironmentName,
//!     operation::{CreateEnvironment, Operation},
//!     testing::strategy::one_step_wrong,
//! };
//! use proptest::prelude::*;
//!
//! proptest! {
//!     # #![proptest_config(ProptestConfig::with_cases(16))]
//!     // With `#[test]`.
//!     fn names_are_as_they_should(name: EnvironmentName, wrong in one_step_wrong::<EnvironmentName>()) {
//!         prop_assert!(name.as_str().len() <= 100);
//!         prop_assert!(wrong.parse::<EnvironmentName>().is_err());
//!     }
//!
//!     fn requests_are_written_as_they_are_read(request: CreateEnvironment) {
//!         let request = Operation::from(request);
//!         let input = serde_json::to_value(&request).expect("JSON");
//!         prop_assert_eq!(Operation::read_host(request.name(), &input).ok(), Some(request));
//!     }
//! }
//! # names_are_as_they_should();
//! # requests_are_written_as_they_are_read();
//! ```
//!
//! A whole [script](super::script) is one value, which shrinks by leaving out calls. Its calls are about what exists by
//! then, because the model answers each before the next one is chosen:
//!
//! ```
//! use account_connections::testing::{script::Driver, session::Options, strategy::scripts, subject::Model};
//! use proptest::prelude::*;
//!
//! proptest! {
//!     # #![proptest_config(ProptestConfig::with_cases(16))]
//!     // With `#[test]`.
//!     fn every_call_is_answered(script in scripts(Options::new(), 1..=40)) {
//!         // A service of one's own would be here.
//!         let mut service = Driver::new(Model::default().with_limits(script.limits));
//!         for call in &script.calls {
//!             prop_assert!(service.make(call).is_some(), "{}", call);
//!         }
//!     }
//! }
//! # every_call_is_answered();
//! ```
//!
//! `account-connections-conformance` compares the answers with the model's, and names the rule that is broken.

mod form;
mod identifier;
mod request;
mod script;
mod stored;
mod text;
mod value;

pub use identifier::{Text, at_the_limit, one_step_wrong, texts, valid};
pub use request::{inputs, operations};
pub use script::{CallTree, NextCall, ScriptTree, Scripts, next_call, scripts};
pub use stored::{keys, records, stores};
pub use text::{HOSTILE, around, damaged, text_of};
pub use value::tag_keys_of_users;
