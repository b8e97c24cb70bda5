import { basename, resolve } from 'node:path';
import { readCatalog } from '../../model-library/catalog.ts';
import { chosenModel } from '../../model-library/chosen-model.ts';
import { formatBytes } from '../../model-library/disk-space.ts';
import {
  type InstalledModel,
  installedModels,
  type ModelState,
} from '../../model-library/installed-models.ts';
import type { ModelContext } from './context.ts';

const HEADINGS = ['name', 'size', 'weights', 'width', 'licence', 'state', ''];

/** Prints the installed models, and those of the catalog that are not installed. */
export async function listModels(context: ModelContext, { json = false } = {}): Promise<void> {
  const models = await installedModels(context.modelsFolder);
  const chosen = await chosenModel(context.envFile, context.env);
  const isInUse = ({ folder }: InstalledModel) => isChosen(chosen, folder);
  if (json) {
    const rows = models.map((model) => ({ ...model, inUse: isInUse(model) }));
    context.out(JSON.stringify(rows, null, 2));
    return;
  }
  const rows = models.map((model) => [
    model.name,
    formatBytes(model.bytes),
    model.precision,
    model.width === null ? '?' : String(model.width),
    model.licence ?? 'see its folder',
    stateWords(model.state),
    isInUse(model) ? '← in use' : '',
  ]);
  for (const line of table([HEADINGS, ...rows])) context.out(line);
  if (!models.some(isInUse)) context.note(`MODEL is ${chosen}, which is not among them.`);
  const { models: known } = await readCatalog();
  const absent = Object.entries(known).filter(([name]) => !models.some((model) => model.name === name));
  for (const [name, { about, licence }] of absent) {
    context.note(`To get ${name} (${about}; ${licence.name}): npm run model -- add ${name}`);
  }
}

/** Whether MODEL means that folder. */
export function isChosen(chosen: string, folder: string): boolean {
  return chosen === basename(folder) || resolve(chosen) === folder;
}

function stateWords(state: ModelState): string {
  switch (state.kind) {
    case 'verified':
      return `verified ${state.at.toISOString().slice(0, 10)}`;
    case 'unverified':
      return 'not verified';
    case 'embedded':
      return 'embedded';
    case 'no-manifest':
      return 'no manifest';
    case 'damaged':
      return `damaged: ${state.problem}`;
  }
}

function table(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = HEADINGS.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)));
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
