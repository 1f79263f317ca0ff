//! Formats that give rows.
