import type { Access } from './execute.ts'
import { openProgress, type Progress } from './progress.ts'
import { openSession, type Session } from './session.ts'

/** A session of each account on one server: that of migrations sees their tables, the other one reads the ledger. */
export type Both = { readonly session: Session; readonly progress: Progress; close(): Promise<void> }

export async function openBoth(access: Access, program: string, connectMs?: number): Promise<Both> {
  const session = await openSession(access.url, program, connectMs)
  try {
    const progress = await openProgress(access.progressUrl, `${program} progress`, connectMs)
    const close = async () => {
      await session.close()
      await progress.close()
    }
    if (progress.server === session.server) return { session, progress, close }
    await progress.close()
    throw new Error(`expected the progress account on the server ${session.server}, got ${progress.server}`)
  } catch (cause) {
    await session.close()
    throw cause
  }
}
