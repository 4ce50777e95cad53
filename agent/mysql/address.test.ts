import { ConfigError } from '@dbward/protocol/errors'
import { describe, expect, it } from 'vitest'
import { parseAddress } from './address.ts'

describe('an address', () => {
  it('is read part by part, and encrypted unless it is of this machine', () => {
    expect(parseAddress('mysql://a%40b:p%2Fw@db.example.com/app')).toEqual({
      host: 'db.example.com',
      port: 3306,
      user: 'a@b',
      password: 'p/w',
      database: 'app',
      tls: true,
      ca: null,
    })
    expect(parseAddress('mariadb://a:p@[::1]:3307/app')).toMatchObject({
      host: '::1',
      port: 3307,
      tls: false,
    })
    for (const host of ['localhost', '127.0.0.1', '127.9.9.9']) {
      expect(parseAddress(`mysql://a:p@${host}/app`).tls).toBe(false)
    }
    for (const host of ['127.0.0.1.example.com', 'localhost.example.com']) {
      expect(parseAddress(`mysql://a:p@${host}/app`).tls).toBe(true)
    }
    expect(parseAddress('mysql://a:p@localhost/app?ssl-mode=VERIFY_IDENTITY').tls).toBe(true)
    expect(parseAddress('mysql://a:p@db.example.com/app?ssl-mode=DISABLED').tls).toBe(false)
  })

  const wrong: Readonly<Record<string, string>> = {
    'postgres://a:CANARY@h/app': 'begin with mysql://',
    'mysql://a:CANARY@h/': 'name of one database',
    'mysql://a:CANARY@h/app/x': 'name of one database',
    'mysql://h/app': 'expected a user',
    'mysql://a:CANARY@h/app?multipleStatements=true': 'got another option',
    'mysql://a:CANARY@h/app?ssl=%7B%22rejectUnauthorized%22:false%7D': 'got another option',
    'mysql://a:12?CANARY@db.example.com/app': 'got another option',
    'mysql://a:CANARY@h/app?ssl-mode=VERIFY_IDENTITY&ssl-mode=DISABLED': 'each option once',
    'mysql://a:CANARY@h/app?ssl-ca=/x&ssl-ca=/y': 'each option once',
    'mysql://a:CANARY@h/app%00x': 'without control characters',
    'mysql://a%0A:CANARY@h/app': 'without control characters',
    'mysql://a:CANARY@h/app?ssl-mode=PREFERRED': 'ssl-mode to be',
    'mysql://a:CANARY@localhost/app?ssl-ca=/x': 'ssl-ca only where',
    'mysql://a:CANARY@h/app?ssl-ca=/no/such/file': 'cannot read the certificates',
    'mysql://a:%zz@h/app': 'percent-encoding',
    'mysql://a:CANARY@10.0.0.1/app': 'the name of the host',
    'mysql://a:CANARY@[::2]/app': 'the name of the host',
    'mysql://a:CANARY@127.0.0.1/app?ssl-mode=VERIFY_IDENTITY': 'the name of the host',
    CANARY: 'an address like',
  }
  for (const [url, why] of Object.entries(wrong)) {
    it(`is refused: ${url.replace('CANARY', '...')}: ${why}`, () => {
      expect(() => parseAddress(url)).toThrow(ConfigError)
      expect(() => parseAddress(url)).toThrow(why)
      expect(() => parseAddress(url)).not.toThrow('CANARY')
    })
  }
})
