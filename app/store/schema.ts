/**
 * The store's tables, one step of `user_version` after another; a step that has shipped is never edited. Times are
 * ISO 8601 in UTC to the millisecond, so that comparing text compares time. JSON columns hold what the server made or checked itself.
 */
export const migrations: readonly string[] = [
  `
  create table delivery (
    guid text primary key,
    event text not null,
    received_at text not null
  ) strict, without rowid;
  create index delivery_by_time on delivery (received_at);

  -- pr 0 stands for every pull request of the repository.
  create table dirty (
    repo_id integer not null,
    pr integer not null,
    repo text not null,
    since text not null,
    mark integer not null,
    attempts integer not null default 0,
    not_before text,
    primary key (repo_id, pr)
  ) strict, without rowid;

  create table change (
    repo_id integer not null,
    pr integer not null,
    repo text not null,
    title text not null,
    author text not null,
    state text not null check (state in ('open', 'closed', 'merged')),
    head text not null,
    head_ref text not null,
    base_ref text not null,
    base_sha text not null,
    merge_sha text,
    merged_at text,
    snapshot text not null,
    updated_at text not null,
    primary key (repo_id, pr)
  ) strict;
  create index change_by_branch on change (repo_id, state, base_ref);
  create index change_by_head on change (repo_id, head);

  create table request (
    id text primary key,
    repo_id integer not null,
    repo text not null,
    pr integer not null,
    head text not null,
    db text not null,
    env text not null,
    engine text not null,
    state text not null,
    reason_code text,
    reason text,
    next_step text,
    plan text not null,
    plan_sha256 text not null,
    policy_sha256 text not null,
    base_ref text not null,
    base_sha text not null,
    merge_sha text,
    decision text,
    review text,
    limits text,
    environments_before text not null,
    "authorization" text,
    authz_sha256 text,
    queue_position integer,
    attempts integer not null,
    fence integer,
    not_before text,
    version integer not null,
    created_at text not null,
    updated_at text not null,
    foreign key (repo_id, pr) references change (repo_id, pr)
  ) strict;
  create index request_by_change on request (repo_id, pr);
  create index request_by_target on request (db, env, state);

  create table attempt (
    id text primary key,
    request_id text not null references request (id),
    n integer not null,
    agent text not null,
    claim text not null unique,
    nonce text not null,
    fence integer not null,
    token text not null,
    token_sha256 text not null,
    audit_seq integer not null,
    lease_until text not null,
    state text not null,
    code text,
    message text,
    receipt text,
    receipt_sha256 text,
    probe_agent text,
    probe_claim text unique,
    probe_until text,
    created_at text not null,
    started_at text,
    ended_at text,
    unique (request_id, n)
  ) strict;
  create index attempt_by_lease on attempt (state, lease_until);

  create table fence (
    db text not null,
    env text not null,
    value integer not null,
    primary key (db, env)
  ) strict, without rowid;

  create table audit (
    seq integer primary key,
    entry text not null,
    hash text not null
  ) strict;
  create trigger audit_is_not_edited before update on audit
  begin select raise(abort, 'the audit log is append-only'); end;
  create trigger audit_is_not_cut before delete on audit
  begin select raise(abort, 'the audit log is append-only'); end;

  create table checkpoint (
    seq integer primary key,
    envelope text not null
  ) strict;

  create table surface (
    key text primary key,
    kind text not null check (kind in ('check', 'comment', 'result')),
    repo_id integer not null,
    repo text not null,
    pr integer not null,
    sha text,
    payload text not null,
    hash text not null,
    posted_hash text,
    github_id integer,
    attempts integer not null default 0,
    not_before text,
    error text
  ) strict;
  create index surface_waiting on surface (not_before) where posted_hash is not hash;

  create table agent (
    id text primary key,
    token_sha256 text not null,
    databases text not null,
    registered_at text not null,
    revoked_at text,
    seen_at text
  ) strict;
  `,
  `
  -- What agents say that their databases look like; the newest versions are kept.
  create table schema_version (
    db text not null,
    env text not null,
    n integer not null,
    agent text not null,
    taken text not null,
    content_sha256 text not null,
    envelope text not null,
    received_at text not null,
    primary key (db, env, n)
  ) strict;
  `,
  `
  -- An agent is known by a token of its own, or by what GitHub Actions says of the job that it is.
  create table agent_then (
    id text primary key,
    token_sha256 text,
    actions text,
    databases text not null,
    registered_at text not null,
    revoked_at text,
    seen_at text,
    check ((token_sha256 is null) <> (actions is null))
  ) strict;
  insert into agent_then (id, token_sha256, databases, registered_at, revoked_at, seen_at)
    select id, token_sha256, databases, registered_at, revoked_at, seen_at from agent;
  drop table agent;
  alter table agent_then rename to agent;

  -- The jobs of GitHub Actions that proved who they are; rule is the digest of the agent's rule that they met.
  create table actions_session (
    id text primary key,
    token_sha256 text not null,
    agent text not null,
    rule text not null,
    repo_id integer not null,
    sha text not null,
    run text not null,
    created_at text not null,
    expires_at text not null
  ) strict;
  create index actions_session_by_end on actions_session (expires_at);

  create table actions_jti (
    jti text primary key,
    expires_at text not null
  ) strict, without rowid;
  create index actions_jti_by_end on actions_jti (expires_at);

  alter table attempt add column run text;
  alter table attempt add column probe_run text;
  create index change_by_merge on change (repo_id, merge_sha);
  `,
  `
  -- What people asked in comments and by buttons, each answered once; key is the comment or the press.
  create table command (
    key text primary key,
    repo_id integer not null,
    pr integer not null,
    user_id integer not null,
    login text not null,
    name text not null,
    outcome text not null,
    at text not null
  ) strict, without rowid;
  create index command_by_person on command (repo_id, pr, user_id);

  -- Buttons that were pressed, as the webhook told: a claim that a look verifies, and of which GitHub keeps no list.
  create table press (
    guid text primary key,
    repo_id integer not null,
    pr integer not null,
    user_id integer not null,
    login text not null,
    action text not null,
    received_at text not null
  ) strict, without rowid;
  create index press_by_change on press (repo_id, pr);
  `,
  `
  -- When the policy lets a request start.
  alter table request add column hours text not null default '{"windows":[],"freezes":[]}';
  `,
]
