"""Files that want to run code, crash, or take all memory. Payloads only write a marker file.

`files(folder)` gives name and content of each. Those that run a command are told the marker of
their own, so a test can say which got through.
"""

# ruff: noqa: E501, PLR0911, RET504 - tables of what is hostile
from __future__ import annotations

import bz2
import gzip
import io
import lzma
import pickle
import struct
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PROTO = b"\x80\x04"
STOP = b"."


def text(value: str) -> bytes:
    raw = value.encode()
    return b"X" + struct.pack("<I", len(raw)) + raw


def name(module: str, qualified: str) -> bytes:
    return text(module) + text(qualified) + b"\x93"


def line(module: str, qualified: str) -> bytes:
    return b"c" + module.encode() + b"\n" + qualified.encode() + b"\n"


def value(thing: Any) -> bytes:
    """Return the steps that push plain data, bytes of steps as they are."""
    if isinstance(thing, Steps):
        return thing.steps
    return pickle.dumps(thing, 4)[2:-1] if not isinstance(thing, tuple) else arguments(*thing)


class Steps:
    def __init__(self, steps: bytes) -> None:
        self.steps = steps


def arguments(*things: Any) -> bytes:
    return b"(" + b"".join(_plain(each) for each in things) + b"t"


def _plain(thing: Any) -> bytes:
    if isinstance(thing, Steps):
        return thing.steps
    if isinstance(thing, str):
        return text(thing)
    if isinstance(thing, bytes):
        return b"B" + struct.pack("<I", len(thing)) + thing
    if isinstance(thing, bool) or thing is None:
        return {True: b"\x88", False: b"\x89", None: b"N"}[thing]
    if isinstance(thing, int):
        return b"J" + struct.pack("<i", thing)
    if isinstance(thing, tuple):
        return arguments(*thing)
    if isinstance(thing, list):
        return b"](" + b"".join(_plain(each) for each in thing) + b"e"
    if isinstance(thing, dict):
        pairs = b"".join(_plain(key) + _plain(item) for key, item in thing.items())
        return b"}(" + pairs + b"u"
    raise TypeError(thing)


def call(module: str, qualified: str, *things: Any) -> bytes:
    return name(module, qualified) + arguments(*things) + b"R"


def whole(steps: bytes) -> bytes:
    return PROTO + steps + STOP


def _calls(marker: str) -> dict[str, bytes]:
    """Functions that run code, read or write, given arguments that would."""
    shell = f"touch {marker}"
    code = f"open({marker!r}, 'w').close()"
    argv = ["touch", marker]
    source = Steps(call("builtins", "compile", code, "x", "exec"))
    table: list[tuple[str, str, tuple[Any, ...]]] = [
        ("os", "system", (shell,)), ("posix", "system", (shell,)), ("nt", "system", (shell,)),
        ("os", "popen", (shell,)), ("os", "execv", ("/usr/bin/touch", argv)),
        ("os", "execvp", ("touch", argv)), ("os", "spawnv", (0, "/usr/bin/touch", argv)),
        ("os", "posix_spawn", ("/usr/bin/touch", argv, {})), ("posix", "posix_spawn", ("/usr/bin/touch", argv, {})),
        ("os", "fork", ()), ("os", "kill", (0, 0)), ("os", "abort", ()), ("os", "_exit", (3,)),
        ("os", "mkdir", (marker,)), ("os", "remove", (marker,)), ("os", "rename", (marker, marker)),
        ("os", "open", (marker, 65)), ("os", "mkfifo", (marker,)), ("os", "symlink", ("/", marker)),
        ("os", "putenv", ("A", "B")), ("os", "path.join", ("a", "b")), ("posixpath", "os.system", (shell,)),
        ("subprocess", "run", (argv,)), ("subprocess", "Popen", (argv,)), ("subprocess", "call", (argv,)),
        ("subprocess", "check_call", (argv,)), ("subprocess", "check_output", (argv,)),
        ("subprocess", "getoutput", (shell,)), ("subprocess", "getstatusoutput", (shell,)),
        ("_posixsubprocess", "fork_exec", ()),
        ("builtins", "eval", (code,)), ("builtins", "exec", (code,)), ("builtins", "exec", (source,)),
        ("builtins", "compile", (code, "x", "exec")), ("builtins", "__import__", ("os",)),
        ("builtins", "getattr", ("", "join")), ("builtins", "setattr", ([], "a", 1)),
        ("builtins", "open", (marker, "w")), ("builtins", "input", ()), ("builtins", "breakpoint", ()),
        ("builtins", "map", (Steps(name("os", "system")), [shell])),
        ("builtins", "filter", (Steps(name("os", "system")), [shell])), ("builtins", "globals", ()),
        ("builtins", "vars", ()), ("builtins", "type", ("A", (), {})), ("builtins", "delattr", ([], "a")),
        ("builtins", "classmethod", (1,)), ("builtins", "memoryview", (b"a",)), ("builtins", "help", ()),
        ("builtins", "bytearray", (2**31 - 1,)), ("builtins", "bytes", (2**31 - 1,)), ("builtins", "list", ("ab",)),
        ("__builtin__", "eval", (code,)), ("__builtin__", "execfile", (marker,)), ("__builtin__", "apply", (1,)),
        ("io", "open", (marker, "w")), ("_io", "open", (marker, "w")), ("_io", "FileIO", (marker, "w")),
        ("io", "open_code", (marker,)), ("codecs", "open", (marker, "w")), ("pathlib", "Path.touch", (marker,)),
        ("tempfile", "mktemp", ()), ("tempfile", "NamedTemporaryFile", ()), ("fileinput", "input", (marker,)),
        ("runpy", "run_path", (marker,)), ("runpy", "_run_code", (source, {})), ("runpy", "run_module", ("this",)),
        ("pty", "spawn", (argv,)), ("pty", "os.system", (shell,)), ("code", "InteractiveInterpreter", ()),
        ("code", "interact", ()), ("codeop", "compile_command", (code,)), ("timeit", "timeit", (code,)),
        ("timeit", "main", ([code],)), ("timeit", "repeat", (code,)), ("timeit", "Timer", (code,)),
        ("cProfile", "run", (code,)), ("cProfile", "runctx", (code, {}, {})), ("profile", "run", (code,)),
        ("profile", "Profile.run", (code,)), ("pdb", "run", (code,)), ("pdb", "runeval", (code,)),
        ("bdb", "Bdb.run", (code,)), ("bdb", "Bdb", ()), ("trace", "Trace", ()), ("trace", "Trace.run", (code,)),
        ("importlib", "import_module", ("os",)), ("importlib", "__import__", ("os",)), ("imp", "load_source", ("a", marker)),
        ("importlib.machinery", "SourceFileLoader", ("a", marker)), ("zipimport", "zipimporter", (marker,)),
        ("importlib._bootstrap_external", "SourceFileLoader", ("a", marker)), ("pkgutil", "resolve_name", ("os:system",)),
        ("importlib.util", "spec_from_file_location", ("a", marker)), ("pydoc", "locate", ("os.system",)),
        ("pydoc", "pipepager", ("", shell)), ("pydoc", "tempfilepager", ("", shell)), ("pydoc", "safeimport", ("os",)),
        ("operator", "attrgetter", ("system",)), ("operator", "methodcaller", ("system", shell)),
        ("operator", "itemgetter", (0,)), ("operator", "call", (Steps(name("os", "system")), shell)),
        ("_operator", "attrgetter", ("system",)), ("_operator", "methodcaller", ("system", shell)),
        ("functools", "partial", (Steps(name("os", "system")), shell)), ("functools", "reduce", (1, [1])),
        ("_functools", "partial", (Steps(name("os", "system")), shell)), ("functools", "cached_property", (1,)),
        ("functools", "partialmethod", (1,)), ("functools", "singledispatch", (1,)),
        ("itertools", "starmap", (Steps(name("os", "system")), [(shell,)])), ("itertools", "accumulate", ([1],)),
        ("types", "FunctionType", (source, {})), ("types", "CodeType", ()), ("types", "MethodType", (1, 2)),
        ("types", "ModuleType", ("a",)), ("types", "SimpleNamespace", ()), ("types", "new_class", ("A",)),
        ("types", "DynamicClassAttribute", ()), ("marshal", "loads", (b"N",)), ("marshal", "load", ()),
        ("ctypes", "CDLL", ("libc.so.6",)), ("ctypes", "cdll.LoadLibrary", ("libc.so.6",)), ("_ctypes", "dlopen", ("x", 0)),
        ("ctypes", "CFUNCTYPE", ()), ("ctypes", "string_at", (0,)), ("ctypes", "memmove", (0, 0, 1)),
        ("shutil", "copyfile", ("/etc/hostname", marker)), ("shutil", "rmtree", (marker,)), ("shutil", "move", ("a", marker)),
        ("shutil", "unpack_archive", (marker,)), ("shutil", "make_archive", (marker, "zip")),
        ("webbrowser", "open", ("file:///",)), ("webbrowser", "BackgroundBrowser", (argv,)), ("antigravity", "geohash", ()),
        ("asyncio", "create_subprocess_shell", (shell,)), ("asyncio.subprocess", "create_subprocess_exec", ("touch", marker)),
        ("asyncio", "run", ()), ("asyncio.unix_events", "_UnixSubprocessTransport._start", ()),
        ("asyncio.base_events", "BaseEventLoop", ()), ("multiprocessing", "Process", ()), ("multiprocessing.util", "spawnv_passfds", (b"/usr/bin/touch", [], [])),
        ("multiprocessing.pool", "Pool", ()), ("multiprocessing.reduction", "ForkingPickler", ()),
        ("multiprocessing.managers", "BaseManager", ()), ("threading", "Thread", ()), ("_thread", "start_new_thread", ()),
        ("threading", "Timer", (0, 1)), ("concurrent.futures", "ThreadPoolExecutor", ()), ("sched", "scheduler", ()),
        ("atexit", "register", (Steps(name("os", "system")), shell)), ("signal", "signal", (2, 0)), ("weakref", "finalize", ()),
        ("logging.config", "dictConfig", ({},)), ("logging.config", "fileConfig", (marker,)), ("logging", "FileHandler", (marker,)),
        ("logging.config", "listen", ()), ("logging.handlers", "SocketHandler", ("localhost", 1)),
        ("smtplib", "SMTP", ("localhost",)), ("urllib.request", "urlopen", ("file:///etc/hostname",)), ("http.client", "HTTPSConnection", ("x",)),
        ("urllib.request", "urlretrieve", ("file:///etc/hostname", marker)), ("socket", "socket", ()), ("socket", "create_connection", (("localhost", 1),)),
        ("ftplib", "FTP", ("localhost",)), ("imaplib", "IMAP4_stream", (shell,)), ("telnetlib", "Telnet", ("localhost",)),
        ("sqlite3", "connect", (marker,)), ("_sqlite3", "connect", (marker,)), ("sqlite3", "Connection.load_extension", (marker,)),
        ("dbm", "open", (marker, "c")), ("shelve", "open", (marker,)), ("doctest", "run_docstring_examples", (1, 2)),
        ("doctest", "debug_script", (code,)), ("doctest", "testsource", ("a", "b")), ("unittest", "main", ()), ("unittest.loader", "TestLoader.discover", ("/",)),
        ("unittest.mock", "_importer", ("os",)), ("unittest.mock", "patch", ("os.system",)), ("test.support.script_helper", "assert_python_ok", ("-c", code)),
        ("_interpreters", "run_string", (0, code)), ("_xxsubinterpreters", "run_string", (0, code)), ("_testcapi", "run_in_subinterp", (code,)),
        ("distutils.spawn", "spawn", (argv,)), ("distutils.file_util", "write_file", (marker, ["x"])), ("distutils.core", "run_setup", (marker,)),
        ("setuptools", "sandbox.run_setup", (marker, [])), ("setuptools.command.easy_install", "main", ()), ("pkg_resources", "run_script", ()),
        ("pip", "main", (["install", "x"],)), ("pip._internal", "main", (["list"],)), ("pip._internal.cli.main", "main", (["list"],)),
        ("pip._vendor.distlib.scripts", "ScriptMaker", ()), ("venv", "create", (marker,)), ("ensurepip", "_run_pip", (["list"],)), ("ensurepip", "bootstrap", ()),
        ("idlelib.pyshell", "main", ()), ("idlelib.autocomplete", "AutoComplete.get_entity", (code,)), ("idlelib.calltip", "get_entity", (code,)),
        ("idlelib.debugobj", "ObjectTreeItem.SetText", ()), ("idlelib.run", "Executive.runcode", (source,)), ("lib2to3.pgen2.grammar", "Grammar.loads", (b"x",)), ("lib2to3.pgen2.pgen", "ParserGenerator", (marker,)),
        ("gdb", "execute", (shell,)), ("commands", "getoutput", (shell,)), ("site", "addsitedir", (marker,)), ("site", "execusercustomize", ()),
        ("linecache", "getlines", ("/etc/hostname",)), ("inspect", "getsource", ()), ("gc", "get_objects", ()), ("sys", "modules.clear", ()),
        ("sys", "setrecursionlimit", (1,)), ("sys", "exit", (0,)), ("sys", "settrace", (None,)), ("sys", "_getframe", ()), ("faulthandler", "_sigsegv", ()),
        ("resource", "setrlimit", (0, (0, 0))), ("mmap", "mmap", (-1, 10)), ("array", "array", ("b", b"x")), ("array", "_array_reconstructor", ()),
        ("tarfile", "open", (marker,)), ("zipfile", "ZipFile", (marker, "w")), ("gzip", "open", (marker, "w")), ("bz2", "open", (marker, "w")), ("lzma", "open", (marker, "w")),
        ("xml.etree.ElementTree", "parse", (marker,)), ("xmlrpc.client", "ServerProxy", ("x",)), ("plistlib", "load", ()), ("configparser", "ConfigParser", ()),
        ("pickle", "loads", (b"N.",)), ("_pickle", "loads", (b"N.",)), ("pickle", "Unpickler", ()), ("copyreg", "pickle", (1, 2)), ("copyreg", "add_extension", ("os", "system", 1)),
        ("copyreg", "__newobj_ex__", (1, (), {})), ("copyreg", "_reconstructor", (Steps(name("subprocess", "Popen")), Steps(name("builtins", "object")), None)),
        ("copyreg", "_reconstructor", (Steps(name("builtins", "set")), Steps(name("builtins", "set")), [1])), ("copyreg", "__newobj__", (Steps(name("subprocess", "Popen")), argv)),
        ("dataclasses", "make_dataclass", ("A", [])), ("collections", "namedtuple", ("A", "b")), ("collections", "UserDict", ()), ("enum", "Enum", ("A", "b")), ("typing", "get_type_hints", ()),
        ("typing", "ForwardRef", (code,)), ("contextlib", "ExitStack", ()), ("ast", "literal_eval", ("1",)), ("string", "Formatter", ()), ("re", "compile", ("(a+)+",)), ("re", "_compile", ("a", 0)),
        ("random", "Random", ()), ("time", "sleep", (600,)), ("ssl", "create_default_context", ()), ("getpass", "getpass", ()), ("platform", "_syscmd_ver", ()), ("uuid", "_get_command_stdout", ("touch", marker)),
        ("turtle", "Screen", ()), ("tkinter", "Tk", ()), ("curses", "initscr", ()), ("readline", "write_history_file", (marker,)), ("compileall", "compile_dir", ("/",)), ("py_compile", "compile", (marker,)),
        ("zipapp", "create_archive", (marker,)), ("wsgiref.simple_server", "make_server", ("", 0)), ("socketserver", "TCPServer", ()), ("xmlrpc.server", "SimpleXMLRPCServer", ()), ("modulefinder", "ModuleFinder", ()),
        # numpy, scipy, pandas, scikit-learn, torch, joblib
        ("numpy", "load", (marker,)), ("numpy", "save", (marker, [1])), ("numpy", "savetxt", (marker, [1])), ("numpy", "fromfile", (marker,)), ("numpy", "memmap", (marker,)), ("numpy", "loadtxt", (marker,)),
        ("numpy", "genfromtxt", (marker,)), ("numpy", "fromregex", (marker, "a", "b")), ("numpy", "vectorize", (1,)), ("numpy", "apply_along_axis", (1, 0, [1])), ("numpy", "frompyfunc", (1, 1, 1)), ("numpy", "fromfunction", (1, (1,))),
        ("numpy", "piecewise", ([1], [1], [1])), ("numpy", "zeros", (2**31 - 1,)), ("numpy", "array", ([1],)), ("numpy", "ndarray", ((2**31 - 1, 2**31 - 1),)), ("numpy", "float64", (1,)), ("numpy", "log", ([1],)), ("numpy", "DataSource", (marker,)),
        ("numpy.lib.npyio", "NpzFile", (marker,)), ("numpy.lib._datasource", "open", (marker,)), ("numpy.lib.format", "open_memmap", (marker, "w+")), ("numpy.testing._private.utils", "runstring", (code, {})), ("numpy.testing", "rundocs", (marker,)), ("numpy.testing._private.utils", "measure", (code,)),
        ("numpy.f2py", "compile", (code,)), ("numpy.f2py", "run_main", (["x"],)), ("numpy.f2py.crackfortran", "param_eval", (code, {}, {})), ("numpy.f2py.crackfortran", "_eval_length", (code, {})), ("numpy.f2py.crackfortran", "getlincoef", (code, {})), ("numpy.f2py.capi_maps", "getinit", ("a", {"init": code})),
        ("numpy.f2py.f2py2e", "run_main", (["x"],)), ("numpy.distutils.exec_command", "exec_command", (shell,)), ("numpy.ctypeslib", "load_library", ("c", "/")), ("numpy.ma.core", "_mareconstruct", (1, 2, 3, 4)), ("numpy._core.multiarray", "_reconstruct", (Steps(name("os", "system")), (0,), b"b")),
        ("numpy.core.multiarray", "_reconstruct", (Steps(name("numpy", "ndarray")), (2**31 - 1, 2**31 - 1), b"b")), ("numpy._core.multiarray", "scalar", (1, 2)), ("numpy._core._ufunc_reconstruct".rpartition(".")[0], "_ufunc_reconstruct", ("os", "system")), ("numpy._core.records", "fromfile", (marker,)),
        ("scipy", "io.loadmat", (marker,)), ("scipy.io", "loadmat", (marker,)), ("scipy.weave", "inline", (code,)), ("scipy.sparse", "load_npz", (marker,)), ("scipy.optimize", "minimize", (1, 2)), ("scipy.LowLevelCallable", "from_cython", ()), ("scipy._lib._ccallback", "LowLevelCallable", ()),
        ("scipy.stats._distn_infrastructure", "rv_continuous", ()), ("scipy.datasets", "face", ()), ("scipy.integrate", "quad", (1, 2, 3)),
        ("pandas", "eval", (f"@__import__('os').system({shell!r})",)), ("pandas", "read_pickle", (marker,)), ("pandas", "read_csv", (marker,)), ("pandas", "read_hdf", (marker,)), ("pandas.io.pickle", "read_pickle", (marker,)), ("pandas.core.computation.eval", "eval", (code,)),
        ("pandas", "DataFrame", ()), ("pandas", "DataFrame.query", (code,)), ("pandas", "DataFrame.to_pickle", (marker,)), ("pandas.io.common", "get_handle", (marker, "w")), ("pandas.compat.pickle_compat", "load", (marker,)), ("pandas._libs.internals", "_unpickle_block", (1, 2, 3)), ("pandas.core.indexes.base", "_new_Index", (Steps(name("os", "system")), {})),
        ("sklearn.datasets", "load_files", ("/",)), ("sklearn.datasets", "fetch_openml", ()), ("sklearn.datasets._base", "_fetch_remote", ()), ("sklearn.datasets", "load_svmlight_file", (marker,)), ("sklearn.utils.fixes", "_open_text", ()), ("sklearn.utils._testing", "TempMemmap", ()), ("sklearn.utils", "deprecated", ()), ("sklearn.externals._packaging.version", "parse", ("1",)),
        ("sklearn.linear_model", "LogisticRegression", ()), ("sklearn.base", "clone", (1,)), ("sklearn.utils.metaestimators", "available_if", (1,)), ("sklearn.utils.estimator_checks", "check_estimator", (1,)), ("sklearn.model_selection", "cross_validate", (1,)), ("sklearn.preprocessing._function_transformer", "_identity", (1,)), ("sklearn.tree._tree", "Tree", (1, 2, 3)),
        ("sklearn.neighbors._kd_tree", "newObj", (Steps(name("subprocess", "Popen")),)), ("sklearn.metrics._dist_metrics", "newObj", (Steps(name("subprocess", "Popen")),)), ("sklearn.metrics.pairwise", "pairwise_distances", (1,)), ("sklearn.utils.parallel", "delayed", (1,)), ("sklearn", "show_versions", ()), ("sklearn.conftest", "pyplot", ()),
        ("torch", "load", (marker,)), ("torch", "save", ([1], marker)), ("torch.jit", "load", (marker,)), ("torch.hub", "load", ("x", "y")), ("torch.hub", "load_state_dict_from_url", ("x",)), ("torch.utils.cpp_extension", "load", ("a", [marker])), ("torch.utils.cpp_extension", "load_inline", ("a", code)), ("torch.storage", "_load_from_bytes", (b"x",)), ("torch.serialization", "load", (marker,)),
        ("torch.utils.bottleneck.__main__", "run_cprofile", (source, {})), ("torch.utils.bottleneck.__main__", "run_autograd_prof", (source, {})), ("torch.utils._config_module", "load_config", (marker,)), ("torch.distributed.rpc.internal", "_run_function", (1,)), ("torch.utils.collect_env", "run", (shell,)), ("torch._inductor.codecache", "compile_file", (marker,)), ("torch.fx.graph_module", "_forward_from_src", (code, {})), ("torch.fx.graph_module", "reduce_graph_module", ({},)), ("torch.jit.unsupported_tensor_ops", "execWrapper", (code, {}, {})),
        ("torch._utils", "_rebuild_tensor_v2", (1, 0, (1,), (1,), False, {})), ("torch._utils", "_rebuild_parameter", (1, True, {})), ("torch.nn.modules.container", "Sequential", ()), ("torch.package", "PackageImporter", (marker,)), ("torch.ops", "load_library", (marker,)), ("torch", "ops.load_library", (marker,)), ("torch.classes", "load_library", (marker,)), ("torch._dynamo.guards", "GuardBuilder.get", (code,)), ("torch.utils.data.datapipes.utils.decoder", "basichandlers", ("pickle", b"x")),
        ("joblib", "load", (marker,)), ("joblib", "dump", ([1], marker)), ("joblib", "Memory", (marker,)), ("joblib.memory", "Memory", (marker,)), ("joblib.numpy_pickle", "load", (marker,)), ("joblib.parallel", "Parallel", ()), ("joblib.externals.loky.backend.popen_loky_posix", "main", ()), ("joblib.externals.cloudpickle.cloudpickle", "_make_function", ()), ("cloudpickle.cloudpickle", "_builtin_type", ("CodeType",)), ("joblib.numpy_pickle_compat", "ZNDArrayWrapper", ()), ("joblib.numpy_pickle_utils", "_read_fileobject", ()), ("joblib._utils", "eval_expr", ("1",)), ("dill._dill", "_create_code", ()), ("dill", "loads", (b"x",)),
        ("xgboost.core", "Booster", ({}, (), marker)), ("lightgbm.basic", "Booster", ()), ("xgboost.compat", "import_cupy", ()), ("skops.io", "load", (marker,)), ("skops.io._utils", "_import_obj", ("os", "system")), ("onnx", "load", (marker,)), ("safetensors.torch", "load_file", (marker,)), ("tensorflow", "keras.models.load_model", (marker,)), ("keras", "Lambda", (code,)), ("IPython", "embed", ()), ("yaml", "unsafe_load", (code,)), ("aiohttp", "web.run_app", ()), ("requests", "get", ("http://x",)), ("httplib", "HTTPConnection", ("x",)), ("bs4", "os.system", (shell,)),
    ]  # fmt: skip
    found: dict[str, bytes] = {}
    for module, qualified, given in table:
        label = f"call-{module}.{qualified}"
        label = f"{label}-{len(found)}" if label in found else label
        found[label] = whole(call(module, qualified, *given))
    return found


def _gadgets(marker: str) -> dict[str, bytes]:
    """NEWOBJ, BUILD, memo, and the old opcodes."""
    shell = f"touch {marker}"
    system = line("os", "system")
    scaler = name("sklearn.preprocessing._data", "StandardScaler")
    made = scaler + b")\x81"
    popen = name("subprocess", "Popen")
    state = lambda **parts: _plain(parts)  # noqa: E731
    array = (
        name("numpy._core.multiarray", "_reconstruct")
        + arguments(Steps(name("numpy", "ndarray")), (0,), b"b")
        + b"R"
    )
    dtype = (
        call("numpy", "dtype", "f8", False, True)
        + arguments(3, "<", None, None, None, -1, -1, 0)
        + b"b"
    )
    objects = (
        call("numpy", "dtype", "O8", False, True)
        + arguments(3, "|", None, None, None, -1, -1, 63)
        + b"b"
    )
    function = Steps(name("sklearn.metrics._classification", "accuracy_score"))
    return {
        "text-protocol-0": system + b"(V" + shell.encode() + b"\ntR.",
        "text-protocol-0-string": system + b"(S'" + shell.encode() + b"'\ntR.",
        "binary-global": b"\x80\x02" + system + arguments(shell) + b"R.",
        "inst": b"(V" + shell.encode() + b"\nios\nsystem\n.",
        "inst-allowed-class": b"(isklearn.preprocessing._data\nStandardScaler\n.",
        "obj": b"(" + system + b"V" + shell.encode() + b"\no.",
        "obj-allowed-class": b"(" + line("sklearn.preprocessing._data", "StandardScaler") + b"o.",
        "ext1": PROTO + b"\x82\x01" + STOP, "ext2": PROTO + b"\x83\x01\x00" + STOP, "ext4": PROTO + b"\x84\x01\x00\x00\x00" + STOP,
        "persid": b"Pos.system\n.", "binpersid": PROTO + text("x") + b"Q" + STOP,
        "newobj-popen": whole(popen + arguments(["touch", marker]) + b"\x81"),
        "newobj-ex-popen": whole(popen + arguments(["touch", marker]) + b"}\x92"),
        "newobj-of-a-function": whole(name("numpy", "mean") + b")\x81"),
        "newobj-of-an-object": whole(made + b")\x81"),
        "newobj-with-arguments": whole(scaler + arguments(1) + b"\x81"),
        "newobj-ex-with-keywords": whole(scaler + b")" + state(a=1) + b"\x92"),
        "newobj-type": whole(name("builtins", "type") + arguments("A", (), {}) + b"\x81"),
        "newobj-of-a-mixin": whole(name("sklearn.base", "TransformerMixin") + b")\x81"),
        "newobj-of-no-estimator": whole(name("sklearn.tree._export", "Sentinel") + b")\x81"),
        "newobj-of-a-name-imported-there": whole(name("sklearn.pipeline", "Bunch") + b")\x81"),
        "newobj-of-a-private-module": whole(name("sklearn.utils._mocking", "CheckingClassifier") + b")\x81"),
        "reduce-of-an-object": whole(made + b")R"), "reduce-of-text": whole(text("os.system") + b")R"),
        "reduce-of-an-estimator": whole(scaler + b")R"), "reduce-without-a-tuple": whole(name("builtins", "set") + b"]R"),
        "reduce-of-a-value": whole(name("numpy", "mean") + arguments([1]) + b"R"),
        "build-a-class": whole(scaler + state(a=1) + b"b"),
        "build-a-value": whole(name("numpy", "mean") + state(a=1) + b"b"),
        "build-a-float-class": whole(name("numpy", "float64") + state(a=1) + b"b"),
        "build-a-dict": whole(b"}" + state(a=1) + b"b"), "build-a-text": whole(text("a") + state(a=1) + b"b"),
        "build-twice": whole(made + state(a=1) + b"b" + state(a=2) + b"b"),
        "build-a-dunder": whole(made + _plain({"__class__": Steps(popen)}) + b"b"),
        "build-a-dunder-of-data": whole(made + _plain({"__class__": 1}) + b"b"),
        "build-setstate": whole(made + _plain({"__setstate__": Steps(name("os", "system"))}) + b"b" + text(shell) + b"b"),
        "build-setstate-of-a-value": whole(made + _plain({"__setstate__": Steps(name("builtins", "dict"))}) + b"b"),
        "build-reduce-ex": whole(made + _plain({"__reduce_ex__": function}) + b"b"),
        "build-dict": whole(made + _plain({"__dict__": {}}) + b"b"),
        "build-slots": whole(made + arguments(None, {"__class__": 1}) + b"b"),
        "build-slots-of-a-helper": whole(name("sklearn._loss.link", "LogLink") + b")\x81" + arguments(None, {"link": 1}) + b"b"),
        "build-number-names": whole(made + b"}K\x01K\x01sb"),
        "build-memory": whole(name("sklearn.pipeline", "Pipeline") + b")\x81" + state(memory=marker) + b"b"),
        "function-in-a-transformer": whole(name("sklearn.preprocessing._function_transformer", "FunctionTransformer") + b")\x81" + _plain({"func": Steps(name("os", "system"))}) + b"b"),
        "eval-in-a-transformer": whole(name("sklearn.preprocessing._function_transformer", "FunctionTransformer") + b")\x81" + _plain({"func": Steps(name("builtins", "eval"))}) + b"b"),
        "load-in-a-transformer": whole(name("sklearn.preprocessing._function_transformer", "FunctionTransformer") + b")\x81" + _plain({"func": Steps(name("numpy", "load"))}) + b"b"),
        "constructor-as-a-value": whole(_plain([Steps(name("numpy._core.multiarray", "_reconstruct"))])),
        "estimator-class-as-a-value": whole(scaler), "estimator-class-in-a-dict": whole(_plain({"a": Steps(scaler)})),
        "estimator-class-in-a-tuple-in-a-list": whole(_plain([(Steps(scaler),)])),
        "function-in-an-array": whole(array + arguments(1, (1,), Steps(objects), False, [Steps(name("os", "system"))]) + b"b"),
        "default-factory": whole(call("collections", "defaultdict", Steps(name("os", "getcwd")))),
        "default-factory-of-a-constructor": whole(call("collections", "defaultdict", Steps(name("collections", "deque")))),
        "default-factory-of-an-object": whole(call("collections", "defaultdict", Steps(made))),
        "partial-of-a-value": whole(call("functools", "partial", Steps(name("numpy", "mean")))),
        "partial-built": whole(call("functools", "partial", Steps(name("sklearn.utils.validation", "check_array"))) + arguments(Steps(name("os", "system")), (), {}, None) + b"b" ),
        "partial-with-arguments": whole(call("functools", "partial", Steps(name("sklearn.utils.validation", "check_array"))) + arguments(1, (1,), {"estimator": 1}, None) + b"b"),
        "dotted-stack-global": whole(name("sklearn.base", "os.system") + arguments(shell) + b"R"),
        "dotted-allowed-module": whole(name("numpy", "core.multiarray._reconstruct") + b")R"),
        "dotted-dunder": whole(name("numpy", "ndarray.__class__") + b")R"), "dunder-name": whole(name("numpy", "__builtins__") + b")R"),
        "dotted-global-line": b"\x80\x02" + line("numpy", "f2py.os.system") + arguments(shell) + b"R.",
        "module-as-a-name": whole(name("sklearn", "linear_model")), "empty-names": whole(name("", "")), "names-with-spaces": whole(name("os ", " system") + b")R"),
        "names-with-lines": whole(name("os\n", "system") + arguments(shell) + b"R"), "full-width-names": whole(name("\uff4f\uff53", "system") + arguments(shell) + b"R"),
        "relative-module": whole(name(".os", "system") + b")R"), "stack-global-of-numbers": whole(b"K\x01K\x02\x93"), "stack-global-of-bytes": whole(b"C\x02osC\x06system\x93"),
        "memo-hides-the-name": whole(text("system") + b"\x94" + b"0" + text("os") + b"h\x00\x93" + arguments(shell) + b"R"),
        "memo-overwritten": whole(text("a") + b"q\x000" + text("system") + b"q\x000" + text("os") + b"h\x00\x93" + arguments(shell) + b"R"),
        "memo-missing": whole(b"h\x07"), "memo-huge": whole(b"Nr\xff\xff\xff\xff" + b"h\x07"), "put-huge": b"Np99999999999999999999\ng7\n.",
        "dup-then-reduce": whole(name("os", "system") + b"2" + b"0" + arguments(shell) + b"R"), "popped-but-run": whole(call("os", "system", shell) + b"0N"),
        "popped-mark-but-run": whole(b"(" + call("os", "system", shell) + b"1N"), "run-inside-a-key": whole(b"}" + call("os", "system", shell) + b"Ns"),
        "draft-dtype-as-a-value": whole(call("numpy", "dtype", "f8", False, True)), "draft-array-in-a-list": whole(_plain([Steps(array)])),
        "dtype-rebuilt": whole(dtype + arguments(3, "<", None, ("a",), {"a": (Steps(objects), 0)}, 8, 1, 0) + b"b"),
        "dtype-with-objects-inside": whole(call("numpy", "dtype", "V8", False, True) + arguments(3, "|", None, ("a",), {"a": (Steps(objects), 0)}, 8, 1, 27) + b"b"),
        "dtype-fields-beyond": whole(call("numpy", "dtype", "V8", False, True) + arguments(3, "|", None, ("a",), {"a": (Steps(dtype), 4)}, 8, 1, 0) + b"b"),
        "dtype-from-text": whole(call("numpy", "dtype", "f8,O,i4", False, True) + arguments(3, "<", None, None, None, -1, -1, 0) + b"b"),
        "array-of-objects-from-bytes": whole(array + arguments(1, (1,), Steps(objects), False, b"AAAAAAAA") + b"b"),
        "array-larger-than-its-bytes": whole(array + arguments(1, (9,), Steps(dtype), False, b"AAAAAAAA") + b"b"),
        "array-of-negative-size": whole(array + arguments(1, (-1, -1), Steps(dtype), False, b"AAAAAAAA") + b"b"),
        "array-of-2-60": whole(array + arguments(1, (Steps(b"\x8a\x08" + struct.pack("<q", 2**60)),), Steps(dtype), False, b"AAAAAAAA") + b"b"),
        "array-of-a-wrapped-product": whole(array + arguments(1, (Steps(b"\x8a\x08" + struct.pack("<q", 2**61)), 8), Steps(dtype), False, b"") + b"b"),
        "array-of-numbers-from-a-list": whole(array + arguments(1, (1,), Steps(dtype), False, [1]) + b"b"),
        "array-built-twice": whole(array + arguments(1, (1,), Steps(dtype), False, b"AAAAAAAA") + b"b" + arguments(1, (1,), Steps(dtype), False, b"AAAAAAAA") + b"b"),
        "function-imported-there": whole(_plain([Steps(name("sklearn.metrics.pairwise", "partial"))])),
        "array-of-nothing": whole(array + arguments(1, (Steps(b"\x8a\x08" + struct.pack("<q", 2**60)),), Steps(call("numpy", "dtype", "V0", False, True) + arguments(3, "|", None, None, None, 0, 1, 0) + b"b"), False, b"") + b"b"),
        "codec": whole(call("_codecs", "encode", "ab", "rot13")), "codec-idna": whole(call("_codecs", "encode", "ab" * 9000, "idna")), "getattr-of-a-zone": whole(call("builtins", "getattr", Steps(name("zoneinfo", "ZoneInfo")), "__init__")),
        "zone-of-a-path": whole(b"" + call("builtins", "getattr", Steps(name("zoneinfo", "ZoneInfo")), "_unpickle") + arguments("../../../etc/hostname", 1) + b"R"),
        "extend-an-estimator": whole(made + b"(NNe"), "set-items-of-an-estimator": whole(made + b"(NNu"), "add-to-an-estimator": whole(made + b"(N\x90"),
        "estimator-as-a-key": whole(b"}" + made + b"Ns"), "list-as-a-key": whole(b"}]Ns"), "extend-a-bytearray": whole(call("builtins", "bytearray", b"a") + b"(K\x01e"),
        "distribution-with-code": whole(name("scipy.stats._continuous_distns", "norm_gen") + b")\x81" + _plain({"name": "no", "_parse_arg_template": f"open({marker!r},'w')"}) + b"b"),
        "xgboost-address": whole(name("xgboost.core", "Booster") + b")\x81" + _plain({"handle": 1234567}) + b"b"), "lightgbm-address": whole(name("lightgbm.basic", "Booster") + b")\x81" + _plain({"_handle": 1234567}) + b"b"),
        "lightgbm-other-address": whole(name("lightgbm.basic", "Booster") + b")\x81" + _plain({"_handle": None, "handle": 7}) + b"b"), "lightgbm-network": whole(name("lightgbm.basic", "Booster") + b")\x81" + _plain({"_handle": "tree\n", "_network": True}) + b"b"),
        "random-position": whole(call("numpy.random._pickle", "__bit_generator_ctor", "MT19937") + _plain({"bit_generator": "MT19937", "state": {"key": [1] * 624, "pos": 2**30}}) + b"b"),
        "table-of-other-parts": whole(name("pandas", "DataFrame") + b")\x81" + _plain({"_mgr": 1, "_typ": "dataframe"}) + b"b"),
        "concatenated": whole(b"N") + whole(call("os", "system", shell)), "trailing-byte": whole(b"N") + b"\0", "two-stops": whole(b"N") + b".",
        "two-objects-at-the-end": whole(b"NN"), "mark-at-the-end": whole(b"(N"), "nothing-at-the-end": whole(b""), "nothing": b"", "protocol-6": b"\x80\x06N.", "protocol-255": b"\x80\xffN.", "unknown-opcode": whole(b"\xff"),
        "broken-text": whole(b"X\x02\x00\x00\x00\xff\xff"), "float-of-text": b"Fabc\n.", "int-of-text": b"Ixyz\n.", "long-of-digits": b"L" + b"9" * 100_000 + b"L\n.", "escape": b"S'\\x'\n.", "no-line-end": b"Vabc",
        "buffer-missing": b"\x80\x05\x97.", "readonly-of-a-list": b"\x80\x05]\x98.", "frame-beyond": PROTO + b"\x95" + struct.pack("<Q", 2**40) + b"N.", "dict-of-odd": b"(NNNd.", "set-items-of-odd": whole(b"}(NNNu"), "pop-nothing": whole(b"00N"), "append-to-nothing": whole(b"Na"),
    }  # fmt: skip


def _cves(marker: str) -> dict[str, bytes]:
    """Published ways around scanners and restricted loaders."""
    shell = f"touch {marker}"
    run = whole(call("os", "system", shell))
    archive = _zip({"m/data.pkl": run, "m/version": b"3\n"})
    return {
        # picklescan: a list of what is bad does not know pip; a stream broken after the deed;
        # wrong flags or checksums; a submodule of a listed module.
        "CVE-2025-1716-picklescan-pip": whole(call("pip", "main", ["install", "x"])),
        "CVE-2025-10155-picklescan-suffix.pt": run,
        "CVE-2025-10156-picklescan-crc.zip": archive.replace(
            struct.pack("<I", zlib.crc32(run)), b"\0\0\0\0"
        ),
        "CVE-2025-10157-picklescan-submodule": whole(
            call("asyncio.unix_events", "_UnixSubprocessTransport._start", [], shell)
        ),
        "picklescan-ssl": whole(call("ssl", "get_server_certificate", ("x", 443))),
        "picklescan-broken-after-the-deed": PROTO + call("os", "system", shell) + b"\xff\xff",
        "picklescan-flags.zip": _flagged(archive),
        # fickling: modules it did not list.
        "CVE-2026-22612-fickling-builtins": whole(
            call("builtins", "getattr", Steps(call("builtins", "__import__", "os")), "system")
            + arguments(shell)
            + b"R"
        ),
        "GHSA-mhc9-48gj-9gp3-fickling-build-at-the-end": whole(call("os", "system", shell) + b"}b"),
        "fickling-marshal-types": whole(
            call("types", "FunctionType", Steps(call("marshal", "loads", b"N")), {})
        ),
        "fickling-pty": whole(call("pty", "spawn", ["touch", marker])),
        "fickling-runpy": whole(call("runpy", "run_path", marker)),
        "fickling-cprofile": whole(call("cProfile", "run", shell)),
        "CVE-2026-22608-fickling-ctypes-pydoc": whole(call("ctypes", "CDLL", "libc.so.6")),
        "fickling-importlib": whole(call("importlib", "import_module", "os")),
        # skops: a type is checked, and another attribute is then called.
        "CVE-2025-54412-skops-operator": whole(call("operator", "methodcaller", "system", shell)),
        "CVE-2025-54413-skops-method": whole(
            call("builtins", "getattr", Steps(name("sklearn.base", "BaseEstimator")), "__class__")
        ),
        "CVE-2025-54886-skops-card": whole(call("joblib", "load", marker)),
        # torch: weights_only did not hold for the legacy tar format, nor for TorchScript.
        "CVE-2025-32434-torch-tar.tar": b"storages" + b"\0" * 92 + b"0000644\0" + b"\0" * 512 + run,
        "CVE-2025-32434-torch-legacy.zip": b"\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03."
        + run,
        "torch-script.zip": _zip({"m/data.pkl": whole(b"N"), "m/code/__torch__.py": b"import os"}),
    }


def _flagged(archive: bytes) -> bytes:
    at = archive.index(b"PK\x01\x02")
    return archive[: at + 8] + b"\x01\0" + archive[at + 10 :]


def _zip(entries: dict[str, bytes], method: int = zipfile.ZIP_STORED) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as made:
        for path, content in entries.items():
            made.writestr(path, content)
    return file.getvalue()


def _archives(marker: str) -> dict[str, bytes]:
    """Archives and files of joblib."""
    shell = f"touch {marker}"
    run = whole(call("os", "system", shell))
    number = b"\x80\x02ctorch\nFloatStorage\n"

    def storage(count: int, key: str = "0", kind: bytes = number) -> bytes:
        pid = (
            b"("
            + text("storage")
            + kind[2:]
            + text(key)
            + text("cpu")
            + b"J"
            + struct.pack("<i", count)
            + b"tQ"
        )
        return pid

    def tensor(
        count: int, offset: int, size: tuple[int, ...], stride: tuple[int, ...], **more: Any
    ) -> bytes:
        return whole(
            name("torch._utils", "_rebuild_tensor_v2") + b"(" + storage(count, **more) + _plain(offset)
            + _plain(size) + _plain(stride) + b"\x89" + call("collections", "OrderedDict") + b"tR"
        )  # fmt: skip

    four = {"m/version": b"3\n", "m/data/0": b"\0" * 16}
    wrapper = name("joblib.numpy_pickle", "NumpyArrayWrapper") + b")\x81"
    dtype = (
        call("numpy", "dtype", "f8", False, True)
        + arguments(3, "<", None, None, None, -1, -1, 0)
        + b"b"
    )
    objects = (
        call("numpy", "dtype", "O8", False, True)
        + arguments(3, "|", None, None, None, -1, -1, 63)
        + b"b"
    )

    def described(kind: bytes, shape: Any, subclass: bytes = b"") -> bytes:
        return wrapper + _plain({
            "subclass": Steps(subclass or name("numpy", "ndarray")), "shape": shape, "order": "C",
            "dtype": Steps(kind), "allow_mmap": False, "numpy_array_alignment_bytes": 16,
        }) + b"b"  # fmt: skip

    bomb = zlib.compress(b"\0" * (80 << 20), 9)
    return {
        "tensor-run.zip": _zip({**four, "m/data.pkl": run}),
        "tensor-beyond.zip": _zip({**four, "m/data.pkl": tensor(4, 0, (5,), (1,))}),
        "tensor-offset.zip": _zip({**four, "m/data.pkl": tensor(4, 3, (2,), (1,))}),
        "tensor-negative.zip": _zip({**four, "m/data.pkl": tensor(4, -1, (2,), (1,))}),
        "tensor-negative-stride.zip": _zip({**four, "m/data.pkl": tensor(4, 3, (2,), (-1,))}),
        "tensor-huge.zip": _zip({**four, "m/data.pkl": tensor(4, 0, (2**30, 2**30), (0, 0))}),
        "storage-of-other-size.zip": _zip({**four, "m/data.pkl": tensor(4000, 0, (4000,), (1,))}),
        "storage-missing.zip": _zip({**four, "m/data.pkl": tensor(4, 0, (4,), (1,), key="7")}),
        "storage-outside.zip": _zip({**four, "m/data.pkl": tensor(4, 0, (4,), (1,), key="../../x")}),
        "storage-of-a-function.zip": _zip({**four, "m/data.pkl": tensor(4, 0, (4,), (1,), kind=b"\x80\x02cos\nsystem\n")}),
        "storage-twice.zip": _zip({**four, "m/data.pkl": whole(arguments(Steps(tensor(4, 0, (4,), (1,))[2:-1]), Steps(tensor(2, 0, (2,), (1,))[2:-1])))}),
        "traversal.zip": _zip({**four, "m/data.pkl": whole(b"N"), "../evil": b"x"}),
        "absolute.zip": _zip({"/m/data.pkl": whole(b"N")}), "two-roots.zip": _zip({**four, "m/data.pkl": whole(b"N"), "n/data.pkl": run}),
        "compressed.zip": _zip({**four, "m/data.pkl": whole(b"N")}, zipfile.ZIP_DEFLATED), "no-pickle.zip": _zip(four),
        "prefixed.zip": b"MZ" + _zip({**four, "m/data.pkl": whole(b"N")}), "truncated.zip": _zip({**four, "m/data.pkl": whole(b"N")})[:-30],
        "bomb.zip": _zip({"m/data.pkl": b"\0" * (30 << 20)}, zipfile.ZIP_DEFLATED), "constants.zip": _zip({"m/data.pkl": whole(b"N"), "m/constants.pkl": run}),
        "big-endian.zip": _zip({**four, "m/data.pkl": whole(b"N"), "m/byteorder": b"big"}), "empty.zip": _zip({}),
        "nested-run.joblib": PROTO + described(objects, (1,)) + run + STOP,
        "nested-nested.joblib": PROTO + described(objects, (1,)) + PROTO + described(objects, (1,)) + run + STOP + STOP,
        "array-beyond.joblib": PROTO + described(dtype, (1000,)) + b"\0" * 16 + STOP,
        "array-of-2-60.joblib": PROTO + described(dtype, (Steps(b"\x8a\x08" + struct.pack("<q", 2**60)),)) + b"\0" * 16 + STOP,
        "array-of-a-class.joblib": PROTO + described(dtype, (1,), name("os", "system")) + b"\0" * 16 + STOP,
        "array-negative.joblib": PROTO + described(dtype, (-1,)) + b"\0" * 16 + STOP,
        "wrapper-outside": whole(described(dtype, (0,)) + b"\0"),
        "run-then-array.joblib": PROTO + b"(" + call("os", "system", shell) + described(dtype, (1,)) + b"\0" * 9 + b"t" + STOP,
        "zlib.joblib": zlib.compress(run), "gzip.joblib": gzip.compress(run), "bz2.joblib": bz2.compress(run), "xz.joblib": lzma.compress(run),
        "lzma.joblib": lzma.compress(run, lzma.FORMAT_ALONE), "twice-compressed.joblib": zlib.compress(zlib.compress(run)),
        "thrice-compressed.joblib": gzip.compress(gzip.compress(gzip.compress(run))), "zlib-bomb.joblib": bomb, "bomb-in-a-bomb.joblib": zlib.compress(bomb),
        "zlib-truncated.joblib": zlib.compress(run)[:-5], "zlib-trailing.joblib": zlib.compress(whole(b"N")) + run, "zlib-damaged.joblib": zlib.compress(run)[:4] + b"\xff" * 9,
        "old-wrapper.joblib": whole(name("joblib.numpy_pickle", "NDArrayWrapper") + b")\x81"), "lz4.joblib": b"\x04\x22\x4d\x18" + b"\0" * 20,
    }  # fmt: skip


def _exhausting() -> dict[str, bytes]:
    """Small files that ask for much."""
    huge = struct.pack("<Q", 2**62)
    doubled = b"]" + b"".join(b"q%c0](h%ch%ce" % (n, n, n) for n in range(60))
    dicts = b"}" + b"".join(b"q%c0}(Nh%c\x88h%cu" % (n, n, n) for n in range(60))
    tuples = b"N" + b"".join(b"q%c0h%ch%c\x86" % (n, n, n) for n in range(60))
    deep = {
        "lists": b"]" * 100_000 + b"a" * 99_999, "tuples": b")" + b"\x85" * 100_000,
        "marks": b"(" * 100_000 + b"t" * 100_000, "lists-from-inside": b"]" + b"".join(b"q\x000]h\x00a" for _ in range(100_000)),
        "dicts-from-inside": b"}" + b"".join(b"q\x000}Nh\x00s" for _ in range(100_000)), "frozensets": b"(\x91" + b"".join(b"q\x000(h\x00\x91" for _ in range(100_000)),
        "late": b"]q\x00" + b"".join(b"h\x00]q\x01a0h\x01q\x000" for _ in range(100_000)),
    }  # fmt: skip
    sizes = {
        "binbytes8": b"\x8e" + huge, "binunicode8": b"\x8d" + huge, "bytearray8": b"\x96" + huge, "binbytes": b"B\xff\xff\xff\xff", "binunicode": b"X\xff\xff\xff\xff", "binstring": b"T\xff\xff\xff\x7f",
        "binstring-negative": b"T\xff\xff\xff\xff", "long4": b"\x8b\xff\xff\xff\x7f", "long4-negative": b"\x8b\xff\xff\xff\xff", "long1": b"\x8a\xff", "short-text": b"\x8c\xff", "short-bytes": b"C\xff", "frame": b"\x95" + huge,
    }  # fmt: skip
    numbers = b"".join(
        b"\x8a\x0a" + (k * (2**61 - 1)).to_bytes(10, "little", signed=True) + b"N"
        for k in range(1, 30_000)
    )
    members = b"".join(
        b"\x8a\x0a" + (k * (2**61 - 1)).to_bytes(10, "little") for k in range(1, 30_000)
    )
    return {
        "laughs-lists-in-a-key": whole(tuples + b"q\xff0}h\xffNs"), "laughs-in-a-set": whole(tuples + b"q\xff0\x8f(h\xff\x90"),
        "laughs-in-a-frozenset": whole(b"(" + tuples + b"\x91"), "laughs-in-a-call": whole(call("builtins", "set", Steps(b"](" + tuples + b"e"))),
        "laughs-in-obj": whole(b"(" + doubled + b"o"), "laughs-in-a-dtype": whole(name("numpy", "dtype") + arguments("f8", False, True) + b"R" + b"(K\x03" + tuples + b"NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xffK\x00tb"),
        "laughs-lists": whole(doubled), "laughs-tuples": whole(tuples), "laughs-dicts": whole(dicts), "laughs-from-above": whole(b"]q\x00q\x02" + b"".join(b"h\x00]q\x01ah\x00h\x01a00h\x01q\x000" for _ in range(60))), "colliding-keys": whole(b"}(" + numbers + b"u"), "colliding-members": whole(b"\x8f(" + members + b"\x90"),
        "large-key": whole(b"}\x8b" + struct.pack("<i", 5000) + b"\x7f" * 5000 + b"Ns"),
        "range": whole(call("builtins", "set", Steps(call("builtins", "range", 0, 2**31 - 1)))), "range-to-list": whole(call("collections", "deque", Steps(call("builtins", "range", 0, 2**31 - 1)))),
        "decimal": whole(call("decimal", "Decimal", "9" * 6000)), "fraction": whole(call("fractions", "Fraction", "1e999999999")), "slices": whole(b"N" + b"".join(b"q\x000" + name("builtins", "slice") + b"h\x00\x85R" for _ in range(2000))),
        **{f"deep-{label}": whole(steps) for label, steps in deep.items()}, **{f"size-{label}": whole(steps) for label, steps in sizes.items()},
    }  # fmt: skip


def _truncated() -> dict[str, bytes]:
    """A benign pickle that ends after each of its steps, and in the middle of each."""
    import pickletools

    import numpy as np

    content = pickle.dumps({"a": [1, 2.5, "x", b"y", (1, 2), {3}], "n": np.arange(3.0)}, 4)
    places = [at for _, _, at in pickletools.genops(content)][1:]
    found = {f"ends-at-{at}": content[:at] for at in places}
    found |= {f"ends-in-{at}": content[: at + 1] for at in places[:-1] if at + 1 not in places}
    array = pickle.dumps(np.arange(99.0), 5)
    return found | {f"array-ends-at-{at}": array[:at] for at in range(0, len(array), 97)}


def files(marker: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each file, its payload set to write the marker with its own name behind."""
    for family in (_calls, _gadgets, _cves, _archives):
        for label in family(str(marker)):
            yield label, family_member(family, label, marker)
    yield from _exhausting().items()
    yield from _truncated().items()


_MADE: dict[tuple[str, str], dict[str, bytes]] = {}


def family_member(family: Any, label: str, marker: Path) -> bytes:
    """Return a file of a family. All of it share the marker: one that appears fails the test."""
    key = family.__name__, str(marker)
    if key not in _MADE:
        _MADE[key] = family(str(marker))
    return _MADE[key][label]
