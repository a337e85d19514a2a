/** The candidate that a mistyped word most likely means, if one is near enough. */
export function suggest(word: string, candidates: readonly string[]): string | undefined {
  const nearest = candidates
    .map((candidate) => ({ candidate, distance: editDistance(fold(word), fold(candidate)) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  const allowed = Math.max(1, Math.floor(word.length / 3));
  return nearest && nearest.distance <= allowed ? nearest.candidate : undefined;
}

/** As many can be read at a glance; and of two, the nearer in letters may be the farther in meaning, as cpu is from gpu. */
const FEW = 6;

/** As `perhaps`, for a sentence that lists the candidates: nothing where they are few. */
export function perhapsOfMany(word: string, candidates: readonly string[]): string {
  return candidates.length > FEW ? perhaps(word, candidates) : '';
}

/** ", perhaps fid is meant", or nothing where no candidate is near enough; for the end of a sentence's first half. */
export function perhaps(word: string, candidates: readonly string[]): string {
  const near = suggest(word, candidates);
  return near === undefined ? '' : `, perhaps ${near} is meant`;
}

/** Case, and how the parts of a name are joined, say nothing about what is meant. */
function fold(word: string): string {
  return word.toLowerCase().replaceAll('_', '-');
}

/** Insertions, deletions, substitutions and swaps of neighbors that turn one word into the other. */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = last[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      row[j] = Math.min(last[j] + 1, row[j - 1] + 1, substitution);
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) row[j] = Math.min(row[j], beforeLast[j - 2] + 1);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length];
}
