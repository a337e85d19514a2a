import { FAMILIES, FAMILY_NAMES, type FamilyName } from '../train/families.js';
import type { Command, CommandEntry, CommandGroup } from './command.js';

/** Every command, in the order of help. Their modules load on use: help must not wait for them. */
export const COMMANDS: readonly (CommandEntry | CommandGroup)[] = [
  {
    usage: 'score <pictures>',
    summary: 'Score a set of pictures: Inception Score, class accuracy, MS-SSIM, FID, KID',
    load: async () => (await import('./commands/score.js')).scoreCommand,
  },
  {
    usage: 'ablate <pictures..>',
    summary:
      'Measure up to which resolution pictures carry class information, samples and real ones side by side',
    load: async () => (await import('./commands/ablate.js')).ablateCommand,
  },
  {
    usage: 'compare <results..>',
    summary: 'Compare several results: values, errors, which is significantly best, which cannot be compared',
    load: async () => (await import('./commands/compare.js')).compareCommand,
  },
  {
    usage: 'merge <parts..>',
    summary: 'Join the parts of a score that was split with --shard',
    load: async () => (await import('./commands/merge.js')).mergeCommand,
  },
  {
    usage: 'gate <pictures>',
    summary: 'Fail if pictures are worse than a baseline by more than chance or the rules allow',
    load: async () => (await import('./commands/gate/gate.js')).gateCommand,
    commands: [
      {
        usage: 'power',
        summary: 'Compute how many samples the gate needs to detect a drop',
        load: async () => (await import('./commands/gate/power.js')).gatePowerCommand,
      },
    ],
  },
  {
    usage: 'watch <folder>',
    summary: 'Score each set of samples that a training in any framework drops into a folder, as it comes',
    load: async () => (await import('./commands/watch.js')).watchCommand,
  },
  {
    usage: 'stats <images>',
    summary: 'Write statistics of real pictures for --reference (pytorch-fid reads them too)',
    load: async () => (await import('./commands/stats.js')).statsCommand,
  },
  {
    usage: 'train',
    summary: 'Train networks',
    commands: [
      {
        usage: 'classifier [pictures]',
        summary: 'Train a small Inception network on labeled pictures: an evaluator of your own',
        load: async () => (await import('./commands/train/classifier.js')).trainClassifierCommand,
      },
      ...FAMILY_NAMES.map((name) => ({
        usage: `${name} [pictures]`,
        summary: FAMILIES[name].summary,
        load: () => loadTrainGan(name),
      })),
    ],
  },
  {
    usage: 'parzen <samples>',
    summary:
      'Estimate the log-likelihood of real pictures with a Parzen window on samples, as the 2014 paper did',
    load: async () => (await import('./commands/parzen.js')).parzenCommand,
  },
  {
    usage: 'sample <run>',
    summary: 'Draw pictures from a GAN that was trained here',
    load: async () => (await import('./commands/sample.js')).sampleCommand,
  },
  {
    usage: 'invert <run> <pictures>',
    summary: 'Find the latents of pictures for a GAN that was trained here, and how near it comes to them',
    load: async () => (await import('./commands/invert.js')).invertCommand,
  },
  {
    usage: 'inpaint <run> <pictures>',
    summary: 'Predict a part of pictures from the rest with a GAN that was trained to',
    load: async () => (await import('./commands/inpaint.js')).inpaintCommand,
  },
  {
    usage: 'classify <run> <pictures>',
    summary: 'Classify pictures with few labels by the features of a discriminator that was trained here',
    load: async () => (await import('./commands/classify.js')).classifyCommand,
  },
  {
    usage: 'models',
    summary: 'Networks for scoring',
    commands: [
      {
        usage: 'list',
        summary: 'List the networks: embedded, in the store, and those that can be pulled',
        load: async () => (await import('./commands/models/list.js')).modelsListCommand,
      },
      {
        usage: 'pull <name>',
        summary: 'Download the weights of a known network into the store',
        load: async () => (await import('./commands/models/pull.js')).modelsPullCommand,
      },
      {
        usage: 'import <file>',
        summary: 'Convert a PyTorch weight file to a network in the store',
        load: async () => (await import('./commands/models/import.js')).modelsImportCommand,
      },
      {
        usage: 'verify [name]',
        summary: 'Check the weights of all networks, or of one, against their digests',
        load: async () => (await import('./commands/models/verify.js')).modelsVerifyCommand,
      },
      {
        usage: 'remove <name>',
        summary: 'Remove a network from the store',
        load: async () => (await import('./commands/models/remove.js')).modelsRemoveCommand,
      },
    ],
  },
  {
    usage: 'data',
    summary: 'Data sets to try ganeval on',
    commands: [
      {
        usage: 'list',
        summary: 'List the data sets',
        load: async () => (await import('./commands/data/list.js')).dataListCommand,
      },
      {
        usage: 'pull <name>',
        summary: 'Write a data set as class folders of PNG files',
        load: async () => (await import('./commands/data/pull.js')).dataPullCommand,
      },
    ],
  },
  {
    usage: 'cache',
    summary: 'Features cached by earlier runs',
    commands: [
      {
        usage: 'info',
        summary: 'Show where the cache is and how large',
        load: async () => (await import('./commands/cache/info.js')).cacheInfoCommand,
      },
      {
        usage: 'prune',
        summary: 'Remove old features, those beyond a size, or all',
        load: async () => (await import('./commands/cache/prune.js')).cachePruneCommand,
      },
    ],
  },
  {
    usage: 'devices',
    summary: 'List what computes here: the CPU, CUDA with all that it needs, and other GPU providers',
    load: async () => (await import('./commands/devices/list.js')).devicesListCommand,
    commands: [
      {
        usage: 'list',
        summary: 'The same',
        load: async () => (await import('./commands/devices/list.js')).devicesListCommand,
      },
      {
        usage: 'install <device>',
        summary: "Take ONNX Runtime's library for CUDA out of a local wheel or NuGet package",
        load: async () => (await import('./commands/devices/install.js')).devicesInstallCommand,
      },
      {
        usage: 'remove <device>',
        summary: 'Remove that library',
        load: async () => (await import('./commands/devices/remove.js')).devicesRemoveCommand,
      },
    ],
  },
  {
    usage: 'doctor',
    summary: 'Check this installation (versions, devices, networks, cache) and say what to fix',
    load: async () => (await import('./commands/doctor.js')).doctorCommand,
  },
  {
    usage: 'completion [shell]',
    summary: 'Print a script that completes commands, options and values in your shell',
    load: async () => (await import('./commands/completion.js')).completionCommand,
  },
];

async function loadTrainGan(name: FamilyName): Promise<Command> {
  return (await import('./commands/train/adversarial.js')).makeTrainCommand(name);
}
