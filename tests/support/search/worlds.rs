use super::{E1, E2, M, World};

/// Two environment accounts with a connection or two each, client tokens and roles: all goals but those of tags.
pub const ONE_NAME: World = World {
    accounts: &[M, E1, E2],
    pairs: &[(E1, M), (E2, M)],
    ids: 2,
    names: &["a"],
    tokens: &["", "t"],
    roles: &["r1", "r2"],
    tags: &[],
    times: &[0],
    quota: 2,
};

/// The least of it that is still interesting.
pub const LEAST: World = World { pairs: &[(E1, M)], tokens: &[""], roles: &["r1"], ..ONE_NAME };

/// The same with client tokens.
pub const TOKENS: World = World { tokens: &["", "t"], ..LEAST };

/// Two environment names: connections and environments that have nothing to do with each other.
pub const TWO_NAMES: World = World { names: &["a", "b"], ..TOKENS };

/// Three connections at once, and a quota of two: side by side, replaced, and more than the quota all in all.
pub const THREE_IDS: World = World { ids: 3, pairs: &[(E1, M), (E2, M)], ..LEAST };

/// Two accounts that ask each other: each is the management account of one connection and the environment account of
/// another.
pub const MUTUAL: World = World { pairs: &[(E1, M), (M, E1)], ..LEAST };

/// Tags that are set and replaced, and two times, of which either comes first.
pub const TAGS: World = World { ids: 1, quota: 1, tags: &["v", "w"], times: &[0, 1], ..ONE_NAME };

/// Two times, of which either comes first: a clock that goes backwards as it likes.
pub const TIMES: World = World { times: &[0, 1], roles: &["r1", "r2"], ..LEAST };
