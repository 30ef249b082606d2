//! The ARNs that this model knows: what is in them, and what is not one.

use account_connections::{
    id::{AccountId, Arn, ConnectionArn, EnvironmentArn, EnvironmentName, Partition, Region, ResourceArn, RoleArn},
    testing::strategy::damaged,
};
use proptest::prelude::*;
use serde_json::json;

use crate::texts::config;

const ID: &str = "a1b2c3d4-5678-90ab-cdef-111111111111";

#[test]
fn a_role_is_of_one_account_and_partition() {
    let role = "arn:aws-cn:iam::000000000042:role/a:b/c".parse::<RoleArn>().unwrap();
    let (account, other) = ("000000000042".parse().unwrap(), "000000000043".parse().unwrap());

    assert_eq!(role.partition(), Partition::AwsCn);
    assert!(role.is_of(account, Partition::AwsCn));
    assert!(!role.is_of(account, Partition::Aws));
    assert!(!role.is_of(other, Partition::AwsCn));
}

#[test]
fn an_arn_says_what_it_is_of() {
    let text = format!("arn:aws-us-gov:proton:us-gov-west-1:000000000042:environment-account-connection/{ID}");
    let connection = text.parse::<ConnectionArn>().unwrap();
    assert_eq!(connection.region, "us-gov-west-1".parse().unwrap());
    assert_eq!(connection.environment_account, "000000000042".parse().unwrap());
    assert_eq!(connection.id, ID.parse().unwrap());
    assert_eq!(connection.to_string(), text);
    assert_eq!(text.parse::<Arn>().unwrap().resource(), Some(ResourceArn::Connection(connection)));
    assert!(text.parse::<EnvironmentArn>().is_err());

    let text = "arn:aws:proton:us-east-1:123456789111:environment/prod_1-a";
    let environment = text.parse::<EnvironmentArn>().unwrap();
    assert_eq!(environment.region, "us-east-1".parse().unwrap());
    assert_eq!(environment.management_account, "123456789111".parse().unwrap());
    assert_eq!(environment.name, "prod_1-a".parse().unwrap());
    assert_eq!(environment.to_string(), text);
    assert_eq!(text.parse::<Arn>().unwrap().resource(), Some(ResourceArn::Environment(environment)));
    assert!(text.parse::<ConnectionArn>().is_err());
}

/// ARNs, but of nothing that this model knows.
#[test]
fn an_arn_that_is_wrong_in_one_part_is_of_nothing() {
    let connection = format!("arn:aws:proton:us-east-1:123456789222:environment-account-connection/{ID}");
    let environment = "arn:aws:proton:us-east-1:123456789111:environment/prod";
    let damages = [
        ("arn:aws:", "arn:aws-cn:"),
        (":proton:", ":Proton:"),
        (":us-east-1:", ":us-east:"),
        (":us-east-1:", "::"),
        ("environment", "Environment"),
        ("environment", "environments"),
        ("/", ":"),
        ("/", "/x/"),
    ];
    for whole in [connection.as_str(), environment] {
        assert!(whole.parse::<Arn>().unwrap().resource().is_some(), "{whole}");
        for (right, wrong) in damages {
            let arn = whole.replacen(right, wrong, 1);
            assert_eq!(arn.parse::<Arn>().unwrap().resource(), None, "{arn}");
            assert!(arn.parse::<ConnectionArn>().is_err(), "{arn}");
            assert!(arn.parse::<EnvironmentArn>().is_err(), "{arn}");
        }
    }
    for arn in
        [connection.to_uppercase(), connection.replace(":123456789222:", ":23456789222:"), format!("{connection} ")]
    {
        assert!(arn.parse::<Arn>().is_err() && arn.parse::<ConnectionArn>().is_err(), "{arn}");
    }
}

fn any_region() -> impl Strategy<Value = &'static str> {
    // The last one is as long as a Region can be, in the partition with the longest name.
    prop::sample::select(vec![
        "us-east-1",
        "us-east-10",
        "ap-east-1",
        "cn-north-1",
        "us-gov-west-1",
        "us-e-1",
        "us-gov-north-north-north-north-1",
    ])
}

fn connection_arn() -> impl Strategy<Value = String> {
    (any_region(), any::<AccountId>(), any::<u128>()).prop_map(|(region, account, id)| {
        let partition = region.parse::<Region>().unwrap().partition();
        let id = uuid::Uuid::from_u128(id);
        format!("arn:{partition}:proton:{region}:{account}:environment-account-connection/{id}")
    })
}

fn environment_arn() -> impl Strategy<Value = String> {
    (any_region(), any::<AccountId>(), any::<EnvironmentName>()).prop_map(|(region, account, name)| {
        let partition = region.parse::<Region>().unwrap().partition();
        format!("arn:{partition}:proton:{region}:{account}:environment/{name}")
    })
}

proptest! {
    #![proptest_config(config(1024))]

    #[test]
    fn arns_round_trip(connection in connection_arn(), environment in environment_arn()) {
        prop_assert_eq!(connection.parse::<ConnectionArn>().unwrap().to_string(), connection.clone());
        prop_assert_eq!(environment.parse::<EnvironmentArn>().unwrap().to_string(), environment.clone());
        prop_assert_eq!(json!(connection.parse::<ConnectionArn>().unwrap()), json!(connection));
        prop_assert_eq!(json!(environment.parse::<EnvironmentArn>().unwrap()), json!(environment));
    }

    /// What is built past the parser is what the parser would have read.
    #[test]
    fn the_arns_of_this_model_are_arns(connection in connection_arn(), environment in environment_arn()) {
        let arn = Arn::from(connection.parse::<ConnectionArn>().unwrap());
        prop_assert_eq!(Ok(arn), connection.parse::<Arn>());
        let arn = Arn::from(environment.parse::<EnvironmentArn>().unwrap());
        prop_assert_eq!(Ok(arn), environment.parse::<Arn>());
    }

    /// The specific ARNs are ARNs: what one of them reads, `Arn` reads too, and says what it is.
    #[test]
    fn damaged_arns_are_read_as_what_they_are(
        text in damaged(prop_oneof![connection_arn(), environment_arn()]),
    ) {
        let resource = text.parse::<Arn>().ok().and_then(|arn| arn.resource());
        let expected = match (text.parse::<ConnectionArn>(), text.parse::<EnvironmentArn>()) {
            (Ok(connection), Err(_)) => Some(ResourceArn::Connection(connection)),
            (Err(_), Ok(environment)) => Some(ResourceArn::Environment(environment)),
            _ => None,
        };
        prop_assert_eq!(&resource, &expected);
        match resource {
            Some(ResourceArn::Connection(arn)) => prop_assert_eq!(arn.to_string(), text),
            Some(ResourceArn::Environment(arn)) => prop_assert_eq!(arn.to_string(), text),
            _ => (),
        }
    }

    /// As the crate's page on identifiers promises: by Region, account, and id or name, whatever the partition's text.
    #[test]
    fn arns_are_ordered_by_their_parts(
        (a, b) in (connection_arn(), connection_arn()),
        (c, d) in (environment_arn(), environment_arn()),
    ) {
        let parts = |arn: &str| arn.split([':', '/']).map(str::to_owned).skip(3).collect::<Vec<_>>();
        let (x, y) = (a.parse::<ConnectionArn>().unwrap(), b.parse::<ConnectionArn>().unwrap());
        prop_assert_eq!(x.cmp(&y), parts(&a).cmp(&parts(&b)), "{} {}", a, b);
        let (x, y) = (c.parse::<EnvironmentArn>().unwrap(), d.parse::<EnvironmentArn>().unwrap());
        prop_assert_eq!(x.cmp(&y), parts(&c).cmp(&parts(&d)), "{} {}", c, d);
    }
}
