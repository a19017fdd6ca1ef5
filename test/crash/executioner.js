// A thread that kills its process while the main thread is inside COMMIT, which on SQLite lets nothing else run there.
// Plain JavaScript, because the loader for TypeScript does not reach into threads.
import { workerData } from "node:worker_threads";

const [asleep, awake] = [0, 1];
const [state, delayMicros] = [0, 1];
const shared = new Int32Array(workerData);

Atomics.wait(shared, state, asleep);
// Spinning, because waking up would take longer than many a COMMIT.
while (Atomics.load(shared, state) === awake);
const until = performance.now() + Atomics.load(shared, delayMicros) / 1_000;
while (performance.now() < until);
process.kill(process.pid, "SIGKILL");
