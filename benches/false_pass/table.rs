//! Tables in Markdown, and how far a share of draws may lie off by chance.

/// Prints a table; every cell as it is to be read.
pub fn print(title: &str, head: &[&str], rows: &[Vec<String>]) {
    println!("\n### {title}\n\n| {} |", head.join(" | "));
    println!("|{}", " --- |".repeat(head.len()));
    for row in rows {
        println!("| {} |", row.join(" | "));
    }
}

/// A share as the tables show it.
pub fn percent(share: f64) -> String {
    format!("{:.1} %", 100.0 * share)
}

/// What is seen at most, in all but one of 30 000 tables, if the truth is `nominal`: four standard
/// deviations.
pub fn ceiling(nominal: f64, draws: u32) -> f64 {
    nominal + 4.0 * (nominal * (1.0 - nominal) / f64::from(draws)).sqrt()
}
