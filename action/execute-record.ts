import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { ServerClient } from '@dbward/agent/client'
import { probeSuffix } from '@dbward/agent/probe-order'
import type { Spool } from '@dbward/agent/spool'
import type { RefusedReport } from '@dbward/protocol/messages'
import type { Receipt } from '@dbward/protocol/receipt'
import { integer, list, nullable, oneOf, open, type Parser, text } from '@dbward/protocol/shape'

/** What of this run's own receipt is shown; it was signed a moment ago, so it is not verified again. */
export type OwnReceipt = {
  readonly path: string
  readonly request: string
  readonly attempt: string
  readonly outcome: Receipt['outcome']
  readonly statements: readonly {
    readonly file: string
    readonly i: number
    readonly kind: string
    readonly command: string
    readonly rows: number | null
    readonly ms: number
  }[]
  readonly error: {
    readonly class: string
    readonly file: string | null
    readonly i: number | null
    readonly message: string
  } | null
}

/** The agent's ears: what this run refuses and what it signs passes through here on its way. */
export type Recording = {
  readonly client: ServerClient
  readonly spool: Spool
  /** The last refusal since it was asked for. */
  readonly takeRefusal: () => RefusedReport | null
  /** Of the last execution by this run. */
  readonly receipt: () => OwnReceipt | null
}

export function record(client: ServerClient, spool: Spool, folder: string): Recording {
  let refusal: RefusedReport | null = null
  let own: OwnReceipt | null = null
  return {
    client: {
      ...client,
      refused: async (attempt, report) => {
        refusal = report
        await client.refused(attempt, report)
      },
    },
    spool: {
      ...spool,
      keepReceipt: (name, envelope) => {
        spool.keepReceipt(name, envelope)
        const path = join(folder, `receipt-${name}.json`)
        writeFileSync(path, envelope, { mode: 0o600 })
        // A probe answers what the server asks, and that may be about anything but the merge of this job.
        if (name.endsWith(probeSuffix)) return
        own = { path, ...readReceipt(envelope) }
      },
    },
    takeRefusal: () => {
      const taken = refusal
      refusal = null
      return taken
    },
    receipt: () => own,
  }
}

const shown = open({
  request: text,
  jti: text,
  outcome: oneOf('applied', 'already_applied', 'failed_clean', 'partial', 'unknown'),
  statements: list(
    open({ file: text, i: integer, kind: text, command: text, rows: nullable(integer), ms: integer }),
  ),
  error: nullable(open({ class: text, file: nullable(text), i: nullable(integer), message: text })),
})
const envelopeOf: Parser<{ readonly payload: string }> = open({ payload: text })

function readReceipt(envelope: string): Omit<OwnReceipt, 'path'> {
  const { payload } = envelopeOf(JSON.parse(envelope), 'receipt')
  const { jti, ...rest } = shown(JSON.parse(Buffer.from(payload, 'base64').toString('utf8')), 'receipt')
  return { attempt: jti, ...rest }
}
