"""The hidden rows of exercise 4."""

import math
from typing import Any

import grader.exercises.ex4.test_visible as visible
from grader.seen import Failed, NotObserved, Seen

OTHERS = {  # optimizers of PyTorch's that nobody asked for
    "ASGD", "Adadelta", "Adafactor", "Adagrad", "Adamax", "LBFGS", "Muon", "NAdam", "RAdam", "RMSprop", "Rprop",
    "SparseAdam",
}  # fmt: skip
RUNS = 3
SHARE = 0.02  # of the reference's fall; `python -m tests.luck ex4.converges` shows how far right programs are above
NOTE_SHARE = 0.25  # at the note's rate, a tenth, AdamW itself falls by about this share of its fall


def test_fair_start(training: Seen, unset: Seen) -> None:
    runs = training["runs"]
    training.require(
        len(runs) >= RUNS,
        "{count} training runs were seen; {wanted} were expected.",
        symptom=len(runs),
        count=len(runs),
        wanted=RUNS,
    )
    unfair = sorted({run["start"] for run in runs} - {"same"})
    training.require(
        not unfair, "The runs do not start from the same weights ({unfair}).", symptom=unfair, unfair=unfair
    )
    training.require(all(run["order"] for run in runs), "The runs do not see the same batches in the same order.")
    sizes, wanted = [run["batch"] for run in runs], training.want["runs"][0]["batch"]
    training.require(
        all(size == wanted for size in sizes),
        "The largest batches of the runs hold {sizes} proteins; {wanted} were asked for.",
        symptom=sizes,
        sizes=sizes,
        wanted=wanted,
    )
    unset.require(
        unset["as the sheet says"],
        "Without epochs, batch_size and seed, the comparison is not the one with 10, 32 and 42.",
    )


def test_validation(training: Seen, comparison: Seen) -> None:
    runs = training["runs"]
    training.require(bool(runs), "No training run was seen.")
    training.require(
        not anywhere(runs, "learns_from_validation"), "An optimizer stepped after validation proteins."
    )
    training.require(everywhere(runs, "trains_in_training_mode"), "The model was in evaluation mode in training.")
    training.require(
        not anywhere(runs, "validates_in_training_mode"), "The model was in training mode in validation."
    )
    share = min(run["validated"] for run in runs)
    training.require(
        share == 1,
        "{share} of the validation proteins were seen in every epoch; all were expected.",
        symptom="none" if share == 0 else "some",
        share=share,
    )
    training.require(not anywhere(runs, "validates_with_gradients"), "Gradients were tracked in validation.")
    masks = sorted({mask for run in runs for mask in run["masks"]} - {"right"})
    training.require(not masks, "The mask that the model was given is {masks}.", symptom=masks, masks=masks)
    for key, matches, wanted in training.parts("losses"):
        whole = None not in matches and len(matches) == len(wanted)
        told = whole or not in_form(comparison)  # else it is ex4.histories that tells it
        training.require(told, "The histories of a larger comparison lack {key} for some of the epochs.", key=key)
        training.require(False not in matches, "The losses of {key} are not the epochs' mean losses.", key=key)


def in_form(comparison: Seen) -> bool:
    """Whether the histories of a small comparison have the form that was asked for."""
    try:
        visible.test_histories(comparison)
    except (Failed, NotObserved):
        return False
    return True


def anywhere(runs: list[dict[str, Any]], fact: str) -> bool:
    """Whether a fact holds in a run."""
    return any(run[fact] for run in runs)


def everywhere(runs: list[dict[str, Any]], fact: str) -> bool:
    """Whether a fact holds in every run."""
    return all(run[fact] for run in runs)


def test_converges(training: Seen) -> None:
    runs = training["runs"]
    training.require(len(runs) >= RUNS, "{count} training runs were seen.", count=len(runs))
    unused = never_run(training)
    training.require(not unused, "No run was trained with {unused}.", unused=unused)
    uses, epochs = [run["uses"] for run in runs], training.want["runs"][0]["uses"][0]
    even = all(least == most for least, most in uses)
    training.require(even, "An epoch does not train once on every training protein.", symptom="uneven")
    seldom = all(most <= epochs for _, most in uses)
    training.require(seldom, "An epoch trains more than once on a training protein.")
    training.require(not anywhere(runs, "starts_over"), "Each epoch begins from the first weights again.")
    training.require(everywhere(runs, "cleared"), "A gradient was added to that of the update before.")
    for run in runs:
        fall, least = run["fall"], least_fall(run, training)
        training.require(
            isinstance(fall, float) and fall >= least,
            "Training with {optimizer} lowered the loss by {fall}; at least {least} was expected.",
            symptom=0 if fall == 0 else math.nan,  # many faults lower it too little, so none is named by it
            optimizer=run["optimizer"],
            fall=fall,
            least=least,
        )


def never_run(training: Seen) -> list[str]:
    """The optimizers that make_optimizer makes and no run had, unless a student's own stand in their places, or a
    run has none."""
    three = {run["optimizer"] for run in training.want["runs"]}
    seen = {run["optimizer"] for run in training["runs"]}
    unused, own = three & set(training["makes"]) - seen, seen - three - OTHERS
    return sorted(unused) if len(unused) > len(own) and "none" not in own else []


def least_fall(run: dict[str, Any], training: Seen) -> float:
    """The least fall for an optimizer at a rate: a share of the reference's, at the rate that was seen."""
    wanted = {item["optimizer"]: item for item in training.want["runs"]}
    like = wanted.get(run["optimizer"]) or min(wanted.values(), key=lambda item: float(item["fall"]))
    rate = run["rate"]  # of a student's choice: it may be "inf"
    slow = run["optimizer"] == "AdamW" and isinstance(rate, int | float) and rate < like["rate"] / 2
    return float(like["fall"]) * SHARE * (NOTE_SHARE if slow else 1)


def test_summary(summaries: Seen) -> None:
    answers = {case: answered(answer) for case, answer in summaries.facts.items()}
    wanted = {case: answered(answer) for case, answer in summaries.want.items()}
    wrong = [case for case in wanted if answers[case] != wanted[case]]
    summaries.require(
        not wrong,
        "In the case {case} summarize answered {answer}; {wanted} was expected.",
        symptom=answers,
        case=repr(wrong[0]) if wrong else None,
        answer=answers[wrong[0]] if wrong else None,
        wanted=wanted[wrong[0]] if wrong else None,
    )


def answered(answer: Any) -> dict[str, Any]:
    """The two answers of a summary, or what stands in their place."""
    if not isinstance(answer, dict):
        return {"fastest": f"no dict but {answer}"}
    return {key: answer.get(key, "no such key") for key in ("fastest", "lowest_val_loss")}
