import { describe, expect, test } from 'vitest'
import { dotted, lineOf, type Node, readSource } from './source.ts'
import { filesIn, read, rooms, runtimeFiles } from './tree.ts'

const folders = [...rooms, 'test', 'demo', 'tools', 'bench']
const code = folders.flatMap((folder) => filesIn(folder, /\.(ts|mjs)$/))

test('no note to self is left in the code', () => {
  const marks = new RegExp(`\\b(${['TO' + 'DO', 'FIX' + 'ME', 'XX' + 'X', 'HA' + 'CK'].join('|')})\\b`)
  expect(code.filter((path) => marks.test(read(path)))).toEqual([])
})

test('no test is left out or runs alone', () => {
  const tests = code.filter((path) => /\.test\.ts$/.test(path))
  const left = tests.flatMap((path) => {
    const source = readSource(path)
    return source.nodes.filter(setAside).map((node) => `${path}:${lineOf(source, node)}`)
  })
  expect(left).toEqual([])
})

test.each(rooms)('no file of %s is longer than 300 lines', (room) => {
  const length = (path: string) => read(path).split('\n').length - 1
  const long = runtimeFiles(room).filter((path) => length(path) > 300)
  expect(long.map((path) => `${path}: ${length(path)}`)).toEqual([])
})

describe.each(['protocol', 'rules'] as const)('%s', (room) => {
  test('takes time and randomness as arguments', () => {
    const sources = runtimeFiles(room).map(readSource)
    const found = sources.flatMap((source) =>
      source.nodes.filter(asksTheWorld).map((node) => `${source.path}:${lineOf(source, node)}`),
    )
    expect(found).toEqual([])
  })

  test('knows no environment, no console and no file', () => {
    const sources = runtimeFiles(room).map(readSource)
    const worldly = /^(process|console|globalThis)\./
    const found = sources.flatMap((source) =>
      source.nodes
        .filter((node) => worldly.test(dotted(node) ?? ''))
        .map((node) => `${source.path}:${lineOf(source, node)}`),
    )
    expect(found).toEqual([])
  })
})

test('the lockfile names no registry, so that each installs from its own', () => {
  expect(read('package-lock.json')).not.toMatch(/"resolved": "https?:/)
})

test('no file names a vague thing', () => {
  const vague = /(^|[-/])(managers?|helpers?|utils?|services?|handlers?|misc|common|data|info)(?=[-./])/
  const named = rooms.flatMap(runtimeFiles).filter((path) => vague.test(path))
  expect(named).toEqual([])
})

function setAside(node: Node): boolean {
  return /^(test|it|describe|suite)(\.[a-z]+)*\.(only|skip|todo|fails)$/.test(dotted(node) ?? '')
}

const worlds = ['Date.now', 'Math.random', 'performance.now', 'crypto.randomUUID', 'crypto.getRandomValues']
const makers = ['randomBytes', 'randomUUID', 'randomInt', 'setTimeout', 'setInterval']

function asksTheWorld(node: Node): boolean {
  if (worlds.includes(dotted(node) ?? '')) return true
  const callee = dotted(node.callee) ?? ''
  if (node.type === 'CallExpression') return makers.includes(callee) || callee === 'Date'
  return (
    node.type === 'NewExpression' && callee === 'Date' && (node.arguments as readonly unknown[]).length === 0
  )
}
