use std::{
    sync::{Mutex, PoisonError},
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use axum::http::HeaderValue;

/// The header `Date`, where the system's clock says a time that it can have: hyper's own takes the process down at others.
#[derive(Debug, Default)]
pub(super) struct Date(Mutex<Option<(u64, HeaderValue)>>);

/// The first second of the year 9999, which `httpdate` does not go beyond.
const END: u64 = 253_370_764_800;

impl Date {
    /// The value at a time, written once a second.
    pub(super) fn at(&self, now: SystemTime) -> Option<HeaderValue> {
        let second = now.duration_since(UNIX_EPOCH).ok()?.as_secs();
        if second >= END {
            return None;
        }
        let mut written = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        match &*written {
            Some((known, value)) if *known == second => Some(value.clone()),
            _ => {
                let text = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_secs(second));
                let value = HeaderValue::try_from(text).ok()?;
                *written = Some((second, value.clone()));
                Some(value)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_that_has_no_date_has_no_header() {
        let (date, year) = (Date::default(), Duration::from_secs(365 * 24 * 60 * 60));
        assert_eq!(date.at(UNIX_EPOCH).unwrap(), "Thu, 01 Jan 1970 00:00:00 GMT");
        assert_eq!(date.at(UNIX_EPOCH + Duration::from_secs(END - 1)).unwrap(), "Thu, 31 Dec 9998 23:59:59 GMT");
        for none in
            [UNIX_EPOCH - Duration::from_nanos(1), UNIX_EPOCH - 10 * year, UNIX_EPOCH + Duration::from_secs(END)]
        {
            assert_eq!(date.at(none), None, "{none:?}");
        }
        assert!(date.at(UNIX_EPOCH + 9_000 * year).is_none());
    }
}
