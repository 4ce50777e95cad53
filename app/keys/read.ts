import { readFileSync, statSync } from 'node:fs'
import { ConfigError } from '@dbward/protocol/errors'

/** A key file with its permission bits, as `loadSigner` wants it; null where there is none. */
export function readKeyFile(path: string): { readonly text: string; readonly mode: number } | null {
  try {
    return { mode: statSync(path).mode, text: readFileSync(path, 'utf8') }
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return null
    throw new ConfigError([`${path}: expected a file that can be read, got ${code}`], { cause })
  }
}

/** A file that holds a secret and is nobody else's to read. `what` is for the message. */
export function readSecret(path: string, what: string): string {
  const file = readKeyFile(path)
  if (file === null) throw new ConfigError([`${path}: expected ${what}, got no file`])
  if ((file.mode & 0o077) !== 0) {
    const mode = (file.mode & 0o777).toString(8)
    throw new ConfigError([`${path}: expected mode 0600, got 0${mode}; run chmod 600 ${path}`])
  }
  return file.text.trim()
}
