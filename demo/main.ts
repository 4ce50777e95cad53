import { parseArgs } from 'node:util'
import type { Stage } from '../test/stage/stage.ts'
import { attacks } from './attacks.ts'
import { audit } from './audit.ts'
import { look } from './look.ts'
import { onMariadb, orders } from './mariadb.ts'
import { openParts, type Parts } from './parts.ts'
import { mainPath } from './story.ts'
import { type Timeline, timeline } from './timeline.ts'

const help = `npm run demo [-- --json] [-- --keep]

The main job of dbward on embedded parts: an emulated GitHub on real git, the server, a private PostgreSQL, a private MariaDB
and one agent, each a process of its own. Exits with 0 only if everything that it says really happened.

  --json   print one JSON document instead of the story
  --keep   leave everything running at the end, and print where; Ctrl-C ends it
  --help   print this
`

async function main(): Promise<number> {
  const options = readOptions()
  if (options === null) return 2
  if (options.help) {
    process.stdout.write(help)
    return 0
  }
  const stopped = new AbortController()
  const interrupted = new Promise<number>((resolve) => {
    for (const [name, code] of Object.entries({ SIGHUP: 129, SIGINT: 130, SIGTERM: 143 })) {
      process.once(name, () => {
        stopped.abort()
        resolve(code)
      })
    }
  })
  const told = timeline(options.json ? 'quiet' : screen(stopped.signal), () => performance.now())
  const parts = openParts(process.env)
  const played = tell(told, parts).then(
    (it) => ({ it, why: null }),
    (error: unknown) => ({ it: null, why: error instanceof Error ? error.message : String(error) }),
  )
  try {
    const end = await Promise.race([played, interrupted])
    if (typeof end === 'number') return end
    const { it, why } = end
    if (options.json) {
      const ended = why === null ? { ok: true } : { ok: false, why }
      process.stdout.write(`${JSON.stringify({ ...ended, steps: told.steps() })}\n`)
    }
    if (it === null) {
      if (!options.json) process.stderr.write(`\nthe demo failed: ${why}\n`)
      return 1
    }
    if (!options.keep) return 0
    const out = options.json ? process.stderr : process.stdout
    out.write(whereTo(it))
    await interrupted
    return 0
  } finally {
    await parts.stop()
  }
}

/** After an interruption nothing more is told: what fails then fails because its parts are being stopped. */
function screen(stopped: AbortSignal) {
  const live = process.stdout.isTTY === true
  const colour = live && (process.env.NO_COLOR ?? '') === ''
  const write = (text: string) => void (stopped.aborted || process.stdout.write(text))
  return { write, live, colour }
}

function readOptions() {
  const known = { json: { type: 'boolean' }, keep: { type: 'boolean' }, help: { type: 'boolean' } } as const
  try {
    return parseArgs({ options: known }).values
  } catch (error) {
    process.stderr.write(
      `demo: ${error instanceof Error ? error.message : String(error)} (--help says more)\n`,
    )
    return null
  }
}

async function tell(told: Timeline, parts: Parts): Promise<Stage> {
  let it: Stage | null = null
  await told.step('GitHub, the databases, the server and an agent start', async () => {
    it = await parts.start()
    const urls = { github: it.github.url, server: it.server.url }
    return {
      facts: urls,
      lines: [
        `GitHub: ${urls.github}`,
        `server: ${urls.server}`,
        ...it.targets.map(({ name, engine, server }) => `${name}: ${engine} on port ${server.port}`),
      ],
    }
  })
  if (it === null) throw new Error('nothing was started')
  const see = look(it)
  const { result } = await mainPath(it, see, told)
  if (onBoth(it)) await onMariadb(it, see, told)
  else told.chapter('MariaDB is not installed here, so that its part is left out')
  await audit(it, told, result)
  await attacks(it, see, told)
  return it
}

function onBoth(it: Stage): boolean {
  return it.targets.some(({ name }) => name === orders)
}

function whereTo(it: Stage): string {
  const { ann, bob, dan, eve } = it.people
  return `
Everything is still running; Ctrl-C ends it and removes all files.

  pull requests   ${it.github.url}/${it.repo.fullName}  (act as anybody in the page)
  server          ${it.server.url}/ready  ${it.server.url}/metrics
  database        ${it.agentEnv.SHOP_DATABASE_URL}
  configurations  ${it.serverConfig}
                  ${it.agentConfig}

Try this:
  git clone ${it.repo.cloneUrl(ann.token)} shop     # push a branch with a file in db/migrate, open a pull request in the page
  node cli/dbward.mjs audit export --store ${it.storePath}
  approve as bob (token ${bob.token}), merge, and watch the comment
  the same as ann herself (${ann.token}), as dan, who may only read (${dan.token}), or as eve, who is in no team (${eve.token})
`
}

const code = await main()
// A story that was interrupted may still wait for something that will not come; what was written goes out first.
process.stdout.write('', () => process.exit(code))
