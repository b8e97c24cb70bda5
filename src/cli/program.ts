import { Command } from 'commander';
import { loadEnvironment } from '../config.ts';
import { addBackup } from './backup.ts';
import { addBench } from './bench.ts';
import { addDecode } from './decode.ts';
import { addDoctor } from './doctor/doctor-command.ts';
import { addEncode } from './encode.ts';
import { addFollowUps } from './follow-ups.ts';
import { addGenerate } from './generate.ts';
import { addModelCommand } from './model/model.ts';
import { addStore } from './store.ts';

/** All commands of `riff`. Parsing rejects with the first fault; `reportFailure` prints it. */
export function createProgram(): Command {
  const program = new Command('riff')
    .description('Turns a prompt into music on a CPU, and spectrogram pictures into sound and back.')
    .exitOverride()
    // reportFailure prints the error, once.
    .configureOutput({ outputError: () => {} })
    .showSuggestionAfterError()
    // The bot and the CLI read the same .env. doctor reports a faulty file itself.
    .hook('preAction', (_, command) => {
      if (command.name() === 'doctor') return;
      for (const warning of loadEnvironment()) console.error(`riff: ${warning}`);
    });

  addGenerate(program);
  addFollowUps(program);
  addDecode(program);
  addEncode(program);
  addDoctor(program);
  addBench(program);
  addBackup(program);
  addStore(program);
  addModelCommand(program);
  return program;
}
