import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'

/**
 * What must survive this process: receipts that the server has not taken yet, and small notes such as the last audit
 * head that we saw. Every write is a new file, flushed, renamed into place, and the folder flushed after it.
 */
export type Spool = ReturnType<typeof openSpool>

export function openSpool(folder: string) {
  const receipts = join(folder, 'receipts')
  mkdirSync(receipts, { recursive: true, mode: 0o700 })

  return {
    keepReceipt: (name: string, text: string) => writeDurably(receipts, `${name}.json`, text),
    receipts: () => {
      const names = readdirSync(receipts).filter((name) => name.endsWith('.json'))
      return names
        .sort()
        .map((name) => ({ name: name.slice(0, -5), text: readFileSync(join(receipts, name), 'utf8') }))
    },
    dropReceipt: (name: string) => {
      rmSync(join(receipts, `${name}.json`), { force: true })
      syncFolder(receipts)
    },
    keepNote: (name: string, value: unknown) => writeDurably(folder, `${name}.json`, JSON.stringify(value)),
    note: (name: string): unknown => {
      try {
        return JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8'))
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null
        throw error
      }
    },
  }
}

function writeDurably(folder: string, name: string, text: string): void {
  const temporary = join(folder, `.${name}.${process.pid}`)
  const file = openSync(temporary, 'w', 0o600)
  try {
    writeFileSync(file, text)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(temporary, join(folder, name))
  syncFolder(folder)
}

function syncFolder(folder: string): void {
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
