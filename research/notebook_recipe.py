"""The Riffusion notebook's recipe on a model folder, from prompt to waveform, with what it took as JSON lines.

    python notebook_recipe.py '{"modelFolder": …, "device": "CPU", "properties": {…}, "steps": 20, "guidanceScale": 7,
                                "engine": "optimum" | "loop"}'

PNDM, both predictions of guidance in one call, static shapes; then torchaudio's mel inverse and 32 Griffin-Lim
iterations from random phase at n_fft 17640 (test/golden/audio/torchaudio_decode.py). Each line on stdin asks for one
render and is answered by one line:
{"engine": what drew the picture, "notes": why not Optimum Intel, "denoiseMs", "unetCalls", "decodeMs", "phaseMs",
 "totalMs", "cpu": {"denoiseMs", "totalMs"}, "peakRssBytes"}

optimum  Optimum Intel's OVStableDiffusionPipeline; where it cannot be imported or refuses the folder, the loop
loop     diffusers' PNDMScheduler and Python's OpenVINO, as the notebook writes it out
"""

import json
import resource
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / 'test' / 'golden' / 'audio'))

PROMPT = 'jazz with piano and drums'
SIZE = 512

Spec = dict[str, Any]
Clock = Callable[[str], None]  # called at the end of a stage with its name
Drawn = tuple[np.ndarray, int]  # picture [h, w, 3] in [0, 1], calls of the U-Net


class Loop:
    """The diffusion as the notebook spells it: tokenizer, text encoder, U-Net of batch 2, VAE decoder."""

    def __init__(self, spec: Spec) -> None:
        import diffusers
        import openvino as ov
        from transformers import CLIPTokenizer

        self.name = f'diffusers {diffusers.__version__} scheduler and OpenVINO {ov.__version__.split("-")[0]} loop'
        self.folder = Path(spec['modelFolder'])
        self.core = ov.Core()
        self.spec = spec
        self.scheduler = diffusers.PNDMScheduler.from_pretrained(self.folder / 'scheduler', skip_prk_steps=True)
        self.tokenizer = CLIPTokenizer.from_pretrained(self.folder / 'tokenizer')
        self.latents = latent_shape(json.loads((self.folder / 'unet/config.json').read_text()))
        vae = json.loads((self.folder / 'vae_decoder/config.json').read_text())
        self.scaling = vae.get('scaling_factor') or 0.18215
        self.shift = vae.get('shift_factor') or 0
        self._compile()

    def _compile(self) -> None:
        length = self.tokenizer.model_max_length
        self.text = self._part('text_encoder', {'': [1, length]})
        self.text_type = self.text.inputs[0].element_type.to_dtype()
        width = self.text.outputs[0].shape[-1]
        sample = [2, *self.latents[1:]]
        self.unet = self._part('unet', {'sample': sample, 'timestep': [1], 'encoder_hidden_states': [2, length, width]})
        # A scalar, one for all pictures or one for each: as the file has it.
        self.timestep_shape = list(self.unet.input('timestep').shape)
        self.timestep_type = self.unet.input('timestep').element_type.to_dtype()
        self.vae = self._part('vae_decoder', {'': list(self.latents)})

    def _part(self, part: str, shapes: dict[str, list[int]]) -> Any:
        """Compiled, with the shapes where the file leaves them open; '' stands for the only input."""
        model = self.core.read_model(self.folder / part / 'openvino_model.xml')
        names = {'': model.inputs[0].any_name}
        wanted = {names.get(name, name): shape for name, shape in shapes.items()}
        model.reshape({name: shape for name, shape in wanted.items() if model.input(name).partial_shape.is_dynamic})
        return self.core.compile_model(model, self.spec['device'], self.spec['properties'])

    def embed(self, text: str) -> np.ndarray:
        ids = self.tokenizer(text, padding='max_length', truncation=True, return_tensors='np').input_ids
        return self.text(ids.astype(self.text_type))[0]

    def draw(self, spec: Spec, seed: int, clock: Clock) -> Drawn:
        import torch

        texts = np.concatenate([self.embed(''), self.embed(PROMPT)])
        self.scheduler.set_timesteps(spec['steps'])
        generator = torch.Generator().manual_seed(seed)
        latents = torch.randn(self.latents, generator=generator) * self.scheduler.init_noise_sigma
        request = self.unet.create_infer_request()
        calls = 0
        clock('text')
        for timestep in self.scheduler.timesteps:
            inputs = {
                'sample': self.scheduler.scale_model_input(torch.cat([latents] * 2), timestep).numpy(),
                'timestep': np.full(self.timestep_shape, timestep, self.timestep_type),
                'encoder_hidden_states': texts,
            }
            uncond, cond = request.infer(inputs)[0]
            calls += 1
            guided = torch.from_numpy(uncond + spec['guidanceScale'] * (cond - uncond))[None]
            latents = self.scheduler.step(guided, timestep, latents).prev_sample
        clock('denoise')
        picture = self.vae(latents.numpy() / self.scaling + self.shift)[0][0]
        clock('decode')
        return np.clip(picture / 2 + 0.5, 0, 1).transpose(1, 2, 0), calls


def latent_shape(config: dict[str, Any]) -> tuple[int, int, int, int]:
    """[1, C, h, w] of a U-Net's configuration; sample_size is a side or [height, width]."""
    size = config['sample_size']
    height, width = (size, size) if isinstance(size, int) else size
    return 1, config['in_channels'], height, width


class Optimum:
    """Optimum Intel's pipeline over the same files."""

    def __init__(self, spec: Spec) -> None:
        from diffusers import PNDMScheduler
        from optimum.intel import OVStableDiffusionPipeline

        self.name = f'Optimum Intel {version("optimum-intel")} OVStableDiffusionPipeline'
        self.pipeline = OVStableDiffusionPipeline.from_pretrained(
            spec['modelFolder'],
            device=spec['device'],
            ov_config=spec['properties'],
            compile=False,
            safety_checker=None,
        )
        self.pipeline.scheduler = PNDMScheduler.from_config(self.pipeline.scheduler.config, skip_prk_steps=True)
        self.pipeline.reshape(batch_size=1, height=SIZE, width=SIZE, num_images_per_prompt=1)
        self.pipeline.set_progress_bar_config(disable=True)
        self.pipeline.compile()

    def draw(self, spec: Spec, seed: int, clock: Clock) -> Drawn:
        import torch

        calls = 0

        def count(pipeline: Any, step: int, timestep: int, kept: dict[str, Any]) -> dict[str, Any]:
            nonlocal calls
            calls += 1
            return kept

        latents = self.pipeline(
            PROMPT,
            num_inference_steps=spec['steps'],
            guidance_scale=spec['guidanceScale'],
            height=SIZE,
            width=SIZE,
            generator=torch.Generator().manual_seed(seed),
            callback_on_step_end=count,
            output_type='latent',
        ).images
        clock('denoise')
        scaling = self.pipeline.vae.config.scaling_factor
        decoded = self.pipeline.vae.decode(torch.as_tensor(latents) / scaling, return_dict=False)[0]
        picture = np.clip(np.asarray(decoded[0]) / 2 + 0.5, 0, 1).transpose(1, 2, 0)
        clock('decode')
        return picture, calls


def opened(spec: Spec) -> tuple[Loop | Optimum, str | None]:
    """The engine that was asked for, or the loop with the reason why not."""
    if spec['engine'] != 'optimum':
        return Loop(spec), None
    try:
        return Optimum(spec), None
    except Exception as fault:
        reason = str(fault).strip().split('\n')[0]
        return Loop(spec), f'Optimum Intel cannot run here ({type(fault).__name__}: {reason})'


def render(engine: Loop | Optimum, spec: Spec, seed: int) -> dict[str, Any]:
    import torch
    from torchaudio_decode import decode

    marks: dict[str, float] = {}
    cpu_marks: dict[str, float] = {}
    begin = time.perf_counter()
    cpu_begin = time.process_time()

    def clock(stage: str) -> None:
        marks[stage] = time.perf_counter()
        cpu_marks[stage] = time.process_time()

    picture, calls = engine.draw(spec, seed, clock)
    pixels = np.round(picture * 255).astype(np.uint8)[::-1, :, 0]
    mel = torch.from_numpy(((255 - pixels.astype(np.float32)) * 50 / 255) ** 4)
    decode(mel)
    end = time.perf_counter()
    cpu_end = time.process_time()
    return {
        'denoiseMs': milliseconds(marks.get('text', begin), marks['denoise']),
        'unetCalls': calls,
        'decodeMs': milliseconds(marks['denoise'], marks['decode']),
        'phaseMs': milliseconds(marks['decode'], end),
        'totalMs': milliseconds(begin, end),
        'cpu': {
            'denoiseMs': milliseconds(cpu_marks.get('text', cpu_begin), cpu_marks['denoise']),
            'totalMs': milliseconds(cpu_begin, cpu_end),
        },
    }


def milliseconds(since: float, until: float) -> float:
    return (until - since) * 1000


def main() -> None:
    spec = json.loads(sys.argv[1])
    engine, notes = opened(spec)
    for seed, _ in enumerate(sys.stdin):
        took = render(engine, spec, seed)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({'engine': engine.name, 'notes': notes, **took, 'peakRssBytes': peak}), flush=True)


if __name__ == '__main__':
    main()
