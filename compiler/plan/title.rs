//! Names for people, made of ids.

/// Words that are written in capitals.
const CAPITALS: &[&str] = &[
    "api", "aws", "cd", "ci", "cli", "cpu", "db", "dns", "e2e", "gcp", "gpu", "html", "http",
    "https", "id", "json", "npm", "pr", "qa", "sbom", "sdk", "slo", "sql", "ssh", "tls", "ui",
    "url", "vm", "xml", "yaml",
];

/// An id as a title: `api_tests` → `API tests`, `ci_cd` → `CI/CD`.
pub fn title(id: &str) -> String {
    let words: Vec<String> = id
        .split('_')
        .filter(|word| !word.is_empty())
        .enumerate()
        .map(|(index, word)| match CAPITALS.contains(&word) {
            true => word.to_uppercase(),
            false if index == 0 => capitalised(word),
            false => word.to_string(),
        })
        .collect();
    words.join(" ").replace("CI CD", "CI/CD")
}

fn capitalised(word: &str) -> String {
    let mut chars = word.chars();
    match chars.next() {
        Some(first) => first.to_uppercase().chain(chars).collect(),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::title;

    #[test]
    fn abbreviations_keep_their_capitals() {
        let cases = [
            ("ci_cd", "CI/CD"),
            ("ci", "CI"),
            ("publish_npm_package", "Publish NPM package"),
            ("e2e_tests", "E2E tests"),
            ("api_url", "API URL"),
            ("p95_regression", "P95 regression"),
            ("unit_tests", "Unit tests"),
            ("circle", "Circle"),
            ("API_KEY", "API KEY"),
        ];
        for (id, wanted) in cases {
            assert_eq!(title(id), wanted);
        }
    }
}
