import { dirname } from 'node:path';
import { cudaOf } from './cuda-of.js';
import { platformObstacle } from './cuda-provider.js';
import { findCauses } from './find-causes.js';
import type { ElfFacts } from './libraries/elf-file.js';
import { type LibraryFinding, LibraryInspector } from './libraries/inspect-libraries.js';
import { MachineFiles } from './machine-files.js';
import { type DriverFacts, readDriver } from './nvidia-driver.js';
import { PROVIDER_LIBRARIES, RUNTIME_LIBRARY, runtimeFolder } from './provider-libraries.js';

/** Why CUDA does not run, or would not. */
export interface CudaCause {
  /** What is wrong, as half a sentence. */
  readonly what: string;
  /** What to do about it, as an imperative without a period. */
  readonly fix: string;
}

/** The provider library of ONNX Runtime. */
export interface ProviderFacts {
  /** Where it is, or belongs. */
  readonly path: string;
  readonly isInstalled: boolean;
  /** Major version of the CUDA that it is built for: "12" or "13". */
  readonly cuda?: string;
  /** Why it can't be loaded: "is cut short". */
  readonly damage?: string;
}

/** What CUDA needs on this machine, and what there is of it. */
export interface CudaDiagnosis {
  readonly provider: ProviderFacts;
  readonly driver: DriverFacts;
  /** What the provider needs of NVIDIA, and of others what is not found; empty where it is not installed. */
  readonly libraries: readonly LibraryFinding[];
  /** What is wrong, the first cause first; empty where nothing was found. */
  readonly causes: readonly CudaCause[];
  /** What LD_LIBRARY_PATH needs in front, where libraries are here that the loader does not find. */
  readonly libraryPath?: string;
}

/**
 * Finds out what CUDA needs here, library by library, as the dynamic loader would; loads nothing and runs nothing.
 *
 * @param machine where to look
 * @param folder of ONNX Runtime's libraries
 */
export async function diagnoseCuda(
  machine: MachineFiles = new MachineFiles(),
  folder: string = runtimeFolder(),
): Promise<CudaDiagnosis> {
  const driver = await readDriver(machine);
  const obstacle = platformObstacle(machine.facts);
  const [path, shared] = PROVIDER_LIBRARIES.map((name) => `${folder}/${name}`);
  const [own, beside] = [await machine.readLibrary(path), await machine.readLibrary(shared)];
  const provider = describeProvider(path, own, beside);
  if (obstacle !== undefined) {
    return { provider, driver, libraries: [], causes: [{ what: obstacle, fix: 'use --device webgpu' }] };
  }
  if (own === undefined || typeof own === 'string') {
    return { provider, driver, libraries: [], causes: findCauses({ provider, driver, libraries: [] }) };
  }
  const inspector = new LibraryInspector(machine, provider.cuda);
  const runtimePath = `${folder}/${RUNTIME_LIBRARY}`;
  const { libraries, libraryPath } = await inspector.inspect({ path, facts: own }, runtimePath);
  const causes = findCauses({ provider, driver, libraries, libraryPath });
  return { provider, driver, libraries, causes, ...(libraryPath !== undefined && { libraryPath }) };
}

function describeProvider(
  path: string,
  own: ElfFacts | string | undefined,
  beside: ElfFacts | string | undefined,
): ProviderFacts {
  if (own === undefined) return { path, isInstalled: false };
  if (typeof own === 'string') return { path, isInstalled: true, damage: own };
  const cuda = cudaOf(own.needed);
  const damage = !own.isX64
    ? 'is for another processor'
    : beside === undefined
      ? `lacks ${PROVIDER_LIBRARIES[1]} in ${dirname(path)}`
      : typeof beside === 'string'
        ? `has a ${PROVIDER_LIBRARIES[1]} beside it that ${beside}`
        : undefined;
  return { path, isInstalled: true, ...(cuda !== undefined && { cuda }), ...(damage && { damage }) };
}
