//! Who calls, as far as the `Authorization` header tells.

use super::encode::{Response, error};
use crate::id::{AccountId, Caller, Region};

const ALGORITHM: &str = "AWS4-HMAC-SHA256";

/// The caller that an `Authorization` header names; the signature is not checked.
///
/// The header is that of AWS Signature Version 4,
/// `AWS4-HMAC-SHA256 Credential=<key id>/<date>/<region>/<service>/aws4_request, …`. The Region is the one in the
/// credential scope. If the key id is 12 digits it is the account; any other key is of `default_account`. The date, the
/// service and what follows the credential are not looked at: a choice of this model, which stands in for a service
/// behind its own authentication. A host that serves callers it does not trust has to authenticate them itself.
///
/// # Errors
///
/// The response to send, status 400: `MissingAuthenticationTokenException` without a header,
/// `IncompleteSignatureException` where the credential scope or its Region cannot be read.
pub fn caller(authorization: Option<&str>, default_account: AccountId) -> Result<Caller, Response> {
    let Some(header) = authorization else {
        return Err(error("MissingAuthenticationTokenException", "the request must have an `Authorization` header"));
    };
    let Some((key, region)) = credential(header) else {
        let message = "the `Authorization` header must be `AWS4-HMAC-SHA256` with a \
             `Credential` of `<key id>/<date>/<region>/<service>/aws4_request`";
        return Err(error("IncompleteSignatureException", message));
    };
    Ok(Caller::new(key.parse().unwrap_or(default_account), region))
}

/// The key id and the Region of the header's credential.
fn credential(header: &str) -> Option<(&str, Region)> {
    let parameters = header.trim_ascii().strip_prefix(ALGORITHM)?.strip_prefix([' ', '\t'])?;
    let mut credentials =
        parameters.split(',').filter_map(|parameter| parameter.trim_ascii().strip_prefix("Credential="));
    let (credential, None) = (credentials.next()?, credentials.next()) else { return None };
    let mut parts = credential.split('/');
    let key = parts.next().filter(|key| !key.is_empty())?;
    let [_date, region, _service, "aws4_request"] = [parts.next()?, parts.next()?, parts.next()?, parts.next()?] else {
        return None;
    };
    let None = parts.next() else { return None };
    Some((key, region.parse().ok()?))
}
