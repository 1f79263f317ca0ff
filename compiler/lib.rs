//! gatec
