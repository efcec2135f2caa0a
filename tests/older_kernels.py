"""Pass the core's tests again with other arithmetic than this processor's own: `make kernels`.

OpenBLAS, in NumPy and SciPy, and NumPy itself have code for each generation of processors, and each rounds in its own way. What
holds under two of them holds on other machines too. A processor runs the code of every older one, so the next older is taken.
"""

import os
import subprocess
import sys

ORDER = ("SkylakeX", "Haswell", "Sandybridge", "Nehalem", "Prescott")  # what OpenBLAS calls them; Zen runs Haswell's
_RUNNING = """
import numpy, scipy.linalg
from threadpoolctl import threadpool_info
print(*{info["architecture"] for info in threadpool_info() if info["internal_api"] == "openblas"}, "/",
      *numpy.show_config(mode="dicts")["SIMD Extensions"].get("found", []))"""


def running(**environment):
    """The kernels of OpenBLAS and the extensions of NumPy that a process with these variables would use."""
    answer = subprocess.run([sys.executable, "-c", _RUNNING], env={**os.environ, **environment}, capture_output=True, text=True, check=True)
    kernels, extensions = answer.stdout.split("/")
    return kernels.strip(), extensions.strip()


own, extensions = running()
older = ORDER[ORDER.index(own) + 1 :] if own in ORDER else ()
environment = {"NPY_DISABLE_CPU_FEATURES": extensions} | ({"OPENBLAS_CORETYPE": older[0]} if older else {})
now = running(**environment)
print(
    f"The core's tests with OpenBLAS' kernels for {now[0] or 'no processor we know'} and NumPy's for {now[1] or 'any processor'}; this "
    f"processor's own are {own or 'others'} and {extensions or 'none'}.",
    flush=True,
)
if now == (own, extensions):
    print("NOTE: there is no other arithmetic to be had here; nothing was run again.")
    sys.exit()
sys.exit(subprocess.run([sys.executable, "-m", "pytest", *(sys.argv[1:] or ["tests/mixes"])], env={**os.environ, **environment}).returncode)
