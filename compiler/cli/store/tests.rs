//! Where records are kept: on disk, in an object store, by a Prometheus.

mod remote;

use super::*;
use crate::plan::Origin;

fn baseline(keep: f64) -> Baseline {
    Baseline {
        id: "b".into(),
        branch: None,
        key: vec![],
        reference: "last".into(),
        keep: Some(keep),
        accept_on: None,
        first_run: "establish".into(),
        max_age: None,
        floor: vec![],
        budget: None,
        store: None,
        origin: Origin::default(),
    }
}

const ALL: Wanted = Wanted {
    baseline: "b",
    newest: None,
    at: None,
};

fn record(at: usize) -> Record {
    let mut record = Record::new("b", at as f64);
    record.run = at.to_string();
    record
}

fn places(dir: &Path) -> [Place; 2] {
    [
        Place::Folder(dir.join("f")),
        Place::File(dir.join("f.jsonl")),
    ]
}

#[test]
fn writers_at_the_same_time_lose_nothing() {
    let dir = tempfile::tempdir().unwrap();
    for place in places(dir.path()) {
        std::thread::scope(|scope| {
            for writer in 0..8 {
                let place = &place;
                scope.spawn(move || {
                    for at in 0..8 {
                        place
                            .add(&baseline(1e6), record(writer * 100 + at))
                            .unwrap();
                    }
                });
            }
        });
        assert_eq!(place.read(&ALL).unwrap().records.len(), 64, "{place:?}");
    }
}

#[test]
fn a_folder_keeps_what_is_needed() {
    let dir = tempfile::tempdir().unwrap();
    let place = Place::Folder(dir.path().to_path_buf());
    for at in 0..6 {
        place.add(&baseline(2.0), record(at)).unwrap();
    }
    let runs: Vec<_> = place
        .read(&ALL)
        .unwrap()
        .records
        .into_iter()
        .map(|r| r.run)
        .collect();
    // The first is the anchor.
    assert_eq!(runs, ["0", "4", "5"]);
}

#[test]
fn what_is_broken_is_told_and_what_is_not_there_is_empty() {
    let dir = tempfile::tempdir().unwrap();
    for place in places(dir.path()) {
        assert_eq!(place.read(&ALL).unwrap().records.len(), 0);
    }
    fs::create_dir_all(dir.path().join("f/b")).unwrap();
    fs::write(dir.path().join("f/b/x.json"), "{").unwrap();
    fs::write(dir.path().join("f/b/.half.tmp"), "{").unwrap();
    fs::write(dir.path().join("f.jsonl"), "{}\n").unwrap();
    for (place, says) in places(dir.path()).iter().zip(["x.json", "line 1"]) {
        let found = place.read(&ALL);
        assert!(
            matches!(&found, Err(why) if why.contains(says)),
            "{found:?}"
        );
    }
}

#[test]
fn a_line_that_someone_left_open_is_closed() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("f.jsonl");
    fs::write(&path, File::Record(record(1)).text()).unwrap();
    let place = Place::File(path);
    place.write("b", &File::Record(record(2))).unwrap();
    assert_eq!(place.read(&ALL).unwrap().records.len(), 2);
}
