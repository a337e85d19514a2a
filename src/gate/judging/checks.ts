import { EVERY, type GateConfig, type Rule, type RuleKind } from '../../documents/gate-config.js';
import { joinMetricName, parseMetricName } from '../../documents/metric-name.js';
import { splitMetricName } from '../../metrics/shortcuts.js';
import { adjustRules } from './adjust-rules.js';
import { entryOf, measure, type ResultFacts, type Target } from './measurement.js';

/** One comparison of two numbers. */
export interface Check extends Target {
  readonly kind: RuleKind;
  readonly tolerance?: number;
  readonly limit?: number;
  /**
   * Share of the allowance of false alarms, among the `significant` checks: 1 for a rule about one number; the numbers of a
   * rule with * share it, so that a thousand classes don't drown the value over all of them.
   */
  readonly weight: number;
}

/** What is to be done, and what a reader should know of what is not, as sentences. */
interface Planned<Item> {
  readonly items: readonly Item[];
  readonly notes: readonly string[];
}

/** Writes the rules out as checks of single numbers of the baseline, in its order, without repeats. */
export function planChecks(
  baseline: ResultFacts,
  { rules, adjust = [] }: Pick<GateConfig, 'rules' | 'adjust'>,
): Planned<Check> {
  const checks = new Map<string, Check>();
  const spell = (rule: Rule): Rule => ({ ...rule, metric: joinMetricName(locate(baseline, rule.metric)) });
  const asked = rules ? { items: rules.map(spell), notes: [] } : defaultRules(baseline);
  const notes = [...asked.notes];
  for (const rule of adjustRules(asked.items, adjust.map(spell))) {
    const { items: targets, notes: left } = targetsOf(baseline, rule);
    notes.push(...left);
    for (const target of targets) {
      const check = checkOf(rule, target, 1 / targets.length);
      const key = JSON.stringify({ ...check, weight: undefined });
      if ((checks.get(key)?.weight ?? 0) < check.weight) checks.set(key, check);
    }
  }
  const place = placeIn(baseline);
  const sorted = [...checks].sort(([keyA, a], [keyB, b]) => place(a) - place(b) || (keyA < keyB ? -1 : 1));
  return { items: sorted.map(([, check]) => check), notes };
}

/**
 * The metric and the network of the baseline that a rule means: a shortcut, or a network without its profile, where that is plain. An id that the
 * baseline has on its first network means that one, even if it is the name of a shortcut too.
 */
function locate(baseline: ResultFacts, text: string): Pick<Target, 'metric' | 'network'> {
  if (entryOf(baseline, { metric: text })) return { metric: text };
  const { metrics } = baseline;
  const { metric, network } = splitMetricName(text);
  if (network === undefined) return { metric };
  const entries = metrics.filter(({ id, subject }) => id === metric && subject === 'samples');
  if (entries.some((entry) => entry.network === network)) return { metric, network };
  const named = entries.filter((entry) => entry.network?.startsWith(`${network}@`));
  if (named.length === 1) return { metric, network: named[0].network };
  const isFirst = entries.some(
    (entry) =>
      entry.network === undefined &&
      entry.status === 'ok' &&
      entry.extractor?.name === network.replace(/@.*/, ''),
  );
  return isFirst ? { metric } : { metric, network };
}

/**
 * `significant` for each metric that the baseline has, and for each class of those that have classes, as far as the
 * baseline has the errors; what can't be tested goes to the notes.
 */
function defaultRules(baseline: ResultFacts): Planned<Rule> {
  const rules: Rule[] = [];
  const notes: string[] = [];
  for (const entry of baseline.metrics) {
    if (entry.subject !== 'samples') continue;
    const { id, network, title } = entry;
    const target = { metric: id, network };
    const rule = { kind: 'significant', metric: joinMetricName(target) } as const;
    const testable = (name?: string) => canBeChecked(baseline, { ...target, class: name }, 'significant');
    if (testable()) rules.push(rule);
    else {
      const why = entry.status === 'ok' ? 'has no standard error for it' : 'could not compute it';
      notes.push(`${title} is not checked: the baseline ${why}.`);
    }
    if (entry.status === 'ok' && entry.perClass?.some((each) => testable(each.class))) {
      rules.push({ ...rule, class: EVERY });
    }
  }
  return { items: rules, notes };
}

function checkOf(rule: Rule, target: Target, weight: number): Check {
  const { kind } = rule;
  const bound =
    'tolerance' in rule ? { tolerance: rule.tolerance } : 'limit' in rule && { limit: rule.limit };
  return { ...target, kind, ...bound, weight };
}

/** With *, only what the baseline holds: a class that it can't test is named in a note. */
function targetsOf(baseline: ResultFacts, rule: Rule): Planned<Target> {
  const { metric, network } = parseMetricName(rule.metric);
  const whole = { metric, ...(network !== undefined && { network }) };
  const entry = entryOf(baseline, whole);
  const computed = entry?.status === 'ok' ? entry : undefined;
  const resolutions =
    rule.resolution === EVERY
      ? (computed?.perResolution ?? []).map(({ resolution }) => resolution)
      : [rule.resolution];
  const classes = rule.class === EVERY ? (computed?.perClass ?? []).map((each) => each.class) : [rule.class];
  const targets = classes.flatMap((name) =>
    resolutions.map((resolution) => ({
      ...whole,
      ...(name !== undefined && { class: name }),
      ...(resolution !== undefined && { resolution }),
    })),
  );
  // A rule that covers nothing must not pass for want of anything to check.
  if (targets.length === 0) return { items: [whole], notes: [] };
  const kept = targets.filter((target) => canBeChecked(baseline, target, rule.kind));
  if (rule.class !== EVERY || kept.length === 0) return { items: targets, notes: [] };
  const left = [...new Set(targets.filter((target) => !kept.includes(target)).map((each) => each.class))];
  if (left.length === 0) return { items: kept, notes: [] };
  const note = `${computed?.title ?? metric} is not checked for ${nameSome(left)}: the baseline has too few pictures there.`;
  return { items: kept, notes: [note] };
}

function canBeChecked(baseline: ResultFacts, target: Target, kind: RuleKind): boolean {
  const found = measure(baseline, target);
  if ('reason' in found) return false;
  return kind !== 'significant' || found.se !== undefined || found.proportion !== undefined;
}

const SHOWN = 5;

function nameSome(names: readonly (string | undefined)[]): string {
  const more = names.length - SHOWN;
  const shown = names.slice(0, SHOWN).join(', ');
  return more > 0
    ? `${shown} and ${more} more classes`
    : `the ${names.length === 1 ? 'class' : 'classes'} ${shown}`;
}

/** Where a target stands in a document: metrics in its order, the whole before classes, full size before resolutions. */
function placeIn(baseline: ResultFacts): (target: Target) => number {
  const places = new Map<string, number>();
  const key = ({ metric, network, class: name, resolution }: Target) =>
    JSON.stringify([joinMetricName({ metric, network }), name, resolution]);
  const add = (target: Target) => places.set(key(target), places.size);
  for (const { id, network, ...entry } of baseline.metrics.filter(({ subject }) => subject === 'samples')) {
    const computed = 'value' in entry ? entry : undefined;
    const resolutions = [undefined, ...(computed?.perResolution ?? []).map(({ resolution }) => resolution)];
    const classes = [undefined, ...(computed?.perClass ?? []).map((each) => each.class)];
    for (const name of classes) {
      for (const resolution of resolutions) add({ metric: id, network, class: name, resolution });
    }
  }
  return (target) => places.get(key(target)) ?? places.size;
}
