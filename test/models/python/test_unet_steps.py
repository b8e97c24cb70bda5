"""Noise for the inputs of a U-Net of any shape."""

import numpy as np
import pytest

from unet_steps import fill_with_noise


@pytest.mark.parametrize('shape', [(), (1,), (2, 4, 8, 8)])
@pytest.mark.parametrize('dtype', [np.float32, np.int64])
def test_inputs_of_every_shape_are_filled(shape: tuple[int, ...], dtype: type) -> None:
    data = np.full(shape, 77, dtype)
    fill_with_noise(data, np.random.default_rng(0))
    assert data.shape == shape
    assert data.dtype == dtype
    assert (np.abs(data) < 10).all()
