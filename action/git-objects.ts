import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'

export type GitObject = { readonly type: string; readonly bytes: Uint8Array<ArrayBuffer> }
export type GitObjects = {
  /** One object by its id; null where it is not in this checkout. Answers come in the order of the questions. */
  readonly read: (id: string) => Promise<GitObject | null>
  readonly close: () => Promise<void>
}

type Question = {
  readonly resolve: (answer: GitObject | null) => void
  readonly reject: (error: Error) => void
}

/** Speaks with `git cat-file --batch`: a header line, the object's bytes, a line feed. */
export function openObjects(child: ChildProcess): GitObjects {
  const { stdin, stdout } = child
  if (stdin === null || stdout === null) throw new Error('expected pipes to git')
  const questions: Question[] = []
  let parts: Buffer[] = []
  let held = 0
  let wanted: { readonly type: string; readonly size: number } | null = null
  let over: Error | null = null

  function fail(error: Error): void {
    over ??= error
    for (const one of questions.splice(0)) one.reject(over)
  }

  /** Takes so many bytes off what came, or nothing where they are not all here. */
  function take(size: number): Buffer | null {
    if (held < size) return null
    const all = parts.length === 1 && parts[0] !== undefined ? parts[0] : Buffer.concat(parts)
    parts = all.length > size ? [all.subarray(size)] : []
    held -= size
    return all.subarray(0, size)
  }

  function header(): string | null {
    let before = 0
    for (const part of parts) {
      const end = part.indexOf(0x0a)
      if (end !== -1)
        return (
          take(before + end + 1)
            ?.toString('latin1')
            .trimEnd() ?? null
        )
      before += part.length
    }
    return null
  }

  function answer(): boolean {
    if (wanted === null) {
      const line = header()
      if (line === null) return false
      const [, type = '', size] = /^[0-9a-f]+ ([a-z]+)(?: (\d+))?$/.exec(line) ?? []
      if (size !== undefined) wanted = { type, size: Number(size) }
      else if (type === 'missing') questions.shift()?.resolve(null)
      else fail(new Error('git answered something else than an object'))
      return over === null
    }
    const bytes = take(wanted.size + 1)
    if (bytes === null) return false
    questions.shift()?.resolve({ type: wanted.type, bytes: new Uint8Array(bytes.subarray(0, wanted.size)) })
    wanted = null
    return true
  }

  stdout.on('data', (part: Buffer) => {
    parts.push(part)
    held += part.length
    while (answer());
  })
  child.on('error', (error) => fail(new Error('git could not be started', { cause: error })))
  child.on('close', () => fail(new Error('git ended before it had answered')))
  stdin.on('error', () => fail(new Error('git takes no more questions')))

  return {
    read: (id) =>
      new Promise((resolve, reject) => {
        if (over !== null) return reject(over)
        questions.push({ resolve, reject })
        stdin.write(`${id}\n`)
      }),
    async close() {
      stdin.end()
      if (child.exitCode === null && child.signalCode === null && over === null) await once(child, 'close')
    },
  }
}
