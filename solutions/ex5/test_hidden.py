"""The hidden rows of exercise 5."""

from collections.abc import Mapping
from typing import Any

from grader.exercises.ex5.test_visible import answered
from grader.seen import Seen, close

METRICS = ("accuracy", "precision", "recall", "f1", "auc", "mcc")
COUNTED = ("precision", "recall", "f1", "mcc")  # what may rest on the submission's own counts and coefficient
UNDEFINED = ("nan", "inf", "-inf", {"raised": "ZeroDivisionError"}, {"raised": "FloatingPointError"})


def test_degenerate(empty: Seen, textbook: Seen) -> None:
    for kind, (ordinary, *answers) in answering(empty, textbook).items():
        wrong = [answer for answer in answers if not close(answer, 0.0)]
        undefined = ordinary not in UNDEFINED and all(answer in UNDEFINED for answer in wrong)
        message = "With an empty row or column, {kind} give {wrong}; 0.0 was expected."
        symptom = "undefined" if undefined else wrong
        empty.require(not wrong, message, symptom=symptom, kind=kind, wrong=wrong)


def test_large(large: Seen, textbook: Seen) -> None:
    answers = answering(large, textbook).values()
    small, great = [given[0] for given in answers], [given[1] for given in answers]
    small_want, want = large.want["answers"]["Python integers"]
    right = all(close(answer, want, rel=0) for answer in great)
    # Large counts overflow if the kind of integer begins to matter, or if they alone are wrong.
    overflows = (alike(small) and not alike(great)) or all(close(answer, small_want) for answer in small)
    message = "For counts around a million the coefficients are {great}; {want} was expected."
    symptom = "overflows" if overflows else [small, great]
    large.require(right, message, symptom=symptom, great=great, want=want)


def test_evaluate(trained: Seen, untrained: Seen) -> None:
    for model in (trained, untrained):
        divided = model["coefficient of an empty column"]
        message = "A division by zero ended the evaluation."
        model.require(divided is None, message, symptom=divided in UNDEFINED)
        model.require(not model["pairs"], "The loop takes a dict apart as if it were a pair.")
        metrics, wanted = model["metrics"], model.want["metrics"]
        mapping = isinstance(metrics, Mapping)
        model.require(mapping, "The result is {seen}, not a dict.", symptom=metrics, seen=metrics)
        missing = [name for name in METRICS if name not in metrics]
        model.require(not missing, "The result lacks {missing}.", symptom=missing, missing=missing)
        model.require(not model["training mode"], "Dropout was on during the evaluation.")
        for name in METRICS:
            seen, want = metrics[name], wanted[name]
            message = "The {name} is {seen}; {want} was expected."
            holds = close(seen, want, rel=0)
            symptom = [name, blamed([seen], model["own"]) if name in COUNTED else predictions(metrics)]
            model.require(holds, message, symptom=symptom, name=name, seen=seen, want=want)


def test_imbalanced(imbalanced: Seen) -> None:
    want, looks_want = imbalanced.want["always soluble"][0], imbalanced.want["looks"][0]
    # The contract does not say in which kind the labels come, so one kind that works is enough.
    pairs = list(zip(imbalanced["always soluble"], imbalanced["looks"], strict=True))
    right = [pair for pair in pairs if close(numbers(pair[0]), numbers(want), rel=0)]
    told = [pair for pair in pairs if numbers(pair[0])]
    always, looks = (right or told or pairs)[0]
    message = "A model that always says soluble gets {always}; {want} was expected."
    symptom = blamed(numbers(always) or [always], imbalanced["own"])
    imbalanced.require(bool(right), message, symptom=symptom, always=always, want=want)
    accuracy, mcc = numbers(looks) or (None, None)
    # A fault of the submission's own coefficient is the business of ex5.formula; what is made of it is judged here.
    sound = close(mcc, looks_want["mcc"]) or close(mcc, imbalanced["chained"])
    alive = close(accuracy, looks_want["accuracy"], rel=0) and sound
    message = "A model that finds some insoluble proteins gets {looks}; {want} was expected."
    symptom = blamed(numbers(looks) or [looks], imbalanced["own"])
    imbalanced.require(alive, message, symptom=symptom, looks=looks, want=looks_want)


def answering(coefficients: Seen, textbook: Seen) -> dict[str, list[Any]]:
    """The answers by kind of integer, but for a kind that fails in the first, ordinary case, and among those of the
    textbook: it is a matter of ex5.formula."""
    answers = {
        kind: [answer for answer, _ in zip(given, wanted, strict=True)]
        for kind, given, wanted in coefficients.parts("answers")
    }
    able = {kind: given for kind, given in answers.items() if answered(given[0]) or not fails(kind, textbook)}
    return able or answers


def fails(kind: str, textbook: Seen) -> bool:
    """Whether the coefficient fails for a kind of integer, and ex5.formula tells so."""
    return not all(map(answered, textbook["answers"][kind]))


def alike(answers: list[Any]) -> bool:
    """Whether all kinds of integer give the same answer, be it ever so small."""
    return all(close(answer, answers[0], rel=1e-6, abs=0.0) for answer in answers)


def blamed(answers: list[Any], own: Any) -> list[Any]:
    """Answers, and the submission's own counts and coefficient that wrong numbers may come from."""
    return [answers, own if all(isinstance(answer, int | float) for answer in answers) else None]


def predictions(metrics: Mapping[str, Any]) -> list[Any]:
    """What tells wrong predictions and scores apart: of few proteins, another metric may be near one accuracy."""
    return [metrics["accuracy"], metrics["auc"]]


def numbers(answer: Any) -> list[Any]:
    """Accuracy and MCC of an answer, nothing where it holds neither."""
    found = [answer.get(key) for key in ("accuracy", "mcc")] if isinstance(answer, Mapping) else []
    return found if found != [None, None] else []
