// PyTorch in a process of its own, which runs the same steps.
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { CLASSIFIER_NETWORK } from './steps.js';

/** Its version, the ways in which it can run each step, and the milliseconds of the quickest of some steps. */
export async function startPeer(python, threads) {
  const script = fileURLToPath(new URL('./peer.py', import.meta.url));
  const child = spawn(python, [script, String(threads), JSON.stringify(CLASSIFIER_NETWORK)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const answer = async () => {
    const { value, done } = await lines.next();
    if (done) throw new Error(`${python} ended: it needs torch of 2.13 or later, and g++ to compile`);
    return value;
  };
  const { version, ways } = JSON.parse(await answer());
  return {
    version,
    ways,
    async time(step, way, { warmUp, steps }) {
      child.stdin.write(`${step} ${way} ${warmUp} ${steps}\n`);
      return Number(await answer());
    },
    close: () => child.stdin.end(),
  };
}
