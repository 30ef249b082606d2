use alloc::{format, string::String};
use serde::{Deserialize, Serialize};

use crate::{
    id::words,
    id::{AccountId, Region, text_type},
};

text_type! {
    /// The name of a repository, `owner/name`, 1 to 100 characters.
    RepositoryName, "a repository name", (1, 100), "[A-Za-z0-9_.-].*/[A-Za-z0-9_.-].*", is_repository_name
}

text_type! {
    /// The name of a branch of a repository, 1 to 200 characters.
    BranchName, "a branch name", (1, 200), "(?s).*", |_| true
}

fn is_repository_name(name: &str) -> bool {
    let begins = |part: &str| part.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'));
    let one_line = !name.contains(['\n', '\r', '\u{2028}', '\u{2029}']);
    one_line && begins(name) && name.match_indices('/').any(|(at, _)| name.get(at + 1..).is_some_and(begins))
}

words! {
    /// Who hosts a repository.
    #[non_exhaustive]
    pub enum RepositoryProvider {
        /// GitHub.
        Github = "GITHUB",
        /// GitHub Enterprise.
        GithubEnterprise = "GITHUB_ENTERPRISE",
        /// Bitbucket.
        Bitbucket = "BITBUCKET",
    }
}

/// A branch of a repository, from which a self-managed environment is provisioned.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[non_exhaustive]
pub struct RepositoryBranch {
    /// The branch.
    pub branch: BranchName,
    /// The repository.
    pub name: RepositoryName,
    /// Who hosts it.
    pub provider: RepositoryProvider,
}

impl RepositoryBranch {
    /// This branch of the repository of this name.
    #[must_use]
    pub const fn new(branch: BranchName, name: RepositoryName, provider: RepositoryProvider) -> Self {
        Self { branch, name, provider }
    }
}

/// A repository as the public API shows it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[non_exhaustive]
pub struct RepositoryShown {
    /// `arn:{partition}:proton:{region}:{account}:repository/{provider in lower case}:{name}`.
    pub arn: String,
    /// The repository and its branch.
    #[serde(flatten)]
    pub branch: RepositoryBranch,
}

impl RepositoryShown {
    /// A repository of this account in this Region.
    #[must_use]
    pub fn new(region: Region, account: AccountId, branch: RepositoryBranch) -> Self {
        let (partition, provider, name) = (region.partition(), branch.provider.name(), &branch.name);
        let provider = provider.to_ascii_lowercase();
        Self { arn: format!("arn:{partition}:proton:{region}:{account}:repository/{provider}:{name}"), branch }
    }
}
