//! Numbers as Kubernetes spells them, in their canonical form.

use crate::plan::Amount;

/// Cores: `500m`, `2`. Less than a thousandth counts as one.
pub(super) fn cores(cores: f64) -> String {
    // Rounded first: 0.07 cores are 70.00000000000001 thousandths.
    let thousandths = whole((cores * 1000.0 * 1e6).round() / 1e6);
    match thousandths % 1000 {
        0 => (thousandths / 1000).to_string(),
        _ => format!("{thousandths}m"),
    }
}

/// Bytes: `512Mi`, `1Gi`, `1500M`; the greatest unit that leaves a whole number.
pub(super) fn bytes(bytes: f64) -> String {
    const UNITS: [(u64, &str); 8] = [
        (1 << 40, "Ti"),
        (1 << 30, "Gi"),
        (1 << 20, "Mi"),
        (1 << 10, "Ki"),
        (1_000_000_000_000, "T"),
        (1_000_000_000, "G"),
        (1_000_000, "M"),
        (1_000, "k"),
    ];
    let bytes = whole(bytes);
    let unit = UNITS
        .iter()
        .find(|(size, _)| bytes > 0 && bytes.is_multiple_of(*size));
    match unit {
        Some((size, unit)) => format!("{}{unit}", bytes / size),
        None => bytes.to_string(),
    }
}

/// Which way a share of replicas that isn't a whole percentage goes.
#[derive(Clone, Copy)]
pub(super) enum Round {
    /// Fewer may be missing.
    Down,
    /// More may be added.
    Up,
}

/// A number of replicas in whole units or whole per cent: as a number, and whether of per cent.
pub(super) fn replicas(amount: Amount, round: Round) -> (i64, bool) {
    match amount {
        Amount::Absolute(count) => (count.into(), false),
        Amount::Share(share) => {
            let percent = (share * 100.0 * 1e6).round() / 1e6;
            let percent = match round {
                Round::Down => percent.floor(),
                Round::Up => percent.ceil(),
            };
            (percent as i64, true)
        }
    }
}

/// The least whole number that isn't below; what isn't a number is none.
fn whole(number: f64) -> u64 {
    number.ceil() as u64
}
