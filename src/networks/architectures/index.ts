import type { Architecture } from './architecture.js';
import type { ClipSize } from './vision-transformer/clip.js';
import type { DinoSize } from './vision-transformer/dinov2.js';
import type { SiglipSize } from './vision-transformer/siglip.js';

/** How many DINOv2 has in the files that have any. */
const DINO_REGISTERS = 4;

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
  'dinov2-vit-s-14': () => dinov2('s'),
  'dinov2-vit-b-14': () => dinov2('b'),
  'dinov2-vit-l-14': () => dinov2('l'),
  'dinov2-vit-g-14': () => dinov2('g'),
  'dinov2-reg-vit-s-14': () => dinov2('s', DINO_REGISTERS),
  'dinov2-reg-vit-b-14': () => dinov2('b', DINO_REGISTERS),
  'dinov2-reg-vit-l-14': () => dinov2('l', DINO_REGISTERS),
  'dinov2-reg-vit-g-14': () => dinov2('g', DINO_REGISTERS),
  'clip-vit-b-32': () => clip('b-32'),
  'clip-vit-b-16': () => clip('b-16'),
  'clip-vit-l-14': () => clip('l-14'),
  'clip-vit-l-14-336px': () => clip('l-14-336px'),
  'open-clip-vit-b-32': () => openClip('b-32'),
  'open-clip-vit-b-16': () => openClip('b-16'),
  'open-clip-vit-l-14': () => openClip('l-14'),
  'mae-vit-l-16': async () => (await import('./vision-transformer/mae.js')).maeVitL16,
  'siglip-so400m-14': () => siglip(''),
  'siglip-so400m-14-384px': () => siglip('-384px'),
} satisfies Record<string, () => Promise<Architecture>>;

async function dinov2(size: DinoSize, registers = 0): Promise<Architecture> {
  return (await import('./vision-transformer/dinov2.js')).dinov2(size, registers);
}

async function siglip(size: SiglipSize): Promise<Architecture> {
  return (await import('./vision-transformer/siglip.js')).siglipSo400m14(size);
}

async function clip(size: ClipSize): Promise<Architecture> {
  return (await import('./vision-transformer/clip.js')).clip(size);
}

async function openClip(size: ClipSize): Promise<Architecture> {
  return (await import('./vision-transformer/clip.js')).openClip(size);
}

/** Name of an architecture. */
export type ArchitectureName = keyof typeof LOADERS;

/** Names of all architectures. */
export const ARCHITECTURE_NAMES = Object.keys(LOADERS) as [ArchitectureName, ...ArchitectureName[]];

/** The architecture of this name. */
export function loadArchitecture(name: ArchitectureName): Promise<Architecture> {
  return LOADERS[name]();
}
