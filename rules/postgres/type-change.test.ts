import { expect, test } from 'vitest'
import type { TypeName } from '../definition.ts'
import { narrows, rewrites } from './type-change.ts'

const type = (name: string, ...args: number[]): TypeName => ({ name, args, array: false })

test.each<[TypeName | undefined, TypeName, ReturnType<typeof rewrites>, boolean]>([
  [type('varchar', 20), type('varchar', 50), 'no', false],
  [type('varchar', 20), type('varchar', 10), 'yes', true],
  [type('varchar', 20), type('text'), 'no', false],
  [type('text'), type('varchar', 20), 'yes', true],
  [type('text'), type('varchar'), 'no', false],
  [type('bpchar', 5), type('text'), 'yes', false],
  [type('int4'), type('int8'), 'yes', false],
  [type('int8'), type('int4'), 'yes', true],
  [type('int4'), type('float4'), 'yes', true],
  [type('numeric', 10, 2), type('numeric', 12, 2), 'no', false],
  [type('numeric', 10, 2), type('numeric', 12, 3), 'yes', true],
  [type('numeric', 10, 2), type('numeric'), 'no', false],
  [type('timestamp'), type('timestamptz'), 'depends', false],
  [{ ...type('varchar', 5), array: true }, { ...type('varchar', 9), array: true }, 'yes', true],
  [undefined, type('int8'), 'yes', false],
  [undefined, type('text'), 'depends', false],
  [undefined, type('varchar', 9), 'depends', true],
  [undefined, type('int2'), 'yes', true],
])('%o to %o: %s, narrower %s', (from, to, anew, narrower) => {
  expect([rewrites(from, to), narrows(from, to)]).toEqual([anew, narrower])
})
