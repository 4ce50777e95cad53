import { canonical } from '@dbward/protocol/json'

/** The token that was spent here. Its row is committed before anything of its plan runs, so it is spent once. */
export type AttemptRow = {
  readonly db: string
  readonly env: string
  readonly jti: string
  readonly fence: number
  readonly request: string
  readonly att: number
  readonly token_sha256: string
  readonly plan_sha256: string
  readonly audit_seq: number
  readonly audit_hash: string
  readonly agent: string
}

/** One migration file that this database has. `version` is null where the file's name has none. */
export type LedgerRow = {
  readonly db: string
  readonly env: string
  readonly path: string
  readonly version: string | null
  readonly sha256: string
  readonly kind: 'applied' | 'baselined' | 'skipped'
  readonly jti: string
  readonly fence: number
  readonly plan_sha256: string
  readonly merge_sha: string
  readonly pr: number
  readonly approvers: readonly string[]
  readonly audit_seq: number
  readonly audit_hash: string
  readonly agent: string
  readonly nonce_hash: string
}

/**
 * Progress of a statement that runs outside a transaction. `backend` names the server process that runs it, `before` is
 * what the statement's effect looked like when it was about to begin.
 */
export type StepRow = {
  readonly db: string
  readonly env: string
  readonly path: string
  readonly phase: 'intent' | 'done' | 'failed'
  readonly jti: string
  readonly sha256: string
  readonly fence: number
  readonly backend: string
  readonly before: string
  readonly agent: string
}

/**
 * On MySQL and MariaDB one ledger is there for a whole server, so that a row says which of its databases (`schema`) it
 * is about.
 */
export type MysqlAttemptRow = AttemptRow & { readonly schema: string }
/** `connection` is that of the session that ran the file: a copy that another one wrote does not count. */
export type MysqlLedgerRow = Omit<LedgerRow, 'nonce_hash'> & {
  readonly schema: string
  readonly connection: number
}

/**
 * Progress of one statement on MySQL or MariaDB. `i` is its index, or -1 for all statements of a file that runs in one
 * transaction. `open` is written in the transaction that it marks, and is there for others only when that is committed:
 * one that is there without what ends it says that somebody else committed. `running` is committed before the statement
 * is sent, `done` and `failed` when it has ended. `server` and `connection` say where it runs, `before` what it was to
 * change.
 */
export type MysqlStepRow = {
  readonly schema: string
  readonly db: string
  readonly env: string
  readonly path: string
  readonly i: number
  readonly phase: 'open' | 'running' | 'done' | 'failed'
  readonly jti: string
  readonly fence: number
  readonly sha256: string
  readonly statement_sha256: string
  readonly server: string
  readonly connection: number
  readonly before: string
  readonly agent: string
}

/** What a row claims that does not count. It keeps a genuine one of the same path or version out of the ledger. */
export type Forged = { readonly path: string; readonly version: string | null }

export type Rows = {
  readonly attempt: AttemptRow
  readonly ledger: LedgerRow
  readonly step: StepRow
  readonly 'mysql-attempt': MysqlAttemptRow
  readonly 'mysql-ledger': MysqlLedgerRow
  readonly 'mysql-step': MysqlStepRow
}
export type RowKind = keyof Rows

/** What is signed, and by whom it claims to be. */
export type SignedRow = {
  readonly kind: RowKind
  readonly agent: string
  readonly kid: string
  readonly bytes: Uint8Array
  readonly sig: Uint8Array
}

/** True where `sig` is a signature over `bytes` by a key `kid` that the trust bundle gives to the agent `agent`. */
export type VerifyRow = (row: SignedRow) => boolean

export type RowSigner = {
  readonly id: string
  readonly kid: string
  sign(bytes: Uint8Array): Promise<Uint8Array>
}

/** The prefix keeps a row from being taken for another kind of row, or for anything else that this key signs. */
export function rowBytes<K extends RowKind>(kind: K, row: Rows[K]): Uint8Array {
  return new TextEncoder().encode(`dbward.${kind}-row.v1\0${canonical(row)}`)
}

/** Whether a row that was read from a database is signed by the agent that it names. */
export function genuine<K extends RowKind>(
  kind: K,
  read: Readonly<Record<string, unknown>>,
  value: Rows[K],
  verify: VerifyRow,
): boolean {
  const { sig, kid } = read
  if (!(sig instanceof Uint8Array) || typeof kid !== 'string') return false
  try {
    return verify({ kind, agent: value.agent, kid, bytes: rowBytes(kind, value), sig })
  } catch {
    // a forged row may hold what has no canonical form
    return false
  }
}
