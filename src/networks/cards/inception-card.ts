import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { INCEPTION_V3_SIZE } from '../architectures/inception-v3.js';
import { type CatalogueEntry, isDigestOf, type Variant } from '../download/catalogue.js';
import { NORMALIZATIONS } from '../network-options.js';
import { type NetworkCard, parseCard } from './card.js';

/** Columns of the logits. */
export const CLASS_COUNTS: Readonly<Record<Variant, number>> = { fid: 1008, torchvision: 1000 };

/** Synset ids and names of ImageNet's classes, in the order of torchvision's columns. */
const CLASS_NAMES = fileURLToPath(new URL('../../../models/imagenet-classes.json', import.meta.url));

const input = { name: 'image', layout: 'NCHW', size: INCEPTION_V3_SIZE } as const;
const features = { name: 'features', width: 2048 } as const;

export interface CardFacts {
  readonly variant: Variant;
  /** The catalogue's network of this kind; what it says holds for its own weights alone. */
  readonly entry: CatalogueEntry;
  readonly name: string;
  readonly source: NonNullable<NetworkCard['source']>;
}

/** The card of an Inception v3, for the bytes of its .onnx file. */
export async function makeCard(
  { variant, entry, name, source }: CardFacts,
  onnx: Uint8Array,
): Promise<NetworkCard> {
  const isKnown = isDigestOf(entry.weights, source.sha256);
  const card: NetworkCard = {
    name,
    sha256: createHash('sha256').update(onnx).digest('hex'),
    comparableWith: isKnown
      ? entry.comparableWith
      : `numbers from the same weights (${source.file}, SHA-256 ${source.sha256.slice(0, 12)}…) alone`,
    ...(variant === 'fid' ? fidCard() : await torchvisionCard()),
    architecture: 'Inception v3 (Szegedy et al. 2015), batch norm folded into the convolutions',
    ...(isKnown && { license: entry.license }),
    source,
  };
  return parseCard(JSON.stringify(card), `the card of ${name}`);
}

/** As torch-fidelity feeds and reads the network, unless the run has another profile. */
function fidCard(): Pick<NetworkCard, 'input' | 'outputs' | 'classesNeedMap' | 'classRange'> {
  return {
    input: { ...input, resize: 'tf1-bilinear', normalize: NORMALIZATIONS.tf1, followsProfile: true },
    outputs: {
      features,
      logits: { name: 'logits', width: CLASS_COUNTS.fid },
      scores: { name: 'logits_unbiased', width: CLASS_COUNTS.fid },
    },
    // Column 0 is the background, 1001 to 1007 are padding, and the classes follow the challenge kit's numbers, not the synset ids.
    classesNeedMap: true,
    classRange: [1, 1000],
  };
}

async function torchvisionCard(): Promise<Pick<NetworkCard, 'input' | 'outputs' | 'classes' | 'synsets'>> {
  const { classes } = JSON.parse(await readFile(CLASS_NAMES, 'utf8')) as {
    classes: [synset: string, name: string][];
  };
  return {
    input: { ...input, resize: 'torch-bilinear', normalize: NORMALIZATIONS['[-1,1]'] },
    outputs: { features, logits: { name: 'logits', width: CLASS_COUNTS.torchvision } },
    classes: classes.map(([, name]) => name),
    synsets: classes.map(([synset]) => synset),
  };
}
