"""Makes tiny-model/ and tiny-variant/: random Stable Diffusions as OpenVINO IR, and what diffusers draws with them.

Run: python make_tiny_models.py   (torch, diffusers, transformers, openvino; pictures.json tells the versions)
tiny-model     Optimum Intel's port names, 4 latent channels, 32x32 latents, 64x64 pixels, epsilon, PNDM in the
               scheduler file
tiny-variant   other port names, f32 timestep [1], i32 ids, 3 latent channels, 16x24 latents, factor 4 (64x96 pixels),
               v-prediction, trailing spacing, a shift factor, 24 text positions, "!" as padding
Pictures are what StableDiffusionPipeline gives (output_type="np"), as unsigned bytes [3, H, W] in base64, every third
value of them. The test wants PSNR >= 50 dB on the f32 pipeline; quantising to bytes alone leaves about 59 dB.
"""

import base64
import json
import pathlib
import re
import shutil
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import diffusers
import numpy as np
import openvino as ov
import torch
import transformers
from diffusers import (
    AutoencoderKL,
    DPMSolverMultistepScheduler,
    PNDMScheduler,
    StableDiffusionPipeline,
    UNet2DConditionModel,
)
from schedulers import CLASSES, SCALED
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel, CLIPTokenizer

HERE = pathlib.Path(__file__).parent
warnings.filterwarnings('ignore')
diffusers.utils.logging.set_verbosity_error()
transformers.utils.logging.set_verbosity_error()
REQUESTS = [
    {'prompt': 'Jazz café — naïve Übung, İstanbul', 'negativePrompt': 'noise, hiss', 'seed': 7, 'steps': 5},
    {'prompt': '🎸 slow blues 🎹 👩‍🎤', 'negativePrompt': '', 'seed': 2**32 + 5, 'steps': 4},
    {'prompt': 'drums and bass with a long tail ' * 20, 'negativePrompt': 'piano ' * 90, 'seed': 42, 'steps': 6},
]
#: As few steps as distilled weights need. Riff takes the default of TCDScheduler.step where the folder is silent.
FEW_STEPS = (1, 2, 4, 8)
TCD_ETA = 0.3
GUIDANCE = 7.5
STRIDE = 3
SPECIALS = ['<|startoftext|>', '<|endoftext|>']


def tokenizer(folder: Path, size: int, length: int, pad: str) -> CLIPTokenizer:
    """The first merges of tokenizer/, so that the pieces stay small."""
    merges = [tuple(line.split(' ')) for line in (HERE / 'tokenizer/merges.txt').read_text().split('\n')[1:] if line]
    alphabet = list(json.loads((HERE / 'tokenizer/vocab.json').read_text()))[:512]
    merges = merges[: size - 514]
    tokens = alphabet + [''.join(m) for m in merges] + SPECIALS
    vocabulary = {t: i for i, t in enumerate(tokens)}
    folder.mkdir(parents=True)
    (folder / 'vocab.json').write_text(json.dumps(vocabulary, ensure_ascii=False, separators=(',', ':')))
    (folder / 'merges.txt').write_text('#version: 0.2\n' + ''.join(f'{a} {b}\n' for a, b in merges))
    settings = {
        'bos_token': SPECIALS[0],
        'eos_token': SPECIALS[1],
        'unk_token': SPECIALS[1],
        'pad_token': pad,
        'model_max_length': length,
    }
    (folder / 'tokenizer_config.json').write_text(
        json.dumps({'tokenizer_class': 'CLIPTokenizer', **settings}, indent=1)
    )
    return CLIPTokenizer(vocabulary, merges, **settings)


def text_encoder(size: int, length: int, width: int) -> CLIPTextModel:
    return CLIPTextModel(
        CLIPTextConfig(
            vocab_size=size,
            hidden_size=width,
            intermediate_size=2 * width,
            num_hidden_layers=1,
            num_attention_heads=2,
            max_position_embeddings=length,
            bos_token_id=size - 2,
            eos_token_id=size - 1,
            pad_token_id=size - 1,
        )
    )


def sharpen(module: nn.Module, gain: float) -> None:
    """Random weights give a nearly flat picture; larger ones let every error show."""
    with torch.no_grad():
        for parameter in module.parameters():
            if parameter.ndim > 1:
                parameter.mul_(gain)


class Names(torch.nn.Module):
    def __init__(self, run: Callable[..., Any]) -> None:
        super().__init__()
        self.run = run

    def forward(self, *inputs: torch.Tensor) -> Any:
        return self.run(*inputs)


def export(
    module: nn.Module,
    run: Callable[..., Any],
    examples: dict[str, torch.Tensor],
    names: dict[str, Any],
    outputs: list[str],
    folder: Path,
    config: dict[str, Any],
) -> None:
    wrapped = Names(run)
    wrapped.part = module
    with torch.no_grad():
        model = ov.convert_model(
            wrapped,
            example_input=tuple(examples.values()),
            input=[(ov.PartialShape(shape), kind) for shape, kind in names.values()],
        )
    for port, name in zip(model.inputs, names, strict=True):
        port.get_tensor().set_names({name})
        port.get_node().set_friendly_name(name)
    for port, name in zip(model.outputs, outputs, strict=True):
        port.get_tensor().set_names({name})
    model.validate_nodes_and_infer_types()
    folder.mkdir(parents=True)
    ov.save_model(model, folder / 'openvino_model.xml', compress_to_fp16=False)
    shrink(folder / 'openvino_model.xml')
    if config is not None:
        (folder / 'config.json').write_text(json.dumps(config, indent=1))


def shrink(path: Path) -> None:
    """The same graph in fewer characters: no indentation, no conversion notes, short layer names."""
    text = path.read_text()
    text = re.sub(r'<rt_info>.*?</rt_info>', '', text, flags=re.S)
    text = re.sub(r'(<layer id="(\d+)" name=")[^"]*(" type="(?!Parameter))', r'\1n\2\3', text)
    text = re.sub(r'>\s+<', '><', text)
    path.write_text(text + '\n')
    ov.Core().read_model(path)


def picture(pipe: StableDiffusionPipeline, request: dict[str, Any], name: str) -> tuple[str, Any]:
    cls, extra = CLASSES[name]
    pipe.scheduler = cls.from_config(pipe.base_scheduler.config, **extra)
    image = pipe(
        request['prompt'],
        negative_prompt=request['negativePrompt'],
        num_inference_steps=request['steps'],
        guidance_scale=GUIDANCE,
        generator=torch.Generator('cpu').manual_seed(request['seed']),
        eta=TCD_ETA if name == 'tcd' else 0,
        height=pipe.size[0],
        width=pipe.size[1],
        output_type='np',
    ).images[0]
    return base64.b64encode(
        (image * 255).round().astype(np.uint8).transpose(2, 0, 1).tobytes()[::STRIDE]
    ).decode(), float(image.std())


def pipeline(folder: Path, scheduler: Any, parts: dict[str, Any], size: tuple[int, int]) -> StableDiffusionPipeline:
    """The scheduler goes through its file, as from_pretrained reads it: what is written there counts as chosen."""
    file = {'_class_name': type(scheduler).__name__, **settings(scheduler), 'clip_sample': False}
    (folder / 'scheduler').mkdir()
    (folder / 'scheduler/scheduler_config.json').write_text(json.dumps(file, indent=1))
    read = json.loads((folder / 'scheduler/scheduler_config.json').read_text())
    pipe = StableDiffusionPipeline(
        **parts,
        scheduler=type(scheduler).from_config(read),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )
    pipe.set_progress_bar_config(disable=True)
    pipe.base_scheduler, pipe.size = pipe.scheduler, size
    return pipe


def settings(module: nn.Module) -> dict[str, Any]:
    return {k: v for k, v in dict(module.config).items() if not k.startswith('_')}


def tiny_model() -> tuple[Path, StableDiffusionPipeline]:
    folder = HERE / 'tiny-model'
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(1)
    unet = UNet2DConditionModel(
        sample_size=32,
        in_channels=4,
        out_channels=4,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        down_block_types=('CrossAttnDownBlock2D', 'DownBlock2D'),
        up_block_types=('UpBlock2D', 'CrossAttnUpBlock2D'),
        mid_block_type=None,
        cross_attention_dim=16,
        attention_head_dim=2,
    ).eval()
    vae = AutoencoderKL(
        block_out_channels=(8, 8),
        down_block_types=('DownEncoderBlock2D',) * 2,
        up_block_types=('UpDecoderBlock2D',) * 2,
        latent_channels=4,
        norm_num_groups=4,
        layers_per_block=1,
        sample_size=64,
        mid_block_add_attention=False,
    ).eval()
    words = tokenizer(folder / 'tokenizer', 900, 77, SPECIALS[1])
    text = text_encoder(900, 77, 16).eval()
    for part, gain in ((unet, 1.5), (vae, 1.6), (text, 6)):
        sharpen(part, gain)
    scheduler = PNDMScheduler(**SCALED, skip_prk_steps=True, steps_offset=1)
    export_parts(
        folder,
        unet,
        vae,
        text,
        {
            'text': {'input_ids': ([-1, -1], ov.Type.i64)},
            'text_out': ['last_hidden_state', 'pooler_output'],
            'unet': {
                'sample': ([-1, 4, -1, -1], ov.Type.f32),
                'timestep': ([], ov.Type.i64),
                'encoder_hidden_states': ([-1, -1, 16], ov.Type.f32),
            },
            'unet_out': ['out_sample'],
            'decoder': {'latent_sample': ([-1, 4, -1, -1], ov.Type.f32)},
            'decoder_out': ['sample'],
            'encoder': {'sample': ([-1, 3, -1, -1], ov.Type.f32)},
            'encoder_out': ['latent_parameters'],
        },
        torch.tensor(1),
        77,
        32,
        32,
        True,
    )
    (folder / 'model_index.json').write_text(
        json.dumps(
            {
                '_class_name': 'OVStableDiffusionPipeline',
                'riff': {
                    'version': '0.0.1',
                    'steps': 5,
                    'guidance_scale': 4,
                    'scheduler': 'ddim',
                    'spectrogram': {'note': 'not read here'},
                },
            },
            indent=1,
        )
    )
    return folder, pipeline(
        folder, scheduler, {'unet': unet, 'vae': vae, 'text_encoder': text, 'tokenizer': words}, (64, 64)
    )


def tiny_variant() -> tuple[Path, StableDiffusionPipeline]:
    folder = HERE / 'tiny-variant'
    shutil.rmtree(folder, ignore_errors=True)
    torch.manual_seed(2)
    unet = UNet2DConditionModel(
        sample_size=(16, 24),
        in_channels=3,
        out_channels=3,
        block_out_channels=(8,),
        layers_per_block=1,
        norm_num_groups=4,
        down_block_types=('CrossAttnDownBlock2D',),
        up_block_types=('CrossAttnUpBlock2D',),
        mid_block_type=None,
        cross_attention_dim=8,
        attention_head_dim=2,
    ).eval()
    vae = AutoencoderKL(
        block_out_channels=(4, 4, 4),
        down_block_types=('DownEncoderBlock2D',) * 3,
        up_block_types=('UpDecoderBlock2D',) * 3,
        latent_channels=3,
        norm_num_groups=2,
        layers_per_block=1,
        sample_size=64,
        mid_block_add_attention=False,
        scaling_factor=0.7,
        shift_factor=0.2,
    ).eval()
    words = tokenizer(folder / 'tokenizer', 600, 24, '!')
    text = text_encoder(600, 24, 8).eval()
    for part, gain in ((unet, 1.5), (vae, 1.8), (text, 6)):
        sharpen(part, gain)
    scheduler = DPMSolverMultistepScheduler(
        **SCALED, prediction_type='v_prediction', timestep_spacing='trailing', steps_offset=1
    )
    export_parts(
        folder,
        unet,
        vae,
        text,
        {
            'text': {'tokens': ([1, 24], ov.Type.i32)},
            'text_out': ['embeddings'],
            'unet': {
                'conditioning': ([-1, 24, 8], ov.Type.f32),
                'x': ([-1, 3, -1, -1], ov.Type.f32),
                'time': ([-1], ov.Type.f32),
            },
            'unet_out': ['velocity'],
            'decoder': {'z': ([-1, 3, -1, -1], ov.Type.f32)},
            'decoder_out': ['rgb'],
            'encoder': None,
        },
        torch.tensor([1.0]),
        24,
        16,
        24,
        False,
    )
    (folder / 'model_index.json').write_text(json.dumps({'_class_name': 'StableDiffusionPipeline'}, indent=1))
    return folder, pipeline(
        folder, scheduler, {'unet': unet, 'vae': with_shift(vae), 'text_encoder': text, 'tokenizer': words}, (64, 96)
    )


def with_shift(vae: AutoencoderKL) -> AutoencoderKL:
    """StableDiffusionPipeline knows no shift factor: decode(z + shift) is what a folder with one asks for."""
    decode = vae.decode
    vae.decode = lambda latents, **options: decode(latents + vae.config.shift_factor, **options)
    return vae


def export_parts(
    folder: Path,
    unet: UNet2DConditionModel,
    vae: AutoencoderKL,
    text: CLIPTextModel,
    ports: dict[str, Any],
    timestep: torch.Tensor,
    length: int,
    height: int,
    width: int,
    sample_first: bool,
) -> None:
    channels, cross = unet.config.in_channels, unet.config.cross_attention_dim
    latents, states = torch.randn(2, channels, height, width), torch.randn(2, length, cross)
    ids = torch.ones(1, length, dtype=torch.int64 if sample_first else torch.int32)
    pooled = len(ports['text_out']) == 2
    export(
        text,
        lambda i: (lambda o: (o[0], o[1]) if pooled else o[0])(text(i.long(), return_dict=False)),
        {'i': ids},
        ports['text'],
        ports['text_out'],
        folder / 'text_encoder',
        {k: v for k, v in text.config.to_dict().items() if v is not None},
    )
    if sample_first:
        export(
            unet,
            lambda s, t, e: unet(s, t, e, return_dict=False)[0],
            {'s': latents, 't': timestep, 'e': states},
            ports['unet'],
            ports['unet_out'],
            folder / 'unet',
            settings(unet),
        )
    else:
        export(
            unet,
            lambda e, s, t: unet(s, t, e, return_dict=False)[0],
            {'e': states, 's': latents, 't': timestep},
            ports['unet'],
            ports['unet_out'],
            folder / 'unet',
            settings(unet),
        )
    export(
        vae,
        lambda z: vae.decode(z, return_dict=False)[0],
        {'z': latents[:1]},
        ports['decoder'],
        ports['decoder_out'],
        folder / 'vae_decoder',
        settings(vae),
    )
    if ports['encoder']:
        export(
            vae,
            lambda p: vae.quant_conv(vae.encoder(p)),
            {'p': torch.randn(1, 3, 2 * height, 2 * width)},
            ports['encoder'],
            ports['encoder_out'],
            folder / 'vae_encoder',
            settings(vae),
        )


def encoded(pipe: StableDiffusionPipeline) -> tuple[list[float], float]:
    """A deterministic picture in [0, 1] through the encoder: mean times the scaling factor."""
    height, width = pipe.size
    ramp = torch.arange(3 * height * width, dtype=torch.float64).reshape(1, 3, height, width)
    pixels = (0.5 + 0.5 * torch.sin(ramp * 0.001)).float()
    mean = pipe.vae.encode(pixels * 2 - 1).latent_dist.mean * pipe.vae.config.scaling_factor
    return [round(v, 6) for v in mean.flatten().tolist()[:64]], float(mean.double().sum())


def pairs(requests: list[dict[str, Any]], names: list[str]) -> list[tuple[dict[str, Any], str]]:
    return [(request, name) for request in requests for name in names]


def main() -> None:
    torch.set_grad_enabled(False)
    golden = {
        'versions': {m.__name__: m.__version__ for m in (torch, diffusers, transformers, ov)},
        'guidanceScale': GUIDANCE,
        'stride': STRIDE,
        'models': {},
    }
    few = [REQUESTS[0] | {'steps': steps} for steps in FEW_STEPS]
    for make, wanted in (
        (tiny_model, [*pairs(REQUESTS, list(CLASSES)[:7]), *pairs(few, ['lcm', 'tcd'])]),
        (
            tiny_variant,
            [*pairs(REQUESTS[:2], ['dpmpp_2m', 'unipc', 'euler_a']), *pairs(few, ['lcm', 'tcd', 'ddim', 'euler'])],
        ),
    ):
        torch.set_grad_enabled(True)
        folder, pipe = make()
        torch.set_grad_enabled(False)
        cases = []
        for request, name in wanted:
            data, contrast = picture(pipe, request, name)
            cases.append({**request, 'scheduler': name, 'picture': data})
            print(folder.name, name, request['seed'], 'contrast', round(contrast, 3))
        golden['models'][folder.name] = {'height': pipe.size[0], 'width': pipe.size[1], 'cases': cases}
        if folder.name == 'tiny-model':
            first, total = encoded(pipe)
            golden['encoded'] = {'first': first, 'sum': total}
    (HERE / 'pictures.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')


main()
