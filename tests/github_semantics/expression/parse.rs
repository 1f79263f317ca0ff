//! Text to tree.

use super::Value;

/// An expression.
#[derive(Clone, Debug)]
pub enum Expr {
    Literal(Value),
    Context(String),
    Member(Box<Expr>, String),
    Index(Box<Expr>, Box<Expr>),
    /// `.*`
    All(Box<Expr>),
    Not(Box<Expr>),
    And(Vec<Expr>),
    Or(Vec<Expr>),
    Compare(Operator, Box<Expr>, Box<Expr>),
    Call(String, Vec<Expr>),
}

/// A comparison.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessEqual,
    Greater,
    GreaterEqual,
}

/// Longer signs come before those they begin with.
const SIGNS: [&str; 16] = [
    "==", "!=", "<=", ">=", "&&", "||", "<", ">", "!", "(", ")", "[", "]", ".", ",", "*",
];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Sign(&'static str),
    Name(String),
    Text(String),
    Number(f64),
}

/// Reads one expression.
pub fn parse(text: &str) -> Result<Expr, String> {
    let mut parser = Parser {
        tokens: tokens(text)?,
        at: 0,
    };
    let expr = parser.or()?;
    match parser.peek() {
        None => Ok(expr),
        Some(token) => Err(format!("`{text}` goes on with {token:?}")),
    }
}

fn tokens(text: &str) -> Result<Vec<Token>, String> {
    let mut found = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let (token, length) = if first == '\'' {
            quoted(rest)?
        } else if first.is_ascii_digit() || (first == '-' && !rest.starts_with("--")) {
            let number = |c: char| !(c.is_ascii_alphanumeric() || "+-.".contains(c));
            let length = rest.find(number).unwrap_or(rest.len());
            let value = super::value::number(&rest[..length]);
            if value.is_nan() {
                return Err(format!("`{}` is no number", &rest[..length]));
            }
            (Token::Number(value), length)
        } else if first.is_ascii_alphabetic() || first == '_' {
            let other = |c: char| !(c.is_ascii_alphanumeric() || "_-".contains(c));
            let length = rest.find(other).unwrap_or(rest.len());
            (Token::Name(rest[..length].to_string()), length)
        } else {
            let sign = SIGNS.into_iter().find(|sign| rest.starts_with(sign));
            let sign = sign.ok_or_else(|| format!("`{rest}` is no expression"))?;
            (Token::Sign(sign), sign.len())
        };
        found.push(token);
        rest = rest[length..].trim_start();
    }
    Ok(found)
}

/// `'it''s'` and how long it is.
fn quoted(text: &str) -> Result<(Token, usize), String> {
    let mut inside = String::new();
    let mut chars = text.char_indices().skip(1).peekable();
    while let Some((at, c)) = chars.next() {
        if c != '\'' {
            inside.push(c);
        } else if chars.next_if(|(_, next)| *next == '\'').is_some() {
            inside.push('\'');
        } else {
            return Ok((Token::Text(inside), at + 1));
        }
    }
    Err(format!("`{text}` has no closing quote"))
}

struct Parser {
    tokens: Vec<Token>,
    at: usize,
}

impl Parser {
    fn peek(&self) -> Option<&Token> {
        self.tokens.get(self.at)
    }

    fn take(&mut self, sign: &str) -> bool {
        let found = matches!(self.peek(), Some(Token::Sign(s)) if *s == sign);
        self.at += usize::from(found);
        found
    }

    fn expect(&mut self, sign: &str) -> Result<(), String> {
        match self.take(sign) {
            true => Ok(()),
            false => Err(format!("`{sign}` is missing before {:?}", self.peek())),
        }
    }

    fn name(&mut self) -> Result<String, String> {
        match self.peek().cloned() {
            Some(Token::Name(name)) => {
                self.at += 1;
                Ok(name)
            }
            other => Err(format!("a name is missing before {other:?}")),
        }
    }

    fn or(&mut self) -> Result<Expr, String> {
        let mut sides = vec![self.and()?];
        while self.take("||") {
            sides.push(self.and()?);
        }
        Ok(alone(sides, Expr::Or))
    }

    fn and(&mut self) -> Result<Expr, String> {
        let mut sides = vec![self.equality()?];
        while self.take("&&") {
            sides.push(self.equality()?);
        }
        Ok(alone(sides, Expr::And))
    }

    fn equality(&mut self) -> Result<Expr, String> {
        let signs = [("==", Operator::Equal), ("!=", Operator::NotEqual)];
        self.chain(&signs, Self::order)
    }

    fn order(&mut self) -> Result<Expr, String> {
        let signs = [
            ("<=", Operator::LessEqual),
            (">=", Operator::GreaterEqual),
            ("<", Operator::Less),
            (">", Operator::Greater),
        ];
        self.chain(&signs, Self::not)
    }

    fn chain(
        &mut self,
        signs: &[(&str, Operator)],
        side: fn(&mut Self) -> Result<Expr, String>,
    ) -> Result<Expr, String> {
        let mut left = side(self)?;
        while let Some((_, operator)) = signs.iter().find(|(sign, _)| self.take(sign)) {
            left = Expr::Compare(*operator, Box::new(left), Box::new(side(self)?));
        }
        Ok(left)
    }

    fn not(&mut self) -> Result<Expr, String> {
        match self.take("!") {
            true => Ok(Expr::Not(Box::new(self.not()?))),
            false => self.postfix(),
        }
    }

    fn postfix(&mut self) -> Result<Expr, String> {
        let mut expr = self.primary()?;
        loop {
            if self.take(".") {
                expr = match self.take("*") {
                    true => Expr::All(Box::new(expr)),
                    false => Expr::Member(Box::new(expr), self.name()?),
                };
            } else if self.take("[") {
                let index = self.or()?;
                self.expect("]")?;
                expr = Expr::Index(Box::new(expr), Box::new(index));
            } else {
                return Ok(expr);
            }
        }
    }

    fn primary(&mut self) -> Result<Expr, String> {
        if self.take("(") {
            let inside = self.or()?;
            self.expect(")")?;
            return Ok(inside);
        }
        let token = self.peek().cloned();
        self.at += 1;
        Ok(match token {
            Some(Token::Text(text)) => Expr::Literal(Value::from(text.as_str())),
            Some(Token::Number(number)) => Expr::Literal(Value::Number(number)),
            Some(Token::Name(name)) if self.take("(") => {
                Expr::Call(name.to_lowercase(), self.arguments()?)
            }
            Some(Token::Name(name)) => match name.as_str() {
                "null" => Expr::Literal(Value::Null),
                "true" => Expr::Literal(Value::Bool(true)),
                "false" => Expr::Literal(Value::Bool(false)),
                _ => Expr::Context(name.to_lowercase()),
            },
            other => return Err(format!("a value is missing before {other:?}")),
        })
    }

    fn arguments(&mut self) -> Result<Vec<Expr>, String> {
        let mut found = Vec::new();
        if self.take(")") {
            return Ok(found);
        }
        loop {
            found.push(self.or()?);
            if self.take(")") {
                return Ok(found);
            }
            self.expect(",")?;
        }
    }
}

fn alone(mut sides: Vec<Expr>, many: fn(Vec<Expr>) -> Expr) -> Expr {
    match sides.len() {
        1 => sides.remove(0),
        _ => many(sides),
    }
}
