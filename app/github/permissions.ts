import { askedPermissions, type Permissions } from '@dbward/protocol/app-permissions'
import { ConfigError } from '@dbward/protocol/errors'

export { askedPermissions, type Permissions } from '@dbward/protocol/app-permissions'

/**
 * Refuses an App that can do more than it needs: with `pull_requests: write` a stolen key could approve, with
 * `contents: write` it could push. What is missing is said too, as half the App would not work.
 */
export function checkPermissions(granted: Permissions, asked: Permissions = askedPermissions): void {
  const names = [...new Set([...Object.keys(granted), ...Object.keys(asked)])].sort()
  const problems = names.flatMap((name) => {
    const [has, needs] = [rank(granted[name]), rank(asked[name])]
    if (has > needs) {
      return [
        `the GitHub App has ${name}: ${granted[name]}, expected ${asked[name] ?? 'no access'}; take it away in the App's settings`,
      ]
    }
    if (has < needs) {
      return [
        `the GitHub App has ${name}: ${granted[name] ?? 'no access'}, expected ${asked[name]}; grant it in the App's settings`,
      ]
    }
    return []
  })
  if (problems.length > 0) throw new ConfigError(problems)
}

/** A level that is not known is above all that are. */
function rank(level: string | undefined): number {
  if (level === undefined) return 0
  const found = ['none', 'read', 'write', 'admin'].indexOf(level)
  return found === -1 ? 4 : found
}
