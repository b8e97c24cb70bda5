"""The Riffusion notebook's recipe on a model folder, from prompt to waveform, with what it took as JSON lines.

    python reference_recipe.py '{"modelFolder": …, "device": "CPU", "properties": {…}, "steps": 20, "guidanceScale": 7,
                                 "engine": "optimum" | "loop"}'

PNDM, both sides of guidance in one call, static 512 x 512 shapes; then torchaudio's mel inverse and 32 Griffin-Lim
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
from importlib.metadata import version
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parents[4] / "test/golden/audio"))

PROMPT = "jazz with piano and drums"
SIZE = 512


class Loop:
    """The diffusion as the notebook spells it: tokenizer, text encoder, U-Net of batch 2, VAE decoder."""

    def __init__(self, spec):
        import diffusers
        import openvino as ov
        from transformers import CLIPTokenizer

        self.name = f"diffusers {diffusers.__version__} scheduler and OpenVINO {ov.__version__.split('-')[0]} loop"
        folder = Path(spec["modelFolder"])
        core = ov.Core()
        self.scheduler = diffusers.PNDMScheduler.from_pretrained(folder / "scheduler", skip_prk_steps=True)
        self.tokenizer = CLIPTokenizer.from_pretrained(folder / "tokenizer")
        config = json.loads((folder / "unet/config.json").read_text())
        self.latents = (1, config["in_channels"], config["sample_size"], config["sample_size"])
        self.scaling = json.loads((folder / "vae_decoder/config.json").read_text()).get("scaling_factor", 0.18215)

        def compiled(part, shapes):
            model = core.read_model(folder / part / "openvino_model.xml")
            names = [port.any_name for port in model.inputs]
            model.reshape({name: shape for name, shape in zip(names, shapes) if model.input(name).partial_shape.is_dynamic})
            return core.compile_model(model, spec["device"], spec["properties"])

        length = self.tokenizer.model_max_length
        self.text = compiled("text_encoder", [[1, length]])
        width = self.text.outputs[0].shape[-1]
        unet_xml = folder / "unet/openvino_model.xml"
        order = {"sample": [2, *self.latents[1:]], "timestep": [1], "encoder_hidden_states": [2, length, width]}
        unet_names = [port.any_name for port in core.read_model(unet_xml).inputs]
        self.unet = compiled("unet", [order[name] for name in unet_names])
        # Some files know one timestep, some one for each picture.
        self.timestep_shape = list(self.unet.input("timestep").shape)
        self.vae = compiled("vae_decoder", [list(self.latents)])

    def embed(self, text):
        ids = self.tokenizer(text, padding="max_length", truncation=True, return_tensors="np").input_ids
        return self.text(ids)[0]

    def draw(self, spec, seed, clock):
        import torch

        texts = np.concatenate([self.embed(""), self.embed(PROMPT)])
        self.scheduler.set_timesteps(spec["steps"])
        generator = torch.Generator().manual_seed(seed)
        latents = torch.randn(self.latents, generator=generator) * self.scheduler.init_noise_sigma
        request, calls = self.unet.create_infer_request(), 0
        clock("text")
        for timestep in self.scheduler.timesteps:
            both = self.scheduler.scale_model_input(torch.cat([latents] * 2), timestep).numpy()
            noise_time = np.full(self.timestep_shape, timestep, dtype=np.int64)
            inputs = {"sample": both, "timestep": noise_time, "encoder_hidden_states": texts}
            away, towards = request.infer(inputs)[0]
            calls += 1
            guided = torch.from_numpy(away + spec["guidanceScale"] * (towards - away))[None]
            latents = self.scheduler.step(guided, timestep, latents).prev_sample
        clock("denoise")
        picture = self.vae(latents.numpy() / self.scaling)[0][0]
        clock("decode")
        return np.clip(picture / 2 + 0.5, 0, 1).transpose(1, 2, 0), calls


class Optimum:
    """Optimum Intel's pipeline over the same files."""

    def __init__(self, spec):
        from diffusers import PNDMScheduler
        from optimum.intel import OVStableDiffusionPipeline

        self.name = f"Optimum Intel {version('optimum-intel')} OVStableDiffusionPipeline"
        self.pipeline = OVStableDiffusionPipeline.from_pretrained(
            spec["modelFolder"], device=spec["device"], ov_config=spec["properties"], compile=False, safety_checker=None
        )
        self.pipeline.scheduler = PNDMScheduler.from_config(self.pipeline.scheduler.config, skip_prk_steps=True)
        self.pipeline.reshape(batch_size=1, height=SIZE, width=SIZE, num_images_per_prompt=1)
        self.pipeline.set_progress_bar_config(disable=True)
        self.pipeline.compile()

    def draw(self, spec, seed, clock):
        import torch

        calls = 0

        def count(pipeline, step, timestep, kept):
            nonlocal calls
            calls += 1
            return kept

        latents = self.pipeline(
            PROMPT, num_inference_steps=spec["steps"], guidance_scale=spec["guidanceScale"], height=SIZE, width=SIZE,
            generator=torch.Generator().manual_seed(seed), callback_on_step_end=count, output_type="latent",
        ).images
        clock("denoise")
        scaling = self.pipeline.vae.config.scaling_factor
        decoded = self.pipeline.vae.decode(torch.as_tensor(latents) / scaling, return_dict=False)[0]
        picture = np.clip(np.asarray(decoded[0]) / 2 + 0.5, 0, 1).transpose(1, 2, 0)
        clock("decode")
        return picture, calls


def opened(spec):
    """The engine that was asked for, or the loop and why."""
    if spec["engine"] != "optimum":
        return Loop(spec), None
    try:
        return Optimum(spec), None
    except Exception as fault:
        reason = str(fault).strip().split("\n")[0]
        return Loop(spec), f"Optimum Intel cannot run here ({type(fault).__name__}: {reason})"


def render(engine, spec, seed):
    from torchaudio_decode import decode
    import torch

    marks, begin = {}, time.perf_counter()
    cpu_marks, cpu_begin = {}, time.process_time()

    def clock(stage):
        marks[stage], cpu_marks[stage] = time.perf_counter(), time.process_time()

    picture, calls = engine.draw(spec, seed, clock)
    pixels = np.round(picture * 255).astype(np.uint8)[::-1, :, 0]
    mel = torch.from_numpy(((255 - pixels.astype(np.float32)) * 50 / 255) ** 4)
    decode(mel)
    end, cpu_end = time.perf_counter(), time.process_time()
    milliseconds = lambda since, until: (until - since) * 1000
    return {
        "denoiseMs": milliseconds(marks.get("text", begin), marks["denoise"]),
        "unetCalls": calls,
        "decodeMs": milliseconds(marks["denoise"], marks["decode"]),
        "phaseMs": milliseconds(marks["decode"], end),
        "totalMs": milliseconds(begin, end),
        "cpu": {
            "denoiseMs": milliseconds(cpu_marks.get("text", cpu_begin), cpu_marks["denoise"]),
            "totalMs": milliseconds(cpu_begin, cpu_end),
        },
    }


def main():
    spec = json.loads(sys.argv[1])
    engine, notes = opened(spec)
    for seed, _ in enumerate(sys.stdin):
        took = render(engine, spec, seed)
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
        print(json.dumps({"engine": engine.name, "notes": notes, **took, "peakRssBytes": peak}), flush=True)


main()
