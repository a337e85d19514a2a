import { describe, expect, it, vi } from 'vitest';
import type { Architecture } from '../../../src/networks/architectures/architecture.js';
import { loadArchitecture } from '../../../src/networks/architectures/index.js';
import { clipSpec } from '../../../src/networks/architectures/vision-transformer/clip.js';
import { expectedTensors } from '../../../src/networks/architectures/vision-transformer/expected-tensors.js';
import { GraphBuilder } from '../../../src/onnx/graph.js';

describe("open_clip's vision transformers", () => {
  it.each(['b-32', 'b-16', 'l-14'] as const)('have the tensors of %s, and GELU', async (size) => {
    const shapes = new Map(expectedTensors(clipSpec(size)));
    const openai = await loadArchitecture(`clip-vit-${size}`);
    const own = await loadArchitecture(`open-clip-vit-${size}`);
    expect([openai, own].map((each) => each.findMismatch(shapes))).toEqual([undefined, undefined]);
    expect([openai.onlyByName, own.onlyByName]).toEqual([undefined, true]);
    expect(activationsOf(openai, shapes)).toEqual(['com.microsoft.QuickGelu']);
    expect(activationsOf(own, shapes)).toEqual(['com.microsoft.Gelu']);
  });
});

function activationsOf({ build }: Architecture, shapes: ReadonlyMap<string, readonly number[]>): string[] {
  const node = vi.spyOn(GraphBuilder.prototype, 'node');
  build((name) => {
    const shape = shapes.get(name);
    return shape && { shape, data: async () => new Float32Array() };
  }, 'weights');
  const names = new Set(node.mock.calls.map(([operator]) => operator));
  node.mockRestore();
  return ['com.microsoft.QuickGelu', 'com.microsoft.Gelu'].filter((each) => names.has(each));
}
