import type { World } from '../world.ts'

/** A function of this folder, with the world already given. */
export type Bound<F> = F extends (world: World, ...args: infer A) => infer R ? (...args: A) => R : never
