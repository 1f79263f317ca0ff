//! Spellings of numbers, names and values.

use crate::plan::{Amount, Quantity, Value};
use crate::targets::kubernetes::names::*;
use crate::targets::kubernetes::quantity::{Round, bytes, cores, replicas};
use crate::targets::kubernetes::values::text;

#[test]
fn quantities_are_canonical() {
    let cpu = [
        (0.5, "500m"),
        (2.0, "2"),
        (1.5, "1500m"),
        (0.07, "70m"),
        (0.0001, "1m"),
        (16.0, "16"),
    ];
    for (number, expected) in cpu {
        assert_eq!(cores(number), expected, "{number} cores");
    }
    let memory = [
        (1_073_741_824.0, "1Gi"),
        (1_610_612_736.0, "1536Mi"),
        (536_870_912.0, "512Mi"),
        (1e9, "1G"),
        (1.5e9, "1500M"),
        (1025.0, "1025"),
        (0.5, "1"),
        (0.0, "0"),
    ];
    for (number, expected) in memory {
        assert_eq!(bytes(number), expected, "{number} bytes");
    }
}

#[test]
fn shares_of_replicas_are_whole_and_on_the_safe_side() {
    assert_eq!(replicas(Amount::Absolute(2), Round::Down), (2, false));
    assert_eq!(replicas(Amount::Share(0.07), Round::Down), (7, true));
    assert_eq!(replicas(Amount::Share(1.0 / 3.0), Round::Down), (33, true));
    assert_eq!(replicas(Amount::Share(1.0 / 3.0), Round::Up), (34, true));
}

#[test]
fn names_are_labels_of_the_dns() {
    assert_eq!(object_name("Policy_server"), "policy-server");
    for good in ["a", "a-1", &"a".repeat(63)] {
        assert_eq!(label_fault(good), None, "{good}");
    }
    for bad in ["", "1a", "a-", "-a", "a_b", "ä", "A", &"a".repeat(64)] {
        assert!(label_fault(bad).is_some(), "{bad}");
    }
}

#[test]
fn labels_are_what_kubernetes_takes() {
    for good in ["team", "example.com/team", "a.1.b/x_Y", "A"] {
        assert_eq!(key_fault(good), None, "{good}");
    }
    for bad in [
        "",
        "/a",
        "a/",
        "a b",
        "a/b/c",
        "-a",
        "a..b/c",
        "Example.com/team",
        &"a".repeat(64),
    ] {
        assert!(key_fault(bad).is_some(), "{bad}");
    }
    for good in ["", "a", "a_b.c-D9"] {
        assert_eq!(value_fault(good), None, "{good}");
    }
    for bad in [" ", "a b", "-a", "a.", &"a".repeat(64)] {
        assert!(value_fault(bad).is_some(), "{bad}");
    }
}

#[test]
fn a_project_s_name_becomes_a_label() {
    assert_eq!(as_value("Carla RL!").as_deref(), Some("carla-rl"));
    assert_eq!(
        as_value(&"x-".repeat(50)).map(|v| value_fault(&v)),
        Some(None)
    );
    assert_eq!(as_value("…"), None);
}

#[test]
fn variables_are_what_every_kubelet_takes() {
    for good in ["A", "a_b", "LOG.LEVEL"] {
        assert_eq!(variable_fault(good), None, "{good}");
    }
    for bad in ["", "1A", "A B", "A=B", "Ä"] {
        assert!(variable_fault(bad).is_some(), "{bad}");
    }
}

#[test]
fn values_become_the_text_of_a_variable() {
    let number = |n, q| Value::Number(n, q);
    let list = Value::List(vec![
        number(1.0, Quantity::Number),
        number(0.5, Quantity::Count),
        number(30.0, Quantity::Duration),
        Value::Str("a\"b".to_string()),
    ]);
    let record = Value::Record(vec![("on".to_string(), Value::Bool(true))]);
    for (value, expected) in [
        (Value::Str("two words".to_string()), Some("two words")),
        (Value::Bool(true), Some("true")),
        (number(30.0, Quantity::Duration), Some("30s")),
        (number(8080.0, Quantity::Count), Some("8080")),
        (list, Some(r#"[1,0.5,"30s","a\"b"]"#)),
        (record, Some(r#"{"on":true}"#)),
        (Value::None, None),
    ] {
        assert_eq!(text(&value).as_deref(), expected);
    }
}
