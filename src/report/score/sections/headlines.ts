import type { ComputedMetric, EvaluationResult } from '../../../documents/result.js';
import { html, type Markup } from '../../page/markup.js';
import { makeFacts, makeSection } from '../../page/section.js';
import { describeNumber, digitsOf, intervalHeading } from '../../text/describe-number.js';
import { formatCount, formatNumber } from '../../text/numbers.js';
import type { MetricFacts } from '../score-document.js';

import { isComputed, isSameMetric, listNotComputed } from '../summary.js';

const BETTER = { higher: '↑ higher is better', lower: '↓ lower is better' } as const;

/** A card for each number of the samples, with what the real pictures give beside it. */
export function headlines(
  result: EvaluationResult,
  facts: Readonly<Record<string, MetricFacts>>,
): Markup | undefined {
  const computed = result.metrics.filter(isComputed);
  const ofSamples = computed.filter(({ subject }) => subject === 'samples');
  if (ofSamples.length === 0) return undefined;
  const cards = ofSamples.map((entry) =>
    makeCard({
      entry,
      real: computed.find((one) => one.subject === 'reference' && isSameMetric(one, entry)),
      heading: intervalHeading(result),
      summary: facts[entry.id]?.summary,
    }),
  );
  return makeSection('headlines', 'Headline numbers', html`<ul class="cards">${cards}</ul>`);
}

interface CardParts {
  readonly entry: ComputedMetric;
  /** The same metric of the reference. */
  readonly real: ComputedMetric | undefined;
  /** Of the interval. */
  readonly heading: string;
  /** What the metric measures, for a reader who meets it for the first time. */
  readonly summary: string | undefined;
}

function makeCard({ entry, real, heading, summary }: CardParts): Markup {
  const { interval, std } = describeNumber(entry, entry.unit);
  const digits = digitsOf(entry, entry.unit);
  const write = (value: number) => `${formatNumber(value, digits)}${digits.suffix}`;
  const confusion = entry.details?.largestConfusion;
  // The network stands below.
  const title = entry.title.replace(` (${entry.network})`, '');
  return html`<li><h3>${title}</h3>
<p class="value">${write(entry.value)}${entry.se !== undefined && html` <small>± ${write(entry.se)}</small>`}</p>
<p>${interval !== '' && html`${heading} <span class="whole">${interval}</span><br>`}${std !== '' && html`std ${std}, `}<span class="whole">n = ${formatCount(entry.n)}${entry.details?.pairs !== undefined && ' pairs'}</span></p>
<p class="soft">${BETTER[entry.direction]}${entry.extractor && html`, by ${entry.network ?? entry.extractor.name}`}</p>
${summary !== undefined && html`<p class="soft">${summary}</p>`}
${confusion !== undefined && html`<p class="soft">Most frequent mistake: ${confusion}.</p>`}${real && beside(real)}</li>
`;
}

function beside(real: ComputedMetric): Markup {
  const { value } = describeNumber(real, real.unit);
  return html`<p class="beside">Reference pictures: <strong class="whole">${value}</strong> <span class="whole">(n = ${formatCount(real.n)})</span></p>`;
}

/** Metrics without a value, each with its reason. */
export function notComputed(result: EvaluationResult): Markup | undefined {
  const missing = listNotComputed(result);
  if (missing.length === 0) return undefined;
  const facts = missing.map(({ name, reason }) => [name, reason] as const);
  return makeSection('not-computed', 'Not computed', makeFacts(facts));
}
