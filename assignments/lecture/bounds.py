"""The best score that a limited model can reach on what `lecture.synthetic` makes, exactly."""

from math import exp, lgamma, log

from lecture.alphabet import AMINO_ACIDS, STRUCTURES
from lecture.proteins import Proteins
from lecture.synthetic import BY_STRUCTURE, GROUPS, LENGTHS, MIXES, SHARES, STRETCH


def best_q3() -> float:
    """The highest expected Q3 of a model that sees each residue alone.

    Q3 is the share of residues put in the right class. This is the sum over the twenty residues of
    P(structure, residue), for the structure that makes it largest.
    """
    return sum(max(_joint(residue).values()) for residue in AMINO_ACIDS)


def best_q3_on(proteins: Proteins[str]) -> float:
    """The Q3 that the model of `best_q3` has on these proteins."""
    rule = {residue: max(STRUCTURES, key=_joint(residue).__getitem__) for residue in AMINO_ACIDS}
    residues, structures = "".join(proteins.sequences), "".join(proteins.labels)
    pairs = zip(residues, structures, strict=True)
    return sum(rule[residue] == structure for residue, structure in pairs) / len(residues)


def best_composition_accuracy(lengths: range = LENGTHS, soluble: float = 0.5) -> float:
    """The highest expected accuracy of a model that sees only how many of each residue a protein has.

    Within a group residues are as frequent in soluble as in insoluble proteins, so the three groups'
    counts say all that a composition says. They are few enough to go through them all.
    """
    return sum(
        max(_likelihood(label, charged, hydrophobic, length, soluble) for label in MIXES) / len(lengths)
        for length in lengths
        for charged in range(length + 1)
        for hydrophobic in range(length + 1 - charged)
    )


def best_composition_accuracy_on(proteins: Proteins[int], soluble: float = 0.5) -> float:
    """The accuracy that the model of `best_composition_accuracy` has on these proteins."""
    right = 0
    for sequence, label in zip(proteins.sequences, proteins.labels, strict=True):
        charged, hydrophobic = (
            sum(residue in GROUPS[group] for residue in sequence) for group in ("charged", "hydrophobic")
        )
        likelihoods = {y: _likelihood(y, charged, hydrophobic, len(sequence), soluble) for y in MIXES}
        right += label == max(likelihoods, key=likelihoods.__getitem__)
    return right / len(proteins)


def _joint(residue: str) -> dict[str, float]:
    """P(structure, residue) for each structure."""
    residues = sum(SHARES.values())
    return {letter: SHARES[letter] / residues * BY_STRUCTURE[letter].probability[residue] for letter in STRUCTURES}


def _likelihood(label: int, charged: int, hydrophobic: int, length: int, soluble: float) -> float:
    """P(label, counts) of a protein of this length: a trinomial over the residues outside the stretch."""
    free = length
    if not label:
        free, hydrophobic = length - STRETCH, hydrophobic - STRETCH
    counts = {"charged": charged, "hydrophobic": hydrophobic, "other": free - charged - hydrophobic}
    if min(counts.values()) < 0:
        return 0.0
    terms = (n * log(MIXES[label][group] / 100) - lgamma(n + 1) for group, n in counts.items())
    return (soluble if label else 1 - soluble) * exp(lgamma(free + 1) + sum(terms))
