import { parseArgs } from 'node:util'
import { type GitHub, startGitHub } from './emulator.ts'
import { registerPage } from './page.ts'
import { type Example, seedExample } from './page-example.ts'

const usage = `npm run github [-- --port N]

Starts an emulated GitHub on this machine, with an example organization, people and an open pull request,
and pages to look at it. Everything is in memory and in one temporary directory: it is gone when this ends.

  --port N   listen on this port of 127.0.0.1 (default: any that is free)
  --help     print this
`

const options = read(process.argv.slice(2))
if (typeof options === 'string') {
  process.stderr.write(`${options}\n\n${usage}`)
  process.exitCode = 64
} else if (options.help) process.stdout.write(usage)
else await run(options.port)

async function run(port: number): Promise<void> {
  // Before anything is on disk, so that an early Ctrl-C leaves nothing behind either.
  const asked = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve)
    process.once('SIGTERM', resolve)
  })
  const github = await startGitHub({ port, extend: registerPage }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EADDRINUSE') throw error
    process.stderr.write(
      `expected port ${port} to be free, but something listens on it: choose another with --port\n`,
    )
    return null
  })
  if (github === null) {
    process.exitCode = 78
    return
  }
  try {
    process.stdout.write(guide(github, await seedExample(github)))
    await asked
  } finally {
    await github.close()
  }
}

function read(args: readonly string[]): { readonly port: number; readonly help: boolean } | string {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { port: { type: 'string', default: '0' }, help: { type: 'boolean', default: false } },
    })
    const port = Number(values.port)
    if (!/^\d+$/.test(values.port) || port > 65_535) return `expected --port 0 to 65535, got ${values.port}`
    return { port, help: values.help }
  } catch (error) {
    return error instanceof Error ? error.message : String(error)
  }
}

function guide({ url }: GitHub, { repository, pull, people, cloneUrl }: Example): string {
  const width = Math.max(...people.map(({ login }) => login.length))
  const tokens = people.map(({ login, token, role }) => `  ${login.padEnd(width)}  ${token}  ${role}`)
  return `
An emulated GitHub is running. Ctrl-C ends it.

  Pages         ${url}/
  Pull request  ${url}/${repository}/pull/${pull}
  REST API      ${url}/  and  ${url}/api/v3/

People, and their tokens for REST and for git:
${tokens.join('\n')}

Clone, and push a branch:
  git clone ${cloneUrl}
  cd ${repository.split('/')[1]} && git switch -c mine && git commit --allow-empty -m 'Try it' && git push -u origin mine

Ask the API:
  curl -H 'Authorization: Bearer ${people[0]?.token}' ${url}/repos/${repository}/pulls/${pull}

`
}
