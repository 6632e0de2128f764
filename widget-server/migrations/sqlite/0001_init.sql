-- Ids are the 16 bytes of a UUIDv7, so that their order is the order of creation.
-- Moments are milliseconds since 1970 in UTC. JSON is text. Enumerations are the words of the API.

CREATE TABLE organizations (
  id BLOB NOT NULL PRIMARY KEY,
  name TEXT NOT NULL,
  created_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- Either an organization's key, or a person's token (`email`) with memberships.
CREATE TABLE api_keys (
  id BLOB NOT NULL PRIMARY KEY,
  organization_id BLOB REFERENCES organizations (id) ON DELETE CASCADE,
  email TEXT,
  name TEXT NOT NULL,
  scopes TEXT NOT NULL,
  secret_digest BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  revoked_at INTEGER,
  last_used_at INTEGER,
  CHECK ((organization_id IS NULL) <> (email IS NULL))
) STRICT, WITHOUT ROWID;
CREATE INDEX api_keys_of_organization ON api_keys (organization_id);

CREATE TABLE api_key_memberships (
  key_id BLOB NOT NULL REFERENCES api_keys (id) ON DELETE CASCADE,
  organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  position INTEGER NOT NULL,
  PRIMARY KEY (key_id, organization_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX api_key_memberships_of_organization ON api_key_memberships (organization_id);

CREATE TABLE agents (
  id BLOB NOT NULL PRIMARY KEY,
  organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX agents_of_organization ON agents (organization_id, id);

-- The indexed passages of an agent's knowledge. Versions with the same passages share one row: a
-- version that changes only its instructions costs no second index.
CREATE TABLE knowledge (
  id INTEGER PRIMARY KEY,
  agent_id BLOB NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  digest BLOB NOT NULL,
  UNIQUE (agent_id, digest)
) STRICT;

CREATE TABLE passages (
  id INTEGER PRIMARY KEY,
  knowledge_id INTEGER NOT NULL REFERENCES knowledge (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  url TEXT,
  text TEXT NOT NULL
) STRICT;
CREATE INDEX passages_of_knowledge ON passages (knowledge_id);

-- `rowid` is the passage's id; `owner` holds one token that names its knowledge, so that a search
-- reads the entries of that knowledge only. The terms come folded and segmented: every character
-- but spaces and controls belongs to a token, nothing is stemmed.
CREATE VIRTUAL TABLE passage_terms USING fts5 (
  owner,
  terms,
  content = '',
  contentless_delete = 1,
  tokenize = "unicode61 remove_diacritics 0 categories 'L* M* N* P* S* Co'"
);
CREATE TRIGGER passages_deleted AFTER DELETE ON passages BEGIN
  DELETE FROM passage_terms WHERE rowid = old.id;
END;

CREATE TABLE agent_versions (
  id BLOB NOT NULL PRIMARY KEY,
  agent_id BLOB NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  config TEXT NOT NULL,
  knowledge_id INTEGER REFERENCES knowledge (id),
  created_at INTEGER NOT NULL,
  published_at INTEGER,
  UNIQUE (agent_id, number)
) STRICT;
CREATE INDEX agent_versions_of_knowledge ON agent_versions (knowledge_id);

CREATE TABLE widgets (
  id BLOB NOT NULL PRIMARY KEY,
  organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  agent_id BLOB NOT NULL REFERENCES agents (id),
  agent_version_id BLOB NOT NULL REFERENCES agent_versions (id),
  name TEXT,
  domains TEXT NOT NULL,
  published INTEGER NOT NULL,
  paused INTEGER NOT NULL,
  config TEXT NOT NULL,
  revision INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) STRICT;
CREATE INDEX widgets_of_organization ON widgets (organization_id, id);
CREATE INDEX widgets_of_agent ON widgets (agent_id);
CREATE INDEX widgets_of_version ON widgets (agent_version_id);

CREATE TABLE identity_secrets (
  id INTEGER PRIMARY KEY,
  widget_id BLOB NOT NULL REFERENCES widgets (id) ON DELETE CASCADE,
  secret BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  valid_until INTEGER
) STRICT;
CREATE INDEX identity_secrets_of_widget ON identity_secrets (widget_id);

-- `agent_id` and `agent_version_id` are history: they may name what is gone. `feedback` is what
-- the API shows as `custom_metadata.feedback_form`; a column of its own, so that it is written
-- once and merged over never.
CREATE TABLE conversations (
  id BLOB NOT NULL PRIMARY KEY,
  organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  widget_id BLOB NOT NULL REFERENCES widgets (id) ON DELETE CASCADE,
  agent_id BLOB NOT NULL,
  agent_version_id BLOB NOT NULL,
  user_id TEXT NOT NULL,
  proven INTEGER NOT NULL,
  status TEXT NOT NULL,
  handler TEXT NOT NULL,
  next_seq INTEGER NOT NULL,
  last_message_at INTEGER,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  ended_at INTEGER,
  title TEXT,
  custom_metadata TEXT NOT NULL,
  feedback TEXT
) STRICT;
CREATE INDEX conversations_of_organization ON conversations (organization_id, id);
CREATE INDEX conversations_of_agent ON conversations (agent_id, id);
CREATE INDEX conversations_of_visitor ON conversations (widget_id, user_id, id);
CREATE INDEX conversations_by_activity ON conversations (widget_id, updated_at);

CREATE TABLE messages (
  id BLOB NOT NULL PRIMARY KEY,
  conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  seq INTEGER NOT NULL,
  role TEXT NOT NULL,
  turn_id BLOB,
  client_message_id TEXT,
  external_id TEXT,
  rating_up INTEGER,
  rating_comment TEXT,
  created_at INTEGER NOT NULL,
  citations TEXT,
  blocks TEXT,
  content TEXT NOT NULL,
  UNIQUE (conversation_id, seq)
) STRICT;
CREATE UNIQUE INDEX messages_by_client_id ON messages (conversation_id, client_message_id)
  WHERE client_message_id IS NOT NULL;
CREATE UNIQUE INDEX messages_by_external_id ON messages (conversation_id, external_id)
  WHERE external_id IS NOT NULL;
CREATE INDEX messages_of_visitor ON messages (conversation_id, created_at) WHERE role = 'user';

-- `replaces` is the former answer of the same question: it goes when the new one is stored.
CREATE TABLE turns (
  number INTEGER PRIMARY KEY,
  id BLOB NOT NULL UNIQUE,
  conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  user_message_id BLOB NOT NULL,
  message_id BLOB NOT NULL,
  replaces BLOB,
  status TEXT NOT NULL,
  error_code TEXT,
  finish_reason TEXT,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL,
  owner TEXT NOT NULL,
  lease_until INTEGER NOT NULL,
  started_at INTEGER NOT NULL,
  ended_at INTEGER
) STRICT;
CREATE INDEX turns_of_conversation ON turns (conversation_id, number);
CREATE INDEX turns_of_message ON turns (user_message_id, number);
CREATE UNIQUE INDEX turns_running ON turns (conversation_id) WHERE status = 'running';

-- What was used outlives what used it: no foreign keys here.
CREATE TABLE usage (
  id INTEGER PRIMARY KEY,
  organization_id BLOB NOT NULL,
  widget_id BLOB NOT NULL,
  agent_id BLOB NOT NULL,
  conversation_id BLOB NOT NULL,
  turn_id BLOB NOT NULL,
  at INTEGER NOT NULL,
  input_tokens INTEGER NOT NULL,
  output_tokens INTEGER NOT NULL
) STRICT;
CREATE INDEX usage_of_conversation ON usage (conversation_id, at, input_tokens, output_tokens);
CREATE INDEX usage_of_widget ON usage (widget_id, at, input_tokens, output_tokens);

CREATE TABLE leads (
  id BLOB NOT NULL PRIMARY KEY,
  organization_id BLOB NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  agent_id BLOB NOT NULL REFERENCES agents (id) ON DELETE CASCADE,
  widget_id BLOB REFERENCES widgets (id) ON DELETE SET NULL,
  conversation_id BLOB REFERENCES conversations (id) ON DELETE SET NULL,
  user_id TEXT,
  email TEXT NOT NULL,
  name TEXT,
  phone TEXT,
  fields TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  UNIQUE (agent_id, email)
) STRICT;
CREATE INDEX leads_of_organization ON leads (organization_id, id);
CREATE INDEX leads_of_visitor ON leads (widget_id, user_id);
CREATE INDEX leads_of_conversation ON leads (conversation_id);

CREATE TABLE events (
  id INTEGER PRIMARY KEY,
  widget_id BLOB NOT NULL REFERENCES widgets (id) ON DELETE CASCADE,
  conversation_id BLOB REFERENCES conversations (id) ON DELETE CASCADE,
  user_id TEXT,
  name TEXT NOT NULL,
  at INTEGER NOT NULL,
  data TEXT
) STRICT;
CREATE INDEX events_of_widget ON events (widget_id, at, name);
CREATE INDEX events_of_conversation ON events (conversation_id) WHERE conversation_id IS NOT NULL;
CREATE INDEX events_of_visitor ON events (widget_id, user_id) WHERE user_id IS NOT NULL;

CREATE TABLE idempotency_keys (
  scope TEXT NOT NULL,
  key TEXT NOT NULL,
  fingerprint BLOB NOT NULL,
  claimed_at INTEGER NOT NULL,
  status INTEGER,
  location TEXT,
  body BLOB,
  PRIMARY KEY (scope, key)
) STRICT;
CREATE INDEX idempotency_keys_by_age ON idempotency_keys (claimed_at);

CREATE TABLE signing_keys (
  number INTEGER PRIMARY KEY,
  kid TEXT NOT NULL UNIQUE,
  secret BLOB NOT NULL,
  created_at INTEGER NOT NULL,
  valid_until INTEGER
) STRICT;

-- One row that is written to show that writing works.
CREATE TABLE pulse (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  beats INTEGER NOT NULL
) STRICT;
INSERT INTO pulse VALUES (1, 0);

-- Counts the changes of everything a serving process keeps in memory, whoever makes them. Messages
-- and the note of a key's last use do not count.
CREATE TABLE revision (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  number INTEGER NOT NULL
) STRICT;
INSERT INTO revision VALUES (1, 1);

CREATE TRIGGER organizations_added AFTER INSERT ON organizations BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER organizations_changed AFTER UPDATE ON organizations BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER organizations_removed AFTER DELETE ON organizations BEGIN
  UPDATE revision SET number = number + 1;
END;

CREATE TRIGGER api_keys_added AFTER INSERT ON api_keys BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER api_keys_changed
AFTER UPDATE OF organization_id, email, name, scopes, secret_digest, expires_at, revoked_at
ON api_keys BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER api_keys_removed AFTER DELETE ON api_keys BEGIN
  UPDATE revision SET number = number + 1;
END;

CREATE TRIGGER api_key_memberships_added AFTER INSERT ON api_key_memberships BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER api_key_memberships_removed AFTER DELETE ON api_key_memberships BEGIN
  UPDATE revision SET number = number + 1;
END;

CREATE TRIGGER agents_added AFTER INSERT ON agents BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER agents_changed AFTER UPDATE ON agents BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER agents_removed AFTER DELETE ON agents BEGIN
  UPDATE revision SET number = number + 1;
END;

CREATE TRIGGER agent_versions_added AFTER INSERT ON agent_versions BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER agent_versions_changed AFTER UPDATE ON agent_versions BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER agent_versions_removed AFTER DELETE ON agent_versions BEGIN
  UPDATE revision SET number = number + 1;
END;

CREATE TRIGGER widgets_added AFTER INSERT ON widgets BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER widgets_changed AFTER UPDATE ON widgets BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER widgets_removed AFTER DELETE ON widgets BEGIN
  UPDATE revision SET number = number + 1;
END;

CREATE TRIGGER identity_secrets_added AFTER INSERT ON identity_secrets BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER identity_secrets_changed AFTER UPDATE ON identity_secrets BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER identity_secrets_removed AFTER DELETE ON identity_secrets BEGIN
  UPDATE revision SET number = number + 1;
END;

CREATE TRIGGER signing_keys_added AFTER INSERT ON signing_keys BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER signing_keys_changed AFTER UPDATE ON signing_keys BEGIN
  UPDATE revision SET number = number + 1;
END;
CREATE TRIGGER signing_keys_removed AFTER DELETE ON signing_keys BEGIN
  UPDATE revision SET number = number + 1;
END;
