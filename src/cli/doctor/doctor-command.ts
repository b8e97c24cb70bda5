import type { Command } from 'commander';
import { locateModel } from '../../model-library/locate-model.ts';
import { userFolder } from '../terminal/user-files.ts';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('look at everything that a render needs and explain what is missing')
    .option('--model <name>', 'a folder under models/ or a path (default: every one under models/)')
    .option('--json', 'print the findings as JSON')
    .action(runDoctor);
}

async function runDoctor(options: { readonly model?: string; readonly json?: boolean }): Promise<void> {
  const modelFolder =
    options.model === undefined ? undefined : locateModel(options.model, userFolder()).folder;
  const { doctor } = await import('./doctor.ts');
  const { json = false } = options;
  process.exitCode = await doctor({ json, modelFolder, stdout: process.stdout });
}
