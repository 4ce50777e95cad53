import { type Case, refused } from './case.ts'

/** Two tenants with an invoice each, a table that is nobody else's business, and two people without rights on it. */
export const world = `
create table secrets (name text); insert into secrets values ('x');
create table invoices (tenant text, total int); insert into invoices values ('anna', 1), ('bert', 2);
alter table invoices enable row level security;
create policy own_rows on invoices using (tenant = session_user) with check (tenant = session_user);
grant select, insert on invoices to anna;
create view all_invoices with (security_invoker = true) as select * from invoices;
grant select on all_invoices to anna;
create table customers (id int primary key);
create table orders (id int primary key, customer int references customers (id), note text, audited int);
insert into customers values (1); insert into orders values (1, 1, null, 0);
create function audit() returns trigger language plpgsql as $$ begin new.audited := 1; return new; end $$;
create trigger audited before update on orders for each row execute function audit();
create rule kept as on delete to customers do instead nothing;
`

const readsSecrets = { as: 'anna', looks: ['select count(*) from secrets'], before: refused, after: '1' }
const readsInvoices = { as: 'anna', looks: ['select count(*) from invoices'], before: '1', after: '2' }
const admins = `create table admins (name text); grant select on admins to anna;`
const isAdmin = (options: string) =>
  `create or replace function is_admin() returns boolean language sql security definer ${options}
   as $$ select exists (select from admins where name = session_user) $$;`
const puts = ['create temporary table admins as select session_user::text as name', 'select is_admin()']

export const rights: Readonly<Record<string, Case>> = {
  'a table for PUBLIC': {
    sql: 'GRANT SELECT ON secrets TO PUBLIC',
    rule: 'grants-to-everyone',
    ...readsSecrets,
  },
  'all tables for PUBLIC': {
    sql: 'GRANT SELECT ON ALL TABLES IN SCHEMA public TO PUBLIC',
    rule: 'grants-to-everyone',
    ...readsSecrets,
  },
  'tables to come for PUBLIC': {
    sql: 'ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO PUBLIC; CREATE TABLE later (a text)',
    rule: 'grants-to-everyone',
    as: 'anna',
    looks: ['select count(*) from later'],
    before: refused,
    after: '0',
  },
  'making things in the schema of everybody': {
    sql: 'GRANT CREATE ON SCHEMA public TO PUBLIC',
    rule: 'grants-to-everyone',
    as: 'anna',
    looks: ['create table mine (a int)', 'select 1'],
    before: refused,
    after: '1',
  },
  'a right that may be given on': {
    sql: 'GRANT SELECT ON secrets TO anna WITH GRANT OPTION',
    rule: 'grant-option',
    as: 'anna',
    looks: ['grant select on secrets to bert', "select has_table_privilege('bert', 'secrets', 'select')"],
    before: refused,
    after: 'true',
  },
  'a role that may be given on': {
    sql: 'CREATE ROLE readers; GRANT readers TO anna WITH ADMIN OPTION',
    rule: 'grant-option',
    as: 'anna',
    looks: ['grant readers to bert', "select pg_has_role('bert', 'readers', 'member')"],
    before: refused,
    after: 'true',
  },
  'a role that row security does not hold': {
    sql: 'ALTER ROLE anna BYPASSRLS',
    rule: 'powerful-role',
    ...readsInvoices,
  },
  'a superuser': { sql: 'ALTER ROLE anna SUPERUSER', rule: 'powerful-role', ...readsSecrets },
  'a role that reads all': { sql: 'GRANT pg_read_all_data TO anna', rule: 'powerful-role', ...readsSecrets },
  'a role that makes roles': {
    sql: 'ALTER ROLE anna CREATEROLE',
    rule: 'powerful-role',
    as: 'anna',
    looks: ['create role of_hers', 'drop role of_hers', 'select 1'],
    before: refused,
    after: '1',
  },
  "a role that reads the server's files": {
    sql: 'GRANT pg_read_server_files TO anna',
    rule: 'powerful-role',
    as: 'anna',
    looks: [
      'create temporary table file (line text)',
      "copy file from 'PG_VERSION'",
      'select line from file',
    ],
    before: refused,
    after: '18',
  },
  'a plain right': { sql: 'GRANT SELECT ON secrets TO anna', rule: 'privileges', ...readsSecrets },
  'a right that is taken': {
    sql: 'REVOKE SELECT ON invoices FROM anna',
    rule: 'privileges',
    as: 'anna',
    looks: ['select count(*) from invoices'],
    before: '1',
    after: refused,
  },
  'another owner': {
    sql: 'ALTER TABLE secrets OWNER TO anna',
    rule: 'privileges',
    as: 'anna',
    looks: ['alter table secrets add column more int', 'select 1'],
    before: refused,
    after: '1',
  },
  'what a role owns': {
    given: 'create table hers (a int); alter table hers owner to anna; grant select on hers to bert;',
    sql: 'DROP OWNED BY anna',
    rule: 'privileges',
    as: 'bert',
    looks: ['select count(*) from hers'],
    before: '0',
    after: refused,
  },
  'row security switched off': {
    sql: 'ALTER TABLE invoices DISABLE ROW LEVEL SECURITY',
    rule: 'row-security',
    ...readsInvoices,
  },
  'row security not for the owner': {
    given: 'alter table invoices owner to anna; alter table invoices force row level security;',
    sql: 'ALTER TABLE invoices NO FORCE ROW LEVEL SECURITY',
    rule: 'row-security',
    ...readsInvoices,
  },
  'a policy for all rows': {
    sql: 'CREATE POLICY open ON invoices USING (true)',
    rule: 'row-security',
    ...readsInvoices,
  },
  'a policy that is always true': {
    sql: 'CREATE POLICY open ON invoices USING (tenant = tenant OR tenant IS NULL)',
    rule: 'row-security',
    ...readsInvoices,
  },
  'a policy that is opened': {
    sql: 'ALTER POLICY own_rows ON invoices USING (1 = 1)',
    rule: 'row-security',
    ...readsInvoices,
  },
  'a policy that kept rows back': {
    given:
      'create policy more on invoices for select to anna using (true); create policy less on invoices as restrictive using (total < 2);',
    sql: 'DROP POLICY less ON invoices',
    rule: 'row-security',
    ...readsInvoices,
  },
  'rows in the name of others': {
    sql: 'ALTER POLICY own_rows ON invoices WITH CHECK (true)',
    rule: 'row-security',
    as: 'anna',
    looks: ["insert into invoices values ('bert', 7)", 'select 1'],
    before: refused,
    after: '1',
  },
  'a view with the rights of its owner': {
    sql: 'ALTER VIEW all_invoices SET (security_invoker = off)',
    rule: 'row-security',
    as: 'anna',
    looks: ['select count(*) from all_invoices'],
    before: '1',
    after: '2',
  },
  // It opens nothing: what row security would leave out is an error.
  'row_security off': {
    sql: 'SET row_security = off',
    rule: undefined,
    as: 'anna',
    looks: ['set row_security = off', 'select count(*) from invoices'],
    before: refused,
    after: refused,
  },
  'a function without a path': {
    given: admins + isAdmin('set search_path = pg_catalog, public, pg_temp'),
    sql: 'ALTER FUNCTION is_admin() RESET search_path',
    rule: 'security-definer',
    as: 'anna',
    looks: puts,
    before: 'false',
    after: 'true',
  },
  'a function that is made without a path': {
    given: admins + isAdmin('set search_path = pg_catalog, public, pg_temp'),
    sql: isAdmin(''),
    rule: 'security-definer',
    as: 'anna',
    looks: puts,
    before: 'false',
    after: 'true',
  },
  'a function whose path does not end with pg_temp': {
    given: admins + isAdmin('set search_path = pg_catalog, public, pg_temp'),
    sql: isAdmin('set search_path = public'),
    rule: 'security-definer',
    as: 'anna',
    looks: puts,
    before: 'false',
    after: 'true',
  },
  'a function with a path that ends with pg_temp': {
    given: admins,
    sql: isAdmin('set search_path = pg_catalog, public, pg_temp'),
    rule: undefined,
    as: 'anna',
    looks: puts,
    before: refused,
    after: 'false',
  },
}
