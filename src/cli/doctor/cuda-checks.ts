import { dirname } from 'node:path';
import type { CudaDiagnosis } from '../../devices/cuda/diagnose-cuda.js';
import type { LibraryFinding } from '../../devices/cuda/libraries/inspect-libraries.js';
import type { Check } from './check.js';

const CUDNN = 'libcudnn.so.9';

/** Whether CUDA was tried, and what came of it. */
export interface CudaTrial {
  readonly available: boolean;
  /** Why it did not run, as half a sentence. */
  readonly reason?: string;
}

/**
 * What the diagnosis of CUDA says, a row for each cause, and a row for each library where something is wrong.
 *
 * @param trial whether it ran
 * @param diagnosis of this machine
 */
export function cudaChecks({ available, reason }: CudaTrial, diagnosis: CudaDiagnosis): Check[] {
  const { provider, causes } = diagnosis;
  if (available && causes.length === 0) {
    return [{ name: 'cuda', state: 'fine', found: 'used by --device auto and --device cuda' }];
  }
  const [first, ...others] = causes;
  const head: Check = {
    name: 'cuda',
    state: 'hint',
    found: `${available ? 'it starts, but' : 'not used:'} ${first?.what ?? reason ?? 'unknown reason'}`,
    ...(first && { fix: first.fix }),
  };
  const rest = others.map(({ what, fix }): Check => ({ name: 'cuda', state: 'hint', found: what, fix }));
  return [head, ...rest, ...(provider.isInstalled && first ? libraryChecks(diagnosis) : [])];
}

/** The provider, the driver, and each library that CUDA needs: the version found and the one needed. */
export function libraryChecks({ provider, driver, libraries }: CudaDiagnosis): Check[] {
  const built = provider.cuda === undefined ? '' : `, built for CUDA ${provider.cuda}`;
  const cudnn = libraries.find(({ name }) => name === CUDNN);
  const isWithin = ({ name, state, place }: LibraryFinding) =>
    name.startsWith('libcudnn_') && state === cudnn?.state && folderOf(place) === folderOf(cudnn.place);
  return [
    {
      name: 'cuda provider',
      state: provider.damage === undefined ? 'fine' : 'hint',
      found:
        provider.damage === undefined ? `${provider.path}${built}` : `${provider.path} ${provider.damage}`,
    },
    {
      name: 'cuda driver',
      state: driver.kernelVersion === undefined && !driver.isWsl ? 'hint' : 'fine',
      found: driver.kernelVersion ?? (driver.isWsl ? 'of Windows' : 'not loaded'),
    },
    ...libraries.filter((one) => !isWithin(one)).map(libraryCheck),
  ];
}

function libraryCheck({ name, neededVersion, state, place, other, damage }: LibraryFinding): Check {
  const needed = neededVersion === undefined ? '' : `, version ${neededVersion} is needed`;
  const version = place?.version === undefined ? '' : `${place.version}, `;
  const beside = other ? `; ${other.name} is here (${other.path})` : '';
  const found = {
    found: `${version}${place?.path}`,
    unseen: `${version}${place?.path}, where programs do not look`,
    damaged: `${place?.path} ${damage}`,
    missing: `not found${needed}${beside}`,
  }[state];
  return { name: `cuda ${name}`, state: state === 'found' ? 'fine' : 'hint', found };
}

function folderOf(place: LibraryFinding['place']): string | undefined {
  return place && dirname(place.path);
}
