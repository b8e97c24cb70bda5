import { setGlobalProxyFromEnv } from 'node:http';
import type { Command } from 'commander';
import { UserError } from '../../errors.ts';
import { WEIGHTS } from '../../model-library/checkpoint.ts';
import { REQUEST_LIMITS, SCHEDULER_NAMES } from '../../riff/request.ts';
import { choiceOption, numberOption, wholeNumberOption } from '../option-parsers.ts';
import { type AddOptions, addOne } from './add.ts';
import { realContext } from './context.ts';
import { listModels } from './list.ts';
import { removeOne } from './remove.ts';
import { useModel } from './use.ts';
import { sealFolder, verifyModels } from './verify.ts';

const WIDTH = wholeNumberOption('width', { min: 1, max: 4096 }, ' of pixels');
const SAMPLES = wholeNumberOption('calibration-samples', { min: 1, max: 1000 });
const STEPS = wholeNumberOption('steps', REQUEST_LIMITS.steps);
const GUIDANCE = numberOption('guidance', REQUEST_LIMITS.guidanceScale);

export function addModelCommand(program: Command): void {
  const model = program.command('model').description('installed models: list, add, verify, use, remove');
  model
    .command('list')
    .description('installed models, and those of the catalog')
    .option('--json', 'print the models as JSON')
    .action((options: { json?: boolean }) => listModels(realContext(), options));
  addAdd(model);
  model
    .command('verify')
    .description('check every file of a model against its manifest and read every part')
    .argument('[name]', 'a folder under models/ (default: all)')
    .option('--write-manifest', 'write the manifest of a model that came without one')
    .action(verify);
  model
    .command('use')
    .description('write MODEL into .env, where the bot and the command line read it')
    .argument('<name>', 'a folder under models/ or a path')
    .action((name: string) => useModel(realContext(), name));
  model
    .command('remove')
    .description('delete a model')
    .argument('<name>', 'a folder under models/')
    .option('--yes', 'do not ask')
    .action((name: string, options: { yes?: boolean }) => removeOne(realContext(), name, options));
}

function addAdd(model: Command): void {
  model
    .command('add')
    .description(
      'install a model: a converted folder, a flat IR folder, a diffusers checkpoint, or from the hub',
    )
    .argument(
      '<what>',
      'a folder, a name of the catalog (riffusion, riffusion-turbo) or an id of the hub (organisation/name)',
    )
    .option('--name <name>', 'its name on this machine')
    .option('--weights <form>', `${WEIGHTS.join(', ')} (default: fp16)`, choiceOption('weights', WEIGHTS))
    .option('--width <pixels>', "of the pictures it draws (default: the checkpoint's)", WIDTH)
    .option('--calibration-samples <n>', 'inputs that int8-hybrid measures (default: 32)', SAMPLES)
    .option(
      '--lora <what>',
      'fuse a LoRA: a file, an id of the hub or a name of the catalog, ":0.5" behind it for half of it; may be repeated',
      (what: string, others: readonly string[] = []) => [...others, what],
    )
    .option(
      '--scheduler <name>',
      "the model's own scheduler (default: as LoRA and checkpoint say)",
      choiceOption('scheduler', SCHEDULER_NAMES),
    )
    .option('--steps <n>', "the model's own number of steps (default: the same)", STEPS)
    .option('--guidance <scale>', "the model's own guidance (default: the same)", GUIDANCE)
    .option(
      '--nag <scale,alpha,tau>',
      'let a negative prompt work at guidance 1, by 5,0.5,1.5 for example; "off" leaves it out (default: as the LoRA says)',
    )
    .option('--settings <folder>', 'where a flat folder finds its tokenizer, scheduler and configurations')
    .option(
      '--decoder <folder>',
      'a small decoder made by models/distil_decoder.py, for the profiles balanced and fast',
    )
    .option('--keep-download', 'keep what came from the hub for another conversion')
    .option('--yes', 'accept the licence')
    .action((what: string, options: AddOptions) => {
      // As pip does, which installs the packages of the conversion.
      setGlobalProxyFromEnv(process.env);
      return addOne(realContext(), what, options);
    });
}

async function verify(name: string | undefined, options: { writeManifest?: boolean }): Promise<void> {
  if (options.writeManifest) {
    if (name === undefined) throw new UserError('verify: expected a name beside --write-manifest');
    await sealFolder(realContext(), name);
    return;
  }
  process.exitCode = (await verifyModels(realContext(), name)) ? 0 : 1;
}
