import { Option } from 'commander';
import { DEFAULTS, type RenderConfig, readRenderConfig } from '../config.ts';
import { locateModel } from '../model-library/locate-model.ts';
import { userFolder } from './user-files.ts';

export interface ModelOptions {
  readonly model?: string;
  readonly device?: string;
}

export const MODEL_OPTIONS = {
  model: new Option(
    '--model <name>',
    `a folder under models/ or a path (default: MODEL, or ${DEFAULTS.model})`,
  ),
  device: new Option(
    '--device <name>',
    `OpenVINO device; doctor lists them (default: DEVICE, or ${DEFAULTS.device})`,
  ),
} as const;

/**
 * The configuration of the environment and .env, overridden by options. A path in MODEL begins at the folder of .env, as
 * for the bot, a typed one at the user's folder. Throws ConfigError, and UserError for a model that is not there.
 */
export function renderConfigOf({
  model,
  device,
}: ModelOptions): RenderConfig & { readonly modelFolder: string } {
  const config = readRenderConfig(process.env);
  const location =
    model === undefined ? locateModel(config.model, process.cwd()) : locateModel(model, userFolder());
  return { ...config, ...(device !== undefined && { device }), modelFolder: location.folder };
}
