//! What errors left out of a plan: the blocks that aren't whole.
//!
//! A lint that looks at a plan with gaps keeps only the findings that hold in spite of them.

use crate::source::Span;

/// The blocks of a program with an error inside, and those that use them.
#[derive(Clone, Debug, Default)]
pub struct Gaps {
    /// Blocks by place; empty when the program has no error.
    pub blocks: Vec<Block>,
    /// Whether an error stands outside of every block, so that anything may be missing.
    pub anywhere: bool,
}

/// A block that can be wrong by itself: a declaration, or a node of a pipeline.
#[derive(Clone, Debug)]
pub struct Block {
    /// The whole statement.
    pub span: Span,
    /// The pipeline around a node, by number.
    pub parent: Option<usize>,
    /// Whether an error stands in it; in a pipeline: outside of its nodes.
    pub own: bool,
    /// Whether an error stands in it or in what it names, through any number of names; in a
    /// pipeline: in its nodes, too.
    pub used: bool,
}

impl Gaps {
    /// Whether the plan is whole.
    pub fn is_empty(&self) -> bool {
        self.blocks.is_empty() && !self.anywhere
    }

    /// Whether the block at a place has an error, or the pipeline around it.
    pub fn at(&self, span: Span) -> bool {
        self.any(span, |block| block.own)
    }

    /// Whether [`at`](Self::at), or anything that the block names has one.
    pub fn behind(&self, span: Span) -> bool {
        self.any(span, |block| block.used)
    }

    fn any(&self, span: Span, open: impl Fn(&Block) -> bool) -> bool {
        if self.is_empty() {
            return false;
        }
        let Some(block) = self.find(span).and_then(|at| self.blocks.get(at)) else {
            return true;
        };
        let around = block.parent.and_then(|at| self.blocks.get(at));
        self.anywhere || open(block) || around.is_some_and(|b| b.own)
    }

    /// The innermost block at a place, by number.
    pub fn find(&self, span: Span) -> Option<usize> {
        let begun = |b: &Block| (b.span.file, b.span.start) <= (span.file, span.start);
        let mut at = self.blocks.partition_point(begun).checked_sub(1);
        while let Some(block) = at.and_then(|i| self.blocks.get(i)) {
            if block.span.file == span.file && span.start < block.span.end {
                break;
            }
            at = block.parent;
        }
        at
    }
}
