import { testRule } from '../testing.ts'
import { powerfulRole } from './powerful-role.ts'

testRule(powerfulRole, {
  reports: {
    'ALTER ROLE app SUPERUSER': [
      'ALTER ROLE app SUPERUSER',
      '1: ALTER ROLE app with SUPERUSER gives power over the whole server.',
    ],
    'CREATE ROLE app LOGIN BYPASSRLS REPLICATION': [
      'CREATE ROLE app LOGIN BYPASSRLS REPLICATION',
      '1: CREATE ROLE app with BYPASSRLS, REPLICATION gives power over the whole server.',
    ],
    'CREATE USER app CREATEROLE': [
      'CREATE USER app CREATEROLE',
      '1: CREATE USER app with CREATEROLE gives power over the whole server.',
    ],
    'ALTER ROLE app WITH SUPERUSER NOBYPASSRLS': [
      'ALTER ROLE app WITH SUPERUSER NOBYPASSRLS',
      '1: ALTER ROLE app with SUPERUSER gives power over the whole server.',
    ],
    'GRANT pg_read_server_files, pg_monitor TO app': [
      'GRANT pg_read_server_files, pg_monitor TO app',
      '1: app gets pg_read_server_files, which is power over the whole server.',
    ],
    'GRANT pg_execute_server_program TO app WITH ADMIN OPTION': [
      'GRANT pg_execute_server_program TO app WITH ADMIN OPTION',
      '1: app gets pg_execute_server_program, which is power over the whole server.',
    ],
    'CREATE ROLE app IN ROLE pg_write_all_data': [
      'CREATE ROLE app IN ROLE pg_write_all_data',
      '1: CREATE ROLE app with pg_write_all_data gives power over the whole server.',
    ],
    'GRANT rds_superuser TO app': [
      'GRANT rds_superuser TO app',
      '1: app gets rds_superuser, which is power over the whole server.',
    ],
    'DO $$ BEGIN ALTER ROLE app SUPERUSER; END $$': [
      'DO $$ BEGIN ALTER ROLE app SUPERUSER; END $$',
      '1: ALTER ROLE app with SUPERUSER gives power over the whole server.',
    ],
  },
  allows: {
    'ALTER ROLE app NOSUPERUSER': 'ALTER ROLE app NOSUPERUSER',
    'CREATE ROLE app LOGIN CREATEDB': 'CREATE ROLE app LOGIN CREATEDB',
    'GRANT pg_monitor TO app': 'GRANT pg_monitor TO app',
    'REVOKE pg_read_server_files FROM app': 'REVOKE pg_read_server_files FROM app',
  },
})

testRule(
  powerfulRole,
  {
    reports: {
      'GRANT FILE ON *.* TO app@localhost': [
        'GRANT FILE ON *.* TO app@localhost',
        '1: app@localhost gets FILE, which is power over the whole server.',
      ],
      'GRANT SUPER, PROCESS ON *.* TO app@localhost WITH GRANT OPTION': [
        'GRANT SUPER, PROCESS ON *.* TO app@localhost WITH GRANT OPTION',
        '1: app@localhost gets SUPER, PROCESS, which is power over the whole server.',
      ],
      'GRANT CREATE USER ON *.* TO app@localhost': [
        'GRANT CREATE USER ON *.* TO app@localhost',
        '1: app@localhost gets CREATE USER, which is power over the whole server.',
      ],
      'GRANT SYSTEM_VARIABLES_ADMIN, SELECT ON *.* TO app@localhost': [
        'GRANT SYSTEM_VARIABLES_ADMIN, SELECT ON *.* TO app@localhost',
        '1: app@localhost gets SYSTEM_VARIABLES_ADMIN, which is power over the whole server.',
      ],
      'GRANT PROXY ON root@localhost TO app@localhost': [
        'GRANT PROXY ON root@localhost TO app@localhost',
        '1: app@localhost gets PROXY, which is power over the whole server.',
      ],
    },
    allows: {
      'GRANT SELECT ON shop.* TO app@localhost': 'GRANT SELECT ON shop.* TO app@localhost',
      'REVOKE FILE ON *.* FROM app@localhost': 'REVOKE FILE ON *.* FROM app@localhost',
      'GRANT REPLICATION CLIENT ON *.* TO app@localhost': 'GRANT REPLICATION CLIENT ON *.* TO app@localhost',
    },
  },
  { engine: 'mysql' },
)
