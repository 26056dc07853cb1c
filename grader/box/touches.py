"""Inside the box: which names in a submission's text a teacher may want to look at, and what each does.

Whoever uses one mostly means no harm. What merely looks like one is `harmless`.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator

LIBRARY = "uses the library's own function"  # allowed
NOTHING = ""  # that a teacher needs to know, unlike what it belongs to
HOW_OF_OS = ("l", "le", "lp", "lpe", "v", "ve", "vp", "vpe")  # a program may be started: `os.execl`, `os.spawnvp`
HOW_OF_MODULES = (  # all of them at once
    "forward", "forward_pre", "full_backward", "full_backward_pre", "backward", "buffer_registration",
    "module_registration", "parameter_registration",
)  # fmt: skip
# The beginning of a dotted name, and what it does, for the teacher
TOUCHES = {
    "sys._getframe": "looks at the frames above it",
    "sys._current_frames": "looks at the frames of others",
    "sys.modules": "looks at the imported modules",
    "torch.library": "changes what PyTorch's operations do",
    "torch.overrides": "changes what PyTorch's operations do",
    "torch.utils._python_dispatch": "changes what PyTorch's operations do",
    **{f"torch.nn.modules.module.register_module_{how}_hook": "hooks into every module" for how in HOW_OF_MODULES},
    "torch.optim.optimizer.register_optimizer_step_pre_hook": "hooks into every optimizer",
    "torch.optim.optimizer.register_optimizer_step_post_hook": "hooks into every optimizer",
    "sys.settrace": "follows or changes other code as it runs",
    "sys.setprofile": "follows other code as it runs",
    "inspect.stack": "looks at the frames above it",
    "inspect.trace": "looks at the frames of others",
    "inspect.getinnerframes": "looks at the frames of others",
    "inspect.getouterframes": "looks at the frames above it",
    "traceback.walk_stack": "looks at the frames above it",
    "traceback.walk_tb": "looks at the frames of others",
    "inspect.currentframe": "looks at the frames above it",
    "inspect.getmodule": "looks at the imported modules",
    "gc.get_objects": "looks at every object in memory",
    "gc.get_referrers": "looks at objects of others",
    "builtins": "uses Python's own built-in functions as a module",
    "ctypes": "calls the system past Python",
    "mmap": "maps memory",
    "posix": "calls the system past os",
    "importlib": "imports what is not written out",
    "importlib.metadata": NOTHING,
    "importlib.reload": NOTHING,
    "importlib.util.find_spec": NOTHING,
    "pydoc.locate": "imports what is not written out",
    "pkgutil": "imports what is not written out",
    "zipimport": "imports what is not written out",
    "site.addsitedir": "imports what is not written out",
    "runpy": "runs code that is not written out",
    "timeit": "runs a text as code",
    "timeit.default_timer": NOTHING,
    "code": "runs a text as code",
    "codeop": "runs a text as code",
    "_xxsubinterpreters": "runs a text as code",
    "_interpreters": "runs a text as code",
    "concurrent.interpreters": "runs a text as code",
    "numpy.ctypeslib": "calls the system past Python",
    "torch.ops.load_library": "calls the system past Python",
    "cffi": "calls the system past Python",
    "torch.classes.load_library": "calls the system past Python",
    "bdb": "runs a text as code",
    "pdb.run": "runs a text as code",
    "typing.get_type_hints": "runs a text as code",
    "pandas.eval": "runs a text as code",
    "types.CodeType": "makes code of its own",
    "types.FunctionType": "makes code of its own",
    "cProfile.run": "runs a text as code",
    "profile.run": "runs a text as code",
    "pickle": "reads objects that may hold code",
    "pickle.dump": NOTHING,
    "pickle.dumps": NOTHING,
    "pickle.HIGHEST_PROTOCOL": NOTHING,
    "torch.package": "reads objects that may hold code",
    "marshal": "reads objects that may hold code",
    "shelve": "reads objects that may hold code",
    "joblib.load": "reads objects that may hold code",
    "dill": "reads objects that may hold code",
    "cloudpickle": "reads objects that may hold code",
    "pandas.read_pickle": "reads objects that may hold code",
    "unittest.mock": "replaces what others use",
    "atexit": "leaves something to do at the end",
    "signal": "handles signals",
    "socket": "uses the network",
    "urllib": "uses the network",
    "requests": "uses the network",
    "subprocess": "starts other programs",
    "asyncio.create_subprocess_exec": "starts other programs",
    "asyncio.create_subprocess_shell": "starts other programs",
    "_posixsubprocess": "starts other programs",
    "os.system": "starts other programs",
    "os.popen": "starts other programs",
    "os.posix_spawn": "starts other programs",
    "os.posix_spawnp": "starts other programs",
    **{f"os.{way}{how}": "starts other programs" for way in ("exec", "spawn") for how in HOW_OF_OS},
    "os.fork": "forks",
    "os.kill": "sends signals",
    "os.killpg": "sends signals",
    "os._exit": "ends its process at once",
    "os.abort": "ends its process at once",
    "os.read": "reads from a descriptor",
    "os.write": "writes on a descriptor",
    "os.writev": "writes on a descriptor",
    "os.pwrite": "writes on a descriptor",
    "os.pwritev": "writes on a descriptor",
    "os.sendfile": "writes on a descriptor",
    "os.readv": "reads from a descriptor",
    "os.pread": "reads from a descriptor",
    "os.preadv": "reads from a descriptor",
    "io.FileIO": "opens a descriptor",
    "faulthandler": "ends its process at once, or writes on a descriptor",
    "os.dup": "copies a descriptor",
    "os.dup2": "copies a descriptor",
    "os.set_inheritable": "hands on a descriptor",
    "fcntl.fcntl": "handles descriptors",
    "os.fdopen": "opens a descriptor",
    "os.close": "closes descriptors",
    "os.closerange": "closes descriptors",
    "os.memfd_create": "makes a file without a name",
    "os.setuid": "changes its user",
    "os.setresuid": "changes its user",
    "os.setsid": "leaves its session",
    "os.environ": "looks at the environment",
    "resource.setrlimit": "changes its limits",
    "threading.settrace": "follows other code as it runs",
    "sklearn": LIBRARY,
    "scipy": LIBRARY,
}
FRAMES = {
    "f_back", "f_globals", "f_locals", "f_builtins", "tb_frame", "__globals__", "__subclasses__",
    "__builtins__", "__loader__", "__getattribute__", "__code__", "__self__", "__closure__", "cell_contents",
    "_global_forward_hooks", "_global_forward_pre_hooks", "_global_backward_hooks", "_optimizer_step_post_hooks",
}  # fmt: skip
DYNAMIC = {
    "exec": "runs a text as code",
    "eval": "runs a text as code",
    "compile": "makes code of a text",
    "__import__": "imports what is not written out",
}
ROADS = {"os", "sys", "posix", "builtins", "importlib", "ctypes", "subprocess", "socket"}  # also inside of others
# As a whole name: "/processed", a link to proceedings and a folder of one's own, "./proc", are none
PLACES = re.compile(
    r"(?<!\w)(?:(?<!~)(?<!(?<![./])\.)/(?:proc(?!\w)|sys/)|/dev/fd|recorded\.json|test_hidden(?!_)|rubric\.toml|grader\.(?:box|exercises))"
    r"|/grader(?![\w.-])"
)
OURS = {"grader", "solutions"}
OWN = "solutions.py"  # what students call a file of their own
OF_OWN = re.compile(r"solutions[. ](?!ex\d)")  # how signs begin that come of such a file
CHECK = ("grader", "grader.check")  # the second is what the sheets let a notebook call; the first leads to all else
HOLDS_CODE = {("allow_pickle", True), ("weights_only", False)}  # options of numpy.load and torch.load
OTHERS = frozenset({"torch", "numpy", "lecture", "grader", *sys.stdlib_module_names})


def told_by(name: str) -> Iterator[str]:
    """What a dotted name says: what it does, and whether it leads to another library by way of one."""
    if does := touched(name):
        yield f"{name} {does}"
    for position, part in enumerate(parts := name.split(".")):
        if position and part.strip("_") in ROADS:
            yield f"{name} goes a roundabout way to {part}"
            inner = ".".join([part.strip("_"), *parts[position + 1 :]])
            if does := touched(inner):
                yield f"{inner} {does}"


def touched(name: str) -> str:
    """What a dotted name does, as the table has it, or the nearest that it belongs to."""
    while name and name not in TOUCHES:
        name = name.rpartition(".")[0]
    return TOUCHES.get(name, NOTHING)
