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

    // targets/prometheus
    NotYet "not-yet" Note "a declaration is checked, and nothing is written for it yet";
    InternalError "internal-error" Error "gatec wrote what its own check refuses";
    NotInPromql "not-in-promql" Error "Prometheus has no form for what is asked";
    WrongSeriesKind "wrong-series-kind" Error "a function asks a series for what its kind doesn't hold";
    UndeclaredBucket "undeclared-bucket" Error "`within` asks for a bound that ends no bucket";
    InvalidPromql "invalid-promql" Error "the text of `promql` isn't PromQL";
    AlertNeverFires "alert-never-fires" Error "no measurement can fire an alert";
    LabelNotKept "label-not-kept" Error "an alert's text names a label that its samples don't have";
    AlertWithoutPrometheus "alert-without-prometheus" Warning "no environment of an alert has a Prometheus";
    AlertTestContradicts "alert-test-contradicts" Warning "a test gives values that don't lead to the alert it expects";
    UntestableLiveValue "untestable-live-value" Note "no samples give a live value exactly";
}
