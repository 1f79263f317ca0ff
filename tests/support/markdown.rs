//! Fenced blocks of a Markdown text.

/// One block between "```" lines.
pub struct Block {
    /// What stands after the opening "```".
    pub info: String,
    /// What stands between.
    pub text: String,
    /// The line of the opening, from 1.
    pub line: usize,
    /// The last `## heading` above.
    pub section: String,
}

impl Block {
    /// Whether it is a program or a part of one.
    pub fn is_gate(&self) -> bool {
        self.words().first() == Some(&"gate")
    }

    /// The words of the info string.
    pub fn words(&self) -> Vec<&str> {
        self.info.split_whitespace().collect()
    }

    /// The value of `key=value` in the info string.
    pub fn option(&self, key: &str) -> Option<&str> {
        self.words()
            .into_iter()
            .find_map(|word| word.strip_prefix(key)?.strip_prefix('='))
    }
}

/// All blocks, in order.
pub fn blocks(markdown: &str) -> Vec<Block> {
    let mut found = Vec::new();
    let mut section = String::new();
    let mut open: Option<Block> = None;
    for (index, line) in markdown.lines().enumerate() {
        match (&mut open, line.strip_prefix("```")) {
            (None, Some(info)) => {
                open = Some(Block {
                    info: info.trim().to_string(),
                    text: String::new(),
                    line: index + 1,
                    section: section.clone(),
                });
            }
            (None, None) => {
                if let Some(heading) = line.strip_prefix("## ") {
                    section = heading.trim().to_string();
                }
            }
            (Some(_), Some(_)) => found.extend(open.take()),
            (Some(block), None) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
        }
    }
    found.extend(open);
    found
}
