//! The gates of the roadmap, on numbers as a team's tools write them.

use super::*;

/// What a team's tools write of a training that is fine.
fn trained() -> BTreeMap<String, String> {
    let reports = [
        (
            "data/_/data.json",
            r#"{"schema_errors": 0, "invalid_rate": 0.002, "drift_psi": 0.04, "bias_gap": 0.03}"#,
        ),
        (
            "features/_/features.json",
            r#"{"schema_errors": 0, "top_importance": 0.31, "max_correlation": 0.8}"#,
        ),
        (
            "training/_/training.json",
            r#"{"last_improvement": 0.004, "train_score": 0.96, "validation_score": 0.93, "trials": 40}"#,
        ),
        (
            "model/_/assessment.json",
            r#"{"fold_mean": 0.92, "fold_spread": 0.02, "fairness_gap": 0.04, "explained": 0.99,
                "robust_accuracy": 0.86}"#,
        ),
    ];
    let owned = |(path, text): (&str, &str)| (path.to_string(), text.to_string());
    reports.map(owned).into()
}

/// A run of a pipeline whose stages of these reports ended well.
fn run_with(files: &BTreeMap<String, String>) -> Run {
    let stages = files.keys().filter_map(|path| path.split('/').next());
    Run {
        results: stages
            .map(|s| (s.to_string(), "success".to_string()))
            .collect(),
        ..Run::default()
    }
}

#[test]
fn the_roadmaps_gates_judge_numbers() {
    let plan = plan();
    let good = trained();
    let judge = |files: &BTreeMap<String, String>| {
        assess_run(&plan, "mlops", "trained", &store(files), &run_with(files))
    };
    let found = judge(&good);
    assert_eq!(found.verdict, Verdict::Pass, "{}", said_of(&found));
    let flaws = [
        (
            "data/_/data.json",
            "0.04",
            "0.31",
            Verdict::Fail,
            "data_drift < 0.25",
        ),
        (
            "data/_/data.json",
            "0.04",
            "0.15",
            Verdict::Warn,
            "warn data_drift",
        ),
        (
            "features/_/features.json",
            "0.31",
            "0.97",
            Verdict::Fail,
            "top_importance",
        ),
        (
            "training/_/training.json",
            "0.93",
            "0.71",
            Verdict::Fail,
            "Fewer parameters",
        ),
        (
            "training/_/training.json",
            "0.004",
            "0.2",
            Verdict::Fail,
            "Train longer",
        ),
        (
            "model/_/assessment.json",
            "0.04",
            "0.4",
            Verdict::Fail,
            "fairness_gap",
        ),
        (
            "model/_/assessment.json",
            "\"explained\"",
            "\"explain\"",
            Verdict::Undecided,
            "explained",
        ),
    ];
    for (path, old, new, verdict, said) in flaws {
        let mut files = good.clone();
        let text = files[path].replacen(old, new, 1);
        assert_ne!(
            Some(&text),
            files.insert(path.to_string(), text.clone()).as_ref()
        );
        let found = judge(&files);
        let report = said_of(&found);
        assert_eq!(found.verdict, verdict, "{path}, {new}: {report}");
        assert!(report.contains(said), "{said}: {report}");
    }
}

#[test]
fn a_hybrid_part_that_is_not_there_is_not_missing() {
    let plan = plan();
    let circuit =
        r#"{"circuit_errors": 0, "fidelity": 0.995, "quantum_s": 2.0, "classical_s": 9.0}"#;
    let files: BTreeMap<_, _> =
        [("circuit/_/quantum.json".to_string(), circuit.to_string())].into();
    let judge = |run: &Run| assess_run(&plan, "quantum", "quantum", &store(&files), run).verdict;
    let mut run = run_with(&files);
    run.results.insert("hybrid".into(), "skipped".into());
    run.conditions.insert("hybrid".into(), false);
    assert_eq!(judge(&run), Verdict::Pass);
    // It should have run, and nobody knows why it didn't.
    run.conditions.insert("hybrid".into(), true);
    assert_eq!(judge(&run), Verdict::Undecided);
    // It ran, and wrote nothing.
    run.results.insert("hybrid".into(), "success".into());
    assert_eq!(judge(&run), Verdict::Undecided);
}
