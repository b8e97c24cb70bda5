"""Weights of a converted part in 8 bits; `ov.save_model` makes 16-bit ones of the rest."""

import nncf
import numpy as np
import openvino as ov
from openvino import opset13 as ops

FORMS = ('fp16', 'int8', 'int8-hybrid')


def compress(model: ov.Model, part: str, form: str) -> ov.Model:
    """The graph with 8-bit weights for 'int8' and 'int8-hybrid' (`hybrid` does more), unchanged for 'fp16'. The VAE
    always stays in 16 bits: it has 6 % of the weights and gains no speed where only weights are rounded.
    """
    if form == 'fp16' or part.startswith('vae'):
        return model
    model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)
    if part == 'unet':
        keep_convolutions_small(model)
    return model


def keep_convolutions_small(model: ov.Model) -> None:
    """Makes the 8-bit weights of convolutions stay so in memory, too.

    The CPU plugin (2026.4) computes with matrices of 8-bit weights as they are, but widens those of convolutions to 32
    bits when it compiles and then holds them twice: 4.9 GB for Stable Diffusion's U-Net. Weights that depend on an
    input cannot be widened beforehand, so zero times the timestep is added to them; each run widens a layer, uses it
    and lets it go. The numbers are the same.
    """
    timestep = model.input('timestep').get_node()
    zero = ops.convert(ops.multiply(ops.convert(timestep, 'f32'), ops.constant(np.float32(0))), 'u8')
    for convolution in model.get_ordered_ops():
        if convolution.get_type_name() != 'Convolution':
            continue
        node = below = convolution.input_value(1).get_node()
        while node.get_type_name() != 'Constant':
            below, node = node, node.input_value(0).get_node()
        if node.get_element_type() == ov.Type.u8:
            below.input(0).replace_source_output(ops.add(node, zero).output(0))
    model.validate_nodes_and_infer_types()


def hybrid(model: ov.Model, inputs: list[dict]) -> ov.Model:
    """U-Net or VAE decoder with 8-bit convolutions, activations included, and 8-bit weights everywhere else.

    Convolutions gain speed from 8-bit activations; attention loses too much by them, so its matrices are only
    compressed. The same split as Optimum Intel's hybrid quantisation. `inputs` are real inputs of the part.
    """
    model = nncf.compress_weights(
        model,
        mode=nncf.CompressWeightsMode.INT8_ASYM,
        ignored_scope=nncf.IgnoredScope(types=['Convolution'], validate=False),
    )
    return nncf.quantize(
        model,
        nncf.Dataset(inputs),
        subset_size=len(inputs),
        model_type=nncf.ModelType.TRANSFORMER,
        ignored_scope=nncf.IgnoredScope(names=_matrices(model), validate=False),
        advanced_parameters=nncf.AdvancedQuantizationParameters(
            smooth_quant_alphas=nncf.AdvancedSmoothQuantParameters(matmul=-1, convolution=-1),
        ),
    )


def _matrices(model: ov.Model) -> list[str]:
    """Names of the operations whose activations are not quantised."""
    kinds = ('MatMul', 'Gather', 'ScaledDotProductAttention')
    return [op.get_friendly_name() for op in model.get_ops() if op.get_type_name() in kinds]
