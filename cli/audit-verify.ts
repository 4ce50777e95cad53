import { Refusal } from '@dbward/protocol/errors'
import { parsePublicFile } from '@dbward/protocol/keys'
import { type ChainResult, verifyChain } from '@dbward/protocol/verify-chain'
import { verifyExitCodes } from './audit.ts'
import { readAnchors } from './audit-anchor.ts'
import { linesOf, printable, readText } from './files.ts'
import { type Exit, toJson, type World } from './world.ts'

export type VerifyOptions = {
  readonly key?: readonly string[]
  readonly anchor?: readonly string[]
  readonly json?: true
}

export async function verify(path: string, options: VerifyOptions, world: World): Exit {
  const result = await verified(path, options, world)
  world.out(options.json ? toJson(result) : resultText(result))
  return verifyExitCodes[result.code]
}

async function verified(
  path: string,
  { key = [], anchor = [] }: VerifyOptions,
  world: World,
): Promise<ChainResult> {
  const checkpointKeys = key.map((one) => parsePublicFile(readText(one), 'checkpoint', one))
  try {
    const anchors = anchor.flatMap((one) => readAnchors(one, readText(one), checkpointKeys))
    return await verifyChain(linesOf(path, world), { checkpointKeys, anchors })
  } catch (error) {
    if (error instanceof Refusal)
      return { code: 'bad-signature', seq: 0, message: `an anchor: ${error.message}` }
    throw error
  }
}

function resultText(result: ChainResult): string {
  if (result.code !== 'ok') {
    const hint = result.code === 'bad-signature' ? '; --key gives the public keys that may have signed' : ''
    return `${result.code} at entry ${result.seq}: ${printable(result.message)}${hint}\n`
  }
  const { head, checkpoints, vouchedTo } = result
  const sound = `ok: ${head.seq} entries, ${checkpoints} checkpoints, head ${head.hash}\n`
  if (vouchedTo === head.seq) return sound
  const loose = head.seq - vouchedTo
  return `${sound}no checkpoint and no anchor vouches for the last ${loose} entries: if the log was cut there, this cannot tell\n`
}
