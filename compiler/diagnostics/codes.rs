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

    // cli: the version asked for, and what stands on disk
    RequiredVersion "required-version" Error "a project asks for another version of gatec";
    MissingOutput "missing-output" Error "a file that the source makes is not on disk";
    StaleOutput "stale-output" Error "a file on disk is not what the source says now";
    HandEditedOutput "hand-edited-output" Error "a file that gatec wrote was edited by hand";
    OrphanedOutput "orphaned-output" Error "a file that gatec wrote is no longer made by the source";
    EditedOrphan "edited-orphan" Warning "a file that is no longer made was edited by hand, and is kept";
    ForeignFile "foreign-file" Error "something that gatec did not write stands where an output goes";
    OutputOutsideRoot "output-outside-root" Error "an output's path is not one that gatec may write";
    OutputCollision "output-collision" Error "two outputs have the same path";
    BrokenLock "broken-lock" Error "gate.lock can't be read";
    UnfinishedBuild "unfinished-build" Error "a build was interrupted and not finished yet";
    Unformatted "unformatted" Error "a source is not in the one style";
}
