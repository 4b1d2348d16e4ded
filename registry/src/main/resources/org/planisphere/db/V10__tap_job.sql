-- Queries as jobs (UWS 1.1). Parameters are kept as a form; results are files in the data folder of the node.
CREATE TABLE tap_job (
    id VARCHAR(40) NOT NULL PRIMARY KEY,
    owner VARCHAR(1000),
    node VARCHAR(1000) NOT NULL,
    phase VARCHAR(10) NOT NULL,
    form TEXT NOT NULL,
    created TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    started TIMESTAMP(6) WITH TIME ZONE,
    ended TIMESTAMP(6) WITH TIME ZONE,
    destruction TIMESTAMP(6) WITH TIME ZONE NOT NULL,
    seconds INTEGER NOT NULL,
    error TEXT
);
CREATE INDEX tap_job_owner ON tap_job (owner, created);
CREATE INDEX tap_job_node ON tap_job (node, destruction);
