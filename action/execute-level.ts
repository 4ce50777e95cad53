import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { DatabaseTarget } from '@dbward/agent/config'
import { maxFileBytes } from '@dbward/protocol/changed'
import { globMatches, globRoot } from '@dbward/protocol/glob'
import { sha256 } from '@dbward/protocol/plan'
import { policyPath } from '@dbward/protocol/policy'
import { parsePolicy } from '@dbward/protocol/policy-parse'
import { configurableRules } from '@dbward/rules/configurable'
import { readPlain } from './execute-checkout.ts'
import { Halt } from './halt.ts'
import { exits } from './world.ts'

const mostPolicyBytes = 1024 * 1024

/**
 * The migration files in the checkout that the database does not have with these bytes. A server that says that there is
 * nothing to run, or that it was run, is not believed alone: what comes after this step counts on a database that is
 * level with its commit.
 */
export async function missingFiles(
  workspace: string,
  target: DatabaseTarget,
  sha256Of: (path: string) => string | null,
): Promise<readonly string[]> {
  const bytes = await readPlain(workspace, policyPath, mostPolicyBytes)
  const parsed = bytes === null ? null : parsePolicy(bytes, configurableRules)
  if (parsed === null || !parsed.ok) {
    throw new Halt(
      exits.cannotVerify,
      `the checkout has no ${policyPath} that can be read; check out the repository before this step`,
    )
  }
  const database = parsed.policy.databases.find((one) => one.name === target.database)
  if (database === undefined || !database.environments.includes(target.environment)) {
    throw new Halt(exits.cannotVerify, `the policy has no ${target.database} in ${target.environment}`)
  }
  const paths = await filesBelow(workspace, globRoot(database.migrations))
  const missing: string[] = []
  for (const path of paths.filter((one) => globMatches(database.migrations, one))) {
    const there = sha256Of(path)
    const own = there === null ? null : await readPlain(workspace, path, maxFileBytes)
    if (own === null || sha256(own) !== there) missing.push(path)
  }
  return missing.sort()
}

/** Links and what else is no plain file count too: whatever they are, the database does not have them. */
async function filesBelow(workspace: string, folder: string): Promise<readonly string[]> {
  const entries = await readdir(join(workspace, folder), { withFileTypes: true }).catch((error: unknown) => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  })
  const found: string[] = []
  for (const entry of entries) {
    const path = folder === '' ? entry.name : `${folder}/${entry.name}`
    if (path === '.git') continue
    if (entry.isDirectory()) found.push(...(await filesBelow(workspace, path)))
    else found.push(path)
  }
  return found
}
