-- The records as relations (RegTAP 1.2), and what can be queried (TAP 1.1, section 4). Written by the ingest alone.
CREATE SCHEMA rr;

CREATE TABLE rr.resource (
    ivoid VARCHAR(400) NOT NULL PRIMARY KEY,
    res_type VARCHAR,
    created VARCHAR(19),
    short_name VARCHAR,
    res_title VARCHAR,
    updated VARCHAR(19),
    content_level VARCHAR,
    res_description VARCHAR,
    reference_url VARCHAR,
    creator_seq VARCHAR,
    content_type VARCHAR,
    source_format VARCHAR,
    source_value VARCHAR,
    res_version VARCHAR,
    region_of_regard DOUBLE PRECISION,
    waveband VARCHAR,
    rights VARCHAR,
    rights_uri VARCHAR
);

CREATE TABLE rr.res_role (
    ivoid VARCHAR(400) NOT NULL,
    role_name VARCHAR(600),
    role_ivoid VARCHAR,
    street_address VARCHAR,
    email VARCHAR,
    telephone VARCHAR,
    logo VARCHAR,
    base_role VARCHAR
);

CREATE TABLE rr.res_subject (
    ivoid VARCHAR(400) NOT NULL,
    res_subject VARCHAR(600)
);

CREATE TABLE rr.capability (
    ivoid VARCHAR(400) NOT NULL,
    cap_index INTEGER,
    cap_type VARCHAR,
    cap_description VARCHAR,
    standard_id VARCHAR(600)
);

CREATE TABLE rr.res_schema (
    ivoid VARCHAR(400) NOT NULL,
    schema_index INTEGER,
    schema_description VARCHAR,
    schema_name VARCHAR,
    schema_title VARCHAR,
    schema_utype VARCHAR
);

CREATE TABLE rr.res_table (
    ivoid VARCHAR(400) NOT NULL,
    schema_index INTEGER,
    table_description VARCHAR,
    table_name VARCHAR,
    table_index INTEGER,
    table_title VARCHAR,
    table_type VARCHAR,
    table_utype VARCHAR(600)
);

CREATE TABLE rr.table_column (
    ivoid VARCHAR(400) NOT NULL,
    table_index INTEGER,
    name VARCHAR,
    ucd VARCHAR(600),
    unit VARCHAR,
    utype VARCHAR,
    std INTEGER,
    datatype VARCHAR,
    extended_schema VARCHAR,
    extended_type VARCHAR,
    arraysize VARCHAR,
    delim VARCHAR,
    type_system VARCHAR,
    flag VARCHAR,
    column_description VARCHAR
);

CREATE TABLE rr.interface (
    ivoid VARCHAR(400) NOT NULL,
    cap_index INTEGER,
    intf_index INTEGER,
    intf_type VARCHAR,
    intf_role VARCHAR,
    std_version VARCHAR,
    query_type VARCHAR,
    result_type VARCHAR,
    wsdl_url VARCHAR,
    url_use VARCHAR,
    access_url VARCHAR,
    mirror_url VARCHAR,
    authenticated_only INTEGER
);

CREATE TABLE rr.intf_param (
    ivoid VARCHAR(400) NOT NULL,
    intf_index INTEGER,
    name VARCHAR,
    ucd VARCHAR,
    unit VARCHAR,
    utype VARCHAR,
    std INTEGER,
    datatype VARCHAR,
    extended_schema VARCHAR,
    extended_type VARCHAR,
    arraysize VARCHAR,
    delim VARCHAR,
    param_use VARCHAR,
    param_description VARCHAR
);

CREATE TABLE rr.relationship (
    ivoid VARCHAR(400) NOT NULL,
    relationship_type VARCHAR,
    related_id VARCHAR(600),
    related_name VARCHAR
);

CREATE TABLE rr.validation (
    ivoid VARCHAR(400) NOT NULL,
    validated_by VARCHAR,
    val_level INTEGER,
    cap_index INTEGER
);

CREATE TABLE rr.res_date (
    ivoid VARCHAR(400) NOT NULL,
    date_value VARCHAR(19),
    value_role VARCHAR
);

CREATE TABLE rr.res_detail (
    ivoid VARCHAR(400) NOT NULL,
    cap_index INTEGER,
    detail_xpath VARCHAR(200),
    detail_value VARCHAR
);

CREATE TABLE rr.alt_identifier (
    ivoid VARCHAR(400) NOT NULL,
    alt_identifier VARCHAR(600)
);

CREATE TABLE rr.stc_spatial (
    ivoid VARCHAR(400) NOT NULL,
    coverage VARCHAR,
    ref_system_name VARCHAR
);

CREATE TABLE rr.stc_temporal (
    ivoid VARCHAR(400) NOT NULL,
    time_start DOUBLE PRECISION,
    time_end DOUBLE PRECISION
);

CREATE TABLE rr.stc_spectral (
    ivoid VARCHAR(400) NOT NULL,
    spectral_start DOUBLE PRECISION,
    spectral_end DOUBLE PRECISION
);

CREATE SCHEMA tap_schema;

CREATE TABLE tap_schema.schemas (
    schema_name VARCHAR,
    utype VARCHAR,
    description VARCHAR,
    schema_index INTEGER
);

CREATE TABLE tap_schema.tables (
    schema_name VARCHAR,
    table_name VARCHAR,
    table_type VARCHAR,
    utype VARCHAR,
    description VARCHAR,
    table_index INTEGER
);

CREATE TABLE tap_schema.columns (
    table_name VARCHAR,
    column_name VARCHAR,
    datatype VARCHAR,
    arraysize VARCHAR,
    xtype VARCHAR,
    col_size INTEGER,
    description VARCHAR,
    utype VARCHAR,
    unit VARCHAR,
    ucd VARCHAR,
    indexed INTEGER,
    principal INTEGER,
    std INTEGER,
    column_index INTEGER
);

CREATE TABLE tap_schema.keys (
    key_id VARCHAR,
    from_table VARCHAR,
    target_table VARCHAR,
    utype VARCHAR,
    description VARCHAR
);

CREATE TABLE tap_schema.key_columns (
    key_id VARCHAR,
    from_column VARCHAR,
    target_column VARCHAR
);

-- Every relation is joined by the record's identifier.
CREATE INDEX res_role_ivoid ON rr.res_role (ivoid);
CREATE INDEX res_role_name ON rr.res_role (role_name);
CREATE INDEX res_subject_ivoid ON rr.res_subject (ivoid);
CREATE INDEX res_subject_subject ON rr.res_subject (res_subject);
CREATE INDEX capability_ivoid ON rr.capability (ivoid, cap_index);
CREATE INDEX capability_standard ON rr.capability (standard_id);
CREATE INDEX res_schema_ivoid ON rr.res_schema (ivoid, schema_index);
CREATE INDEX res_table_ivoid ON rr.res_table (ivoid, table_index);
CREATE INDEX res_table_utype ON rr.res_table (table_utype);
CREATE INDEX table_column_ivoid ON rr.table_column (ivoid, table_index);
CREATE INDEX table_column_ucd ON rr.table_column (ucd);
CREATE INDEX interface_ivoid ON rr.interface (ivoid, cap_index);
CREATE INDEX intf_param_ivoid ON rr.intf_param (ivoid, intf_index);
CREATE INDEX relationship_ivoid ON rr.relationship (ivoid);
CREATE INDEX relationship_related ON rr.relationship (related_id);
CREATE INDEX validation_ivoid ON rr.validation (ivoid);
CREATE INDEX res_date_ivoid ON rr.res_date (ivoid);
CREATE INDEX res_detail_ivoid ON rr.res_detail (ivoid);
CREATE INDEX res_detail_xpath ON rr.res_detail (detail_xpath);
CREATE INDEX alt_identifier_ivoid ON rr.alt_identifier (ivoid);
CREATE INDEX alt_identifier_other ON rr.alt_identifier (alt_identifier);
CREATE INDEX stc_spatial_ivoid ON rr.stc_spatial (ivoid);
CREATE INDEX stc_temporal_ivoid ON rr.stc_temporal (ivoid);
CREATE INDEX stc_spectral_ivoid ON rr.stc_spectral (ivoid);

-- The cells of a coverage as spans of HEALPix pixels of order 29, end exclusive; spans of one record do not touch.
CREATE TABLE rr.spatial_span (
    ivoid VARCHAR(400) NOT NULL,
    first_pixel BIGINT NOT NULL,
    end_pixel BIGINT NOT NULL
);
CREATE INDEX spatial_span_ivoid ON rr.spatial_span (ivoid, first_pixel);

-- RegTAP 1.2, section 4.18: of a table in several places, the resource that only has tables is told, not the service.
CREATE VIEW rr.tap_table AS
    SELECT MIN(a.ivoid) AS resid, a.svcid AS svcid, a.table_name AS table_name, MIN(a.table_title) AS table_title,
            MIN(a.table_description) AS table_description, MIN(a.table_utype) AS table_utype
        FROM (SELECT t.ivoid, r.related_id AS svcid, t.table_name, t.table_title, t.table_description, t.table_utype
            FROM rr.res_table t JOIN rr.relationship r ON r.ivoid = t.ivoid
            WHERE r.relationship_type = 'isservedby' AND (t.table_type <> 'output' OR t.table_type IS NULL)
                AND EXISTS (SELECT 1 FROM rr.capability c
                    WHERE c.ivoid = t.ivoid AND c.standard_id = 'ivo://ivoa.net/std/tap#aux')
                AND EXISTS (SELECT 1 FROM rr.capability s
                    WHERE s.ivoid = r.related_id AND s.standard_id = 'ivo://ivoa.net/std/tap')) a
        GROUP BY a.svcid, a.table_name
    UNION ALL
    SELECT t.ivoid, t.ivoid, t.table_name, MIN(t.table_title), MIN(t.table_description), MIN(t.table_utype)
        FROM rr.res_table t
        WHERE (t.table_type <> 'output' OR t.table_type IS NULL)
            AND EXISTS (SELECT 1 FROM rr.capability c
                WHERE c.ivoid = t.ivoid AND c.standard_id = 'ivo://ivoa.net/std/tap')
            AND NOT EXISTS (SELECT 1 FROM rr.relationship r JOIN rr.res_table o ON o.ivoid = r.ivoid
                WHERE r.related_id = t.ivoid AND r.relationship_type = 'isservedby' AND o.table_name = t.table_name
                    AND (o.table_type <> 'output' OR o.table_type IS NULL)
                    AND EXISTS (SELECT 1 FROM rr.capability c
                        WHERE c.ivoid = o.ivoid AND c.standard_id = 'ivo://ivoa.net/std/tap#aux'))
        GROUP BY t.ivoid, t.table_name;

-- By which rules the relations were made, and how far a rebuild has come.
CREATE TABLE rr.ingest_state (
    id INTEGER NOT NULL PRIMARY KEY,
    rules INTEGER NOT NULL,
    done_until VARCHAR(400)
);
INSERT INTO rr.ingest_state (id, rules, done_until) VALUES (1, 0, NULL);
