import type { Session } from './session.ts'

/** 1196: a table that is not transactional was changed, and stays so. */
const notUndone = 1196

/** What the server says that it could undo; null where it does not answer: it undoes all by itself when it notices. */
export async function rollBack(session: Session): Promise<'wholly' | 'in part' | null> {
  try {
    // A deadlock has rolled back already, and its answer holds the warning.
    const before = await session.query('show warnings')
    // The SQL may have turned warnings off.
    await session.query('set session max_error_count = 64')
    await session.query('rollback')
    const warnings = [...before, ...(await session.query('show warnings'))]
    return warnings.some((one) => Number(one.Code) === notUndone) ? 'in part' : 'wholly'
  } catch {
    return null
  }
}
