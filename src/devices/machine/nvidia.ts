import { join } from 'node:path';
import { listNames, readText } from './kernel-files.js';

/** More are in no machine. */
const MAX_GPUS = 64;

/** What NVIDIA's driver says of itself and its GPUs. */
export interface NvidiaFacts {
  /** Version of the driver, as 580.159.04. */
  readonly driver: string;
  /** Model of each GPU, as "NVIDIA H200", in the order of the PCI bus. */
  readonly models: readonly string[];
}

/**
 * Reads what NVIDIA's driver for Linux says under /proc.
 *
 * @param root of the file system; tests have one of their own
 * @returns undefined where it is not loaded
 */
export async function readNvidia(root = '/'): Promise<NvidiaFacts | undefined> {
  const folder = join(root, 'proc/driver/nvidia');
  const version = await readText(join(folder, 'version'));
  const [, driver] = /^NVRM version:.*?\s(\d+\.\d+(?:\.\d+)?)\s/m.exec(version) ?? [];
  if (driver === undefined) return undefined;
  const names = (await listNames(join(folder, 'gpus'))).slice(0, MAX_GPUS);
  const models = await Promise.all(names.map((name) => readModel(join(folder, 'gpus', name, 'information'))));
  return { driver, models: models.filter((model) => model !== undefined) };
}

async function readModel(path: string): Promise<string | undefined> {
  const [, model] = /^Model:\s*(\S.*?)\s*$/m.exec(await readText(path)) ?? [];
  return model === undefined ? undefined : model.startsWith('NVIDIA') ? model : `NVIDIA ${model}`;
}
