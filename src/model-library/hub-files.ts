import { UserError } from '../errors.ts';

/** The files of a repository to fetch: `files`, or if there are none all that a model or a LoRA consists of. */
export interface Wanted {
  readonly kind: 'model' | 'lora';
  readonly files?: readonly string[];
}

const PARTS = ['text_encoder', 'unet', 'vae', 'vae_decoder', 'vae_encoder'];
const TEXTS =
  /^(model_index\.json|(LICEN[CS]E|NOTICE|README)[^/]*|(scheduler|tokenizer)\/[^/]+\.(json|txt))$/i;
const GRAPH = /^openvino_model\.(xml|bin)$/;
const FLAT = /^(text_encoder|unet|vae_decoder|vae_encoder)\w*\.(xml|bin)$/;
/** Says which shard holds which tensor. */
const SHARD_INDEX = /^\w+\.(safetensors|bin)\.index(\.fp16)?\.json$/;
/** Formats of a PyTorch part, the better one first. With another word before the extension, only 16-bit files can stand alone. */
const WEIGHTS = ['', '\\.fp16'].flatMap((variant) =>
  ['(diffusion_pytorch_)?model', '(diffusion_)?pytorch_model'].map((name, index) => {
    const extension = index === 0 ? 'safetensors' : 'bin';
    return new RegExp(`^${name}(-\\d+-of-\\d+)?${variant}(-\\d+-of-\\d+)?\\.${extension}$`);
  }),
);
/** The name that diffusers gives a LoRA. */
const LORA = 'pytorch_lora_weights.safetensors';

/** The names to fetch among those of the repository. Throws UserError if there are none. */
export function chooseFiles(id: string, names: readonly string[], { kind, files = [] }: Wanted): string[] {
  const asked = files.filter((name) => names.includes(name));
  if (asked.length > 0) return asked;
  if (kind === 'lora') return [loraFile(id, files, names)];
  const chosen = names.includes('model_index.json') ? modelFiles(names) : names.filter(isFlatFile);
  if (chosen.length > 0) return chosen;
  throw new UserError(
    `hub: expected ${id} to be a diffusers or OpenVINO model, got neither's files in it; check the name`,
  );
}

/** Whether a file holds weights: all others are small, and say what the model is. */
export function isWeightFile({ name }: { readonly name: string }): boolean {
  return /\.(safetensors|bin)$/.test(name);
}

function isFlatFile(name: string): boolean {
  return FLAT.test(name) || TEXTS.test(name);
}

function modelFiles(names: readonly string[]): string[] {
  const parts = PARTS.flatMap((part) => {
    const files = names.filter((name) => name.startsWith(`${part}/`));
    return partFiles(files.map((name) => name.slice(part.length + 1))).map((file) => `${part}/${file}`);
  });
  return [...names.filter((name) => TEXTS.test(name)), ...parts];
}

/** A part is a graph, or weights in the best format that it has. */
function partFiles(files: readonly string[]): readonly string[] {
  const settings = files.filter((file) => file === 'config.json' || SHARD_INDEX.test(file));
  const graph = files.filter((file) => GRAPH.test(file));
  if (graph.length > 0) return [...settings, ...graph];
  const formats = WEIGHTS.map((pattern) => files.filter((file) => pattern.test(file)));
  return [...settings, ...(formats.find((weights) => weights.length > 0) ?? [])];
}

/** The one that the repository has, or the one under diffusers' name. */
function loraFile(id: string, [asked]: readonly string[], names: readonly string[]): string {
  const files = names.filter((name) => name.endsWith('.safetensors'));
  const [found] = files.length === 1 ? files : files.filter((name) => name === LORA);
  if (asked === undefined && found !== undefined) return found;
  throw new UserError(
    `hub: expected ${asked ?? 'one LoRA'} in ${id}, got ${files.slice(0, 20).join(', ') || 'none'}; ` +
      'name one: organisation/name/file.safetensors',
  );
}
