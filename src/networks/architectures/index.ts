import type { Architecture } from './architecture.js';

/** Every architecture whose weights can be imported, loaded when it is asked for. */
const LOADERS = {
  'inception-v3-fid': async () => (await import('./inception-v3/fid.js')).inceptionV3Fid,
  'inception-v3-torchvision': async () =>
    (await import('./inception-v3/torchvision.js')).inceptionV3Torchvision,
  'inception-v3-spatial': async () => (await import('./inception-v3/spatial.js')).inceptionV3Spatial,
  vgg16: async () => (await import('./vgg16/vgg16.js')).vgg16,
  'clip-rn50': async () => (await import('./clip-resnet/rn50.js')).clipRn50,
  'convnext-v2-b': async () => (await import('./convnext-v2/base.js')).convNextV2Base,
  'lpips-vgg16': async () => (await import('./vgg16/lpips.js')).loadLpipsVgg16(),
} satisfies Record<string, () => Promise<Architecture>>;

/** Name of an architecture. */
export type ArchitectureName = keyof typeof LOADERS;

/** Names of all architectures. */
export const ARCHITECTURE_NAMES = Object.keys(LOADERS) as [ArchitectureName, ...ArchitectureName[]];

/** The architecture of this name. */
export function loadArchitecture(name: ArchitectureName): Promise<Architecture> {
  return LOADERS[name]();
}
