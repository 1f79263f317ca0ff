//! gatec
pub mod targets {
    //! targets
    pub mod yaml;
}
