import { describe, expect, it } from 'vitest'
import { ConfigError } from './errors.ts'
import { address, readSettings, wholeNumber } from './settings.ts'
import { list, text } from './shape.ts'

const settings = {
  'server.url': { env: 'URL', parse: address, about: 'where the server is' },
  'server.port': { env: 'PORT', parse: wholeNumber(1, 65_535), fallback: 80, about: 'its port' },
  names: { parse: list(text), fallback: [], about: 'names' },
} as const
const read = (file: string | null, env: Readonly<Record<string, string>> = {}) =>
  readSettings(file === null ? null : { name: 'x.yml', text: file }, env, settings)
const problems = (file: string | null, env: Readonly<Record<string, string>> = {}) => {
  try {
    read(file, env)
  } catch (error) {
    if (error instanceof ConfigError) return error.problems
  }
  return []
}

describe('settings', () => {
  it('come from the file, the environment before it, and fallbacks', () => {
    const file = 'server: { url: https://a.example, port: 81 }\nnames: [x]\n'
    expect(read(file)).toEqual({ 'server.url': 'https://a.example', 'server.port': 81, names: ['x'] })
    expect(read(file, { PORT: '82' })['server.port']).toBe(82)
    expect(read(null, { URL: 'https://a.example/' })).toMatchObject({
      'server.url': 'https://a.example',
      'server.port': 80,
    })
  })

  it('say everything that is wrong at once', () => {
    const found = problems('server: { port: 0, prt: 3 }\nother: { deep: 1 }\n')
    expect(found).toHaveLength(4)
    expect(found.join('\n')).toMatch(/server\.url is missing/)
    expect(found.join('\n')).toMatch(/server\.port: expected a whole number from 1 to 65535/)
    expect(found.join('\n')).toMatch(/unknown setting server\.prt/)
    expect(found.join('\n')).toMatch(/unknown setting other\.deep/)
  })

  it('refuse what is no YAML, a key twice, and an alias', () => {
    for (const file of ['a: [1', 'names: [x]\nnames: [y]\n', 'names: &n [x]\nserver: *n\n']) {
      expect(problems(file, { URL: 'https://a.example' })).not.toEqual([])
    }
  })

  it('take an address only by https, or of this machine, and never one with a credential', () => {
    for (const good of ['https://a.example', 'http://localhost:3000', 'http://127.0.0.1', 'http://[::1]:1']) {
      expect(address(good, 'url')).toBe(good)
    }
    for (const bad of [
      'http://a.example',
      'https://u:secret@a.example',
      'https://a.example/?q',
      'ftp://a',
      'a',
      3,
    ]) {
      expect(() => address(bad, 'url')).toThrow(/https:\/\//)
      expect(() => address(bad, 'url')).not.toThrow(/secret/)
    }
  })
})
