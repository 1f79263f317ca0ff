//! Pinned third-party actions and images: takes the name of a GitHub action or of a container
//! image, gives the commit or digest to pin it to, and what the action takes, gives and needs.
//! Compiled in, so that building needs no network and two machines pin the same commit. It must
//! not know the language or the workflow that uses a pin.

mod images;
mod locked;
mod metadata;
mod table;

use std::borrow::Cow;
use std::cmp::Ordering;

pub use locked::Pins;
pub use metadata::rights;

/// Text of the table or of a lock.
pub type Text = Cow<'static, str>;

/// One third-party action at one released commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// `owner/repository`, with the folder of the action where it is not the root.
    pub name: Text,
    /// The release tag, as its repository spells it.
    pub version: Text,
    /// The commit the tag names: 40 lower-case hex digits.
    pub commit: Text,
    /// What runs it: `node24`, `node20`, `composite` or `docker`.
    pub runtime: Text,
    /// What it takes, in the order it declares them.
    pub inputs: Cow<'static, [Input]>,
    /// The names of what it gives.
    pub outputs: Cow<'static, [Text]>,
    /// What its main use asks of `GITHUB_TOKEN`.
    pub permissions: Cow<'static, [Permission]>,
}

impl Action {
    /// The input of this name; GitHub does not tell the case of input names apart.
    pub fn input(&self, name: &str) -> Option<&Input> {
        self.inputs
            .iter()
            .find(|input| input.name.eq_ignore_ascii_case(name))
    }
}

/// One input of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Input {
    /// The key under `with:`.
    pub name: Text,
    /// Whether a step that leaves it out is wrong: required, and without a default.
    pub required: bool,
    /// The value a step gets that leaves it out, as written, expressions included.
    pub default: Option<Text>,
    /// Whether the action asks its users to leave it.
    pub deprecated: bool,
}

/// One `GITHUB_TOKEN` scope an action needs, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Permission {
    /// The key under `permissions:`, such as `security-events`.
    pub scope: Text,
    /// How much of it.
    pub access: Access,
    /// What for, to complete the sentence "needed to …".
    pub reason: Text,
}

/// How much of a scope is needed; writing includes reading.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Access {
    /// `read`
    Read,
    /// `write`
    Write,
}

/// One container image at one digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Image {
    /// The reference people write, such as `postgres:16`.
    pub name: &'static str,
    /// `sha256:` and 64 hex digits, of the index that covers every platform of the tag.
    pub digest: &'static str,
}

/// The pin of an action; like GitHub, it does not tell upper case from lower.
pub fn lookup(name: &str) -> Option<&'static Action> {
    let at = table::ACTIONS
        .binary_search_by(|action| order(&action.name, name))
        .ok()?;
    table::ACTIONS.get(at)
}

/// The pinned action an unknown name most likely means: the same action under another owner,
/// or else one a few letters away.
pub fn nearest(name: &str) -> Option<&'static str> {
    let wanted = name.to_ascii_lowercase();
    let names = || table::ACTIONS.iter().map(|action| action.name.as_ref());
    let moved = names().find(|known| own_part(known).eq_ignore_ascii_case(own_part(&wanted)));
    moved.or_else(|| {
        let (distance, known) = names()
            .map(|known| {
                (
                    strsim::damerau_levenshtein(&known.to_ascii_lowercase(), &wanted),
                    known,
                )
            })
            .min()?;
        (distance <= typing_errors(&wanted)).then_some(known)
    })
}

/// Every pinned action, sorted by name without regard to case.
pub fn all() -> &'static [Action] {
    table::ACTIONS
}

/// The pin of a container image, by the reference people write.
pub fn image(name: &str) -> Option<&'static Image> {
    images::IMAGES.iter().find(|image| image.name == name)
}

/// Every pinned container image.
pub fn images() -> &'static [Image] {
    images::IMAGES
}

fn order(left: &str, right: &str) -> Ordering {
    let folded = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(folded).cmp(right.bytes().map(folded))
}

/// The name without its owner.
fn own_part(name: &str) -> &str {
    name.split_once('/').map_or(name, |(_, own)| own)
}

/// How many letters may differ before a guess is worse than none.
fn typing_errors(name: &str) -> usize {
    (name.len() / 6).max(1)
}

#[cfg(test)]
mod tests;
