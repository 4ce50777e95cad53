import type { ActionWorld } from './world.ts'

const secrets = ['agent-key', 'database-url', 'progress-url', 'github-token', 'verifier-private-key'] as const
/** Shorter texts are in too many words of a log to be hidden in it. */
const least = 4

/**
 * Has the runner hide every secret of the inputs, and the parts of it that could show up alone: the lines of a key, the
 * password in an address, as it is written there and as it is meant.
 */
export function maskSecrets(world: ActionWorld): void {
  for (const name of secrets) {
    for (const part of partsOf(world.input(name))) if (part.length >= least) world.mask(part)
  }
}

function partsOf(secret: string): readonly string[] {
  const lines = secret.split(/\r?\n/).map((line) => line.trim())
  return [
    ...new Set([
      secret,
      ...lines.filter((line) => !/^-----|^[{}[\],]*$/.test(line)),
      ...members(secret),
      ...passwords(secret),
    ]),
  ]
}

/** `private` of a key file, which may be on one line with what is public. */
function members(secret: string): readonly string[] {
  return [...secret.matchAll(/"private"\s*:\s*"([^"]+)"/g)].map(([, value = '']) => value)
}

function passwords(secret: string): readonly string[] {
  // Not every address that a driver takes is one that URL can parse.
  const [, written = ''] = /^[a-z]+:\/\/[^/?#]*?:([^/?#]*)@/i.exec(secret) ?? []
  const inQuery = [...secret.matchAll(/[?&](?:password|passwd|sslpassword)=([^&#]*)/gi)].map(
    ([, value = '']) => value,
  )
  return [written, ...inQuery].flatMap((one) => [one, meant(one), encodeURIComponent(meant(one))])
}

function meant(written: string): string {
  try {
    return decodeURIComponent(written)
  } catch {
    return written
  }
}
