import { join } from 'node:path';
import { z } from 'zod';
import { parseJson } from '../../core/parse-json.js';
import { cacheFolder } from '../../storage/cache-folder.js';
import { makeFolder } from '../../storage/make-folder.js';
import { readDocument } from '../../storage/read-whole.js';
import { writeWhole } from '../../storage/write-whole.js';
import type { Device } from '../device-choices.js';
import { type SelfTest, selfTestSchema } from './self-test.js';

const SCHEMA = 'ganeval/devices@1';
/** A cluster whose machines share a folder has some kinds of them. */
const MAX_MACHINES = 32;
const MAX_DEVICES = 64;
const MAX_BYTES = 2 ** 20;
const DAY_MS = 24 * 60 * 60 * 1000;
/** A device that failed is tried again after a day: somebody may have mended it. */
const FAILURE_LASTS_MS = DAY_MS;
/** Speeds of a busy moment, or of a driver that this system does not name, are not for ever. */
const TEST_LASTS_MS = 14 * DAY_MS;

const machineSchema = z.object({
  key: z.string().regex(/^[0-9a-f]{64}$/),
  tests: z.record(
    z.string().regex(/^(webgpu|coreml|(cuda|dml)(:\d{1,4})?)$/),
    z.object({ testedAt: z.iso.datetime(), test: selfTestSchema }),
  ),
});
const fileSchema = z.object({
  schema: z.literal(SCHEMA),
  machines: z.array(machineSchema).max(MAX_MACHINES),
});

/** What self-tests found of this machine, by device. */
export type DeviceTests = Readonly<Partial<Record<Device, SelfTest>>>;

/** Where self-tests are kept, and for which machine. */
export interface TestMemory {
  /** Folder of the cache. @default the system's place for caches */
  readonly cacheDir?: string;
  readonly key: string;
}

/** The file in which self-tests are kept. */
export function testsFile(cacheDir?: string): string {
  return join(cacheFolder(cacheDir), 'devices.json');
}

/**
 * What was found of this machine before. A file that is missing, damaged or not ours says nothing.
 *
 * @param now milliseconds since 1970
 */
export async function recallTests({ cacheDir, key }: TestMemory, now = Date.now()): Promise<DeviceTests> {
  const machine = (await readFile(cacheDir)).machines.find((each) => each.key === key);
  const lasting = Object.entries(machine?.tests ?? {}).filter(([, { test, testedAt }]) => {
    // A time to come is that of a clock that was wrong.
    const age = now - Date.parse(testedAt);
    return age >= 0 && age < (test.outcome === 'ran' ? TEST_LASTS_MS : FAILURE_LASTS_MS);
  });
  return Object.fromEntries(lasting.map(([device, { test }]) => [device, test]));
}

/**
 * Keeps what was found, the machines of late first.
 *
 * @throws {StorageError} where the file can't be written
 */
export async function rememberTests(
  { cacheDir, key }: TestMemory,
  tests: DeviceTests,
  now = Date.now(),
): Promise<void> {
  const { machines } = await readFile(cacheDir);
  const testedAt = new Date(now).toISOString();
  const before = machines.find((each) => each.key === key)?.tests ?? {};
  const found = Object.fromEntries(
    Object.entries(tests).map(([device, test]) => [device, { testedAt, test }]),
  );
  const all = Object.fromEntries(Object.entries({ ...before, ...found }).slice(-MAX_DEVICES));
  const others = machines.filter((each) => each.key !== key).slice(0, MAX_MACHINES - 1);
  const content = { schema: SCHEMA, machines: [{ key, tests: all }, ...others] };
  await makeFolder(cacheFolder(cacheDir)).catch(() => undefined);
  await writeWhole(testsFile(cacheDir), `${JSON.stringify(content, undefined, 2)}\n`);
}

async function readFile(cacheDir: string | undefined): Promise<z.infer<typeof fileSchema>> {
  try {
    return fileSchema.parse(parseJson(await readDocument(testsFile(cacheDir), MAX_BYTES)));
  } catch {
    return { schema: SCHEMA, machines: [] };
  }
}
