import { dirname } from 'node:path';
import { shellQuote } from '../../escape/shell-quote.js';
import { providerAdvice } from './cuda-provider.js';
import type { CudaCause, CudaDiagnosis } from './diagnose-cuda.js';
import type { LibraryFinding } from './libraries/inspect-libraries.js';
import { compareVersions } from './libraries/library-version.js';
import { oldestDriver } from './nvidia-driver.js';

/** What causes are found from. */
export type Findings = Omit<CudaDiagnosis, 'causes'>;

const DRIVER_LIBRARY = 'libcuda.so.1';
const GIVE_GPU =
  'start the container with its GPUs (--gpus all with Docker, --device nvidia.com/gpu=all with Podman, --nv with Apptainer)';
/** Real versions of drivers have three digits before the first period; WSL's library has none. */
const DRIVER_VERSION = /^\d{3,}\./;
/** NVIDIA's Python packages by the beginning of a library's name; `cu` where the name ends with the CUDA that it is for. */
const PACKAGES: readonly (readonly [beginning: string, name: string, ends: 'from 12' | 'until 12'])[] = [
  ['libcublas', 'nvidia-cublas', 'until 12'],
  ['libcudart', 'nvidia-cuda-runtime', 'until 12'],
  ['libcurand', 'nvidia-curand', 'until 12'],
  ['libcufft', 'nvidia-cufft', 'until 12'],
  ['libnvrtc', 'nvidia-cuda-nvrtc', 'until 12'],
  ['libnvJitLink', 'nvidia-nvjitlink', 'until 12'],
  ['libcudnn', 'nvidia-cudnn', 'from 12'],
];

/** Everything that is wrong with CUDA here, what must be mended first at the beginning. */
export function findCauses(findings: Findings): CudaCause[] {
  const { provider } = findings;
  if (!provider.isInstalled) {
    return [{ what: 'its provider library is not installed', fix: providerAdvice() }];
  }
  if (provider.damage !== undefined) {
    return [{ what: `its provider library ${provider.path} ${provider.damage}`, fix: providerAdvice() }];
  }
  return [...driverCauses(findings), ...libraryCauses(findings)];
}

function* driverCauses({ driver, libraries, provider }: Findings): Generator<CudaCause> {
  const library = libraries.find(({ name }) => name === DRIVER_LIBRARY);
  const isMissing = library?.state === 'missing';
  const { kernelVersion, hasGpu, isWsl, isContainer } = driver;
  const inContainer = isContainer ? GIVE_GPU : undefined;
  if (kernelVersion === undefined && !isWsl) {
    const fix = 'run it where "nvidia-smi" lists a GPU, or install the driver and restart';
    yield {
      what: "NVIDIA's driver is not loaded, since there is no /proc/driver/nvidia/version",
      fix: inContainer ?? fix,
    };
    return;
  }
  if (!hasGpu) {
    const fix =
      'run "nvidia-smi", which makes the device files, or ask the cluster for a GPU (Slurm: --gres gpu:1)';
    yield {
      what: "NVIDIA's driver is loaded, and no GPU is here, since there is no /dev/nvidia0",
      fix: inContainer ?? fix,
    };
    return;
  }
  if (!driver.mayUseGpu) {
    yield {
      what: `this user may not open ${isWsl ? '/dev/dxg' : '/dev/nvidiactl and /dev/nvidia0'}`,
      fix: 'join the group that owns these files, or ask the cluster for a GPU (Slurm: --gres gpu:1)',
    };
  }
  if (driver.hidden !== undefined) {
    yield {
      what: `CUDA_VISIBLE_DEVICES=${driver.hidden} hides every GPU`,
      fix: 'unset CUDA_VISIBLE_DEVICES, or set it to the number of a GPU',
    };
  }
  if (isMissing) {
    const fix = `install the user part of NVIDIA's driver${kernelVersion ? ` ${kernelVersion}` : ''} (Debian: libcuda1; Ubuntu: libnvidia-compute-…)`;
    yield { what: `${DRIVER_LIBRARY}, a part of NVIDIA's driver, is not installed`, fix: inContainer ?? fix };
  }
  yield* versionCauses(kernelVersion, library, provider.cuda);
}

function* versionCauses(
  kernel: string | undefined,
  library: LibraryFinding | undefined,
  cuda: string | undefined,
): Generator<CudaCause> {
  const stated = library?.place?.version;
  const version = stated !== undefined && DRIVER_VERSION.test(stated) ? stated : undefined;
  if (kernel !== undefined && version !== undefined && compareVersions(version, kernel) < 0) {
    yield {
      what: `the driver in the kernel is ${kernel} and its ${DRIVER_LIBRARY} is ${version}`,
      fix: 'restart the machine after an update of the driver, or install both in one version',
    };
    return;
  }
  const oldest = cuda === undefined ? undefined : oldestDriver(cuda);
  // A newer library than the kernel's is NVIDIA's package for forward compatibility.
  const newest = version ?? kernel;
  if (oldest === undefined || newest === undefined || compareVersions(newest, oldest) >= 0) return;
  const older = cuda === '13' ? ', or a provider for CUDA 12 (that of the NuGet package)' : '';
  yield {
    what: `NVIDIA's driver is ${newest}, and CUDA ${cuda} needs ${oldest} or later`,
    fix: `install a newer driver${older}`,
  };
}

function* libraryCauses({ libraries, libraryPath, provider }: Findings): Generator<CudaCause> {
  for (const { place, damage } of libraries.filter(({ state }) => state === 'damaged')) {
    yield {
      what: `${place?.path} ${damage}`,
      fix: 'install it again, or take its folder out of LD_LIBRARY_PATH',
    };
  }
  const missing = libraries.filter(({ name, state }) => state === 'missing' && name !== DRIVER_LIBRARY);
  if (missing.length > 0) yield missingCause(missing, provider.cuda);
  const unseen = libraries.filter(({ state }) => state === 'unseen');
  if (unseen.length > 0 && libraryPath !== undefined) {
    const folders = new Set(unseen.flatMap(({ place }) => (place ? [dirname(place.path)] : [])));
    yield {
      what: `${subject(unseen)} in ${[...folders].join(' and ')}, where programs do not look`,
      fix: `name the folders before the start: ${exportCommand(libraryPath)}`,
    };
  }
  const mixed = cudnnVersions(libraries);
  if (mixed.length > 1) {
    yield {
      what: `the parts of cuDNN are of several versions (${mixed.join(', ')})`,
      fix: 'install cuDNN again, or take the folder of one of them out of LD_LIBRARY_PATH',
    };
  }
}

function missingCause(missing: readonly LibraryFinding[], cuda: string | undefined): CudaCause {
  const others = missing.flatMap(({ other }) => (other ? [other.name] : []));
  const beside = others.length > 0 ? ` (${others.join(', ')} ${others.length > 1 ? 'are' : 'is'})` : '';
  const packages = [...new Set(missing.flatMap(({ name }) => packageOf(name, cuda) ?? []))];
  const isCudnnAlone = missing.every(({ name }) => name.startsWith('libcudnn'));
  const isForeign = packages.length === 0;
  const product = isForeign
    ? 'what they belong to'
    : isCudnnAlone
      ? 'cuDNN 9'
      : `CUDA ${cuda ?? ''} and cuDNN 9`;
  const by = isForeign ? '' : `, as with "python3 -m pip install ${packages.join(' ')}", and look again`;
  return {
    what: `${subject(missing)} not installed${beside}`,
    fix: `install ${product}${by}`,
  };
}

/** The Python package of NVIDIA's that has a library. */
function packageOf(name: string, cuda: string | undefined): string | undefined {
  const [, base, ends] = PACKAGES.find(([beginning]) => name.startsWith(beginning)) ?? [];
  if (base === undefined || cuda === undefined) return undefined;
  return ends === 'from 12' || Number(cuda) <= 12 ? `${base}-cu${cuda}` : base;
}

function cudnnVersions(libraries: readonly LibraryFinding[]): string[] {
  const versions = libraries.flatMap(({ name, place }) =>
    name.startsWith('libcudnn') && place?.version !== undefined ? [place.version] : [],
  );
  return [...new Set(versions)];
}

/** The line for a POSIX shell that puts folders in front of LD_LIBRARY_PATH. */
function exportCommand(folders: string): string {
  return `export LD_LIBRARY_PATH=${shellQuote(folders)}\${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}`;
}

/** Names with commas, "and" before the last, and the verb. */
function subject(libraries: readonly LibraryFinding[]): string {
  // A part of cuDNN that lacks with cuDNN says nothing more.
  const hasCudnn = libraries.some(({ name }) => name === 'libcudnn.so.9');
  const names = libraries.flatMap(({ name }) => (hasCudnn && name.startsWith('libcudnn_') ? [] : [name]));
  if (names.length === 1) return `${names[0]} is`;
  return `${names.slice(0, -1).join(', ')} and ${names.at(-1)} are`;
}
