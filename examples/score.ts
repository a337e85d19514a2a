/**
 * Scores a folder of generated pictures against real ones, prints the numbers and writes the whole result.
 *
 *     npx tsx score.ts ./samples ./real result.json
 */
import { writeFile } from 'node:fs/promises';
import { GanevalError, score } from 'ganeval';

const [samples, reference, out = 'result.json'] = process.argv.slice(2);
if (!samples || !reference) {
  console.error('Give the generated pictures and the real ones: score.ts ./samples ./real [result.json]');
  process.exit(2);
}

// Ctrl-C stops the run; what was computed is in the cache, and the next run continues from there.
const stop = new AbortController();
process.once('SIGINT', () => stop.abort());

try {
  const result = await score(
    { samples, reference, metrics: ['is', 'fid', 'kid', 'precision', 'recall'], seed: 1 },
    { signal: stop.signal, onNote: (note) => console.error(note) },
  );
  for (const metric of result.metrics) {
    if (metric.status !== 'ok') {
      console.log(`${metric.id}: not computed. ${metric.reason}`);
    } else if (metric.subject === 'samples') {
      const error = metric.se === undefined ? '' : ` ± ${metric.se.toPrecision(2)}`;
      console.log(`${metric.id}: ${metric.value.toPrecision(5)}${error} (${metric.direction} is better)`);
    }
  }
  for (const warning of result.warnings) console.error(`! ${warning}`);
  await writeFile(out, `${JSON.stringify(result, undefined, 2)}\n`);
} catch (error) {
  if (!(error instanceof GanevalError)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
