-- Names are looked for by what they contain, which no index helps; of all indexes this one had the most rows.
DROP INDEX rr.res_role_name;
ALTER TABLE rr.res_role ALTER COLUMN role_name SET DATA TYPE VARCHAR;
UPDATE tap_schema.columns SET indexed = 0 WHERE table_name = 'rr.res_role' AND column_name = 'role_name';
