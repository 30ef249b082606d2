//! What is stored.

use alloc::vec::Vec;
use core::{mem::discriminant, ops::RangeInclusive};

use proptest::{
    option,
    prelude::*,
    sample::{Index, select},
};

use super::{
    script::scripts,
    value::{arbitrary, drawn},
};
use crate::{
    Memory,
    id::{Caller, ConnectionId},
    store::{ConnectionPart, EnvironmentPart, Key, Record},
    testing::{script::Reference, session::Options},
};

/// Stores as scripts of these lengths leave them: as the script shrinks, so does what is in it.
pub fn stores(options: Options, calls: RangeInclusive<usize>) -> BoxedStrategy<Memory> {
    let stores = scripts(options.clone(), calls).prop_map(move |script| {
        let mut reference = Reference::new(options.clone().limits(script.limits));
        script.calls.iter().for_each(|call| drop(reference.apply(call)));
        reference.model().store().clone()
    });
    stores.boxed()
}

/// Records of every kind, in any state that the model leaves them in, with their keys.
pub fn records() -> BoxedStrategy<(Key, Record)> {
    // Only notifications leave outputs.
    let weight = |operation: &str, weight| if operation.starts_with("Notify") { 4 * weight } else { weight };
    let options = Options::new().weigh(weight).malformed(0).crowded(0);
    let records =
        (stores(options, 8..=60), any::<[Index; 2]>()).prop_filter_map("an empty store", |(store, [a, b])| {
            let mut kinds = store.records().map(|(_, record)| discriminant(record)).collect::<Vec<_>>();
            kinds.dedup();
            let kind = kinds.get(a.index(kinds.len().max(1)))?;
            let of_kind = store.records().filter(|(_, record)| discriminant(*record) == *kind).collect::<Vec<_>>();
            let (key, record) = *of_kind.get(b.index(of_kind.len().max(1)))?;
            Some((key.clone(), record.clone()))
        });
    records.boxed()
}

/// Keys of every kind: those of things, and those of index entries.
pub fn keys() -> BoxedStrategy<Key> {
    let caller = any::<Caller>;
    let token = (caller(), drawn()).prop_map(|(Caller { account, region }, token)| Key::ClientToken {
        region,
        environment_account: account,
        token,
    });
    let parts = select(&[ConnectionPart::Head, ConnectionPart::Tags][..]);
    let connection =
        (caller(), drawn(), parts).prop_map(|(Caller { region, .. }, id, part)| Key::Connection { region, id, part });
    let parts = select(&PARTS[..]);
    let environment =
        (caller(), drawn(), parts).prop_map(|(Caller { account: management_account, region }, name, part)| {
            Key::Environment { region, management_account, name, part }
        });
    let listed = (caller(), drawn(), option::of(drawn()), drawn(), drawn(), any::<ConnectionId>()).prop_map(
        |(Caller { account, region }, side, name, status, requested_at, id)| Key::ListedConnection {
            region,
            side,
            account,
            name,
            status,
            requested_at,
            id,
        },
    );
    let listed_environment = (caller(), option::of((drawn(), drawn())), drawn()).prop_map(
        |(Caller { account: management_account, region }, template, name)| Key::ListedEnvironment {
            region,
            management_account,
            template,
            name,
        },
    );
    let resource = (caller(), drawn()).prop_map(|(Caller { account, region }, identifier)| Key::ProvisionedResource {
        region,
        account,
        identifier,
    });
    let usage = caller().prop_map(|Caller { account, region }| Key::Usage { region, account });
    prop_oneof![token, connection, environment, listed, listed_environment, resource, usage].boxed()
}

/// The records of an environment.
const PARTS: [EnvironmentPart; 7] = [
    EnvironmentPart::Head,
    EnvironmentPart::Outputs,
    EnvironmentPart::Request,
    EnvironmentPart::Resources,
    EnvironmentPart::Spec,
    EnvironmentPart::Tags,
    EnvironmentPart::TargetSpec,
];

arbitrary! {
    Key: keys();
}
