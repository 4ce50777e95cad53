import { a as readFile, i as reviewer, n as splitOf, o as import_wasm } from "./split.js";
import { parentPort } from "node:worker_threads";
// rules/worker.ts
/**
* The entry of a worker thread that reviews. Whoever starts it limits it (`resourceLimits`, and `terminate()`
* after a time of its choosing): a thread that is gone has not reviewed, which is never the same as no findings.
*/
parentPort?.on("message", async (request) => parentPort?.postMessage(await answer(request)));
async function answer({ id, files, options }) {
	try {
		await (0, import_wasm.loadModule)();
		const reviewRead = reviewer(options);
		const read = files.map(({ path, bytes }) => ({
			path,
			file: readFile(bytes, options.engine)
		}));
		return {
			id,
			reviews: read.map(({ path, file }) => reviewRead(path, file)),
			splits: read.map(({ file }) => splitOf(file))
		};
	} catch (error) {
		return {
			id,
			error: error instanceof Error ? error.message : String(error)
		};
	}
}
export {};
