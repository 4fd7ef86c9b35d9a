"""Tasks of a node: conjuncts that have to be computed run when they can, and wait for what they read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from velac.compiler.cue.labels import label_text
from velac.compiler.cue.parts import DONE, FINISHED, RUNNING, WAITING, WHOLE, Conjunct, Task
from velac.compiler.cue.values import CYCLE, Bottom

if TYPE_CHECKING:
    from velac.compiler.cue.node import Node


def run_tasks(here: Node) -> None:
    while True:
        progress = False
        i = 0
        while i < len(here.tasks):
            task = here.tasks[i]
            i += 1
            if task.state == WAITING:
                if attempt(here, task):
                    progress = True
                    if here.frozen:
                        here.frozen = False
                        break
            elif task.state == FINISHED:
                progress = progress or False
        here.tasks = [t for t in here.tasks if t.state != FINISHED]
        if not here.tasks:
            break
        if progress:
            continue
        if not here.frozen and any(
            t.reason is not None and t.reason.code == CYCLE for t in here.tasks
        ):
            here.frozen = True
            here.run.epoch += 1  # what waits for the fields of this node may go on
            continue
        break
    here.frozen = False


def attempt(node: Node, task: Task) -> bool:
    task.state = RUNNING
    run = node.run
    run.steps -= 1
    conjunct = task.conjunct
    reason = conjunct.expr.run(node, conjunct)
    if reason is None:
        task.state = FINISHED
        task.reason = None
        run.epoch += 1
        return True
    task.state = WAITING
    task.reason = reason
    task.tried = run.epoch
    return False


def waits_besides(node: Node, label: str | int, conjunct: Conjunct) -> bool:
    """Whether a task other than that of `conjunct` may still add `label`."""
    if node.frozen or node.state == DONE:
        return False
    tasks = list(node.wild or ())
    if node.providers is not None:
        tasks += node.providers.get(label, ())  # type: ignore[arg-type]
    return any(t.state != FINISHED and t.conjunct is not conjunct for t in tasks)


def being_added(node: Node, label: str | int) -> bool:
    """Whether a running task declares `label` itself, so that its guard reads what it adds."""
    providers = node.providers
    if providers is None or label not in providers:
        return False
    return any(t.state == RUNNING for t in providers[label])


def grows(node: Node) -> Bottom | None:
    """Why a struct cannot be looked at as a whole: a running comprehension adds fields to it, which it names."""
    parent = node.parent
    if parent is None or parent.providers is None:
        return None
    for task in parent.providers.get(node.label, ()):  # type: ignore[arg-type]
        if task.state == RUNNING and node.final().ranged != WHOLE:
            for label, below in getattr(task.conjunct.expr, "reserved", ()):
                if label == node.label and below:
                    field = label_text(below[0][0])
                    return Bottom(CYCLE, f"cyclic reference to field {field}", node.spans())
    return None


def adds_nothing(node: Node) -> bool:
    """Whether what runs is a comprehension that names no fields which it adds to the node."""
    running = [task.conjunct.expr for task in node.tasks if task.state == RUNNING]
    return bool(running) and not any(getattr(expr, "body_labels", True) for expr in running)
