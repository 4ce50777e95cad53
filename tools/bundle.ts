// `npm run bundle` builds action/dist, which is committed; `npm run bundle -- cli` builds cli/dist for `npm pack ./cli/dist`.
import { bundleAction, bundleCli } from './bundle-build.ts'

const [what = 'action', ...more] = process.argv.slice(2)
if (more.length > 0 || (what !== 'action' && what !== 'cli')) {
  console.error('usage: npm run bundle [-- cli]')
  process.exitCode = 2
} else await (what === 'cli' ? bundleCli() : bundleAction())
