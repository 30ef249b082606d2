use crate::names::names;

names! {
    /// What a rule rests on.
    ///
    /// A conformance report needs it to tell "contradicts the documentation" from "differs from a choice that this model
    /// had to make".
    #[expect(clippy::exhaustive_enums, reason = "a new kind of basis changes what every report has to say")]
    pub enum Basis {
        /// The AWS Proton guide: its page on environment account connections, or those on environments, quotas, tags and
        /// events.
        Documented = "documented",
        /// The public AWS Proton API model of 2020-07-20: shapes, patterns, limits, error names, operation descriptions.
        ApiModel = "API model",
        /// The public material is silent: a choice of this model.
        Chosen = "chosen",
    }
}
