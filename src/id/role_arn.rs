use super::{AccountId, Partition, arn::is_word, text_type};

text_type! {
    /// The ARN of an IAM role, 1 to 2048 characters (the API's shape `RoleArn`).
    RoleArn, "a role ARN", (1, 2048),
    r"^arn:(aws|aws-cn|aws-us-gov):iam::\d{12}:role/([\w+=,.@-]{1,512}[/:])*([\w+=,.@-]{1,64})$",
    |text| parts(text).is_some_and(|(_, _, path)| is_role_path(path))
}

impl RoleArn {
    /// The partition that the role belongs to.
    #[must_use]
    pub fn partition(&self) -> Partition {
        // INVARIANT: the text has its parts, or it would not have been parsed.
        parts(self.as_str()).map_or(Partition::Aws, |(partition, _, _)| partition)
    }

    /// Whether the role is of this account and partition.
    #[must_use]
    pub fn is_of(&self, account: AccountId, partition: Partition) -> bool {
        parts(self.as_str())
            .is_some_and(|(its_partition, its_account, _)| its_partition == partition && its_account == account)
    }
}

fn parts(text: &str) -> Option<(Partition, AccountId, &str)> {
    let (partition, rest) = super::arn::partition_of(text)?;
    let (account, path) = rest.strip_prefix("iam::")?.split_at_checked(AccountId::DIGITS)?;
    Some((partition, AccountId::within_arn(account)?, path.strip_prefix(":role/")?))
}

/// `([\w+=,.@-]{1,512}[/:])*([\w+=,.@-]{1,64})`
fn is_role_path(path: &str) -> bool {
    let mut segments = path.split(['/', ':']);
    let name = segments.next_back().unwrap_or_default();
    is_word(name, 64) && segments.all(|segment| is_word(segment, 512))
}
