"""Facts about upstream's built-in policy and step types."""

from __future__ import annotations

from typing import Final

OVERRIDE: Final = "override"
TOPOLOGY: Final = "topology"
REPLICATION: Final = "replication"
DEBUG: Final = "debug"
ENV_BINDING: Final = "env-binding"

BUILTIN_POLICIES: Final = frozenset(
    {
        "garbage-collect", "apply-once", "shared-resource", "take-over", "read-only", "resource-update",
        ENV_BINDING, TOPOLOGY, OVERRIDE, REPLICATION, DEBUG,
    }
)  # fmt: skip
"""Policy types that the controller itself understands; all others are rendered (vela pkg/appfile/parser.go)."""

DEPLOY: Final = "deploy"
DEPLOY2ENV: Final = "deploy2env"
APPLY_COMPONENT: Final = "apply-component"
APPLIES: Final = frozenset({"builtin-apply-component", APPLY_COMPONENT})
SUSPEND: Final = "suspend"
APPLY_OBJECT: Final = "apply-object"
STEP_GROUP: Final = "step-group"
ENGINE_STEPS: Final = frozenset({SUSPEND, APPLY_COMPONENT, "builtin-apply-component", STEP_GROUP})
"""Step types that need no definition."""

ALWAYS: Final = "always"
"""The condition of a step that runs whatever happened before."""

DEFAULT_STAGE: Final = "DefaultDispatch"
PRE_STAGE: Final = "PreDispatch"
POST_STAGE: Final = "PostDispatch"

STEP_BY_STEP: Final = "StepByStep"
DAG: Final = "DAG"

RUN_TIME_PLACEMENT: Final = frozenset(
    {
        "deploy2runtime", "apply-application", "apply-application-in-parallel", "apply-remaining",
        "apply-deployment", APPLY_OBJECT, "apply-terraform-config", "apply-terraform-provider",
    }
)  # fmt: skip
"""Step types that deploy something a controller decides about at run time."""
