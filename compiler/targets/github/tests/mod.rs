//! Plans by hand, and the workflows they become.

mod build;
mod expressions;
mod forms;
mod gates;
mod limits;
mod programs;
mod rich;
