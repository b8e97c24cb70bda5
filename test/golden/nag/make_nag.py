"""Makes unet/ and nag.json: a tiny random U-Net with normalized attention guidance as OpenVINO IR, and its outputs by
the paper's formula.

Run: python make_nag.py   (torch, diffusers, openvino; nag.json tells the versions)
The reference is written apart from riff_conversion.nag: hooks on the plain U-Net take the features of every
cross-attention for both texts and mix them by the formula of arXiv 2505.21179, with the norms that it divides by. The
U-Net fits the folder ../diffusion/tiny-variant. Inputs are waves, sin(step * i): 0.37 the latents, 0.11 the prompt,
0.23 the negative prompt. Outputs must agree to 1e-4; "plain" is the U-Net without guidance, which the graph gives where
both texts are the prompt.
"""

import copy
import json
import pathlib
import re
import sys

import diffusers
import openvino as ov
import torch
from diffusers import UNet2DConditionModel
from torch import nn

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / 'models'))

from riff_conversion.graphs import Part, graph_of  # noqa: E402
from riff_conversion.nag import Nag, NagUnetPart  # noqa: E402

#: Chosen so that tau decides in some positions and not in others.
SETTINGS = {'scale': 5.0, 'alpha': 0.5, 'tau': 3.5}
HEIGHT, WIDTH, LENGTH, TIMESTEP = 16, 24, 24, 437


def tiny_unet() -> UNet2DConditionModel:
    torch.manual_seed(3)
    unet = UNet2DConditionModel(
        sample_size=(HEIGHT, WIDTH),
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
    with torch.no_grad():
        for parameter in unet.parameters():
            if parameter.ndim > 1:
                parameter.mul_(1.5)
    return unet


def wave(step: float, *shape: int) -> torch.Tensor:
    count = torch.arange(torch.Size(shape).numel(), dtype=torch.float64)
    return torch.sin(step * count).float().reshape(shape)


def reference(
    unet: UNet2DConditionModel, inputs: list[torch.Tensor], negative: torch.Tensor
) -> tuple[torch.Tensor, float]:
    """The output, and the share of positions where tau decides."""
    limited: list[torch.Tensor] = []

    def guided(module: nn.Module, given: tuple[torch.Tensor, ...], options: dict, made: torch.Tensor) -> torch.Tensor:
        hidden = given[0] if given else options['hidden_states']
        # Without its last layer attention gives the features themselves.
        last, module.to_out = module.to_out, nn.ModuleList([nn.Identity(), nn.Identity()])
        positive, away = (
            module.processor(module, hidden, encoder_hidden_states=text)
            for text in (options['encoder_hidden_states'], negative)
        )
        module.to_out = last
        extrapolated = SETTINGS['scale'] * positive - (SETTINGS['scale'] - 1) * away
        ratio = torch.linalg.vector_norm(extrapolated, 1, -1, True) / torch.linalg.vector_norm(positive, 1, -1, True)
        limited.append((ratio > SETTINGS['tau']).float().mean())
        normalized = extrapolated * torch.minimum(ratio, torch.tensor(SETTINGS['tau'])) / ratio
        return last[0](SETTINGS['alpha'] * normalized + (1 - SETTINGS['alpha']) * positive)

    for name, module in unet.named_modules():
        if name.endswith('.attn2'):
            module.register_forward_hook(guided, with_kwargs=True)
    return unet(*inputs, return_dict=False)[0], float(torch.stack(limited).mean())


def shrink(path: pathlib.Path) -> None:
    """The same graph in fewer characters."""
    text = re.sub(r'<rt_info>.*?</rt_info>', '', path.read_text(), flags=re.S)
    text = re.sub(r'(<layer id="(\d+)" name=")[^"]*(" type="(?!Parameter))', r'\1n\2\3', text)
    path.write_text(re.sub(r'>\s+<', '><', text) + '\n')
    ov.Core().read_model(path)


def main() -> None:
    torch.set_grad_enabled(False)
    unet = tiny_unet()
    latents, timestep = wave(0.37, 1, 3, HEIGHT, WIDTH), torch.tensor(TIMESTEP)
    prompt, negative = wave(0.11, 1, LENGTH, 8), wave(0.23, 1, LENGTH, 8)
    inputs = [latents, timestep, prompt]
    plain = unet(*inputs, return_dict=False)[0]
    guided, limited = reference(copy.deepcopy(unet), inputs, negative)
    print(f'tau decides in {limited:.0%}; guidance moves the output by {(guided - plain).abs().max():.3f}')
    part = NagUnetPart(unet, Nag(**SETTINGS))
    ports = dict(zip(('sample', 'timestep', 'encoder_hidden_states'), inputs, strict=True))
    model = graph_of(Part(part, {**ports, 'encoder_hidden_states_negative': negative}, ['out_sample'], {}))
    folder = HERE / 'unet'
    folder.mkdir(exist_ok=True)
    ov.save_model(model, folder / 'openvino_model.xml', compress_to_fp16=False)
    shrink(folder / 'openvino_model.xml')
    config = {'sample_size': [HEIGHT, WIDTH], 'in_channels': 3, 'cross_attention_dim': 8, 'nag': SETTINGS}
    (folder / 'config.json').write_text(json.dumps(config, indent=1) + '\n')
    compiled = ov.Core().compile_model(model, 'CPU', {'INFERENCE_PRECISION_HINT': 'f32'})
    for text, expected in ((negative, guided), (prompt, plain)):
        made = compiled([latents.numpy(), timestep.numpy(), prompt.numpy(), text.numpy()])[0]
        print(f'the graph differs by {abs(made - expected.numpy()).max():.1e}')
    golden = {
        'versions': {m.__name__: m.__version__ for m in (torch, diffusers, ov)},
        'timestep': TIMESTEP,
        'guided': [round(v, 6) for v in guided.flatten().tolist()],
        'plain': [round(v, 6) for v in plain.flatten().tolist()],
    }
    (HERE / 'nag.json').write_text(json.dumps(golden, separators=(',', ':')) + '\n')


main()
