import { joinMetricName } from '../../documents/metric-name.js';
import type { ComputedMetric, ImageSet, Settings } from '../../documents/result.js';
import type { FieldDifference } from '../../documents/verdict.js';
import { comparisonFacts } from '../../metrics/facts.js';
import { findMetric } from '../../metrics/registry.js';
import { entryOf, fieldOf, measure, type ResultFacts, type Target } from './measurement.js';

/** What keeps two numbers from being compared, and what to run so that they can be. */
export interface Obstacle {
  readonly differences: readonly FieldDifference[];
  readonly remedy: string;
}

interface Finding extends FieldDifference {
  /** The option that brings the baseline's value, or an order. */
  readonly remedy: { readonly flag: string } | { readonly order: string };
}

/** What makes a number of `now` not comparable with that of `baseline`; undefined where nothing does. */
export function findObstacle(baseline: ResultFacts, now: ResultFacts, target: Target): Obstacle | undefined {
  const findings = [
    ...compareValues(baseline, now, target),
    ...compareSamples(baseline, now, target),
    ...compareNetworks(baseline, now, target),
    ...compareSettings(baseline, now, target),
    ...compareReferences(baseline, now, target),
    ...compareValidation(baseline, now, target),
  ];
  if (findings.length === 0) return undefined;
  return {
    differences: findings.map(({ field, baseline: was, now: is }) => ({ field, baseline: was, now: is })),
    remedy: writeRemedy(findings),
  };
}

/** One finding if the two texts differ. */
function differ(field: string, was: unknown, is: unknown, remedy: Finding['remedy']): Finding[] {
  const [baseline, now] = [was, is].map((value) => (value === undefined ? 'none' : String(value)));
  return baseline === now ? [] : [{ field, baseline, now, remedy }];
}

function compareValues(baseline: ResultFacts, now: ResultFacts, target: Target): Finding[] {
  const [was, is] = [measure(baseline, target), measure(now, target)];
  if (!('reason' in was) && !('reason' in is)) return [];
  const missing = 'reason' in is ? is : (was as Extract<typeof was, { reason: string }>);
  const same = 'reason' in was && 'reason' in is && was.reason === is.reason;
  const describe = (found: typeof was, isShort = false) => {
    if (!('reason' in found)) return String(found.value);
    return isShort ? 'none' : `none (${found.reason.replace(/\.$/, '')})`;
  };
  const remedy = remedyForMissing(baseline, now, target, 'reason' in was);
  return [{ field: missing.field, baseline: describe(was, same), now: describe(is), remedy }];
}

function remedyForMissing(
  baseline: ResultFacts,
  now: ResultFacts,
  target: Target,
  missingBefore: boolean,
): Finding['remedy'] {
  const { resolution } = target;
  const metric = joinMetricName(target);
  if (missingBefore) return { order: `change the rule, or write a baseline that has ${metric}` };
  if (!entryOf(now, target))
    return { flag: `${modelFlags(baseline, target)}--metrics ${baseline.settings.metrics.join(',')}` };
  const { resolutions } = baseline.settings;
  if (resolution !== undefined && !now.settings.resolutions.includes(resolution)) {
    return { flag: `--resolutions ${resolutions.join(',')}` };
  }
  return { order: `give samples and options from which ${metric} can be computed` };
}

/** The options that name the networks of the baseline, where the one of the target is among several. */
function modelFlags({ settings }: ResultFacts, { network }: Target): string {
  const { networks = [] } = settings;
  if (network === undefined ? networks.length < 2 : !networks.includes(network)) return '';
  return networks.map((name) => `--model ${quote(name)} `).join('');
}

function compareSamples(baseline: ResultFacts, now: ResultFacts, target: Target): Finding[] {
  const { metric } = target;
  const [was, is] = [entryOf(baseline, target), entryOf(now, target)];
  if (was?.status !== 'ok' || is?.status !== 'ok') return [];
  const size = sizeOf(baseline.samples);
  return [
    ...differ('samples.features', featuresOf(baseline.samples), featuresOf(now.samples), {
      order: baseline.samples.features
        ? 'give features of the network of the baseline, with --features'
        : 'give pictures, without --features',
    }),
    ...(comparisonFacts(metric, baseline.settings).biasDependsOnN
      ? differ(`${fieldOf(target)}.n`, was.n, is.n, { order: `give ${was.n} samples as in the baseline` })
      : []),
    ...(size === undefined
      ? []
      : differ('samples.sizes', size, sizeOf(now.samples) ?? 'mixed', {
          order: `give samples of ${size} pixels`,
        })),
    ...(was.perClass ? compareClasses(baseline, now, [was, is]) : []),
  ];
}

/** The classes of the samples; where they are the same, those that the metric has values of. */
function compareClasses(
  baseline: ResultFacts,
  now: ResultFacts,
  [was, is]: readonly [ComputedMetric, ComputedMetric],
): Finding[] {
  const remedy = { order: 'give samples of the classes of the baseline' };
  const ofSamples = differ('samples.classes', namesOf(baseline.samples), namesOf(now.samples), remedy);
  if (ofSamples.length > 0) return ofSamples;
  const list = ({ perClass }: ComputedMetric) => perClass?.map((each) => each.class).join(', ');
  return differ(`${fieldOf({ metric: was.id, network: was.network })}.perClass`, list(was), list(is), remedy);
}

/** "32×32" where all pictures are of one size; sets of mixed sizes are taken as they come. */
function sizeOf({ sizes }: ImageSet): string | undefined {
  if (!sizes) return undefined;
  const [smallest, largest] = [sizes.smallest, sizes.largest].map((size) => size.join('×'));
  return smallest === largest ? smallest : undefined;
}

/** "2048 a picture" of a file of features; their network isn't known, but another number of them is another network. */
const featuresOf = ({ features }: ImageSet) => features && `${features.width} a picture`;

const namesOf = ({ classes }: ImageSet) => classes?.map(({ name }) => name).join(', ');

function compareNetworks(baseline: ResultFacts, now: ResultFacts, target: Target): Finding[] {
  const { metric } = target;
  const [was, is] = [entryOf(baseline, target), entryOf(now, target)];
  if (was?.status !== 'ok' || is?.status !== 'ok') return [];
  // Of features nobody knows the network: that one of the two has them is said already.
  if (baseline.samples.features || now.samples.features) return [];
  const role = comparisonFacts(metric, baseline.settings).network;
  const option = role === 'classifier' ? '--classifier' : '--model';
  const network =
    role === 'none' && was.network === undefined
      ? { order: `score on the networks of the baseline (${was.extractor?.name ?? 'none'})` }
      : { flag: `${option} ${quote(was.extractor?.name ?? '')}` };
  return [
    ...differ(`${fieldOf(target)}.extractor.sha256`, was.extractor?.sha256, is.extractor?.sha256, network),
    ...differ(
      `${fieldOf(target)}.extractor.preprocessing`,
      was.extractor?.preprocessing,
      is.extractor?.preprocessing,
      network,
    ),
  ];
}

/** A word that a shell takes as one. */
const quote = (text: string) => (/^[\w./:@%+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`);

/** The option that sets a field to a value. */
function flagOf(field: string, value: unknown): string {
  const option = field.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
  if (typeof value === 'boolean') return `--${value ? '' : 'no-'}${option}`;
  return `--${option} ${value}`;
}

/** What a document leaves out where it is the usual one. */
const USUAL: Partial<Record<keyof Settings, string>> = { kidKernel: 'polynomial', precision: 'float32' };

/** A setting as it was at work. */
function settingOf({ settings }: ResultFacts, field: keyof Settings) {
  return settings[field] ?? USUAL[field];
}

function compareSettings(baseline: ResultFacts, now: ResultFacts, { metric, resolution }: Target): Finding[] {
  const fields = new Set<keyof Settings>(['alpha', ...comparisonFacts(metric, baseline.settings).settings]);
  if (resolution !== undefined) fields.add('downsample');
  // What LPIPS and MS-SSIM are computed in doesn't depend on it; of features nobody knows.
  if (comparisonFacts(metric, baseline.settings).network !== 'none' && !baseline.samples.features)
    fields.add('precision');
  return [...fields].flatMap((field) => {
    const [was, is] = [settingOf(baseline, field), settingOf(now, field)];
    return differ(`settings.${field}`, was, is, { flag: flagOf(field, was) });
  });
}

function compareReferences(baseline: ResultFacts, now: ResultFacts, { metric }: Target): Finding[] {
  if (!comparisonFacts(metric, baseline.settings).needsReference) return [];
  const { reference } = baseline;
  const remedy = reference
    ? { flag: `--reference ${quote(reference.source)}${labelFlags(reference)}` }
    : { order: 'score without --reference' };
  const digests = [
    ...differ('reference.digest', reference?.digest, now.reference?.digest, remedy),
    ...(findMetric(metric)?.needs.includes('reference') === false
      ? []
      : differ(
          'reference.statistics.digest',
          reference?.statistics?.digest,
          now.reference?.statistics?.digest,
          remedy,
        )),
  ];
  // The digest is of all files; bad ones may have been left out of one of the two.
  return digests.length > 0
    ? digests
    : differ('reference.count', reference?.count, now.reference?.count, remedy);
}

/** Only FDr and its like depend on a validation set. */
function compareValidation(
  { validation: was, settings }: ResultFacts,
  { validation: is }: ResultFacts,
  { metric }: Target,
): Finding[] {
  if (!comparisonFacts(metric, settings).usesValidation) return [];
  const remedy = was
    ? { flag: `--validation ${quote(was.source)}` }
    : { order: 'score without --validation' };
  const digests = differ('validation.digest', was?.digest, is?.digest, remedy);
  return digests.length > 0 ? digests : differ('validation.count', was?.count, is?.count, remedy);
}

/** The options that say where the labels of a reference come from, which its digest depends on. */
function labelFlags({ labels: { source, column } = {} }: ImageSet): string {
  const table = source === undefined ? '' : ` --reference-labels ${quote(source)}`;
  return column === undefined ? table : `${table} --reference-label-column ${quote(column)}`;
}

function writeRemedy(findings: readonly Finding[]): string {
  const flags = new Set(findings.flatMap(({ remedy }) => ('flag' in remedy ? [remedy.flag] : [])));
  const orders = new Set(findings.flatMap(({ remedy }) => ('order' in remedy ? [remedy.order] : [])));
  const parts = [...orders];
  if (flags.size > 0) parts.push(`score with ${[...flags].join(' ')}`);
  const sentence = `${parts.join(', and ')}; or write a new baseline with --update.`;
  return sentence[0].toUpperCase() + sentence.slice(1);
}
