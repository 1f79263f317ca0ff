//! "Did you mean": the nearest of the names that would have been right.

/// The candidate nearest to `name`, if it is near enough to be meant: at most a third of the
/// letters differ (Damerau-Levenshtein), or they are the same but for case, `_` and `-`.
pub fn nearest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let fold = |s: &str| s.to_lowercase().replace(['-', '_'], "");
    let folded = fold(name);
    let limit = (name.chars().count() / 3).max(1);
    candidates
        .into_iter()
        .filter(|c| *c != name)
        .map(|c| {
            let plain = strsim::damerau_levenshtein(name, c);
            (if fold(c) == folded { 0 } else { plain }, c)
        })
        .filter(|(distance, _)| *distance <= limit)
        .min_by(|a, b| a.0.cmp(&b.0).then(a.1.cmp(b.1)))
        .map(|(_, c)| c)
}

#[cfg(test)]
mod tests {
    use super::nearest;

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        let names = ["stage", "deploy", "check", "max_parallel"];
        assert_eq!(nearest("stag", names), Some("stage"));
        assert_eq!(nearest("dpeloy", names), Some("deploy"));
        assert_eq!(nearest("max-parallel", names), Some("max_parallel"));
        assert_eq!(nearest("pipeline", names), None);
    }
}
