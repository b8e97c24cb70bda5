import type { Command } from 'commander';
import { loadEnvironment } from '../../config.ts';
import { ConfigError } from '../../errors.ts';
import { locateModel } from '../../model-library/locate-model.ts';
import { userFolder } from '../user-files.ts';
import type { DoctorOptions } from './doctor.ts';

export function addDoctor(program: Command): void {
  program
    .command('doctor')
    .description('check everything that a render needs and explain what is missing')
    .option('--model <name>', 'a folder under models/ or a path (default: every one under models/)')
    .option('--json', 'print the findings as JSON')
    .action(runDoctor);
}

/** Loads .env; its problems become findings. */
function readEnvFile(): Pick<DoctorOptions, 'envProblems' | 'envWarnings'> {
  try {
    return { envWarnings: loadEnvironment() };
  } catch (error) {
    if (error instanceof ConfigError) return { envProblems: error.problems };
    throw error;
  }
}

async function runDoctor(options: { readonly model?: string; readonly json?: boolean }): Promise<void> {
  const envFile = readEnvFile();
  const modelFolder =
    options.model === undefined ? undefined : locateModel(options.model, userFolder()).folder;
  const { doctor } = await import('./doctor.ts');
  const { json = false } = options;
  process.exitCode = await doctor({ json, modelFolder, ...envFile, stdout: process.stdout });
}
