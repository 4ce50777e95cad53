import { readdirSync, readFileSync } from 'node:fs'
import { expect, it } from 'vitest'

it('what docs/attacks.md lists is what is tried', () => {
  const page = readFileSync(new URL('../../docs/attacks.md', import.meta.url), 'utf8')
  const listed = [...page.matchAll(/^\| (\d+) \|/gm)].map(([, number]) => Number(number))
  const folder = new URL('.', import.meta.url)
  const tried = readdirSync(folder).flatMap((name) =>
    [...readFileSync(new URL(name, folder), 'utf8').matchAll(/^it\((?:'|")(\d+): /gm)].map(([, n]) =>
      Number(n),
    ),
  )
  expect([...new Set(tried)].sort((a, b) => a - b)).toEqual(listed)
})
