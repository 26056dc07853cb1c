"""The two networks: shapes, and a protein's logits whatever the padding."""

import pytest
import torch
from torch import Tensor

from lecture import ProteinNet, ProteinSolubilityClassifier


@pytest.fixture
def classifier() -> ProteinSolubilityClassifier:
    torch.manual_seed(0)
    return ProteinSolubilityClassifier().eval()


def proteins(*lengths: int, padded_to: int) -> tuple[Tensor, Tensor]:
    """Codes and mask of one batch; a protein of the same place and length has the same residues in every batch."""
    sequence, mask = torch.zeros(len(lengths), padded_to, dtype=torch.long), torch.zeros(len(lengths), padded_to)
    for row, length in enumerate(lengths):
        sequence[row, :length] = torch.arange(row, row + length) % 20 + 1
        mask[row, :length] = 1
    return sequence, mask


def test_protein_net_has_two_layers_with_a_bend_between() -> None:
    model = ProteinNet(20, 8, 3)
    features = torch.randn(5, 20)
    assert model(features).shape == (5, 3)
    assert [tuple(p.shape) for p in model.parameters()] == [(8, 20), (8,), (3, 8), (3,)]
    middle = (model(features) + model(-features)) / 2
    assert not torch.allclose(middle, model(torch.zeros(5, 20))), "a linear model would pass through the middle"


@pytest.mark.parametrize("length", [1, 2, 30])
def test_the_classifier_gives_logits_for_any_length(classifier: ProteinSolubilityClassifier, length: int) -> None:
    logits = classifier(*proteins(length, length, padded_to=length))
    assert logits.shape == (2, 2)
    assert logits.dtype == torch.float32


def test_the_classifier_can_be_built_in_other_sizes() -> None:
    model = ProteinSolubilityClassifier(vocab_size=5, embed_dim=3, hidden_dim=4, num_classes=6)
    assert model(torch.randint(0, 5, (2, 7))).shape == (2, 6)


def test_padding_does_not_change_a_protein(classifier: ProteinSolubilityClassifier) -> None:
    tight, loose = (classifier(*proteins(9, 4, padded_to=length)) for length in (9, 60))
    torch.testing.assert_close(tight, loose)
    alone = classifier(torch.arange(0, 9).unsqueeze(0) % 20 + 1)
    torch.testing.assert_close(alone, tight[:1])


def test_what_stands_at_padding_changes_neither_logits_nor_gradients(
    classifier: ProteinSolubilityClassifier,
) -> None:
    sequence, mask = proteins(9, 4, padded_to=20)
    scribbled = sequence.where(mask.bool(), 13)
    seen = []
    for codes in (sequence, scribbled):
        classifier.zero_grad()
        logits = classifier(codes, mask)
        logits[:, 1].sum().backward()
        seen.append([logits, *(p.grad for p in classifier.parameters())])
    torch.testing.assert_close(*seen)


def test_an_unknown_residue_is_real_although_its_code_is_padding(
    classifier: ProteinSolubilityClassifier,
) -> None:
    sequence, mask = proteins(9, padded_to=10)
    with_unknown = mask.clone()
    with_unknown[0, 9] = 1
    assert not torch.allclose(classifier(sequence, mask), classifier(sequence, with_unknown))


def test_without_a_mask_every_position_is_real(classifier: ProteinSolubilityClassifier) -> None:
    sequence, mask = proteins(9, 4, padded_to=9)
    torch.testing.assert_close(classifier(sequence), classifier(sequence, torch.ones_like(mask)))


def test_a_protein_without_any_real_position_has_finite_logits(
    classifier: ProteinSolubilityClassifier,
) -> None:
    assert classifier(*proteins(0, padded_to=5)).isfinite().all()


def test_dropout_is_on_in_training_only(classifier: ProteinSolubilityClassifier) -> None:
    batch = proteins(9, 4, padded_to=9)
    torch.testing.assert_close(classifier(*batch), classifier(*batch), rtol=0, atol=0)
    classifier.train()
    assert not torch.allclose(classifier(*batch), classifier(*batch))
