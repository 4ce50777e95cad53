import { readConfig } from '@dbward/agent/config'
import { doctorAgent, type Examined } from '@dbward/agent/doctor-agent'
import { printable } from './files.ts'
import { type Exit, toJson, type World } from './world.ts'

export type DoctorOptions = { readonly config: string; readonly json?: true }

/** Shows what the agent's own look at its surroundings found; 0 where nothing is to be done, 1 where something is. */
export async function examine({ config: path, json }: DoctorOptions, world: World): Exit {
  const found = await doctorAgent(readConfig(path, world.env), () => world.now().getTime())
  const ok = found.every(({ checks }) => checks.every((one) => one.ok))
  world.out(json ? toJson({ ok, found }) : found.map(asText).join(''))
  return ok ? 0 : 1
}

function asText({ about, checks }: Examined): string {
  const lines = checks.map(({ name, ok, message, fix }) => {
    const remedy = ok ? '' : `\n          -> ${printable(fix)}`
    return `  ${ok ? 'ok  ' : 'FAIL'}  ${name.padEnd(10)}  ${printable(message)}${remedy}\n`
  })
  return `${printable(about)}\n${lines.join('')}`
}
