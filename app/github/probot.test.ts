import { expect, test } from 'vitest'
import { webUrl } from './probot.ts'

test.each([
  ['https://api.github.com', 'https://github.com'],
  ['https://api.github.com/', 'https://github.com'],
  ['https://api.acme.ghe.com', 'https://acme.ghe.com'],
  ['https://github.acme.example/api/v3', 'https://github.acme.example'],
  ['https://api.acme.example:8443/api/v3', 'https://api.acme.example:8443'],
])('what %s speaks of is looked at on %s', (api, web) => expect(webUrl(api)).toBe(web))
