/**
 * The ledger: what dbward did to this database, kept in it. Roles that run migrations may add and read, never change.
 *
 * The tripwire is the foreign key from `ledger` to `done`. Our row goes in first, with the hash of a nonce that only the
 * agent's memory holds; the row of `done` that satisfies the key goes in last and needs the nonce. A COMMIT that a
 * migration brings along comes in between, and the database refuses it.
 *
 * Rows are keyed by database and environment as the policy names them, so that rows that came with a restored copy of
 * another environment neither count nor collide. Who may insert may also forge: a row counts only by its signature.
 */
export const ledgerVersion = 'dbward ledger v1'

export const ledgerTables = `
create table if not exists dbward.attempt (
  jti text primary key,
  db text not null,
  env text not null,
  fence bigint not null check (fence > 0),
  request text not null,
  att bigint not null,
  token_sha256 text not null,
  plan_sha256 text not null,
  audit_seq bigint not null,
  audit_hash text not null,
  agent text not null,
  started_at timestamptz not null default clock_timestamp(),
  kid text not null,
  sig bytea not null,
  unique (db, env, fence)
);
create table if not exists dbward.done (
  nonce bytea not null check (octet_length(nonce) = 32),
  nonce_hash bytea generated always as (pg_catalog.sha256(nonce)) stored primary key,
  finished_at timestamptz not null default clock_timestamp()
);
create table if not exists dbward.ledger (
  db text not null,
  env text not null,
  path text not null,
  version text,
  sha256 text not null,
  kind text not null check (kind in ('applied', 'baselined', 'skipped')),
  jti text not null references dbward.attempt (jti),
  fence bigint not null check (fence > 0),
  plan_sha256 text not null,
  merge_sha text not null,
  pr bigint not null,
  approvers text[] not null,
  audit_seq bigint not null,
  audit_hash text not null,
  agent text not null,
  nonce_hash bytea not null unique,
  started_at timestamptz not null default clock_timestamp(),
  kid text not null,
  sig bytea not null,
  primary key (db, env, path),
  unique (db, env, version),
  constraint tripwire foreign key (nonce_hash) references dbward.done (nonce_hash) deferrable initially deferred
);
create table if not exists dbward.step (
  jti text not null references dbward.attempt (jti),
  path text not null,
  phase text not null check (phase in ('intent', 'done', 'failed')),
  db text not null,
  env text not null,
  sha256 text not null,
  fence bigint not null,
  backend text not null,
  before text not null,
  agent text not null,
  at timestamptz not null default clock_timestamp(),
  kid text not null,
  sig bytea not null,
  primary key (jti, path, phase)
);
create or replace view dbward.history as
  select l.db, l.env, l.path, l.version, l.sha256, l.kind, l.pr, l.merge_sha, l.approvers, l.agent, l.started_at,
         d.finished_at, d.finished_at - l.started_at as duration, l.jti, l.fence, l.audit_seq, l.audit_hash
  from dbward.ledger l join dbward.done d using (nonce_hash);
comment on schema dbward is '${ledgerVersion}';
`

/** What a role that runs migrations gets: add and read. Not the nonces, and no clock of its own. `role` is quoted. */
export function ledgerGrants(role: string): string {
  return `
grant usage on schema dbward to ${role};
grant select on dbward.attempt, dbward.ledger, dbward.step, dbward.history to ${role};
grant select (nonce_hash, finished_at), insert (nonce) on dbward.done to ${role};
grant insert (jti, db, env, fence, request, att, token_sha256, plan_sha256, audit_seq, audit_hash, agent, kid,
  sig) on dbward.attempt to ${role};
grant insert (db, env, path, version, sha256, kind, jti, fence, plan_sha256, merge_sha, pr, approvers, audit_seq,
  audit_hash, agent, nonce_hash, kid, sig) on dbward.ledger to ${role};
grant insert (jti, path, phase, db, env, sha256, fence, backend, before, agent, kid, sig) on dbward.step to ${role};
`
}

/** The columns without which the ledger is not the one that this agent knows. */
export const ledgerColumns: Readonly<Record<string, readonly string[]>> = {
  attempt: ['jti', 'db', 'env', 'fence', 'request', 'att', 'plan_sha256', 'agent', 'kid', 'sig'],
  done: ['nonce', 'nonce_hash', 'finished_at'],
  ledger: [
    'db',
    'env',
    'path',
    'version',
    'sha256',
    'kind',
    'jti',
    'fence',
    'nonce_hash',
    'agent',
    'kid',
    'sig',
  ],
  step: ['jti', 'path', 'phase', 'db', 'env', 'sha256', 'fence', 'backend', 'before', 'agent', 'kid', 'sig'],
}
