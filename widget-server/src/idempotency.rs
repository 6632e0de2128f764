//! `Idempotency-Key`: a management request that creates something is done once.
//!
//! The key's scope is the credential and the address; it holds for 24 hours. The same key with
//! the same body gives the first answer (without secrets), with another body it is refused.

use std::time::Duration;

use http::{HeaderName, HeaderValue, StatusCode, header};
use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::auth::Caller;
use crate::http::{Outcome, Problem, Request, response};
use crate::store::records::{Claimed, IdempotencyClaim, StoredAnswer};

const HEADER: &str = "idempotency-key";
const REPLAYED: HeaderName = HeaderName::from_static("idempotent-replayed");
const MAX_KEY_BYTES: usize = 255;
const WORKING_RETRY: Duration = Duration::from_secs(1);

/// What a request made.
#[derive(Debug)]
pub struct Made {
    /// 201, or 200 where it was there already.
    pub status: StatusCode,
    /// The path of what was made.
    pub location: Option<String>,
    /// The answer.
    pub body: Value,
    /// Fields of the answer that are shown once and never kept.
    pub secrets: &'static [&'static str],
}

impl Made {
    /// Something new at `location`.
    ///
    /// # Errors
    /// An internal problem when `body` cannot be serialized.
    pub fn created<T: serde::Serialize>(location: String, body: &T) -> Result<Self, Problem> {
        let body = serde_json::to_value(body).map_err(Problem::internal)?;
        Ok(Self { status: StatusCode::CREATED, location: Some(location), body, secrets: &[] })
    }

    fn without_secrets(&self) -> Value {
        let mut body = self.body.clone();
        if let Some(fields) = body.as_object_mut() {
            for secret in self.secrets {
                fields.remove(*secret);
            }
        }
        body
    }
}

/// Does `work` once for each key, or answers as the first time.
///
/// # Errors
/// 400 for a key that is none, 409 `idempotency_key_reused`, 409 `idempotency_key_in_use` while
/// the first request is still being worked on, and those of `work` (which frees the key).
pub async fn once<W>(
    app: &App,
    caller: &Caller,
    request: &Request,
    body: &Value,
    work: W,
) -> Outcome
where
    W: Future<Output = Result<Made, Problem>>,
{
    let Some(key) = request.header(HEADER) else {
        return answer(&work.await?);
    };
    let key = checked(key)?;
    let scope = format!("{} {} {}", caller.key_id, caller.organization_id, request.path());
    let fingerprint = Sha256::digest(serde_json::to_vec(body).map_err(Problem::internal)?).into();
    let now = app.clock.now();
    let claim = IdempotencyClaim { scope: scope.clone(), key: key.clone(), fingerprint, now };
    match app.store.claim_key(claim).await? {
        Claimed::New => {}
        Claimed::Answered(first) => return replay(&first),
        Claimed::Reused => {
            return Err(Problem::conflict(
                "idempotency_key_reused",
                "This Idempotency-Key was used with another body; use a new key.",
            ));
        }
        Claimed::Working => {
            return Err(Problem::conflict(
                "idempotency_key_in_use",
                "The first request with this Idempotency-Key is still being worked on.",
            )
            .retry_after(WORKING_RETRY));
        }
    }
    let made = match work.await {
        Ok(made) => made,
        Err(problem) => {
            app.store.release_key(&scope, &key).await?;
            return Err(problem);
        }
    };
    let stored = StoredAnswer {
        status: made.status.as_u16(),
        location: made.location.clone(),
        body: serde_json::to_vec(&made.without_secrets()).map_err(Problem::internal)?,
    };
    app.store.answer_key(&scope, &key, stored).await?;
    answer(&made)
}

fn checked(key: &str) -> Result<String, Problem> {
    let good =
        !key.is_empty() && key.len() <= MAX_KEY_BYTES && key.bytes().all(|b| b.is_ascii_graphic());
    good.then(|| key.to_owned()).ok_or_else(|| {
        Problem::bad_request(
            "invalid_idempotency_key",
            "An Idempotency-Key has 1 to 255 visible ASCII characters.",
        )
    })
}

fn answer(made: &Made) -> Outcome {
    let response = response::json(made.status, &made.body)?;
    located(response, made.location.as_deref())
}

fn replay(first: &StoredAnswer) -> Outcome {
    let status = StatusCode::from_u16(first.status).map_err(Problem::internal)?;
    let body: Value = serde_json::from_slice(&first.body).map_err(Problem::internal)?;
    let mut response = response::json(status, &body)?;
    response.headers_mut().insert(REPLAYED, HeaderValue::from_static("true"));
    located(response, first.location.as_deref())
}

fn located(mut response: crate::http::Response, location: Option<&str>) -> Outcome {
    if let Some(location) = location {
        let value = HeaderValue::from_str(location).map_err(Problem::internal)?;
        response.headers_mut().insert(header::LOCATION, value);
    }
    Ok(response)
}
