import { createReadStream, existsSync, readFileSync, statSync } from 'node:fs'
import { UsageError, type World } from './world.ts'

/** A file's bytes; one that cannot be read is a fault of the command line. */
export function readBytes(path: string): Uint8Array {
  try {
    return readFileSync(path)
  } catch (error) {
    throw new UsageError(unreadable(path, error), { cause: error })
  }
}

export function readText(path: string): string {
  return Buffer.from(readBytes(path)).toString('utf8')
}

/** The file with its permission bits, as `loadSigner` wants it. */
export function readKeyFile(path: string): { readonly text: string; readonly mode: number } | null {
  return existsSync(path) ? { text: readText(path), mode: statSync(path).mode } : null
}

export function unreadable(path: string, error: unknown): string {
  const reasons: Readonly<Record<string, string>> = {
    ENOENT: 'there is no such file',
    EISDIR: 'it is a folder; name the files in it',
    EACCES: 'its permissions do not let you',
  }
  const code = (error as NodeJS.ErrnoException).code ?? 'unknown'
  return `${printable(path)}: expected a file that can be read, and ${reasons[code] ?? `got ${code}`}`
}

const longestLine = 1024 * 1024

/** The lines of a file, or of standard input for `-`, one after the other: a log may be larger than memory. */
export async function* linesOf(path: string, world: World): AsyncIterable<string> {
  const decoder = new TextDecoder('utf-8')
  let rest = ''
  try {
    for await (const part of path === '-' ? world.input() : createReadStream(path)) {
      const lines = (rest + decoder.decode(part, { stream: true })).split('\n')
      rest = lines.pop() ?? ''
      yield* lines
      if (rest.length > longestLine)
        throw new UsageError(
          `${printable(path)}: expected lines of up to ${longestLine} characters, got a longer one`,
        )
    }
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    throw new UsageError(unreadable(path, error), { cause: error })
  }
  rest += decoder.decode()
  if (rest !== '') yield rest
}

/**
 * Text for a terminal, or for the log of a job: what could move the cursor, change colours or turn the direction is shown
 * as a sign, and `##[`, in which a runner of GitHub Actions finds a command wherever it stands, is broken.
 */
export function printable(text: string): string {
  const shown = text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (found) => (found === '\t' ? found : '\u{fffd}'))
  return withoutCommands(shown)
}

export function withoutCommands(text: string): string {
  return text.replaceAll('##[', '## [')
}

/** The same where it is a whole line: a runner finds a command in `::` at the start of one, white space aside. */
export function printableLine(text: string): string {
  return printable(text).replace(/^(\s*):(?=:)/, '$1: ')
}

/** A path where a line begins with it. A runner finds a command in `::` at the start of a line, white space aside. */
export function pathLine(path: string): string {
  return printable(/^\s*:/.test(path) ? `./${path}` : path)
}
