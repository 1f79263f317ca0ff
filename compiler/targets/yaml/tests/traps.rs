//! Tables of strings and the one spelling each must get.

use super::*;

/// Strings that some YAML 1.1 or 1.2 reader would retype or misread.
pub(super) const QUOTED: &[&str] = &[
    "",
    "y",
    "Y",
    "n",
    "N",
    "yes",
    "Yes",
    "YES",
    "no",
    "No",
    "NO",
    "on",
    "On",
    "ON",
    "off",
    "Off",
    "OFF",
    "true",
    "True",
    "TRUE",
    "false",
    "False",
    "FALSE",
    "null",
    "Null",
    "NULL",
    "~",
    "0",
    "7",
    "-7",
    "+1",
    "007",
    "0o7",
    "0x1F",
    "0X1F",
    "0b101",
    "-0x1f",
    "1_000",
    "1,000",
    "12:30:45",
    "190:20:30.15",
    "8080:80",
    "-1:30",
    ".5",
    "-.5",
    "1.",
    "3.10",
    "1.2.3",
    "1e3",
    "1E3",
    "1e-3",
    "1.5e+3",
    "6.02e23",
    ".inf",
    "-.inf",
    "+.INF",
    ".Inf",
    ".nan",
    ".NaN",
    ".NAN",
    "2024-01-01",
    "2024-1-1",
    "2001-12-14t21:59:43.10-05:00",
    "2001-12-14 21:59:43.10 -5",
    "=",
    "<<",
    " a",
    "a ",
    " ",
    "a: b",
    "a:",
    ":a",
    ":",
    "a #b",
    "#a",
    "- a",
    "-",
    "? a",
    "?",
    "[a]",
    "]",
    "{a}",
    "}",
    ",",
    "&a",
    "*a",
    "**",
    "!a",
    "|",
    ">",
    "'a'",
    "\"a\"",
    "%a",
    "@a",
    "`a`",
    "---",
    "--- a",
    "...",
    "{{ a }}",
];

/// Strings that look odd and need no quotes.
pub(super) const PLAIN: &[&str] = &[
    "a",
    "a b",
    "yesterday",
    "nope",
    "onward",
    "v1.2.3",
    "1.2.3-rc1",
    "a:b",
    "a#b",
    "a{b}",
    "a, b",
    "http://x/y#z",
    "${{ github.ref == 'refs/heads/main' }}",
    "--check",
    "-x",
    ".",
    "..",
    "./run.sh",
    ".github",
    "~/bin",
    "+",
    "a'b\"c\\d",
    "2024-01",
    "2024-01-01x",
    "1e3x",
    "12h",
    "5m",
    "100Mi",
    "0xyz",
    "e3",
    "a|b>c",
    "x=y",
    "ubuntu-24.04",
    "é",
    "日本",
    "🚀",
    "a-",
    "a?",
    "inf",
    "nan",
    "3 apples",
    "1 2",
    "=>",
    "<a>",
    "echo $((1 + 1))",
    "$HOME",
    "_",
    "(a)",
];

/// Strings that no single-quoted line can carry, with their spelling.
const ESCAPED: &[(&str, &str)] = &[
    ("a\nb", r#""a\nb""#),
    ("\n", r#""\n""#),
    ("a\r\n", r#""a\r\n""#),
    ("a\tb", r#""a\tb""#),
    ("\0\u{7}\u{1b}[0m\u{7f}", r#""\x00\x07\x1b[0m\x7f""#),
    ("a\u{85}b\u{9f}", r#""a\x85b\x9f""#),
    ("\u{2028}\u{2029}", r#""\u2028\u2029""#),
    ("\u{feff}a", r#""\ufeffa""#),
    ("a\u{fffe}\u{ffff}", r#""a\ufffe\uffff""#),
    ("a\u{202e}b\u{2066}", r#""a\u202eb\u2066""#),
    ("\"\\\n", r#""\"\\\n""#),
    ("é\n🚀", r#""é\n🚀""#),
];

#[test]
fn strings_a_reader_would_misread_are_single_quoted() {
    for text in QUOTED {
        let expected = format!(" '{}'\n", text.replace('\'', "''"));
        assert_eq!(under_key(*text), expected, "value {text:?}");
        assert_read_back(&vec![Yaml::from(*text)].into());
    }
}

#[test]
fn other_strings_stay_plain() {
    for text in PLAIN {
        assert_eq!(under_key(*text), format!(" {text}\n"), "value {text:?}");
        assert_read_back(&vec![Yaml::from(*text)].into());
    }
}

#[test]
fn control_characters_and_breaks_are_escaped() {
    for (text, spelling) in ESCAPED {
        assert_eq!(under_key(*text), format!(" {spelling}\n"), "value {text:?}");
        assert_read_back(&vec![Yaml::from(*text)].into());
    }
}

#[test]
fn keys_follow_the_rules_of_values_but_for_on() {
    let mut map = Map::new();
    for key in [
        "on", "ON", "yes", "y", "8080", "a: b", "", "a\nb", "<<", "name",
    ] {
        map.push(key, "on");
    }
    let expected = "on: 'on'\n'ON': 'on'\n'yes': 'on'\n'y': 'on'\n'8080': 'on'\n'a: b': 'on'\n\
                    '': 'on'\n\"a\\nb\": 'on'\n'<<': 'on'\nname: 'on'\n";
    let doc = Yaml::from(map);
    assert_eq!(print(&doc, &[]), expected);
    assert_read_back(&doc);
}

#[test]
fn floats_stay_floats_and_keep_their_bits() {
    let spellings = [
        (1.0, "1.0"),
        (-0.0, "-0.0"),
        (0.1, "0.1"),
        (1e16, "1.0e+16"),
        (1.5e300, "1.5e+300"),
        (1e-7, "1.0e-7"),
        (f64::MIN_POSITIVE, "2.2250738585072014e-308"),
        (f64::INFINITY, ".inf"),
        (f64::NEG_INFINITY, "-.inf"),
        (f64::NAN, ".nan"),
    ];
    for (value, spelling) in spellings {
        assert_eq!(under_key(value), format!(" {spelling}\n"));
        let read: f64 = serde_yaml::from_str(spelling).expect("a float");
        assert!(read.to_bits() == value.to_bits() || read.is_nan() && value.is_nan());
    }
}

#[test]
fn integers_null_and_booleans_are_plain() {
    assert_eq!(under_key(i64::MIN), " -9223372036854775808\n");
    assert_eq!(under_key(Yaml::Null), " null\n");
    assert_eq!(under_key(true), " true\n");
    assert_eq!(under_key(u64::MAX), " 1.8446744073709552e+19\n");
}

#[test]
fn blocks_keep_their_trailing_newlines_exactly() {
    let spellings = [
        ("a", " |-\n  a\n"),
        ("a\n", " |\n  a\n"),
        ("a\n\n", " |+\n  a\n\n"),
        ("a\n\n\nb  \n", " |\n  a\n\n\n  b  \n"),
        ("  a\nb\n", " |2\n    a\n  b\n"),
        ("\n\n  a", " |2-\n\n\n    a\n"),
        ("\na\n", " |\n\n  a\n"),
        ("a:\n\tb: 'c' # d\n", " \"a:\\n\\tb: 'c' # d\\n\"\n"),
        ("a\tb\n# c\n---\n", " |\n  a\tb\n  # c\n  ---\n"),
    ];
    for (text, spelling) in spellings {
        let block = Yaml::Block(text.to_owned());
        assert_eq!(under_key(block.clone()), spelling, "block {text:?}");
        let nested = vec![
            block.clone(),
            vec![block.clone(), Yaml::from(1)].into(),
            block,
        ];
        assert_read_back(&nested.into());
    }
}

#[test]
fn strings_no_block_carries_fall_back_to_quotes() {
    for text in [
        "",
        "\n",
        "\n\n",
        " ",
        "a\n ",
        " \na",
        "a\r\nb\n",
        "\ta",
        "a\n\tb",
        "a\u{2028}",
    ] {
        let block = Yaml::Block(text.to_owned());
        let spelling = under_key(block.clone());
        assert!(
            spelling.starts_with(" '") || spelling.starts_with(" \""),
            "{text:?}: {spelling}"
        );
        assert_read_back(&vec![block].into());
    }
}

#[test]
fn a_key_longer_than_readers_allow_is_spelled_out() {
    let mut map = Map::new();
    map.push("a ".repeat(1000) + "b", "c")
        .push("d".repeat(1001), vec![Yaml::from("e")]);
    let doc = Yaml::from(vec![Yaml::from(map)]);
    assert!(print(&doc, &[]).contains("a b\n  : c\n  ? ddd"));
    assert_read_back(&doc);
}
