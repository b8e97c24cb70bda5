"""Measures DeepCache (Ma et al., 2024, 2312.00858) on a model folder: is it worth having beside the forecasts of Riff's engine?

    python models/deep_cache.py FOLDER [--cases 1:2,1:3,1:5] [--steps 20] [--prompts FILE] [--pictures FOLDER]

The U-Net is split at a skip connection of its way up. "deep" is the whole network, which also tells the features that meet the skip;
"shallow" begins at those features and needs only the skips that come after. On the asked steps deep runs and its features are kept;
between them shallow runs on the kept features. A case is skips:interval: how many skips shallow has (1 is the shallowest cut, the
paper's own) and which steps are asked (after four, every n-th, and the last), the same as of Riff's forecasts. Prints the figures of
`npm run bench -- --levers --json`, against the exact run of the same noise, and for the split itself: shallowRatio, the time of a
shallow step by that of a whole one, and partsError, how far deep and shallow together are from the whole on the same input (more than
1e-5 of the largest value is refused). Needs the Python packages of conversion/requirements.txt.
"""

import argparse
import json
import time
from pathlib import Path

import numpy as np
import openvino as ov
import torch
from diffusers import DPMSolverMultistepScheduler
from openvino import opset13
from PIL import Image
from transformers import CLIPTokenizer

FEATURES, TOLERANCE, WARM_UP, TIMED_RUNS = 'deep_features', 1e-5, 4, 7
PROMPTS = ['jazz with piano and drums', 'ambient synth pad', 'rock guitar solo', 'techno drum beat']
EXACT = {'INFERENCE_PRECISION_HINT': 'f32'}


def skip_connections(model: ov.Model) -> list[ov.Node]:
    """The joins [n, C, h, w] + [n, C', h, w] → [n, C + C', h, w] in the order in which they run: a U-Net of diffusers' has no others."""
    joins = [op for op in model.get_ordered_ops() if op.get_type_name() == 'Concat' and op.get_output_partial_shape(0).rank.get_length() == 4]
    return [op for op in joins if len(op.inputs()) == 2 and op.get_attributes()['axis'] in (1, -3)]


def split(core: ov.Core, path: Path, skips: int) -> tuple[ov.Model, ov.Model]:
    """(deep, shallow). Both keep the ports of the file; the features are one more output of deep and one more input of shallow."""
    deep, shallow = core.read_model(path), core.read_model(path)
    features = _features(deep, skips)
    features.get_tensor().add_names({FEATURES})
    deep.add_outputs([features])
    features = _features(shallow, skips)
    given = opset13.parameter(features.get_partial_shape(), features.get_element_type(), FEATURES)
    given.output(0).get_tensor().set_names({FEATURES})
    for target in features.get_target_inputs():
        target.replace_source_output(given.output(0))
    return deep, ov.Model(shallow.get_results(), [*shallow.get_parameters(), given], 'shallow')


def _features(model: ov.Model, skips: int) -> ov.Output:
    """What comes from below at the cut: diffusers joins it with the skip in this order."""
    joins = skip_connections(model)
    if not 1 <= skips <= len(joins):
        raise SystemExit(f'expected 1 to {len(joins)} skips, got {skips}: the U-Net has no more')
    return joins[-skips].input_value(0)


class SplitUnet:
    def __init__(self, core: ov.Core, folder: Path, skips: int, shapes: dict):
        deep, shallow = split(core, folder / 'unet' / 'openvino_model.xml', skips)
        deep.reshape(shapes)
        shallow.reshape({**shapes, FEATURES: deep.output(FEATURES).partial_shape})
        self.deep, self.shallow = (core.compile_model(model, 'CPU', EXACT).create_infer_request() for model in (deep, shallow))
        self.features = None

    def ask(self, inputs: dict) -> np.ndarray:
        outputs = self.deep.infer(inputs)
        self.features = outputs[FEATURES].copy()
        return outputs[0].copy()

    def go_on(self, inputs: dict) -> np.ndarray:
        return self.shallow.infer({**inputs, FEATURES: self.features})[0].copy()

    def check(self, inputs: dict) -> dict:
        """How exact the split is, and how much time a shallow step takes of a whole one."""
        whole = self.ask(inputs)
        error = float(np.abs(self.go_on(inputs) - whole).max() / np.abs(whole).max())
        if not error <= TOLERANCE:
            raise SystemExit(f'expected the two parts to make up the whole within {TOLERANCE}, they differ by {error:.1e}')
        seconds = np.array([(timed(lambda: self.ask(inputs))[1], timed(lambda: self.go_on(inputs))[1]) for _ in range(TIMED_RUNS)])
        deep, shallow = np.median(seconds, 0)
        return {'shallowRatio': float(shallow / deep), 'partsError': error}


class Model:
    def __init__(self, folder: Path):
        self.core, self.folder = ov.Core(), folder

        def read(*path: str) -> dict:
            return json.loads(folder.joinpath(*path).read_text())

        settings, unet, vae = read('model_index.json').get('riff', {}), read('unet', 'config.json'), read('vae_decoder', 'config.json')
        self.steps, self.guidance = settings.get('steps', 20), settings.get('guidance_scale', 7)
        self.scheduler_config = read('scheduler', 'scheduler_config.json')
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / 'tokenizer')
        self.text, self.decoder = (self.core.compile_model(folder / part / 'openvino_model.xml', 'CPU', EXACT) for part in ('text_encoder', 'vae_decoder'))
        size = unet['sample_size']
        self.latent_shape = (unet['in_channels'], *((size, size) if isinstance(size, int) else size))
        self.scaling, self.shift = vae.get('scaling_factor') or 0.18215, vae.get('shift_factor') or 0
        ports = {port.get_any_name(): port for port in self.core.read_model(folder / 'unet' / 'openvino_model.xml').inputs}
        if missing := {'sample', 'timestep', 'encoder_hidden_states'} - ports.keys():
            raise SystemExit(f"{folder / 'unet'}: expected Optimum Intel's port names, found no {', '.join(sorted(missing))}")
        self.timestep = ports['timestep']
        self.width = ports['encoder_hidden_states'].partial_shape[2].get_length()

    def split(self, skips: int) -> SplitUnet:
        length = self.tokenizer.model_max_length
        shapes = {'sample': [2, *self.latent_shape], 'timestep': self._times(0).shape, 'encoder_hidden_states': [2, length, self.width]}
        return SplitUnet(self.core, self.folder, skips, {name: ov.PartialShape(list(shape)) for name, shape in shapes.items()})

    def _times(self, timestep: int) -> np.ndarray:
        shape = [1] * self.timestep.partial_shape.rank.get_length()
        return np.full(shape, timestep, self.timestep.get_element_type().to_dtype())

    def embed(self, prompt: str) -> np.ndarray:
        ids = self.tokenizer(['', prompt], padding='max_length', truncation=True, return_tensors='np').input_ids
        port = self.text.input(0).get_element_type().to_dtype()
        return self.text(ids.astype(port))['last_hidden_state'].copy()

    def inputs(self, latents: torch.Tensor, timestep: int, text: np.ndarray) -> dict:
        return {'sample': torch.cat([latents, latents]).numpy(), 'timestep': self._times(timestep), 'encoder_hidden_states': text}

    def denoise(self, unet: SplitUnet, text: np.ndarray, seed: int, interval: int) -> torch.Tensor:
        """The latents after DPM++ 2M; interval 1 is exact."""
        solver = DPMSolverMultistepScheduler.from_config(self.scheduler_config)
        solver.set_timesteps(self.steps)
        latents = torch.randn((1, *self.latent_shape), generator=torch.Generator().manual_seed(seed)) * solver.init_noise_sigma
        for index, timestep in enumerate(solver.timesteps):
            inputs = self.inputs(latents, int(timestep), text)
            out = torch.from_numpy(unet.ask(inputs) if is_asked(index, self.steps, interval) else unet.go_on(inputs))
            latents = solver.step(out[:1] + self.guidance * (out[1:] - out[:1]), timestep, latents).prev_sample
        return latents

    def draw(self, latents: torch.Tensor) -> np.ndarray:
        """float [h, w] in [0, 1]"""
        return ((self.decoder((latents / self.scaling + self.shift).numpy())[0].mean(1)[0] + 1) / 2).clip(0, 1)


def is_asked(index: int, steps: int, interval: int) -> bool:
    return index < WARM_UP or index == steps - 1 or (index - WARM_UP) % interval == interval - 1


def measure(model: Model, cases: list[tuple[int, int]], prompts: list[str], pictures: Path | None) -> list[dict]:
    """Figures, one row a case."""
    unets = {skips: model.split(skips) for skips, _ in cases}
    noise = torch.randn((1, *model.latent_shape), generator=torch.Generator().manual_seed(0))
    checks = {skips: unet.check(model.inputs(noise, 500, model.embed(prompts[0]))) for skips, unet in unets.items()}
    found = {case: [] for case in cases}
    for seed, prompt in enumerate(prompts):
        text = model.embed(prompt)
        exact, exact_s = timed(lambda: model.denoise(unets[cases[0][0]], text, seed, 1))
        wanted = model.draw(exact)
        for skips, interval in cases:
            latents, took_s = timed(lambda: model.denoise(unets[skips], text, seed, interval))
            picture = model.draw(latents)
            found[skips, interval].append((float((latents - exact).norm() / exact.norm()), psnr_db(picture, wanted), took_s / exact_s))
            save(pictures, name_of(skips, interval), seed, picture)
    columns = {case: np.array(rows).T for case, rows in found.items()}
    return [{'name': name_of(*case), 'latentsError': float(errors.mean()), 'psnrDb': float(psnr.mean()), 'timeRatio': float(np.median(times)),
             **checks[case[0]]} for case, (errors, psnr, times) in columns.items()]


def psnr_db(picture: np.ndarray, wanted: np.ndarray) -> float:
    """At most 120 dB, which stands for no difference."""
    return -10 * np.log10(max(1e-12, np.mean((picture - wanted) ** 2)))


def name_of(skips: int, interval: int) -> str:
    return f'deep-cache-{interval}-skips-{skips}'


def timed(work):
    begun = time.perf_counter()
    return work(), time.perf_counter() - begun


def save(folder: Path | None, name: str, index: int, picture: np.ndarray) -> None:
    if folder is not None:
        (folder / name).mkdir(parents=True, exist_ok=True)
        Image.fromarray((picture * 255).round().astype(np.uint8)).save(folder / name / f'{index:04d}.png')


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split('\n')[0])
    parser.add_argument('folder', type=Path)
    parser.add_argument('--cases', default='1:2,1:3,1:5', help='skips:interval, separated by commas')
    parser.add_argument('--steps', type=int, help="diffusion steps (default: the model's)")
    parser.add_argument('--prompts', type=Path, help='a prompt on each line (default: four)')
    parser.add_argument('--pictures', type=Path, help='keep the pictures, a folder for each case')
    arguments = parser.parse_args()
    cases = [tuple(int(number) for number in case.split(':')) for case in arguments.cases.split(',')]
    prompts = [line for line in arguments.prompts.read_text().split('\n') if line.strip()] if arguments.prompts else PROMPTS
    model = Model(arguments.folder)
    model.steps = arguments.steps or model.steps
    print(json.dumps(measure(model, cases, prompts, arguments.pictures), indent=2))


if __name__ == '__main__':
    main()
