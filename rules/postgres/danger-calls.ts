import type { Danger } from '../security.ts'

type Call = Pick<Danger, 'of' | 'effect' | 'instead' | 'now'>

/** What a call of a function of PostgreSQL, or of an extension, reaches beyond the data; undefined for most. */
export function dangerousCall(schema: string | undefined, name: string): Danger | undefined {
  if (schema !== undefined && jobs.has(schema) && !/^(un|job_cancel|delete)/.test(name))
    return danger(`${schema}.${name}`, scheduled)
  if (schema !== undefined && webs.has(schema)) return danger(`${schema}.${name}`, web)
  const call = byName.get(name) ?? patterns.find(([pattern]) => pattern.test(name))?.[1]
  return call && danger(name, call)
}

function danger(what: string, call: Call): Danger {
  return { kind: 'danger', what, ...call }
}

// pg_cron, pg_timetable and pg_net put what they do into schemas of their own.
const jobs = new Set(['cron', 'timetable', 'pgagent'])
const webs = new Set(['net', 'http'])

const scheduled: Call = {
  of: 'hidden-code',
  effect: 'has SQL run later, again and again, when nobody looks',
  instead: 'Let the application, or a job that is deployed with it, run it.',
}
const web: Call = {
  of: 'outside',
  effect: 'sends a request from the database server to another one',
  instead: 'Let the application send it.',
}
const server = (effect: string, instead = 'Let those who run the server do it.'): Call => {
  return { of: 'server-setting', effect, instead }
}
const file = (effect: string): Call => {
  return {
    of: 'server-file',
    effect,
    instead: 'Write the rows into the migration, or load them with the application.',
  }
}
const reads = file("reads from the server's own files")
const writes = file("writes to the server's own files")
const connects: Call = {
  of: 'outside',
  effect: 'connects the database server to another one',
  instead: 'Let the application bring the rows from one to the other.',
}
const slot = server(
  'makes, moves or drops a replication slot, which keeps WAL on the disk or loses it for a replica',
)
const sleeps: Call = {
  ...server(
    'makes the transaction wait, and all that wait for its locks wait with it',
    'Leave it out: waiting between steps is for whoever runs them.',
  ),
  // A procedure that works in pieces may wait between them.
  now: true,
}

const byName = new Map<string, Call>(
  Object.entries({
    lo_import: reads,
    lo_export: writes,
    pg_read_file: reads,
    pg_read_binary_file: reads,
    pg_stat_file: reads,
    pg_file_write: writes,
    pg_file_rename: writes,
    pg_file_unlink: writes,
    pg_file_sync: writes,
    pg_logdir_ls: reads,
    http: web,
    pg_reload_conf: server('has the whole server read its configuration again'),
    pg_rotate_logfile: server("starts another log file, away from what the server's log says so far"),
    pg_logfile_rotate: server("starts another log file, away from what the server's log says so far"),
    pg_terminate_backend: server('ends connections of others, and what they were doing is lost'),
    pg_cancel_backend: server('stops statements of others'),
    pg_switch_wal: server('ends a segment of the WAL of the whole server'),
    pg_promote: server('makes a primary of a standby'),
    pg_create_restore_point: server('marks a point in the WAL of the whole server'),
    pg_wal_replay_pause: server('stops a standby'),
    pg_wal_replay_resume: server('lets a standby go on'),
    pg_backup_start: server('begins a backup of the whole server'),
    pg_backup_stop: server('ends a backup of the whole server'),
    pg_start_backup: server('begins a backup of the whole server'),
    pg_stop_backup: server('ends a backup of the whole server'),
    pg_logical_emit_message: server('writes to the WAL what those who decode it take for a message'),
    pg_sleep: sleeps,
    pg_sleep_for: sleeps,
    pg_sleep_until: sleeps,
  }),
)

const patterns: readonly (readonly [RegExp, Call])[] = [
  [
    /^pg_ls_(dir|logdir|waldir|archive_statusdir|tmpdir|logicalmapdir|logicalsnapdir|replslotdir|summariesdir)$/,
    reads,
  ],
  [/^dblink_/, connects],
  [/^http_(get|post|put|patch|delete|head)$/, web],
  [/^pg_(create|copy|drop)_(physical_|logical_)?replication_slot$/, slot],
  [/^pg_replication_slot_advance$|^pg_logical_slot_get_(binary_)?changes$|^pg_sync_replication_slots$/, slot],
  [/^pg_replication_origin_/, server('changes where replication believes that it stands')],
  [
    /^pg_stat_(clear|reset|statements_reset|force)/,
    server('throws away what the server counted, which others watch'),
  ],
  [/^binary_upgrade_/, server('is for pg_upgrade alone, and can leave the catalogue broken')],
  [/^(heap_force_|pg_truncate_visibility_map)/, server('changes the pages of a table behind its back')],
]
