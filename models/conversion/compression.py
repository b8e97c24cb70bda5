"""Smaller weights for a converted part."""

import nncf
import openvino as ov

FORMS = ('fp16', 'int8', 'int8-hybrid')


def compress(model: ov.Model, part: str, form: str) -> ov.Model:
    """8-bit weights for the text encoder and the U-Net. The VAE stays in 16 bits: it is 6 % of the weights, runs once a picture, and
    an error in it goes straight into the sound."""
    if form == 'fp16' or part.startswith('vae'):
        return model
    return nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM)


def hybrid(model: ov.Model, inputs: list[dict]) -> ov.Model:
    """The U-Net with 8-bit convolutions, activations included, and 8-bit weights everywhere else.

    Convolutions gain speed from 8-bit activations; attention loses too much by them, so its matrices are only compressed. The same
    split as Optimum Intel's hybrid quantisation. `inputs` are real inputs of the U-Net."""
    model = nncf.compress_weights(model, mode=nncf.CompressWeightsMode.INT8_ASYM, ignored_scope=nncf.IgnoredScope(types=['Convolution'], validate=False))
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
    kinds = ('MatMul', 'Gather', 'ScaledDotProductAttention')
    return [op.get_friendly_name() for op in model.get_ops() if op.get_type_name() in kinds]
