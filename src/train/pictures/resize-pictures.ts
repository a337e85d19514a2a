import { preprocessingGraph } from '../../networks/preprocessing/preprocess.js';
import { ANTIALIAS_OPSET } from '../../onnx/join-models.js';
import { openSession, type Session } from '../../onnx/session.js';
import { uint8 } from '../../onnx/tensor.js';

/** How pictures are resized to the network's size, in training and in the network's card. */
export const RESIZE = 'bilinear';

export interface PictureResizer {
  /** Resizes RGB pixels, uint8 [height, width, 3] to [size, size, 3]. */
  resize(pixels: Uint8Array, height: number, width: number): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** Resizes pictures to size × size as the networks' preprocessing does, rounded to whole numbers. */
export async function resizerTo(size: number): Promise<PictureResizer> {
  let session: Session | undefined;
  return {
    async resize(pixels, height, width) {
      session ??= await openResizing(size);
      const { ready } = await session.run({ image: uint8(pixels, [1, height, width, 3]) });
      // Rounds, and clips what is beyond 0–255.
      return new Uint8Array(Uint8ClampedArray.from(ready.data as Float32Array).buffer);
    },
    async close() {
      await session?.close();
    },
  };
}

function openResizing(size: number): Promise<Session> {
  const identity = { scale: 1, offset: 0 };
  const input = { name: 'image', layout: 'NHWC', size, resize: RESIZE, normalize: identity } as const;
  const graph = preprocessingGraph(input, undefined, ANTIALIAS_OPSET);
  return openSession(graph, { device: 'cpu', what: 'the resizing of pictures' });
}
