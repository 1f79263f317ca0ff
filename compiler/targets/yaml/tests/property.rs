//! Whatever tree is printed, the YAML 1.2 reader finds that tree.

use super::*;
use proptest::prelude::*;

/// Strings from the traps, from the characters YAML gives a meaning to, and from anywhere.
pub(super) fn text() -> impl Strategy<Value = String> {
    let traps: Vec<&str> = [super::traps::QUOTED, super::traps::PLAIN].concat();
    prop_oneof![
        proptest::sample::select(traps).prop_map(str::to_owned),
        "[ \t\n:#'\"?{}\\[\\],&*!|>%@`~=<0-9aeExo._+-]{0,12}",
        "[0-9:._eExob+-]{1,6}",
        "[ \na-c\\-#:]{0,20}",
        "[a-z]{1,8}",
        "(?s).{0,12}",
        "[\r\u{85}\u{a0}\u{2028}\u{feff}\u{7f}\u{fffe}\u{1f680}a\n ]{0,8}",
    ]
}

fn scalar() -> impl Strategy<Value = Yaml> {
    prop_oneof![
        Just(Yaml::Null),
        any::<bool>().prop_map(Yaml::from),
        any::<i64>().prop_map(Yaml::from),
        any::<f64>()
            .prop_filter("NaN equals nothing", |v| !v.is_nan())
            .prop_map(Yaml::from),
        text().prop_map(Yaml::from),
        text().prop_map(Yaml::Block),
    ]
}

fn entry(value: impl Strategy<Value = Yaml>) -> impl Strategy<Value = Entry> {
    let comment = || proptest::option::weighted(0.2, text());
    (value, comment(), comment()).prop_map(|(value, comment, trailing)| Entry {
        value,
        comment,
        trailing,
    })
}

pub(super) fn tree() -> impl Strategy<Value = Yaml> {
    scalar().prop_recursive(5, 48, 5, |inner| {
        let list = proptest::collection::vec(entry(inner.clone()), 0..5).prop_map(Yaml::from);
        let map = proptest::collection::btree_map(text(), entry(inner), 0..5).prop_map(|entries| {
            let mut map = Map::new();
            for (key, entry) in entries {
                map.push_entry(key, entry);
            }
            Yaml::from(map)
        });
        prop_oneof![list, map]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_printed_tree_is_read_back_the_same(doc in tree()) {
        assert_read_back(&doc);
    }

    #[test]
    fn a_tree_that_was_read_prints_the_same_meaning(doc in tree()) {
        let again = from_serde(meaning(&doc));
        prop_assert_eq!(meaning(&again), meaning(&doc));
        assert_read_back(&again);
    }

    #[test]
    fn headers_and_comments_never_change_the_meaning(doc in tree(), header in text()) {
        let printed = print(&doc, &[header]);
        let value: Value = serde_yaml::from_str(&printed).expect("YAML");
        prop_assert_eq!(value, meaning(&doc));
        prop_assert!(printed.ends_with('\n') && !printed.contains('\r'));
    }
}
