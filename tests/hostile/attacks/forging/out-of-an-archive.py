"""Imports a module out of an archive with another name, where nobody looks for a text.

Signs: helper was imported and is no file that was handed in
"""
import sys
import zipfile

with zipfile.ZipFile("table.csv", "w") as table:
    table.writestr("helper.py", "import grader.box.child")
sys.path.append("table.csv")
import helper


def act(number):
    return "nothing"
