-- Files that visitors send. `key` is the unguessable name under which a file is read. One without
-- `message_id` was not sent (yet); such go with the sweep. `size` grows with each piece.
CREATE TABLE attachments (
  id BLOB NOT NULL PRIMARY KEY,
  conversation_id BLOB NOT NULL REFERENCES conversations (id) ON DELETE CASCADE,
  message_id BLOB REFERENCES messages (id) ON DELETE CASCADE,
  key TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  media_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  pieces INTEGER NOT NULL,
  complete INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) STRICT;
CREATE INDEX attachments_of_conversation ON attachments (conversation_id, size);
CREATE INDEX attachments_of_message ON attachments (message_id) WHERE message_id IS NOT NULL;
CREATE INDEX attachments_not_sent ON attachments (created_at) WHERE message_id IS NULL;

-- A file lies here in pieces, so that no write and no read of one holds up anybody else's.
CREATE TABLE attachment_pieces (
  attachment_id BLOB NOT NULL REFERENCES attachments (id) ON DELETE CASCADE,
  number INTEGER NOT NULL,
  bytes BLOB NOT NULL,
  PRIMARY KEY (attachment_id, number)
) STRICT;
