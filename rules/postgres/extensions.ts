import type { Danger } from '../security.ts'
import { show } from '../statement.ts'

/** What an extension brings with it that a reviewer should know; undefined for those that bring types and functions. */
export function extensionDanger(name: string): Danger | undefined {
  if (harmless.has(name) || /^postgis(_|$)/.test(name)) return
  const [of, effect] = known(name)
  return {
    kind: 'danger',
    of,
    what: `CREATE EXTENSION ${show(name)}`,
    effect,
    instead: 'Let those who run the server decide, and install it.',
  }
}

function known(name: string): readonly [Danger['of'], string] {
  if (files.has(name)) return ['server-file', "lets SQL read and write the server's own files"]
  if (outside.has(name)) return ['outside', 'lets SQL connect the database server to others']
  if (jobs.has(name)) return ['hidden-code', 'lets SQL run later, when nobody looks']
  if (/pl(python|perl|tcl|java|r|sh|rust|exec).*/.test(name) && !/^plr[a-z]+ql$/.test(name))
    return ['native-code', 'brings an untrusted language: its code reaches files and programs of the server']
  if (pages.has(name))
    return ['server-file', 'lets SQL read or change the pages of tables behind their rights']
  return ['native-code', 'is none that this review knows: its code runs in the server']
}

const files = new Set(['file_fdw', 'adminpack', 'pg_execute_server_program', 'file_textarray_fdw', 'log_fdw'])
const jobs = new Set([
  'pg_cron',
  'pg_timetable',
  'pgagent',
  'pg_background',
  'pg_task',
  'pg_later',
  'dbms_job',
])
const pages = new Set(['pageinspect', 'pg_surgery', 'pg_dirtyread', 'pg_walinspect', 'pg_logicalinspect'])
const outside = new Set([
  ...['dblink', 'postgres_fdw', 'mysql_fdw', 'oracle_fdw', 'tds_fdw', 'mongo_fdw', 'redis_fdw', 'sqlite_fdw'],
  ...[
    'jdbc_fdw',
    'odbc_fdw',
    'multicorn',
    'wrappers',
    'http',
    'pgsql_http',
    'pg_net',
    'aws_s3',
    'aws_lambda',
    'aws_commons',
  ],
  ...['pglogical', 'bdr', 'pg_curl', 'kafka_fdw', 'dblink_plus'],
])

// Those that PostgreSQL 18 ships and marks as trusted, those that it ships for types, indexes and statistics, and what
// others are used for most.
const harmless = new Set([
  ...[
    'plpgsql',
    'bool_plperl',
    'btree_gin',
    'btree_gist',
    'citext',
    'cube',
    'dict_int',
    'fuzzystrmatch',
    'hstore',
  ],
  ...[
    'intarray',
    'isn',
    'jsonb_plperl',
    'lo',
    'ltree',
    'pg_trgm',
    'pgcrypto',
    'plperl',
    'pltcl',
    'seg',
    'tablefunc',
  ],
  ...['tcn', 'tsm_system_rows', 'tsm_system_time', 'unaccent', 'uuid-ossp'],
  ...[
    'amcheck',
    'autoinc',
    'bloom',
    'dict_xsyn',
    'earthdistance',
    'insert_username',
    'intagg',
    'moddatetime',
  ],
  ...['pg_buffercache', 'pg_freespacemap', 'pg_prewarm', 'pg_stat_statements', 'pg_visibility', 'pgrowlocks'],
  ...['pgstattuple', 'refint', 'sslinfo', 'timetravel', 'xml2', 'chkpass', 'hstore_plperl', 'tsearch2'],
  ...[
    'vector',
    'pgvector',
    'timescaledb',
    'address_standardizer',
    'pgrouting',
    'h3',
    'h3_postgis',
    'ip4r',
    'hll',
    'topn',
  ],
  ...[
    'pg_partman',
    'pg_repack',
    'pg_hint_plan',
    'hypopg',
    'pgaudit',
    'pg_stat_kcache',
    'pg_qualstats',
    'pg_uuidv7',
  ],
  ...[
    'pgtap',
    'plpgsql_check',
    'rum',
    'pg_bigm',
    'pgroonga',
    'zombodb',
    'semver',
    'pgjwt',
    'pg_jsonschema',
    'pg_graphql',
  ],
  ...[
    'orafce',
    'prefix',
    'periods',
    'temporal_tables',
    'pgmq',
    'citus',
    'columnar',
    'pg_search',
    'vectorscale',
    'age',
  ],
  ...[
    'pgsodium',
    'supabase_vault',
    'index_advisor',
    'plv8',
    'plcoffee',
    'plls',
    'pllua',
    'roaringbitmap',
    'pg_ivm',
  ],
  ...[
    'unit',
    'numeral',
    'pgfaceting',
    'pg_similarity',
    'smlar',
    'count_distinct',
    'first_last_agg',
    'pg_rational',
  ],
])
