import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../core/parse-json.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { makeFolder } from '../../storage/make-folder.js';
import { readDocument } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';
import type { Device } from '../device-choices.js';
import { readMachine } from '../machine/read-machine.js';
import { keyOfMachine } from './machine-key.js';

const SCHEMA = 'ganeval/checked-networks@1';
const MAX_CHECKED = 1024;
const MAX_BYTES = 2 ** 18;

const fileSchema = z.object({
  schema: z.literal(SCHEMA),
  checked: z
    .array(z.object({ key: z.string().regex(/^[0-9a-f]{64}$/), distance: z.number().nonnegative() }))
    .max(MAX_CHECKED),
});
type Checked = z.infer<typeof fileSchema>['checked'];

/** A network on a device of this machine, as it is remembered. */
export interface CheckedOn {
  readonly device: Device;
  /** Names everything that makes the network's numbers. */
  readonly identity: string;
  /** Folder of the cache. @default the system's place for caches */
  readonly cacheDir?: string;
}

/** What this process measured or read. */
const known = new Map<string, number>();

/**
 * How far a network's numbers on a device are from the CPU's: measured once for a state of the machine, and kept in the cache. A file that
 * is missing, damaged or not ours says nothing.
 *
 * @param measure measures it, as relative L2
 */
export async function distanceOnce(on: CheckedOn, measure: () => Promise<number>): Promise<number> {
  const key = await keyOf(on);
  const name = JSON.stringify([on.cacheDir, key]);
  const before =
    known.get(name) ?? (await readChecked(on.cacheDir)).find((each) => each.key === key)?.distance;
  const distance = before ?? (await measure());
  known.set(name, distance);
  // A cache that can't be written costs the check again in the next run.
  if (before === undefined) await remember(on.cacheDir, { key, distance }).catch(() => undefined);
  return distance;
}

async function keyOf({ device, identity }: CheckedOn): Promise<string> {
  const parts = [await keyOfMachine(await readMachine()), device, identity];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

async function remember(cacheDir: string | undefined, found: Checked[number]): Promise<void> {
  const others = (await readChecked(cacheDir)).filter(({ key }) => key !== found.key);
  const content = { schema: SCHEMA, checked: [found, ...others].slice(0, MAX_CHECKED) };
  await makeFolder(cacheFolder(cacheDir)).catch(() => undefined);
  await writeWhole(fileOf(cacheDir), `${JSON.stringify(content)}\n`);
}

async function readChecked(cacheDir: string | undefined): Promise<Checked> {
  try {
    return fileSchema.parse(parseJson(await readDocument(fileOf(cacheDir), MAX_BYTES))).checked;
  } catch {
    return [];
  }
}

function fileOf(cacheDir: string | undefined): string {
  return join(cacheFolder(cacheDir), 'checked-networks.json');
}
