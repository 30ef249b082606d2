//! The token that a user's requests carry.

use tokio::sync::Mutex;
use tonic::metadata::{Ascii, MetadataValue};

use crate::{ErrorKind, options::User, rpc::AuthenticateRequest};

pub(crate) type Token = MetadataValue<Ascii>;

/// A user who is logged in when a token is first needed, and again when it is no longer valid.
pub(crate) struct Login {
    user: User,
    /// Locked while the user logs in: one call does so for all.
    token: Mutex<Option<Token>>,
}

impl Login {
    pub(crate) fn new(user: User) -> Self {
        Self { user, token: Mutex::default() }
    }

    /// The token, other than the one that is no longer valid.
    pub(crate) async fn token(
        &self,
        stale: Option<Token>,
        log_in: impl AsyncFnOnce(AuthenticateRequest) -> Result<String, ErrorKind>,
    ) -> Result<Token, ErrorKind> {
        let mut token = self.token.lock().await;
        match &*token {
            Some(found) if stale.as_ref() != Some(found) => Ok(found.clone()),
            _ => {
                let User { name, password } = self.user.clone();
                let text = log_in(AuthenticateRequest { name, password }).await?;
                let new = Token::try_from(text).map_err(|_| ErrorKind::NotLetIn("its token is not text".to_owned()))?;
                *token = Some(new.clone());
                Ok(new)
            }
        }
    }
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Login").field("user", &self.user.name).finish_non_exhaustive()
    }
}
