"""The way back: the bundled int8 model as a float folder, to teach it further or run it elsewhere.

`python -m index.training.restore OUT`
"""

from pathlib import Path

import click
import numpy as np
from numpy.typing import NDArray

from index.encoders import BUNDLED_FOLDER
from index.training.export import MODEL
from index.training.folder import read_json, write_folder

_VALUES, _SCALE, _ZERO = "_quantized", "_scale", "_zero_point"


def restore(bundled: Path, out: Path) -> None:
    """Write the model of folder `bundled` into folder `out` with float32 weights: what int8 kept of them."""
    from safetensors.numpy import save_file

    write_folder(out, read_json(bundled / "config.json"), read_json(bundled / "tokenizer.json"))
    save_file(restored_weights(bundled), out / "model.safetensors", {"format": "pt"})


def restored_weights(bundled: Path) -> dict[str, NDArray[np.float32]]:
    """Return the weights in folder `bundled` by the names that PyTorch's BERT gives them."""
    import onnx

    graph = onnx.load(bundled / MODEL).graph
    stored = {tensor.name: onnx.numpy_helper.to_array(tensor) for tensor in graph.initializer}
    weights = {}
    for name, values in stored.items():
        whole = name.removesuffix(_VALUES)
        if not whole.startswith(("embeddings.", "encoder.")) or name.endswith((_SCALE, _ZERO)):
            continue
        if name.endswith(_VALUES):
            zero = stored[whole + _ZERO].astype(np.float32)
            values = (values.astype(np.float32) - zero) * stored[whole + _SCALE]
        # ONNX keeps linear layers the other way round than PyTorch.
        linear = whole.startswith("encoder.") and values.ndim == 2
        weights[whole] = np.ascontiguousarray(values.T if linear else values)
    return weights


@click.command()
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option("--bundled", default=BUNDLED_FOLDER, type=click.Path(exists=True, path_type=Path))
def main(out: Path, bundled: Path) -> None:
    """Write the bundled model into folder OUT with float weights; needs the extra."""
    restore(bundled, out)
    click.echo(f"{out}: HOTLINE_ENCODER={out} uses it, SentenceTransformer({str(out)!r}) loads it")


if __name__ == "__main__":
    main()
