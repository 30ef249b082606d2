//! Times as texts.

/// The form of the AWS CLI: `2021-04-28T23:13:50.847000+00:00`.
pub(super) fn cli(ms: i64) -> String {
    format!("{}.{:03}000+00:00", seconds(ms), ms % 1000)
}

/// The form of EventBridge, with milliseconds: `2021-04-28T23:13:50.847Z`.
pub(super) fn event(ms: i64) -> String {
    format!("{}.{:03}Z", seconds(ms), ms % 1000)
}

fn seconds(ms: i64) -> String {
    assert!(ms >= 0, "the oracle knows no time before 1970");
    let second = ms / 1000;
    let (mut year, mut day) = (1970, second / 86_400);
    while day >= days_in_year(year) {
        day -= days_in_year(year);
        year += 1;
    }
    let mut month = 1;
    while day >= days_in_month(year, month) {
        day -= days_in_month(year, month);
        month += 1;
    }
    let (hour, minute, second) = (second / 3600 % 24, second / 60 % 60, second % 60);
    let day = day + 1;
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}")
}

fn is_leap(year: i64) -> bool {
    (year % 4 == 0 && year % 100 != 0) || year % 400 == 0
}

fn days_in_year(year: i64) -> i64 {
    if is_leap(year) { 366 } else { 365 }
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}
