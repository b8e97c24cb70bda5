import { Command } from 'commander';
import { cancelOnSignal } from '../../src/cli/cancellation.ts';
import { numberOption } from '../../src/cli/option-parsers.ts';
import { DEFAULTS } from '../../src/config.ts';
import { messageOf } from '../../src/errors.ts';
import { locateModel } from '../../src/model-library/locate-model.ts';
import { benchAccelerations, renderTable } from './run-cases.ts';

interface CommandOptions {
  readonly model: string;
  readonly device: string;
  readonly steps?: number;
  readonly prompts?: string;
  readonly pictures?: string;
  readonly fullWeights?: string;
  readonly json?: boolean;
}

async function main(cases: readonly string[], options: CommandOptions): Promise<void> {
  const { model, device, steps, prompts, pictures, fullWeights, json } = options;
  const { signal, release } = cancelOnSignal();
  try {
    const report = await benchAccelerations({
      modelFolder: locateModel(model, process.cwd()).folder,
      device,
      signal,
      ...(steps !== undefined && { steps }),
      ...(cases.length > 0 && { only: cases }),
      ...(prompts !== undefined && { promptsPath: prompts }),
      ...(pictures !== undefined && { picturesFolder: pictures }),
      ...(fullWeights !== undefined && { fullWeights }),
    });
    console.log(json ? JSON.stringify(report, null, 2) : renderTable(report));
  } catch (thrown) {
    console.error(messageOf(thrown));
    process.exitCode = 1;
  } finally {
    release();
  }
}

await new Command()
  .description('what each way to render faster changes, against the exact run')
  .argument('[cases...]', 'only these')
  .option('--model <name>', 'a folder under models/ or a path', DEFAULTS.model)
  .option('--device <name>', 'OpenVINO device', DEFAULTS.device)
  .option('--steps <n>', "diffusion steps (default: the model's)", numberOption('steps'))
  .option('--prompts <file>', 'a prompt on each line (default: four)')
  .option('--pictures <folder>', 'keep the pictures, a folder for each case')
  .option('--full-weights <folder>', "the same model's weights in 32 bits, as one more case")
  .option('--json', 'print the figures as JSON')
  .action(main)
  .parseAsync();
