import { expect, test } from 'vitest'
import { type Annotation, allowedAnnotation, annotationCommand, logLine } from './annotation.ts'

const plainOne: Annotation = {
  level: 'error',
  path: 'a.sql',
  line: 1,
  endLine: 1,
  columns: { start: 2, end: 3 },
  title: 't',
  message: 'm',
}

test.each<[string, Partial<Annotation>, string]>([
  ['on one line', {}, '::error file=a.sql,line=1,endLine=1,col=2,endColumn=3,title=t::m'],
  [
    'over lines, without columns',
    { endLine: 2, columns: null },
    '::error file=a.sql,line=1,endLine=2,title=t::m',
  ],
  [
    'with a name that would begin a command',
    { path: 'a,line=9::\n::stop-commands::x%0A' },
    '::error file=a%2Cline=9%3A%3A%0A%3A%3Astop-commands%3A%3Ax%250A,line=1,endLine=1,col=2,endColumn=3,title=t::m',
  ],
  [
    'with words that would end the line',
    { level: 'notice', message: 'a\r\n::set-output name=x::1%0A' },
    '::notice file=a.sql,line=1,endLine=1,col=2,endColumn=3,title=t::a%0D%0A::set-output name=x::1%250A',
  ],
  [
    'with the older form of a command',
    { message: '##[add-mask]x', path: '##[a]' },
    '::error file=## [a],line=1,endLine=1,col=2,endColumn=3,title=t::## [add-mask]x',
  ],
])('an annotation %s', (_name, change, expected) => {
  expect(annotationCommand({ ...plainOne, ...change })).toBe(expected)
})

test.each([
  ['a\n::add-mask::x', 'a ::add-mask::x'],
  ['::add-mask::x', ': :add-mask::x'],
  ['\u00a0\u3000 ::warning::x', ': :warning::x'],
  ['\u0085::x\u2028##[error]y', ': :x ## [error]y'],
  ['a\r##[set-env name=X]1', 'a ## [set-env name=X]1'],
  ['##\u200b[x] \u001b[31m##[y]', '##U+200B[x] ## [y]'],
  ['###[x]###[y]', '### [x]### [y]'],
  ['x::int', 'x::int'],
])('%j is no command in a log', (text, shown) => {
  expect(logLine(text)).toBe(shown)
})

test('the reason of a comment shows what it hides, and colours no log', () => {
  const at = { line: 2, column: 1, end_line: 2, end_column: 9 }
  const finding = { rule: 'truncate', severity: 'block', ...at, message: 'm', instead: '' } as const
  const reason = '\u001b[31mred \u202e ::error::x'
  const { message } = allowedAnnotation('a.sql', {
    rule: 'truncate',
    severity: 'block',
    line: 1,
    reason,
    finding,
  })
  expect(message).toBe('Allowed by the comment in line 1: red U+202E ::error::x (m)')
})
