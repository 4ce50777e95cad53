import { expect, test } from 'vitest'
import { catalog } from './catalog.ts'
import { rulesPage } from './docs.ts'

test('docs/rules.md is the page of the rules', async () => {
  await expect(rulesPage()).toMatchFileSnapshot('../docs/rules.md')
})

test.each(catalog.map(({ id }) => id))('%s has its section', (id) => {
  expect(rulesPage()).toContain(`\n## ${id}\n`)
})
