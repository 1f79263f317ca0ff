//! Where bash evaluates a word as arithmetic, quoted or not: `a[$(command)]` runs the command there,
//! so a value of the run has no place in it.
//! <https://www.gnu.org/software/bash/manual/html_node/Shell-Arithmetic.html>

/// Comparisons that evaluate both sides within `[[ ]]`.
const COMPARISONS: &[&str] = &[" -eq ", " -ne ", " -lt ", " -le ", " -gt ", " -ge "];

/// What evaluates a value that stands between these two parts of a line.
pub fn evaluated(before: &str, after: &str) -> Option<&'static str> {
    let opened = |open: &str, close: &str| {
        let last = before.rfind(open)?;
        let inside = before.get(last..)?;
        (!inside.contains(close)).then_some(inside)
    };
    if opened("((", "))").is_some() {
        return Some("`(( … ))`");
    }
    if let Some(test) = opened("[[ ", " ]]") {
        // The comparison is the one beside the value, not that of another operand.
        let operand = |text: &str| {
            text.split(" && ")
                .flat_map(|t| t.split(" || "))
                .map(String::from)
                .collect::<Vec<_>>()
        };
        let left = operand(test).pop().unwrap_or_default();
        let right = operand(after.split(" ]]").next().unwrap_or_default());
        let whole = format!("{left}x{}", right.first().map_or("", String::as_str));
        let compares = COMPARISONS.iter().any(|op| whole.contains(op));
        return compares.then_some("a comparison of numbers in `[[ … ]]`");
    }
    let command = before.rsplit([';', '|', '&']).next().unwrap_or(before);
    command.trim_start().starts_with("let ").then_some("`let`")
}

#[cfg(test)]
mod tests {
    use super::evaluated;

    #[test]
    fn bash_evaluates_in_three_places() {
        for (before, after) in [
            ("x=$((", " + 1))"),
            ("echo $((a * ", "))"),
            ("((", " > 3))"),
            ("for ((i = 0; i < ", "; i++)); do"),
            ("if [[ \"", "\" -eq 1 ]]; then"),
            ("[[ 1 -lt ", " ]]"),
            ("[[ -n $a && ", " -ge 2 ]]"),
            ("true; let x=", ""),
        ] {
            assert!(evaluated(before, after).is_some(), "{before}X{after}");
        }
    }

    #[test]
    fn elsewhere_a_value_is_text() {
        for (before, after) in [
            ("echo $((1 + 2)) ", ""),
            ("[ \"", "\" -eq 1 ]"),
            ("[[ ", " == main ]]"),
            ("[[ ", " == main && $a -eq 1 ]]"),
            ("[[ 1 -eq 1 ]] && echo ", " -eq 2"),
            ("outlet ", ""),
            ("$(cmd ", ")"),
        ] {
            assert!(evaluated(before, after).is_none(), "{before}X{after}");
        }
    }
}
