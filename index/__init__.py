"""Finding: from a question to ranked topics."""

import os

# From 1.29 on, ONNX Runtime reports machine and model to its makers, unless it finds this when it is loaded.
os.environ["ORT_DISABLE_TELEMETRY"] = "1"
