import { describe } from 'vitest'
import { withoutMysql } from '../mysql/skip.ts'
import { worldFails } from './world.ts'

// A server that is not ours cannot be killed.
const elsewhere = process.env.DBWARD_TEST_MYSQL_URL !== undefined
describe.skipIf(withoutMysql || elsewhere)('on MariaDB', () => worldFails('mariadb'))
