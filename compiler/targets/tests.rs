//! What the tests of all targets share.

/// Compares what a target wrote with `snapshots/targets/<target>/<name>.snap`.
pub fn reviewed(target: &str, name: &str, text: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(format!("../../snapshots/targets/{target}"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.bind(|| insta::assert_snapshot!(name, text));
}
