import type { Rule } from '../rule.ts'

export const serverFiles: Rule = {
  id: 'server-files',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'Files of the server',
  why: 'The rows of the database are not all that the server can read: its configuration, its keys and the data of every other database lie beside them. What is written there stays, and no transaction undoes it.',
  instead: 'Write the rows into the migration, or load them with the application.',
  bad: `COPY users (id) FROM 'PG_VERSION';`,
  good: `INSERT INTO users (id) VALUES (18);`,
  mysql: {
    bad: "INSERT INTO orders (id, note) VALUES (7, LOAD_FILE('/etc/shop/note.txt'));",
  },

  check(statement) {
    if (statement.kind !== 'danger' || statement.of !== 'server-file') return
    return { message: `${statement.what} ${statement.effect}.`, instead: statement.instead }
  },
}
