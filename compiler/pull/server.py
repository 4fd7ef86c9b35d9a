"""Lists of an API server, page by page, bounded in time and size.

The `kubernetes` package reads the kubeconfig and brings the connection with its certificates and tokens; redirects
are not followed, so that no token goes elsewhere.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode

from velac.compiler.diagnostics.model import Diagnostic, Rejected
from velac.compiler.diagnostics.suggest import did_you_mean
from velac.compiler.pull.kinds import Resource

PAGE: Final = 250
_CONNECT: Final = 10.0
_READ: Final = 60.0
_REQUEST: Final = 120.0
"""Seconds until a connection stands, a part of an answer comes, an answer is complete."""
_MAX_BYTES: Final = 64 * 1024 * 1024
_MAX_OBJECTS: Final = 200_000
_AGAIN: Final = 3
_CHUNK: Final = 1 << 20
_METADATA: Final = "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1"
_EXPIRED: Final = 410

Object = dict[str, Any]
Send = Callable[[str, Mapping[str, str], float, float], "Answer"]


@dataclass(frozen=True, slots=True)
class Answer:
    """The status of an answer and its chunks."""

    status: int
    chunks: Iterator[bytes]


class Server:
    """One API server."""

    __slots__ = ("_name", "_send")

    def __init__(self, name: str, send: Send) -> None:
        self._name = name
        self._send = send

    def objects(self, resource: Resource, namespace: str = "") -> list[Object] | None:
        """All objects of a resource; None where the server does not have it. Raises Rejected."""
        for _ in range(_AGAIN):
            try:
                return self._listed(resource, namespace)
            except _Expired:
                continue  # the pages do not belong together any more: from the beginning
        text = f"the list of {resource} changes faster than it can be read"
        raise Rejected(Diagnostic("V835", text, help="try again later"))

    def _listed(self, resource: Resource, namespace: str) -> list[Object] | None:
        found: list[Object] = []
        token = ""
        while True:
            page = self._page(resource, namespace, token)
            if page is None:
                return None
            items, metadata = page.get("items"), page.get("metadata")
            if not isinstance(items, list) or not all(isinstance(item, dict) for item in items):
                raise self._odd(resource, "an answer is no list of objects")
            found += items
            next_token = metadata.get("continue") if isinstance(metadata, dict) else None
            if not next_token:
                return found
            if not isinstance(next_token, str) or next_token == token or not items:
                raise self._odd(resource, "the pages of a list do not end")
            if len(found) > _MAX_OBJECTS:
                raise self._odd(resource, f"there are more than {_MAX_OBJECTS} objects")
            token = next_token

    def _page(self, resource: Resource, namespace: str, token: str) -> Object | None:
        query = {"limit": str(PAGE)}
        if resource.selector:
            query["labelSelector"] = resource.selector
        if token:
            query["continue"] = token
        path = f"{resource.path(namespace)}?{urlencode(query)}"
        accept = _METADATA if resource.kind == "Secret" else "application/json"
        try:
            answer = self._send(path, {"Accept": accept}, _CONNECT, _READ)
            content = self._content(resource, answer)
        except OSError as error:
            text = f"`{self._name}` cannot be reached: {error}"
            hint = "see whether `kubectl --context` reaches it from here"
            raise Rejected(Diagnostic("V832", text, help=hint)) from None
        if answer.status == 404:
            return None
        data = _data(content)
        if answer.status == _EXPIRED and token:
            raise _Expired
        if answer.status in (401, 403):
            raise Rejected(_refused(resource, namespace, answer.status, data))
        if answer.status != 200 or not isinstance(data, dict):
            reason = _message(data) or f"status {answer.status}"
            raise self._odd(resource, f"the server answered: {reason}")
        return data

    def _content(self, resource: Resource, answer: Answer) -> bytes:
        end = time.monotonic() + _REQUEST
        parts: list[bytes] = []
        size = 0
        for chunk in answer.chunks:
            parts.append(chunk)
            size += len(chunk)
            if size > _MAX_BYTES:
                raise self._odd(resource, f"an answer is larger than {_MAX_BYTES >> 20} MiB")
            if time.monotonic() > end:
                raise TimeoutError(f"no complete answer within {_REQUEST:.0f} s")
        return b"".join(parts)

    def _odd(self, resource: Resource, what: str) -> Rejected:
        return Rejected(Diagnostic("V835", f"{resource} of `{self._name}` cannot be read: {what}"))


class _Expired(Exception):
    """A list has to be read again."""


def _refused(resource: Resource, namespace: str, status: int, data: Any) -> Diagnostic:
    where = f" in `{namespace}`" if namespace else ""
    if status == 401:
        text = "the server does not accept the credentials of the context"
        return Diagnostic("V833", text, help="log in again, or check the user of the context")
    text = f"{resource}{where} may not be listed"
    notes = (_message(data),) if _message(data) else ()
    hint = "ask for a role that may `list` it" + ("" if namespace else ", or name a namespace: -n")
    return Diagnostic("V833", text, notes=notes, help=hint)


def _data(content: bytes) -> Any:
    import orjson

    try:
        return orjson.loads(content)
    except orjson.JSONDecodeError:
        return None


def _message(data: Any) -> str:
    found = data.get("message") if isinstance(data, dict) else None
    return found[:500] if isinstance(found, str) else ""


# --------------------------------------------------------------------------------------------------- connecting


def connect(context: str, kubeconfig: str | None = None) -> Server:
    """The server of a context. Raises Rejected when there is no such context or the library is missing."""
    try:
        import kubernetes
    except ImportError:
        text = "reading a cluster needs the `kubernetes` package"
        raise Rejected(Diagnostic("V830", text, help="install `velac[live]`")) from None
    library: Any = kubernetes
    client, config = library.client, library.config
    _check_context(config, context, kubeconfig)
    configuration = client.Configuration()
    try:
        config.load_kube_config(
            config_file=kubeconfig,
            context=context,
            client_configuration=configuration,
            persist_config=False,
        )
        http = client.ApiClient(configuration).rest_client.pool_manager
    except Exception as error:  # the library lets through what YAML, base64, plugins and TLS raise
        text = f"context `{context}` cannot be used: {_first_line(error)}"
        raise Rejected(Diagnostic("V831", text)) from None
    headers = {"User-Agent": "velac"}
    for setting in configuration.auth_settings().values():
        if setting.get("in") == "header" and setting.get("value"):
            headers[str(setting["key"])] = str(setting["value"])
    return Server(context, _sender(http, str(configuration.host).rstrip("/"), headers))


def _check_context(config: Any, context: str, kubeconfig: str | None) -> None:
    try:
        reader = config.kube_config
        path = kubeconfig or reader.KUBE_CONFIG_DEFAULT_LOCATION
        merged = reader.KubeConfigMerger(path).config
        if merged is None:
            there = kubeconfig is None or os.path.exists(kubeconfig)
            raise ValueError("there is no configuration in it" if there else "it does not exist")
        names = [str(item["name"]) for item in merged.value["contexts"]]
    except Exception as error:
        place = f"`{kubeconfig}`" if kubeconfig else "the kubeconfig"
        text = f"{place} cannot be used: {_first_line(error)}"
        raise Rejected(Diagnostic("V831", text)) from None
    if context not in names:
        hint = did_you_mean(context, names, known="contexts")
        raise Rejected(Diagnostic("V831", f"there is no context `{context}`", help=hint))


def _sender(http: Any, host: str, own: Mapping[str, str]) -> Send:
    from urllib3 import Timeout
    from urllib3.exceptions import HTTPError

    def send(path: str, headers: Mapping[str, str], connect: float, read: float) -> Answer:
        try:
            response = http.request(
                "GET",
                host + path,
                headers={**own, **headers},
                timeout=Timeout(connect=connect, read=read),
                retries=False,
                redirect=False,
                preload_content=False,
            )
        except HTTPError as error:
            raise OSError(_first_line(error)) from None
        return Answer(int(response.status), _chunks(response, HTTPError))

    return send


def _chunks(response: Any, problem: type[Exception]) -> Iterator[bytes]:
    try:
        while chunk := response.read(_CHUNK, decode_content=True):
            yield chunk
    except problem as error:
        raise OSError(_first_line(error)) from None
    finally:
        response.close()


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:300]
