import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const mixedScripts: Rule = {
  id: 'mixed-scripts',
  engines: ['postgres', 'mysql', 'mariadb'],
  severity: 'block',
  title: 'Names that are not what they look like',
  why: 'A Cyrillic or Greek letter among Latin ones looks like one of them, and makes another name of it: a reviewer reads one table, column or function, and the server takes another.',
  instead: 'Write the name with the letters that it seems to have. A name in one script of its own is fine.',
  bad: 'CREATE FUNCTION is_\u0430dmin() RETURNS boolean LANGUAGE sql AS $$ SELECT true $$;',
  good: 'CREATE TABLE \u0441\u0442\u0440\u0430\u043d\u044b (\u043d\u0430\u0437\u0432\u0430\u043d\u0438\u0435 text);',
  mysql: {
    bad: 'CREATE TABLE p\u0430yments (id int);',
  },

  check(statement) {
    if (statement.kind !== 'confusable-name') return
    const { name, seems, letters } = statement
    return {
      message: `The name ${show(name)} only looks like ${show(seems)}: ${letters.join(', ')} ${letters.length === 1 ? 'is no Latin letter' : 'are no Latin letters'}.`,
      instead: `Write ${show(seems)}.`,
    }
  },
}
