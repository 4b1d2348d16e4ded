-- What was brought in and taken out for a session, and the energy it took in kWh; null where nobody can tell.
ALTER TABLE usage_record ADD COLUMN moved_in BIGINT;
ALTER TABLE usage_record ADD COLUMN moved_out BIGINT;
ALTER TABLE usage_record ADD COLUMN energy DOUBLE PRECISION;
