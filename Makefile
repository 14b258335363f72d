# Two commands for a stranger: `make demo` shows the hotline, `make test` proves it.
# Uses uv where it is installed, else python3 -m venv and pip. Stamps keep a second run from setting up again.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TORCH  := torch==2.13.0
# PyPI's torch for Linux brings gigabytes of CUDA; PyTorch's own index has the CPU build. Empty: take PyPI's.
PYTORCH_INDEX ?= $(if $(filter Linux,$(shell uname -s)),https://download.pytorch.org/whl/cpu)
UV     := $(shell command -v uv 2>/dev/null)

.PHONY: demo test check bench lint types content clean
.DEFAULT_GOAL := demo

demo: $(VENV)/.run ## build the index and see six answers, then chat
	$(BIN)/hotline build
	$(BIN)/hotline demo

test: $(VENV)/.test ## everything that is tested
	HOTLINE_REQUIRE_EXTRA=1 $(BIN)/python -m pytest

check: lint types content test ## what must hold before a commit

lint: $(VENV)/.test
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: $(VENV)/.test
	$(BIN)/mypy

content: $(VENV)/.run
	$(BIN)/hotline check

bench: $(VENV)/.test ## speed and memory, as tables and JSON
	$(BIN)/python -m benchmarks

clean:
	rm -rf $(VENV) var build dist

$(VENV)/.run: pyproject.toml uv.lock
ifdef UV
	$(UV) sync --frozen --inexact --no-group test
else
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e .
endif
	@touch $@

$(VENV)/.test: $(VENV)/.run
ifdef UV
	$(if $(PYTORCH_INDEX),$(UV) pip install --index-url $(PYTORCH_INDEX) $(TORCH) ||) $(UV) pip install $(TORCH)
	$(UV) sync --frozen --inexact --group test
	$(UV) pip install -e '.[sentence-transformers]'
else
	$(if $(PYTORCH_INDEX),$(BIN)/python -m pip install --quiet --retries 0 --index-url $(PYTORCH_INDEX) $(TORCH) ||) \
	$(BIN)/python -m pip install --quiet $(TORCH)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check -e '.[sentence-transformers]' --group test
endif
	@touch $@
