//! The table of pinned container images: data only, read by the parent module. SOURCES.md beside
//! this file says where each digest comes from.

use super::Image;

/// Every pinned image.
pub(super) static IMAGES: &[Image] = &[
    Image {
        name: "postgres:16",
        digest: "sha256:95206741a5b214807675e14165369d05b93a9cf692223b616d07cca227e74b0b",
    },
    Image {
        name: "python:3.12-slim",
        digest: "sha256:78387bc3881b8273120a12ebe6c1ab22b018ccc2c9adf565ae1ac9b536e184ea",
    },
    Image {
        name: "redis:7",
        digest: "sha256:c6eabf748fc7a61dbb5a705c78bcf3d6377b1127a97d0ce965c11c44ba46896f",
    },
];
