/**
 * What the Action has of the world around it: the runner, its files and its environment. Both modes are functions over
 * this, so that a test can stand where a runner would.
 */
export type ActionWorld = {
  /** The environment as the runner set it: `GITHUB_*`, `RUNNER_*`. */
  readonly env: Readonly<Record<string, string | undefined>>
  /** The checkout, `GITHUB_WORKSPACE`. */
  readonly workspace: string
  /** The event's payload, unparsed JSON as the runner wrote it; null where there is none. */
  readonly event: unknown
  /** An input of action.yml, trimmed; '' where it was not given. */
  readonly input: (name: string) => string
  readonly setOutput: (name: string, value: string) => void
  /** Adds to the job's summary. The caller has escaped what others wrote. */
  readonly summary: (markdown: string) => void
  /** From here on the runner shows `***` for this text. */
  readonly mask: (secret: string) => void
  /** A line of the log. Whatever is in it, the runner takes no command from it. */
  readonly say: (line: string) => void
  readonly warn: (line: string) => void
  readonly fail: (line: string) => void
  /** Asks GitHub who this job is, for one audience: a signed JWT. Rejects where the job lacks `id-token: write`. */
  readonly idToken: (audience: string) => Promise<string>
  readonly fetch: typeof globalThis.fetch
  readonly now: () => number
  readonly monotonic: () => number
  /** Aborts where the runner cancels the job. */
  readonly signal: AbortSignal
}

/** How a run of the Action ended: the exit code of the step, told apart so that a workflow can act on it. */
export const exits = {
  /** applied, already applied, nothing to do; in review mode, nothing that `fail-on` asks for */
  ok: 0,
  /** review mode: findings that `fail-on` asks for */
  findings: 1,
  /** an input is missing or wrong; the message says which */
  usage: 2,
  /** people have not approved it, or the policy says no */
  notApproved: 3,
  /** it failed and nothing of it took effect */
  failed: 4,
  /** a part of it took effect: look before anything else runs */
  partial: 5,
  /** it cannot be told what took effect: look before anything else runs */
  unknown: 6,
  /** who the job is, or what the evidence needs, could not be verified; nothing ran */
  cannotVerify: 7,
  /** its turn did not come in time; nothing ran */
  waitedTooLong: 8,
} as const
export type ExitCode = (typeof exits)[keyof typeof exits]
