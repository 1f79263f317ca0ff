//! Branch and tag patterns: `*` stays within a path segment, `**` doesn't, a later `!` excludes.

/// Whether a list of patterns takes a name; an empty list takes all. The last match decides.
pub fn accepts(patterns: &[String], name: &str) -> bool {
    let mut taken = !patterns.iter().any(|p| !p.starts_with('!'));
    for pattern in patterns {
        match pattern.strip_prefix('!') {
            Some(excluded) if matches(excluded, name) => taken = false,
            None if matches(pattern, name) => taken = true,
            _ => {}
        }
    }
    taken
}

/// Whether a list of patterns takes names beyond those it spells out.
pub fn accepts_more(patterns: &[String]) -> bool {
    let mut positive = patterns.iter().filter(|p| !p.starts_with('!')).peekable();
    positive.peek().is_none() || positive.any(|p| !is_literal(p))
}

/// Whether a pattern is a plain name.
pub fn is_literal(pattern: &str) -> bool {
    !pattern.contains(['*', '?', '+', '[', '\\'])
}

/// Whether one pattern takes a name. Runs in the product of the lengths, whatever the pattern.
pub fn matches(pattern: &str, name: &str) -> bool {
    let tokens = tokens(pattern);
    let name: Vec<char> = name.chars().collect();
    // `reach` holds the tokens that can come next; each token either takes a letter or is passed.
    let mut reach = vec![false; tokens.len() + 1];
    if let Some(first) = reach.first_mut() {
        *first = true;
    }
    pass_optional(&tokens, &mut reach);
    for letter in name {
        let mut next = vec![false; tokens.len() + 1];
        for (at, token) in tokens.iter().enumerate() {
            if !reach.get(at).copied().unwrap_or(false) || !token.takes(letter) {
                continue;
            }
            let stays = matches!(token.count, Count::Many | Count::Any);
            for to in [at + usize::from(!stays), at + 1] {
                if let Some(slot) = next.get_mut(to) {
                    *slot = true;
                }
            }
        }
        pass_optional(&tokens, &mut next);
        reach = next;
    }
    reach.last().copied().unwrap_or(false)
}

/// What may be empty is also passed without a letter.
fn pass_optional(tokens: &[Token], reach: &mut [bool]) {
    for (at, token) in tokens.iter().enumerate() {
        let here = reach.get(at).copied().unwrap_or(false);
        if here
            && matches!(token.count, Count::Any | Count::Optional)
            && let Some(next) = reach.get_mut(at + 1)
        {
            *next = true;
        }
    }
}

struct Token {
    letters: Letters,
    count: Count,
}

enum Letters {
    One(char),
    Segment,
    Anything,
    Set(Vec<(char, char)>),
}

enum Count {
    Once,
    Optional,
    Many,
    Any,
}

impl Token {
    fn takes(&self, letter: char) -> bool {
        match &self.letters {
            Letters::One(c) => *c == letter,
            Letters::Segment => letter != '/',
            Letters::Anything => true,
            Letters::Set(ranges) => ranges.iter().any(|(a, b)| (*a..=*b).contains(&letter)),
        }
    }
}

fn tokens(pattern: &str) -> Vec<Token> {
    let mut tokens: Vec<Token> = Vec::new();
    let mut letters = pattern.chars().peekable();
    while let Some(letter) = letters.next() {
        let (set, count) = match letter {
            '*' if letters.next_if_eq(&'*').is_some() => (Letters::Anything, Count::Any),
            '*' => (Letters::Segment, Count::Any),
            // `?` and `+` say how often the letter before them stands.
            '?' | '+' => {
                if let Some(last) = tokens.last_mut() {
                    last.count = if letter == '?' {
                        Count::Optional
                    } else {
                        Count::Many
                    };
                }
                continue;
            }
            '[' => {
                let inside: Vec<char> = letters.by_ref().take_while(|c| *c != ']').collect();
                (Letters::Set(ranges(&inside)), Count::Once)
            }
            '\\' => (Letters::One(letters.next().unwrap_or('\\')), Count::Once),
            other => (Letters::One(other), Count::Once),
        };
        tokens.push(Token {
            letters: set,
            count,
        });
    }
    tokens
}

fn ranges(inside: &[char]) -> Vec<(char, char)> {
    let mut found = Vec::new();
    let mut rest = inside;
    loop {
        match rest {
            [a, '-', b, tail @ ..] => {
                found.push((*a, *b));
                rest = tail;
            }
            [a, tail @ ..] => {
                found.push((*a, *a));
                rest = tail;
            }
            [] => return found,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_stay_in_their_segment() {
        assert!(matches("feature/*", "feature/a"));
        assert!(!matches("feature/*", "feature/a/b"));
        assert!(matches("feature/**", "feature/a/b"));
        assert!(matches("**", "any/thing"));
        assert!(matches("v[0-9]+.[0-9]+", "v12.3"));
        assert!(!matches("v[0-9]+.[0-9]+", "v12"));
        assert!(matches("docs?", "doc"));
        assert!(!matches("main", "mainly"));
        assert!(matches("*", ""));
    }

    #[test]
    fn the_last_match_decides() {
        let list = |items: &[&str]| items.iter().map(|s| s.to_string()).collect::<Vec<_>>();
        let patterns = list(&["release/**", "!release/**-alpha", "release/keep-alpha"]);
        assert!(accepts(&patterns, "release/1"));
        assert!(!accepts(&patterns, "release/1-alpha"));
        assert!(accepts(&patterns, "release/keep-alpha"));
        assert!(!accepts(&patterns, "main"));
        assert!(accepts(&list(&["!main"]), "develop"));
        assert!(!accepts(&list(&["!main"]), "main"));
        assert!(accepts(&[], "main"));
    }

    #[test]
    fn a_hostile_pattern_is_linear() {
        let pattern = "a*".repeat(200) + "b";
        assert!(!matches(&pattern, &"a".repeat(2000)));
    }
}
