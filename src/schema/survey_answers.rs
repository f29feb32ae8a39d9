//! Table `survey_answers`: one row is one answer of one respondent to one question.

use super::{Col, Column, Identity, Kind, Privacy, Table, optional, private, required};

/// Description of `survey_answers`.
pub const TABLE: Table = Table {
    name: "survey_answers",
    row: "one answer of one respondent to one question",
    columns: COLUMNS,
    has_dimensions: true,
    identity: Identity::WholeRow,
    fed_by: "a survey export (SurveyMonkey, Google Forms, Typeform, Qualtrics)",
};

/// Column `time`.
pub const TIME: Col = TABLE.col("time");
/// Column `respondent_key`.
pub const RESPONDENT_KEY: Col = TABLE.col("respondent_key");
/// Column `question`.
pub const QUESTION: Col = TABLE.col("question");
/// Column `kind`.
pub const KIND: Col = TABLE.col("kind");
/// Column `score`.
pub const SCORE: Col = TABLE.col("score");
/// Column `scale_max`.
pub const SCALE_MAX: Col = TABLE.col("scale_max");
/// Column `body`.
pub const BODY: Col = TABLE.col("body");
/// Column `is_impacted`.
pub const IS_IMPACTED: Col = TABLE.col("is_impacted");
/// Column `offer`.
pub const OFFER: Col = TABLE.col("offer");

const COLUMNS: &[Column] = &[
    required("time", Kind::Time, "when the answer was given"),
    private(required("respondent_key", Kind::Text, "pseudonym of the respondent"), Privacy::Identity),
    required("question", Kind::Text, "the question as asked"),
    optional("kind", Kind::Text, "csat, nps, ces, scale, choice or text"),
    optional("score", Kind::Float, "numeric answer"),
    optional("scale_max", Kind::Float, "highest possible score"),
    private(optional("body", Kind::Text, "textual answer"), Privacy::FreeText),
    optional("is_impacted", Kind::Bool, "whether the respondent was affected by the incident"),
    optional("offer", Kind::Text, "what the respondent was given"),
];
