//! Results against references, against what they promise, and at their edges.

mod edges;
mod promises;
mod recovered;
mod reference;
