# `make` alone lists the targets. The first use of each sets up what it needs in .venv;
# PYTHON=/path/to/python uses an interpreter that has the packages already.

EXERCISES := $(filter ex%,$(MAKECMDGOALS))
ifdef EX
EXERCISES := $(EX)
endif

ifdef PYTHON
RUN := $(PYTHON)
student teacher dev bench hub-env:
else
RUN := .venv/bin/python
student: .venv/student.stamp
teacher: .venv/teacher.stamp
dev: .venv/dev.stamp
bench: .venv/bench.stamp
hub-env: .venv/hub.stamp
endif

# A name as one word of the shell's, and nothing that make or the shell would run: it may be a student's. To export
# a name, make would read it as its own.
unexport FILE SUBMISSIONS OUT
quoted = '$(subst ','\'',$(value $(1)))'

.PHONY: help check grade judge audit record release hub test-hub box test corpus luck mutate benchmark endurance lint student teacher dev bench hub-env
.DEFAULT_GOAL := help

help:  ## list the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "make %-12s %s\n", $$1, $$2}' Makefile

# A report was made: exit status 1 says only that checks failed, and make's own error line would bury it.
check: student  ## check your solutions: make check, make check ex3, make check ex3 FILE=my.ipynb
	@$(RUN) -m grader check $(EXERCISES) $(if $(value FILE),$(call quoted,FILE)) || { s=$$?; [ $$s = 1 ] && [ -z "$(CI)$(STRICT)" ] || exit $$s; }

grade: teacher  ## grade students: make grade SUBMISSIONS=dir OUT=dir [EX="ex2 ex3"] [WORKERS=n]
	@$(RUN) -m grader grade $(call quoted,SUBMISSIONS) $(call quoted,OUT) $(if $(WORKERS),--workers $(WORKERS)) $(if $(SCHEDULER),--scheduler $(SCHEDULER)) $(if $(EX),--exercises $(EX))

judge: teacher  ## judge again what was seen, after a change of a rubric or a check: make judge OUT=dir
	@$(RUN) -m grader judge $(call quoted,OUT) $(if $(EX),--exercises $(EX))

audit: teacher  ## let the kit check itself
	@$(RUN) -m grader audit

record: teacher  ## observe the references anew for `make check`, after a change of a visible check
	@$(RUN) -m grader record $(EXERCISES)

release: hub-env  ## make the student kit, the wheel for a hub, and nbgrader's course folder, in build/
	@$(RUN) -m grader.hub.release

hub: hub-env  ## start a course hub on this machine, ready to click (as root, after make release)
	@$(RUN) -m grader.hub.serve

test-hub: hub-env  ## test nbgrader and a real hub with a real browser (as root, after make release)
	@$(RUN) -m pytest -q -rs tests/hub

box: student  ## say which walls this machine offers for students' code
	@$(RUN) -m grader box

test: dev lint  ## run the kit's own tests, all but the hub's
	@$(RUN) -m pytest -q -rs --numprocesses 2 --dist loadfile --no-loadscope-reorder --ignore tests/hub

corpus: dev  ## judge all right and wrong answers of the corpora, and print one table
	@$(RUN) -m tests.corpus

luck: dev  ## judge right and wrong answers under 200 seeds, for half an hour: make luck, make luck ex1
	@$(RUN) -m tests.luck $(EXERCISES)

mutate: dev  ## let each small change of a reference lose a point: make mutate, make mutate ex3
	@$(RUN) -m tests.mutation $(EXERCISES)

benchmark: bench  ## measure the grader beside nbgrader, on this machine
	@$(RUN) -m tests.benchmarks

endurance: dev  ## kill a run at 50 random moments, and grade it to its end
	@$(RUN) -m tests.endurance

lint: dev  ## style and types
	@$(RUN) -m ruff check .
	@$(RUN) -m ruff format --check .
	@$(RUN) -m mypy

# `make check ex3`: ex3 is an argument, not a target. Without `check`, an exercise is no target, as any other word.
ifneq ($(filter check record luck mutate,$(MAKECMDGOALS)),)
.PHONY: $(EXERCISES)
$(EXERCISES): ; @:
endif

.venv/%.stamp: pyproject.toml constraints.txt
	@test -x .venv/bin/python || python3 -m venv .venv
	@echo "Setting up the packages for '$*' in .venv. This takes some minutes, once."
	@.venv/bin/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.$(if $(filter-out student,$*),[$*])'
	@touch $@
