//! Pictures of diagnostics.
