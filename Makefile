# make run: everything, on a fresh machine. make test: everything, on a fresh machine.
SHELL := /bin/sh
PYTHON ?= python3
V := .venv/bin
HOST ?= 127.0.0.1
PORT ?= 8000
export HOST PORT

.PHONY: run test test-slow lint seed demo reset psql shell bench requirements messages schema help

help: ## What can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | sort

run: $(V)/.embedded ## Start everything: servers, API, worker, beat, seeded data
	@exec $(V)/python manage.py start

test: $(V)/.dev ## Run the tests
	@$(V)/python -m pytest -n 2 --dist loadfile --no-loadscope-reorder -m "not slow" $(ARGS)

test-slow: $(V)/.dev ## Run the tests that take minutes: kill runs, browser, long fuzzing
	@status=0; \
	$(V)/python -m pytest -n 2 --dist load -m "slow and not alone" $(ARGS) || status=$$?; \
	$(V)/python -m pytest -m "slow and alone" $(ARGS) || status=$$?; \
	exit $$status

lint: $(V)/.dev ## Style, types, contracts, migrations and schema drift
	@PATH="$(CURDIR)/$(V):$$PATH" .ci/lint

seed: $(V)/.embedded ## Fill the database with a believable Ethiopia
	@$(V)/python manage.py seed

demo: $(V)/.embedded ## Drive the journey over the API of a running product, with a commentary
	@$(V)/python manage.py demo $(ARGS)

reset: $(V)/.embedded ## Throw the embedded data away: rows, photos, schedule; the made secret stays
	@$(V)/python -m key2key.embedded erase
	@cd "$${K2K_DATA:-.local}" && rm -rf media private beat-schedule*

psql: $(V)/.embedded ## A prompt on the database
	@$(V)/python manage.py dbshell

shell: $(V)/.embedded ## A Python prompt on the product
	@$(V)/python manage.py shell

bench: $(V)/.dev ## Measure; results go to benchmarks/results
	@DATABASE_POOL_SIZE=0 $(V)/python -m benchmarks $(ARGS)

messages: $(V)/.dev ## Extract and compile the catalogues
	@$(V)/python .ci/messages

schema: $(V)/.dev ## Write docs/openapi.json, .env.example and the documents' generated parts anew
	@$(V)/python manage.py spectacular --format openapi-json --fail-on-warn --validate > docs/openapi.new && mv docs/openapi.new docs/openapi.json
	@$(V)/python manage.py env_example > .env.example
	@$(V)/python -m key2key.tests.house.features --write
	@$(V)/python -m key2key.tests.house.documents --write

requirements: $(V)/.dev ## Lock the requirements anew
	@$(V)/python .ci/lock

$(V)/python:
	@$(PYTHON) .ci/venv .venv

$(V)/.embedded: requirements/embedded.txt | $(V)/python
	@echo "Installing what the product needs ..."
	@$(V)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/embedded.txt
	@touch $@

$(V)/.dev: requirements/dev.txt | $(V)/python
	@echo "Installing what the tests need ..."
	@$(V)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.txt
	@touch $(V)/.embedded $@
