import { ImagesError } from '../../core/errors.js';
import { type PrecisionName, wordOf } from '../../core/precision-names.js';
import type { Network } from '../../networks/network.js';
import type { PictureSet } from '../picture-set.js';
import type { NamedStatistics } from './statistics-file.js';

/** The mean and covariance that a run compares with, and what a reader should know of them. */
export interface ChosenStatistics {
  readonly referenceStatistics?: NamedStatistics;
  /** The network that they are of. */
  readonly statisticsModel?: Network;
  /** As a sentence. */
  readonly statisticsWarning?: string;
}

/**
 * The statistics of a reference: those of a statistics file, or those that an archive of pictures holds beside them. A file that names no
 * network is taken for one of the model.
 *
 * @param networks the model, then the networks beside it
 * @param precision what these compute in
 * @throws {ImagesError} for a statistics file alone that was made with another network, or at another precision
 */
export function chooseStatistics(
  reference: PictureSet | NamedStatistics,
  networks: readonly [Network, ...Network[]],
  precision: PrecisionName,
): ChosenStatistics {
  const named = 'source' in reference ? reference.statistics : reference;
  if (!named) return {};
  const [model] = networks;
  const made = networks.find(({ identity }) => identity === named.network) ?? model;
  if (!('source' in reference)) {
    if (isOfOther(named, made)) throw otherNetworkError(named, model);
    if (isOfOtherPrecision(named, precision)) throw otherPrecisionError(named, precision);
    return {
      referenceStatistics: named,
      statisticsModel: made,
      ...(named.network === undefined &&
        precision !== 'float32' && { statisticsWarning: unknownPrecision(named, precision) }),
    };
  }
  const { source } = reference;
  const pictures = `its ${source.entries.length.toLocaleString('en')} pictures`;
  const misfit = describeMisfit(named, made, precision);
  if (misfit !== undefined) {
    return {
      statisticsWarning: `The mean and covariance that ${source.name} holds beside ${pictures} are not used, because ${misfit}: every metric compares with those pictures alone.`,
    };
  }
  const { count } = named.statistics;
  const behind = count === undefined ? '' : ` (of ${count.toLocaleString('en')} pictures)`;
  const whose = networks.length === 1 ? '' : ` of ${made.name}`;
  return {
    referenceStatistics: named,
    statisticsModel: made,
    statisticsWarning: `${source.name} holds a mean and a covariance${behind} beside ${pictures}: FID and FID∞${whose} compare with those statistics, all other metrics with the pictures.`,
  };
}

/** Features of two networks have nothing in common, even where they are equally wide. */
function isOfOther({ network }: NamedStatistics, model: Network): boolean {
  return network !== undefined && network !== model.identity;
}

function isOfOtherPrecision({ precision }: NamedStatistics, wanted: PrecisionName): boolean {
  return precision !== undefined && precision !== wanted;
}

function otherPrecisionError(
  { name, precision = 'float32' }: NamedStatistics,
  wanted: PrecisionName,
): ImagesError {
  return new ImagesError(
    `The statistics file ${name} was made in ${wordOf(precision)}, and the features of this run are in ${wordOf(wanted)}: add --precision ${precision}, or make it again with ganeval stats --precision ${wanted}.`,
  );
}

function unknownPrecision({ name }: NamedStatistics, precision: PrecisionName): string {
  return `The statistics file ${name} does not say what it was computed in, float32 by all odds, and the features of this run are in ${wordOf(precision)}: FID has that difference in it.`;
}

function otherNetworkError({ name }: NamedStatistics, model: Network): ImagesError {
  return new ImagesError(
    `The statistics file ${name} was made with another network than ${model.name}, or another profile: make it again with ganeval stats, or name its own with --model and --profile.`,
  );
}

/** Why statistics don't fit the features of a network, as half a sentence; undefined where they do. */
function describeMisfit(
  file: NamedStatistics,
  { name, featureWidth, ...model }: Network,
  precision: PrecisionName,
): string | undefined {
  const width = file.statistics.mu.length;
  if (featureWidth !== width) {
    const own = featureWidth === 0 ? 'none' : featureWidth.toLocaleString('en');
    return `they are of ${width.toLocaleString('en')} features a picture and the network ${name} gives ${own}`;
  }
  if (isOfOther(file, { name, featureWidth, ...model }))
    return `they were made with another network than ${name}, or another profile`;
  const { precision: own = 'float32' } = file;
  return own === precision
    ? undefined
    : `they were made in ${wordOf(own)} and the features of this run are in ${wordOf(precision)}`;
}
