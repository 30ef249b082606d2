//! The one way by which a connection comes from text, and only as part of a [`Record`](crate::store::Record): it must
//! be one that could have been built, so that a damaged record grants nothing.

use alloc::sync::Arc;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error};

use super::{Connected, Connection, ConnectionDetails, Pending, Rejected, details::Details};

#[derive(Serialize)]
#[serde(tag = "status", rename_all = "UPPERCASE")]
enum Written<'c> {
    Pending(&'c Details),
    Connected(&'c Details),
    Rejected(&'c Details),
}

#[derive(Deserialize)]
#[serde(tag = "status", rename_all = "UPPERCASE")]
enum Read {
    Pending(Details),
    Connected(Details),
    Rejected(Details),
}

pub(crate) fn serialize<S: Serializer>(connection: &Arc<Connection>, serializer: S) -> Result<S::Ok, S::Error> {
    let written = match connection.as_ref() {
        Connection::Pending(state) => Written::Pending(state.stored()),
        Connection::Connected(state) => Written::Connected(state.stored()),
        Connection::Rejected(state) => Written::Rejected(state.stored()),
    };
    written.serialize(serializer)
}

pub(crate) fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Arc<Connection>, D::Error> {
    const EXPECTED: &str = "a connection record must join two different accounts, lend a service or CodeBuild role, have \
                            only roles of its environment account, and not be modified before it was requested";
    let could_be = |details| ConnectionDetails::could_be(details).ok_or_else(|| D::Error::custom(EXPECTED));
    Ok(Arc::new(match Read::deserialize(deserializer)? {
        Read::Pending(details) => Connection::Pending(Pending(could_be(details)?)),
        Read::Connected(details) => Connection::Connected(Connected(could_be(details)?)),
        Read::Rejected(details) => Connection::Rejected(Rejected(could_be(details)?)),
    }))
}
