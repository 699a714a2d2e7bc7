-- Two roles: the owner of the tables (accord287), which changes them by `accord287 migrate`, and accord287_app, under
-- which the instances serve and ingest. It can create and drop nothing, and cannot rewrite what events say.
-- Once, as an administrator, in the ledger's database, after the owner's first `accord287 migrate`; safe to repeat:
--   psql -d accord287 -f deploy/roles.sql
--   psql -d accord287 -c '\password accord287_app'
-- From then on a new version needs the owner's `accord287 migrate` before its instances start.
DO $$ BEGIN
  CREATE ROLE accord287_app LOGIN;
EXCEPTION WHEN duplicate_object THEN NULL;
END $$;

REVOKE CREATE ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public, drizzle TO accord287_app;
GRANT SELECT ON drizzle.__drizzle_migrations TO accord287_app;
GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA public TO accord287_app;
GRANT USAGE ON ALL SEQUENCES IN SCHEMA public TO accord287_app;

-- The log and the audit log are appended to.
REVOKE UPDATE, DELETE ON ledger_events, audit_entries FROM accord287_app;

-- Tables that a later version makes.
ALTER DEFAULT PRIVILEGES FOR ROLE accord287 IN SCHEMA public
  GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO accord287_app;
ALTER DEFAULT PRIVILEGES FOR ROLE accord287 IN SCHEMA public GRANT USAGE ON SEQUENCES TO accord287_app;
