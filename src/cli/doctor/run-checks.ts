import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { statfs } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { NetworkError } from '../../core/errors.js';
import { ownVersion, versionsOfMakers } from '../../core/versions.js';
import type { CudaDiagnosis } from '../../devices/cuda/diagnose-cuda.js';
import { cacheInfo } from '../../features/cache.js';
import { decoderVersions } from '../../images/decoding/decoder-versions.js';
import { openExtractor } from '../../networks/extractor.js';
import { listNetworks } from '../../networks/known-networks.js';
import { openNetwork } from '../../networks/network.js';

import { formatBytes, formatCount } from '../../report/text/numbers.js';
import { EXIT } from '../exit-codes.js';
import type { Check } from './check.js';
import { checked, type Finding } from './checked.js';
import { deviceChecks } from './device-checks.js';
import { checkTestedDevices } from './tested-devices.js';

const MIN_NODE = [20, 19];
/** A run over a hundred thousand pictures at four resolutions caches about this much. */
const ENOUGH_BYTES = 1e9;

/** Folders that the user may have chosen. */
export interface CheckedFolders {
  readonly cacheDir?: string;
  readonly modelsDir?: string;
}

/** What is looked at. */
export interface DoctorTask extends CheckedFolders {
  /** Whether devices are tested again. @default false */
  readonly testsDevices?: boolean;
}

/**
 * Looks at everything that a score needs. Never throws for what it finds.
 *
 * @param task folders that the user may have chosen, and whether devices are tested
 * @param cuda what CUDA needs here; undefined without ONNX Runtime
 */
export async function runChecks(
  { cacheDir, modelsDir, testsDevices = false }: DoctorTask,
  cuda: CudaDiagnosis | undefined,
): Promise<Check[]> {
  return [
    await checked('ganeval', EXIT.fault, async () => ({ found: await ownVersion() })),
    await checked('node', EXIT.fault, async () => checkNode()),
    await checked('pictures', EXIT.fault, async () => {
      const { sharp, libvips } = await decoderVersions();
      return { found: `sharp ${sharp}, libvips ${libvips}` };
    }),
    await checked('runtime', EXIT.network, async () => {
      return { found: `onnxruntime-node ${(await versionsOfMakers())['onnxruntime-node']}` };
    }),
    ...(await deviceChecks(cuda)),
    ...(await checkTestedDevices({ cacheDir, test: testsDevices })),
    ...(await checkNetworks(modelsDir)),
    await checked('cache', EXIT.storage, () => checkCache(cacheDir)),
  ];
}

function checkNode(): Finding {
  const [major, minor] = process.versions.node.split('.').map(Number);
  const found = `${process.version} on ${process.platform} ${process.arch}`;
  if (major > MIN_NODE[0] || (major === MIN_NODE[0] && minor >= MIN_NODE[1])) return { found };
  return {
    found,
    state: 'broken',
    exitCode: EXIT.fault,
    fix: `install Node ${MIN_NODE.join('.')} or later`,
  };
}

async function checkNetworks(modelsDir: string | undefined): Promise<Check[]> {
  const listed = await listNetworks(modelsDir).catch((error: Error) => error);
  if (listed instanceof Error || listed.length === 0) {
    const known = listed instanceof NetworkError;
    const fix = 'install the package again: its models folder is missing or damaged';
    return [
      {
        name: 'networks',
        state: 'broken',
        found: known ? listed.message : 'none',
        exitCode: EXIT.network,
        ...(!known && { fix }),
      },
    ];
  }
  return Promise.all(
    listed.map(({ name }) =>
      checked(`network ${name}`, EXIT.network, async () => ({ found: await tryNetwork(name, modelsDir) })),
    ),
  );
}

/** Opens the network, which checks its SHA-256, and runs one black picture through it. */
async function tryNetwork(name: string, modelsDir: string | undefined): Promise<string> {
  const network = await openNetwork(name, {}, modelsDir);
  const extractor = await openExtractor(network, { downsample: 'decimate' });
  try {
    await extractor.run({ pixels: new Uint8Array(32 * 32 * 3), count: 1, height: 32, width: 32 });
    return `checksum correct (${network.sha256.slice(0, 12)}), runs on ${extractor.device}`;
  } finally {
    await extractor.close();
  }
}

async function checkCache(cacheDir: string | undefined): Promise<Finding> {
  const { folder, bytes, shards } = await cacheInfo(cacheDir);
  const place = nearestExisting(resolve(folder));
  if (!statSync(place).isDirectory()) {
    const fix = 'choose another folder with --cache-dir or GANEVAL_CACHE_DIR';
    return { found: `${place} is a file`, state: 'broken', exitCode: EXIT.storage, fix };
  }
  const { bavail, bsize } = await statfs(place);
  const free = bavail * bsize;
  const found = `${folder}: ${formatBytes(bytes)} in ${formatCount(shards)} shards, ${formatBytes(free)} free`;
  if (!isWritable(place)) {
    const fix = `make ${place} writable, or choose another folder with --cache-dir or GANEVAL_CACHE_DIR`;
    return { found: `${found}, not writable`, state: 'broken', exitCode: EXIT.storage, fix };
  }
  if (free > ENOUGH_BYTES) return { found };
  return {
    found,
    state: 'hint',
    fix: 'free some space, "ganeval cache prune", or another folder with --cache-dir',
  };
}

/** The folder itself, or the one in which it would be made. */
function nearestExisting(path: string): string {
  return existsSync(path) ? path : nearestExisting(dirname(path));
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
