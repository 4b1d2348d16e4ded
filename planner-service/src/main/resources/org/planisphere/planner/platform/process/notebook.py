"""Executes a notebook and keeps what it showed, also when a cell fails: notebook.py IN OUT"""

import sys

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, DeadKernelError

source, target = sys.argv[1:3]
notebook = nbformat.read(source, as_version=4)
kernel = notebook.metadata.get("kernelspec", {}).get("name", "python3")
client = NotebookClient(
    notebook, timeout=None, kernel_name=kernel if kernel else "python3", resources={"metadata": {"path": "."}}
)


def show():
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream":
                (sys.stderr if output.name == "stderr" else sys.stdout).write(output.text)
            elif "text/plain" in output.get("data", {}):
                print(output.data["text/plain"])
    sys.stdout.flush()


code = 0
try:
    client.execute()
except CellExecutionError as problem:
    print(problem, file=sys.stderr)
    code = 1
except DeadKernelError:
    print("The notebook's kernel died.", file=sys.stderr)
    code = 1
finally:
    nbformat.write(notebook, target)
    show()
sys.exit(code)
