import { testRule } from '../testing.ts'
import { replaceSelect } from './replace-select.ts'

const found = (table: string) =>
  `1: REPLACE INTO ${table} deletes the rows that have a key of the query: their columns that it does not name are lost.`

testRule(
  replaceSelect,
  {
    reports: {
      'a query': ['REPLACE INTO users (id) SELECT id FROM imported;', found('users')],
      'a part of a table': ['REPLACE app.users SELECT * FROM imported WHERE id = 1', found('app.users')],
    },
    allows: {
      'a row': "REPLACE INTO users (id, name) VALUES (1, 'a');",
      'a query of no table': 'REPLACE INTO users (id) SELECT 1;',
      'an INSERT': 'INSERT INTO users SELECT id FROM imported WHERE id = 1;',
      'a new table': 'CREATE TABLE users (id INT);\nREPLACE INTO users SELECT id FROM imported;',
    },
  },
  { engine: 'mariadb' },
)
