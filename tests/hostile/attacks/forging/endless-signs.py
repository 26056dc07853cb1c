"""Tells of a hundred thousand signs of tampering, so that the grader compares each with all others.

Signs: os.write, channel
"""
import json
import os

for part in range(2):
    line = json.dumps({"signs": [f"{part} {number}" for number in range(50_000)]}).encode() + b"\n"
    while line:
        line = line[os.write(100, line) :]


def act(number):
    return "nothing"
