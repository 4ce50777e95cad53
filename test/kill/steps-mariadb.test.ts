import { describe } from 'vitest'
import { withoutMysql } from '../mysql/skip.ts'
import { killAtSteps } from './steps.ts'

describe.skipIf(withoutMysql)('on MariaDB', () => killAtSteps('mariadb'))
