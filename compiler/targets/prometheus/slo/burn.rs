//! When a budget burns too fast: takes an objective's window, gives the pairs of windows that are
//! looked at and how many times too fast is too fast in each. It must not know queries.
//!
//! Sources: *The Site Reliability Workbook*, chapter 5, "Alerting on SLOs", table 5-8 (a page
//! when 2 % of the budget is gone in an hour or 5 % in six, a ticket when 10 % are gone in a day or
//! in three), each long window beside a short one that ends the alert soon after the trouble ends.
//! Sloth has the same for 28 and 30 days (`pkg/prometheus/alertwindows`) and, for a week, a set of
//! its own (`examples/windows/7d.yaml`), which are the two tables here.

/// A short and a long window that are looked at together.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Look {
    /// Seconds of the short window: whether it still burns.
    pub short: f64,
    /// Seconds of the long window: whether it is worth a word.
    pub long: f64,
    /// Percent of the whole budget that burns within the long window.
    pub percent: f64,
    /// How many times faster than the budget allows.
    pub factor: f64,
}

/// The looks of one objective.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Looks {
    /// What wakes somebody.
    pub page: [Look; 2],
    /// What waits for the next morning.
    pub ticket: [Look; 2],
}

const MINUTE: f64 = 60.0;
const HOUR: f64 = 3_600.0;
/// Seconds of a day.
pub const DAY: f64 = 86_400.0;

/// Short and long windows, the quickest first.
const WINDOWS: [(f64, f64); 4] = [
    (5.0 * MINUTE, HOUR),
    (30.0 * MINUTE, 6.0 * HOUR),
    (2.0 * HOUR, DAY),
    (6.0 * HOUR, 3.0 * DAY),
];
/// Percent of the budget for each.
const OF_A_MONTH: [f64; 4] = [2.0, 5.0, 10.0, 10.0];
const OF_A_WEEK: [f64; 4] = [8.0, 12.5, 20.0, 42.0];

/// The looks of an objective over a window of so many seconds.
///
/// The factor is `percent · period / (100 · long)`: 14.4, 6, 3 and 1 for 30 days. For a week and for
/// a month (28 to 31 days) the windows are Sloth's. For any other period they grow and shrink with it,
/// to whole minutes and never under five for a short one: fixed windows would ask for absurd factors
/// of a longer period, and be longer than a shorter one.
pub fn looks(period: f64) -> Looks {
    let (stretch, percents) = if period < 28.0 * DAY {
        (period / (7.0 * DAY), OF_A_WEEK)
    } else if period <= 31.0 * DAY {
        (1.0, OF_A_MONTH)
    } else {
        (period / (30.0 * DAY), OF_A_MONTH)
    };
    let [a, b, c, d] = percents;
    let [quick, steady, day, days] = WINDOWS;
    let look = |percent, window| scaled(percent, window, stretch, period);
    Looks {
        page: [look(a, quick), look(b, steady)],
        ticket: [look(c, day), look(d, days)],
    }
}

fn scaled(percent: f64, (short, long): (f64, f64), stretch: f64, period: f64) -> Look {
    let minutes = |seconds: f64| (seconds * stretch / MINUTE).round() * MINUTE;
    let short = minutes(short).max(5.0 * MINUTE);
    let long = minutes(long).max(3.0 * short);
    Look {
        short,
        long,
        percent,
        factor: percent * period / (100.0 * long),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factors(days: f64) -> Vec<f64> {
        let looks = looks(days * DAY);
        let all = looks.page.iter().chain(&looks.ticket);
        all.map(|l| (l.factor * 1000.0).round() / 1000.0).collect()
    }

    #[test]
    fn a_month_has_the_factors_of_the_workbook() {
        assert_eq!(factors(30.0), [14.4, 6.0, 3.0, 1.0]);
        assert_eq!(factors(28.0), [13.44, 5.6, 2.8, 0.933]);
        assert_eq!(factors(7.0), [13.44, 3.5, 1.4, 0.98]);
    }

    #[test]
    fn other_periods_keep_the_share_of_the_budget() {
        let year = looks(365.0 * DAY);
        assert!(year.page[0].long > 11.0 * HOUR && year.page[0].factor < 15.0);
        let day = looks(DAY);
        assert_eq!(day.page[0].short, 5.0 * MINUTE);
        assert_eq!(day.page[0].long, 15.0 * MINUTE);
        assert!(day.ticket[1].long < DAY);
        for period in [1.0, 2.0, 7.0, 14.0, 30.0, 90.0] {
            let looks = looks(period * DAY);
            for look in looks.page.iter().chain(&looks.ticket) {
                assert!(look.short < look.long && look.long < period * DAY);
                let burnt = look.factor * look.long / (period * DAY) * 100.0;
                assert!((burnt - look.percent).abs() < 1e-9, "{look:?}");
            }
        }
    }
}
