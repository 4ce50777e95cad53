import { describe } from 'vitest'
import { worldFails } from './world.ts'

// A server that is not ours cannot be killed.
describe.skipIf(process.env.DBWARD_TEST_PG_URL !== undefined)('on PostgreSQL', () => worldFails('postgres'))
