//! The list of codes: one line each; its page is `codes/<code>.md`.

use super::Severity;

macro_rules! codes {
    ($($variant:ident $name:literal $severity:ident $summary:literal;)*) => {
        /// A finding's stable name.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = $summary] $variant,)*
        }

        impl Code {
            /// Every code, in the order of the list.
            pub const ALL: &'static [Code] = &[$(Code::$variant,)*];

            /// The kebab-case name, as in `gatec explain NAME`.
            pub fn name(self) -> &'static str {
                match self { $(Code::$variant => $name,)* }
            }

            /// How bad it is unless a program says otherwise.
            pub fn severity(self) -> Severity {
                match self { $(Code::$variant => Severity::$severity,)* }
            }

            /// One line that says what it finds.
            pub fn summary(self) -> &'static str {
                match self { $(Code::$variant => $summary,)* }
            }

            /// The page: meaning, a wrong program, a right one.
            pub fn page(self) -> &'static str {
                match self { $(Code::$variant => include_str!(concat!("codes/", $name, ".md")),)* }
            }
        }
    };
}

impl Code {
    /// The code of a name.
    pub fn from_name(name: &str) -> Option<Code> {
        Code::ALL.iter().copied().find(|c| c.name() == name)
    }
}

codes! {
    SyntaxError "syntax-error" Error "something stands where the grammar has no place for it";
    MissingBrace "missing-brace" Error "a block is opened and never closed";
    StrayBrace "stray-brace" Error "a brace closes nothing";
    MissingValue "missing-value" Error "a name is followed by `=` and no value";
    UnclosedString "unclosed-string" Error "a string has no closing quote";
    UnknownEscape "unknown-escape" Error "a string holds an escape that doesn't exist";
    UnclosedBracket "unclosed-bracket" Error "a `(` or `[` is never closed";
    CommaBetweenArguments "comma-between-arguments" Error "a comma splits what was meant as one list";
    NestedTooDeeply "nested-too-deeply" Error "blocks or brackets are nested beyond the limit";
    InvalidText "invalid-text" Error "a file is not UTF-8 text";
    // targets/kubernetes
    NameCollision "name-collision" Error "two declarations become one name in a target";
    InvalidName "invalid-name" Error "a name or label that Kubernetes doesn't take";
    ConflictingRollouts "conflicting-rollouts" Error "deploys of one service to one environment replace it in different ways";
    StuckRollout "stuck-rollout" Error "a rollout may neither remove nor add a replica";
    ScalingWithoutCpu "scaling-without-cpu" Error "a service scales by CPU use and says no CPU";
    ScaleToZero "scale-to-zero" Error "a range of replicas begins at 0";
    UnusedOverride "unused-override" Warning "an override for a service that nothing deploys there";
    RawUnknownKind "raw-unknown-kind" Error "a raw fragment names no object of its service";
    RawKeyTaken "raw-key-taken" Error "a raw fragment sets what the compiler sets itself";
    NotYet "not-yet" Error "a later version of the compiler will do this";
}
