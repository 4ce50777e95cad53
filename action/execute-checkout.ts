import { constants } from 'node:fs'
import { lstat, open } from 'node:fs/promises'
import { join } from 'node:path'
import { Refusal } from '@dbward/protocol/errors'
import { type Plan, sha256 } from '@dbward/protocol/plan'

/**
 * The checkout of the job must have the planned bytes under the planned paths. What runs is read from GitHub all the
 * same: this finds a job that was made to look at something else than what it runs. No link is followed on the way.
 */
export async function checkCheckout(workspace: string, plan: Plan): Promise<void> {
  for (const { path, sha256: planned, size } of plan.files) {
    const bytes = await readPlain(workspace, path, size)
    const found = bytes === null ? 'no such plain file' : sha256(bytes)
    if (found === planned) continue
    const message = `${path}: expected the planned bytes ${planned} in the checkout, got ${found}; check out the merge commit (actions/checkout with its defaults), and change nothing in it`
    throw new Refusal('SQL_DIGEST', message)
  }
}

/** Null for everything that is not a plain file of at most this size in plain folders. */
export async function readPlain(workspace: string, path: string, most: number): Promise<Uint8Array | null> {
  const parts = path.split('/')
  if (parts.some((part) => part === '' || part === '.' || part === '..' || /[\\\0]/.test(part))) return null
  let at = workspace
  try {
    for (const folder of parts.slice(0, -1)) {
      at = join(at, folder)
      if (!(await lstat(at)).isDirectory()) return null
    }
    // Where a system has no O_NOFOLLOW, this is what finds a link.
    if (!(await lstat(join(workspace, ...parts))).isFile()) return null
    const file = await open(
      join(workspace, ...parts),
      constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK,
    )
    try {
      const stat = await file.stat()
      if (!stat.isFile() || stat.size > most) return null
      const bytes = new Uint8Array(stat.size)
      const { bytesRead } = await file.read(bytes, 0, stat.size, 0)
      return bytesRead === stat.size ? bytes : null
    } finally {
      await file.close()
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (['ENOENT', 'ENOTDIR', 'ELOOP', 'EACCES', 'ENXIO'].includes(code)) return null
    throw error
  }
}
