import { describe } from 'vitest'
import { withoutMysql } from '../mysql/skip.ts'
import { killsAtRandom } from './random.ts'

describe.skipIf(withoutMysql)('on MariaDB', () => killsAtRandom('mariadb'))
