import { distanceOnce } from '../devices/choice/checked-networks.js';
import { type Placement, placeJob } from '../devices/choice/place-job.js';
import type { Device } from '../devices/device-choices.js';
import { listOperatorsForCpu } from '../onnx/fit-to-webgpu.js';
import { measureDeviceDistance, refuseOtherNumbers } from './device-distance.js';
import type { ExtractorJob, ExtractorOptions } from './extractor-options.js';
import type { Network } from './network.js';
import { openPipeline, type Pipeline, reductionOf } from './pipeline.js';
import { openAtPrecision } from './precision/open-at-precision.js';

/** A network that is open, and where. */
export interface PlacedPipeline extends Pick<Pipeline, 'device' | 'close'> {
  readonly placement: Placement;
  readonly pipeline: Pipeline;
}

/** A network as it is to run. */
export interface ToOpen {
  readonly network: Network;
  readonly options: ExtractorOptions;
  readonly identity: string;
}

/** Opens a network where it is to run, at its precision. */
export function openPlaced({ options, ...rest }: ToOpen, job: ExtractorJob): Promise<PlacedPipeline> {
  const { precision = 'float32', device = 'auto' } = options;
  // Who asks for float16 asks for a GPU, however few the pictures are.
  const wanted = precision === 'float32' ? job : { ...job, pictures: undefined };
  return openAtPrecision(precision, device, (on) =>
    openOn({ ...rest, options: { ...options, device: on } }, wanted),
  );
}

/** Opens a network on a device; on the CPU if what `auto` took can't run it, or computes other numbers. */
async function openOn(
  toOpen: ToOpen,
  { pictures = Number.POSITIVE_INFINITY, signal }: ExtractorJob,
): Promise<PlacedPipeline> {
  const { network, options } = toOpen;
  const { device: choice = 'auto', cacheDir } = options;
  const { card } = network;
  const names = Object.values(card.outputs).map(({ name }) => name);
  const placement = await placeJob(choice, { pictures, side: card.input.size, cacheDir, signal });
  const openPart = (device: Device) => openPipeline(network, { ...options, device }, names);
  const open = async (where: Placement): Promise<PlacedPipeline> => {
    const pipeline = await openPart(where.device);
    try {
      await checkNumbers(toOpen, pipeline, () => openPart('cpu'));
    } catch (error) {
      await pipeline.close();
      throw error;
    }
    const { device } = pipeline;
    const notes = [...where.notes, ...noteOnParts(network, device)];
    return { placement: { ...where, notes }, pipeline, device, close: () => pipeline.close() };
  };
  try {
    return await open(placement);
  } catch (error) {
    if (!placement.isChosen || placement.device === 'cpu') throw error;
    const reason = error instanceof Error ? error.message : String(error);
    const notes = [`${network.name} runs on the CPU: ${reason}`];
    return open({ device: 'cpu', isChosen: true, notes });
  }
}

/** What of the network runs on the processor beside a device, which costs time. */
function noteOnParts({ name, model }: Network, device: Device): string[] {
  if (device !== 'webgpu') return [];
  const operators = listOperatorsForCpu(model.proto);
  if (operators.length === 0) return [];
  const kinds = [...new Set(operators)].sort().join(', ');
  return [
    `WebGPU leaves ${operators.length} of the ${model.proto.graph?.node.length} parts of ${name} to the processor (${kinds}), and what they take and give travels there and back.`,
  ];
}

/** @throws {NetworkError} if a device computes other float32 numbers than the CPU for this network */
async function checkNumbers(
  { network, options, identity }: ToOpen,
  { device, run }: Pipeline,
  openOnCpu: () => Promise<Pipeline>,
): Promise<void> {
  const { precision = 'float32', cacheDir } = options;
  if (device === 'cpu' || precision !== 'float32') return;
  const distance = await distanceOnce({ device, identity, cacheDir }, async () => {
    const onCpu = await openOnCpu();
    try {
      const runs = { onDevice: run, onCpu: onCpu.run };
      return await measureDeviceDistance(network.card.input, reductionOf(options), runs);
    } finally {
      await onCpu.close();
    }
  });
  refuseOtherNumbers(network.name, device, distance);
}
