//! What is stored.

use alloc::{boxed::Box, vec::Vec};
use core::{mem::discriminant, ops::RangeInclusive};

use proptest::{
    option,
    prelude::*,
    sample::{Index, select},
};
use uuid::Uuid;

use super::{
    identifier::Text,
    script::scripts,
    value::{arbitrary, drawn},
};
use crate::{
    Memory,
    environment::VersionPart,
    id::{AccountId, ConnectionId, EnvironmentName, Region, TemplateName},
    store::{ConnectionPart, EnvironmentPart, Key, Record},
    testing::{
        script::Reference,
        session::Options,
        store_contract::{IDENTIFIERS, IDS, NAMES, TIMES, TOKENS},
    },
};

/// Stores as scripts of these lengths leave them: as the script shrinks, so does what is in the store.
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
            let (key, record) = of_kind.get(b.index(of_kind.len().max(1)))?;
            Some((key.clone(), Record::clone(record)))
        });
    records.boxed()
}

/// Keys of every kind, of things and of index entries: mostly made of parts that are prefixes of one another, or are
/// easily put in the wrong order.
pub fn keys() -> BoxedStrategy<Key> {
    let region = || hard::<Region>(&REGIONS);
    let account = || hard::<AccountId>(&ACCOUNTS);
    let name = || hard::<EnvironmentName>(&words(NAMES));
    let template = (hard::<TemplateName>(&words(NAMES)), hard::<VersionPart>(&VERSIONS));
    let id = || prop_oneof![select(&IDS[..]), any::<u128>()].prop_map(|bits| ConnectionId::from(Uuid::from_u128(bits)));
    let identifiers = IDENTIFIERS.split('|').filter(|text| !text.is_empty()).collect::<Vec<_>>();

    let token = (region(), account(), hard(&words(TOKENS)))
        .prop_map(|(region, environment_account, token)| Key::ClientToken { region, environment_account, token });
    let parts = select(&[ConnectionPart::Head, ConnectionPart::Tags][..]);
    let connection = (region(), id(), parts).prop_map(|(region, id, part)| Key::Connection { region, id, part });
    let environment =
        (region(), account(), name(), select(&PARTS[..])).prop_map(|(region, management_account, name, part)| {
            Key::Environment { region, management_account, name, part }
        });
    let listed = (region(), drawn(), account(), option::of(name()), drawn(), hard(&TIMES), id()).prop_map(
        |(region, side, account, name, status, requested_at, id)| Key::ListedConnection {
            region,
            side,
            account,
            name,
            status,
            requested_at,
            id,
        },
    );
    let listed_environment =
        (region(), account(), option::of(template), name()).prop_map(|(region, management_account, template, name)| {
            Key::ListedEnvironment { region, management_account, template: template.map(Box::new), name }
        });
    let resource = (region(), account(), hard(&identifiers))
        .prop_map(|(region, account, identifier)| Key::ProvisionedResource { region, account, identifier });
    let usage = (region(), account()).prop_map(|(region, account)| Key::Usage { region, account });
    prop_oneof![token, connection, environment, listed, listed_environment, resource, usage].boxed()
}

const REGIONS: [&str; 7] =
    ["us-east-1", "us-east-10", "us-east-2", "us-e-1", "us-eas-t-1", "us-gov-east-1", "cn-north-1"];
const ACCOUNTS: [&str; 5] = ["000000000000", "000000000001", "000000000010", "100000000000", "999999999999"];
const VERSIONS: [&str; 7] = ["0", "1", "10", "100", "2", "9", "99999999999999999999"];

fn words(texts: &'static str) -> Vec<&'static str> {
    texts.split(' ').collect()
}

/// Mostly one of these, sometimes any other.
fn hard<T: Text + Arbitrary<Strategy: 'static>>(texts: &[&str]) -> BoxedStrategy<T> {
    #[expect(clippy::expect_used, reason = "texts of this crate: its tests come by all of them")]
    let few = texts.iter().map(|text| text.parse().expect("a well-formed text")).collect::<Vec<T>>();
    prop_oneof![5 => select(few), 1 => any::<T>()].boxed()
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
