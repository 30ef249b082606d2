//! Times: what is read, what is cut off, what is refused, and how they are written.

use account_connections::{id::Timestamp, testing::strategy::damaged};
use proptest::prelude::*;
use serde_json::json;
use time::{Date, Month, OffsetDateTime, Time, UtcOffset};

use crate::texts::config;

const FIRST: &str = "0000-01-01T00:00:00.000Z";
const LAST: &str = "9999-12-31T23:59:59.999Z";

fn read(text: &str) -> Timestamp {
    text.parse().unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn rfc_3339_is_read() {
    let guide = "2021-04-28T23:13:50.847Z";
    let cases = [
        (guide, guide),
        ("2021-04-28t23:13:50.847z", guide),
        // As the AWS CLI shows it.
        ("2021-04-28T23:13:50.847000+00:00", guide),
        ("2021-04-28T23:13:50.847-00:00", guide),
        ("2021-04-29T01:13:50.847+02:00", guide),
        ("2021-04-28T17:43:50.847-05:30", guide),
        ("2021-04-29T23:12:50.847+23:59", guide),
        // Any number of digits; what is finer than a millisecond is cut off, not rounded.
        ("2021-04-28T23:13:50.8479999999Z", guide),
        ("2021-04-28T23:13:50Z", "2021-04-28T23:13:50.000Z"),
        ("2021-04-28T23:13:50.8Z", "2021-04-28T23:13:50.800Z"),
        ("2021-04-28T23:13:50.08Z", "2021-04-28T23:13:50.080Z"),
        ("2021-12-31T23:59:59.9999Z", "2021-12-31T23:59:59.999Z"),
        // Cut off towards the past also before 1970.
        ("1969-12-31T23:59:59.9999Z", "1969-12-31T23:59:59.999Z"),
        // Leap days, and an offset that leads to one.
        ("2024-02-29T12:00:00Z", "2024-02-29T12:00:00.000Z"),
        ("2000-02-29T00:00:00Z", "2000-02-29T00:00:00.000Z"),
        ("2024-03-01T00:30:00+01:00", "2024-02-29T23:30:00.000Z"),
        ("2021-12-31T23:30:00-01:00", "2022-01-01T00:30:00.000Z"),
        (FIRST, FIRST),
        (LAST, LAST),
        ("0000-01-01T01:00:00+01:00", FIRST),
        ("9999-12-31T22:59:59.999-01:00", LAST),
    ];
    for (text, written) in cases {
        assert_eq!(read(text).to_string(), written, "{text}");
    }
}

#[test]
fn anything_else_is_refused() {
    let long = format!("2021-04-28T23:13:50.{}Z", "8".repeat(60));
    let cases = [
        "",
        "2021-04-28",
        "23:13:50Z",
        "2021-04-28 23:13:50Z",
        "2021-04-28T23:13:50",
        "2021-04-28T23:13Z",
        "2021-04-28T23:13:50.Z",
        "2021-04-28T23:13:50,847Z",
        "2021-04-28T23:13:50.8 Z",
        "2021-04-28T23:13:50.+1Z",
        "2021-04-28T23:13:50.٣Z",
        " 2021-04-28T23:13:50Z",
        "2021-04-28T23:13:50Z\n",
        "2021-04-28T23:13:50ZZ",
        "2021-04-28T23:13:50+00",
        "2021-04-28T23:13:50+0000",
        "2021-04-28T23:13:50+24:00",
        "2021-04-28T23:13:50+00:60",
        "2021-04-28T23:13:50+-1:00",
        "2021-04-28T23:13:50\u{2212}01:00",
        "21-04-28T23:13:50Z",
        "12021-04-28T23:13:50Z",
        "+2021-04-28T23:13:50Z",
        "-2021-04-28T23:13:50Z",
        "2021-4-28T23:13:50Z",
        "2021-00-28T23:13:50Z",
        "2021-13-28T23:13:50Z",
        "2021-04-00T23:13:50Z",
        "2021-04-31T23:13:50Z",
        "2021-02-29T23:13:50Z",
        "1900-02-29T23:13:50Z",
        "2021-04-28T24:00:00Z",
        "2021-04-28T23:60:50Z",
        // A leap second has no place among milliseconds since 1970.
        "2016-12-31T23:59:60Z",
        // One step beyond the years.
        "0000-01-01T00:00:00+00:01",
        "9999-12-31T23:59:59.999-00:01",
        "1619651630847",
        &long,
    ];
    for text in cases {
        let error = text.parse::<Timestamp>().unwrap_err().to_string();
        assert!(error.contains("must be a time of the years 0000 to 9999"), "{text:?}: {error}");
    }
}

#[test]
fn milliseconds_are_counted_from_1970() {
    let cases = [
        ("1970-01-01T00:00:00.000Z", 0),
        ("1970-01-01T00:00:00.001Z", 1),
        ("1969-12-31T23:59:59.999Z", -1),
        ("2021-04-28T23:13:50.847Z", 1_619_651_630_847),
        ("2000-03-01T00:00:00.000Z", 951_868_800_000),
        (FIRST, -62_167_219_200_000),
        (LAST, 253_402_300_799_999),
    ];
    for (text, millis) in cases {
        assert_eq!(read(text).unix_millis(), millis, "{text}");
        assert_eq!(Timestamp::from_unix_millis(millis), Some(read(text)), "{text}");
    }
    for millis in [read(FIRST).unix_millis() - 1, read(LAST).unix_millis() + 1, i64::MIN, i64::MAX] {
        assert_eq!(Timestamp::from_unix_millis(millis), None, "{millis}");
    }
}

#[test]
fn written_and_shown() {
    let time = read("2021-04-28T23:13:50.847Z");

    assert_eq!(json!(time), json!("2021-04-28T23:13:50.847Z"));
    assert_eq!(serde_json::from_value::<Timestamp>(json!("2021-04-29T01:13:50.847+02:00")).unwrap(), time);
    assert_eq!(format!("{time:?}"), "Timestamp(2021-04-28T23:13:50.847Z)");
    // Seconds since 1970, which the API's own protocol sends, are no text.
    assert!(serde_json::from_value::<Timestamp>(json!(1_619_651_630)).is_err());
}

/// What the host's clock knows beyond the millisecond is cut off, before 1970 too.
#[test]
fn a_clock_is_cut_to_the_millisecond() {
    for (nanos, millis) in [(0, 0), (999_999, 0), (1_000_000, 1), (-1, -1), (-1_000_000, -1), (-1_000_001, -2)] {
        let clock = OffsetDateTime::from_unix_timestamp_nanos(nanos).unwrap();
        assert_eq!(Timestamp::try_from(clock).unwrap().unix_millis(), millis, "{nanos}");
    }
    let before = Date::from_calendar_date(-1, Month::December, 31).unwrap().midnight().assume_utc();
    assert!(Timestamp::try_from(before).is_err());
}

fn millis() -> impl Strategy<Value = i64> {
    let (first, last) = (read(FIRST).unix_millis(), read(LAST).unix_millis());
    prop_oneof![first..=last, -10_000..10_000_i64, Just(first), Just(last)]
}

proptest! {
    #![proptest_config(config(2048))]

    #[test]
    fn times_round_trip(millis in millis()) {
        let time = Timestamp::from_unix_millis(millis).unwrap();
        prop_assert_eq!(read(&time.to_string()), time);
        prop_assert_eq!(serde_json::from_value::<Timestamp>(json!(time)).unwrap(), time);
        prop_assert_eq!(Timestamp::try_from(OffsetDateTime::from(time)).unwrap(), time);
    }

    /// Stores keep times as text and compare them so.
    #[test]
    fn times_are_ordered_as_their_texts(a in millis(), b in millis()) {
        let [x, y] = [a, b].map(|millis| Timestamp::from_unix_millis(millis).unwrap());
        prop_assert_eq!(x.cmp(&y), a.cmp(&b));
        prop_assert_eq!(x.to_string().cmp(&y.to_string()), a.cmp(&b));
    }

    /// Any way to write a moment is read as the calendar has it.
    #[test]
    fn offsets_and_fractions_are_read_as_the_calendar_has_them(
        (year, day, second) in (1..=9998_i32, 1..=365_u16, 0..86_400_u32),
        fraction in "[0-9]{1,9}",
        offset in -1439..1440_i32,
    ) {
        let date = Date::from_ordinal_date(year, day).unwrap();
        let time = Time::MIDNIGHT + time::Duration::seconds(i64::from(second));
        let nanos = format!("{fraction:0<9}").parse().unwrap();
        let clock = date.with_time(time.replace_nanosecond(nanos).unwrap());
        let clock = clock.assume_offset(UtcOffset::from_whole_seconds(offset * 60).unwrap());

        let (hour, minute, second) = time.as_hms();
        let (sign, hours, minutes) = (if offset < 0 { '-' } else { '+' }, offset.abs() / 60, offset.abs() % 60);
        let month = u8::from(date.month());
        let text = format!(
            "{year:04}-{month:02}-{:02}T{hour:02}:{minute:02}:{second:02}.{fraction}{sign}{hours:02}:{minutes:02}",
            date.day(),
        );
        prop_assert_eq!(read(&text), Timestamp::try_from(clock).unwrap(), "{}", text);
    }

    /// Whatever is read is written in the one form, and read again as the same.
    #[test]
    fn damaged_times_are_refused_or_normal(text in damaged(millis().prop_map(|millis| {
        Timestamp::from_unix_millis(millis).unwrap().to_string()
    }).boxed())) {
        if let Ok(time) = text.parse::<Timestamp>() {
            let written = time.to_string();
            prop_assert_eq!(written.len(), LAST.len());
            prop_assert_eq!(read(&written), time);
        }
    }
}
