"""The visible rows of exercise 1."""

from grader.seen import Seen, close, gap


def test_shape(shape: Seen) -> None:
    shape.same("shapes", "Your network returned shapes {seen}; {want} were expected.")
    shape.same("dtypes", "Your network returned numbers of type {seen}; {want} were expected.")


def test_layers(layers: Seen, defaults: Seen) -> None:
    for network in (layers, defaults):
        network.same("matrices", "Between input and output stand {seen} weight matrices; {want} were expected.")
        network.same("chain", "Your longest chain of weight matrices has {seen} of them; {want} were expected.")
        network.same(
            "nonlinear",
            "Activations after weight matrix 1, 2 and so on: {seen}; {want} were expected.",
        )
        in_features, hidden_dim = network.want["first"]
        first = network["first"]
        network.require(
            first in ([in_features, hidden_dim], [in_features + 1, hidden_dim]),  # 1 more: a bias as a row
            "Your first weight matrix goes from {rows} features to {columns}; from {in_features} to {hidden_dim} "
            "was expected.",
            symptom=first,
            rows=first[0],
            columns=first[1],
            in_features=in_features,
            hidden_dim=hidden_dim,
        )
        network.same("last", "Your last weight matrix gives {seen} values for each residue; expected: {want}.")


def test_probabilities(probabilities: Seen) -> None:
    forward, sums = probabilities["forward sums"], probabilities["sums"]
    probabilities.require(
        "classes" not in forward, "What `forward` returns already sums to 1 for each residue; logits were expected."
    )
    probabilities.same("shape", "The probabilities have shape {seen}; {want} was expected.")
    probabilities.require(
        not sums or "classes" in sums,
        "The probabilities sum to 1 over {seen}, not over the classes as expected.",
        symptom=sums,
        seen=", ".join(sums),
    )
    probabilities.require(
        bool(sums),
        "One residue has the probabilities {odd}; numbers from 0 to 1 that sum to 1 were expected.",
        symptom=probabilities["logits"],
        odd=probabilities["odd"],
    )
    probabilities.same("graph", "What comes back has `requires_grad=True`; no graph was expected.")
    probabilities.require(
        probabilities["steady"] or probabilities["forward steady"],
        "In evaluation mode two passes of your network gave different logits.",
    )
    probabilities.same("steady", "Two calls gave different probabilities: dropout is still on.")
    probabilities.same("argmax", "The likeliest class should be the one with the largest logit, but it is not.")
    probabilities.same("softmax", "The probabilities are not the softmax of the logits that `forward` returns.")


def test_gpu(gpu: Seen) -> None:
    for part in ("probabilities", "loss", "mean", "weights"):
        cpu, device = gpu["cpu"][part], gpu["device"][part]
        gpu.require(
            close(device, cpu, rel=1e-3, abs=1e-5),
            f"On the GPU the {part} differ by {{gap}} from those on the CPU.",
            gap=gap(device, cpu),
        )
