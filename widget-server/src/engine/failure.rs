//! Why a turn failed, as a visitor is told: a code and a calm sentence, nothing of the inside.

use super::model::ModelError;

/// Why a turn failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Failure {
    /// Stable, `snake_case`.
    pub code: &'static str,
    /// A sentence a visitor may read.
    pub detail: &'static str,
    /// Whether sending the same message again makes sense.
    pub retryable: bool,
}

const UNREACHABLE: &str = "I cannot answer right now. Please try again in a moment.";
const CUT: &str = "The answer was interrupted. Please try again.";

impl Failure {
    /// The server stopped in the middle of it.
    pub const INTERRUPTED: Self = Self { code: "turn_interrupted", detail: CUT, retryable: true };
    /// The answer could not be stored.
    pub const STORE_UNAVAILABLE: Self =
        Self { code: "store_unavailable", detail: UNREACHABLE, retryable: true };
    /// The conversation was deleted under it.
    pub const CONVERSATION_GONE: Self = Self {
        code: "conversation_gone",
        detail: "This conversation does not exist any more.",
        retryable: false,
    };
    /// A fault of the server or of a model.
    pub const INTERNAL: Self = Self {
        code: "internal_error",
        detail: "Something went wrong while answering. Please try again.",
        retryable: true,
    };
    /// The version names a model that this server does not have.
    pub const MODEL_MISSING: Self =
        Self { code: "model_unavailable", detail: UNREACHABLE, retryable: true };
    /// The model ended without a word.
    pub const MODEL_SILENT: Self =
        Self { code: "model_silent", detail: "No answer came. Please try again.", retryable: true };
    /// The model was silent for too long, or the whole answer took too long.
    pub const MODEL_TIMEOUT: Self = Self {
        code: "model_timeout",
        detail: "The answer took too long. Please try again.",
        retryable: true,
    };

    const ALL: &[Self] = &[
        Self::INTERRUPTED,
        Self::STORE_UNAVAILABLE,
        Self::CONVERSATION_GONE,
        Self::INTERNAL,
        Self::MODEL_MISSING,
        Self::MODEL_SILENT,
        Self::MODEL_TIMEOUT,
        MODEL_BUSY,
        MODEL_MALFORMED,
        MODEL_CUT,
        MODEL_REFUSED,
        MODEL_INPUT_TOO_LONG,
        MODEL_FILTERED,
    ];

    /// The failure with a stored code; an unknown one (of another release) is an internal error.
    #[must_use]
    pub fn with_code(code: &str) -> Self {
        Self::ALL.iter().copied().find(|it| it.code == code).unwrap_or(Self::INTERNAL)
    }
}

const MODEL_BUSY: Failure = Failure {
    code: "model_busy",
    detail: "Many people are asking right now. Please try again in a moment.",
    retryable: true,
};
const MODEL_MALFORMED: Failure =
    Failure { code: "model_malformed", detail: UNREACHABLE, retryable: true };
const MODEL_CUT: Failure = Failure { code: "model_cut", detail: CUT, retryable: true };
const MODEL_REFUSED: Failure = Failure {
    code: "model_refused",
    detail: "I cannot answer right now. The owner of this site has to look into it.",
    retryable: false,
};
const MODEL_INPUT_TOO_LONG: Failure = Failure {
    code: "model_input_too_long",
    detail: "This is too long for me. Please ask in fewer words or start a new conversation.",
    retryable: false,
};
const MODEL_FILTERED: Failure = Failure {
    code: "model_filtered",
    detail: "I cannot answer that. Please ask in another way.",
    retryable: false,
};

impl From<&ModelError> for Failure {
    fn from(error: &ModelError) -> Self {
        match error {
            ModelError::Unavailable(_) => Self::MODEL_MISSING,
            ModelError::Busy(_) => MODEL_BUSY,
            ModelError::TimedOut(_) => Self::MODEL_TIMEOUT,
            ModelError::Malformed(_) => MODEL_MALFORMED,
            ModelError::Cut(_) => MODEL_CUT,
            ModelError::Refused(_) => MODEL_REFUSED,
            ModelError::TooLong(_) => MODEL_INPUT_TOO_LONG,
            ModelError::Filtered(_) => MODEL_FILTERED,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_failure_is_found_by_its_code() {
        for failure in Failure::ALL {
            assert_eq!(Failure::with_code(failure.code), *failure);
        }
        assert_eq!(Failure::with_code("of_another_release"), Failure::INTERNAL);
    }

    #[test]
    fn nothing_of_the_inside_reaches_a_visitor() {
        let inside = "http://10.0.0.7:11434 said 401 for key sk-123";
        let failure = Failure::from(&ModelError::Refused(inside.to_owned()));
        assert!(!failure.detail.contains("10.0.0.7") && !failure.detail.contains("sk-"));
    }
}
