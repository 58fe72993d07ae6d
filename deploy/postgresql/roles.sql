-- Who may do what in the database: psql -d circle -f deploy/postgresql/roles.sql, as a superuser, before the first migration.
-- circle_owner owns the tables and changes the schema; circle_app is what the site runs as; circle_backup reads everything.
-- The passwords are set afterwards: \password circle_owner, and so on. Running this again changes nothing.
\set ON_ERROR_STOP on

SELECT format('CREATE ROLE %I LOGIN', name)
  FROM unnest(ARRAY['circle_owner', 'circle_app', 'circle_backup']) AS name
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = name)
\gexec
ALTER ROLE circle_backup REPLICATION;
ALTER ROLE circle_app NOSUPERUSER NOCREATEDB NOCREATEROLE NOREPLICATION NOBYPASSRLS CONNECTION LIMIT 80;

SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database())
\gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO circle_owner, circle_app, circle_backup', current_database())
\gexec
-- taking in a file of regions uses a table that lives as long as its transaction
SELECT format('GRANT TEMPORARY ON DATABASE %I TO circle_app', current_database())
\gexec
ALTER SCHEMA public OWNER TO circle_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC;
GRANT USAGE ON SCHEMA public TO circle_app;

-- Whatever the owner makes from now on, the site may use; it never makes, changes or drops a table itself.
ALTER DEFAULT PRIVILEGES FOR ROLE circle_owner IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO circle_app;
ALTER DEFAULT PRIVILEGES FOR ROLE circle_owner IN SCHEMA public GRANT USAGE ON SEQUENCES TO circle_app;
ALTER DEFAULT PRIVILEGES FOR ROLE circle_owner IN SCHEMA public GRANT EXECUTE ON FUNCTIONS TO circle_app;
