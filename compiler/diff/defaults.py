"""What Kubernetes assumes where nothing is said: fields that come or go with such a value change nothing."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any, Final

from velac.compiler.diff.fields import ABSENT, FieldChange

_POD: Final = r"(?:spec\.(?:jobTemplate\.spec\.)?template\.)?spec\."
_CONTAINER: Final = _POD + r"(?:initContainers|containers)\[[^\]]*\]\."
_PROBE: Final = _CONTAINER + r"(?:liveness|readiness|startup)Probe\."
_WORKLOADS: Final = "Deployment|StatefulSet|DaemonSet|ReplicaSet|Job|CronJob|Pod"

_TABLE: Final[tuple[tuple[str, str, Any], ...]] = (
    ("Deployment|StatefulSet|ReplicaSet", r"spec\.replicas", 1),
    ("Deployment|StatefulSet|DaemonSet", r"spec\.revisionHistoryLimit", 10),
    ("Deployment", r"spec\.progressDeadlineSeconds", 600),
    ("Deployment", r"spec\.strategy\.type", "RollingUpdate"),
    ("Deployment", r"spec\.strategy\.rollingUpdate\.max(?:Surge|Unavailable)", "25%"),
    ("StatefulSet|DaemonSet", r"spec\.updateStrategy\.type", "RollingUpdate"),
    ("StatefulSet", r"spec\.podManagementPolicy", "OrderedReady"),
    ("Job", r"spec\.backoffLimit", 6),
    ("CronJob", r"spec\.concurrencyPolicy", "Allow"),
    ("CronJob", r"spec\.suspend", False),
    ("CronJob", r"spec\.successfulJobsHistoryLimit", 3),
    ("CronJob", r"spec\.failedJobsHistoryLimit", 1),
    ("Deployment|StatefulSet|DaemonSet|ReplicaSet|Pod", _POD + "restartPolicy", "Always"),
    (_WORKLOADS, _POD + "dnsPolicy", "ClusterFirst"),
    (_WORKLOADS, _POD + "schedulerName", "default-scheduler"),
    (_WORKLOADS, _POD + "terminationGracePeriodSeconds", 30),
    (_WORKLOADS, _POD + "securityContext", {}),
    (_WORKLOADS, _POD + "enableServiceLinks", True),
    (_WORKLOADS, _POD + r"host(?:Network|PID|IPC)", False),
    (_WORKLOADS, _CONTAINER + "terminationMessagePath", "/dev/termination-log"),
    (_WORKLOADS, _CONTAINER + "terminationMessagePolicy", "File"),
    (_WORKLOADS, _CONTAINER + r"ports\[[^\]]*\]\.protocol", "TCP"),
    (_WORKLOADS, _CONTAINER + "resources", {}),
    (_WORKLOADS, _PROBE + "periodSeconds", 10),
    (_WORKLOADS, _PROBE + r"(?:timeoutSeconds|successThreshold)", 1),
    (_WORKLOADS, _PROBE + "failureThreshold", 3),
    (_WORKLOADS, _PROBE + r"initialDelaySeconds", 0),
    (_WORKLOADS, _PROBE + r"httpGet\.scheme", "HTTP"),
    (_WORKLOADS, _POD + r"volumes\[[^\]]*\]\.(?:configMap|secret)\.defaultMode", 420),
    (_WORKLOADS, _POD + r"volumes\[[^\]]*\]\.emptyDir\.medium", ""),
    ("Service", r"spec\.type", "ClusterIP"),
    ("Service", r"spec\.sessionAffinity", "None"),
    ("Service", r"spec\.ports\[[^\]]*\]\.protocol", "TCP"),
    ("PersistentVolumeClaim", r"spec\.volumeMode", "Filesystem"),
    ("Secret", "type", "Opaque"),
    ("ConfigMap|Secret", "immutable", False),
    ("ServiceAccount|Deployment|StatefulSet|DaemonSet|Job|CronJob|Pod", _POD + "automountServiceAccountToken", True),
)  # fmt: skip


def without_defaults(kind: str, fields: Iterable[FieldChange]) -> tuple[FieldChange, ...]:
    """The changes of an object's fields that are more than a default spelled out or left out."""
    patterns = [
        (re.compile(path), value) for kinds, path, value in _TABLE if kind in kinds.split("|")
    ]
    return tuple(field for field in fields if not _is_default(field, patterns))


def _is_default(field: FieldChange, patterns: Iterable[tuple[re.Pattern[str], Any]]) -> bool:
    if field.before is not ABSENT and field.after is not ABSENT:
        return False
    value = field.after if field.before is ABSENT else field.before
    return any(
        type(value) is type(default) and value == default and path.fullmatch(field.path)
        for path, default in patterns
    )
