-- Which groups a session or an offer set was shared with.
CREATE TABLE component_share (
    component   UUID NOT NULL,
    shared_with VARCHAR(341) NOT NULL,
    PRIMARY KEY (component, shared_with)
);
