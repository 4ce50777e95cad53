import { parseArgs } from 'node:util'
import { registerPage } from '../test/github/page.ts'
import { type Stage, serverReady, stage } from '../test/stage/stage.ts'
import { attacks } from './attacks.ts'
import { audit } from './audit.ts'
import { look } from './look.ts'
import { mainPath } from './story.ts'
import { type Timeline, timeline } from './timeline.ts'

const help = `npm run demo [-- --json] [-- --keep]

The main job of dbward on embedded parts: an emulated GitHub on real git, the server, a private PostgreSQL and one agent,
each a process of its own. Exits with 0 only if everything that it says really happened.

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
  const live = process.stdout.isTTY === true
  const colour = live && (process.env.NO_COLOR ?? '') === ''
  const screen = { write: (text: string) => void process.stdout.write(text), live, colour }
  const told = timeline(options.json ? 'quiet' : screen, () => performance.now())
  const interrupted = new Promise<'interrupted'>((resolve) => {
    for (const name of ['SIGINT', 'SIGTERM'] as const) process.once(name, () => resolve('interrupted'))
  })
  let running: Stage | null = null
  try {
    const story = tell(told, (it) => {
      running = it
    })
    if ((await Promise.race([story, interrupted])) === 'interrupted') return 130
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: true, steps: told.steps() })}\n`)
    if (options.keep && running !== null) {
      process.stdout.write(whereTo(running))
      await interrupted
    }
    return 0
  } catch (error) {
    if (options.json) process.stdout.write(`${JSON.stringify({ ok: false, steps: told.steps() })}\n`)
    else
      process.stderr.write(`\nthe demo failed: ${error instanceof Error ? error.message : String(error)}\n`)
    return 1
  } finally {
    await (running as Stage | null)?.stop()
  }
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

async function tell(told: Timeline, started: (it: Stage) => void): Promise<'told'> {
  let it: Stage | null = null
  await told.step('GitHub, PostgreSQL, the server and an agent start', async () => {
    it = await stage({ leaseSeconds: 30, github: { extend: registerPage } })
    started(it)
    it.server.start()
    await serverReady(it)
    it.agent.start()
    const urls = { github: it.github.url, server: it.server.url }
    return {
      facts: urls,
      lines: [`GitHub: ${urls.github}`, `server: ${urls.server}`, `PostgreSQL on port ${it.postgres.port}`],
    }
  })
  if (it === null) throw new Error('nothing was started')
  const see = look(it)
  const { result } = await mainPath(it, see, told)
  await audit(it, told, result)
  await attacks(it, see, told)
  return 'told'
}

function whereTo(it: Stage): string {
  const { ann, bob } = it.people
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
`
}

process.exitCode = await main()
