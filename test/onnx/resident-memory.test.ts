import { describe, expect, it } from 'vitest';
import { ResidentMemory } from '../../src/onnx/resident-memory.js';
import { ResidentTensor } from '../../src/onnx/resident-session.js';

/** A tensor of so many numbers that counts when it is freed. */
function residentOf(count: number, freed: number[]): ResidentTensor {
  const tensor = { type: 'float32', dims: [count], data: undefined, dispose: () => freed.push(count) };
  return new ResidentTensor(tensor, 'float32', [count]);
}

describe('ResidentMemory', () => {
  it('frees what nothing refers to, once enough has gathered', async () => {
    const freed: number[] = [];
    const memory = new ResidentMemory(10_000);
    const kept = {};
    memory.keep(kept, residentOf(1000, freed));
    await memory.tidy();
    expect(memory.bytes).toBe(4000);
    (() => {
      for (let i = 0; i < 5; i++) memory.keep({}, residentOf(2000, freed));
    })();
    expect(memory.bytes).toBe(44_000);
    await memory.tidy();
    expect(freed).toEqual([2000, 2000, 2000, 2000, 2000]);
    expect(memory.bytes).toBe(4000);
    expect(kept).toEqual({});
  });

  it('keeps what several values share until none of them is left, and counts it once', async () => {
    const freed: number[] = [];
    const memory = new ResidentMemory(0);
    const [kept, shared, left] = [{}, residentOf(1000, freed), residentOf(2000, freed)];
    memory.keep(kept, shared);
    (() => {
      for (let i = 0; i < 3; i++) memory.keep({}, shared);
      for (let i = 0; i < 3; i++) memory.keep({}, left);
    })();
    expect(memory.bytes).toBe(12_000);
    await memory.tidy();
    expect(freed).toEqual([2000]);
    expect(memory.bytes).toBe(4000);
    expect(kept).toEqual({});
  });

  it('frees everything at the end, each once', () => {
    const freed: number[] = [];
    const memory = new ResidentMemory();
    memory.keep({}, residentOf(3, freed));
    memory.close();
    memory.close();
    expect(freed).toEqual([3]);
    expect(memory.bytes).toBe(0);
  });
});
