import { expect, test } from 'vitest'
import { dotted, lineOf, readSource } from './source.ts'
import { rooms, runtimeFiles } from './tree.ts'

/**
 * GitHub's own addresses, where the configuration says nothing else; the third is where GitHub Actions publishes the keys
 * with which it signs what a job is. No other address is written into the code.
 */
const defaults = [
  'https://api.github.com',
  'https://github.com',
  'https://token.actions.githubusercontent.com',
]
/** How a pointer of Git LFS begins, and the name of SARIF's schema: both are text, and never asked. */
const markers = ['https://git-lfs', 'https://json.schemastore.org/sarif-2.1.0.json']

/** Who may ask over the network with what Node has built in; addresses come from the configuration there. */
const askers = [
  // The Action's world brings the runner's own, and these hand it on.
  'action/main.ts',
  'action/world.ts',
  'action/execute.ts',
  'action/execute-session.ts',
  'agent/client.ts',
  'agent/github.ts',
  'app/github/probot.ts',
  'app/main.ts',
  'app/oidc/jwks.ts',
  // Asks the server that the operator names how things stand.
  'cli/server-status.ts',
]
const waysOut = [
  'fetch',
  'WebSocket',
  'WebSocketStream',
  'EventSource',
  'XMLHttpRequest',
  'navigator.sendBeacon',
]

/** Packages that connect by themselves, and the only files that may have them. */
const connecting: Readonly<Record<string, RegExp>> = {
  pg: /^agent\/(session|init|execute|postgres|probe)[a-z-]*\.ts$/,
  mysql2: /^agent\/mysql\/(session|init)\.ts$/,
  '@octokit/rest': /^(agent\/github|app\/github\/[a-z-]+)\.ts$/,
  '@octokit/auth-app': /^agent\/github\.ts$/,
  probot: /^app\/(main|github\/[a-z-]+|flow\/receive|http\/webhook)\.ts$/,
  undici: /^$/,
}

const sources = rooms.flatMap(runtimeFiles).map(readSource)

test('no address is written into the code but those of GitHub', () => {
  const found = sources.flatMap(({ path, strings }) =>
    strings
      .flatMap((text) => text.match(/\b(?:https?|wss?|ftp):\/\/[^\s'"`<>)\]]*/g) ?? [])
      .filter((address) => ![...defaults, ...markers].includes(address) && !isNoAddress(address))
      .map((address) => `${path}: ${address}`),
  )
  expect(found).toEqual([])
})

test('only the clients ask over the network', () => {
  const found = sources.flatMap((source) =>
    source.nodes
      .filter((node) => waysOut.some((way) => [way, `globalThis.${way}`].includes(dotted(node) ?? '')))
      .map((node) => `${source.path}:${lineOf(source, node)}`),
  )
  expect(found.filter((place) => !askers.some((path) => place.startsWith(`${path}:`)))).toEqual([])
  expect(found.length).toBeGreaterThan(0)
})

test('only the files that are meant to have packages that connect', () => {
  const found = sources.flatMap(({ path, imports }) =>
    Object.entries(connecting)
      .filter(([name, may]) => imports.includes(name) && !may.test(path))
      .map(([name]) => `${path}: ${name}`),
  )
  expect(found).toEqual([])
})

test('only the server listens', () => {
  const listening = sources.filter(({ nodes }) =>
    nodes.some((node) => node.type === 'CallExpression' && /\.listen$/.test(dotted(node.callee) ?? '')),
  )
  expect(listening.map(({ path }) => path).filter((path) => !path.startsWith('app/'))).toEqual([])
})

/** A scheme that is compared with, or a sentence that says which addresses are taken. */
function isNoAddress(text: string): boolean {
  return /^[a-z]+:\/\/(\.\.\.|…)?$/.test(text)
}
