//! What is no item: says what stands there and what was probably meant.

use super::Lower;
use super::items::Gap;
use crate::diagnostics::{Code, Diagnostic};
use crate::source::Span;
use crate::syntax::ast::{Attribute, Block, Expr, ExprKind, Item, Statement};
use crate::syntax::tree::{Kind, Node};

/// Keywords after which a `:` is written by who knows YAML. The grammar knows no keyword; a hint may.
const STATEMENTS: &[&str] = &[
    "on", "run", "measure", "use", "needs", "when", "require", "check", "import", "pipeline",
    "stage", "gate",
];

/// Keywords that are followed by a comparison.
const CONDITIONS: &[&str] = &["when", "require", "score", "expect"];

impl Lower<'_> {
    /// Junk, a block without a head, or both. A block that follows a statement which has none is
    /// given to that statement, so that what it holds is still checked.
    pub(super) fn broken(&mut self, index: usize, node: Node, gap: Gap, last: Option<&mut Item>) {
        let mut junk = None;
        let mut block = None;
        for (child_index, child) in self.tree.children(index) {
            match child.kind {
                Kind::Junk => junk = Some(child),
                Kind::Block => block = Some(self.block(child_index, child)),
                _ => {}
            }
        }
        let before = last.filter(|_| gap == Gap::Blank || (junk.is_none() && gap == Gap::Line));
        match (junk, before) {
            (Some(junk), Some(last)) => self.junk_after(junk, block, last),
            (Some(junk), None) => self.junk(self.trimmed(junk)),
            (None, Some(last)) => self.block_after(node, block, gap, last),
            (None, None) if block.is_some() => self.headless(node),
            (None, None) => {}
        }
    }

    /// Junk right behind an item.
    fn junk_after(&mut self, junk: Node, block: Option<Block>, last: &mut Item) {
        let span = self.trimmed(junk);
        let text = self.slice(junk).trim();
        match last {
            Item::Statement(s) if s.block.is_none() && s.args.is_empty() => {
                if let Some(rest) = text.strip_prefix(':') {
                    self.yaml(s, span, rest.trim(), block.is_some());
                } else if text.starts_with("==") {
                    self.double_equals(s, span);
                } else {
                    self.junk(span);
                }
                if block.is_none() && text.starts_with([':', '=']) {
                    *last = unset(s, span);
                    return;
                }
            }
            Item::Statement(s) if text.starts_with('=') && !text.starts_with("==") => {
                let at = (s.span.start as usize).saturating_sub(self.base);
                let name = self.between(at, at + s.span.len()).trim();
                if name.contains('-') && name.chars().all(is_of_key) {
                    let found = hyphenated(name, s.span);
                    return self.found.push(found);
                }
                let message = format!("`=` has no place here{}", self.after_item(span));
                let found = Diagnostic::new(Code::SyntaxError, span, message);
                let condition = CONDITIONS.contains(&s.keyword.text.as_str());
                self.found.push(found.help(match condition {
                    true => "two values are compared by `==`, `>=` or `<=`",
                    false => "before `=` stands one name, or one string in double quotes",
                }));
            }
            Item::Attribute(_) if text.starts_with(['[', '(']) => self.not_glued(span, text),
            _ => self.junk(span),
        }
        if let Some(block) = block {
            adopt(last, block);
        }
    }

    /// `timeout: 5m`, as YAML has it.
    fn yaml(&mut self, statement: &Statement, span: Span, value: &str, block: bool) {
        let name = &statement.keyword.text;
        let colon = Span {
            start: statement.keyword.span.end,
            end: span.start + 1,
            ..span
        };
        if STATEMENTS.contains(&name.as_str()) && !(block && value.is_empty()) {
            let message = format!("`{name}` and what it is about stand side by side, without `:`");
            let found = Diagnostic::new(Code::SyntaxError, colon, message);
            self.found.push(if value.starts_with(['|', '>']) {
                found.help(format!(
                    "several lines stand in three quotes: `{name} \"\"\" … \"\"\"`"
                ))
            } else if value.is_empty() {
                found.help(format!("write `{name} …`"))
            } else {
                found
                    .help(format!("write `{name} {value}`"))
                    .fix("remove `:`", vec![(colon, String::new())])
            });
            return;
        }
        let message =
            format!("a name and its value are joined by `=`, not `:`, as in `{name} = …`");
        let found = Diagnostic::new(Code::SyntaxError, colon, message);
        self.found.push(if block && value.is_empty() {
            found
                .help(format!("write `{name} {{`"))
                .fix("remove `:`", vec![(colon, String::new())])
        } else if value.is_empty() {
            found.help(format!(
                "write `{name} = ` and a value, or `{name} {{ … }}` for a block"
            ))
        } else {
            found
                .help(format!("write `{name} = {value}`"))
                .fix("replace `:` with `=`", vec![(colon, " =".to_string())])
        });
    }

    fn double_equals(&mut self, statement: &Statement, span: Span) {
        let name = &statement.keyword.text;
        let sign = Span {
            end: span.start + 2,
            ..span
        };
        let message = format!("`==` compares; `{name}` is set with one `=`");
        self.found
            .push(Diagnostic::new(Code::SyntaxError, sign, message).replace(sign, "="));
    }

    /// `m [x]` and `f (x)` where a value stands.
    fn not_glued(&mut self, span: Span, text: &str) {
        let bracket = text.get(..1).unwrap_or_default();
        let at = (span.start as usize).saturating_sub(self.base);
        let gap = at - self.between(0, at).trim_end_matches([' ', '\t']).len();
        let blanks = Span {
            start: span.start - gap as u32,
            end: span.start,
            ..span
        };
        let found = Diagnostic::new(
            Code::SyntaxError,
            Span {
                end: span.start + 1,
                ..span
            },
            format!("`{bracket}` must be glued to what it follows"),
        );
        let fix = vec![(blanks, String::new())];
        self.found.push(
            found
                .help("write `m[x]` for a selector and `f(x)` for a call, without a blank")
                .fix("remove the blank", fix),
        );
    }

    /// A block that follows an item with nothing between them.
    fn block_after(&mut self, node: Node, block: Option<Block>, gap: Gap, last: &mut Item) {
        let Some(block) = block else { return };
        let brace = self.at(node.start as usize, node.start as usize + 1);
        let waits = matches!(last, Item::Statement(s) if s.block.is_none());
        if gap == Gap::Line && !waits {
            return self.headless(node);
        }
        let found = if waits {
            let blanks = Span {
                start: last.span().end,
                end: brace.start,
                ..brace
            };
            let from = (blanks.start as usize).saturating_sub(self.base);
            let message = "the `{` of a block stands on the line of its head";
            let found = Diagnostic::new(Code::SyntaxError, brace, message)
                .also(last.span(), "this is the head");
            match self.between(from, from + blanks.len()).trim() {
                "" => found.fix("move `{` up", vec![(blanks, " ".to_string())]),
                _ => found.help("move `{` up to the end of that line"),
            }
        } else {
            Diagnostic::new(Code::SyntaxError, brace, "a block can't follow here")
                .help("begin a new line with a keyword for this block")
        };
        self.found.push(found);
        adopt(last, block);
    }

    fn headless(&mut self, node: Node) {
        let brace = self.at(node.start as usize, node.start as usize + 1);
        self.found.push(
            Diagnostic::new(Code::SyntaxError, brace, "this block has no head")
                .help("write a keyword before `{`, as in `stage build {`"),
        );
    }

    /// Junk on its own.
    fn junk(&mut self, span: Span) {
        let after = self.after_item(span);
        self.unexpected(span, after);
    }

    fn after_item(&self, span: Span) -> String {
        self.after((span.start as usize).saturating_sub(self.base))
    }

    /// Says of a span that it has no place, with a hint where its first sign tells one.
    pub(super) fn unexpected(&mut self, span: Span, after: String) {
        let at = (span.start as usize).saturating_sub(self.base);
        let text = self.text.get(at..).unwrap_or_default();
        let what = self.found_at(at);
        let hint = match after.contains('/') && text.starts_with('@') {
            true => Some("an action is named in quotes: `use \"owner/name@v1\"`"),
            false => hint(text),
        };
        let found = Diagnostic::new(
            Code::SyntaxError,
            span,
            format!("{what} has no place here{after}"),
        );
        self.found.push(found.help_some(hint.map(str::to_string)));
    }

    /// The span of a piece of junk without the blanks around it.
    fn trimmed(&self, node: Node) -> Span {
        let text = self.slice(node);
        let start = node.start as usize + text.len() - text.trim_start().len();
        let end = node.start as usize + text.trim_end().len();
        self.at(start.min(end), end)
    }
}

/// What is often meant by a text that begins so.
fn hint(text: &str) -> Option<&'static str> {
    const HINTS: &[(&str, &str)] = &[
        ("&&", "write `and`"),
        ("||", "write `or`"),
        ("!", "write `not`, or `!=` between two values"),
        ("?", "a choice is written `if(condition, yes, no)`"),
        ("'", "a string stands in double quotes on one line"),
        (
            "\"",
            "text stands after `=` or a keyword, as in `name = \"text\"`",
        ),
        (
            "$",
            "a name stands here without `$`; `${{ … }}` belongs into strings",
        ),
        ("- ", "a list is written `[a, b]`"),
        (
            "=",
            "before `=` stands one name, or one string in double quotes",
        ),
        (":", "a name and its value are joined by `=`"),
        (")", "no `(` is open here"),
        ("]", "no `[` is open here"),
        ("\u{a0}", "this is a no-break space; write a plain one"),
        ("\u{201c}", "write a straight double quote `\"`"),
        ("\u{201d}", "write a straight double quote `\"`"),
    ];
    if let Some((_, hint)) = HINTS.iter().find(|(start, _)| text.starts_with(start)) {
        return Some(hint);
    }
    let first = text.chars().next()?;
    if first == '.' {
        return Some("a field is glued to what it is of: `a.b`; a version stands in double quotes");
    }
    if first.is_ascii_digit() {
        return Some("a number stands after `=` or a keyword");
    }
    (first == '_' || first.is_alphabetic())
        .then_some("a name begins with a letter from a to z and holds letters, digits and `_`")
}

fn is_of_key(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '-' || c == '_'
}

/// `node-version = "24"`: an input's name, or a key of a workflow that has a word of its own here.
fn hyphenated(name: &str, span: Span) -> Diagnostic {
    const KEYS: &[(&str, &str)] = &[
        ("runs-on", "runner = ubuntu"),
        ("timeout-minutes", "timeout = 10m"),
        ("working-directory", "dir = \"…\""),
        ("continue-on-error", "may_fail = true"),
        ("fail-fast", "fail_fast = false"),
        ("max-parallel", "max_parallel = 2"),
    ];
    let found = Diagnostic::new(
        Code::SyntaxError,
        span,
        format!("`{name}` is no name: it holds `-`"),
    );
    match KEYS.iter().find(|(theirs, _)| *theirs == name) {
        Some((_, ours)) => found.help(format!("write `{ours}`")),
        None => found
            .help(format!(
                "a key of an action's own stands in quotes: `\"{name}\" = …`"
            ))
            .replace(span, format!("\"{name}\"")),
    }
}

/// Gives a block to the item it follows, if that is a statement that has none.
fn adopt(item: &mut Item, block: Block) {
    if let Item::Statement(statement) = item
        && statement.block.is_none()
    {
        statement.span = statement.span.to(block.span);
        statement.block = Some(block);
    }
}

/// The attribute that was meant by a statement, its value unknown.
fn unset(statement: &Statement, rest: Span) -> Item {
    Item::Attribute(Attribute {
        path: vec![statement.keyword.clone()],
        quoted: false,
        value: Expr {
            kind: ExprKind::Missing,
            span: rest,
        },
        docs: statement.docs.clone(),
        span: statement.span.to(rest),
    })
}
