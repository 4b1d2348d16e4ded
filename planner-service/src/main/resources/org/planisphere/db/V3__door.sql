-- One row for every idempotency key a caller used. The key and the caller are hashed: they are secrets of the caller.
CREATE TABLE idempotency (
    caller_key   VARCHAR(64)                 NOT NULL PRIMARY KEY,
    body_hash    VARCHAR(64)                 NOT NULL,
    created      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    status       INTEGER,
    location     VARCHAR(2000),
    media_type   VARCHAR(200),
    document     TEXT
);
CREATE INDEX idempotency_created ON idempotency (created);
