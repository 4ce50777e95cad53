/**
 * What the examples of the rules find in a database. One that makes something needs a place where it is not there yet,
 * one that changes it needs it there: an example has to run in one of these, from little to much.
 */
const postgresTables = `
create table users (id bigint primary key, mail text, nickname text, name text, active boolean, updated_at timestamptz);
create table users_to_remove (user_id bigint);
create table orders (id int primary key, user_id bigint, total int, note text, created_at timestamptz, state text);
create index orders_created_at on orders (created_at);
create table sessions (id bigint primary key, user_id bigint, expires_at timestamptz);
create type order_state as enum ('new', 'sent');
create schema reports;
create schema app;
create table app.ledger (migration_id text);
create schema dbward;
create table dbward.ledger (migration_id text);
`
const postgresEmail = `${postgresTables} alter table users add column email text;`

export const postgresWorlds: readonly string[] = [
  postgresTables,
  postgresEmail,
  `${postgresEmail}
alter table users add column plan text;
create index users_email on users (email);
create unique index users_email_key on users (email);
alter table users add constraint users_email_not_null check (email is not null) not valid;
alter table orders add constraint orders_user foreign key (user_id) references users (id);
alter table orders add constraint total_positive check (total > 0) not valid;
create table invoices (number bigint, total int);
create sequence invoice_numbers;
create view active_users as select id, email from users where active;
create materialized view daily_totals as select 1 as day;
create unique index daily_totals_day on daily_totals (day);
create table events (id bigint, happened_at timestamptz) partition by range (happened_at);`,
]

const mariadbTables = `
create table users (id bigint primary key, mail varchar(255), nickname varchar(50), name varchar(50), active boolean, updated_at datetime);
create table users_to_remove (user_id bigint);
create table orders (id int primary key, user_id bigint, total int, note varchar(50), created_at datetime);
create table sessions (id bigint primary key, user_id bigint, expires_at datetime);
create table notes (id int primary key default 0, body text);
create table visits (id int not null primary key, day date not null);
create database if not exists app; create table if not exists app.ledger (migration_id varchar(50));
create database if not exists dbward; create table if not exists dbward.ledger (migration_id varchar(50));
`
const mariadbEmail = `${mariadbTables} alter table users add column email varchar(255);`

export const mariadbWorlds: readonly string[] = [
  mariadbTables,
  mariadbEmail,
  `${mariadbEmail}
alter table users add column plan varchar(20);
create table imported (id bigint primary key, name varchar(50), batch int);
create index users_email on users (email);
alter table orders add constraint orders_user foreign key (user_id) references users (id);
create table invoices (number bigint);
create sequence invoice_numbers;
create view active_users as select id, email from users where active;`,
]

/** Roles are the server's, and there before any of its databases. */
export const postgresRoles = 'create role app; create role accounting; create role reporting;'
export const mariadbAccounts =
  "create user app@'%'; create user app@'10.0.0.5'; create role accounting; create database shop;"
