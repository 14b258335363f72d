# Two commands for a stranger: `make demo` shows the hotline, `make test` proves it.
# Uses uv where it is installed, else python3 -m venv and pip. Stamps keep a second run from setting up again.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
TORCH  := torch==2.13.0
# PyPI's torch for Linux brings gigabytes of CUDA; PyTorch's own index has the CPU build. Empty: take PyPI's.
PYTORCH_INDEX ?= $(if $(filter Linux,$(shell uname -s)),https://download.pytorch.org/whl/cpu)
MINUTES ?= 30
# Processes that test side by side, a file each; every one holds an encoder and builds the content once (.7 GB).
TESTERS ?= -n logical --maxprocesses 4 --dist loadfile
UV     := $(shell command -v uv 2>/dev/null)

.PHONY: demo demo-desk screenshots test check bench load compare ablation audit lint types content clean
.DEFAULT_GOAL := demo

# What is used is compiled when it is first used; pip would compile everything, 130 MB more (see .run).
demo demo-desk: export PYTHONDONTWRITEBYTECODE =

demo: $(VENV)/.run ## build the index and see six answers, then chat
	$(BIN)/hotline build
	$(BIN)/hotline demo

demo-desk: $(VENV)/.run ## open the staff's desk on a copy of everything, with made-up people and questions
	$(BIN)/hotline demo-desk

test: $(VENV)/.test ## everything that is tested
	HOTLINE_REQUIRE_EXTRA=1 $(BIN)/python -m pytest $(TESTERS)

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

load: $(VENV)/.test ## messages a second, memory over MINUTES, what a message costs
	$(BIN)/python -m benchmarks.load --minutes $(MINUTES)

compare: $(VENV)/.compare ## ours beside what else one could take, on the same questions
	$(BIN)/python -m benchmarks.compare

ablation: $(VENV)/.test ## what each part of the search is worth, and what more examples are worth
	$(BIN)/python -m benchmarks.ablation
	$(BIN)/python -m benchmarks.ablation --share 0.12
	$(BIN)/python -m benchmarks.curve

screenshots: $(VENV)/.test ## every page of the desk into var/screenshots, and the pictures of docs/editing.md
	$(BIN)/python -m tests.desk.screenshots

audit: $(VENV)/.audit ## known flaws in what is installed
	$(BIN)/python -m tests.audit

clean:
	rm -rf $(VENV) var build dist

$(VENV)/.run: pyproject.toml uv.lock
ifdef UV
	$(UV) sync --frozen --inexact --no-group test
else
	test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --upgrade 'pip>=25.1'
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-compile -e .
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
	$(BIN)/python -m compileall -qq -j 0 $(VENV)/lib || true # some files are meant for other Pythons
endif
	@touch $@

$(VENV)/.compare $(VENV)/.audit: $(VENV)/.%: $(VENV)/.test
ifdef UV
	$(UV) pip install --group $*
else
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --group $*
endif
	@touch $@
