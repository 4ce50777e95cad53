import { isBuiltIn } from '../built-ins.ts'
import { functionName } from './calls.ts'
import { walk } from './tree.ts'

// Functions of PostgreSQL's own, and of the extensions that it ships, whose value is another one for each row.
const volatile = new Set([
  ...['random', 'random_normal', 'nextval', 'setval', 'currval', 'lastval', 'clock_timestamp', 'timeofday'],
  ...['gen_random_uuid', 'uuidv4', 'uuidv7', 'gen_random_bytes', 'gen_salt', 'txid_current'],
  ...['uuid_generate_v1', 'uuid_generate_v1mc', 'uuid_generate_v4'],
])

/** Whether an expression calls what gives each row a value of its own; a function that is not known may do so. */
export function isVolatile(expression: unknown): boolean {
  let found = false
  walk([expression], ({ tag, body }) => {
    if (tag === 'FuncCall') {
      const name = functionName(body)
      found ||= volatile.has(name) || !isBuiltIn(name, 'postgres')
    }
    return !found
  })
  return found
}
