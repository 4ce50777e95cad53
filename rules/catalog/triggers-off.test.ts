import { testRule } from '../testing.ts'
import { triggersOff } from './triggers-off.ts'

testRule(triggersOff, {
  reports: {
    'ALTER TABLE orders ALTER CONSTRAINT orders_user NOT ENFORCED': [
      'ALTER TABLE orders ALTER CONSTRAINT orders_user NOT ENFORCED',
      '1: ALTER CONSTRAINT orders_user NOT ENFORCED of orders switches the foreign key off for everybody, and what is written meanwhile breaks it unseen.',
    ],
    'ALTER TABLE app.invoices DISABLE TRIGGER ALL': [
      'ALTER TABLE app.invoices DISABLE TRIGGER ALL',
      '1: DISABLE TRIGGER ALL of app.invoices switches off every trigger, those that check foreign keys included, for everybody, and what is written meanwhile is never checked.',
    ],
    'ALTER TABLE invoices DISABLE TRIGGER USER': [
      'ALTER TABLE invoices DISABLE TRIGGER USER',
      '1: DISABLE TRIGGER USER of invoices switches its triggers off, and what it checks or writes down is left out from here on, for everybody.',
    ],
    'ALTER TABLE invoices DISABLE TRIGGER check_it, ENABLE REPLICA TRIGGER b': [
      'ALTER TABLE invoices DISABLE TRIGGER check_it, ENABLE REPLICA TRIGGER b',
      '1: DISABLE TRIGGER check_it of invoices switches the trigger off, and what it checks or writes down is left out from here on, for everybody.',
      '1: ENABLE REPLICA TRIGGER b of invoices lets the trigger fire for replication only, and for nobody else from here on.',
    ],
    'ALTER TABLE invoices DISABLE RULE r': [
      'ALTER TABLE invoices DISABLE RULE r',
      '1: DISABLE RULE r of invoices switches the rule off, and what it checks or writes down is left out from here on, for everybody.',
    ],
    'ALTER TABLE invoices ENABLE REPLICA RULE r': [
      'ALTER TABLE invoices ENABLE REPLICA RULE r',
      '1: ENABLE REPLICA RULE r of invoices lets the rule work for replication only, and for nobody else from here on.',
    ],
    'SET event_triggers = off': [
      'SET event_triggers = off',
      '1: SET EVENT_TRIGGERS switches off every event trigger, also those that watch who changes what.',
    ],
    'ALTER EVENT TRIGGER e DISABLE': [
      'ALTER EVENT TRIGGER e DISABLE',
      '1: ALTER EVENT TRIGGER e switches off what runs at every change of definitions, which often watches over them.',
    ],
  },
  allows: {
    'ALTER TABLE invoices ENABLE TRIGGER ALL': 'ALTER TABLE invoices ENABLE TRIGGER ALL',
    'ALTER TABLE invoices ENABLE ALWAYS TRIGGER a': 'ALTER TABLE invoices ENABLE ALWAYS TRIGGER a',
    'SET session_replication_role = replica': 'SET session_replication_role = replica',
    'CREATE TABLE t (a int); ALTER TABLE t DISABLE TRIGGER USER':
      'CREATE TABLE t (a int); ALTER TABLE t DISABLE TRIGGER USER',
  },
})
