//! The searchable passages of agents' versions.
//!
//! The index is FTS5 over the passages' terms, one table for all. Each entry also holds a token
//! that names the knowledge it belongs to; a search asks for that token and a word, so it reads
//! its own entries only.
//!
//! FTS5 weighs a word by how many entries of the whole table have it: what one agent knows would
//! change another's answers, and tell of it. So each word is searched by itself, FTS5 says only how
//! well the entries fit it among themselves, and the word is weighed by how rare it is in the
//! knowledge that is searched.

use std::collections::HashMap;

use async_trait::async_trait;
use rusqlite::{Connection, OptionalExtension, params};
use sha2::{Digest, Sha256};
use widget_core::id::{AgentId, AgentVersionId};

use super::SqliteStore;
use crate::store::records::{NewPassage, Passage};
use crate::store::{Knowledge, StoreResult};

/// The most words of one search: beyond them a question is a document.
const WORDS: usize = 64;

#[async_trait]
impl Knowledge for SqliteStore {
    async fn search_passages(
        &self,
        version: AgentVersionId,
        words: &[String],
        limit: u32,
    ) -> StoreResult<Vec<Passage>> {
        let words = quoted(words);
        self.read(move |c| search(c, version, &words, limit)).await
    }
}

fn search(
    c: &Connection,
    version: AgentVersionId,
    words: &[String],
    limit: u32,
) -> StoreResult<Vec<Passage>> {
    let knowledge: Option<i64> = c
        .prepare_cached("SELECT knowledge_id FROM agent_versions WHERE id = ?1")?
        .query_row([version.as_uuid()], |row| row.get(0))?;
    let Some(knowledge) = knowledge else { return Ok(Vec::new()) };
    let mut scored: Vec<(i64, f64)> = scores(c, knowledge, words)?.into_iter().collect();
    scored.sort_unstable_by(|(id, score), (other, next)| next.total_cmp(score).then(id.cmp(other)));
    scored.truncate(limit as usize);
    let mut statement = c.prepare_cached("SELECT title, url, text FROM passages WHERE id = ?1")?;
    let passages = scored.into_iter().map(|(id, score)| {
        statement.query_row([id], |row| {
            Ok(Passage { title: row.get(0)?, url: row.get(1)?, text: row.get(2)?, score })
        })
    });
    Ok(passages.collect::<Result<_, _>>()?)
}

/// What each entry that has any of the words scores.
fn scores(c: &Connection, knowledge: i64, words: &[String]) -> StoreResult<HashMap<i64, f64>> {
    let all: i64 = c
        .prepare_cached("SELECT count(*) FROM passages WHERE knowledge_id = ?1")?
        .query_row([knowledge], |row| row.get(0))?;
    // The owner's token has weight 0: it finds, but does not rank.
    let mut statement = c.prepare_cached(
        "SELECT rowid, -bm25(passage_terms, 0.0, 1.0) FROM passage_terms
         WHERE passage_terms MATCH ?1",
    )?;
    let mut scores = HashMap::new();
    for word in words {
        let query = format!("owner : {} AND terms : {word}", token(knowledge));
        let hits = statement.query_map([query], |row| Ok((row.get(0)?, row.get(1)?)))?;
        let mut hits = hits.collect::<Result<Vec<(i64, f64)>, _>>()?;
        // A word without a single character that the index keeps is taken for nothing, and all
        // entries of the owner are found, for nothing.
        hits.retain(|(_, fit)| *fit > 0.0);
        let best = hits.iter().fold(f64::MIN_POSITIVE, |best, (_, fit)| best.max(*fit));
        let rarity = rarity(hits.len() as f64, all as f64);
        for (id, fit) in hits {
            *scores.entry(id).or_default() += rarity * fit / best;
        }
    }
    Ok(scores)
}

/// What a word weighs that so many of all entries have: BM25's weight, in the form that is never
/// negative.
fn rarity(with: f64, all: f64) -> f64 {
    (1.0 + (all - with + 0.5) / (with + 0.5)).ln()
}

/// The words as FTS5 expressions: each is quoted, so that none is an operator.
fn quoted(words: &[String]) -> Vec<String> {
    words
        .iter()
        // A NUL would end the expression.
        .map(|word| word.replace('\0', " "))
        .filter(|word| !word.trim().is_empty())
        .take(WORDS)
        .map(|word| format!("\"{}\"", word.replace('"', "\"\"")))
        .collect()
}

/// The token that names a knowledge in the index.
fn token(knowledge: i64) -> String {
    format!("k{knowledge}")
}

/// Indexes the passages, or finds that the agent has the same ones already. `None` without any.
pub(super) fn keep(
    c: &Connection,
    agent: AgentId,
    passages: &[NewPassage],
) -> StoreResult<Option<i64>> {
    if passages.is_empty() {
        return Ok(None);
    }
    let digest = digest(passages);
    let known: Option<i64> = c
        .prepare_cached("SELECT id FROM knowledge WHERE agent_id = ?1 AND digest = ?2")?
        .query_row(params![agent.as_uuid(), digest], |row| row.get(0))
        .optional()?;
    if known.is_some() {
        return Ok(known);
    }
    c.prepare_cached("INSERT INTO knowledge (agent_id, digest) VALUES (?1, ?2)")?
        .execute(params![agent.as_uuid(), digest])?;
    let knowledge = c.last_insert_rowid();
    let token = token(knowledge);
    let mut passage = c.prepare_cached(
        "INSERT INTO passages (knowledge_id, title, url, text) VALUES (?1, ?2, ?3, ?4)",
    )?;
    let mut entry =
        c.prepare_cached("INSERT INTO passage_terms (rowid, owner, terms) VALUES (?1, ?2, ?3)")?;
    for new in passages {
        passage.execute(params![knowledge, new.title, new.url, new.text])?;
        entry.execute(params![c.last_insert_rowid(), token, new.terms])?;
    }
    Ok(Some(knowledge))
}

/// Deletes what no version of the agent uses any more.
pub(super) fn drop_unused(c: &Connection, agent: AgentId) -> StoreResult<()> {
    c.prepare_cached(
        "DELETE FROM knowledge WHERE agent_id = ?1
         AND NOT EXISTS (SELECT 1 FROM agent_versions v WHERE v.knowledge_id = knowledge.id)",
    )?
    .execute([agent.as_uuid()])?;
    Ok(())
}

fn digest(passages: &[NewPassage]) -> [u8; 32] {
    let mut hash = Sha256::new();
    let mut text = |text: &str| {
        // The length first: no two lists of texts have the same bytes.
        hash.update((text.len() as u64).to_le_bytes());
        hash.update(text);
    };
    for passage in passages {
        text(&passage.title);
        text(if passage.url.is_some() { "url" } else { "" });
        text(passage.url.as_deref().unwrap_or_default());
        text(&passage.text);
        text(&passage.terms);
    }
    hash.finalize().into()
}
