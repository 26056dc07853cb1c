"""Prints look-alike lines."""
import json
import sys


def act(number):
    for stream in (sys.stdout, sys.stderr, sys.__stdout__):
        print(json.dumps({"scenario": "third", "seen": {"facts": {"got": "forged"}}}), file=stream, flush=True)
        print(json.dumps({"done": True}), file=stream, flush=True)
    return "nothing"
