import { existsSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { KEYS } from './operations.js';

const who = fc.constantFrom('a', 'b');
/** What happens to the disk during an operation: mostly nothing. */
const plan = fc.oneof(
  { weight: 5, arbitrary: fc.constant(undefined) },
  {
    weight: 3,
    arbitrary: fc.record({
      how: fc.constantFrom('kill-before', 'kill-after'),
      at: fc.integer({ min: 1, max: 22 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      how: fc.constant('fail'),
      at: fc.integer({ min: 1, max: 11 }),
      error: fc.constantFrom('ENOSPC', 'EDQUOT', 'EIO', 'short'),
    }),
  },
);
const word = (disk) => (disk ? ` (${disk.error ?? disk.how} at ${disk.at})` : '');

function must(condition, text) {
  if (!condition) throw new Error(text);
}

/** A failed operation must say that the disk failed. */
function mustBeStorageError(answer, disk) {
  if (!answer.refused) return;
  must(disk?.how === 'fail', `refused on a sound disk: ${answer.refused.stack}`);
  must(answer.refused.code === 'storage', `no storage error on a bad disk: ${answer.refused.stack}`);
}

/** A command of fast-check from a name for reports and what it does. */
const command = (text, run, check = () => true) => ({ check, run, toString: () => text });

const shardFolder = (root, key) => join(root, 'features', key.slice(0, 2), key);

/** The cache: a shard that was said to be stored is read back exactly, and never is another read. */
const cache = {
  name: 'cache',
  /** `stored` holds what must be there, `possible` what may be. */
  makeModel: () => ({ stored: new Set(), possible: new Set() }),
  commands: [
    fc.tuple(who, fc.constantFrom(...KEYS), plan).map(([name, key, disk]) =>
      command(`${name}.write(${key.slice(0, 2)})${word(disk)}`, async (model, agents) => {
        const answer = await agents.ask(name, 'writeShard', [key], disk);
        mustBeStorageError(answer, disk);
        if (answer === 'killed' || answer.refused) model.possible.add(key);
        else model.stored.add(key);
      }),
    ),
    fc.tuple(who, fc.constantFrom(...KEYS)).map(([name, key]) =>
      command(`${name}.read(${key.slice(0, 2)})`, async (model, agents) => {
        const { done, refused } = await agents.ask(name, 'readShard', [key]);
        must(!refused, `reading throws ${refused?.stack}`);
        must(done !== 'wrong', 'a shard is read that was never written');
        must(done === 'right' || !model.stored.has(key), 'a stored shard is gone');
        must(done === 'none' || model.stored.has(key) || model.possible.has(key), 'a shard is there unasked');
      }),
    ),
    fc
      .tuple(who, fc.constantFrom({ all: true }, { maxBytes: 2000 }, { olderThanDays: 1 }), plan)
      .map(([name, options, disk]) =>
        command(`${name}.prune(${JSON.stringify(options)})${word(disk)}`, async (model, agents) => {
          const answer = await agents.ask(name, 'prune', [options], disk);
          mustBeStorageError(answer, disk);
          if (options.olderThanDays) return;
          for (const key of model.stored) model.possible.add(key);
          model.stored.clear();
          if (options.all && answer.done) model.possible.clear();
        }),
      ),
    fc
      .tuple(fc.constantFrom(...KEYS), fc.nat(2000), fc.constantFrom('flip', 'cut', 'remove'))
      .map(([key, at, how]) =>
        command(`damage(${key.slice(0, 2)}, ${how} ${at})`, async (model, { folder }) => {
          if (!damage(shardFolder(folder, key), at, how)) return;
          model.stored.delete(key);
          model.possible.add(key);
        }),
      ),
    fc.constant(
      command('swap', async (model, { folder }) => {
        const [first, second] = KEYS.map((key) => shardFolder(folder, key)).filter((path) =>
          existsSync(path),
        );
        if (!second) return;
        renameSync(first, `${first}.aside`);
        renameSync(second, first);
        renameSync(`${first}.aside`, second);
        for (const key of KEYS) model.possible.add(key);
        model.stored.clear();
      }),
    ),
  ],
  async finish(_model, agents) {
    const { refused } = await agents.ask('a', 'pruneLater');
    must(!refused, `pruning fails: ${refused?.stack}`);
    mustHoldNoFiles(join(agents.folder, 'features'));
  },
};

/** Changes a file of a folder; false if there is none. */
function damage(folder, at, how) {
  const files = existsSync(folder) ? readdirSync(folder) : [];
  if (files.length === 0) return false;
  const path = join(folder, files[at % files.length]);
  if (how === 'remove') rmSync(path);
  else {
    const bytes = readFileSync(path);
    if (bytes.length === 0) return false;
    if (how === 'flip') bytes[at % bytes.length] ^= 1;
    writeFileSync(path, how === 'cut' ? bytes.subarray(0, at % bytes.length) : bytes);
  }
  return true;
}

function mustHoldNoFiles(folder) {
  if (!existsSync(folder)) return;
  const left = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
  must(left.length === 0, `left over: ${left.join(', ')}`);
}

const NAMES = ['ape', 'bee'];

/** The store of networks: the old one or the new one, whole, and a lock that two never hold. */
const store = {
  name: 'store',
  /** Versions that may be there, by name; 0 is none. */
  makeModel: () => ({ versions: new Map(NAMES.map((name) => [name, new Set([0])])), holder: undefined }),
  commands: [
    fc
      .tuple(who, fc.constantFrom(...NAMES), fc.integer({ min: 1, max: 200 }), plan)
      .map(([name, network, version, disk]) =>
        command(
          `${name}.store(${network} ${version})${word(disk)}`,
          async (model, agents) => {
            const answer = await agents.ask(name, 'storeNetwork', [network, version], disk);
            mustBeStorageError(answer, disk);
            if (answer === 'killed') model.versions.get(network).add(version);
            else if (!answer.refused) model.versions.set(network, new Set([version]));
            await mustListRight(model, agents, name);
          },
          (model) => model.holder === undefined,
        ),
      ),
    fc.tuple(who, fc.constantFrom(...NAMES), plan).map(([name, network, disk]) =>
      command(
        `${name}.remove(${network})${word(disk)}`,
        async (model, agents) => {
          const answer = await agents.ask(name, 'removeNetwork', [network], disk);
          const versions = model.versions.get(network);
          if (answer.refused?.code === 'network') must(versions.has(0), 'a stored network is not found');
          else mustBeStorageError(answer, disk);
          if (answer === 'killed' || answer.refused?.code === 'storage') versions.add(0);
          else model.versions.set(network, new Set([0]));
          await mustListRight(model, agents, name);
        },
        (model) => model.holder === undefined,
      ),
    ),
    fc.constant(
      command(
        'a.hold(ape)',
        async (model, agents) => {
          const { refused } = await agents.ask('a', 'holdNetwork', ['ape']);
          must(!refused, `a free lock is refused: ${refused?.stack}`);
          model.holder = 'a';
        },
        (model) => model.holder === undefined,
      ),
    ),
    fc.constant(
      command('b.isFree(ape)', async (model, agents) => {
        const { done, refused } = await agents.ask('b', 'isNetworkFree', ['ape']);
        must(!refused, `the lock can't be looked at: ${refused?.stack}`);
        must(done === (model.holder === undefined), done ? 'two hold a lock' : 'a lock is held by nobody');
      }),
    ),
    fc.boolean().map((isKill) =>
      command(
        isKill ? 'a is killed' : 'a.release',
        async (model, agents) => {
          if (isKill) await agents.kill('a');
          else await agents.ask('a', 'release');
          model.holder = undefined;
        },
        (model) => model.holder !== undefined,
      ),
    ),
  ],
  /** A network of the same name sweeps what was left; nothing but networks is there then. */
  async finish(_model, agents) {
    // A process that runs on sweeps a folder only now and then.
    await agents.endAll();
    for (const name of NAMES) {
      const answer = await agents.ask('b', 'storeNetwork', [name, 7]);
      must(!answer.refused, `a sound disk refuses: ${answer.refused?.stack}`);
    }
    const left = readdirSync(join(agents.folder, 'models')).filter(
      (file) => !/^(ape|bee)\.(onnx|json)$/.test(file),
    );
    must(left.length === 0, `left over: ${left.join(', ')}`);
  },
};

async function mustListRight({ versions }, agents, name) {
  const { done, refused } = await agents.ask(name, 'listNetworks');
  must(!refused, `the store can't be listed: ${refused?.stack}`);
  for (const network of NAMES) {
    const found = done[network] ?? 0;
    must(found !== -1, `${network} is half an old and half a new network`);
    must(
      versions.get(network).has(found),
      `${network} is version ${found}, not ${[...versions.get(network)].join(' or ')}`,
    );
    // What was seen once stays.
    versions.set(network, new Set([found]));
  }
}

/** The folder of a training: the last checkpoint that was written, whole, and a log that fits it. */
const training = {
  name: 'training',
  /** Steps that the checkpoint may be of. */
  makeModel: () => ({ steps: new Set([0]), holder: undefined, step: 0 }),
  commands: [
    fc.tuple(who, plan).map(([name, disk]) =>
      command(`${name}.open${word(disk)}`, async (model, agents) => {
        const answer = await agents.ask(name, 'openRun', [], model.holder === undefined ? disk : undefined);
        if (model.holder !== undefined) {
          must(answer.refused?.code === 'usage', `two train in one folder: ${JSON.stringify(answer)}`);
          return;
        }
        mustBeStorageError(answer, disk);
        if (answer.done) {
          const { step, lines } = answer.done;
          must(model.steps.has(step), `resumed at step ${step}, not ${[...model.steps].join(' or ')}`);
          const expected = Array.from({ length: step }, (_, i) => i + 1);
          must(lines.join() === expected.join(), `the log of step ${step} has the steps ${lines.join()}`);
          Object.assign(model, { holder: name, step, steps: new Set([step]) });
        } else if (answer.refused) await agents.ask(name, 'release');
      }),
    ),
    plan.map((disk) =>
      command(
        `step${word(disk)}`,
        async (model, agents) => {
          const answer = await agents.ask(model.holder, 'trainStep', [model.step + 1], disk);
          mustBeStorageError(answer, disk);
          if (answer === 'killed') {
            model.steps.add(model.step + 1);
            model.holder = undefined;
          } else if (answer.refused) {
            await agents.ask(model.holder, 'release');
            model.holder = undefined;
          } else {
            model.step++;
            model.steps = new Set([model.step]);
          }
        },
        (model) => model.holder !== undefined,
      ),
    ),
    fc.boolean().map((isKill) =>
      command(
        isKill ? 'the trainer is killed' : 'release',
        async (model, agents) => {
          if (isKill) await agents.kill(model.holder);
          else await agents.ask(model.holder, 'release');
          model.holder = undefined;
        },
        (model) => model.holder !== undefined,
      ),
    ),
  ],
  async finish(model, agents) {
    await agents.endAll();
    const { refused } = await agents.ask('b', 'openRun');
    must(!refused, `the run can't be opened again: ${refused?.stack}`);
    const step = await agents.ask('b', 'trainStep', [Math.max(...model.steps) + 1]);
    must(!step.refused, `the next step fails: ${step.refused?.stack}`);
    await agents.ask('b', 'release');
    const known = /^(checkpoint\.safetensors|log\.jsonl|samples)$/;
    const left = readdirSync(join(agents.folder, 'run')).filter((file) => !known.test(file));
    must(left.length === 0, `left over: ${left.join(', ')}`);
  },
};

export const MODELS = [cache, store, training];
