import type { MetricFacts } from '../../report/score/report.js';

const SUMMARIES: Readonly<Record<string, string>> = {
  is: 'Each picture looks like one class, and all classes occur. From 1 to the number of classes.',
  accuracy: 'Share of pictures that the network takes for the class that they are labeled with.',
  msssim: 'Likeness of random pairs within a class. High means that a class has collapsed to few pictures.',
  fid: 'Distance between the features of the samples and those of the reference. 0 for equal sets.',
  kid: 'Distance between the features of the samples and those of the reference, without bias. About 0 for equal sources.',
};

/** What reports say of each metric, by id. */
export function metricFacts(): Record<string, MetricFacts> {
  return Object.fromEntries(
    Object.entries(SUMMARIES).map(([id, summary]) => [
      id,
      { summary, network: id === 'accuracy' ? 'classifier' : 'model' },
    ]),
  );
}
