"""The hidden rows of exercise 1."""

from grader.seen import Seen, close

MARGIN = 0.08  # of Q3: right answers end within 0.03 of the best, 36,000 untrained networks at least 0.093 away


def test_per_residue(moved_in_training: Seen, moved_in_evaluation: Seen) -> None:
    for mode in (moved_in_evaluation, moved_in_training):
        mode.require(mode["others move"] is not None, "The network gave no logits for each residue.")
        mode.require(not mode["others move"], "Another position's output moved with one residue.")


def test_masked_loss(ragged: Seen, junk: Seen, unpadded: Seen, lone: Seen, all_padding: Seen) -> None:
    for batch in (unpadded, ragged, junk, lone):
        batch.same("loss", "The loss is {seen}; {want} was expected.")
        batch.same("gradient", "The loss's gradient is off by {gap}.")
    all_padding.same("loss", "The loss of a batch of pure padding is {seen}; {want} was expected.")


def test_training(updates: Seen, mean: Seen, padded: Seen) -> None:
    updates.same(
        "training mode",
        "The network was not in training mode in every batch.",
        symptom=lambda *_: updates["ever in training mode"],
    )
    updates.same("weights", "After an epoch the weights are off by {gap}.")
    mean.same("mean", "The mean loss is {seen}; {want} was expected.")
    padded.same("mean", "The mean loss of padded batches is {seen}; {want} was expected.")


def test_learns(learns: Seen) -> None:
    q3, best = learns["q3"], learns.want["best"]  # several mistakes end here alike, so none is named by it
    learns.require(close(learns["best"], best), "The proteins are not those that everyone's network is trained on.")
    learns.require(
        isinstance(q3, float) and q3 >= best - MARGIN,
        "Q3 on held-out families is {q3}; the best possible is {best}.",
        q3=q3,
        best=best,
    )
