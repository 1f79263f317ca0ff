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
    /// Whether what follows the place can't be told apart any more: which block a line belongs to
    /// is a guess, and every finding made of it would be one, too.
    pub fn breaks_structure(self) -> bool {
        matches!(
            self,
            Code::MissingBrace | Code::StrayBrace | Code::UnclosedComment | Code::YamlSource
        )
    }

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
    YamlSource "yaml-source" Error "a file holds YAML";
    UnclosedComment "unclosed-comment" Error "a comment of another language is never closed";
    InvalidText "invalid-text" Error "a file is not UTF-8 text";
    UnknownKeyword "unknown-keyword" Error "a statement's keyword is not known, or not here";
    UnknownAttribute "unknown-attribute" Error "a block has no attribute of this name";
    DuplicateKey "duplicate-key" Error "a key is set twice in one block";
    NotAnAttribute "not-an-attribute" Error "a statement is written with `=`";
    NotAStatement "not-a-statement" Error "an attribute is written without `=`";
    MissingArgument "missing-argument" Error "a statement lacks its name or value";
    WrongArgument "wrong-argument" Error "a statement's argument is not what it takes";
    TooManyArguments "too-many-arguments" Error "a statement has more arguments than it takes";
    MissingAttribute "missing-attribute" Error "a block lacks an attribute it must have";
    RepeatedBlock "repeated-block" Error "a block that may stand once stands twice";
    DuplicateName "duplicate-name" Error "two declarations of one kind share a name";
    UnknownName "unknown-name" Error "a name is used that nothing declares";
    AmbiguousName "ambiguous-name" Error "a bare name fits declarations of two kinds";
    UnknownModule "unknown-module" Error "an import names no module";
    ImportCycle "import-cycle" Error "modules import each other in a circle";
    UnknownTemplate "unknown-template" Error "a `use` names no template";
    UnknownParameter "unknown-parameter" Error "a template has no parameter of this name";
    MissingParameter "missing-parameter" Error "a template's parameter without a default is not given";
    TemplateOutOfPlace "template-out-of-place" Error "a template is used where what it holds has no place";
    MixedTemplate "mixed-template" Error "a template holds more than one of steps, stages, and metrics and gates";
    TemplateCycle "template-cycle" Error "templates use each other in a circle";
    WrongType "wrong-type" Error "a value is not of the type its place takes";
    CommaInText "comma-in-text" Note "one text with commas stands where a list is taken";
    WrongUnit "wrong-unit" Error "a number has another unit than its place takes, or none";
    UnknownUnit "unknown-unit" Error "a number carries a unit that doesn't exist";
    UnknownFunction "unknown-function" Error "a function is called that doesn't exist here";
    WrongCall "wrong-call" Error "a function is called with other arguments than it takes";
    NotConstant "not-constant" Error "a value must be known before the pipeline runs";
    ConstantCycle "constant-cycle" Error "constants are defined by each other in a circle";
    ValueInQuotes "value-in-quotes" Error "`${{ }}` stands where a script can't take a value safely";
    ValueInArithmetic "value-in-arithmetic" Error "a `${{ }}` stands where bash evaluates it";
    ValueInCode "value-in-code" Error "a `${{ }}` stands inside code that an action runs";
    BadInterpolation "bad-interpolation" Error "a `${{ }}` is not closed or holds no expression";
    UnsafeContext "foreign-expression" Error "a `${{ }}` holds another system's expression";
    UnknownReport "unknown-report" Error "a stage has no report of this name";
    NoStageMakesReport "no-stage-makes-report" Error "a gate reads a report that no stage of the pipeline makes";
    UnknownField "unknown-field" Error "a report or value has no such field";
    UnknownFormat "unknown-format" Error "a report's format is not known";
    WrongSeriesKind "wrong-series-kind" Error "a function is asked of a series of another kind";
    UnknownLabel "unknown-label" Error "a series or metric has no such label";
    MissingCase "missing-case" Error "a limit has no value for something that is there";
    WeightsDoNotAddUp "weights-do-not-add-up" Error "the weights of a gate don't add up to 100%";
    TwoScorings "two-scorings" Error "a gate has two ways to earn points";
    DuplicateCriterion "duplicate-criterion" Error "two criteria of a gate share an id";
    GateCycle "gate-cycle" Error "gates are part of each other in a circle";
    Cycle "cycle" Error "stages need each other in a circle";
    NoReference "no-reference" Error "a comparison with the past has nothing to compare with";
    NoLiveSource "no-live-source" Error "a criterion counts where its metric has no source";
    NoReportSource "no-report-source" Error "a gate reads a metric that no report gives";
    RolloutShape "rollout-shape" Error "a rollout is none or several of rolling, canary, blue-green and A/B";
    OutOfRange "out-of-range" Error "a number is outside what its place allows";
    InvalidValue "invalid-value" Error "a text is not of the form its place takes";
    MatrixShape "matrix-shape" Error "a matrix rule names a key or value the matrix doesn't have";
    RunnerUnknown "unknown-runner" Error "a runner is not known";
    EmptyStage "empty-stage" Error "a stage or a pipeline does nothing";
    NoTrigger "no-trigger" Error "nothing starts a pipeline";
    ActionNeedsVersion "action-needs-version" Error "a third-party action is named without a version";
    UnpinnedAction "unpinned-action" Error "an action's commit is not known";
    UnknownActionInput "unknown-action-input" Error "an action has no such input";
    UntypedAction "untyped-action" Note "an action's inputs are not known and are carried through unchecked";
    PolicyViolation "policy-violation" Error "the program does what a policy of the repository forbids, or lacks what it demands";
    NotYet "not-yet" Error "a part of the language that this version doesn't compile";
    NoEvaluator "no-evaluator" Error "gates are judged and nothing says where the evaluator comes from";
    BadRaw "bad-raw" Error "a raw fragment is not YAML, or sets what gatec writes itself";
    UnreachableStage "unreachable-stage" Error "no event reaches a stage, deploy or step";
    DeadTrigger "dead-trigger" Error "an event starts a pipeline in which nothing runs";
    UnusedGate "unused-gate" Error "nothing uses a gate";
    UnjudgedMeasure "unjudged-measure" Error "a `measure` whose reports no gate reads";
    SkipPassesGate "skip-passes-gate" Error "a skipped stage would let a gate pass";
    GateBeforeEvidence "gate-before-evidence" Error "a stage needs a gate that reads its own report";
    TimeoutShorterThanRollout "timeout-shorter-than-rollout" Error "a deploy ends before its rollout's holds do";
    SecretReachesFork "secret-reaches-fork" Error "a step with a secret or a write right runs for a fork";
    UnjustifiedEdge "unjustified-edge" Note "a stage waits for another without using anything of it";
    MissingAcross "missing-across" Error "a matrix report that a gate reads says not how its cells become one";
    CannotTell "cannot-tell-apart" Warning "a criterion can't tell good from bad with its samples";
    PenaltyPays "penalty-can-pay" Warning "a penalty can earn points";
    PassMarkNeverBinds "pass-mark-never-binds" Warning "a gate's pass mark is under what its parts guarantee";
    CronOnTheHour "cron-on-the-hour" Warning "a schedule starts at the busiest minute";
    OverlappingTriggers "overlapping-triggers" Note "one commit starts the pipeline twice";
    AlertNeverFires "alert-never-fires" Error "an alert's condition can never hold";
    UnusedDeclaration "unused-declaration" Warning "a declaration is used by nothing";
    UnknownAllow "unknown-allow" Error "an `allow` names no code";
    UnusedAllow "unused-allow" Warning "an `allow` silences nothing";
    NameCollision "name-collision" Error "two names become one in a target";
    // targets/kubernetes
    InvalidName "invalid-name" Error "a name or label that Kubernetes doesn't take";
    ConflictingRollouts "conflicting-rollouts" Error "deploys of one service to one environment replace it in different ways";
    StuckRollout "stuck-rollout" Error "a rollout may neither remove nor add a replica";
    ScalingWithoutCpu "scaling-without-cpu" Error "a service scales by CPU use and says no CPU";
    ArgoCannotExpress "argo-cannot-express" Error "Argo Rollouts has no way to say this";
    CoarseCanary "coarse-canary" Warning "too few replicas for the shares of a canary without a router";
    UnusedOverride "unused-override" Warning "an override for a service that nothing deploys there";

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
    OtherCommit "other-commit" Error "gate.lock pins a release to a commit that is not its own";
    UnfinishedBuild "unfinished-build" Error "a build was interrupted and not finished yet";
    Unformatted "unformatted" Error "a source is not in the one style";

    // targets/github
    GithubCannotExpress "github-cannot-express" Error "GitHub's workflows have no way to say this";
    WorkflowTooLarge "workflow-too-large" Error "a workflow file is larger than GitHub reads";
    WorkflowTooLong "workflow-too-long" Warning "a workflow has more lines than zizmor reads";
    ScriptTooLong "script-too-long" Error "a script or expression is longer than GitHub takes";
    TooManyCells "too-many-cells" Error "a matrix has more cells than GitHub runs";
    TooManyInputs "too-many-inputs" Error "a pipeline has more inputs than GitHub takes";
    TimeoutTooLong "timeout-too-long" Error "a stage may run longer than GitHub lets a hosted machine run";
    NoMachineFits "no-machine-fits" Error "no hosted machine has what a stage asks";
    DiskNotPromised "disk-not-promised" Note "a stage asks for more disk than GitHub promises";
    SecretOutsideEnvironment "secret-outside-environment" Note "a secret is used where no environment guards it";
    ImageWithoutDigest "image-without-digest" Note "a container image is named without its digest";
    RetriesSkipActions "retries-skip-actions" Note "retries repeat a stage's scripts and not its actions";

    // targets/prometheus
    InternalError "internal-error" Error "gatec wrote what its own check refuses";
    NotInPromql "not-in-promql" Error "Prometheus has no form for what is asked";
    UndeclaredBucket "undeclared-bucket" Error "`within` asks for a bound that ends no bucket";
    InvalidPromql "invalid-promql" Error "the text of `promql` isn't PromQL";
    LabelNotKept "label-not-kept" Error "an alert's text names a label that its samples don't have";
    AlertWithoutPrometheus "alert-without-prometheus" Warning "no environment of an alert has a Prometheus";
    AlertTestContradicts "alert-test-contradicts" Warning "a test gives values that don't lead to the alert it expects";
    UntestableLiveValue "untestable-live-value" Note "no samples give a live value exactly";

    // targets/alertmanager
    UnroutedSeverity "unrouted-severity" Error "an alert has a severity that no `notify` hears";

    // lints
    PassMarkOutOfReach "pass-mark-out-of-reach" Error "a gate's score can never reach its pass mark";
    ThresholdAlwaysTrue "threshold-always-true" Warning "a criterion holds whatever is measured";
    ThresholdNeverTrue "threshold-never-true" Error "a criterion can't hold, whatever is measured";
    RedundantThreshold "redundant-threshold" Warning "a stricter criterion makes another needless";
    AlertAlwaysFires "alert-always-fires" Error "an alert's condition always holds";
    DuplicateSchedule "duplicate-schedule" Warning "a pipeline has the same schedule twice";
    ReportPattern "report-is-a-pattern" Error "a gate reads a report whose path is a pattern or a folder";
    CachePoisoning "cache-poisoning" Warning "a cache is restored where something is published";
    UnlockedInstall "unlocked-install" Warning "a script runs whatever a download server gives today";
    UnquotedVariable "unquoted-variable" Warning "a script uses text from an event without quotes";
    LongLivedToken "long-lived-token" Note "a stored token publishes where the run's own identity could";
    BranchCase "branch-case" Warning "two branch names differ only by case, which conditions ignore";
    MovableCall "movable-call" Warning "a pipeline of another repository is called by a tag or a branch";
    PatternTooNarrow "pattern-too-narrow" Note "a branch pattern stops at the next `/`";
}
