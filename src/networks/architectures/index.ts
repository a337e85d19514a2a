import type { Architecture } from './architecture.js';

/** Every architecture whose weights can be imported, loaded when it is asked for. */
const LOADERS = {
  'inception-v3-fid': async () => (await import('./inception-v3/fid.js')).inceptionV3Fid,
  'inception-v3-torchvision': async () =>
    (await import('./inception-v3/torchvision.js')).inceptionV3Torchvision,
} satisfies Record<string, () => Promise<Architecture>>;

/** Name of an architecture. */
export type ArchitectureName = keyof typeof LOADERS;

/** Names of all architectures. */
export const ARCHITECTURE_NAMES = Object.keys(LOADERS) as [ArchitectureName, ...ArchitectureName[]];

/** The architecture of this name. */
export function loadArchitecture(name: ArchitectureName): Promise<Architecture> {
  return LOADERS[name]();
}
