//! What an expression can see from where it stands.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use indexmap::IndexMap;

use crate::plan::{Expr, Type};

/// The world an expression speaks of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Realm {
    /// Only what is known now.
    Constant,
    /// Facts of a run.
    Run,
    /// Reports of a run: metrics' sources.
    Report,
    /// Criteria of gates and rollouts: metrics, reports, series.
    Measure,
    /// Series of services.
    Live,
    /// Conditions of alerts: metrics and series.
    Alert,
    /// Messages of alerts: labels and the value.
    AlertMessage,
    /// What a notification hears: severity, outcome.
    Notify,
    /// One probe's answer.
    Answer,
}

/// Template parameters by name, already typed.
pub type Params = IndexMap<String, Expr>;

/// What is visible besides the program's declarations.
#[derive(Clone, Copy)]
pub struct Scope<'s> {
    /// The world.
    pub realm: Realm,
    /// The pipeline around it.
    pub pipeline: Option<&'s PipelineNames>,
    /// The stage around it.
    pub stage: Option<&'s StageNames>,
    /// Parameters of the template around it.
    pub params: Option<&'s Params>,
    /// Ids of the stages of the template around it, by their names in it.
    pub stages: Option<&'s BTreeMap<String, String>>,
    /// The module whose constants are visible; empty for the project's own.
    pub module: &'s str,
}

impl Scope<'_> {
    /// Only constants.
    pub const CONSTANT: Scope<'static> = Scope {
        realm: Realm::Constant,
        pipeline: None,
        stage: None,
        params: None,
        stages: None,
        module: "",
    };

    /// The id of the stage that a name means here.
    pub fn stage_id<'n>(&'n self, name: &'n str) -> &'n str {
        let own = self.stages.and_then(|s| s.get(name));
        own.map_or(name, String::as_str)
    }

    /// The same surroundings, another world.
    pub fn within(self, realm: Realm) -> Self {
        Self { realm, ..self }
    }
}

/// Names of a pipeline that its expressions may use.
#[derive(Debug, Default)]
pub struct PipelineNames {
    /// Its id.
    pub id: String,
    /// Outputs by node.
    pub nodes: IndexMap<String, NodeNames>,
    /// Inputs and their types.
    pub inputs: IndexMap<String, Type>,
    /// `changed` filters.
    pub changed: Vec<String>,
}

/// What others may use of a stage or deploy.
#[derive(Debug, Default)]
pub struct NodeNames {
    /// Outputs.
    pub outputs: Vec<String>,
    /// Artifacts.
    pub artifacts: Vec<String>,
}

/// Names of a stage that its steps may use.
#[derive(Debug, Default)]
pub struct StageNames {
    /// Its id.
    pub id: String,
    /// Matrix keys: the type of a value, and of its fields if it is a record.
    pub matrix: IndexMap<String, (Type, IndexMap<String, Type>)>,
    /// Steps so far, with their outputs.
    pub steps: RefCell<HashMap<String, StepNames>>,
}

/// What others may use of a step.
#[derive(Clone, Debug, Default)]
pub struct StepNames {
    /// Outputs, with the value each stands for.
    pub outputs: IndexMap<String, Expr>,
    /// Whether any output may be named (an action nobody knows).
    pub open: bool,
}
