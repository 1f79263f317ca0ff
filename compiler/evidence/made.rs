//! When a report says that it was made, so that one left over from earlier is told from this
//! run's.
//!
//! Takes times as tools write them: RFC 3339, the same without a zone, RFC 2822, or seconds or
//! milliseconds since 1970. Gives the latest that each can mean: only what is surely earlier is
//! held against a report.

use chrono::{DateTime, NaiveDateTime};

use super::Data;

/// The zone that is the farthest behind UTC, in seconds: where a time without a zone is latest.
const FARTHEST: f64 = 12.0 * 3600.0;
/// Times are written to the second, in seconds.
const ROUNDING: f64 = 1.0;
/// Seconds since 1970 stay below this number until the year 5138, milliseconds passed it in 1973.
const MILLISECONDS: f64 = 1e11;

/// The time of a report.
#[derive(Clone, Debug, PartialEq)]
pub struct Made {
    /// The latest it may be, in seconds since 1970 (UTC).
    latest: f64,
    /// As it is told to people.
    text: String,
}

impl Made {
    /// A time in words or digits; none if it is no time.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(number) = text.parse() {
            return Self::since_1970(number);
        }
        let zoned = DateTime::parse_from_rfc3339(text);
        let zoned = zoned.or_else(|_| DateTime::parse_from_rfc2822(text));
        let plain = |form| NaiveDateTime::parse_from_str(text, form);
        let latest = match zoned {
            Ok(time) => seconds(time.to_utc().naive_utc()),
            Err(_) => {
                let time = plain("%Y-%m-%dT%H:%M:%S%.f").or_else(|_| plain("%Y-%m-%d %H:%M:%S%.f"));
                seconds(time.ok()?) + FARTHEST
            }
        };
        Some(Self {
            latest,
            text: text.to_string(),
        })
    }

    /// What a program or a person says, which must not be vague: RFC 3339.
    pub fn exactly(text: &str) -> Option<Self> {
        let time = DateTime::parse_from_rfc3339(text.trim()).ok()?;
        Some(Self {
            latest: seconds(time.to_utc().naive_utc()),
            text: text.trim().to_string(),
        })
    }

    /// Seconds or milliseconds; none of a number that is no time of this or the last century.
    pub fn since_1970(number: f64) -> Option<Self> {
        let seconds = match number < MILLISECONDS {
            true => number,
            false => number / 1e3,
        };
        let plausible = (1.0..MILLISECONDS).contains(&seconds);
        let time = DateTime::from_timestamp(plausible.then_some(seconds as i64)?, 0)?;
        Some(Self {
            latest: seconds,
            text: time.naive_utc().format("%Y-%m-%dT%H:%M:%SZ").to_string(),
        })
    }

    /// The time at keys of a report, one below the other.
    pub fn at(report: &Data, keys: &[&str]) -> Option<Self> {
        let found = keys.iter().try_fold(report, |data, key| data.get(key))?;
        match found {
            Data::Text(text) => Self::parse(text),
            Data::Number(number) => Self::since_1970(*number),
            _ => None,
        }
    }

    /// The latest of some.
    pub fn latest(times: impl IntoIterator<Item = Self>) -> Option<Self> {
        times
            .into_iter()
            .max_by(|a, b| a.latest.total_cmp(&b.latest))
    }

    /// Why a report of this time is none of a run that began at `since`, as the end of a sentence
    /// that begins with the report; none if it may be.
    pub fn stale(&self, since: &Self) -> Option<String> {
        let (made, began) = (&self.text, &since.text);
        (self.latest + ROUNDING < since.latest)
            .then(|| format!("is of {made}, before this run began ({began})"))
    }
}

fn seconds(time: NaiveDateTime) -> f64 {
    time.and_utc().timestamp_millis() as f64 / 1e3
}

#[cfg(test)]
mod tests {
    use super::*;

    const BEGAN: &str = "2026-11-22T21:00:00Z";

    #[test]
    fn only_what_is_surely_earlier_is_stale() {
        for (text, stale) in [
            ("2026-11-22T20:59:58Z", true),
            // To the second, it may be this very one.
            ("2026-11-22T20:59:59Z", false),
            ("2026-11-22T21:00:00.774213+00:00", false),
            ("2026-11-22T21:30:00+01:00", true),
            ("2026-11-22T16:30:00-05:00", false),
            // Without a zone it may be as late as 09:00 of the next day, or as 20:00.
            ("2026-11-22T09:00:00.5", false),
            ("2026-11-22T08:00:00", true),
            ("2026-11-22 08:00:00", true),
            ("Sat, 21 Nov 2026 23:10:07 GMT", true),
            ("1795381200", false),
            ("1795381198.5", true),
            ("1795381200000", false),
            ("1795381190000", true),
        ] {
            let made = Made::parse(text).unwrap_or_else(|| panic!("{text}"));
            let why = made.stale(&Made::exactly(BEGAN).unwrap());
            assert_eq!(why.is_some(), stale, "{text}: {why:?}");
        }
        let made = Made::parse("1795381190000").unwrap();
        assert_eq!(
            made.stale(&Made::exactly(BEGAN).unwrap()).unwrap(),
            "is of 2026-11-22T20:59:50Z, before this run began (2026-11-22T21:00:00Z)"
        );
    }

    #[test]
    fn what_is_no_time_is_none() {
        for text in [
            "",
            "now",
            "NaN",
            "inf",
            "-5",
            "0",
            "2026-11-22",
            "2026-13-01T00:00:00Z",
        ] {
            assert_eq!(Made::parse(text), None, "{text}");
        }
        for text in ["2026-11-22T21:00:00", "1795381200", "yesterday"] {
            assert_eq!(Made::exactly(text), None, "{text}");
        }
    }
}
