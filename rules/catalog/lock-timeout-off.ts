import { keepsOut } from '../lock-mode.ts'
import type { Rule } from '../rule.ts'
import { show } from '../statement.ts'

export const lockTimeoutOff: Rule = {
  id: 'lock-timeout-off',
  engines: ['postgres'],
  severity: 'block',
  title: 'A lock that is waited for without end',
  why: 'A statement that waits for a strong lock makes everybody wait who comes after it. Whoever runs the file sets lock_timeout as the policy says; a file that switches it off takes that away.',
  instead: 'Leave lock_timeout alone, or set lock_timeout under execution in the policy.',
  bad: `SET lock_timeout = 0;
ALTER TABLE users ADD COLUMN plan text;`,
  good: `SET lock_timeout = '2s';
ALTER TABLE users ADD COLUMN plan text;`,

  check(statement, file) {
    const { waitsForever } = file
    if (waitsForever === undefined) return
    const [effect] = file.effects(statement).filter(({ lock }) => keepsOut(lock) !== 'nobody')
    if (effect === undefined) return
    return `Line ${waitsForever.line} has switched lock_timeout off, or set it to more than a minute: whoever comes after this statement waits as long as it waits for ${show(effect.relation)}.`
  },
}
