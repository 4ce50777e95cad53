/** `1 file`, `2 files`. */
export function counted(count: number, noun: string, many = `${noun}s`): string {
  return `${count} ${count === 1 ? noun : many}`
}

/** `1 blocking finding, 2 warnings`, and behind them `3 notes` where there are some. */
export function countedSeverities({
  block,
  warn,
  note,
}: {
  readonly block: number
  readonly warn: number
  readonly note: number
}): string {
  const notes = note === 0 ? [] : [counted(note, 'note')]
  return [counted(block, 'blocking finding'), counted(warn, 'warning'), ...notes].join(', ')
}
