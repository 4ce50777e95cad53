import type { ExitCode } from './world.ts'

/** The Action cannot go on. The message says what was expected, what was found and how to mend it. */
export class Stop extends Error {
  override readonly name = 'Stop'
  readonly exit: ExitCode

  constructor(exit: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
  }
}
