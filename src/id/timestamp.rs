use core::{fmt, str::FromStr, time::Duration};

use time::{Date, Month, OffsetDateTime, PrimitiveDateTime, Time};

use super::{Malformed, read_digits, text_serde, write_digits};

/// A moment in UTC to the millisecond, in the years 0000 to 9999.
///
/// Its text is RFC 3339: written with three fractional digits and `Z` (`2021-04-28T23:13:50.847Z`), read with any
/// number of them and any offset. Anything finer than a millisecond is cut off, so that all stores agree.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
// INVARIANT: between FIRST and LAST, so that its date has a four-digit year.
pub struct Timestamp(i64);

const FIRST: i64 = -62_167_219_200_000;
const LAST: i64 = 253_402_300_799_999;
/// What follows the milliseconds: as `Display` writes them, and as the AWS CLI does.
const OWN_END: &str = "Z";
const CLI_END: &str = "000+00:00";
const EXPECTED: &str = "a time of the years 0000 to 9999 as in RFC 3339, e.g. `2021-04-28T23:13:50.847Z`";

impl Timestamp {
    /// The beginning of the year 0000.
    pub const MIN: Self = Self(FIRST);
    /// The last millisecond of the year 9999.
    pub const MAX: Self = Self(LAST);

    /// The moment this many milliseconds after the beginning of 1970, or before it if negative.
    ///
    /// `None` outside the years 0000 to 9999.
    #[must_use]
    pub const fn from_unix_millis(millis: i64) -> Option<Self> {
        if FIRST <= millis && millis <= LAST { Some(Self(millis)) } else { None }
    }

    /// Milliseconds since the beginning of 1970; negative before it.
    #[must_use]
    pub const fn unix_millis(self) -> i64 {
        self.0
    }

    /// The moment this much later, with any fraction of a millisecond cut off; `None` after the year 9999.
    ///
    /// ```
    /// use core::time::Duration;
    /// use account_connections::id::Timestamp;
    ///
    /// # fn main() -> Result<(), account_connections::id::Malformed> {
    /// let requested = "2021-04-28T23:13:50.847Z".parse::<Timestamp>()?;
    /// let accepted = requested.checked_add(Duration::from_secs(70));
    /// assert_eq!(accepted, Some("2021-04-28T23:15:00.847Z".parse()?));
    /// assert_eq!(Timestamp::MAX.checked_add(Duration::from_nanos(999_999)), Some(Timestamp::MAX));
    /// assert_eq!(Timestamp::MAX.checked_add(Duration::from_millis(1)), None);
    /// assert_eq!(Timestamp::MIN.checked_add(Duration::MAX), None);
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn checked_add(self, later: Duration) -> Option<Self> {
        let millis = i64::try_from(later.as_millis()).ok()?;
        self.0.checked_add(millis).and_then(Self::from_unix_millis)
    }

    /// Reads what `Display` writes, and no other text for the same moment.
    pub(crate) fn from_own_text(text: &str) -> Option<Self> {
        Self::from_digits(text.strip_suffix(OWN_END)?)
    }

    /// Reads what comes before the end of a text that is written here.
    fn from_digits(text: &str) -> Option<Self> {
        let [date @ .., b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'.', l1, l2, l3] = text.as_bytes() else {
            return None;
        };
        let [y1, y2, y3, y4, b'-', o1, o2, b'-', d1, d2] = date else { return None };
        let date = [number(&[*y1, *y2, *y3, *y4])?, number(&[*o1, *o2])?, number(&[*d1, *d2])?];
        let clock = [number(&[*h1, *h2])?, number(&[*m1, *m2])?, number(&[*s1, *s2])?, number(&[*l1, *l2, *l3])?];
        Self::from_unix_millis(utc_millis(date, clock)?)
    }

    /// The time as the AWS CLI writes it, with microseconds and `+00:00`.
    pub(crate) const fn as_cli(self) -> impl fmt::Display {
        Digits { at: self, end: CLI_END }
    }
}

/// RFC 3339 text with three fractional digits and this end.
struct Digits {
    at: Timestamp,
    end: &'static str,
}

impl fmt::Display for Digits {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let at = OffsetDateTime::from(self.at);
        let (year, month, day) = at.to_calendar_date();
        let (hour, minute, second, milli) = at.to_hms_milli();
        let month = u8::from(month);
        let numbers =
            [year.unsigned_abs(), month.into(), day.into(), hour.into(), minute.into(), second.into(), milli.into()];
        let mut text = *b"0000-00-00T00:00:00.000";
        for (digits, number) in text.split_mut(|byte| *byte != b'0').zip(numbers) {
            write_digits(digits, number.into());
        }
        f.write_str(core::str::from_utf8(&text).unwrap_or_default())?;
        f.write_str(self.end)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        Digits { at: *self, end: OWN_END }.fmt(f)
    }
}

impl fmt::Debug for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Timestamp({self})")
    }
}

impl From<Timestamp> for OffsetDateTime {
    fn from(at: Timestamp) -> Self {
        let milli = u16::try_from(at.0.rem_euclid(1000)).unwrap_or_default();
        let second = Self::from_unix_timestamp(at.0.div_euclid(1000));
        // INVARIANT: in range, or it would not have been built.
        second.and_then(|second| second.replace_millisecond(milli)).unwrap_or(Self::UNIX_EPOCH)
    }
}

impl TryFrom<OffsetDateTime> for Timestamp {
    type Error = Malformed;

    fn try_from(at: OffsetDateTime) -> Result<Self, Malformed> {
        let millis = at.unix_timestamp_nanos().div_euclid(1_000_000);
        let millis = i64::try_from(millis).ok().and_then(Self::from_unix_millis);
        millis.ok_or_else(|| Malformed::because(&alloc::format!("{at:?}"), EXPECTED))
    }
}

impl FromStr for Timestamp {
    type Err = Malformed;

    fn from_str(text: &str) -> Result<Self, Malformed> {
        // Most are written here, and read at once.
        let digits = text.strip_suffix(OWN_END).or_else(|| text.strip_suffix(CLI_END));
        let moment = digits.and_then(Self::from_digits).or_else(|| parse(text));
        moment.ok_or_else(|| Malformed::because(text, EXPECTED))
    }
}

fn parse(text: &str) -> Option<Timestamp> {
    const LONGEST: usize = 64;
    if text.len() > LONGEST || !text.is_ascii() {
        return None;
    }
    let (date, clock) = text.split_once(['T', 't'])?;
    let date = fields(date, '-', [4, 2, 2])?;
    let (clock, offset) = match clock.strip_suffix(['Z', 'z']) {
        Some(clock) => (clock, 0),
        None => {
            let at = clock.rfind(['+', '-'])?;
            let [hours, minutes] = fields(clock.get(at + 1..)?, ':', [2, 2])?;
            let forward = i32::try_from(hours * 60 + minutes).ok().filter(|_| hours < 24 && minutes < 60)?;
            let minutes = if clock.get(at..)?.starts_with('-') { -forward } else { forward };
            (clock.get(..at)?, minutes)
        }
    };
    let (clock, fraction) = clock.split_once('.').map_or((clock, None), |(clock, fraction)| (clock, Some(fraction)));
    let [hour, minute, second] = fields(clock, ':', [2, 2, 2])?;
    let milli = fraction.map_or(Some(0), millis)?;
    Timestamp::from_unix_millis(utc_millis(date, [hour, minute, second, milli])? - i64::from(offset) * 60_000)
}

/// The milliseconds since the beginning of 1970: of year, month and day; hour, minute, second and millisecond.
fn utc_millis([year, month, day]: [u32; 3], [hour, minute, second, milli]: [u32; 4]) -> Option<i64> {
    let month = Month::try_from(u8::try_from(month).ok()?).ok()?;
    let date = Date::from_calendar_date(i32::try_from(year).ok()?, month, u8::try_from(day).ok()?).ok()?;
    let [hour, minute, second] = [u8::try_from(hour).ok()?, u8::try_from(minute).ok()?, u8::try_from(second).ok()?];
    let at = PrimitiveDateTime::new(date, Time::from_hms(hour, minute, second).ok()?).assume_utc();
    Some(at.unix_timestamp() * 1000 + i64::from(milli))
}

fn number(digits: &[u8]) -> Option<u32> {
    read_digits(digits)?.try_into().ok()
}

/// As many numbers as widths, each of exactly that many digits.
fn fields<const N: usize>(text: &str, separator: char, widths: [usize; N]) -> Option<[u32; N]> {
    let mut parts = text.split(separator);
    let mut numbers = [0; N];
    for (number, width) in numbers.iter_mut().zip(widths) {
        let part = parts.next().filter(|part| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit()))?;
        *number = part.parse().ok()?;
    }
    parts.next().is_none().then_some(numbers)
}

/// The first three digits after the point.
fn millis(fraction: &str) -> Option<u32> {
    if fraction.is_empty() || !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    Some(fraction.bytes().chain(*b"000").take(3).fold(0, |sum, digit| sum * 10 + u32::from(digit - b'0')))
}

text_serde!(Timestamp);
