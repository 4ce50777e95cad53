import type { VariableSetStmt } from 'libpg-query'
import type { Danger } from '../security.ts'
import { constantText } from './tree.ts'

/** What a SET does to the checks of the server, or that nobody knows it; undefined for what is harmless. */
export function settingDanger(set: VariableSetStmt): Danger | undefined {
  // To go back to what the server has, or to keep what is there, changes nothing.
  if (set.kind !== 'VAR_SET_VALUE') return
  if (set.name === 'search_path' && (set.args ?? []).map(constantText).indexOf('pg_catalog') > 0) return hides
  return namedDanger(set.name ?? '', `SET ${set.is_local ? 'LOCAL ' : ''}${(set.name ?? '').toUpperCase()}`)
}

// Where it is not named it comes first: https://www.postgresql.org/docs/current/runtime-config-client.html#GUC-SEARCH-PATH
const hides: Danger = {
  kind: 'danger',
  of: 'session-setting',
  what: 'SET SEARCH_PATH',
  effect:
    'puts other schemas before pg_catalog, so that their functions and operators take the place of those of the server',
  instead: 'Leave pg_catalog out of it.',
}

/** The same for set_config. */
export function namedDanger(given: string, what: string): Danger | undefined {
  const name = given.toLowerCase()
  if (harmless.has(name) || harmlessKind.test(name)) return
  const own = name.includes('.')
  if (own && !watchful.test(name)) return
  const effect = own
    ? 'changes what watches over the server'
    : (effects[name] ?? 'is not known to leave the session as whoever runs the file needs it')
  const of = name === 'event_triggers' ? 'triggers-off' : 'session-setting'
  return { kind: 'danger', of, what, effect, instead: `Leave ${name} as it is.` }
}

const broken = 'hides that the data on the disk is broken, and may lose it'
const preload = 'loads code of a library into the server'
const transaction = 'changes the transactions of the session, that of the executor included'
const unseen = 'hides from the log of the server what follows'

const effects: Readonly<Record<string, string>> = {
  zero_damaged_pages: broken,
  ignore_checksum_failure: broken,
  ignore_system_indexes: broken,
  allow_system_table_mods: 'lets SQL change the catalogue behind the back of the server',
  allow_in_place_tablespaces: 'is for tests of the server itself',
  session_preload_libraries: preload,
  local_preload_libraries: preload,
  dynamic_library_path: 'changes where the server takes its native code from',
  extension_control_path: 'changes where the server takes its extensions from',
  default_transaction_isolation: transaction,
  default_transaction_read_only: transaction,
  default_transaction_deferrable: transaction,
  synchronous_commit:
    'has a commit reported that a crash may undo, so that the record says more than the database has',
  transform_null_equals:
    'has the server read "= NULL" as "IS NULL", so that a WHERE finds other rows than it says',
  backslash_quote: 'changes how the server reads a quote in a string',
  password_encryption: 'changes how passwords are kept',
  lo_compat_privileges: 'switches off the rights on large objects',
  event_triggers: 'switches off every event trigger, also those that watch who changes what',
  log_statement: unseen,
  log_min_duration_statement: unseen,
  log_min_error_statement: unseen,
  log_min_messages: unseen,
  track_activities: 'hides from others what the session does',
}

// Extensions that write down or forbid what is done, and code that languages run as they start.
const watchful =
  /^(pgaudit|sepgsql|supautils|set_user|pgextwlist|plperl\.on_|pltclu?\.start_proc|plv8\.start_proc)/

const harmlessKind =
  /^(enable_|geqo|jit$|jit_(above|inline|optimize|expressions|tuple)|debug_p|tcp_|vacuum_|min_parallel_|max_parallel_|lc_|.*_cost$|.*_timeout$|.*work_mem$|.*_collapse_limit$|gin_|xml|icu_)/

// Names with a rule of their own are here too, as are those that the program pg_dump writes into every file.
const harmless = new Set([
  ...['search_path', 'role', 'session_authorization', 'session_replication_role', 'client_encoding'],
  ...[
    'standard_conforming_strings',
    'transaction_isolation',
    'transaction_read_only',
    'transaction_deferrable',
  ],
  // Off, it makes an error of what row security would leave out: https://www.postgresql.org/docs/current/runtime-config-client.html
  ...[
    'row_security',
    'check_function_bodies',
    'client_min_messages',
    'default_tablespace',
    'application_name',
  ],
  ...[
    'default_table_access_method',
    'default_toast_compression',
    'default_with_oids',
    'escape_string_warning',
  ],
  ...[
    'datestyle',
    'intervalstyle',
    'timezone',
    'timezone_abbreviations',
    'extra_float_digits',
    'bytea_output',
  ],
  ...[
    'array_nulls',
    'default_text_search_config',
    'default_statistics_target',
    'constraint_exclusion',
    'plan_cache_mode',
  ],
  ...[
    'cursor_tuple_fraction',
    'effective_cache_size',
    'effective_io_concurrency',
    'maintenance_io_concurrency',
  ],
  ...[
    'hash_mem_multiplier',
    'temp_buffers',
    'temp_tablespaces',
    'quote_all_identifiers',
    'random_page_cost',
    'cpu_tuple_cost',
  ],
  ...[
    'recursive_worktable_factor',
    'stats_fetch_consistency',
    'synchronize_seqscans',
    'parallel_leader_participation',
  ],
  ...[
    'seed',
    'track_io_timing',
    'track_counts',
    'wal_compression',
    'wal_skip_threshold',
    'restrict_nonsystem_relation_kind',
  ],
  ...[
    'file_copy_method',
    'backend_flush_after',
    'io_combine_limit',
    'commit_delay',
    'commit_siblings',
    'log_lock_waits',
  ],
  ...[
    'createrole_self_grant',
    'client_connection_check_interval',
    'operator_precedence_warning',
    'force_parallel_mode',
  ],
])
