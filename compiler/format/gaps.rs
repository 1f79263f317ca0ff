//! What stands between two leaves: comments and line ends.

/// A comment in a gap.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Comment<'t> {
    /// From `#` to the end of its line, without blanks at the end.
    pub text: &'t str,
    /// Line ends between what stands before it and itself.
    pub lines: usize,
}

/// A gap between two leaves.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Gap<'t> {
    /// The comments, in order.
    pub comments: Vec<Comment<'t>>,
    /// Line ends after the last comment, its own included, or in all if there is none.
    pub lines: usize,
    /// Whether a comma stands in it.
    pub comma: bool,
}

impl<'t> Gap<'t> {
    /// Reads a gap; signs such as `,` and `=` are passed over.
    pub fn read(text: &'t str) -> Self {
        let mut gap = Gap::default();
        let mut rest = text;
        while let Some(at) = rest.find(['#', '\n', ',']) {
            let (_, tail) = rest.split_at_checked(at).unwrap_or((rest, ""));
            let length = match tail.starts_with('#') {
                true => tail.find('\n').unwrap_or(tail.len()),
                false => 1,
            };
            let (found, after) = tail.split_at_checked(length).unwrap_or((tail, ""));
            match found {
                "," => gap.comma = true,
                "\n" => gap.lines += 1,
                comment => {
                    let text = comment.trim_end();
                    gap.comments.push(Comment {
                        text,
                        lines: gap.lines,
                    });
                    gap.lines = 0;
                }
            }
            rest = after;
        }
        gap
    }

    /// Whether it holds a line end.
    pub fn breaks(&self) -> bool {
        self.lines > 0 || !self.comments.is_empty()
    }
}
