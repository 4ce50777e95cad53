#!/usr/bin/env node
// Plain JavaScript, because a Node that is too old cannot even read the TypeScript behind it.
const oldest = 24

if (Number(process.versions.node.split('.')[0]) < oldest) {
  process.stderr.write(
    `dbward: expected Node ${oldest} or later, got ${process.versions.node}; install Node ${oldest}\n`,
  )
  process.exitCode = 78
} else {
  const { main } = await import('./main.ts')
  await main(process.argv)
}
