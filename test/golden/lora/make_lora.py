"""Makes fused.safetensors and the LoRAs beside it: what diffusers' fuse_lora makes of a tiny random Stable Diffusion.

Run: python make_lora.py   (torch, diffusers, transformers, peft, accelerate; fused.safetensors tells the versions)
Two random LoRAs of rank 4: kohya.safetensors (kohya's names, alpha 2, convolutions 3x3 and 1x1, linear layers, the text
encoder; 16 bits) at scale 1, and peft.safetensors (names of diffusers and PEFT, no alpha) at scale 0.5.
legacy.safetensors is the second one in the names that diffusers had before PEFT. fused.safetensors holds every weight
that they change, before ("base.") and after ("fused."), by part. Weights must agree to 1e-6; others must stay.
The script compares riff_conversion.lora with diffusers on all weights and prints the largest difference.
"""

import pathlib
import sys

import diffusers
import peft
import torch
import transformers
from diffusers import AutoencoderKL, PNDMScheduler, StableDiffusionPipeline, UNet2DConditionModel
from safetensors.torch import save_file
from torch import nn
from transformers import CLIPTextConfig, CLIPTextModel

HERE = pathlib.Path(__file__).parent
sys.path.insert(0, str(HERE.parents[2] / 'models'))

from riff_conversion.lora import changes, read_lora  # noqa: E402

RANK = 4
UNET_LAYERS = (
    'down_blocks.0.attentions.0.transformer_blocks.0.attn1.to_q',
    'down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_k',
    'down_blocks.0.attentions.0.transformer_blocks.0.attn2.to_out.0',
    'down_blocks.0.attentions.0.transformer_blocks.0.ff.net.0.proj',
    'down_blocks.0.attentions.0.proj_in',
    'down_blocks.0.resnets.0.conv1',
    'down_blocks.0.downsamplers.0.conv',
    'up_blocks.1.resnets.0.time_emb_proj',
)
ATTENTION = tuple(name for name in UNET_LAYERS if '.attn' in name)
#: diffusers 0.42.1 on transformers 5 loses kohya's text attention beside other layers; each file has one kind.
TEXT_MLP, TEXT_ATTENTION = 'encoder.layers.0.mlp.fc1', 'encoder.layers.0.self_attn.q_proj'


def pipeline() -> StableDiffusionPipeline:
    torch.manual_seed(5)
    unet = UNet2DConditionModel(
        sample_size=8,
        block_out_channels=(8, 16),
        layers_per_block=1,
        norm_num_groups=4,
        down_block_types=('CrossAttnDownBlock2D', 'DownBlock2D'),
        up_block_types=('UpBlock2D', 'CrossAttnUpBlock2D'),
        cross_attention_dim=8,
        attention_head_dim=2,
    )
    text = CLIPTextModel(
        CLIPTextConfig(vocab_size=16, hidden_size=8, intermediate_size=16, num_hidden_layers=1, num_attention_heads=2)
    )
    vae = AutoencoderKL(block_out_channels=(8,), norm_num_groups=4, mid_block_add_attention=False)
    return StableDiffusionPipeline(
        vae=vae,
        text_encoder=text,
        unet=unet,
        tokenizer=None,
        scheduler=PNDMScheduler(),
        safety_checker=None,
        feature_extractor=None,
        requires_safety_checker=False,
    )


def matrices(model: nn.Module, layer: str, generator: torch.Generator) -> tuple[torch.Tensor, torch.Tensor]:
    """A as the layer takes its input, B as it gives its output."""
    shape = model.get_submodule(layer).weight.shape
    ones = (1,) * (len(shape) - 2)
    down = torch.randn(RANK, *shape[1:], generator=generator) * 0.1
    up = torch.randn(shape[0], RANK, *ones, generator=generator) * 0.1
    return down, up


def kohya(pipe: StableDiffusionPipeline) -> dict[str, torch.Tensor]:
    generator = torch.Generator().manual_seed(1)
    tensors = {}
    for model, prefix, layers in (
        (pipe.unet, 'lora_unet_', UNET_LAYERS),
        (pipe.text_encoder, 'lora_te_text_model_', (TEXT_MLP,)),
    ):
        for layer in layers:
            down, up = matrices(model, layer, generator)
            name = prefix + layer.replace('.', '_')
            tensors[f'{name}.lora_down.weight'], tensors[f'{name}.lora_up.weight'] = down.half(), up.half()
            tensors[f'{name}.alpha'] = torch.tensor(2.0).half()
    return tensors


def of_diffusers(pipe: StableDiffusionPipeline) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
    """In the names of today, and in those from before PEFT."""
    generator = torch.Generator().manual_seed(2)
    today, before = {}, {}
    for layer in ATTENTION:
        down, up = matrices(pipe.unet, layer, generator)
        today[f'unet.{layer}.lora_A.weight'], today[f'unet.{layer}.lora_B.weight'] = down, up
        attention, _, leaf = layer.removesuffix('.0').rpartition('.')
        name = f'unet.{attention}.processor.{leaf}_lora'
        before[f'{name}.down.weight'], before[f'{name}.up.weight'] = down, up
    down, up = matrices(pipe.text_encoder, TEXT_ATTENTION, generator)
    name = f'text_encoder.text_model.{TEXT_ATTENTION}'
    today[f'{name}.lora_A.weight'], today[f'{name}.lora_B.weight'] = down, up
    before[f'{name}.lora_linear_layer.down.weight'], before[f'{name}.lora_linear_layer.up.weight'] = down, up
    return today, before


def weights(pipe: StableDiffusionPipeline) -> dict[str, torch.Tensor]:
    parts = {'unet': pipe.unet, 'text_encoder': pipe.text_encoder}
    return {
        f'{part}.{name}': weight.detach().clone().contiguous()
        for part, model in parts.items()
        for name, weight in model.named_parameters()
    }


def fused_by_diffusers(second: str) -> dict[str, torch.Tensor]:
    pipe = pipeline()
    # One after the other: with transformers 5 a second one makes the first one's text layers random.
    for file, scale in (('kohya', 1.0), (second, 0.5)):
        pipe.load_lora_weights(HERE, weight_name=f'{file}.safetensors')
        pipe.fuse_lora(lora_scale=scale)
        pipe.unload_lora_weights()
    return weights(pipe)


def fused_here(base: dict[str, torch.Tensor], second: str) -> dict[str, torch.Tensor]:
    fused = {name: weight.clone() for name, weight in base.items()}
    for file, scale in (('kohya', 1.0), (second, 0.5)):
        lora = read_lora(HERE / f'{file}.safetensors', scale)
        for part in ('unet', 'text_encoder'):
            shapes = {k.removeprefix(f'{part}.'): tuple(v.shape) for k, v in base.items() if k.startswith(f'{part}.')}
            for name, change in changes(lora, part, shapes):
                fused[f'{part}.{name}'] += torch.from_numpy(change)
    return fused


def main() -> None:
    pipe = pipeline()
    base = weights(pipe)
    save_file(kohya(pipe), HERE / 'kohya.safetensors')
    today, before = of_diffusers(pipe)
    save_file(today, HERE / 'peft.safetensors')
    save_file(before, HERE / 'legacy.safetensors')
    fused = fused_by_diffusers('peft')
    assert fused.keys() == base.keys()
    for second in ('peft', 'legacy'):
        theirs, ours = fused_by_diffusers(second), fused_here(base, second)
        worst = max(float((ours[name] - theirs[name]).abs().max()) for name in base)
        print(f'{second}: {len(base)} weights differ by {worst:.2e} at most')
        assert worst <= 1e-6
    changed = [name for name in base if not torch.equal(base[name], fused[name])]
    print(f'{len(changed)} weights are changed')
    versions = {m.__name__: m.__version__ for m in (torch, diffusers, transformers, peft)}
    save_file(
        {f'{kind}.{name}': of[name] for kind, of in (('base', base), ('fused', fused)) for name in changed},
        HERE / 'fused.safetensors',
        versions,
    )


main()
