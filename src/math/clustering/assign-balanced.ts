/** Relative; differences below it are of rounding. */
const TOLERANCE = 1e-12;

/**
 * The cheapest assignment of points to groups of given sizes, exactly: a transportation problem, solved by shortest augmenting paths
 * (Tomizawa 1971; Jonker and Volgenant 1987), point by point. A point that comes takes a place in a group, and pushes another point out
 * of it into the next group, along the path that costs least.
 *
 * @param costs of each point in each group, row-major [points, groups]; finite
 * @param sizes places in each group, which are as many as there are points
 * @returns the group of each point, int32 [points]; the same for the same numbers
 * @throws {RangeError} unless the places are as many as the points
 */
export function assignBalanced(costs: Float64Array, sizes: readonly number[]): Int32Array {
  const groups = sizes.length;
  const points = sizes.reduce((sum, size) => sum + size, 0);
  if (costs.length !== points * groups) {
    throw new RangeError(`expected ${points * groups} costs but received ${costs.length}`);
  }
  const members: number[][] = sizes.map(() => []);
  for (let point = 0; point < points; point++) {
    const moves = findMoves(costs, members);
    const path = findPath(costs.subarray(point * groups, (point + 1) * groups), moves, members, sizes);
    // From the end of the path: each point moves on, and makes room for the one before.
    for (let i = path.length - 1; i > 0; i--) {
      const [from, to] = [path[i - 1], path[i]];
      const moved = moves.points[from * groups + to];
      members[from].splice(members[from].indexOf(moved), 1);
      members[to].push(moved);
    }
    members[path[0]].push(point);
  }
  const assigned = new Int32Array(points);
  for (const [group, own] of members.entries()) for (const point of own) assigned[point] = group;
  return assigned;
}

/** The cheapest move from each group to each other one: what it costs, and which point moves; row-major [groups, groups]. */
interface Moves {
  readonly costs: Float64Array;
  readonly points: Int32Array;
}

function findMoves(costs: Float64Array, members: readonly (readonly number[])[]): Moves {
  const groups = members.length;
  const moves = {
    costs: new Float64Array(groups * groups).fill(Number.POSITIVE_INFINITY),
    points: new Int32Array(groups * groups),
  };
  for (const [from, own] of members.entries()) {
    for (const point of own) {
      const row = point * groups;
      for (let to = 0; to < groups; to++) {
        const cost = costs[row + to] - costs[row + from];
        if (cost >= moves.costs[from * groups + to]) continue;
        moves.costs[from * groups + to] = cost;
        moves.points[from * groups + to] = point;
      }
    }
  }
  return moves;
}

/** Groups on the cheapest path from a new point to a group with room (Bellman and Ford: moves may cost less than nothing). */
function findPath(
  own: Float64Array,
  { costs }: Moves,
  members: readonly (readonly number[])[],
  sizes: readonly number[],
): number[] {
  const groups = sizes.length;
  const distances = Float64Array.from(own, (cost, group) =>
    sizes[group] > 0 ? cost : Number.POSITIVE_INFINITY,
  );
  const before = new Int32Array(groups).fill(-1);
  // No path has more edges than groups; rounding must not make one go round in circles.
  for (let round = 1, isChanged = true; isChanged && round < groups; round++) {
    isChanged = false;
    for (let from = 0; from < groups; from++) {
      if (distances[from] === Number.POSITIVE_INFINITY) continue;
      for (let to = 0; to < groups; to++) {
        const distance = distances[from] + costs[from * groups + to];
        if (
          to === from ||
          sizes[to] === 0 ||
          !(distance < distances[to] - TOLERANCE * Math.abs(distances[to]))
        )
          continue;
        distances[to] = distance;
        before[to] = from;
        isChanged = true;
      }
    }
  }
  let end = -1;
  for (let group = 0; group < groups; group++) {
    if (members[group].length >= sizes[group]) continue;
    if (end < 0 || distances[group] < distances[end]) end = group;
  }
  const path = [end];
  while (before[path[0]] >= 0) path.unshift(before[path[0]]);
  return path;
}
