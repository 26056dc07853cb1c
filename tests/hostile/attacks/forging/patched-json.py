"""Replaces what turns facts into text.

Signs: json
"""
import json
import json.encoder

json.dumps = lambda *a, **k: '{"scenario": "third", "seen": {"facts": {"got": "forged"}}}'
json.JSONEncoder.encode = lambda self, thing: '{"facts": {"got": "forged"}}'
json.JSONEncoder.iterencode = lambda self, thing, _one_shot=False: ['{"facts": {"got": "forged"}}']


def act(number):
    return "nothing"
