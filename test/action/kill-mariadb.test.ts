import { describe } from 'vitest'
import { withoutMysql } from '../mysql/skip.ts'
import { jobsAreKilled } from './killed.ts'

describe.skipIf(withoutMysql)('on MariaDB', () => jobsAreKilled('mariadb'))
