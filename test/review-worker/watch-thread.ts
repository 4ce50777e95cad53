/**
 * How long this thread has been busy at a stretch, in milliseconds of its own work.
 *
 * A timer that comes late shows that too, but on a machine with more to do than cores it shows mostly what others do:
 * what a server's event loop is late by is what its own thread did meanwhile.
 */
export function watchThread(): { reset(): void; longest(): number; close(): void } {
  let before = used()
  let longest = 0
  const look = () => {
    const now = used()
    longest = Math.max(longest, now - before)
    before = now
  }
  const timer = setInterval(look, 2)
  return {
    reset() {
      before = used()
      longest = 0
    },
    longest() {
      look()
      return longest
    },
    close: () => clearInterval(timer),
  }
}

function used(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1000
}
