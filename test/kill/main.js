// Kills runs of the built program at random points, or lets their disk fail, and looks whether the next run makes it good:
// npm run kill -- [SCENARIO…] --times 100 --seed 1 [--disk] [--at N] [--keep]
import process from 'node:process';
import { parseArgs } from 'node:util';
import { prove } from './prove.js';
import { SCENARIOS } from './scenarios/index.js';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    times: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    disk: { type: 'boolean', default: false },
    at: { type: 'string' },
    keep: { type: 'boolean', default: false },
  },
});
const unknown = positionals.filter((name) => !SCENARIOS.some((each) => each.name === name));
if (unknown.length > 0) {
  const names = SCENARIOS.map(({ name }) => name).join(', ');
  throw new Error(`no scenario ${unknown.join(', ')}: choose from ${names}`);
}
// Ends after the round at which it is, with the figures up to there.
const stop = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM']) process.once(signal, () => stop.abort());
for (const scenario of SCENARIOS) {
  if (stop.signal.aborted) break;
  if (positionals.length > 0 && !positionals.includes(scenario.name)) continue;
  const startedMs = Date.now();
  const figures = await prove(scenario, {
    times: Number(values.times),
    seed: Number(values.seed),
    how: values.disk ? 'disk' : 'kill',
    at: values.at === undefined ? undefined : Number(values.at),
    keep: values.keep,
    signal: stop.signal,
    onFault: (text) => console.log(`FAULT ${text}`),
  });
  console.log(
    JSON.stringify({ scenario: scenario.name, ...figures, seconds: (Date.now() - startedMs) / 1000 }),
  );
  if (figures.faults > 0) process.exitCode = 1;
}
