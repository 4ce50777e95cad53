import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { queryOnce } from './mysql.ts'
import { startMariadb } from './private.ts'
import { withoutMysql } from './skip.ts'

const elsewhere = process.env.DBWARD_TEST_MYSQL_URL !== undefined

describe.skipIf(withoutMysql || elsewhere)('a private MariaDB', () => {
  it('is durable, survives a SIGKILL with its files, and stops', async () => {
    const server = await startMariadb()
    expect(server.engine).toBe('mariadb')
    const name = await server.createDatabase()
    const [flush] = await server.query(name, 'select @@innodb_flush_log_at_trx_commit as at_commit')
    expect(flush).toEqual({ at_commit: 1 })
    await server.query(name, 'create table t as select 1 as one')
    const before = server.pid
    await server.crash()
    await expect(server.query(name, 'select 1')).rejects.toThrow()
    await server.start()
    expect(server.pid).not.toBe(before)
    expect(await server.query(name, 'select one from t')).toEqual([{ one: 1 }])
    await server.stop()
    await expect(server.query(name, 'select 1')).rejects.toThrow()
  })

  it('lets nobody in without its password', async () => {
    const server = await startMariadb()
    const wrong = server.adminUrl.replace(server.password, 'wrong')
    await expect(queryOnce(wrong, 'select 1', [])).rejects.toMatchObject({ errno: 1045 })
    await expect(queryOnce(wrong.replace('//root:wrong', '//nobody:'), 'select 1', [])).rejects.toMatchObject(
      {
        errno: 1045,
      },
    )
    await server.stop()
  })

  it.each(['SIGTERM', 'SIGKILL'] as const)('is gone after a %s to who started it', async (signal) => {
    const script = new URL('./start.ts', import.meta.url).pathname
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] })
    const [line] = (await once(child.stdout, 'data')) as [Buffer]
    const { url } = JSON.parse(line.toString()) as { readonly url: string }
    expect(await queryOnce(url, 'select 1 as one', [])).toEqual([{ one: 1 }])
    child.kill(signal)
    await once(child, 'exit')
    for (let waited = 0; waited < 10_000; waited += 100) {
      const gone = await queryOnce(url, 'select 1', []).then(
        () => false,
        (error: { readonly code?: string }) => error.code === 'ECONNREFUSED',
      )
      if (gone) return
      await sleep(100)
    }
    throw new Error('the server outlived the process that started it')
  })
})
