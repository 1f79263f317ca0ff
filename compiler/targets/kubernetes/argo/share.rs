//! Shares without a router: how many replicas of the new version come nearest to a share.
//!
//! As the controller counts them (argo-rollouts 1.9, `approximateWeightedCanaryStableReplicaCounts`,
//! with a surge of one replica).

/// Replicas of the new version, of how many in all.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Replicas {
    pub(super) new: u32,
    pub(super) all: u32,
}

impl Replicas {
    /// The share of requests, 0 to 1, when every replica gets as many.
    pub(super) fn share(self) -> f64 {
        match self.all {
            0 => 0.0,
            all => f64::from(self.new) / f64::from(all),
        }
    }
}

/// What `percent` of `replicas` becomes. Of shares equally near it is the first of: rounded up,
/// rounded down, and both beside one replica more.
pub(super) fn nearest(replicas: u32, percent: u32) -> Replicas {
    if replicas == 0 {
        return Replicas { new: 0, all: 0 };
    }
    let asked = f64::from(percent);
    let exact = f64::from(replicas) * asked / 100.0;
    let (up, down) = (exact.ceil() as u32, exact.floor() as u32);
    let whole = percent == 0 || percent >= 100;
    let mut options = Vec::new();
    if up < replicas || whole {
        options.push(Replicas {
            new: up,
            all: replicas,
        });
    }
    for (new, all) in [(down, replicas), (up, replicas + 1), (down, replicas + 1)] {
        let tied = (f64::from(all) * asked / 100.0).fract() == 0.5;
        if (new == up && all > replicas) || (!tied && (new != 0 || whole)) {
            options.push(Replicas { new, all });
        }
    }
    let off = |r: &Replicas| (r.share() * 100.0 - asked).abs();
    let mut best = Replicas {
        new: 0,
        all: replicas,
    };
    let mut least = f64::INFINITY;
    for option in options {
        if off(&option) < least {
            least = off(&option);
            best = option;
        }
    }
    best
}
