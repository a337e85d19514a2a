import type { WatchLine } from '../../documents/watch.js';
import { sentence } from '../../escape/markdown-text.js';
import { neutralize } from '../../escape/neutralize.js';
import { metricName, type NamedValue, nameValues } from '../name-values.js';
import { encodeLayout, encodeScalar, encodeText, type MarginChart } from './encode-event.js';

/** Turns lines into the values of their events: numbers, what happened as text, and how metrics are drawn with their intervals. */
export class LineEncoder {
  readonly #charts = new Map<string, MarginChart>();

  /** The values of a line, each a message of `summary.proto`. */
  encode(line: WatchLine): Uint8Array[] {
    const values = nameValues(line);
    const layout = this.#learn(values) ? [encodeLayout('ganeval', [...this.#charts.values()])] : [];
    const events = line.events.map(({ message }) => encodeText('events', sentence(message)));
    const failed =
      line.status === 'failed'
        ? [encodeText('failed sets', `${sentence(line.set)}: ${sentence(line.reason)}`)]
        : [];
    return [...layout, ...values.map((each) => encodeScalar(tagOf(each), each.value)), ...events, ...failed];
  }

  /** Whether a metric came that has an interval and no chart yet. */
  #learn(values: readonly NamedValue[]): boolean {
    const fresh = values.filter(({ kind, ...each }) => kind === 'low' && !this.#charts.has(groupOf(each)));
    for (const each of fresh) {
      const group = groupOf(each);
      const [value, lower, upper] = (['value', 'low', 'high'] as const).map((kind) =>
        tagOf({ ...each, kind }),
      );
      this.#charts.set(group, { title: group, value, lower, upper });
    }
    return fresh.length > 0;
  }
}

/** TensorBoard draws tags with the same word before the first slash in one group. */
function tagOf(named: Omit<NamedValue, 'value'>): string {
  const { kind, class: name } = named;
  if (name === undefined) return `${groupOf(named)}/${kind}`;
  return `${groupOf(named)}/${kind === 'value' ? '' : `${kind} `}by class/${neutralize(name)}`;
}

function groupOf(named: Pick<NamedValue, 'metric' | 'network'>): string {
  return neutralize(metricName(named));
}
