-- The records of a VO registry. Identifiers compare without case: the key is the lower-cased IVOID.
CREATE TABLE registry_record (
    ivoid VARCHAR(400) NOT NULL PRIMARY KEY,
    identifier VARCHAR(400) NOT NULL,
    authority VARCHAR(200) NOT NULL,
    status VARCHAR(10) NOT NULL,
    created TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    updated TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    managed BOOLEAN NOT NULL,
    origin VARCHAR(20) NOT NULL,
    source VARCHAR(1000),
    source_run BIGINT,
    type VARCHAR(100) NOT NULL,
    title VARCHAR(1000) NOT NULL,
    short_name VARCHAR(200),
    description TEXT,
    record TEXT NOT NULL,
    faults TEXT,
    capabilities_url VARCHAR(1000),
    availability VARCHAR(10) NOT NULL,
    checked TIMESTAMP(6) WITH TIME ZONE,
    stale BOOLEAN NOT NULL,
    search_text TEXT NOT NULL
);
CREATE INDEX registry_record_updated ON registry_record (updated, ivoid);
CREATE INDEX registry_record_managed ON registry_record (managed, updated, ivoid);
CREATE INDEX registry_record_source ON registry_record (source, source_run);

CREATE TABLE registry_capability (
    ivoid VARCHAR(400) NOT NULL REFERENCES registry_record (ivoid) ON DELETE CASCADE,
    idx INTEGER NOT NULL,
    standard_id VARCHAR(400) NOT NULL,
    given_id VARCHAR(400) NOT NULL,
    type VARCHAR(100) NOT NULL,
    PRIMARY KEY (ivoid, idx)
);
CREATE INDEX registry_capability_standard ON registry_capability (standard_id, ivoid);

CREATE TABLE registry_interface (
    ivoid VARCHAR(400) NOT NULL REFERENCES registry_record (ivoid) ON DELETE CASCADE,
    cap_idx INTEGER NOT NULL,
    idx INTEGER NOT NULL,
    type VARCHAR(100) NOT NULL,
    role VARCHAR(100) NOT NULL,
    version VARCHAR(50) NOT NULL,
    access_url VARCHAR(2000) NOT NULL,
    url_use VARCHAR(10) NOT NULL,
    security_method VARCHAR(400) NOT NULL,
    PRIMARY KEY (ivoid, cap_idx, idx)
);

-- Where records are harvested from, and how that went. The token lets a harvest go on after a kill.
CREATE TABLE registry_source (
    url VARCHAR(1000) NOT NULL PRIMARY KEY,
    state VARCHAR(20) NOT NULL,
    run BIGINT NOT NULL,
    full_run BOOLEAN NOT NULL,
    began TIMESTAMP(6) WITH TIME ZONE,
    from_stamp VARCHAR(30),
    server_time VARCHAR(30),
    token TEXT,
    seen BIGINT NOT NULL,
    last_success TIMESTAMP(6) WITH TIME ZONE,
    last_stamp VARCHAR(30),
    last_full TIMESTAMP(6) WITH TIME ZONE,
    next_run TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    failures INTEGER NOT NULL,
    message TEXT
);

CREATE TABLE registry_run (
    url VARCHAR(1000) NOT NULL,
    run BIGINT NOT NULL,
    full_run BOOLEAN NOT NULL,
    began TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    ended TIMESTAMP(6) WITH TIME ZONE,
    outcome VARCHAR(20) NOT NULL,
    seen BIGINT NOT NULL,
    kept BIGINT NOT NULL,
    removed BIGINT NOT NULL,
    quarantined BIGINT NOT NULL,
    message TEXT,
    PRIMARY KEY (url, run)
);

-- What was harvested and cannot be taken over, with the reason.
CREATE TABLE registry_quarantine (
    source VARCHAR(1000) NOT NULL,
    place VARCHAR(400) NOT NULL,
    seen_at TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    reason TEXT NOT NULL,
    record TEXT NOT NULL,
    PRIMARY KEY (source, place)
);
