import type { Layers, Maps } from '../layers.js';

/** A pool of 3×3. */
export type Pool = (maps: Maps) => Maps;

interface BlockAOptions {
  readonly averagePool: Pool;
  /** Channels of the pool branch. */
  readonly pool: number;
}

/** 35 × 35: 1×1, 5×5, and two 3×3 in place of another 5×5 (the paper's figure 5). */
export function inceptionA(net: Layers, name: string, x: Maps, { averagePool, pool }: BlockAOptions): Maps {
  const conv = net.convIn(name);

  const branch1x1 = conv('branch1x1', x, { channels: 64, kernel: 1 });

  let branch5x5 = conv('branch5x5_1', x, { channels: 48, kernel: 1 });
  branch5x5 = conv('branch5x5_2', branch5x5, { channels: 64, kernel: 5 });

  let branch3x3dbl = conv('branch3x3dbl_1', x, { channels: 64, kernel: 1 });
  branch3x3dbl = conv('branch3x3dbl_2', branch3x3dbl, { channels: 96, kernel: 3 });
  branch3x3dbl = conv('branch3x3dbl_3', branch3x3dbl, { channels: 96, kernel: 3 });

  const branchPool = conv('branch_pool', averagePool(x), { channels: pool, kernel: 1 });

  return net.concat([branch1x1, branch5x5, branch3x3dbl, branchPool]);
}

/** 35 × 35 to 17 × 17: convolutions and a pool of stride 2 side by side (figure 10). */
export function inceptionB(net: Layers, name: string, x: Maps): Maps {
  const conv = net.convIn(name);
  const reduce = { stride: 2, padding: 'valid' } as const;

  const branch3x3 = conv('branch3x3', x, { channels: 384, kernel: 3, ...reduce });

  let branch3x3dbl = conv('branch3x3dbl_1', x, { channels: 64, kernel: 1 });
  branch3x3dbl = conv('branch3x3dbl_2', branch3x3dbl, { channels: 96, kernel: 3 });
  branch3x3dbl = conv('branch3x3dbl_3', branch3x3dbl, { channels: 96, kernel: 3, ...reduce });

  return net.concat([branch3x3, branch3x3dbl, net.maxPool(x, reduce)]);
}

interface BlockCOptions {
  readonly averagePool: Pool;
  /** Channels between the convolutions of a branch. */
  readonly inner: number;
}

/** 17 × 17: 7×7 taken apart into 1×7 and 7×1, once and twice (figure 6). */
export function inceptionC(net: Layers, name: string, x: Maps, { averagePool, inner }: BlockCOptions): Maps {
  const conv = net.convIn(name);

  const branch1x1 = conv('branch1x1', x, { channels: 192, kernel: 1 });

  let branch7x7 = conv('branch7x7_1', x, { channels: inner, kernel: 1 });
  branch7x7 = conv('branch7x7_2', branch7x7, { channels: inner, kernel: [1, 7] });
  branch7x7 = conv('branch7x7_3', branch7x7, { channels: 192, kernel: [7, 1] });

  let branch7x7dbl = conv('branch7x7dbl_1', x, { channels: inner, kernel: 1 });
  branch7x7dbl = conv('branch7x7dbl_2', branch7x7dbl, { channels: inner, kernel: [7, 1] });
  branch7x7dbl = conv('branch7x7dbl_3', branch7x7dbl, { channels: inner, kernel: [1, 7] });
  branch7x7dbl = conv('branch7x7dbl_4', branch7x7dbl, { channels: inner, kernel: [7, 1] });
  branch7x7dbl = conv('branch7x7dbl_5', branch7x7dbl, { channels: 192, kernel: [1, 7] });

  const branchPool = conv('branch_pool', averagePool(x), { channels: 192, kernel: 1 });

  return net.concat([branch1x1, branch7x7, branch7x7dbl, branchPool]);
}

/** 17 × 17 to 8 × 8, as block B. */
export function inceptionD(net: Layers, name: string, x: Maps): Maps {
  const conv = net.convIn(name);
  const reduce = { stride: 2, padding: 'valid' } as const;

  let branch3x3 = conv('branch3x3_1', x, { channels: 192, kernel: 1 });
  branch3x3 = conv('branch3x3_2', branch3x3, { channels: 320, kernel: 3, ...reduce });

  let branch7x7x3 = conv('branch7x7x3_1', x, { channels: 192, kernel: 1 });
  branch7x7x3 = conv('branch7x7x3_2', branch7x7x3, { channels: 192, kernel: [1, 7] });
  branch7x7x3 = conv('branch7x7x3_3', branch7x7x3, { channels: 192, kernel: [7, 1] });
  branch7x7x3 = conv('branch7x7x3_4', branch7x7x3, { channels: 192, kernel: 3, ...reduce });

  return net.concat([branch3x3, branch7x7x3, net.maxPool(x, reduce)]);
}

/** 8 × 8: 1×3 and 3×1 side by side, for many maps of the coarsest grid (figure 7). */
export function inceptionE(net: Layers, name: string, x: Maps, pool: Pool): Maps {
  const conv = net.convIn(name);

  const branch1x1 = conv('branch1x1', x, { channels: 320, kernel: 1 });

  const branch3x3 = conv('branch3x3_1', x, { channels: 384, kernel: 1 });
  const branch3x3a = conv('branch3x3_2a', branch3x3, { channels: 384, kernel: [1, 3] });
  const branch3x3b = conv('branch3x3_2b', branch3x3, { channels: 384, kernel: [3, 1] });

  let branch3x3dbl = conv('branch3x3dbl_1', x, { channels: 448, kernel: 1 });
  branch3x3dbl = conv('branch3x3dbl_2', branch3x3dbl, { channels: 384, kernel: 3 });
  const branch3x3dbla = conv('branch3x3dbl_3a', branch3x3dbl, { channels: 384, kernel: [1, 3] });
  const branch3x3dblb = conv('branch3x3dbl_3b', branch3x3dbl, { channels: 384, kernel: [3, 1] });

  const branchPool = conv('branch_pool', pool(x), { channels: 192, kernel: 1 });

  return net.concat([branch1x1, branch3x3a, branch3x3b, branch3x3dbla, branch3x3dblb, branchPool]);
}
