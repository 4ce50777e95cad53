import { dirname } from 'node:path'
import { type Place, pathInside } from './repository.ts'
import { foldersAround, type Picked } from './review-files.ts'
import { UsageError, type World } from './world.ts'

/** Far beyond what is judged as one file, so that its finding still says how large it is. */
const most = 64 * 1024 * 1024

/** Standard input as a file. Its name says to which database of a policy it belongs. */
export async function pickInput(
  given: readonly string[],
  name: string | undefined,
  place: Place,
  world: World,
): Promise<Picked> {
  if (given.length > 0)
    throw new UsageError(`--stdin: expected no files with it, got ${given.length}; leave one out`)
  const parts: Uint8Array[] = []
  let size = 0
  for await (const part of world.input()) {
    size += part.length
    if (size > most) throw new UsageError(`--stdin: expected at most ${most} bytes, got more`)
    parts.push(part)
  }
  const inside = name === undefined ? null : pathInside(place, name)
  const file = { path: name ?? '<stdin>', inside, bytes: new Uint8Array(Buffer.concat(parts)) }
  const folders = name !== undefined && inside === null ? [] : foldersAround([dirname(inside ?? '')], place)
  return { files: [file], folders, notes: [] }
}
