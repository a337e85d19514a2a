import type { WatchLine } from '../../documents/watch.js';
import { type NamedValue, nameValues, type ValueKind } from '../name-values.js';
import { stepOf, timeOf } from '../tracker.js';

/** What is known of a watch: the numbers of the last set that was scored, and counts of all. */
export interface WatchState {
  /** The watched folder, which tells watches apart. */
  readonly folder: string;
  /** The last line with numbers. */
  readonly scored?: { readonly line: WatchLine; readonly index: number };
  readonly last?: WatchLine;
  readonly sets: Readonly<Record<WatchLine['status'], number>>;
  /** By kind. */
  readonly events: ReadonlyMap<string, number>;
}

interface Family {
  readonly name: string;
  readonly type: 'gauge' | 'counter';
  readonly help: string;
  readonly samples: readonly Sample[];
}

interface Sample {
  readonly labels: Readonly<Record<string, string | undefined>>;
  readonly value: number;
}

const VALUES: readonly { readonly kind: ValueKind; readonly name: string; readonly help: string }[] = [
  { kind: 'value', name: 'ganeval_metric', help: 'Value of a metric of the last set that was scored.' },
  { kind: 'low', name: 'ganeval_metric_low', help: 'Lower end of its confidence interval.' },
  { kind: 'high', name: 'ganeval_metric_high', help: 'Upper end of its confidence interval.' },
  { kind: 'real', name: 'ganeval_metric_real', help: 'What samples as real as the reference have.' },
  { kind: 'reference', name: 'ganeval_metric_reference', help: 'The metric of the reference itself.' },
];

/**
 * The state in Prometheus's text format (version 0.0.4), as the textfile collector of node_exporter reads it. There are no times at the
 * samples, since it refuses a file that has them, and no series comes twice, since it then shows none of any file.
 */
export function toExposition(state: WatchState): string {
  const { folder } = state;
  return familiesOf(state)
    .filter(({ samples }) => samples.length > 0)
    .map(({ name, type, help, samples }) => {
      const series = new Map(
        samples.map(({ labels, value }) => [`${name}{${labelsText({ folder, ...labels })}}`, value]),
      );
      const lines = [...series].map(([key, value]) => `${key} ${value}`);
      return [`# HELP ${name} ${help}`, `# TYPE ${name} ${type}`, ...lines, ''].join('\n');
    })
    .join('');
}

function familiesOf({ scored, last, sets, events }: WatchState): Family[] {
  const values = scored ? nameValues(scored.line) : [];
  const one = (value: number | undefined): Sample[] => (value === undefined ? [] : [{ labels: {}, value }]);
  return [
    ...VALUES.map(({ kind, name, help }) => ({
      name,
      type: 'gauge' as const,
      help,
      samples: values.filter((each) => each.kind === kind).map(toSample),
    })),
    {
      name: 'ganeval_last_step',
      type: 'gauge',
      help: 'Training step of the last set that was scored.',
      samples: one(scored && stepOf(scored.line, scored.index)),
    },
    {
      name: 'ganeval_last_set_timestamp_seconds',
      type: 'gauge',
      help: 'When the last set was done, scored or not, in seconds since 1970.',
      samples: one(last && timeOf(last) / 1000),
    },
    {
      name: 'ganeval_last_set_duration_seconds',
      type: 'gauge',
      help: 'How long scoring the last set took.',
      samples: one(last?.run.seconds),
    },
    {
      name: 'ganeval_sets_total',
      type: 'counter',
      help: 'Sets that were scored, or that failed.',
      samples: Object.entries(sets).map(([status, value]) => ({ labels: { status }, value })),
    },
    {
      name: 'ganeval_events_total',
      type: 'counter',
      help: 'Events of the training, such as a collapse, by kind.',
      samples: [...events].map(([kind, value]) => ({ labels: { kind }, value })),
    },
  ];
}

function toSample({ metric, network, class: name, value }: NamedValue): Sample {
  return { labels: { metric, network, class: name }, value };
}

/** An empty label is the same as none. */
function labelsText(labels: Sample['labels']): string {
  return Object.entries(labels)
    .flatMap(([name, value]) => (value ? [`${name}="${escapeLabel(value)}"`] : []))
    .join(',');
}

function escapeLabel(text: string): string {
  return text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
}
