//! What the strategies for proptest promise.

use std::{any::type_name, collections::BTreeSet, fmt::Debug};

use account_connections::{
    environment::{
        BranchName, Description, OutputKey, OutputValue, RepositoryName, ResourceIdentifier, ResourceName, Spec,
        StatusMessage, VersionPart,
    },
    id::{
        AccountId, Arn, ClientToken, ConnectionArn, ConnectionId, DeploymentId, EnvironmentArn, EnvironmentName,
        Region, RoleArn, TemplateName, Timestamp,
    },
    page::NextToken,
    store::{Key, Record},
    tag::{TagKey, TagValue},
    testing::strategy::{Text, at_the_limit, keys, one_step_wrong, records, texts, valid},
};
use proptest::{prelude::*, strategy::ValueTree as _, test_runner::TestRunner};

fn drawn<T: Debug>(strategy: &impl Strategy<Value = T>, count: usize) -> Vec<T> {
    let mut runner = TestRunner::deterministic();
    (0..count).map(|_| strategy.new_tree(&mut runner).unwrap().current()).collect()
}

fn texts_are_as_promised<T: Text>() {
    let (name, is_well_formed) = (type_name::<T>(), |text: &str| text.parse::<T>().is_ok());
    for text in T::FEW.iter().map(|text| text.to_string()).chain(T::limits()) {
        assert!(is_well_formed(&text), "{name}: {text}");
    }
    // The values of some of these show nothing but their lengths.
    drop((drawn(&valid::<T>(), 300), drawn(&at_the_limit::<T>(), 20)));
    for text in drawn(&one_step_wrong::<T>(), 300) {
        assert!(!is_well_formed(&text), "{name}: {text:?}");
    }
    let texts = drawn(&texts::<T>(), 600);
    let right = texts.iter().filter(|text| is_well_formed(text)).count();
    assert!((100..500).contains(&right), "{name}: {right} of {} are well formed", texts.len());
}

#[test]
fn texts_are_what_their_strategies_say() {
    macro_rules! each {
        ($($name:ident)*) => {$(texts_are_as_promised::<$name>();)*};
    }
    each!(AccountId Region EnvironmentName TemplateName RoleArn Arn ConnectionArn EnvironmentArn ConnectionId DeploymentId);
    each!(ClientToken NextToken TagKey TagValue VersionPart Timestamp Description Spec StatusMessage RepositoryName);
    each!(BranchName OutputKey OutputValue ResourceIdentifier ResourceName);
}

#[test]
fn few_values_come_often() {
    let accounts = drawn(&any::<[AccountId; 2]>(), 500);
    let alike = accounts.iter().filter(|[one, other]| one == other).count();
    assert!(alike > 25, "{alike}");
    assert!(accounts.concat().iter().collect::<BTreeSet<_>>().len() > 100);
}

#[test]
fn records_and_keys_are_of_every_kind() {
    let kind = |record: &Record| {
        serde_json::to_value(record).map(|json| match json {
            serde_json::Value::Object(members) => members.keys().next().cloned().unwrap_or_default(),
            json => json.to_string(),
        })
    };
    let records = drawn(&records(), 1500);
    assert!(records.iter().all(|(key, record)| record.belongs_to(key)));
    let kinds = records.iter().map(|(_, record)| kind(record).unwrap()).collect::<BTreeSet<_>>();
    let expected = "\"indexEntry\" clientToken connection environment environmentRequest outputs provisionedResource \
        resources spec tags usage";
    assert_eq!(kinds.into_iter().collect::<Vec<_>>().join(" "), expected);
    let keys = drawn(&keys(), 1000);
    let word = |key: &Key| key.to_string().split(' ').next().map(String::from);
    assert_eq!(keys.iter().map(word).collect::<BTreeSet<_>>().len(), 7);
    assert!(keys.iter().all(|key| key.to_string().parse().as_ref() == Ok(key)));
}
