"""The OpenAPI 3.1 document: what the code says, completed by what holds for every call."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter

from key2key.common.plugins import Who, who_may

PROBLEM: dict[str, Any] = {
    "type": "object",
    "description": "What went wrong (RFC 9457). `code` is stable; `detail` is for a person.",
    "required": ["type", "title", "status", "detail", "code", "request_id"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
        "request_id": {"type": "string"},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["pointer", "code", "detail"],
                "properties": {
                    "pointer": {"type": "string", "description": "JSON pointer (RFC 6901)."},
                    "code": {"type": "string"},
                    "detail": {"type": "string"},
                },
            },
        },
    },
}
_ALWAYS = {"400": "Not valid", "406": "No such format", "429": "Too many requests", "500": "Our fault",
           "503": "Not available now"}  # fmt: skip
_WRITES = {"409": "Conflict", "413": "Too large", "415": "Format not understood", "422": "Key reused"}
IDEMPOTENCY_KEY, REQUIRED_IDEMPOTENCY_KEY = (
    OpenApiParameter(
        "Idempotency-Key",
        str,
        OpenApiParameter.HEADER,
        required=is_required,
        description="Repeat the request safely under the same key.",
    )
    for is_required in (False, True)
)
_METHODS = {"get", "post", "put", "patch", "delete"}


class Schema(AutoSchema):
    """Tags by the first word of the path; the Idempotency-Key where it is heeded."""

    def get_tags(self) -> list[str]:
        """The resource's name."""
        return [self.path.removeprefix("/api/v1/").split("/")[0]]

    def get_override_parameters(self) -> list[Any]:
        """Adds the header parameters that our mixins read."""
        handler = getattr(self.view, getattr(self.view, "action", "") or "", None)
        parameters: list[Any] = list(super().get_override_parameters())
        if getattr(handler, "requires_idempotency_key", False):
            parameters.append(REQUIRED_IDEMPOTENCY_KEY)
        elif getattr(handler, "heeds_idempotency_key", False):
            parameters.append(IDEMPOTENCY_KEY)
        return parameters

    def get_filter_backends(self) -> list[Any]:
        """Only views that name a filter set are filtered."""
        return list(super().get_filter_backends()) if getattr(self.view, "filterset_class", None) else []


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """Both ways of the Authorize button: e-mail and password, or a token."""

    target_class = "accounts.authentication.TokenAuthentication"
    name = ["password", "bearer"]  # noqa: RUF012 - the extension's own name and type

    def get_security_requirement(self, auto_schema: AutoSchema) -> list[dict[str, list[Any]]]:
        """Either is enough."""
        return [{"password": []}, {"bearer": []}]

    def get_security_definition(self, auto_schema: AutoSchema) -> list[dict[str, Any]]:
        """OAuth2's password flow at our login, and a plain bearer token."""
        flow = {"tokenUrl": "/api/v1/auth/login", "refreshUrl": "/api/v1/auth/refresh", "scopes": {}}
        return [
            {"type": "oauth2", "flows": {"password": flow}},
            {"type": "http", "scheme": "bearer", "bearerFormat": "JWT"},
        ]


def finish(result: dict[str, Any], generator: Any, request: Any, public: bool) -> dict[str, Any]:  # noqa: FBT001, PLR0917
    """Adds the problem document to every call under each status that it may have."""
    result["components"].setdefault("schemas", {})["Problem"] = PROBLEM
    for path, operations in result["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                security = operation.get("security", [])
                if _is_open(method.upper(), path) and {} not in security:
                    operation["security"] = [*security, {}]
                names_objects = "{" in path or _has_id(operation.get("requestBody"), result["components"])
                _complete(operation, method=method, names_objects=names_objects)
    return result


def _has_id(schema: Any, components: dict[str, Any]) -> bool:
    """Whether an id of something stands anywhere in it: of something that may not be there."""
    if isinstance(schema, list):
        return any(_has_id(part, components) for part in schema)
    if not isinstance(schema, dict):
        return False
    if "$ref" in schema:
        return _has_id(components["schemas"][schema["$ref"].rpartition("/")[2]], components)
    return schema.get("format") == "uuid" or any(_has_id(part, components) for part in schema.values())


def _is_open(method: str, path: str) -> bool:
    return any(fragment.get((method, path)) is Who.ANYONE for _, fragment in who_may)


def _complete(operation: dict[str, Any], *, method: str, names_objects: bool) -> None:
    statuses = dict(_ALWAYS)
    is_open = any(not requirement for requirement in operation.get("security", [{}]))
    statuses["401"] = "Not signed in, or the token is not valid"
    if not is_open:
        statuses["403"] = "Not allowed"
    if names_objects:
        statuses["404"] = "Not found, or not for you"
    if method == "get":
        operation["responses"].setdefault("304", {"description": "Unchanged"})
    else:
        statuses.update(_WRITES)
    if method in {"put", "patch", "delete"}:
        statuses["412"] = "It has changed since you read it"
        operation.setdefault("parameters", []).append(
            {
                "name": "If-Match",
                "in": "header",
                "schema": {"type": "string"},
                "description": "Only this version.",
            }
        )
    content = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}}
    for status, description in statuses.items():
        operation["responses"].setdefault(status, {"description": description, "content": content})
    for status, response in operation["responses"].items():
        if status >= "400":  # a refusal that only this call has is told by its description alone
            response.setdefault("content", content)
