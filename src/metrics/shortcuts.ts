import type { ProfileName } from '../core/profile-names.js';
import { parseMetricName } from '../documents/metric-name.js';
import type { Metric } from './metric.js';
import { findMetric } from './registry.js';

/** A name of the field for a metric on a certain network. */
export interface Shortcut {
  /** Id of the metric. */
  readonly metric: string;
  /** Name of the network. */
  readonly network: string;
  /** How the network is fed. @default as its card says under the run's profile */
  readonly profile?: ProfileName;
  /** As reports print it. */
  readonly title: string;
  /** Whose number it is. */
  readonly source: string;
}

const STEIN = 'Stein et al. 2023, as dgm-eval computes it';
const PRC = 'Kynkäänniemi et al. 2019, on the VGG16 of torch-fidelity';

/** What `--metrics` takes beside the ids of metrics: each pulls in its network, fed as its profile says. A new one is an entry here. */
export const SHORTCUTS: Readonly<Record<string, Shortcut>> = {
  'fd-dinov2': {
    metric: 'fid',
    network: 'dinov2-vit-l-14',
    profile: 'dgm-eval',
    title: 'FD-DINOv2',
    source: STEIN,
  },
  'kd-dinov2': {
    metric: 'kid',
    network: 'dinov2-vit-l-14',
    profile: 'dgm-eval',
    title: 'KD-DINOv2',
    source: STEIN,
  },
  cmmd: {
    metric: 'cmmd',
    network: 'clip-vit-l-14-336px',
    profile: 'cmmd',
    title: 'CMMD',
    source: 'Jayasumana et al. 2024',
  },
  'fd-clip': {
    metric: 'fid',
    network: 'clip-vit-b-32',
    title: 'FD-CLIP',
    source: 'Kynkäänniemi et al. 2023, on OpenAI’s ViT-B/32',
  },
  sfid: {
    metric: 'fid',
    network: 'inception-v3-spatial',
    title: 'sFID',
    source: 'Nash et al. 2021, as the evaluator of ADM computes it',
  },
  'precision-vgg16': { metric: 'precision', network: 'vgg16', title: 'Precision (VGG16)', source: PRC },
  'recall-vgg16': { metric: 'recall', network: 'vgg16', title: 'Recall (VGG16)', source: PRC },
};

/** Metrics whose title names a network: how names of such networks begin, and what the metrics are called on another one. */
const TITLES_OF_NETWORKS: Readonly<Record<string, { readonly ofTitle: string; readonly elsewhere: string }>> =
  {
    fid: { ofTitle: 'inception', elsewhere: 'Fréchet distance' },
    'fid-infinity': { ofTitle: 'inception', elsewhere: 'Fréchet distance of unlimited samples' },
    kid: { ofTitle: 'inception', elsewhere: 'Kernel distance' },
    cmmd: { ofTitle: 'clip', elsewhere: 'Maximum mean discrepancy' },
  };

/** The shortcut of a metric on a network; undefined where the field has no name for it. */
function shortcutFor(metric: string, network: string): Shortcut | undefined {
  return Object.values(SHORTCUTS).find((each) => each.metric === metric && labelOf(each) === network);
}

/**
 * What a metric is called on a network that is not the first of a run.
 *
 * @param network as documents name it: NAME, or NAME@PROFILE
 */
export function titleOnNetwork({ id, title }: Pick<Metric, 'id' | 'title'>, network: string): string {
  return shortcutFor(id, network)?.title ?? `${TITLES_OF_NETWORKS[id]?.elsewhere ?? title} (${network})`;
}

/**
 * What a metric is called on the first network of a run: its title, unless that names another network.
 *
 * @param network NAME, or NAME@PROFILE
 */
export function titleOnModel(metric: Pick<Metric, 'id' | 'title'>, network: string): string {
  const { ofTitle } = TITLES_OF_NETWORKS[metric.id] ?? {};
  return ofTitle === undefined || network.startsWith(ofTitle)
    ? metric.title
    : titleOnNetwork(metric, network);
}

/**
 * A metric and its network, as rules and options spell them: `fid`, `fid@dinov2-vit-l-14@dgm-eval`, or the name of a shortcut.
 *
 * @returns the id, and the network as documents name it where one is said
 */
export function splitMetricName(text: string): { readonly metric: string; readonly network?: string } {
  const shortcut = Object.hasOwn(SHORTCUTS, text) ? SHORTCUTS[text] : undefined;
  if (shortcut) return { metric: shortcut.metric, network: labelOf(shortcut) };
  return parseMetricName(text);
}

const labelOf = ({ network, profile }: Shortcut) =>
  profile === undefined ? network : `${network}@${profile}`;

/** The short name of an entry of a document, for sentences: "FID", or with the network that its title names. */
export function nameOf({ id, title }: { readonly id: string; readonly title: string }): string {
  const metric = findMetric(id);
  return metric?.title === title ? (metric.shortTitle ?? title) : title;
}
