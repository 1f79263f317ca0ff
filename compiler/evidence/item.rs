//! Names of measured items, the same in every report, so that two reports can be paired.

use sha2::{Digest, Sha256};

use super::Data;

/// A short name of whatever identifies an item: inputs may be long, and not for logs.
pub fn item(of: &Data) -> String {
    if let Data::Text(text) = of
        && text.len() <= 64
    {
        return text.clone();
    }
    let mut hash = Sha256::new();
    feed(of, &mut hash);
    let digest = hash.finalize();
    digest.iter().take(8).map(|b| format!("{b:02x}")).collect()
}

/// A value with its kind before it and its length within, so that no two values look alike.
fn feed(data: &Data, hash: &mut Sha256) {
    match data {
        Data::Null => hash.update(b"0"),
        Data::Bool(b) => hash.update([b'b', u8::from(*b)]),
        Data::Number(n) => {
            hash.update(b"n");
            hash.update(n.to_le_bytes());
        }
        Data::Text(text) => text_of(text, hash),
        Data::List(items) => {
            hash.update(b"l");
            hash.update((items.len() as u64).to_le_bytes());
            items.iter().for_each(|item| feed(item, hash));
        }
        Data::Record(fields) => {
            hash.update(b"r");
            hash.update((fields.len() as u64).to_le_bytes());
            for (key, value) in fields {
                text_of(key, hash);
                feed(value, hash);
            }
        }
    }
}

fn text_of(text: &str, hash: &mut Sha256) {
    hash.update(b"t");
    hash.update((text.len() as u64).to_le_bytes());
    hash.update(text.as_bytes());
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_items_have_one_name_and_others_another() {
        let of = |text: &str| item(&Data::parse(text.as_bytes()).unwrap());
        assert_eq!(of(r#"{"a":1,"b":[2]}"#), of(r#"{"b":[2.0],"a":1}"#));
        let names = [
            r#"{"a":"b"}"#,
            r#"["a","b"]"#,
            r#"["ab"]"#,
            "1",
            "true",
            "null",
        ]
        .map(of);
        let mut distinct = names.to_vec();
        distinct.sort();
        distinct.dedup();
        assert_eq!(distinct.len(), names.len());
        assert_eq!(of(r#""376f""#), "376f");
    }
}
