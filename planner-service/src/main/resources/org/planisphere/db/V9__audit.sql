-- Acts as they are noted, in the transaction of the act, before they are put into the chain.
CREATE TABLE audit_loose (
    id     UUID PRIMARY KEY,
    at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    who    VARCHAR(255)  NOT NULL,
    act    VARCHAR(20)   NOT NULL,
    object VARCHAR(200)  NOT NULL,
    detail VARCHAR(1000) NOT NULL,
    policy VARCHAR(64)   NOT NULL
);
CREATE INDEX audit_loose_by_time ON audit_loose (at, id);

-- The chain: append only; each hash is of the entry and the hash before it.
CREATE TABLE audit_entry (
    number BIGINT PRIMARY KEY,
    at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    who    VARCHAR(255)  NOT NULL,
    act    VARCHAR(20)   NOT NULL,
    object VARCHAR(200)  NOT NULL,
    detail VARCHAR(1000) NOT NULL,
    policy VARCHAR(64)   NOT NULL,
    hash   VARCHAR(64)   NOT NULL
);

CREATE TABLE audit_head (
    one    INTEGER PRIMARY KEY,
    number BIGINT NOT NULL,
    hash   VARCHAR(64) NOT NULL
);
INSERT INTO audit_head (one, number, hash)
VALUES (1, 0, '0000000000000000000000000000000000000000000000000000000000000000');

-- What every session that was accepted came to; written with its end.
CREATE TABLE usage_record (
    session      UUID PRIMARY KEY,
    owner        VARCHAR(255) NOT NULL,
    grant_id     VARCHAR(40),
    paying_group VARCHAR(255),
    policy       VARCHAR(64),
    platform     VARCHAR(40)  NOT NULL,
    kind         VARCHAR(200) NOT NULL,
    name         VARCHAR(255),
    phase        VARCHAR(12)  NOT NULL,
    accepted     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    began        TIMESTAMP(6) WITH TIME ZONE,
    ended        TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    cores        BIGINT NOT NULL,
    memory       BIGINT NOT NULL,
    storage      BIGINT NOT NULL,
    accelerators BIGINT NOT NULL,
    seconds      DOUBLE PRECISION NOT NULL,
    cpu_seconds  DOUBLE PRECISION,
    peak_memory  BIGINT,
    storage_used BIGINT,
    currency     VARCHAR(200) NOT NULL,
    quoted       DOUBLE PRECISION NOT NULL,
    cost         DOUBLE PRECISION NOT NULL
);
CREATE INDEX usage_record_of_owner ON usage_record (owner, ended, session);
CREATE INDEX usage_record_of_group ON usage_record (paying_group, ended, session);
CREATE INDEX usage_record_by_end ON usage_record (ended, session);

-- What was asked and answered, for as long as a new policy may be tried on it.
CREATE TABLE asked_request (
    id     UUID PRIMARY KEY,
    at     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    who    VARCHAR(255) NOT NULL,
    member VARCHAR NOT NULL,
    yes    BOOLEAN NOT NULL,
    task   VARCHAR NOT NULL
);
CREATE INDEX asked_request_by_time ON asked_request (at, id);
