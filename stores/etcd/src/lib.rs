#![doc = include_str!("../README.md")]
#![cfg_attr(docsrs, feature(doc_cfg))]

mod claim;
mod cluster;
mod commit;
mod error;
mod form;
mod login;
mod names;
mod options;
mod outbox;
mod pause;
mod read;
mod row;
mod rpc;
mod scan;
mod store;
#[cfg(feature = "tls")]
mod tls;

pub use error::{Error, ErrorKind};
pub use options::Options;
pub use outbox::{Outbox, Waiting};
pub use store::Etcd;
#[cfg(feature = "tls")]
pub use tls::Tls;
