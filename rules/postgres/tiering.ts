import { setFlagsFromString } from 'node:v8'

// PostgreSQL's grammar is one WebAssembly function of 100 kB. Some hundred files on, V8 would begin to compile it a
// second time, for speed, and would need 600 MB and seconds of a core for it: more than a small container has. What
// the first compilation makes is as fast for files of the size of migrations (docs/review-bench.md).
//
// It counts for modules that are compiled from here on, so whoever loads the parser loads this first.
setFlagsFromString('--no-wasm-dynamic-tiering')
setFlagsFromString('--no-wasm-tier-up')
