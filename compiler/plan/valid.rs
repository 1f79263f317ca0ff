//! The one gate before the targets: a plan that was checked without an error.

use std::sync::Arc;

use super::Plan;
use crate::diagnostics::Diagnostics;

/// A plan that holds no error; only [`ValidPlan::new`] makes one, so no target sees another.
#[derive(Clone, Debug)]
pub struct ValidPlan(Arc<Plan>);

impl ValidPlan {
    /// The plan, if none of the findings is an error.
    pub fn new(plan: impl Into<Arc<Plan>>, findings: &Diagnostics) -> Option<Self> {
        (!findings.has_errors()).then(|| Self(plan.into()))
    }
}

impl std::ops::Deref for ValidPlan {
    type Target = Plan;

    fn deref(&self) -> &Plan {
        &self.0
    }
}
