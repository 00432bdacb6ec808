# make demo   the whole product with a simulated province, as an ordinary user
# make test   everything that must hold before a change lands
# make check  the quick part of it, in about a minute: all that waits for no process, peer or browser, and works little
# make bench  figures: CPU per device-poll, memory, time to an incident
# make lock   exact versions and hashes anew, after an edit of pyproject.toml
.PHONY: demo test check bench lock static clean

BIN := .venv/bin
# The tests start hundreds of processes: our code is compiled once, not in each of them.
unexport PYTHONDONTWRITEBYTECODE
# The tests' files lie in memory where there are 4 GB of it: thousands of small databases then wait for no disk.
MEMORY := $(shell test "$$(df --output=avail /dev/shm 2>/dev/null | tail -1)" -gt 4000000 2>/dev/null && echo /dev/shm)
PYTEST := $(if $(MEMORY),TMPDIR=$(MEMORY)) $(BIN)/pytest

demo:
	@scripts/venv.sh requirements.lock
	@exec $(BIN)/yunwei demo

test:
	@scripts/test_packages.sh
	@scripts/venv.sh requirements-dev.lock
	@$(MAKE) --no-print-directory static
	$(PYTEST) -m "not alone" -n 4 --dist loadfile --no-loadscope-reorder
	$(PYTEST) -m alone

check:
	@scripts/venv.sh requirements-dev.lock
	@$(MAKE) --no-print-directory static
	$(PYTEST) -m "not slow" -n 2

static:
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports --no-logo
	$(BIN)/yunwei check --config .

bench:
	@scripts/venv.sh requirements-dev.lock
	$(BIN)/python -m bench

lock:
	@scripts/venv.sh requirements-dev.lock
	scripts/lock.sh

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache build dist
