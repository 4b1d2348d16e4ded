-- Offer sets, sessions and their events. Written by the ledger's transactions, read and cleaned up through JPA.
CREATE TABLE offer_set (
    id        UUID PRIMARY KEY,
    owner     VARCHAR(255) NOT NULL,
    kind_base VARCHAR(255) NOT NULL,
    created   TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    document  VARCHAR NOT NULL
);
CREATE INDEX offer_set_of_owner ON offer_set (owner, created, id);
CREATE INDEX offer_set_by_time ON offer_set (created);

CREATE TABLE session (
    id          UUID PRIMARY KEY,
    offer_set   UUID NOT NULL,
    place       INTEGER NOT NULL,
    owner       VARCHAR(255) NOT NULL,
    kind_base   VARCHAR(255) NOT NULL,
    platform    VARCHAR(40) NOT NULL,
    phase       VARCHAR(12) NOT NULL,
    version     BIGINT NOT NULL,
    outcome     VARCHAR(12),
    created     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    modified    TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    expires     TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    start_from  TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    start_until TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    accepted    TIMESTAMP(6) WITH TIME ZONE,
    began       TIMESTAMP(6) WITH TIME ZONE,
    ended       TIMESTAMP(6) WITH TIME ZONE,
    exit_code   INTEGER,
    offer       VARCHAR NOT NULL,
    state       VARCHAR
);
CREATE INDEX session_of_offer_set ON session (offer_set);
CREATE INDEX session_of_owner ON session (owner, created, id);
CREATE INDEX session_of_owner_in_phase ON session (owner, phase, created, id);
CREATE INDEX session_of_platform ON session (platform, phase);
CREATE INDEX session_by_end ON session (phase, ended);

CREATE TABLE session_event (
    session UUID NOT NULL,
    number  BIGINT NOT NULL,
    at      TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    type    VARCHAR(20) NOT NULL,
    phase   VARCHAR(12) NOT NULL,
    message VARCHAR NOT NULL,
    PRIMARY KEY (session, number)
);
CREATE INDEX session_event_by_time ON session_event (at);
