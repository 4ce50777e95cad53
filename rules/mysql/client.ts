/** A line for the mysql client rather than the server: a new delimiter, or why it is none that is followed here. */
export type ClientLine = { readonly end: number } & (
  | { readonly delimiter: string }
  | { readonly trouble: string }
)

/**
 * Reads a line that is a command of the mysql client where a statement could begin; undefined where it is none.
 *
 * DELIMITER is followed as people use it around stored programs: alone on its line, with one of a few marks that
 * cannot be taken for a name, a quote or a comment.
 */
export function clientLine(bytes: Uint8Array, off: number): ClientLine | undefined {
  if (!startsLine(bytes, off)) return
  const newline = bytes.indexOf(0x0a, off)
  const end = newline === -1 ? bytes.length : newline
  const line = decoder.decode(bytes.subarray(off, Math.min(end, off + 200))).trimEnd()
  const [word = ''] = /^[a-z]+(?![\w$.(:=])/i.exec(line) ?? []
  if (word.toLowerCase() !== 'delimiter') {
    return commands.has(word.toLowerCase())
      ? { end, trouble: 'it is a command of the mysql client, not SQL' }
      : undefined
  }
  const mark = line.slice(word.length).trim()
  return isMark(mark) ? { end, delimiter: mark } : { end, trouble: markTrouble }
}

const markTrouble = 'it is a DELIMITER that is not one mark such as `//` or `$$`, alone on its line'

function isMark(mark: string): boolean {
  return /^[$;|~^!%&:?/]{1,8}$/.test(mark) && mark !== '/'
}

const commands = new Set([
  ...['source', 'system', 'tee', 'notee', 'pager', 'nopager', 'print', 'prompt', 'quit', 'exit', 'go', 'ego'],
  ...['edit', 'clear', 'connect', 'rehash', 'status', 'warnings', 'nowarning', 'charset', 'resetconnection'],
])

function startsLine(bytes: Uint8Array, off: number): boolean {
  let at = off - 1
  while (at >= 0 && (bytes[at] === 0x20 || bytes[at] === 0x09)) at--
  return (
    at < 0 || bytes[at] === 0x0a || (at === 2 && bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf)
  )
}

const decoder = new TextDecoder()
