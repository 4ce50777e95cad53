import { type Line, lookAt } from './doctor-look.ts'
import { readSurroundings } from './doctor-read.ts'
import { printable } from './files.ts'
import { asking, operatorGitHub, repositoryOf } from './github.ts'
import { askStatus, statusPlace } from './server-status.ts'
import { type Exit, toJson, type World } from './world.ts'

export type DoctorOptions = {
  readonly repo?: string
  readonly branch?: string
  readonly app: string
  readonly server?: string
  readonly json?: true
}

/** 0 where all is in order, 1 where something is not, 2 where nothing is wrong and something could not be seen. */
export async function examineRepository(options: DoctorOptions, world: World): Exit {
  const repo = repositoryOf(options.repo, world)
  const github = await operatorGitHub(repo, world)
  const place = statusPlace(options.server, world)
  const { branch, app } = options
  const seen = await asking(repo, () => readSurroundings(github, repo, { branch, app }))
  const lines = lookAt(seen, place === null ? null : await askStatus(place, {}))
  const has = (result: Line['result']) => lines.some((one) => one.result === result)
  const head = `${repo}, branch ${seen.branch}`
  world.out(
    options.json
      ? toJson({ repo, branch: seen.branch, lines })
      : `${printable(head)}\n${lines.map(asText).join('')}`,
  )
  return has('problem') ? 1 : has('not checked') ? 2 : 0
}

const signs = { ok: 'ok', problem: 'PROBLEM', 'not checked': 'not checked' } as const

function asText({ name, result, message, fix }: Line): string {
  const remedy = fix === '' ? '' : `\n${' '.repeat(15)}-> ${printable(fix)}`
  return `  ${signs[result].padEnd(11)}  ${printable(`${name}: ${message}`)}${remedy}\n`
}
