//! Names that Prometheus and people read: recorded series, alerts, files.
//!
//! A recorded series is called `level:metric:operation` as the Prometheus project recommends:
//! the labels that are left (`namespace_job`, then the metric's groups), the metric's name in
//! the program, and what was done in which window (`p95_5m`).

/// `policy_server` and `Policy Server` as `policy-server`.
pub fn kebab(text: &str) -> String {
    words(text).join("-")
}

/// `serving_budget` and `latency_p95` as `ServingBudgetLatencyP95`.
pub fn pascal<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    let capital = |word: &String| {
        let mut letters = word.chars();
        let first = letters.next().map(|c| c.to_ascii_uppercase());
        first.into_iter().chain(letters).collect::<String>()
    };
    let name: String = parts
        .into_iter()
        .flat_map(|part| words(part).iter().map(capital).collect::<Vec<_>>())
        .collect();
    if name.starts_with(|c: char| c.is_ascii_digit()) {
        format!("Alert{name}")
    } else {
        name
    }
}

/// `serving_budget` as `Serving budget`.
pub fn sentence(id: &str) -> String {
    let text = id.replace('_', " ");
    let mut letters = text.chars();
    let first = letters.next().map(|c| c.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

/// `namespace_job_model:accuracy:mean_10m`
pub fn recorded(labels: &[String], metric: &str, operation: &str) -> String {
    let level = match labels {
        [] => "instance".to_string(),
        labels => labels.join("_"),
    };
    format!("{level}:{metric}:{operation}")
}

fn words(text: &str) -> Vec<String> {
    text.split(|c: char| !c.is_ascii_alphanumeric())
        .filter(|w| !w.is_empty())
        .map(|w| {
            // An all-capital word stays readable as one: `GPU use` is `gpu-use`.
            if w.chars().any(|c| c.is_ascii_lowercase()) {
                humps(w)
            } else {
                w.to_ascii_lowercase()
            }
        })
        .flat_map(|w| w.split('-').map(str::to_string).collect::<Vec<_>>())
        .filter(|w| !w.is_empty())
        .collect()
}

/// `CarlaRL` as `carla-rl`: a capital after a small letter or digit begins a word.
fn humps(word: &str) -> String {
    let mut out = String::new();
    let mut before_small = false;
    for c in word.chars() {
        if c.is_ascii_uppercase() && before_small {
            out.push('-');
        }
        before_small = c.is_ascii_lowercase() || c.is_ascii_digit();
        out.push(c.to_ascii_lowercase());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_follow_their_readers() {
        assert_eq!(kebab("policy_server"), "policy-server");
        assert_eq!(kebab("CarlaRL serving"), "carla-rl-serving");
        assert_eq!(
            pascal(["serving_budget", "latency_p95"]),
            "ServingBudgetLatencyP95"
        );
        assert_eq!(pascal(["p", "rise(latency_p95)"]), "PRiseLatencyP95");
        assert_eq!(pascal(["5xx"]), "Alert5xx");
        assert_eq!(sentence("gpu_exhausted"), "Gpu exhausted");
        let labels = ["namespace".to_string(), "job".to_string()];
        assert_eq!(
            recorded(&labels, "latency", "p95_5m"),
            "namespace_job:latency:p95_5m"
        );
    }
}
