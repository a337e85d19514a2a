import { digestRows } from '../copies/digest-rows.js';
import { type ComparedRows, findCopies } from '../copies/find-copies.js';
import type { Findings } from '../documents/result.js';
import { isMadeKind } from '../images/latent-paths.js';
import type { Neighborhoods } from '../metrics/neighbors/neighborhoods.js';
import type { PreparedSet } from './prepare-set.js';

/**
 * Samples that repeat another sample or a picture of the reference: by the digests of their files, or by their features where a generator makes
 * them.
 *
 * @returns undefined where pictures have neither
 */
export async function findSetCopies(
  samples: PreparedSet,
  reference: PreparedSet | undefined,
  nearest: Neighborhoods['nearest'] | undefined,
): Promise<Findings | undefined> {
  if (!isMadeKind(samples.plan.set.source.kind)) {
    return findCopies({
      samples: namedRowsOf(samples),
      reference: reference && namedRowsOf(reference),
      nearest,
    });
  }
  const rows = await rowsByFeatures(samples);
  const others = reference && (await rowsByFeatures(reference));
  return rows && findCopies({ samples: rows, reference: others, nearest });
}

function namedRowsOf({ plan, kept }: PreparedSet): ComparedRows {
  const { source, inspections } = plan.set;
  return { inspections, kept, idOf: (row) => source.entries[kept[row]].id };
}

async function rowsByFeatures({ plan, kept, subject }: PreparedSet): Promise<ComparedRows | undefined> {
  if (!subject.features) return undefined;
  const { entries } = plan.set.source;
  return { ...(await digestRows(subject.features)), idOf: (row) => entries[kept[row]].id };
}
