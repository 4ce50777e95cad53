import { globMatches } from '@dbward/protocol/glob'
import { policyPath } from '@dbward/protocol/policy'
import { pathLine, printable } from './files.ts'
import type { Layout } from './init-layout.ts'
import type { InitOptions } from './init-run.ts'
import { actionPlaceholder, workflowPath } from './init-workflow.ts'
import { type Place, pathShown } from './repository.ts'
import { isSql } from './walk.ts'
import type { World } from './world.ts'

export type Made = {
  readonly layouts: readonly Layout[]
  readonly notes: readonly string[]
  readonly files: readonly {
    readonly path: string
    readonly text: string
    readonly state: 'written' | 'kept' | 'shown'
  }[]
  /** There was a policy before. */
  readonly policyThere: boolean
}

/** For people: what was found, what was written, and what is left to do. With --print, standard output has the files. */
export function initText(made: Made, place: Place, options: InitOptions, world: World): void {
  const say = options.print ? world.err : world.out
  for (const layout of made.layouts) say(layoutText(layout))
  for (const note of made.notes) say(`${note}\n`)
  if (made.policyThere) say(`${shown(policyPath, place)} is there already and stays as it is\n`)
  else if (!made.files.some(({ path }) => path === policyPath)) {
    say('nothing was written, as none of these can be governed safely as they are\n')
    const folders = made.layouts
      .filter(({ files }) => files.some(isSql))
      .map(({ folder }) => argument(shown(folder, place)))
    say(`next: dbward review ${folders.join(' ')} reviews them without a policy\n`)
  }
  for (const { path, text, state } of made.files) {
    if (state === 'shown') world.out(`# ${path}\n${text}\n`)
    else if (state === 'written') say(`wrote ${shown(path, place)}\n`)
    else if (path !== policyPath) say(`${shown(path, place)} is there already and stays as it is\n`)
  }
  if (!options.print && (made.policyThere || made.files.some(({ state }) => state === 'kept'))) {
    say('dbward init --print shows what it would write\n')
  }
  for (const line of nextSteps(made, options)) say(`next: ${line}\n`)
}

function layoutText({ folder, kind, files, glob, problems }: Layout): string {
  const head = `${pathLine(folder === '' ? '.' : folder)}: ${printable(kind)} (${files.length})`
  if (glob !== null) {
    const out = files.filter((path) => !globMatches(glob, path)).length
    const left = out === 0 ? '' : `; ${out === 1 ? '1 file is' : `${out} files are`} left out`
    return `${head}, governed as ${glob}${left}\n`
  }
  return `${head}, not governed:\n${problems.map((one) => `  ${printable(one)}\n`).join('')}`
}

function nextSteps(made: Made, { action, approvers }: InitOptions): readonly string[] {
  const states = new Map(made.files.map(({ path, state }) => [path, state]))
  const policy = states.get(policyPath) === 'written'
  const workflow = states.get(workflowPath) === 'written'
  const before = made.layouts.flatMap(({ glob, files }) =>
    glob === null ? [] : files.filter((path) => globMatches(glob, path)),
  )
  return [
    ...(policy
      ? [`look at who approves (${approvers.join(', ')}); ${policyPath} counts once it is on the base branch`]
      : []),
    ...(policy && before.length > 0
      ? [
          `mind the ${before.length === 1 ? 'file that is' : `${before.length} files that are`} there already: an agent runs a new one only where the ledger of the database has all before it`,
        ]
      : []),
    ...(workflow && action === undefined
      ? [`replace ${actionPlaceholder} in ${workflowPath} as it says there`]
      : []),
    ...(policy || workflow ? ['commit what was written on a branch, and open a pull request'] : []),
  ]
}

function shown(path: string, place: Place): string {
  return printable(pathShown(place, path))
}

/** As a shell takes it for one word, and dbward for no option: people copy what is shown. */
function argument(path: string): string {
  const whole = path.startsWith('-') ? `./${path}` : path
  return /^[\w./-]+$/.test(whole) ? whole : `'${whole.replaceAll("'", "'\\''")}'`
}
