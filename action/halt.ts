import type { ExitCode } from './world.ts'

/** This run cannot go on. What is said is for people, on one line, and holds no secret. */
export class Halt extends Error {
  override readonly name = 'Halt'
  readonly exit: ExitCode

  constructor(exit: ExitCode, message: string, options?: ErrorOptions) {
    super(message, options)
    this.exit = exit
  }
}
