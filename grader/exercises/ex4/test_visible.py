"""The visible rows of exercise 4."""

from collections.abc import Sequence
from typing import Any

from grader.seen import Seen, close

NAMES = ("sgd", "adam", "adamw")
SIDES = ("epoch", "loss")  # of a figure, x and y


def test_optimizers(optimizers: Seen) -> None:
    for name in NAMES:
        kind, wanted = optimizers[name]["class"], optimizers.want[name]["class"]
        optimizers.require(
            kind == wanted,
            "make_optimizer({name}) gave {kind}; an optimizer of class {wanted} was expected.",
            symptom=[name, kind],
            name=repr(name),
            kind=kind,
            wanted=wanted,
        )
    for name in NAMES:
        for setting, value, wanted in off_settings(name, optimizers):
            optimizers.require(
                False,
                "The optimizer {name} has {setting} = {value}; {wanted} was expected.",
                name=name,
                setting=setting,
                value=value,
                wanted=wanted,
            )
        optimizers.require(
            sorted(optimizers[name]["weights"]) == sorted(optimizers.want[name]["weights"]),
            "The optimizer {name} does not hold all the weights that it was given.",
            name=name,
        )
    for name, answer, _ in optimizers.parts("refused"):
        optimizers.require(
            answer == "ValueError",
            "make_optimizer({name}) {ended}; a ValueError was expected.",
            name=repr(name),
            ended=ended(answer),
        )


def ended(answer: str) -> str:
    """How a call ended, in words: the class of what it returned stands in <>, that of an error does not."""
    if not answer.startswith("<"):
        return f"raised {answer}"
    return "returned None" if answer == "<NoneType>" else f"returned {answer[1:-1]}"


def off_settings(name: str, optimizers: Seen) -> list[tuple[str, Any, Any]]:
    """The settings that differ from the reference's, with both values; AdamW may have the note's rate. Without a
    group of weights an optimizer has no settings."""
    (wanted,) = optimizers.want[name]["settings"]
    return [
        (setting, group.get(setting), value)
        for group in optimizers[name]["settings"] or [{}]
        for setting, value in wanted.items()
        if not close(group.get(setting), value, abs=0)
        and not (name == "adamw" and setting == "lr" and close(group.get(setting), value / 10, abs=0))
    ]


def test_histories(comparison: Seen) -> None:
    histories, wanted = comparison["histories"], comparison.want["histories"]
    comparison.require(
        isinstance(histories, dict),
        "compare_optimizers returned {histories}; a dict was expected.",
        symptom=type(histories).__name__,
        histories=histories,
    )
    comparison.require(
        histories.keys() == wanted.keys(),
        "The histories have the keys {keys}; {wanted} were expected.",
        symptom=sorted(histories),
        keys=list(histories),
        wanted=list(wanted),
    )
    for name in wanted:
        history = histories[name]
        comparison.require(
            isinstance(history, dict) and history.keys() >= wanted[name].keys(),
            "The history of {name} has {keys}; the keys {wanted} were expected.",
            symptom=sorted(history) if isinstance(history, dict) else type(history).__name__,
            name=name,
            keys=list(history) if isinstance(history, dict) else history,
            wanted=list(wanted[name]),
        )
        for key, losses in wanted[name].items():
            seen = history[key]
            comparison.require(
                isinstance(seen, list) and len(seen) == len(losses),
                "{key} of {name} holds {seen}; one number for each of {epochs} epochs was expected.",
                symptom=len(seen) if isinstance(seen, list) else type(seen).__name__,
                key=key,
                name=name,
                seen=f"{len(seen)} values" if isinstance(seen, list) else seen,
                epochs=len(losses),
            )
            odd = [loss for loss in seen if loss != "number"]
            comparison.require(
                not odd,
                "{key} of {name} holds {odd}; a finite number was expected.",
                symptom=odd[:1],
                key=key,
                name=name,
                odd=odd[0] if odd else None,
            )


def test_plot(plot: Seen) -> None:
    plot.same("figure", "plot_loss_curves returned {seen}; a matplotlib {want} was expected.")
    plot.require(plot["new"], "The second call drew on the figure of the first; a new figure was expected.")
    axes = plot["axes"]
    plot.require(
        len(axes) == 1,
        "The figure has {count} Axes; all six lines in 1 was expected.",
        symptom=len(axes) > 1,
        count=len(axes),
    )
    lines, (wanted,) = axes[0]["lines"], plot.want["axes"]
    plot.require(
        len(lines) == len(wanted["lines"]),
        "The figure has {count} labelled lines; {wanted} were expected.",
        symptom=len(lines),
        count=len(lines),
        wanted=len(wanted["lines"]),
    )
    for y in sorted(line["y"] for line in wanted["lines"]):
        plot.require(
            any(close(line["y"], y) for line in lines),
            "No line of the figure shows the losses {y}.",
            symptom=sorted(repr(line["y"]) for line in lines),
            y=y,
        )
    for line in lines:
        plot.require(
            line["forward"],
            "The line with the label {label} goes back and forth; along the x axis the epochs follow one another.",
            label=repr(line["label"]),
        )
    check_labels(plot, lines, wanted["lines"])
    plot.require(bool(plot["legend"]), "The figure has no legend that names its lines.")
    left_out = [line["label"] for line in lines if line["label"] not in plot["legend"]]
    plot.require(
        not left_out or len(left_out) == len(lines),  # a legend may name colours and styles, and no line
        "The legend leaves out {count} of the {lines} lines, such as {label}.",
        symptom=len(left_out),
        count=len(left_out),
        lines=len(lines),
        label=repr(left_out[0]) if left_out else None,
    )
    xlabel, ylabel = axes[0]["xlabel"], axes[0]["ylabel"]
    plot.require(
        bool(xlabel.strip() and ylabel.strip()),
        "The axes are labelled {xlabel} and {ylabel}; words for both were expected.",
        xlabel=repr(xlabel),
        ylabel=repr(ylabel),
    )
    plot.require(
        mentioned(xlabel, SIDES) != "loss" or mentioned(ylabel, SIDES[::-1]) != "epoch",
        "The x axis is labelled {xlabel} and the y axis {ylabel}; the epochs run along the x axis.",
        xlabel=repr(xlabel),
        ylabel=repr(ylabel),
    )


def check_labels(plot: Seen, lines: list[dict[str, Any]], wanted: list[dict[str, Any]]) -> None:
    """Hold that no label says that a line is another's. Labels may be in words that nothing is known of."""
    owners = [next(want["label"] for want in wanted if close(line["y"], want["y"])) for line in lines]
    labels = [line["label"].strip() for line in lines]
    for words in (NAMES[::-1], ("train", "val")):  # "adamw" before "adam", which it begins with
        said = [mentioned(label, words) for label in labels]
        meant = [mentioned(owner, words) for owner in owners]
        for label, owner, word, own in zip(labels, owners, said, meant, strict=True):
            plot.require(
                word == own or sorted(said) != sorted(meant),
                "The line with the label {label} shows {owner}.",
                label=repr(label),
                owner=owner,
            )
    last = dict(zip(labels, owners, strict=True))
    for label, owner in zip(labels, owners, strict=True):
        plot.require(
            mentioned(owner, NAMES[::-1]) == mentioned(last[label], NAMES[::-1]),
            "Lines of different optimizers have the same label, {label}.",
            label=repr(label),
        )


def mentioned(label: str, words: Sequence[str]) -> str:
    """The first of some words that stands in a label, in capitals or not; "" if none does."""
    return next((word for word in words if word in label.lower()), "")


def test_gpu(gpu: Seen) -> None:
    gpu.require(
        close(gpu["device"], gpu["cpu"], rel=1e-2, abs=1e-3),
        "After three updates on the GPU the weights are not those on the CPU.",
    )
