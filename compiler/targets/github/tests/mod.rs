//! Plans by hand, and the workflows they become.

mod build;
mod rich;
