//! How the command is linked.

// A build script asks Cargo through the environment.
#![allow(clippy::disallowed_methods)]

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    // The language's tables hold 18,000 addresses. In an executable that may be loaded anywhere each
    // is corrected at every start: a third of the time of a small check. What reads input here is
    // safe Rust, so a fixed place gives little away; libraries, heap and stack stay random.
    if target("OS") == "linux"
        && target("ENV") == "gnu"
        && !target("FEATURE").contains("crt-static")
    {
        println!("cargo::rustc-link-arg-bins=-no-pie");
    }
}
