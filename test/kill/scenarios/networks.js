import { createHash } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { listStored } from '../../../dist/networks/store/store.js';
import { runChild } from '../run-child.js';
import { inRepository, PROGRAM } from './program.js';
import { startWeightServer } from './weight-server.js';

const digest = (bytes) => createHash('sha256').update(bytes).digest('hex');

/** Copies an embedded network with its card under a name of its own. */
function copyNetwork(name, shared, as) {
  const path = join(shared, `${as}.onnx`);
  copyFileSync(inRepository(`models/${name}.onnx`), path);
  const card = JSON.parse(readFileSync(inRepository(`models/${name}.json`), 'utf8'));
  writeFileSync(join(shared, `${as}.json`), JSON.stringify({ ...card, name: as }));
  return path;
}

const importArgs = (place, path) => [
  ...[PROGRAM, 'models', 'import', path, '--name', 'mine', '--models-dir', join(place, 'models'), '--quiet'],
];

/** A network that is imported in place of one that works. */
const importing = {
  name: 'import',
  prepare: (shared) => ({
    shared,
    old: copyNetwork('inception-mnist', shared, 'old'),
    next: copyNetwork('inception-cifar10', shared, 'next'),
  }),
  async begin(place, { old, shared }) {
    const { end, stderr } = await runChild(importArgs(place, old), { temporary: shared });
    if (end !== 0) throw new Error(stderr);
  },
  args: (place, { next }) => importArgs(place, next),
  async damage(place, { old, next }) {
    const stored = await listStored(join(place, 'models'));
    if (stored.length !== 1) return `the store lists ${stored.length} networks, not the old or the new one`;
    const [{ path, card }] = stored;
    const found = digest(readFileSync(path));
    if (found !== card.sha256) return 'the network in the store is not the one of its card';
    const whole = [old, next].map((each) => digest(readFileSync(each)));
    return whole.includes(found) ? undefined : 'the network in the store is neither the old nor the new one';
  },
};

const PULL = inRepository('test/kill/scenarios/pull-program.js');

/** A network that is fetched over the loopback address. */
const pull = {
  name: 'pull',
  async prepare() {
    const bytes = Buffer.alloc(3_000_000, 'weights');
    const server = await startWeightServer(bytes);
    return { server, sha256: digest(bytes), bytes: bytes.length };
  },
  args: (place, { server, sha256, bytes }) => [
    ...[PULL, join(place, 'models'), `${server.url}/w.pth`, sha256, String(bytes)],
  ],
  // A download goes on from what came.
  keeps: /^models\/downloads\/w\.pth/,
  finish: ({ server }) => server.stop(),
};

export const networks = [importing, pull];
