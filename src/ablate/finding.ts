import type { AblatedSet, AblationCurve, AblationFinding, AblationStep } from '../documents/ablation.js';

type AccuracyCurve = Extract<AblationCurve, { status: 'ok' }>;

/** What a finding follows from; `aboveChance` is undefined where it can't be tested. */
export interface Evidence {
  readonly subject: AblatedSet['subject'];
  readonly fullSize: number;
  readonly curve: AblationCurve | undefined;
  readonly steps: readonly AblationStep[];
  readonly aboveChance: boolean | undefined;
}

/**
 * Says in words up to which resolution pictures carry class information: the end of the highest step that significantly
 * raises accuracy (Odena et al. 2017, section 4.1). What the network is too small to see stays open.
 */
export function describeFinding(evidence: Evidence): AblationFinding {
  const { curve } = evidence;
  if (curve?.status !== 'ok') {
    return {
      kind: 'no-accuracy',
      resolution: null,
      networkTooSmall: false,
      sentences: [
        curve?.reason ?? 'Class accuracy was not asked for, and only it measures class information.',
      ],
    };
  }
  const found = judge(evidence, curve);
  const networkTooSmall = evidence.fullSize > curve.inputSize;
  return {
    ...found,
    networkTooSmall,
    sentences: [
      headline(found, evidence, curve),
      ...(networkTooSmall && found.kind !== 'too-small' ? [networkSentence(curve)] : []),
      ...lossSentence(curve),
      ...classSentence(evidence.steps),
      ...unsettledSentence(found, evidence.steps),
      ...fallSentences(evidence.steps),
    ],
  };
}

type Judgement =
  | { readonly kind: 'full-size' | 'up-to' | 'network-limit'; readonly resolution: number }
  | { readonly kind: 'no-gain' | 'chance' | 'too-small'; readonly resolution: null };

function judge({ fullSize, steps, aboveChance }: Evidence, { inputSize }: AccuracyCurve): Judgement {
  const tested = steps.filter(({ informative }) => informative);
  if (aboveChance === false) return { kind: 'chance', resolution: null };
  if (tested.length === 0) return { kind: 'too-small', resolution: null };
  const resolution = tested.findLast(({ verdict }) => verdict === 'gain')?.to ?? null;
  if (resolution === null) return { kind: 'no-gain', resolution };
  if (resolution === fullSize) return { kind: 'full-size', resolution };
  if (resolution === tested[tested.length - 1].to && fullSize > inputSize) {
    return { kind: 'network-limit', resolution };
  }
  return { kind: 'up-to', resolution };
}

function headline(
  { kind, resolution }: Judgement,
  { subject, fullSize, steps }: Evidence,
  { inputSize }: AccuracyCurve,
): string {
  const these = subject === 'samples' ? 'These samples' : 'The reference pictures';
  const full = pixels(fullSize);
  const tested = steps.filter(({ informative }) => informative);
  switch (kind) {
    case 'full-size':
      return `${these} carry class information up to their full ${full} pixels.`;
    case 'up-to':
      return `${these} carry class information up to about ${pixels(resolution)} of their ${full} pixels.`;
    case 'network-limit':
      return `${these} carry class information up to at least ${pixels(resolution)} of their ${full} pixels.`;
    case 'no-gain':
      return `${these} carry no class information that ${pixels(tested[0].from)} of their ${full} pixels don't hold already: no step up raises accuracy significantly.`;
    case 'chance':
      return `${these} carry no class information that the network sees: its answers agree with the labels no more often than chance.`;
    default:
      return `The network sees ${pixels(inputSize)} pixels and the pictures have ${full}: there are no two resolutions within both to compare, so that class information can't be measured.`;
  }
}

function networkSentence({ inputSize }: AccuracyCurve): string {
  return `The network sees ${pixels(inputSize)} pixels: whether detail beyond that carries class information can't be known with it.`;
}

/** The paper's relative losses: "… 10.1 % at 128×128; reduced to 64×64, 30.7 % of it is lost, to 32×32, 50.5 %." */
function lossSentence({ points }: AccuracyCurve): string[] {
  const full = points.find(({ loss }) => loss === undefined);
  const reduced = points.flatMap(({ resolution, loss }) => (loss ? [{ resolution, loss }] : []));
  if (!full || reduced.length === 0) return [];
  const losses = reduced
    .toReversed()
    .map(({ resolution, loss }) => `${percent(loss.value)} at ${pixels(resolution)}`);
  return [
    `Class accuracy is ${percent(full.value)} at ${pixels(full.resolution)}; of that, reduction loses ${enumerate(losses)}.`,
  ];
}

function classSentence(steps: readonly AblationStep[]): string[] {
  if (steps.length === 0) return [];
  const { total } = steps[0].classes;
  if (total === 1) return [];
  const shares = steps.map(({ from, to, classes }, index) => {
    const gain = index === 0 ? ' gain' : '';
    return `${percent(classes.shareGaining)}${gain} from ${pixels(from)} to ${pixels(to)}`;
  });
  return [`Of ${total} classes, ${enumerate(shares)}.`];
}

/** How large the gain may still be that was not seen. */
function unsettledSentence({ kind, resolution }: Judgement, steps: readonly AblationStep[]): string[] {
  if (kind !== 'up-to' && kind !== 'no-gain') return [];
  return steps
    .filter(isTested)
    .filter(({ verdict, from }) => verdict === 'no-difference' && from >= (resolution ?? 0))
    .map(({ from, to, interval, adjustedP }) => {
      const ends = `${points(interval.low)} to ${points(interval.high)}`;
      return `From ${pixels(from)} to ${pixels(to)} accuracy changes by ${ends} points (${Number((interval.level * 100).toPrecision(6))} % interval; ${probability(adjustedP)}), which is no significant difference.`;
    });
}

function fallSentences(steps: readonly AblationStep[]): string[] {
  return steps
    .filter(isTested)
    .filter(({ verdict }) => verdict === 'loss')
    .map(
      ({ from, to, change, adjustedP }) =>
        `From ${pixels(from)} to ${pixels(to)} accuracy falls by ${points(-change)} points (${probability(adjustedP)}): detail at that size misleads the network.`,
    );
}

const isTested = (step: AblationStep): step is AblationStep & { adjustedP: number } =>
  step.adjustedP !== null;

const pixels = (side: number) => `${side}×${side}`;
const percent = (share: number) => `${(share * 100).toFixed(1).replace(/^-(0\.0)$/, '$1')} %`;
const points = (share: number) =>
  (share * 100)
    .toFixed(1)
    .replace(/^-(0\.0)$/, '$1')
    .replace('-', '−');
const probability = (p: number) => (p < 1e-4 ? 'p < 0.0001' : `p = ${p.toPrecision(2)}`);

function enumerate(parts: readonly string[]): string {
  return parts.length === 1 ? parts[0] : `${parts.slice(0, -1).join(', ')} and ${parts[parts.length - 1]}`;
}
