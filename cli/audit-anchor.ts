import { openCheckpoint } from '@dbward/protocol/checkpoint'
import { parseSha256, positive } from '@dbward/protocol/ids'
import { isObject, type JsonObject, parseStrict } from '@dbward/protocol/json'
import type { PublicKey } from '@dbward/protocol/keys'
import type { LogHead } from '@dbward/protocol/log'
import { closed, ShapeError } from '@dbward/protocol/shape'
import { printable } from './files.ts'
import { UsageError } from './world.ts'

const head = closed({ seq: positive, hash: parseSha256 })

/**
 * Every head that a text holds: `{"seq":1,"hash":"..."}` as an agent keeps it, or a signed checkpoint as it stands in
 * a result comment. The text around it does not matter, so that a comment can be saved as it is. A checkpoint that no
 * key vouches for is a `Refusal`.
 */
export function readAnchors(source: string, text: string, keys: readonly PublicKey[]): readonly LogHead[] {
  const found = [text, ...text.split('\n')].flatMap((part) => objectIn(part.trim()))
  const anchors = found.flatMap((value) => anchorOf(value, keys))
  if (anchors.length > 0) return anchors
  throw new UsageError(
    `${printable(source)}: expected a head ({"seq":...,"hash":"..."}) or a signed checkpoint on a line of its own, got neither`,
  )
}

function objectIn(text: string): readonly JsonObject[] {
  if (!text.startsWith('{')) return []
  try {
    const value = parseStrict(text)
    return isObject(value) ? [value] : []
  } catch (error) {
    if (error instanceof ShapeError) return []
    throw error
  }
}

function anchorOf(value: JsonObject, keys: readonly PublicKey[]): readonly LogHead[] {
  const sealed = value.checkpoint ?? (value.payloadType === undefined ? null : value)
  if (sealed !== null) {
    const { seq, hash } = openCheckpoint(sealed, (kid) => keys.find((key) => key.kid === kid))
    return [{ seq, hash }]
  }
  try {
    return [head(value, 'anchor')]
  } catch (error) {
    if (error instanceof ShapeError) return []
    throw error
  }
}
