import type { Engine } from '@dbward/rules/engine'

export type DatabaseWish = { readonly name: string; readonly engine: Engine; readonly glob: string }
export type PolicyWish = {
  readonly databases: readonly DatabaseWish[]
  readonly serverVersion: string | null
  readonly environments: readonly string[]
  readonly approvers: readonly string[]
}

/** The text of a `.dbward.yml`. What is wrong in it is found by the parser of policies. */
export function policyText({ databases, serverVersion, environments, approvers }: PolicyWish): string {
  const entries = databases.flatMap(({ name, engine, glob }) => [
    `  ${word(name)}:`,
    `    engine: ${engine}`,
    ...(serverVersion === null ? [] : [`    server_version: ${JSON.stringify(serverVersion)}`]),
    `    migrations: ${word(glob)}`,
    `    environments: [${environments.map(word).join(', ')}]`,
  ])
  return [
    '# Which files are migrations of which database, and who approves them. It counts as it is on the base branch.',
    '# dbward policy check says whether it is valid; docs/policy.md of dbward has every key.',
    'version: 1',
    'databases:',
    ...entries,
    'workflows:',
    '  - steps:',
    '      - mode: all',
    `        approvers: [${approvers.map((one) => `{ ${approverText(one)}, min: 1 }`).join(', ')}]`,
    '',
  ].join('\n')
}

/** `acme/dba` is a team, `write`, `maintain` and `admin` are roles, and all else is somebody's account. */
function approverText(approver: string): string {
  if (approver.includes('/')) return `team: ${word(approver)}`
  return /^(write|maintain|admin)$/.test(approver) ? `role: ${approver}` : `user: ${word(approver)}`
}

/** A text as YAML reads it back, whatever is in it. */
function word(text: string): string {
  const plain = /^[A-Za-z][\w.*?/-]*$/.test(text) && !/^(true|false|null|yes|no|on|off|y|n)$/i.test(text)
  return plain ? text : JSON.stringify(text)
}

const places =
  /^(\.|db|database|databases|migrations?|migrate|sql|prisma|supabase|src|main|resources|packages|apps|services|internal|pkg|lib)$/i

/** One database is called `app`; several are called like the part of the repository in which their migrations are. */
export function databaseNames(folders: readonly string[], given: string | undefined): readonly string[] {
  if (folders.length === 1) return [given ?? 'app']
  const used = new Set<string>()
  return folders.map((folder) => {
    const part = folder.split('/').findLast((one) => !places.test(one)) ?? 'app'
    const base =
      part
        .replace(/[^A-Za-z0-9._-]/g, '-')
        .replace(/^[^A-Za-z0-9]+/, '')
        .slice(0, 50) || 'app'
    let name = base
    for (let i = 2; used.has(name); i += 1) name = `${base}-${i}`
    used.add(name)
    return name
  })
}
