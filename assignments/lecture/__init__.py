"""The course note's own code, in a form that runs: `from lecture import ProteinNet, ...`.

One noun per module; `proteins` reads the datasets, `synthetic` makes them, `bounds` says how well a
limited model can do on them. Importing it costs no more than importing torch: scikit-learn is loaded
by the one function that needs it.
"""

from lecture.alphabet import AMINO_ACIDS, STRUCTURES, encode, one_hot
from lecture.data import ProteinDataset, ResidueDataset, collate_proteins, collate_residues
from lecture.debugging import count_parameters, find_bad_gradients, overfit_single_batch
from lecture.families import split_by_family
from lecture.metrics import evaluate_classifier
from lecture.models import ProteinNet, ProteinSolubilityClassifier
from lecture.precision import train_one_epoch_amp
from lecture.proteins import Proteins, load_imbalanced_solubility, load_secondary_structure, load_solubility
from lecture.regression import linear_regression
from lecture.seeds import set_seed
from lecture.training import evaluate, train_model, train_one_epoch

__all__ = [
    "AMINO_ACIDS",
    "STRUCTURES",
    "ProteinDataset",
    "ProteinNet",
    "ProteinSolubilityClassifier",
    "Proteins",
    "ResidueDataset",
    "collate_proteins",
    "collate_residues",
    "count_parameters",
    "encode",
    "evaluate",
    "evaluate_classifier",
    "find_bad_gradients",
    "linear_regression",
    "load_imbalanced_solubility",
    "load_secondary_structure",
    "load_solubility",
    "one_hot",
    "overfit_single_batch",
    "set_seed",
    "split_by_family",
    "train_model",
    "train_one_epoch",
    "train_one_epoch_amp",
]
