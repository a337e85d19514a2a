import type { EvaluationResult, ImageSet, MetricEntry, Settings } from '../../documents/result.js';
import { neutralize } from '../../escape/neutralize.js';
import { shellQuote } from '../../escape/shell-quote.js';

// How other tools compute what they compute, and where their numbers may differ, stands in docs/explanation/compatibility.md.

/** How the tool that a result follows is asked for the same numbers. */
export interface PeerCommand {
  /** The tool with the version that the command is for. */
  readonly tool: string;
  /** One line for a shell, or null if the tool has none of the metrics. */
  readonly command: string | null;
  /** Why this result cannot be compared with the tool's, or the command cannot run; as sentences. */
  readonly notes: readonly string[];
}

interface Peer {
  readonly tool: string;
  /** Ids of the metrics that it has. */
  readonly metrics: readonly string[];
  /** Whether it takes a statistics file as reference. */
  readonly readsStatistics: boolean;
  /** Whether it has KID's RBF kernel. */
  readonly hasRbf: boolean;
  /** Whether it finds pictures in sub-folders. */
  readonly readsSubfolders: boolean;
  /** Whether it runs a network of this name. @default the Inception v3 of 2015 alone */
  readonly runs?: (network: string) => boolean;
  /** The command for some of its metrics. */
  makeCommand(result: EvaluationResult, ids: readonly string[]): string;
}

/** The network that most of these tools use. */
const PEER_NETWORK = 'inception-v3';

const DINOV2 = /^dinov2-vit-([sblg])-14$/;

const PEERS: Readonly<Record<Settings['profile'], Peer>> = {
  'torch-fidelity': {
    tool: 'torch-fidelity 0.4.0',
    metrics: ['is', 'fid', 'kid', 'precision', 'recall'],
    readsStatistics: false,
    hasRbf: true,
    readsSubfolders: true,
    makeCommand: makeFidelityCommand,
  },
  openai: {
    tool: 'inception_score/model.py of openai/improved-gan at commit 4f5d1ec5c16a, in its folder',
    metrics: ['is'],
    readsStatistics: false,
    hasRbf: false,
    readsSubfolders: true,
    makeCommand: ({ samples, settings }) =>
      python(
        'import glob, numpy, PIL.Image, model',
        `files = sorted(glob.glob(${pythonString(`${samples.source}/**/*.*`)}, recursive=True))`,
        `print(model.get_inception_score([numpy.asarray(PIL.Image.open(f).convert('RGB')) for f in files], splits=${settings.splits}))`,
      ),
  },
  'pytorch-fid': {
    tool: 'pytorch-fid 0.3.0',
    metrics: ['fid'],
    readsStatistics: true,
    hasRbf: false,
    readsSubfolders: false,
    makeCommand: (result) =>
      [
        `python -m pytorch_fid ${shellQuote(result.reference?.source ?? '')} ${shellQuote(result.samples.source)}`,
        ...(hasMixedSizes(result) ? ['--batch-size 1'] : []),
        '--device cpu',
      ].join(' '),
  },
  'clean-fid': {
    tool: 'clean-fid 0.1.35',
    metrics: ['fid', 'kid'],
    readsStatistics: false,
    hasRbf: false,
    readsSubfolders: true,
    makeCommand: ({ samples, reference }, ids) =>
      python(
        'from cleanfid import fid',
        ...ids.map(
          (id) =>
            `print(fid.compute_${id}(${pythonString(samples.source)}, ${pythonString(reference?.source ?? '')}, mode='clean', num_workers=0, device='cpu'))`,
        ),
      ),
  },
  'dgm-eval': {
    tool: 'dgm-eval at commit 74c79f7527fb',
    metrics: ['fid', 'kid'],
    readsStatistics: false,
    hasRbf: false,
    readsSubfolders: false,
    runs: (network) => network === PEER_NETWORK || DINOV2.test(network),
    makeCommand: (result, ids) => {
      const arch = DINOV2.exec(networkOf(result))?.[1];
      return [
        `python -m dgm_eval ${shellQuote(result.reference?.source ?? '')} ${shellQuote(result.samples.source)}`,
        arch === undefined ? '--model inception' : `--model dinov2 --arch vit${arch}14`,
        `--metrics ${ids.map((id) => (id === 'fid' ? 'fd' : 'kd')).join(' ')}`,
        '--device cpu',
      ].join(' ');
    },
  },
  cmmd: {
    tool: 'cmmd-pytorch at commit f7673a9f4632, in its folder',
    metrics: ['cmmd'],
    readsStatistics: false,
    hasRbf: true,
    readsSubfolders: false,
    runs: (network) => network === 'clip-vit-l-14-336px',
    makeCommand: ({ samples, reference }) =>
      `python main.py ${shellQuote(reference?.source ?? '')} ${shellQuote(samples.source)}`,
  },
  fdr: {
    tool: 'eval_all_fds.py of FD-Loss',
    metrics: [],
    readsStatistics: false,
    hasRbf: true,
    readsSubfolders: true,
    makeCommand: () => '',
  },
};

/** The network that the samples' metrics come from. */
function networkOf({ metrics }: EvaluationResult): string {
  return metrics.flatMap((entry) => (entry.status === 'ok' ? (entry.extractor?.name ?? []) : []))[0] ?? '';
}

/**
 * Says how the tool that the result's profile names is asked for the same numbers.
 *
 * @param result a result of which some metrics were computed
 * @returns the command, for a pinned version of the tool
 */
export function describePeerCommand(result: EvaluationResult): PeerCommand {
  const peer = PEERS[result.settings.profile];
  const all = result.metrics.filter(({ subject, status }) => subject === 'samples' && status === 'ok');
  const computed = all.filter(({ network }) => network === all[0]?.network);
  const others = [...new Set(all.flatMap(({ network }) => network ?? []))].filter(
    (network) => network !== all[0]?.network,
  );
  const isShared = ({ id }: MetricEntry) =>
    peer.metrics.includes(id) && (id !== 'kid' || peer.hasRbf || result.settings.kidKernel !== 'rbf');
  const shared = computed.filter(isShared);
  const ids = shared.map(({ id }) => id);
  return {
    tool: peer.tool,
    command: ids.length > 0 ? peer.makeCommand(result, ids) : null,
    notes: [
      ...noteOtherNetworks(shared, peer),
      ...(others.length > 0 ? [`It runs one network at a time; here are more: ${others.join(', ')}.`] : []),
      ...(peer.metrics.length === 0
        ? ['It compares with its own statistics of ImageNet, so that no command of it gives these numbers.']
        : noteMissingMetrics(
            computed.filter((entry) => !isShared(entry)),
            result.settings,
          )),
      ...noteForms(result, peer),
    ],
  };
}

/** For a person, a line each: the command, what to mind, and where to read on. */
export function peerCommandLines(result: EvaluationResult): string[] {
  const { tool, command, notes } = describePeerCommand(result);
  return [
    ...(command === null ? [] : [`The command of ${tool} for the same metrics:`, `  ${neutralize(command)}`]),
    ...notes.map((note) => `- ${neutralize(note)}`),
    'Where its numbers may differ: docs/explanation/compatibility.md in the repository of ganeval.',
  ];
}

const FIDELITY_FLAGS: Readonly<Record<string, string>> = {
  is: '--isc',
  fid: '--fid',
  kid: '--kid',
  precision: '--prc',
  recall: '--prc',
};

function makeFidelityCommand(result: EvaluationResult, ids: readonly string[]): string {
  const { samples, reference, settings } = result;
  const flags = new Set(
    ids.map((id) => (Object.hasOwn(FIDELITY_FLAGS, id) ? FIDELITY_FLAGS[id] : undefined)),
  );
  // Its default network for precision and recall is VGG16.
  if (flags.has('--prc')) flags.add('--feature-extractor inception-v3-compat');
  // It refuses subsets that are larger than a set; ours are reduced.
  const subsetSize = Math.min(
    settings.kidSubsetSize,
    ...[samples, reference].flatMap((set) => set?.count ?? []),
  );
  return [
    `fidelity --cpu ${[...flags].join(' ')} --input1 ${shellQuote(samples.source)}`,
    ...(ids.length > 1 || ids[0] !== 'is' ? [`--input2 ${shellQuote(reference?.source ?? '')}`] : []),
    '--samples-find-deep',
    ...(hasMixedSizes(result) ? ['--batch-size 1'] : []),
    ...(settings.shuffle ? [] : ['--no-samples-shuffle']),
    `--rng-seed ${settings.seed} --isc-splits ${settings.splits}`,
    `--kid-subsets ${settings.kidSubsets} --kid-subset-size ${subsetSize}`,
    ...(settings.kidKernel === 'rbf'
      ? [`--kid-kernel rbf --kid-kernel-rbf-sigma ${settings.kidRbfSigma}`]
      : []),
  ].join(' ');
}

function noteOtherNetworks(shared: readonly MetricEntry[], { runs }: Peer): string[] {
  const isOther = (name: string) => (runs ? !runs(name) : name !== PEER_NETWORK);
  const names = shared.flatMap((entry) =>
    entry.status === 'ok' && entry.extractor && isOther(entry.extractor.name) ? [entry.extractor.name] : [],
  );
  return [...new Set(names)].map((name) =>
    runs
      ? `The numbers here come from ${name}, which the tool does not run: none will agree.`
      : `The numbers here come from ${name}, not from the Inception v3 of 2015 that the tool runs: none will agree. "ganeval models pull ${PEER_NETWORK}" fetches that network.`,
  );
}

function noteMissingMetrics(missing: readonly MetricEntry[], { kidKernel }: Settings): string[] {
  const names = missing.map(({ id, title }) =>
    id === 'kid' && kidKernel === 'rbf' ? `${title} by an RBF kernel` : title,
  );
  return names.length > 0 ? [`It has no ${names.join(', no ')}.`] : [];
}

function noteForms({ samples, reference }: EvaluationResult, peer: Peer): string[] {
  const sets = [samples, ...(reference ? [reference] : [])];
  const others = sets.filter(({ kind }) => !['folder', 'statistics'].includes(kind));
  return [
    ...[...new Set(others.map(({ source }) => source))].map(
      (source) => `It reads folders: put the pictures of ${source} into one, and name that folder.`,
    ),
    ...(!peer.readsStatistics && reference?.kind === 'statistics'
      ? ['It takes a folder of pictures as reference, not a statistics file.']
      : []),
    ...(!peer.readsSubfolders && sets.some(({ kind, classes }) => kind === 'folder' && classes)
      ? ['It does not look into sub-folders: put the pictures of all classes into one folder first.']
      : []),
  ];
}

/** Pictures of several sizes can't be put into one batch. */
function hasMixedSizes({ samples, reference }: EvaluationResult): boolean {
  const isMixed = ({ sizes }: ImageSet) => sizes !== null && String(sizes.smallest) !== String(sizes.largest);
  return isMixed(samples) || (reference !== undefined && isMixed(reference));
}

/** A Python string literal: JSON's escapes are among Python's. */
function pythonString(text: string): string {
  return JSON.stringify(text);
}

function python(...statements: readonly string[]): string {
  return `python -c ${shellQuote(statements.join('; '))}`;
}
