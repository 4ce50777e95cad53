import type { Said } from './findings.ts'
import type { Compared, Measured, Times } from './measure.ts'
import type { Spread } from './timing.ts'

/** What was measured as Markdown, which is also fit for a terminal. */
export function report(measured: Measured): string {
  const { files, statements, bytes, slope, memory, findings } = measured
  const rows = [
    row('this review, PostgreSQL', measured.postgres),
    ...(measured.squawk === undefined ? [] : [row('squawk on one thread', measured.squawk.times)]),
    ...(measured.squawkOnAll === undefined
      ? []
      : [row('squawk on all processors', measured.squawkOnAll.times)]),
    row('this review, MySQL', measured.mysql),
  ]
  const parts = [
    `${files} files of each engine; PostgreSQL: ${statements} statements, ${Math.round(bytes / 1000)} kB. One process reads them all.`,
    table(['', 'wall time, median (least to most)', 'CPU time', 'of it to start, wall'], rows),
    ...ratios(measured),
    `Most memory: ${Math.round(memory)} MB.`,
    ...(slope.length === 0 ? [] : [slopes(measured)]),
    `### Findings of this review on PostgreSQL\n\n${said(findings.postgres)}`,
    ...(findings.squawk === undefined
      ? []
      : [`### Findings of squawk on the same files\n\n${said(findings.squawk)}`]),
    `### Findings of this review on MySQL\n\n${said(findings.mysql)}`,
    `### Findings on the files of the demo\n\n${demoed(measured)}`,
  ]
  return `${parts.join('\n\n')}\n`
}

function ratios({ squawk, squawkOnAll }: Measured): readonly string[] {
  if (squawk === undefined || squawkOnAll === undefined) return ['No squawk is installed for this machine.']
  const said = ({ ratio }: Compared) => `wall ${shown(ratio.wall)}, CPU ${shown(ratio.cpu)}`
  return [
    `Ours to squawk's on one thread, round by round: ${said(squawk)}. To squawk's on all processors: ${said(squawkOnAll)}.`,
  ]
}

function row(name: string, { wall, cpu, start }: Times): readonly string[] {
  return [name, `${shown(wall)} s`, `${shown(cpu)} s`, `${start.median.toFixed(2)} s`]
}

function shown({ median, least, most }: Spread, digits = 2): string {
  return `${median.toFixed(digits)} (${least.toFixed(digits)} to ${most.toFixed(digits)})`
}

function slopes({ slope }: Measured): string {
  const rows = slope.map((one) => [
    one.engine,
    String(one.files),
    String(one.statements),
    `${one.wall.toFixed(2)} s`,
    `${one.cpu.toFixed(2)} s`,
    `${one.microseconds.toFixed(0)} µs`,
    `${one.memory.toFixed(0)} MB`,
    one.squawk === undefined
      ? ''
      : `${one.squawk.wall.toFixed(2)} s, ${(one.wall / one.squawk.wall).toFixed(2)}`,
    one.squawk === undefined
      ? ''
      : `${one.squawk.cpu.toFixed(2)} s, ${(one.cpu / one.squawk.cpu).toFixed(2)}`,
  ])
  return table(
    [
      'engine',
      'files',
      'statements',
      'wall, start included',
      'CPU',
      'CPU a statement',
      'most memory',
      'squawk on one thread: wall, ours to it',
      'CPU, ours to it',
    ],
    rows,
  )
}

function said({ files, findings, silent, rules }: Said): string {
  const rows = rules.map((one) => [
    `\`${one.rule}\``,
    String(one.findings),
    String(one.files),
    `${((one.files / files) * 100).toFixed(1)} %`,
  ])
  return [
    `${findings} findings, ${(findings / files).toFixed(2)} a file; ${silent} of ${files} files have none.`,
    table(['rule', 'findings', 'files', 'of the files'], rows),
  ].join('\n\n')
}

function demoed({ demo }: Measured): string {
  const rows = demo.map(({ path, rules }) => [
    `\`${path}\``,
    rules.map((one) => `\`${one}\``).join(', ') || 'none',
  ])
  return table(['file', 'findings'], rows)
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  return [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}
