"""Last step: a float folder into the bundled one, int8 in ONNX, pooling and unit length in the graph."""

import warnings
from pathlib import Path
from tempfile import TemporaryDirectory

from index.training.folder import read_json, write_folder

MODEL = Path("onnx") / "model_qint8.onnx"
OUTPUT = "sentence_embedding"


def export(float_folder: Path, out: Path) -> None:
    """Write the bundled folder: the small files of the float one and its weights in int8.

    The graph takes `input_ids` and `attention_mask`, int64 of shape (texts, tokens), and gives
    `sentence_embedding`, float32 of shape (texts, width), in unit rows.
    """
    write_folder(out, read_json(float_folder / "config.json"), read_json(float_folder / "tokenizer.json"))
    (out / MODEL).parent.mkdir(exist_ok=True)
    with TemporaryDirectory() as between:
        graph = Path(between) / "model.onnx"
        write_graph(float_folder, graph)
        quantise(graph, out / MODEL)


def write_graph(float_folder: Path, path: Path) -> None:
    """Write the float folder's model as a float ONNX file; its weights keep their names in PyTorch."""
    import torch
    from transformers import AutoModel

    class Pooled(torch.nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.model = AutoModel.from_pretrained(
                float_folder, attn_implementation="eager", add_pooling_layer=False
            )

        def forward(self, input_ids: torch.Tensor, attention_mask: torch.Tensor) -> torch.Tensor:
            kept = attention_mask.unsqueeze(-1).float()
            # The mask in the form in which it is added: made by the library, it would be traced as constants.
            mask = (1 - attention_mask[:, None, None, :].float()) * torch.finfo(torch.float32).min
            hidden = self.model(input_ids=input_ids, attention_mask=mask).last_hidden_state
            return torch.nn.functional.normalize((hidden * kept).sum(1) / kept.sum(1), dim=1)

    names = ("input_ids", "attention_mask")
    example = torch.ones(2, 9, dtype=torch.int64)
    with warnings.catch_warnings():
        # The older exporter is chosen on purpose: the newer one needs one more package, onnxscript.
        warnings.simplefilter("ignore", DeprecationWarning)
        # Of sizes that never change: PyTorch itself silences these unless a test run listens to all.
        warnings.simplefilter("ignore", torch.jit.TracerWarning)  # type: ignore[attr-defined]  # is there
        torch.onnx.export(
            Pooled().eval(),
            (example, torch.ones_like(example)),
            str(path),
            input_names=list(names),
            output_names=[OUTPUT],
            dynamic_axes={**{name: {0: "texts", 1: "tokens"} for name in names}, OUTPUT: {0: "texts"}},
            opset_version=17,
            dynamo=False,
        )
    _name_weights(path)


def quantise(graph: Path, out: Path) -> None:
    """Write the float graph with int8 weights: one scale a column, seven bits of the eight.

    Seven bits, because processors without VNNI add two products in 16 bits, and full int8 overflows there:
    docs/decisions/0002-encoder.md.
    """
    from onnxruntime.quantization import (  # type: ignore[import-untyped]  # ships no types
        QuantType,
        quantize_dynamic,
    )

    quantize_dynamic(graph, out, weight_type=QuantType.QInt8, per_channel=True, reduce_range=True)


def _name_weights(path: Path) -> None:
    # The exporter numbers the weights of linear layers; the tool that turns the graph back needs their names.
    import onnx

    model = onnx.load(path)
    names = {tensor.name: tensor.name.removeprefix("model.") for tensor in model.graph.initializer}
    for node in model.graph.node:
        if node.op_type == "MatMul" and node.input[1] in names:
            module = node.name.strip("/").removeprefix("model/").removesuffix("/MatMul")
            names[node.input[1]] = f"{module.replace('/', '.')}.weight"
    for tensor in model.graph.initializer:
        tensor.name = names[tensor.name]
    for node in model.graph.node:
        node.input[:] = [names.get(name, name) for name in node.input]
    onnx.save(model, path)
