//! Results against references and against what they promise.
