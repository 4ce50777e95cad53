import { setTimeout as sleep } from 'node:timers/promises'

/** One thing that the demo did and checked. `facts` is what was found, for machines. */
export type Step = {
  readonly name: string
  readonly ms: number
  readonly ok: boolean
  readonly facts: Readonly<Record<string, unknown>>
}
export type Told = { readonly facts: Readonly<Record<string, unknown>>; readonly lines: readonly string[] }
export type Timeline = {
  chapter(title: string): void
  /** Does one thing, shows that it goes on, and tells what came of it. What throws ends the demo. */
  step(name: string, work: () => Promise<Told>): Promise<void>
  steps(): readonly Step[]
}

type Screen = { readonly write: (text: string) => void; readonly live: boolean; readonly colour: boolean }

/** Tells a story to people; `quiet` only keeps the steps. */
export function timeline(screen: Screen | 'quiet', now: () => number): Timeline {
  const begun = now()
  const steps: Step[] = []
  const write = (text: string) => void (screen !== 'quiet' && screen.write(text))
  const paint = (code: string, text: string) =>
    screen !== 'quiet' && screen.colour ? `\u001b[${code}m${text}\u001b[0m` : text
  return {
    steps: () => steps,
    chapter: (title) => write(`\n${paint('1', title)}\n`),
    async step(name, work) {
      const started = now()
      const at = `${((started - begun) / 1_000).toFixed(1).padStart(6)} s`
      const stop = screen === 'quiet' ? () => undefined : wait(screen, `${at}  `, name)
      try {
        const { facts, lines } = await work()
        stop()
        const ms = Math.round(now() - started)
        steps.push({ name, ms, ok: true, facts })
        write(`${paint('2', at)}  ${paint('32', 'ok')}  ${name} ${paint('2', `(${ms} ms)`)}\n`)
        for (const line of lines) write(`              ${line}\n`)
      } catch (error) {
        stop()
        const why = error instanceof Error ? error.message : String(error)
        steps.push({ name, ms: Math.round(now() - started), ok: false, facts: { why } })
        write(
          `${paint('2', at)}  ${paint('31', 'NO')}  ${name}\n              ${why.replaceAll('\n', '\n              ')}\n`,
        )
        throw error
      }
    },
  }
}

/** On a terminal a line moves; elsewhere what takes long says so now and then. */
function wait(screen: Screen, before: string, name: string): () => void {
  if (screen.live) return spin(screen, before, name)
  let seconds = 0
  const timer = setInterval(() => {
    seconds += 5
    screen.write(`${before}..  ${name} (${seconds} s so far)\n`)
  }, 5_000)
  return () => clearInterval(timer)
}

/** A line that moves while we wait; it is gone when the wait is over. */
function spin(screen: Screen, before: string, name: string): () => void {
  const marks = ['.  ', '.. ', '...']
  const stopped = new AbortController()
  const turn = async () => {
    for (let i = 0; !stopped.signal.aborted; i++) {
      screen.write(`\r${before}${marks[i % marks.length]} ${name}`)
      await sleep(250, undefined, { signal: stopped.signal }).catch(() => undefined)
    }
  }
  void turn()
  return () => {
    stopped.abort()
    screen.write('\r\u001b[K')
  }
}

/** What the demo says must be so. */
export function expect(holds: boolean, expected: string, got: unknown): asserts holds {
  if (!holds)
    throw new Error(`expected ${expected}, got ${typeof got === 'string' ? got : JSON.stringify(got)}`)
}
