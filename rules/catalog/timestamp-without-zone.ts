import { newColumns } from '../new-columns.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

// https://wiki.postgresql.org/wiki/Don%27t_Do_This#Don.27t_use_timestamp_.28without_time_zone.29
export const timestampWithoutZone: Rule = {
  id: 'timestamp-without-zone',
  engines: ['postgres'],
  severity: 'note',
  title: 'A column of type timestamp without time zone',
  why: 'It holds what a clock on some wall showed, and not which moment that was: sessions with different time zones write different values for the same moment.',
  instead: 'Use timestamptz.',
  bad: 'CREATE TABLE events (happened_at timestamp);',
  good: 'CREATE TABLE events (happened_at timestamptz);',

  check(statement) {
    const names = newColumns(statement).filter(({ type }) => type?.name === 'timestamp')
    return names.length === 0
      ? undefined
      : `Which moment ${names.map(({ name }) => show(name)).join(', ')} means depends on the time zone of the session that wrote it.`
  },
}
