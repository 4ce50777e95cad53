/**
 * The ledger of a server: what dbward did to its databases, kept in a database of its own. The account that runs
 * migrations may add, never change, and reads no signature; rows about attempts and progress come from a second account,
 * whose password the SQL of a migration never meets.
 *
 * There are no deferred constraints here that could stop a COMMIT which a migration brings along. So the ledger row of a
 * file is the last thing in its transaction, and a marker the first: a marker that is committed without the row is the
 * proof that something else committed, and nothing runs on that file again before a person has looked.
 *
 * Text is compared as bytes. Who may insert may also forge: a row counts only by its signature. A signature that has not
 * been committed may be seen by another session, in a list of what runs; so a row counts only where it was written over
 * the connection that is signed in it. That one, `writer`, the server fills in, and the migrator cannot.
 */
export const ledgerVersion = 'dbward ledger v2'

const text = 'character set utf8mb4 collate utf8mb4_bin'
const scope = `schema_name varchar(64) ${text} not null, db varchar(64) ${text} not null, env varchar(64) ${text} not null`
const signed = `agent varchar(128) ${text} not null, kid varchar(128) ${text} not null, sig varbinary(128) not null`
const written = 'writer bigint not null default (connection_id())'
const kept = `engine = InnoDB default character set utf8mb4 collate utf8mb4_bin comment = '${ledgerVersion}'`

export const ledgerTables: Readonly<Record<string, string>> = {
  attempt: `
create table if not exists dbward.attempt (
  jti varchar(64) ${text} not null,
  ${scope},
  fence bigint not null,
  request varchar(128) ${text} not null,
  att bigint not null,
  token_sha256 char(64) ${text} not null,
  plan_sha256 char(64) ${text} not null,
  audit_seq bigint not null,
  audit_hash char(64) ${text} not null,
  started_at timestamp(6) not null default current_timestamp(6),
  ${signed},
  constraint primary key (jti),
  unique key attempt_fence (schema_name, db, env, fence)
) ${kept}`,
  ledger: `
create table if not exists dbward.ledger (
  ${scope},
  path varchar(512) ${text} not null,
  version varchar(64) ${text},
  sha256 char(64) ${text} not null,
  kind varchar(16) ${text} not null,
  jti varchar(64) ${text} not null,
  fence bigint not null,
  plan_sha256 char(64) ${text} not null,
  merge_sha varchar(64) ${text} not null,
  pr bigint not null,
  approvers text ${text} not null,
  audit_seq bigint not null,
  audit_hash char(64) ${text} not null,
  connection bigint not null,
  ${written},
  finished_at timestamp(6) not null default current_timestamp(6),
  ${signed},
  constraint primary key (schema_name, db, env, path),
  unique key ledger_version (schema_name, db, env, version)
) ${kept}`,
  step: `
create table if not exists dbward.step (
  jti varchar(64) ${text} not null,
  path varchar(512) ${text} not null,
  i int not null,
  phase varchar(16) ${text} not null,
  ${scope},
  fence bigint not null,
  sha256 char(64) ${text} not null,
  statement_sha256 char(64) ${text} not null,
  server varchar(200) ${text} not null,
  connection bigint not null,
  \`before\` mediumtext ${text} not null,
  ${written},
  written_at timestamp(6) not null default current_timestamp(6),
  ${signed},
  constraint primary key (jti, path, i, phase),
  key step_file (schema_name, db, env, path(100))
) ${kept}`,
  history: `
create or replace sql security invoker view dbward.history as
  select l.schema_name, l.db, l.env, l.path, l.version, l.sha256, l.kind, l.pr, l.merge_sha, l.approvers, l.agent,
         a.started_at, l.finished_at, l.jti, l.fence, l.audit_seq, l.audit_hash
  from dbward.ledger l join dbward.attempt a on a.jti = l.jti`,
}

const attemptColumns = ['jti', 'schema_name', 'db', 'env', 'fence', 'plan_sha256', 'agent', 'kid', 'sig']
const rowColumns =
  'schema_name db env path version sha256 kind jti fence plan_sha256 merge_sha pr approvers audit_seq audit_hash connection agent kid sig'
const stepColumns =
  'jti path i phase schema_name db env fence sha256 statement_sha256 server connection before agent kid sig'

/** The columns without which the ledger is not the one that this agent knows. */
export const ledgerColumns: Readonly<Record<string, readonly string[]>> = {
  attempt: attemptColumns,
  ledger: [...rowColumns.split(' '), 'writer'],
  step: [...stepColumns.split(' '), 'writer'],
}

export type Part = 'migrator' | 'progress'

/** Of each table, each privilege with its columns; null is all of them. */
type Grants = Readonly<Record<string, Readonly<Record<string, readonly string[] | null>>>>

/**
 * What each account gets on the ledger. Whoever has more could undo what guards it. The migrator reads nothing but its
 * own markers: a signature that is not committed yet could be copied by a second session, and be there when what it was
 * made for is undone.
 */
export const ledgerPrivileges: Readonly<Record<Part, Grants>> = {
  migrator: {
    ledger: { INSERT: rowColumns.split(' ') },
    step: { INSERT: stepColumns.split(' '), SELECT: ['jti', 'path', 'i', 'phase'] },
  },
  progress: {
    attempt: { INSERT: null, SELECT: null },
    ledger: { INSERT: null, SELECT: null },
    step: { INSERT: null, SELECT: null },
    history: { SELECT: null },
  },
}
