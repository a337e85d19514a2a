// Does random things to the cache, the store and the folder of a training, with kills and full disks at random writes, and compares each
// answer with a model: npm run model -- [MODEL…] --runs 200 --seed 1
import process from 'node:process';
import { parseArgs } from 'node:util';
import fc from 'fast-check';
import { Agents } from './agents.js';
import { MODELS } from './models.js';

const MOST_COMMANDS = 14;
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    runs: { type: 'string', default: '50' },
    seed: { type: 'string', default: '1' },
    path: { type: 'string' },
  },
});
const unknown = positionals.filter((name) => !MODELS.some((each) => each.name === name));
if (unknown.length > 0)
  throw new Error(`no model ${unknown.join(', ')}: choose from ${MODELS.map(({ name }) => name).join(', ')}`);

for (const { name, makeModel, commands, finish } of MODELS) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  Object.assign(Agents.counts, { operations: 0, kills: 0, refusals: 0 });
  const startedMs = Date.now();
  const property = fc.asyncProperty(
    fc.commands(commands, { maxCommands: MOST_COMMANDS, size: 'max' }),
    async (list) => {
      const agents = new Agents();
      const model = makeModel();
      try {
        await fc.asyncModelRun(() => ({ model, real: agents }), list);
        await finish(model, agents);
      } finally {
        await agents.close();
      }
    },
  );
  const details = await fc.check(property, {
    numRuns: Number(values.runs),
    seed: Number(values.seed),
    ...(values.path && { path: values.path }),
    interruptAfterTimeLimit: 3_600_000,
  });
  const seconds = (Date.now() - startedMs) / 1000;
  console.log(
    JSON.stringify({ model: name, runs: details.numRuns, ...Agents.counts, failed: details.failed, seconds }),
  );
  if (!details.failed) continue;
  process.exitCode = 1;
  console.log(
    `FAULT ${name}: ${details.counterexample} (seed ${details.seed}, path ${details.counterexamplePath}): ${details.errorInstance?.message}`,
  );
}
